//! The log of this process: lines to the standard error stream, so that stdout is for people, and to files.
//!
//! **Always holds:** only `karavan up` writes files, and it locks them, so no two processes put the same file aside. Whoever
//! logs never waits: [`sink`] drops and counts what a slow or full disk cannot take. A panic is a line.
//!
//! **Absent on purpose:** shipping. A collector reads the stream or the files.

mod files; // two files and their predecessors
mod rotation; // one file that is put aside when it is full
mod sink; // the queue between those who log and where it goes

use std::{
    io::{self, IsTerminal},
    panic,
    time::Duration,
};

use karavan_platform::host::{Role, Roles};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, fmt,
    layer::SubscriberExt,
    registry::{LookupSpan, Registry},
    util::SubscriberInitExt,
};

pub use self::rotation::Rotation;
use self::{files::Files, sink::Sink};
use crate::{
    Failure,
    config::{LogConfig, LogFormat},
    failure::Status,
    folder::DataFolder,
};

/// How long the end of the program waits for lines that are on their way.
const AT_THE_END: Duration = Duration::from_secs(2);

/// A panic is rare, and may be the last thing that happens: its thread waits this long.
const AT_A_PANIC: Duration = Duration::from_millis(100);

/// Writes what is still on its way when it is dropped.
#[derive(Debug)]
#[must_use = "the last lines are written when it is dropped"]
pub struct Logs(Vec<Sink>);

impl Drop for Logs {
    fn drop(&mut self) {
        for sink in &self.0 {
            sink.flush(AT_THE_END);
        }
    }
}

/// Begins to write log lines; a panic becomes one of them. The files are named after the roles of this process.
///
/// # Errors
/// When the files cannot be written, or something else has begun already.
pub fn start(config: &LogConfig, folder: &DataFolder, roles: &Roles, demo: bool) -> Result<Logs, Failure> {
    let mut sinks = Vec::new();
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = Vec::new();
    if !config.folder.as_os_str().is_empty() {
        let place = folder.path().join(&config.folder);
        let files = Files::open(&place, &name(roles), config.rotation()).map_err(|error| unusable(&place, &error))?;
        let sink = Sink::start("files", files)?;
        layers.push(json(sink.clone(), filter(config, "info")?));
        sinks.push(sink);
    }
    if config.stderr {
        let sink = Sink::start("stderr", io::stderr())?;
        // The addresses should stay in sight.
        let filter = filter(config, if demo { "warn" } else { "info" })?;
        layers.push(match config.format {
            LogFormat::Json => json(sink.clone(), filter),
            LogFormat::Text => text(sink.clone(), filter),
        });
        sinks.push(sink);
    }
    let started = tracing_subscriber::registry().with(layers).try_init();
    started.map_err(|error| Failure::new(Status::Runtime, format_args!("logs: {error}")))?;
    panic::set_hook(Box::new({
        let sinks = sinks.clone();
        move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let what = panic.payload_as_str().unwrap_or("a panic");
            tracing::error!(place, "Panicked: {what}");
            for sink in &sinks {
                sink.flush(AT_A_PANIC);
            }
        }
    }));
    Ok(Logs(sinks))
}

/// `karavan` for a process that does everything, otherwise what it does, such as `worker-scheduler`.
fn name(roles: &Roles) -> String {
    if Role::ALL.iter().all(|role| roles.0.contains(role)) {
        return "karavan".to_owned();
    }
    let names: Vec<_> = roles.0.iter().map(|role| role.as_str()).collect();
    names.join("-")
}

fn filter(config: &LogConfig, otherwise: &str) -> Result<EnvFilter, Failure> {
    filter_of(match config.level.as_str() {
        "" => otherwise,
        chosen => chosen,
    })
}

fn filter_of(level: &str) -> Result<EnvFilter, Failure> {
    let unreadable = |error| Failure::new(Status::Configuration, format_args!("log.level: {error}"));
    let filter = EnvFilter::try_new(level).map_err(unreadable)?;
    // What people did is told at any level.
    Ok(filter.add_directive("audit=info".parse().expect("a target and a level")))
}

fn json<S>(sink: Sink, filter: EnvFilter) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let layer = fmt::layer().with_writer(sink).json();
    layer
        .flatten_event(true)
        .with_current_span(false)
        .with_filter(filter)
        .boxed()
}

fn text<S>(sink: Sink, filter: EnvFilter) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let layer = fmt::layer().with_writer(sink).with_target(false);
    layer.with_ansi(io::stderr().is_terminal()).with_filter(filter).boxed()
}

fn unusable(place: &std::path::Path, error: &io::Error) -> Failure {
    let message = format!(
        "the log files in {} cannot be written: {error}; choose another folder with log.folder, or leave it empty for no files",
        place.display()
    );
    Failure::new(Status::Data, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_what_the_process_does() {
        assert_eq!(name(&Roles::default()), "karavan");
        assert_eq!(name(&"worker,web".parse().unwrap()), "web-worker");
        assert_eq!(name(&"bots".parse().unwrap()), "bots");
    }

    #[test]
    fn what_people_did_is_told_at_any_level() {
        let filtered = Registry::default().with(filter_of("warn").unwrap());
        tracing::subscriber::with_default(filtered, || {
            assert!(tracing::enabled!(target: "audit", tracing::Level::INFO));
            assert!(!tracing::enabled!(tracing::Level::INFO));
        });
    }
}
