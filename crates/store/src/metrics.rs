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
    Metric::counter(
        "job_leases_lost_total",
        "Attempts whose outcome was refused because another worker has the job by now",
    ),
    Metric::counter("jobs_claimed_total", "Jobs that workers of this process took"),
    Metric::gauge("jobs_dead", "Failed jobs in the whole database"),
    Metric::new(
        "jobs_oldest_due_seconds",
        MetricKind::Gauge,
        MetricUnit::Seconds,
        "For how long the oldest job that is due has waited; 0 when none is due",
    ),
    Metric::gauge("jobs_queued", "Jobs that wait in the whole database"),
    Metric::gauge("jobs_running", "Jobs that run in the whole database"),
    Metric::counter("jobs_total", "Attempts of jobs by outcome"),
];
