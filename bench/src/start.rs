//! P10: from the start of the process to the first 200 on `/health/ready`, next to a bare axum server.

use crate::{Outcome, http, server::Programs, stats::Rounds, table::Table};

#[derive(clap::Args)]
pub struct Options {
    /// How often each server is started.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let client = http::client()?;
    let data = programs.data_folder()?;
    let bare_data = programs.data_folder()?;

    eprintln!("first start, which creates and migrates the database");
    let server = programs.start_karavan(&client, data.path()).await?;
    let first = server.started_in.as_secs_f64() * 1e3;
    server.stop().await?;

    let (mut karavan, mut bare) = (Rounds::default(), Rounds::default());
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let server = programs.start_karavan(&client, data.path()).await?;
        karavan.push(server.started_in.as_secs_f64() * 1e3);
        server.stop().await?;
        let server = Programs::start_bare(&client, bare_data.path()).await?;
        bare.push(server.started_in.as_secs_f64() * 1e3);
        server.stop().await?;
    }

    let ratio = karavan.ratio(&bare);
    let rounds = options.rounds;
    let mut table = Table::new(&["process start → first 200", "rounds", "median", "spread", "goal"]);
    let text = |cells: [&str; 5]| cells.map(str::to_owned);
    table.row(text([
        "first start, empty folder (ms)",
        "1",
        &format!("{first:.0}"),
        "",
        "",
    ]));
    let count = rounds.to_string();
    table.row(text([
        "karavan, migrated folder (ms)",
        &count,
        &karavan.shown(0),
        &karavan.spread(0),
        "≤ 200",
    ]));
    table.row(text(["bare axum (ms)", &count, &bare.shown(0), &bare.spread(0), ""]));
    table.row(text(["karavan / bare", &count, &ratio.shown(1), &ratio.spread(1), ""]));
    table.print();
    Ok(())
}
