//! One log file that never grows over its bound: when a line does not fit, the file is put aside and a new one begun.
//!
//! **Always holds:** a file has whole lines only, its owner alone can read it, and of `name` there are `name`, `name.1` (the
//! next older one) and so on, at most as many as were asked for. A crate would rotate too; the rest would still be ours.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Rotation {
    /// Longest file, unless a single line is longer.
    pub bytes: u64,
    /// Most files, the current one included; at least one.
    pub files: usize,
}

/// The current file.
#[derive(Debug)]
pub(super) struct RotatingFile {
    path: PathBuf,
    file: File,
    size: u64,
    rotation: Rotation,
}

impl RotatingFile {
    /// Goes on with the file that is there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn open(path: PathBuf, rotation: Rotation) -> io::Result<Self> {
        let file = append_to(&path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            path,
            file,
            size,
            rotation,
        })
    }

    /// Adds a line, which ends with a line break.
    ///
    /// # Errors
    /// When the disk does not take it; then nothing of it is in the file.
    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let length = line.len() as u64;
        if self.size > 0 && self.size + length > self.rotation.bytes {
            // If it cannot be put aside, a line in a file that is too long is better than none.
            drop(self.put_aside());
        }
        match self.file.write_all(line) {
            Ok(()) => {
                self.size += length;
                Ok(())
            }
            Err(error) => {
                // A full disk may have taken half of the line; making a file shorter needs no room.
                drop(self.file.set_len(self.size));
                Err(error)
            }
        }
    }

    fn put_aside(&mut self) -> io::Result<()> {
        if self.rotation.files > 1 {
            // First the new file: if there is no room for one, the old ones must not move.
            let next = self.numbered("new");
            let file = append_to(&next)?;
            for number in (2..self.rotation.files).rev() {
                rename(
                    &self.numbered(&(number - 1).to_string()),
                    &self.numbered(&number.to_string()),
                )?;
            }
            rename(&self.path, &self.numbered("1"))?;
            fs::rename(next, &self.path)?;
            self.file = file;
        }
        self.file.set_len(0)?;
        self.size = 0;
        Ok(())
    }

    fn numbered(&self, end: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(end);
        name.into()
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// A predecessor that is not there yet need not move.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn file(folder: &Path, bytes: u64, files: usize) -> RotatingFile {
        RotatingFile::open(folder.join("x.log"), Rotation { bytes, files }).unwrap()
    }

    #[test]
    fn a_full_file_is_put_aside_and_the_oldest_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = file(folder.path(), 8, 3);
        for line in ["1111\n", "22\n", "3333\n", "4444\n", "5555\n", "6\n"] {
            log.write(line.as_bytes()).unwrap();
        }
        assert_eq!(names(folder.path()), ["x.log", "x.log.1", "x.log.2"]);
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(text("x.log"), "5555\n6\n");
        assert_eq!((text("x.log.1"), text("x.log.2")), ("4444\n".into(), "3333\n".into()));
        let mode = fs::metadata(folder.path().join("x.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_next_start_goes_on_with_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        file(folder.path(), 8, 2).write(b"1111\n").unwrap();
        let mut log = file(folder.path(), 8, 2);
        log.write(b"22\n").unwrap();
        assert_eq!(names(folder.path()), ["x.log"]);
        log.write(b"3\n").unwrap();
        assert_eq!(names(folder.path()), ["x.log", "x.log.1"]);
    }

    #[test]
    fn a_line_that_is_longer_than_a_file_has_one_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = file(folder.path(), 8, 2);
        log.write(b"a long first line\n").unwrap();
        assert_eq!(names(folder.path()), ["x.log"], "there was nothing to put aside");
        log.write(b"b\n").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("x.log")).unwrap(), "b\n");
    }

    #[test]
    fn a_single_file_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = file(folder.path(), 8, 1);
        for line in ["1111\n", "2222\n"] {
            log.write(line.as_bytes()).unwrap();
        }
        assert_eq!(names(folder.path()), ["x.log"]);
        assert_eq!(fs::read_to_string(folder.path().join("x.log")).unwrap(), "2222\n");
    }

    #[test]
    fn a_file_that_cannot_be_put_aside_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = file(folder.path(), 8, 2);
        log.write(b"1111\n").unwrap();
        // A folder in the way of the name, which not even root can rename a file over.
        fs::create_dir(folder.path().join("x.log.1")).unwrap();
        log.write(b"2222\n").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("x.log")).unwrap(), "1111\n2222\n");
    }
}
