//! What Prometheus reads: the recorder of this process, and what every number means.
//!
//! **Always holds:** each name that `/metrics` can show is in [`known`], with its unit and a sentence. Durations have
//! buckets and no quantiles, so that several processes can be added up.

use std::sync::Arc;

use karavan_kernel::metric::{Metric, MetricKind, MetricUnit};
use karavan_store::Db;
use karavan_web::health::Sample;
use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use crate::{Failure, failure::Status};

/// From what nobody notices to what has gone wrong. In seconds.
const BUCKETS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];

/// How many things were done in one go.
const COUNTS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// What this crate counts itself; the process's own numbers come from `metrics-process`.
const OWN: &[Metric] = &[
    Metric::counter(
        "log_lines_lost_total",
        "Log lines that the standard error stream or the disk did not take in time",
    ),
    Metric::new(
        "process_cpu_seconds_total",
        MetricKind::Counter,
        MetricUnit::Seconds,
        "Time on processors, in user and system mode",
    ),
    Metric::gauge(
        "process_max_fds",
        "Most files and connections that the system lets this process have",
    ),
    Metric::gauge("process_open_fds", "Open files and connections"),
    Metric::new(
        "process_resident_memory_bytes",
        MetricKind::Gauge,
        MetricUnit::Bytes,
        "Memory in use",
    ),
    Metric::new(
        "process_start_time_seconds",
        MetricKind::Gauge,
        MetricUnit::Seconds,
        "When the process began, since 1970",
    ),
    Metric::gauge("process_threads", "Threads of the system"),
    Metric::new(
        "process_virtual_memory_bytes",
        MetricKind::Gauge,
        MetricUnit::Bytes,
        "Addresses in use, most of them without memory behind them",
    ),
    Metric::new(
        "process_virtual_memory_max_bytes",
        MetricKind::Gauge,
        MetricUnit::Bytes,
        "Most addresses that the system lets this process have",
    ),
];

/// Everything that can be read, by name.
pub fn known() -> Vec<Metric> {
    let mut known = [
        OWN,
        karavan_clients::redis::METRICS,
        karavan_platform::bots::METRICS,
        karavan_store::METRICS,
        karavan_web::METRICS,
    ]
    .concat();
    known.sort_unstable_by_key(|metric| metric.name);
    known
}

/// A recorder that has not been installed.
pub fn builder() -> PrometheusBuilder {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_transactions".to_owned()), &COUNTS))
        .expect("there are buckets")
}

/// Begins to gather metrics.
///
/// # Errors
/// When something else has begun already.
pub fn gather() -> Result<PrometheusHandle, Failure> {
    let installed = builder().install_recorder();
    let handle = installed.map_err(|error| Failure::new(Status::Runtime, format_args!("metrics: {error}")))?;
    describe();
    Ok(handle)
}

/// Tells the recorder of this thread what the numbers mean.
pub fn describe() {
    for Metric { name, kind, unit, help } in known() {
        let unit = match unit {
            MetricUnit::Count => Unit::Count,
            MetricUnit::Seconds => Unit::Seconds,
            MetricUnit::Bytes => Unit::Bytes,
        };
        match kind {
            MetricKind::Counter => metrics::describe_counter!(name, unit, help),
            MetricKind::Gauge => metrics::describe_gauge!(name, unit, help),
            MetricKind::Histogram => metrics::describe_histogram!(name, unit, help),
        }
    }
}

/// Measures, just before somebody reads, what nobody counts as it happens.
pub fn sample(db: Db) -> Sample {
    let process = Collector::default();
    Arc::new(move || {
        process.collect();
        db.sample_metrics();
    })
}
