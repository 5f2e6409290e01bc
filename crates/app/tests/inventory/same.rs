//! Compares a list with the committed one.

use std::{fs, path::Path};

/// What to do about a difference, for the list that differs.
pub(crate) struct Inventory {
    /// The file under `snapshots/`.
    pub(crate) file: &'static str,
    /// "You added or changed …".
    pub(crate) what: &'static str,
    /// What a reader of the diff has to ask.
    pub(crate) question: &'static str,
}

impl Inventory {
    /// Fails when the list is another than the committed one; rewrites that one when blessing.
    ///
    /// # Panics
    /// With every line that differs.
    #[track_caller]
    pub(crate) fn assert_same(&self, actual: &str) {
        let Self { file, what, question } = self;
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/inventory/snapshots")
            .join(file);
        let actual = format!("{}\n", actual.trim_end());
        if is_blessing() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &actual).unwrap();
            return;
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if committed == actual {
            return;
        }
        let gone = committed
            .lines()
            .filter(|line| !actual.lines().any(|other| other == *line));
        let new = actual
            .lines()
            .filter(|line| !committed.lines().any(|other| other == *line));
        let mut lines: Vec<String> = gone.map(|line| format!("  - {line}")).collect();
        lines.extend(new.map(|line| format!("  + {line}")));
        if lines.is_empty() {
            lines.push("  (the same lines in another order or number)".to_owned());
        }
        panic!(
            "{file} is not what the program is:\n{}\n\n\
             If you are here because this failed: you added or changed {what}.\n\
             Run `cargo xtask bless -p karavan-app`, read `git diff` line by line and ask: {question}",
            lines.join("\n")
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the program")]
fn is_blessing() -> bool {
    std::env::var("KARAVAN_BLESS").is_ok_and(|value| value == "1")
}

/// Columns under each other, as far as every line has them.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let length = |row: &Vec<String>, column: usize| row.get(column).map_or(0, |cell| cell.chars().count());
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| length(row, column)).max().unwrap_or_default())
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
