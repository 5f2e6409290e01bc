//! The rules of the house that a compiler does not know, one file a check.
//!
//! Every check is a function from files to problems, so its tests are fixture strings. A problem says where it is and what to
//! do. An exception is a comment on the same line or the one before it: `tidy:allow(<what>) <reason>`.

mod crate_edges;
mod file_size;
mod foreign_keys;
mod migrations;
mod module_heads;
mod product_words;
mod route_permissions;
mod secrets;
mod store_contracts;
mod tables;

use std::path::Path;
use std::process::ExitCode;

use crate::AnyError;
use crate::workspace::{self, SourceFile};

/// One broken rule in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `path:line`, or a path.
    place: String,
    message: String,
}

impl Problem {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    fn at(file: &SourceFile, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{}:{line}", file.path), message)
    }
}

type Check = fn(&[SourceFile]) -> Vec<Problem>;

/// The name of each check is what its failures are printed under.
const CHECKS: [(&str, Check); 10] = [
    ("crate edges", crate_edges::check),
    ("product words", product_words::check),
    ("one table, one crate", tables::check),
    ("migrations", migrations::check),
    ("foreign keys indexed", foreign_keys::check),
    ("module heads", module_heads::check),
    ("routes name their permission", route_permissions::check),
    ("store functions have contract tests", store_contracts::check),
    ("no secrets, no paths of one machine", secrets::check),
    ("file size", file_size::check),
];

/// Runs every check and prints every problem: a developer fixes them in one go.
pub fn run(root: &Path) -> Result<ExitCode, AnyError> {
    let files = workspace::read(root)?;
    let mut count = 0;
    for (name, check) in CHECKS {
        let problems = check(&files);
        if problems.is_empty() {
            continue;
        }
        println!("{name}:");
        for Problem { place, message } in &problems {
            println!("  {place}: {message}");
        }
        count += problems.len();
    }
    if count > 0 {
        println!("tidy: {count} problems in {} files", files.len());
        return Ok(ExitCode::FAILURE);
    }
    println!("tidy: {} checks, {} files, no problems", CHECKS.len(), files.len());
    Ok(ExitCode::SUCCESS)
}
