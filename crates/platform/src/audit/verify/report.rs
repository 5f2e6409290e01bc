//! What was found.

use std::{fmt, path::Path};

use karavan_kernel::text_enum;
use serde::Serialize;

use crate::audit::Head;

text_enum! {
    /// What is not as it was written.
    pub enum Change {
        /// The row is not there.
        Missing = "missing",
        /// It does not follow the row before.
        Previous = "previous",
        /// Its hash is not that of its entry; which of the two was changed cannot be told.
        Row = "row",
        /// The entry was changed.
        Entry = "entry",
        /// The entry is not there.
        EntryMissing = "entry_missing",
        /// The row's own hash was changed.
        Hash = "hash",
        /// The details were changed.
        Details = "details",
        /// The details are not there.
        DetailsMissing = "details_missing",
        /// The details were erased, and no entry says so.
        ErasedInSecret = "erased_in_secret",
        /// Something in it is no text or no number any more.
        Unreadable = "unreadable",
    }
}

impl Change {
    const fn words(self) -> &'static str {
        match self {
            Self::Missing => "the row is missing",
            Self::Previous => "it does not follow the row before it",
            Self::Row => "its entry or its hash was changed",
            Self::Entry => "its entry was changed",
            Self::EntryMissing => "its entry is missing",
            Self::Hash => "its hash was changed",
            Self::Details => "the details of its entry were changed",
            Self::DetailsMissing => "the details of its entry are missing",
            Self::ErasedInSecret => "the details of its entry were erased, and no entry says so",
            Self::Unreadable => "something in it cannot be read any more",
        }
    }
}

/// The first row that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its place.
    pub seq: i64,
    /// Its entry, as far as it can be told.
    pub entry: Option<String>,
    /// What differs.
    pub what: Change,
}

impl fmt::Display for Changed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seq, entry, what } = self;
        write!(out, "Row {seq}")?;
        if let Some(entry) = entry {
            write!(out, " ({entry})")?;
        }
        write!(out, ": {}.", what.words())
    }
}

/// Entries that have waited for their place for more than a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// The oldest.
    pub first: String,
}

/// The first line among the anchors that does not fit the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorMisfit {
    /// Its number, from 1.
    pub line: u64,
    /// The place that it names; `None`: the line is no anchor.
    pub seq: Option<i64>,
}

/// What [`verify`](super::verify()) has found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Rows of the chain that are as they were written, up to the first that is not.
    pub rows: u64,
    /// The last of them.
    pub head: Option<Head>,
    /// Those whose details are erased.
    pub erased: u64,
    /// Entries without a place in the chain.
    pub waiting: u64,
    /// Anchors that fit, up to the first that does not.
    pub anchors: u64,
    /// The file of the anchors.
    pub anchor_file: String,
    /// The first row that is not as it was written.
    pub changed: Option<Changed>,
    /// Those without a place for more than a minute.
    pub overdue: Option<Waiting>,
    /// The first anchor that does not fit.
    pub misfit: Option<AnchorMisfit>,
}

impl Report {
    pub(super) fn new(anchor_file: &Path) -> Self {
        Self {
            rows: 0,
            head: None,
            erased: 0,
            waiting: 0,
            anchors: 0,
            anchor_file: anchor_file.display().to_string(),
            changed: None,
            overdue: None,
            misfit: None,
        }
    }

    /// Whether everything is as it was written.
    pub const fn is_ok(&self) -> bool {
        self.changed.is_none() && self.overdue.is_none() && self.misfit.is_none()
    }

    /// A sentence for each thing that is wrong.
    pub fn findings(&self) -> Vec<String> {
        let overdue = |Waiting { count, first }: &Waiting| {
            format!("Entries that have had no place in the chain for more than a minute: {count}, first {first}.")
        };
        let misfit = |AnchorMisfit { line, seq }: &AnchorMisfit| {
            let what = match seq {
                Some(seq) => format!("row {seq} had another hash then, or is missing now"),
                None => "it is no anchor".to_owned(),
            };
            format!("Anchor in line {line} of {}: {what}.", self.anchor_file)
        };
        let changed = self.changed.as_ref().map(Changed::to_string);
        let others = [self.overdue.as_ref().map(overdue), self.misfit.as_ref().map(misfit)];
        changed.into_iter().chain(others.into_iter().flatten()).collect()
    }
}
