//! Latency of a sale, two durable transactions in two requests, next to bare axum and sqlx doing the same work.

use std::{fs, path::Path, sync::Arc};

use hdrhistogram::Histogram;
use reqwest::Client;

use crate::{
    Outcome, http,
    load::{self, Measured, Pace},
    server::{CREATE_TOKEN, Programs, created_token},
    shop::{BARE_PREFIX, KARAVAN_PREFIX, Shop},
    stats::Rounds,
    table::Table,
};

/// In the columns of the table. 1 is the maximum.
const QUANTILES: [f64; 4] = [0.50, 0.95, 0.99, 1.0];

#[derive(clap::Args)]
pub struct Options {
    /// Sales per second.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Seconds of load in a round, for each server.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Rounds; in each, first Karavan and then the bare server is loaded.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Guests who buy by turns.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..))]
    guests: u64,
}

/// One row: a quantile in each column (milliseconds), by rounds.
#[derive(Default)]
struct Latencies([Rounds; QUANTILES.len()]);

/// One server over all rounds.
#[derive(Default)]
struct Tally {
    code: Latencies,
    sale: Latencies,
    errors: u64,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let client = http::client()?;
    let data = programs.data_folder()?;
    let bare_data = programs.data_folder()?;
    refuse_memory_disks(data.path())?;

    eprintln!("preparing");
    programs.start_karavan(&client, data.path()).await?.stop().await?;
    let token = created_token(programs.karavan(CREATE_TOKEN, data.path())).await?;
    let karavan = programs.start_karavan(&client, data.path()).await?;
    let bare = Programs::start_bare(&client, bare_data.path()).await?;
    let ours = shop(
        &client,
        format!("{}{KARAVAN_PREFIX}", karavan.url),
        Some(token),
        options.guests,
    )
    .await?;
    let theirs = shop(&client, format!("{}{BARE_PREFIX}", bare.url), None, options.guests).await?;

    let pace = Pace {
        rate: options.rate,
        seconds: options.seconds,
    };
    let per_round = u64::from(pace.rate) * u64::from(pace.seconds);
    // Caches, connections and the first pages of the files are nobody's latency.
    let warm_up = Pace {
        rate: pace.rate,
        seconds: 2,
    };
    let mut next = per_round * u64::from(options.rounds);
    for shop in [&ours, &theirs] {
        complain(&load::play(&client, shop, warm_up, next).await?);
    }
    next = 0;
    let (mut our_tally, mut their_tally) = (Tally::default(), Tally::default());
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        our_tally.add(&load::play(&client, &ours, pace, next).await?);
        their_tally.add(&load::play(&client, &theirs, pace, next).await?);
        next += per_round;
    }
    karavan.stop().await?;
    bare.stop().await?;
    print(options, &our_tally, &their_tally);
    Ok(())
}

fn print(options: &Options, ours: &Tally, theirs: &Tally) {
    let Options {
        rate, seconds, rounds, ..
    } = options;
    let title = format!("ms, {rate} sales/s for {seconds} s, median of {rounds} rounds");
    let mut table = Table::new(&[&title, "p50", "p95", "p99", "max", "p95 spread", "errors", "goal"]);
    let mut row = |name: &str, latencies: &Latencies, digits: usize, errors: String, goal: &str| {
        let mut cells = vec![name.to_owned()];
        cells.extend(latencies.0.iter().map(|rounds| rounds.shown(digits)));
        cells.extend([latencies.0[1].spread(digits), errors, goal.to_owned()]);
        table.row(cells);
    };
    row("karavan, code", &ours.code, 1, String::new(), "");
    row(
        "karavan, whole sale",
        &ours.sale,
        1,
        ours.errors.to_string(),
        "p95 ≤ 20",
    );
    row("bare axum + sqlx, code", &theirs.code, 1, String::new(), "");
    row(
        "bare axum + sqlx, whole sale",
        &theirs.sale,
        1,
        theirs.errors.to_string(),
        "",
    );
    row(
        "karavan / bare, whole sale",
        &ours.sale.ratio(&theirs.sale),
        2,
        String::new(),
        "",
    );
    table.print();
}

impl Tally {
    fn add(&mut self, measured: &Measured) {
        complain(measured);
        self.code.add(&measured.code);
        self.sale.add(&measured.sale);
        self.errors += measured.errors;
    }
}

impl Latencies {
    fn add(&mut self, histogram: &Histogram<u64>) {
        for (rounds, quantile) in self.0.iter_mut().zip(QUANTILES) {
            // Exact: the largest latency is far below 2^32 µs.
            let micros = u32::try_from(histogram.value_at_quantile(quantile)).unwrap_or(u32::MAX);
            rounds.push(f64::from(micros) / 1e3);
        }
    }

    fn ratio(&self, base: &Self) -> Self {
        Self(std::array::from_fn(|column| self.0[column].ratio(&base.0[column])))
    }
}

fn complain(measured: &Measured) {
    if let Some(error) = &measured.first_error {
        eprintln!("{} sales failed; the first: {error}", measured.errors);
    }
}

async fn shop(client: &Client, base: String, token: Option<String>, guests: u64) -> Outcome<Arc<Shop>> {
    Ok(Arc::new(Shop::open(client, base, token, guests).await?))
}

/// On a disk in memory a durable transaction costs nothing, and the figure says nothing.
fn refuse_memory_disks(folder: &Path) -> Outcome {
    let folder = folder.canonicalize()?;
    let mounts = fs::read_to_string("/proc/mounts")?;
    let kind = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((words.next()?, words.next()?))
        })
        .filter(|(point, _)| folder.starts_with(point))
        .max_by_key(|(point, _)| point.len())
        .map_or("?", |(_, kind)| kind);
    if matches!(kind, "tmpfs" | "ramfs") {
        return Err(format!("{} is a {kind}: give --scratch a folder on a disk", folder.display()).into());
    }
    Ok(())
}
