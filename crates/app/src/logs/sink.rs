//! A bounded queue of lines, and a thread that takes them to where they go.
//!
//! **Always holds:** whoever logs does not wait and does not fail. A line that finds no room in the queue, or that its
//! destination does not take, is counted (`log_lines_lost_total`), and the log says how many when it can again.

use std::{
    io::{self, Stderr, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use crate::say;

/// A few megabytes of lines at most: seconds of a busy server.
const MOST_LINES: usize = 8_192;

/// Where lines go.
pub(super) trait Destination {
    /// Writes one line, break included.
    ///
    /// # Errors
    /// When it cannot; the next line is tried again.
    fn write_line(&mut self, line: &[u8], is_error: bool) -> io::Result<()>;
}

impl Destination for Stderr {
    fn write_line(&mut self, line: &[u8], _is_error: bool) -> io::Result<()> {
        self.write_all(line)
    }
}

/// The way in; clones lead to the same place.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    name: &'static str,
    queue: SyncSender<Message>,
    /// Since the log has last said how many.
    lost: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Message {
    Line {
        text: Vec<u8>,
        is_error: bool,
    },
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

impl Sink {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no room for one.
    pub(super) fn start(name: &'static str, destination: impl Destination + Send + 'static) -> io::Result<Self> {
        let (queue, lines) = sync_channel(MOST_LINES);
        let sink = Self {
            name,
            queue,
            lost: Arc::default(),
        };
        let lost = Arc::clone(&sink.lost);
        thread::Builder::new()
            .name(format!("log-{name}"))
            .spawn(move || carry(&lines, destination, name, &lost))?;
        Ok(sink)
    }

    /// Waits until everything that was logged before is written, at most `patience`.
    pub(super) fn flush(&self, patience: Duration) {
        let begun = Instant::now();
        let (done, written) = sync_channel(1);
        let mut message = Message::Flush(done);
        while let Err(TrySendError::Full(back)) = self.queue.try_send(message) {
            if begun.elapsed() > patience {
                return;
            }
            message = back;
            thread::sleep(Duration::from_millis(1));
        }
        // Gone, or too slow: there is nobody to tell.
        written
            .recv_timeout(patience.saturating_sub(begun.elapsed()))
            .unwrap_or_default();
    }

    fn send(&self, text: &[u8], is_error: bool) {
        let text = text.to_vec();
        if self.queue.try_send(Message::Line { text, is_error }).is_err() {
            count_lost(self.name, &self.lost);
        }
    }
}

fn count_lost(name: &'static str, lost: &AtomicU64) {
    lost.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("log_lines_lost_total", "to" => name).increment(1);
}

/// Runs until the last sink is gone, which is the end of the program.
fn carry(lines: &Receiver<Message>, mut destination: impl Destination, name: &'static str, lost: &AtomicU64) {
    let mut failing = false;
    while let Ok(message) = lines.recv() {
        let (text, is_error) = match message {
            Message::Line { text, is_error } => (text, is_error),
            Message::Flush(done) => {
                // Whoever asked may have lost patience.
                done.send(()).unwrap_or_default();
                continue;
            }
        };
        match destination.write_line(&text, is_error) {
            Ok(()) => {
                failing = false;
                let lost = lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    tracing::warn!(log.to = name, lines = lost, "Log lines were lost: {lost}");
                }
            }
            Err(error) => {
                count_lost(name, lost);
                if !std::mem::replace(&mut failing, true) {
                    say::note(format!(
                        "karavan: the log ({name}) cannot be written: {error}; lines are lost until it can"
                    ));
                }
            }
        }
    }
}

/// One event on its way.
pub(super) struct Line<'s> {
    sink: &'s Sink,
    is_error: bool,
}

impl<'s> MakeWriter<'s> for Sink {
    type Writer = Line<'s>;

    fn make_writer(&'s self) -> Line<'s> {
        Line {
            sink: self,
            is_error: false,
        }
    }

    fn make_writer_for(&'s self, event: &Metadata<'_>) -> Line<'s> {
        Line {
            sink: self,
            is_error: *event.level() == Level::ERROR,
        }
    }
}

impl Write for Line<'_> {
    /// Formatters hand over a whole event at once.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.sink.send(text, self.is_error);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;

    /// A place that a test can close for a while.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<(bool, Vec<String>)>>);

    impl Page {
        fn hold(&self) -> MutexGuard<'_, (bool, Vec<String>)> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Destination for Page {
        fn write_line(&mut self, line: &[u8], is_error: bool) -> io::Result<()> {
            let mut page = self.hold();
            if page.0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let mark = if is_error { "!" } else { "" };
            page.1.push(format!("{mark}{}", String::from_utf8_lossy(line)));
            Ok(())
        }
    }

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn lines_arrive_in_order_and_errors_are_marked() {
        let page = Page::default();
        let sink = Sink::start("test", page.clone()).unwrap();
        sink.send(b"one", false);
        sink.send(b"two", true);
        sink.flush(LONG);
        assert_eq!(page.hold().1, ["one", "!two"]);
    }

    #[test]
    fn a_full_queue_loses_lines_and_nobody_waits() {
        let page = Page::default();
        let sink = Sink::start("test", page.clone()).unwrap();
        let closed = page.hold();
        // One more may be in the thread's hands.
        let most = MOST_LINES + 1;
        for number in 0..most + 10 {
            sink.send(number.to_string().as_bytes(), false);
        }
        sink.flush(Duration::from_millis(1));
        drop(closed);
        sink.flush(LONG);
        let written = page.hold().1.len();
        assert!((MOST_LINES..=most).contains(&written), "{written}");
        assert_eq!(page.hold().1[0], "0");
    }

    #[test]
    fn a_destination_that_fails_is_tried_again_and_what_was_lost_is_counted() {
        let page = Page::default();
        let sink = Sink::start("test", page.clone()).unwrap();
        page.hold().0 = true;
        sink.send(b"lost", false);
        sink.flush(LONG);
        assert_eq!(sink.lost.load(Ordering::Relaxed), 1);
        page.hold().0 = false;
        sink.send(b"kept", false);
        sink.flush(LONG);
        assert_eq!(page.hold().1, ["kept"]);
        assert_eq!(sink.lost.load(Ordering::Relaxed), 0, "the log has told it");
    }
}
