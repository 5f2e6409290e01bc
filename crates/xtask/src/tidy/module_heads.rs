//! Every module says what it is: `//!` is the first line of every file under a `src`, attributes aside.

use crate::tidy::Problem;
use crate::workspace::SourceFile;

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| file.is_rust() && file.path_in_src().is_some() && !has_head(&file.text))
        .map(|file| {
            let advice =
                "start it with `//!`: what it is, what always holds, what is absent on purpose, where to start";
            Problem::new(&file.path, format!("the module does not say what it is: {advice}"))
        })
        .collect()
}

fn has_head(text: &str) -> bool {
    let mut open_brackets = 0_usize;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if open_brackets == 0 && !line.starts_with("#![") {
            return line.starts_with("//!");
        }
        open_brackets = (open_brackets + line.matches('[').count()).saturating_sub(line.matches(']').count());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_the_first_thing_said() {
        assert!(has_head("//! Guests.\nmod a;\n"));
        assert!(has_head(
            "\n#![expect(\n    clippy::print_stdout,\n    reason = \"x\"\n)]\n//! Guests.\n"
        ));
        assert!(!has_head("// Guests.\n//! Guests.\n"));
        assert!(!has_head("use std::fs;\n//! Guests.\n"));
        assert!(!has_head(""));
    }

    #[test]
    fn tests_need_none() {
        assert_eq!(check(&[SourceFile::new("crates/web/tests/it/main.rs", "mod a;")]), []);
        assert_eq!(
            check(&[SourceFile::new("crates/testkit/macros/src/lib.rs", "mod a;")]).len(),
            1
        );
    }
}
