//! `karavan config`: what is in force and where it comes from.

use crate::{
    Failure,
    config::{Shown, Sources},
    say,
};

/// Every value with its source; what is wrong with them is the failure.
pub fn show(sources: &Sources, json: bool) -> Result<(), Failure> {
    let (layers, _problems) = sources.merge();
    let shown = layers.shown();
    if json {
        say::line(serde_json::to_string_pretty(&shown).expect("texts are JSON"));
    } else {
        let rows: Vec<_> = shown.iter().map(row).collect();
        say::table(&rows);
    }
    check_quietly(sources)
}

/// Whether the program would start.
pub fn check(sources: &Sources) -> Result<(), Failure> {
    check_quietly(sources)?;
    say::line("The configuration is valid.");
    Ok(())
}

fn check_quietly(sources: &Sources) -> Result<(), Failure> {
    sources.read().map(drop).map_err(Failure::from)
}

fn row(shown: &Shown) -> [&str; 3] {
    let Shown { key, value, source } = shown;
    [key, value, source]
}
