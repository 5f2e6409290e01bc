//! Anchors: once an hour the head of the chain is written down outside the database.
//!
//! **Always holds:** a line is `<moment> <place> <hash>`, and lines are only added. Whoever computes the whole chain anew,
//! or cuts its end off, does not fit what is written here. An anchor is worth as much as the place where it lies: a folder
//! that the database's server cannot write, or a copy that leaves the machine.
//!
//! **Absent on purpose:** agreement between nodes. Each hour's line is in the folder of the node that ran the job.

use std::{
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use karavan_kernel::Timestamp;
use karavan_store::queue::{Done, Job, JobCx, JobError, Schedule};
use serde::{Deserialize, Serialize};
use tokio::{
    fs,
    io::{AsyncBufReadExt as _, BufReader, Lines},
};

use super::{
    Head, append,
    encoding::{hex, unhex},
    store,
};

/// Where heads are written down. Clones are the same file.
#[derive(Debug, Clone)]
pub struct Anchors(Arc<Path>);

impl Anchors {
    /// The file `audit-anchors.log` in `folder`; both are made when the first anchor is written.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join("audit-anchors.log").into())
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.0
    }

    /// Adds a line, and waits until the disk has it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn add(&self, now: Timestamp, head: Head) -> io::Result<()> {
        let Head { seq, hash } = head;
        let line = format!("{now} {seq} {}\n", hex(&hash));
        let folder = self.0.parent().map(PathBuf::from).unwrap_or_default();
        let file = PathBuf::from(&*self.0);
        let written = tokio::task::spawn_blocking(move || {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let mut file = std::fs::OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(file)?;
            // In one piece: whoever shares the file adds whole lines too.
            io::Write::write_all(&mut file, line.as_bytes())?;
            file.sync_all()
        });
        written.await.map_err(io::Error::other)?
    }

    /// The lines, from the first on; `None`: there is no file yet.
    pub(super) async fn open(&self) -> io::Result<Option<AnchorLines>> {
        match fs::File::open(&*self.0).await {
            Ok(file) => Ok(Some(AnchorLines {
                lines: BufReader::new(file).lines(),
                number: 0,
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A file that is read piece by piece.
pub(super) struct AnchorLines {
    lines: Lines<BufReader<fs::File>>,
    number: u64,
}

impl AnchorLines {
    /// Up to `most` further lines with their numbers; a line that is no anchor is `None`.
    pub(super) async fn next(&mut self, most: usize) -> io::Result<Vec<(u64, Option<Head>)>> {
        let mut found = Vec::new();
        while found.len() < most {
            let Some(line) = self.lines.next_line().await? else {
                break;
            };
            self.number += 1;
            found.push((self.number, parse(&line)));
        }
        Ok(found)
    }
}

fn parse(line: &str) -> Option<Head> {
    let mut words = line.split(' ');
    let (moment, seq, hash) = (words.next()?, words.next()?, words.next()?);
    Timestamp::from_str(moment).ok()?;
    let is_whole = words.next().is_none();
    let seq = seq.parse::<i64>().ok().filter(|seq| *seq > 0 && is_whole)?;
    Some(Head {
        seq,
        hash: unhex(hash)?,
    })
}

/// Writes the head down.
#[derive(Debug, Serialize, Deserialize)]
pub struct Anchor {}

impl Job for Anchor {
    const NAME: &'static str = "platform.audit_anchor.v1";
    type State = Anchors;

    async fn run(self, cx: JobCx<Anchors>) -> Result<Done, JobError> {
        append(cx.db()).await?;
        // Read outside of a transaction: only what is committed for good may be written down.
        let head = store::head(&mut *cx.db().read().await?).await?;
        if let Some(head) = head {
            let now = cx.db().clock().now();
            cx.state.add(now, head).await.map_err(JobError::retry)?;
            tracing::info!(seq = head.seq, "The head of the audit log is written down");
        }
        cx.finish_empty().await
    }
}

/// Once an hour.
pub fn schedule() -> Schedule {
    Schedule::new("platform.audit_anchor", "7 * * * * UTC", &Anchor {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_added_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let anchors = Anchors::in_folder(&folder.path().join("a/b"));
        assert!(anchors.open().await.unwrap().is_none());
        let heads = [1, 2, 3].map(|seq| Head { seq, hash: [7; 32] });
        for head in heads {
            anchors
                .add(Timestamp::from_micros(seq_as_time(head)), head)
                .await
                .unwrap();
        }
        let mut lines = anchors.open().await.unwrap().unwrap();
        assert_eq!(lines.next(2).await.unwrap(), [(1, Some(heads[0])), (2, Some(heads[1]))]);
        assert_eq!(lines.next(2).await.unwrap(), [(3, Some(heads[2]))]);
        assert_eq!(lines.next(2).await.unwrap(), []);
    }

    fn seq_as_time(head: Head) -> i64 {
        head.seq * 1_000_000
    }

    #[test]
    fn what_is_no_anchor_is_told_apart() {
        let hash = hex(&[7; 32]);
        assert!(parse(&format!("2026-11-20T09:07:00Z 3 {hash}")).is_some());
        for wrong in [
            "",
            "2026-11-20T09:07:00Z 3",
            &format!("2026-11-20T09:07:00Z -3 {hash}"),
            &format!("2026-11-20T09:07:00Z 0 {hash}"),
            &format!("yesterday 3 {hash}"),
            &format!("2026-11-20T09:07:00Z 3 {hash} and more"),
            &format!("2026-11-20T09:07:00Z 3 {hash}0"),
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
