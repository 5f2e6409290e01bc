//! Death of a process in the middle of anything: a future that is dropped where it stands.

use std::{
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use karavan_kernel::Entropy;
use tokio::task::yield_now;

/// Runs a future for so many polls and drops it where it stands, as a kill would.
pub async fn killed_after<T>(polls: u64, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Runs a worker and drops it at some moment: before it begins a turn, in the middle of one, or between two.
///
/// Not by polls: a worker waits for its job's task, so its own polls say nothing about how far the job is. `begun` counts
/// turns; death comes some rounds of the scheduler after one of the next.
pub async fn killed_at_work<T>(dice: &Entropy, begun: &AtomicUsize, work: impl Future<Output = T>) -> Option<T> {
    let turns = usize::try_from(dice.below(3)).unwrap();
    let fatal = begun.load(Ordering::Relaxed) + turns;
    let rounds = dice.below(1 << dice.below(11));
    let death = async {
        while begun.load(Ordering::Relaxed) < fatal {
            yield_now().await;
        }
        for _ in 0..rounds {
            yield_now().await;
        }
    };
    tokio::select! { biased; done = work => Some(done), () = death => None }
}
