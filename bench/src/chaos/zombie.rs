//! A worker that comes back after its lease: two workers in one process, and a clock that is moved between them.
//!
//! **Always holds:** the late worker is the product's own, with a real claim; only its heart does not beat, because
//! `run_due` has none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use karavan_kernel::{Actor, Clock};
use karavan_store::{
    Db,
    queue::{Done, Job, JobCx, JobDef, JobError, Registry, Worker, WorkerConfig},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    freeze::Found,
    job::{self, is_fenced},
    kill::LEASE_AND_MORE,
    place::Place,
    said::Said,
    tally::{Listener, Loss},
    verdict::Verdict,
};
use crate::Outcome;

/// A takeover in one process takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stops the worker that enters first; later ones pass.
#[derive(Clone, Default)]
struct Gate {
    entered: Arc<AtomicBool>,
    inside: Arc<Notify>,
    open: Arc<Notify>,
    taken: Arc<Notify>,
    listener: Listener,
}

#[derive(Serialize, Deserialize)]
struct Gated {
    n: i64,
}

impl Job for Gated {
    const NAME: &'static str = "bench.gated.v1";
    type State = Gate;

    async fn run(self, cx: JobCx<Gate>) -> Result<Done, JobError> {
        let gate = cx.state.clone();
        let late = !gate.entered.swap(true, Ordering::SeqCst);
        let voice = gate.listener.hear(u64::from(!late));
        voice.say(Said::Started(self.n));
        if late {
            gate.inside.notify_one();
            gate.open.notified().await;
        }
        let ended = async {
            let mut tx = cx.begin().await?;
            job::record(&mut tx, self.n).await?;
            cx.finish(tx).await
        };
        let ended = ended.await;
        voice.say(match &ended {
            Ok(_) => Said::Done(self.n),
            Err(JobError::Retry(error)) if is_fenced(error.as_ref()) => Said::Fenced(self.n),
            Err(error) => Said::Failed(self.n, error.to_string()),
        });
        if !late {
            gate.taken.notify_one();
        }
        ended
    }
}

/// So many late workers, one after another.
pub async fn run(place: &Place, times: u32) -> Outcome<Found> {
    let clock = Clock::manual(Clock::system().now());
    let (ours, other) = (place.open(clock.clone()).await?, place.open(clock.clone()).await?);
    job::create_table(&ours).await?;
    let listener = Listener::default();
    for n in 0..times {
        let gate = Gate {
            listener: listener.clone(),
            ..Gate::default()
        };
        late_once(&ours, &other, &clock, &gate, n.into()).await?;
    }
    let fenced = listener.tally().fenced;
    let verdict = Verdict::of(&ours, &listener.accepted()).await?;
    ours.close().await;
    other.close().await;
    Ok(Found {
        verdict,
        fenced,
        in_flight: usize::try_from(times)?,
        ..Found::default()
    })
}

async fn late_once(ours: &Db, other: &Db, clock: &Clock, gate: &Gate, n: i64) -> Outcome {
    let mut tx = ours.begin(Actor::System("bench")).await?;
    tx.enqueue(&Gated { n }).await?;
    tx.commit().await?;
    gate.listener.hear(0).say(Said::Accepted(n));

    let mut tasks = JoinSet::new();
    let late = worker(ours, "late", gate)?;
    tasks.spawn(async move { drop(late.run_due().await) });
    timeout(PATIENCE, gate.inside.notified()).await?;
    clock.advance(Duration::from_secs(LEASE_AND_MORE));
    gate.listener
        .tally()
        .lose(0, Loss::Elsewhere, std::time::Instant::now());

    let stop = CancellationToken::new();
    let next = worker(other, "next", gate)?;
    let stopped = stop.clone();
    tasks.spawn(async move { next.run(stopped).await });
    timeout(PATIENCE, gate.taken.notified()).await?;
    gate.open.notify_one();
    stop.cancel();
    while let Some(ended) = timeout(PATIENCE, tasks.join_next()).await? {
        ended?;
    }
    Ok(())
}

fn worker(db: &Db, node: &str, gate: &Gate) -> Outcome<Worker> {
    let config = WorkerConfig {
        node: node.to_owned(),
        lane: "",
        concurrency: 1,
    };
    let registry = Registry::new([JobDef::of::<Gated>(gate.clone())])?;
    Ok(Worker::new(db.clone(), Arc::new(registry), config))
}
