//! What goes to the terminal: answers to stdout, failures to stderr. Logs have their own way (`logs`).
//!
//! **Always holds:** nothing here panics when nobody reads: `karavan routes | head` ends quietly.

use std::io::{self, Write};

/// One line of an answer.
pub fn line(text: impl AsRef<str>) {
    // A reader who has gone away does not want the rest.
    drop(writeln!(io::stdout().lock(), "{}", text.as_ref()));
}

/// Something beside the answer, which scripts need not read.
pub fn note(text: impl AsRef<str>) {
    drop(writeln!(io::stderr().lock(), "{}", text.as_ref()));
}

/// Why the program ends.
pub fn failure(text: impl AsRef<str>) {
    drop(writeln!(io::stderr().lock(), "karavan: {}", text.as_ref()));
}

/// Rows with aligned columns; the last one is not padded.
pub fn table<const N: usize>(rows: &[[&str; N]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            if place + 1 == N {
                (*cell).to_owned()
            } else {
                format!("{cell:width$}")
            }
        });
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
