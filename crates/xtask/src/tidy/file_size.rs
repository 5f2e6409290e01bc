//! A file is read in one sitting: at most 400 lines of Rust.

use crate::tidy::Problem;
use crate::workspace::SourceFile;

const MOST: usize = 400;

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| file.is_rust() && file.text.lines().count() > MOST && !file.allows_anywhere("long"))
        .map(|file| {
            let lines = file.text.lines().count();
            let advice = "split it where its parts change for different reasons, or add `tidy:allow(long) <reason>`";
            Problem::new(&file.path, format!("{lines} lines, at most {MOST}: {advice}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_needs_a_reason() {
        let long = "\n".repeat(MOST + 1);
        assert_eq!(check(&[SourceFile::new("crates/web/src/a.rs", &long)]).len(), 1);
        assert_eq!(
            check(&[SourceFile::new(
                "crates/web/src/a.rs",
                &format!("// tidy:allow(long) a table\n{long}")
            )]),
            []
        );
        assert_eq!(check(&[SourceFile::new("docs/a.md", &long)]), []);
    }
}
