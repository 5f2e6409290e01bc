//! The metrics of this crate. A new one is named here, or a test of the whole program fails.

use karavan_kernel::metric::{Metric, MetricKind, MetricUnit};

/// All of them.
pub const METRICS: &[Metric] = &[
    Metric::seconds(
        "database_commit_seconds",
        "How long a shared commit took on SQLite, mostly the disk",
    ),
    Metric::new(
        "database_commit_transactions",
        MetricKind::Histogram,
        MetricUnit::Count,
        "How many transactions shared a commit on SQLite",
    ),
    Metric::gauge(
        "database_connections",
        "Open connections to the database by state; on SQLite those that read",
    ),
    Metric::gauge(
        "database_connections_max",
        "Most connections that this process may open",
    ),
    Metric::gauge("database_waiting", "Callers that wait for a connection to PostgreSQL"),
    Metric::seconds(
        "database_writer_wait_seconds",
        "How long a transaction waited for the writer of SQLite",
    ),
    Metric::seconds("job_duration_seconds", "How long an attempt of a job took"),
    Metric::counter("jobs_total", "Attempts of jobs by outcome"),
];
