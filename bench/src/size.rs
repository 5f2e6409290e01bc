//! P10: how large the program is. Pages, texts, migrations and the time zones are in it.

use std::fs;

use crate::{Outcome, server::Programs, table::Table};

pub fn run(programs: &Programs) -> Outcome {
    let karavan = &programs.karavan;
    let ours = fs::metadata(karavan)
        .map_err(|error| format!("{}: {error}", karavan.display()))?
        .len();
    let bench = fs::metadata(std::env::current_exe()?)?.len();
    let mut table = Table::new(&["release build, symbols stripped", "MB", "bytes", "goal (MB)"]);
    let mut row = |name: &str, bytes: u64, goal: &str| {
        table.row([name.to_owned(), megabytes(bytes), bytes.to_string(), goal.to_owned()]);
    };
    row("karavan", ours, "≤ 60");
    row("karavan-bench, for comparison", bench, "");
    table.print();
    Ok(())
}

/// Tenths are enough and need no floating point.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded() {
        assert_eq!(megabytes(59_949_999), "59.9");
        assert_eq!(megabytes(59_950_000), "60.0");
    }
}
