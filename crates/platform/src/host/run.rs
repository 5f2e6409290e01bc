//! The roles of a process, started and stopped together.

use std::{collections::BTreeSet, io, str::FromStr};

use karavan_kernel::text_enum;
use karavan_store::{
    StoreError,
    queue::{self, Worker, WorkerConfig, schedule},
};
use karavan_web::server;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::Host;
use crate::{audit, bots};

text_enum! {
    /// What a process can do.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// Answers HTTP.
        Web = "web",
        /// Runs jobs.
        Worker = "worker",
        /// Watches the clock.
        Scheduler = "scheduler",
        /// Listens to Telegram.
        Bots = "bots",
    }
}

/// Some roles; by default all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(pub BTreeSet<Role>);

impl Default for Roles {
    fn default() -> Self {
        Self(Role::ALL.iter().copied().collect())
    }
}

impl FromStr for Roles {
    type Err = <Role as FromStr>::Err;
    fn from_str(list: &str) -> Result<Self, Self::Err> {
        list.split(',')
            .map(|word| word.trim().parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Why a process ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listen(#[from] io::Error),
    /// The database failed at the start.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Host {
    /// Runs `roles` until `stop`. The listener is for the role `web`.
    ///
    /// # Errors
    /// [`RunError`].
    pub async fn run(
        &self,
        roles: &Roles,
        listener: Option<TcpListener>,
        stop: CancellationToken,
    ) -> Result<(), RunError> {
        let mut background = JoinSet::new();
        let has = |role| roles.0.contains(&role);
        let db = &self.platform.db;
        if has(Role::Worker) || has(Role::Bots) {
            background.spawn(queue::listen(db.clone(), stop.clone()));
        }
        if has(Role::Worker) {
            let config = WorkerConfig {
                node: self.platform.node.to_string(),
                lane: "",
                concurrency: self.config.concurrency,
            };
            // What this node held before a crash need not wait for its lease to run out: the worker begins with that.
            let worker = Worker::new(db.clone(), self.registry.clone(), config);
            let stop = stop.clone();
            background.spawn(async move { worker.run(stop).await });
        }
        if has(Role::Scheduler) {
            let node = self.platform.node.to_string();
            background.spawn(schedule::run(db.clone(), self.schedules.clone(), node, stop.clone()));
            background.spawn(audit::run(db.clone(), stop.clone()));
        }
        if has(Role::Bots) {
            background.spawn(bots::run(self.bots.clone(), self.registry.clone(), stop.clone()));
        }
        if has(Role::Web) {
            // Metrics are read where HTTP is answered.
            let names = self.registry.names().to_vec();
            background.spawn(queue::watch(db.clone(), names, stop.clone()));
        }
        match listener.filter(|_| has(Role::Web)) {
            Some(listener) => {
                let linger = self.linger();
                server::serve(listener, self.router(&stop), linger, stop.clone()).await?;
            }
            None => stop.cancelled().await,
        }
        stop.cancel();
        while background.join_next().await.is_some() {}
        if has(Role::Scheduler) {
            // What the last requests did, which the web role has answered meanwhile.
            audit::run(db.clone(), stop).await;
        }
        Ok(())
    }
}
