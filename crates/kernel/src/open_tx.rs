//! Knows whether the running task has a transaction open, so that outgoing calls can refuse to wait inside one.
//!
//! **Always holds:** the count travels with the task, not the thread. Outside [`watched`] nothing is counted.

use std::cell::Cell;

tokio::task_local! { static OPEN: Cell<u32>; }

/// Runs a request or a job with its own count of open transactions.
pub async fn watched<F: Future>(work: F) -> F::Output {
    OPEN.scope(Cell::new(0), work).await
}

/// One open transaction; dropping it counts down.
#[derive(Debug)]
pub struct Open(());

/// Counts a transaction that has just begun.
pub fn opened() -> Open {
    // Outside `watched` (start, command line) there is nothing to count.
    OPEN.try_with(|count| count.set(count.get() + 1)).unwrap_or(());
    Open(())
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.try_with(|count| count.set(count.get().saturating_sub(1)))
            .unwrap_or(());
    }
}

/// Panics in development and says `false` in release when the task has a transaction open.
pub fn none_is_open() -> bool {
    let open = OPEN.try_with(Cell::get).unwrap_or(0);
    debug_assert_eq!(
        open, 0,
        "a call to the outside while a transaction is open: enqueue a job instead"
    );
    open == 0
}
