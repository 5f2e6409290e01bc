//! What a number for operators is called and means: data, so that it can be listed, described to its readers, and checked.
//!
//! **Absent on purpose:** counting. Whoever counts uses the crate `metrics` with the same name; a test of the whole program
//! finds names that nobody has described.

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// As Prometheus shows it: words joined by `_`, the unit last, `_total` for counters.
    pub name: &'static str,
    /// How it moves.
    pub kind: MetricKind,
    /// What it counts.
    pub unit: MetricUnit,
    /// One sentence for whoever reads the number.
    pub help: &'static str,
}

/// How a metric moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only up, from the start of the process.
    Counter,
    /// Up and down.
    Gauge,
    /// Many values, of which shares are asked for.
    Histogram,
}

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

impl Metric {
    /// Things that happened.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self::new(name, MetricKind::Counter, MetricUnit::Count, help)
    }

    /// Things that are there now.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self::new(name, MetricKind::Gauge, MetricUnit::Count, help)
    }

    /// How long things took.
    pub const fn seconds(name: &'static str, help: &'static str) -> Self {
        Self::new(name, MetricKind::Histogram, MetricUnit::Seconds, help)
    }

    /// Any other.
    pub const fn new(name: &'static str, kind: MetricKind, unit: MetricUnit, help: &'static str) -> Self {
        Self { name, kind, unit, help }
    }
}
