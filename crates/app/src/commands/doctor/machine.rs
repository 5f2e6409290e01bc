//! What this machine and its settings say.

use std::path::Path;

use super::Finding;
use crate::{
    config::Config,
    failure::Failure,
    folder::{DataFolder, LockError},
};

/// Less is soon full. In bytes.
const LITTLE: u64 = 1_000_000_000;

/// With less, nothing can be relied on. In bytes.
const NEXT_TO_NOTHING: u64 = 100_000_000;

/// A configuration that was read is valid: what is left are its warnings.
pub(super) fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![if config.is_production() {
        Finding::pass("settings", "valid, and safe for production")
    } else {
        Finding::warn(
            "settings",
            "valid, for development: unsafe settings are allowed",
            "for a real site set environment = \"production\"; the program then refuses what is unsafe, and says what",
        )
    }];
    findings.extend(
        config
            .warnings()
            .into_iter()
            .map(|warning| Finding::warn("settings", warning, "")),
    );
    findings
}

/// The folder, who is in it, and how much room there is.
pub(super) fn folder(config: &Config) -> Result<(DataFolder, Vec<Finding>), Finding> {
    let failed = |failure: Failure| Finding::fail("data folder", failure.message, "");
    let folder = DataFolder::open(&config.data.folder).map_err(failed)?;
    let place = folder.path().display().to_string();
    let who = match folder.lock() {
        Ok(_given_back_at_once) => Finding::pass("data folder", format!("{place}, no process in it")),
        Err(LockError::Held(_)) => Finding::pass("data folder", format!("{place}, the program is running")),
        Err(LockError::Failed(failure)) => return Err(failed(failure)),
    };
    let room = room(folder.path());
    Ok((folder, vec![who, room]))
}

fn room(place: &Path) -> Finding {
    let check = "room on the disk";
    let advice = "make room, or move the data folder to a larger disk";
    let room = match rustix::fs::statvfs(place) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::fail(check, format!("cannot be measured: {error}"), advice),
    };
    let message = format!("{} MB free", room / 1_000_000);
    match room {
        ..NEXT_TO_NOTHING => Finding::fail(check, message, advice),
        NEXT_TO_NOTHING..LITTLE => Finding::warn(check, message, advice),
        LITTLE.. => Finding::pass(check, message),
    }
}
