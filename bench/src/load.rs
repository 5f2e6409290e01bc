//! Open-loop load: sales begin when the timetable says so, however slow the server is.
//!
//! **Always holds:** a latency counts from the planned moment. A server that stalls for a second is charged with every
//! sale that should have begun in that second (no coordinated omission).

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use reqwest::Client;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{Outcome, http::PATIENCE, shop::Shop};

/// How much, how long.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Sales per second.
    pub rate: u32,
    /// For this long.
    pub seconds: u32,
}

/// What one round gave. Latencies in microseconds.
pub struct Measured {
    /// From the planned start to the code.
    pub code: Histogram<u64>,
    /// From the planned start to the finished order.
    pub sale: Histogram<u64>,
    /// Sales that did not end well.
    pub errors: u64,
    /// The first of them, in words.
    pub first_error: Option<String>,
}

/// When one sale had its code and its order.
struct Sold {
    code: Duration,
    sale: Duration,
}

/// Plays the timetable once. `first` is the number of the first sale: receipts and keys never repeat within a run.
pub async fn play(client: &Client, shop: &Arc<Shop>, pace: Pace, first: u64) -> Outcome<Measured> {
    let mut sales = JoinSet::new();
    let mut timetable = timetable(pace);
    while let Some((number, planned)) = timetable.recv().await {
        let (client, shop) = (client.clone(), Arc::clone(shop));
        sales.spawn(async move { sell(&client, &shop, first + number, planned).await });
    }
    let mut measured = Measured {
        code: histogram()?,
        sale: histogram()?,
        errors: 0,
        first_error: None,
    };
    while let Some(sold) = sales.join_next().await {
        match sold? {
            Ok(sold) => {
                measured.code.saturating_record(micros(sold.code));
                measured.sale.saturating_record(micros(sold.sale));
            }
            Err(error) => {
                measured.errors += 1;
                measured.first_error.get_or_insert(error.to_string());
            }
        }
    }
    Ok(measured)
}

/// Says when each sale begins. On a thread of its own, because tokio's timer rounds up to the next millisecond, which is as
/// long as a sale takes.
fn timetable(pace: Pace) -> mpsc::UnboundedReceiver<(u64, Instant)> {
    let (announce, timetable) = mpsc::unbounded_channel();
    let begin = Instant::now() + Duration::from_millis(100);
    let sales = u64::from(pace.rate) * u64::from(pace.seconds);
    thread::spawn(move || {
        for number in 0..sales {
            let planned = begin + Duration::from_nanos(number * 1_000_000_000 / u64::from(pace.rate));
            thread::sleep(planned.saturating_duration_since(Instant::now()));
            if announce.send((number, planned)).is_err() {
                return;
            }
        }
    });
    timetable
}

async fn sell(client: &Client, shop: &Shop, number: u64, planned: Instant) -> Outcome<Sold> {
    let code_id = shop.generate_code(client, number).await?;
    let code = planned.elapsed();
    shop.order(client, number, code_id).await?;
    Ok(Sold {
        code,
        sale: planned.elapsed(),
    })
}

/// Up to twice the patience of one request, because a sale has two; three digits.
fn histogram() -> Outcome<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, micros(PATIENCE * 3), 3)?)
}

fn micros(latency: Duration) -> u64 {
    u64::try_from(latency.as_micros()).unwrap_or(u64::MAX)
}
