//! The one connection: who uses it, when it is given up, and how it comes back.
//!
//! **Always holds:** at most one connection is being made at a time, beside the requests; what fails on an old connection
//! does not end a newer one; a change of state is said once.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use redis::{AsyncConnectionConfig, Client, Script, aio::MultiplexedConnection};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{Place, RedisConfig, RedisError};

/// Until a connection stands, the server has let us in and runs our script.
const CONNECT: Duration = Duration::from_secs(2);

/// A connection that ended sooner was none: the next pause is longer.
const STEADY: Duration = Duration::from_secs(30);

/// Longest pause.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) struct Line {
    way: Way,
    pause: Duration,
    state: Mutex<State>,
    /// Moves whenever a try to connect has ended.
    tried: watch::Sender<u64>,
}

/// What a connection is made of.
#[derive(Clone)]
struct Way {
    client: Client,
    script: Script,
    place: Place,
    timeout: Duration,
}

struct State {
    now: Now,
    /// Which connection it is.
    number: u64,
    /// What was said last; nothing at first.
    said: Option<bool>,
    pause: Duration,
    last_failure: Option<String>,
    /// Ends with the line.
    connecting: JoinSet<()>,
}

enum Now {
    Up {
        connection: MultiplexedConnection,
        since: Instant,
    },
    Connecting,
    Away {
        until: Instant,
    },
}

/// One call of the script. Times are in microseconds.
pub(super) struct Call {
    pub key: String,
    /// What one use takes.
    pub interval: u64,
    /// Until everything is available again.
    pub whole: u64,
}

impl Call {
    /// Finds out whether all of it works: the right to run scripts, to write, and to ask for the time. What it writes is gone
    /// after a millisecond.
    pub(super) fn probe() -> Self {
        Self {
            key: "karavan:limit:{probe}".to_owned(),
            interval: 1,
            whole: 1_000,
        }
    }

    async fn make(&self, script: &Script, connection: &mut MultiplexedConnection) -> Result<u64, RedisError> {
        let mut call = script.key(&self.key);
        // By its hash; a server that does not know it is sent the text once.
        let answer = call.arg(self.interval).arg(self.whole).invoke_async(connection).await;
        answer.map_err(|error| RedisError::said(&error))
    }
}

impl Line {
    pub(super) fn new(config: &RedisConfig, script: Script) -> Result<Self, RedisError> {
        Ok(Self {
            way: Way {
                client: config.client()?,
                script,
                place: config.place()?,
                timeout: config.timeout,
            },
            pause: config.pause,
            state: Mutex::new(State {
                now: Now::Away { until: Instant::now() },
                number: 0,
                said: None,
                pause: config.pause,
                last_failure: None,
                connecting: JoinSet::new(),
            }),
            tried: watch::Sender::new(0),
        })
    }

    /// Runs the script; a failure of any kind gives the connection up.
    pub(super) async fn ask(self: &Arc<Self>, call: &Call) -> Result<u64, RedisError> {
        let (mut connection, number) = self.connection().ok_or(RedisError::Away)?;
        let outcome = self.way.run(call, &mut connection).await;
        if let Err(error) = &outcome {
            self.lose(number, error);
        }
        outcome
    }

    /// Waits until a try to connect has ended, unless there is a connection. A pause between two tries is kept.
    pub(super) async fn connect(self: &Arc<Self>) -> Result<(), RedisError> {
        let mut tried = self.tried.subscribe();
        let pause = match self.lock().now {
            Now::Away { until } => until.saturating_duration_since(Instant::now()),
            Now::Up { .. } | Now::Connecting => Duration::ZERO,
        };
        tokio::time::sleep(pause).await;
        if self.connection().is_some() {
            return Ok(());
        }
        // A try ends by itself; the sender lives as long as this line.
        drop(timeout(CONNECT + self.way.timeout, tried.changed()).await);
        if self.connection().is_some() {
            return Ok(());
        }
        let failure = self.lock().last_failure.clone();
        Err(failure.map_or(RedisError::Away, RedisError::Failed))
    }

    /// The connection, or the beginning of one.
    fn connection(self: &Arc<Self>) -> Option<(MultiplexedConnection, u64)> {
        let mut state = self.lock();
        match &state.now {
            Now::Up { connection, .. } => return Some((connection.clone(), state.number)),
            Now::Away { until } if *until <= Instant::now() => {}
            Now::Connecting | Now::Away { .. } => return None,
        }
        state.now = Now::Connecting;
        // What has ended is taken out, so that the set does not grow.
        while state.connecting.try_join_next().is_some() {}
        let (way, line) = (self.way.clone(), Arc::downgrade(self));
        state.connecting.spawn(async move {
            let made = timeout(CONNECT, way.connect())
                .await
                .unwrap_or(Err(RedisError::TimedOut(CONNECT)));
            Self::made(&line, made);
        });
        None
    }

    fn made(line: &Weak<Self>, made: Result<MultiplexedConnection, RedisError>) {
        let Some(line) = line.upgrade() else { return };
        let mut state = line.lock();
        match made {
            Ok(connection) => {
                state.now = Now::Up {
                    connection,
                    since: Instant::now(),
                };
                state.number += 1;
                state.last_failure = None;
                state.say(true, &line.way.place, "");
            }
            Err(error) => {
                state.now = Now::Away {
                    until: Instant::now() + line.pause,
                };
                state.fail(&line.way.place, &error);
            }
        }
        drop(state);
        line.tried.send_modify(|tries| *tries += 1);
    }

    fn lose(&self, number: u64, error: &RedisError) {
        let mut state = self.lock();
        let Now::Up { since, .. } = &state.now else { return };
        if state.number != number {
            return;
        }
        state.pause = if since.elapsed() < STEADY {
            (state.pause * 2).min(LONGEST)
        } else {
            self.pause
        };
        // A server that only restarted is back at once; one that answers too slowly should not be asked all the time.
        state.now = Now::Away {
            until: Instant::now() + state.pause,
        };
        state.fail(&self.way.place, error);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fail(&mut self, place: &Place, error: &RedisError) {
        let why = error.to_string();
        self.say(false, place, &why);
        self.last_failure = Some(why.trim_start_matches("Redis ").to_owned());
    }

    fn say(&mut self, up: bool, place: &Place, why: &str) {
        metrics::gauge!("redis_up").set(if up { 1.0 } else { 0.0 });
        if self.said.replace(up) == Some(up) {
            return;
        }
        if up {
            tracing::info!(redis.place = %place, "Redis answers: limits are shared");
        } else {
            tracing::warn!(redis.place = %place, why, "Redis is away: limits are counted in each process alone");
        }
    }
}

impl Way {
    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let made = self.client.get_multiplexed_async_connection_with_config(&config).await;
        let mut connection = made.map_err(|error| RedisError::said(&error))?;
        // A server that is full, read-only or too old is as good as none.
        Call::probe().make(&self.script, &mut connection).await?;
        Ok(connection)
    }

    async fn run(&self, call: &Call, connection: &mut MultiplexedConnection) -> Result<u64, RedisError> {
        timeout(self.timeout, call.make(&self.script, connection))
            .await
            .unwrap_or(Err(RedisError::TimedOut(self.timeout)))
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Line").field(&self.way.place).finish()
    }
}
