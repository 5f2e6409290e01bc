//! Logs and metrics of this process: lines to stderr, so that stdout is for people.

use std::{io, panic};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::{
    Failure,
    config::{LogConfig, LogFormat},
    failure::Status,
};

/// Begins to write log lines; a panic becomes one of them.
///
/// # Errors
/// When something else has begun already.
pub fn start(config: &LogConfig, demo: bool) -> Result<(), Failure> {
    let twice = |error: &dyn std::fmt::Display| Failure::new(Status::Runtime, format_args!("logs: {error}"));
    let level = match config.level.as_str() {
        "" if demo => "warn",
        "" => "info",
        chosen => chosen,
    };
    let filter = EnvFilter::try_new(level).map_err(|error| twice(&error))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A line that cannot be written (the disk is full) is lost. Saying so on stderr would panic there, for the same reason.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    let started = match config.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Text => lines.with_target(false).try_init(),
    };
    started.map_err(|error| twice(&error))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("a panic");
        tracing::error!(place, "Panicked: {what}");
    }));
    Ok(())
}

/// Begins to gather metrics.
///
/// # Errors
/// When something else has begun already.
pub fn gather() -> Result<PrometheusHandle, Failure> {
    let builder = PrometheusBuilder::new();
    builder
        .install_recorder()
        .map_err(|error| Failure::new(Status::Runtime, format_args!("metrics: {error}")))
}
