//! Two logs of one process: everything, and the errors once more.

use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::Path,
    thread,
    time::Instant,
};

use crate::folder::PATIENCE;

use super::{
    rotation::{RotatingFile, Rotation},
    sink::Destination,
};

/// `<name>.log` and `<name>.error.log` in one folder.
#[derive(Debug)]
pub(super) struct Files {
    all: RotatingFile,
    errors: RotatingFile,
    /// Held as long as we write.
    _lock: File,
}

impl Files {
    /// Creates the folder if there is none.
    ///
    /// # Errors
    /// When it cannot be written, or another process writes there.
    pub(super) fn open(folder: &Path, name: &str, rotation: Rotation) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let lock = locked(&folder.join(format!("{name}.lock")))?;
        Ok(Self {
            _lock: lock,
            all: RotatingFile::open(folder.join(format!("{name}.log")), rotation)?,
            errors: RotatingFile::open(folder.join(format!("{name}.error.log")), rotation)?,
        })
    }
}

/// Waits a moment for a process that is just ending: it gives its data folder back a little earlier.
fn locked(path: &Path) -> io::Result<File> {
    let lock = File::create(path)?;
    let begun = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => thread::sleep(PATIENCE / 20),
            Err(TryLockError::WouldBlock) => return Err(io::Error::other("another process writes them")),
        }
    }
}

impl Destination for Files {
    fn write_line(&mut self, line: &[u8], is_error: bool) -> io::Result<()> {
        // Each file is tried, whatever the other one says.
        let errors = if is_error { self.errors.write(line) } else { Ok(()) };
        self.all.write(line).and(errors)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn errors_stand_in_both_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("logs");
        let rotation = Rotation { bytes: 100, files: 2 };
        let mut files = Files::open(&place, "web", rotation).unwrap();
        files.write_line(b"well\n", false).unwrap();
        files.write_line(b"broken\n", true).unwrap();
        let text = |name: &str| fs::read_to_string(place.join(name)).unwrap();
        assert_eq!(text("web.log"), "well\nbroken\n");
        assert_eq!(text("web.error.log"), "broken\n");
    }

    #[test]
    fn two_processes_do_not_write_the_same_files() {
        let folder = tempfile::tempdir().unwrap();
        let rotation = Rotation { bytes: 100, files: 2 };
        let first = Files::open(folder.path(), "web", rotation).unwrap();
        Files::open(folder.path(), "worker", rotation).unwrap();
        let refused = Files::open(folder.path(), "web", rotation).unwrap_err();
        assert_eq!(refused.to_string(), "another process writes them");
        drop(first);
        Files::open(folder.path(), "web", rotation).unwrap();
    }

    #[test]
    fn a_full_disk_takes_no_line_and_ends_nothing() {
        // The system's own device for it: every write says that there is no room.
        let full = || RotatingFile::open("/dev/full".into(), Rotation { bytes: 100, files: 1 }).unwrap();
        let mut files = Files {
            _lock: tempfile::tempfile().unwrap(),
            all: full(),
            errors: full(),
        };
        let refused = files.write_line(b"x\n", true).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
    }
}
