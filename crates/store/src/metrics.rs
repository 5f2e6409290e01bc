//! The metrics of this crate. A new one is named here, or a test of the whole program fails.

use karavan_kernel::metric::Metric;

/// All of them.
pub const METRICS: &[Metric] = &[
    Metric::gauge(
        "database_connections",
        "Open connections to the database by state; on SQLite those that read",
    ),
    Metric::gauge(
        "database_connections_max",
        "Most connections that this process may open",
    ),
    Metric::gauge("database_waiting", "Callers that wait for a connection to PostgreSQL"),
    Metric::seconds("job_duration_seconds", "How long an attempt of a job took"),
    Metric::counter("jobs_total", "Attempts of jobs by outcome"),
];
