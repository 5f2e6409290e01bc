//! Whether the processes of this installation can count together.

use std::time::Instant;

use karavan_clients::redis::{Redis, RedisError};

use super::Finding;
use crate::config::Config;

const CHECK: &str = "redis";

pub(super) async fn check(config: &Config) -> Finding {
    let Some(way) = config.redis.way() else {
        return Finding::pass(CHECK, "not set: each process counts limits for itself");
    };
    let place = way.place().map(|place| place.to_string()).unwrap_or_default();
    let asked = async {
        let redis = Redis::new(way)?;
        redis.connect().await?;
        let begun = Instant::now();
        redis.check().await?;
        Ok::<_, RedisError>(begun.elapsed())
    };
    match asked.await {
        Ok(took) => Finding::pass(
            CHECK,
            format!("{place} answers in {:.1} ms", took.as_secs_f64() * 1_000.0),
        ),
        Err(error @ RedisError::TimedOut(_)) => Finding::fail(
            CHECK,
            format!("{place}: {error}"),
            "raise redis.timeout, or bring Redis nearer: limits are counted in each process alone",
        ),
        Err(error) => Finding::fail(
            CHECK,
            format!("{place}: {error}"),
            "check redis.url, that the server runs and can be reached from here, and that its user may read, write and run \
             scripts; until then limits are counted in each process alone",
        ),
    }
}
