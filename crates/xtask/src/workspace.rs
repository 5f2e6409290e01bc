//! The text files of the checkout, read once.
//!
//! Folders that hold no source (`target`, `.git`, local data) are left out; so are files that are not UTF-8.

use std::fs;
use std::io;
use std::path::Path;

/// Never source, wherever they are.
const SKIPPED_FOLDERS: [&str; 4] = [".git", "target", "node_modules", "karavan-data"];

/// One text file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the checkout, with `/` on every system.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// `crates/coffee/src/…` → `coffee`, `bench/src/…` → `bench`, else `None`.
    pub fn crate_name(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next(),
            Some("bench") => Some("bench"),
            _ => None,
        }
    }

    /// The path after the crate's `src/`, for files that are compiled into it.
    pub fn path_in_src(&self) -> Option<&str> {
        self.crate_name()?;
        self.path.split_once("/src/").map(|(_, rest)| rest)
    }

    pub fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    pub fn is_in_tests_folder(&self) -> bool {
        self.path.contains("/tests/")
    }

    pub fn has_extension(&self, wanted: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == wanted)
    }

    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether `tidy:allow(<word>) <reason>` stands on this line or on the one before it.
    pub fn allows(&self, line_number: usize, word: &str) -> bool {
        let skipped = line_number.saturating_sub(2);
        let taken = line_number - skipped;
        self.text
            .lines()
            .skip(skipped)
            .take(taken)
            .any(|line| allows(line, word))
    }

    /// Whether `tidy:allow(<word>) <reason>` stands anywhere in the file.
    pub fn allows_anywhere(&self, word: &str) -> bool {
        self.text.lines().any(|line| allows(line, word))
    }
}

/// An exception without a reason is none.
fn allows(line: &str, word: &str) -> bool {
    line.split_once("tidy:allow(")
        .and_then(|(_, rest)| rest.split_once(')'))
        .is_some_and(|(allowed, reason)| allowed == word && !reason.trim().is_empty())
}

/// Every text file of the checkout, sorted by path.
pub fn read(root: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    read_folder(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !SKIPPED_FOLDERS.contains(&name.as_str()) {
                read_folder(&entry.path(), &path, files)?;
            }
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(SourceFile { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_needs_its_word_and_a_reason() {
        let file = SourceFile::new(
            "crates/web/src/a.rs",
            "// tidy:allow(vin) the word is French\nlet vin = 1;\nlet vin = 2;\n",
        );
        assert!(file.allows(1, "vin"));
        assert!(file.allows(2, "vin"));
        assert!(!file.allows(3, "vin"));
        assert!(!file.allows(2, "cart"));
        assert!(!allows("// tidy:allow(vin)", "vin"));
    }

    #[test]
    fn a_path_knows_its_crate() {
        assert_eq!(
            SourceFile::new("crates/testkit/macros/src/lib.rs", "").crate_name(),
            Some("testkit")
        );
        assert_eq!(SourceFile::new("bench/src/main.rs", "").crate_name(), Some("bench"));
        assert_eq!(SourceFile::new("bin/test", "").crate_name(), None);
        assert_eq!(
            SourceFile::new("crates/store/src/queue/store.rs", "").path_in_src(),
            Some("queue/store.rs")
        );
    }
}
