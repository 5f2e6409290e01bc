//! The data folder: the embedded database, the lock, the node's name and the master secret.
//!
//! **Always holds:** what is created here can be read by its owner only, and one process at a time holds the lock.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use karavan_kernel::{Entropy, Secret};

use crate::{Failure, failure::Status};

/// Commands such as `token create` hold the lock for milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// A folder that exists and can be written.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

/// Held while a process works in the folder; the system gives it back even after a crash.
#[derive(Debug)]
pub struct Lock(File);

/// Why the lock was not given.
#[derive(Debug)]
pub enum LockError {
    /// Somebody holds it: the sentence names them.
    Held(Failure),
    /// It could not be asked for.
    Failed(Failure),
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held(failure) | LockError::Failed(failure) => failure,
        }
    }
}

impl DataFolder {
    /// Creates the folder if there is none.
    ///
    /// # Errors
    /// When it is not a folder or cannot be written.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let unusable = |error: io::Error| unusable(path, &error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(unusable)?;
        let folder = Self(fs::canonicalize(path).map_err(unusable)?);
        folder.private_file("lock").map_err(unusable)?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes this process the only one in the folder.
    ///
    /// # Errors
    /// When another process is.
    pub fn lock(&self) -> Result<Lock, LockError> {
        let failed = |error: io::Error| LockError::Failed(unusable(&self.0, &error));
        let mut file = self.private_file("lock").map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(self.in_use(&mut file))),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Lock(file))
    }

    /// What the process in the folder has announced, if one is running.
    pub fn announced(&self) -> Option<String> {
        let mut file = self.private_file("lock").ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) | Err(TryLockError::Error(_)) => return None,
        }
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        text.lines().nth(1).map(str::to_owned)
    }

    /// As [`DataFolder::lock`], but gives a command that is just ending a moment.
    ///
    /// # Errors
    /// When another process stays in the folder.
    pub async fn lock_soon(&self) -> Result<Lock, Failure> {
        let begun = Instant::now();
        loop {
            match self.lock() {
                Err(LockError::Held(_)) if begun.elapsed() < PATIENCE => tokio::time::sleep(PATIENCE / 20).await,
                other => return other.map_err(Failure::from),
            }
        }
    }

    fn in_use(&self, lock: &mut File) -> Failure {
        let mut holder = String::new();
        // Without its number the message is still useful.
        drop(lock.read_to_string(&mut holder));
        let process = match holder.lines().next() {
            None => "another process".to_owned(),
            Some(pid) => format!("another process ({pid})"),
        };
        let folder = self.0.display();
        let message = format!(
            "the data folder {folder} is in use by {process}; stop it first, or give this one a folder of its own with --data"
        );
        Failure::new(Status::Data, message)
    }

    /// The embedded database, created empty so that nobody else can read it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn database_file(&self) -> Result<PathBuf, Failure> {
        self.private_file("karavan.db")
            .map_err(|error| unusable(&self.0, &error))?;
        Ok(self.0.join("karavan.db"))
    }

    /// The name of this node, the same after every restart.
    ///
    /// # Errors
    /// When it can neither be read nor written.
    pub fn node_id(&self, entropy: &Entropy) -> Result<String, Failure> {
        let number = || format!("node-{:016x}", u64::from_be_bytes(entropy.bytes()));
        self.read_or_write("node-id", number)
    }

    /// The master secret of this folder, made once.
    ///
    /// # Errors
    /// When it can neither be read nor written.
    pub fn master_secret(&self, entropy: &Entropy) -> Result<Secret, Failure> {
        let two_tokens = || format!("{}{}", entropy.token(), entropy.token());
        self.read_or_write("master-secret", two_tokens).map(Secret::new)
    }

    fn read_or_write(&self, name: &str, make: impl FnOnce() -> String) -> Result<String, Failure> {
        let unusable = |error: io::Error| unusable(&self.0.join(name), &error);
        let mut file = self.private_file(name).map_err(unusable)?;
        // Two commands may come here at once: the second waits and reads what the first has written.
        file.lock().map_err(unusable)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unusable)?;
        if text.trim().is_empty() {
            text = make();
            file.rewind()
                .and_then(|()| file.write_all(text.as_bytes()))
                .and_then(|()| file.sync_all())
                .map_err(unusable)?;
        }
        Ok(text.trim().to_owned())
    }

    fn private_file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.0.join(name))
    }
}

impl Lock {
    /// Tells commands beside this process where it can be reached.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announce(&mut self, address: &str) -> io::Result<()> {
        writeln!(self.0, "{address}")
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    let message = format!(
        "{} cannot be used: {error}; choose another data folder with --data, or let this user write there",
        path.display()
    );
    Failure::new(Status::Data, message)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn everything_inside_is_private_and_kept() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&scratch.path().join("a/b")).unwrap();
        let entropy = Entropy::seeded(1);
        let (node, master) = (
            folder.node_id(&entropy).unwrap(),
            folder.master_secret(&entropy).unwrap(),
        );
        assert_eq!(node, folder.node_id(&entropy).unwrap());
        assert_eq!(master, folder.master_secret(&entropy).unwrap());
        assert_eq!(crate::config::weakness(&master), None);
        assert_eq!(mode(folder.path()), 0o700);
        for file in ["lock", "node-id", "master-secret"] {
            assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
        }
        assert_eq!(mode(&folder.database_file().unwrap()), 0o600);
    }

    #[test]
    fn one_process_at_a_time() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(scratch.path()).unwrap();
        let held = folder.lock().unwrap();
        let refused = Failure::from(folder.lock().unwrap_err());
        assert_eq!(refused.status, Status::Data);
        assert!(refused.message.contains(&std::process::id().to_string()), "{refused}");
        drop(held);
        folder.lock().unwrap();
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(DataFolder::open(file.path()).unwrap_err().status, Status::Data);
    }
}
