//! `karavan admin`: the way into the panel before anybody can sign in.

use karavan_kernel::Actor;
use karavan_platform::access::links;

use super::Workshop;
use crate::{Failure, cli::Admin, config::Config, say};

pub async fn run(config: Config, act: Admin) -> Result<(), Failure> {
    let Admin::CreateLink = act;
    let workshop = Workshop::open(config).await?;
    let mut tx = workshop.platform.db.begin(Actor::System("cli")).await?;
    let token = links::create_for_owner(&mut tx).await?;
    tx.commit().await?;
    say::line(format!("{}/admin/enter/{token}", workshop.address()));
    say::note("The link works once, within 30 minutes.");
    workshop.close_after_acts().await;
    Ok(())
}
