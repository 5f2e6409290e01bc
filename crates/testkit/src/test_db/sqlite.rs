//! SQLite files for tests: a migrated template in the temporary folder, copied per test.

use std::path::{Path, PathBuf};

use karavan_kernel::{Clock, Entropy};
use karavan_store::{Db, DbConfig};

use super::{START, fingerprint, migrations};

pub(super) async fn copy_of_template() -> (tempfile::TempDir, DbConfig) {
    let template = template().await;
    let folder = tempfile::Builder::new()
        .prefix("karavan-test-")
        .tempdir()
        .expect("the temporary folder can be written");
    let file = folder.path().join("karavan.sqlite");
    std::fs::copy(&template, &file).expect("the template was just there");
    let config = DbConfig::Sqlite { file, durable: false };
    (folder, config)
}

/// The migrated file, made by whoever comes first. Tests run in processes of their own, so it appears by a rename.
async fn template() -> PathBuf {
    let migrations = migrations();
    let template = std::env::temp_dir().join(format!("karavan-template-{}.sqlite", fingerprint(&migrations)));
    if template.exists() {
        return template;
    }
    let workshop = tempfile::Builder::new()
        .prefix("karavan-template-")
        .tempdir()
        .expect("the temporary folder can be written");
    let file = workshop.path().join("template.sqlite");
    let config = DbConfig::Sqlite {
        file: file.clone(),
        durable: false,
    };
    let db = Db::open(&config, Clock::manual(START), Entropy::seeded(0))
        .await
        .expect("a new file opens");
    db.migrate(&migrations)
        .await
        .expect("the migrations apply to an empty SQLite file");
    // Closing folds the log into the file: one file to copy.
    db.close().await;
    assert!(!log_of(&file).exists(), "the log of the template was not folded in");
    std::fs::rename(&file, &template).expect("both are in the temporary folder");
    template
}

fn log_of(file: &Path) -> PathBuf {
    file.with_extension("sqlite-wal")
}
