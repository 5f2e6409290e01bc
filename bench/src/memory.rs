//! P4: resident memory, idle and after requests, next to a bare axum server.

use std::{fs, time::Duration};

use reqwest::Client;
use tokio::time::sleep;

use crate::{
    Outcome, http,
    server::{Programs, READY, Server},
    stats::Rounds,
    table::Table,
};

/// Asked for by turns; both servers have them.
const PATHS: &[&str] = &[READY];

#[derive(clap::Args)]
pub struct Options {
    /// How often each server is started and measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of silence before the first measurement.
    #[arg(long, default_value_t = 5)]
    idle: u64,
    /// Requests before the second one.
    #[arg(long, default_value_t = 1000)]
    requests: usize,
}

/// In megabytes; PSS counts shared pages by their share and needs a kernel that tells.
#[derive(Default)]
struct Memory {
    rss_idle: Rounds,
    pss_idle: Rounds,
    rss_after: Rounds,
    pss_after: Rounds,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let client = http::client()?;
    let data = programs.data_folder()?;
    let bare_data = programs.data_folder()?;
    // The first start migrates, which is not what a server does all day.
    programs.start_karavan(&client, data.path()).await?.stop().await?;

    let (mut karavan, mut bare) = (Memory::default(), Memory::default());
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let server = programs.start_karavan(&client, data.path()).await?;
        karavan.measure(&client, server, options).await?;
        let server = Programs::start_bare(&client, bare_data.path()).await?;
        bare.measure(&client, server, options).await?;
    }

    let after = format!("after {} requests", options.requests);
    let idle = format!("idle {} s", options.idle);
    let mut table = Table::new(&["resident memory, MB", "RSS", "spread", "PSS", "spread", "goal (RSS)"]);
    let mut row = |name: String, rss: &Rounds, pss: &Rounds, goal: &str| {
        table.row([
            name,
            rss.shown(1),
            rss.spread(1),
            pss.shown(1),
            pss.spread(1),
            goal.to_owned(),
        ]);
    };
    row(format!("karavan, {idle}"), &karavan.rss_idle, &karavan.pss_idle, "≤ 40");
    row(format!("karavan, {after}"), &karavan.rss_after, &karavan.pss_after, "");
    row(format!("bare axum, {idle}"), &bare.rss_idle, &bare.pss_idle, "");
    row(format!("bare axum, {after}"), &bare.rss_after, &bare.pss_after, "");
    let ratio = (
        karavan.rss_idle.ratio(&bare.rss_idle),
        karavan.pss_idle.ratio(&bare.pss_idle),
    );
    row(format!("karavan / bare, {idle}"), &ratio.0, &ratio.1, "");
    table.print();
    Ok(())
}

impl Memory {
    async fn measure(&mut self, client: &Client, server: Server, options: &Options) -> Outcome {
        sleep(Duration::from_secs(options.idle)).await;
        record(server.pid, &mut self.rss_idle, &mut self.pss_idle)?;
        for path in PATHS.iter().cycle().take(options.requests) {
            let answer = client
                .get(format!("{}{path}", server.url))
                .send()
                .await?
                .error_for_status()?;
            answer.bytes().await?;
        }
        record(server.pid, &mut self.rss_after, &mut self.pss_after)?;
        server.stop().await
    }
}

fn record(pid: u32, rss: &mut Rounds, pss: &mut Rounds) -> Outcome {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    rss.push(megabytes(&status, "VmRSS:").ok_or("no VmRSS in /proc")?);
    // Not every container lets us read it.
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    if let Some(share) = megabytes(&rollup, "Pss:") {
        pss.push(share);
    }
    Ok(())
}

/// `VmRSS:     12345 kB`, where kB is 1,024 bytes.
fn megabytes(text: &str, name: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_read() {
        let text = "VmHWM:\t   99999 kB\nVmRSS:\t   12500 kB\n";
        assert_eq!(megabytes(text, "VmRSS:"), Some(12.8));
        assert_eq!(megabytes(text, "Pss:"), None);
    }
}
