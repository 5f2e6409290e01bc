//! Waiting for SQLite's thread.
//!
//! Each statement goes to a thread of its own and comes back. It takes some microseconds there, and a task that sleeps
//! meanwhile costs more than that: its thread goes to sleep too and has to be woken, on a virtual machine for some 50 µs.
//! So whoever asks stays awake for a moment, as a lock does before it parks.

use std::{
    future::poll_fn,
    pin::pin,
    thread,
    time::{Duration, Instant},
};

/// Longer than most statements take, and no longer than waking a thread.
const MOMENT: Duration = Duration::from_micros(60);

/// Waits for what is expected within a moment; what takes longer is waited for asleep.
pub(in crate::db) async fn awake<F: Future>(what: F) -> F::Output {
    let mut what = pin!(what);
    let begun = Instant::now();
    poll_fn(|context| {
        loop {
            let asked = what.as_mut().poll(context);
            if asked.is_ready() || begun.elapsed() > MOMENT {
                return asked;
            }
            // Where there is one processor, or every one is busy, SQLite's thread gets this one.
            thread::yield_now();
        }
    })
    .await
}
