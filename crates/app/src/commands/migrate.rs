//! `karavan migrate`: the database up to date, and nothing else.

use karavan_kernel::Entropy;

use crate::{Failure, assemble, config::Config, folder::DataFolder, say};

pub async fn run(config: Config) -> Result<(), Failure> {
    let folder = DataFolder::open(&config.data.folder)?;
    let _lock = folder.lock_soon().await?;
    let db = assemble::open_database(&config, &folder, Entropy::system()).await?;
    let newest = assemble::migrate(&db).await?;
    db.close().await;
    say::line(format!(
        "The database is up to date (migration {}).",
        newest.unwrap_or_default()
    ));
    Ok(())
}
