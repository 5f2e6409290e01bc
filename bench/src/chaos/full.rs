//! The disk is full: the real program on SQLite reads on, refuses writes with 503, and recovers by itself.
//!
//! Either a small file system in memory that is filled by another file (needs root), or a limit on the size of every file
//! that the program writes (needs nobody, and fails in the same places with another code).

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{process::Command, time::sleep};

use super::{
    program::Program,
    traffic::{self, Answers, Traffic},
};
use crate::{
    Impossible, Outcome,
    server::{Programs, Server},
    stats::Times,
    table::Table,
};

/// A full disk is noticed and left within this time.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Options {
    /// How the disk gets full.
    #[arg(long, value_enum, default_value_t = How::Tmpfs)]
    how: How,
    /// How often.
    #[arg(long, default_value_t = 10)]
    times: u32,
    /// Seconds that it stays full after the first refusal.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Twice, one second each.
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum How {
    /// A small file system in memory; mounting it needs root.
    Tmpfs,
    /// A limit on the size of files.
    Limit,
}

/// What makes writes fail, and lets them succeed again.
enum Disk {
    Tmpfs(Tmpfs),
    Limit,
}

/// Unmounted when dropped.
struct Tmpfs(PathBuf);

#[derive(Default)]
struct Found {
    /// From full to the first refusal.
    noticed: Times,
    /// From free to the first write.
    recovered: Times,
    full: Vec<Answers>,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (times, seconds) = if options.quick {
        (2, 1)
    } else {
        (options.times, options.seconds)
    };
    let folder = programs.data_folder()?;
    let disk = Disk::prepare(options.how, folder.path()).await?;
    let data = match &disk {
        Disk::Tmpfs(mounted) => mounted.0.join("data"),
        Disk::Limit => folder.path().join("data"),
    };
    let program = Program::install(programs, Some(data.clone())).await?;
    let client = traffic::client()?;
    program.start(&client).await?.stop().await?;
    let token = program.token().await?;
    let server = program.start_deaf_to_size(&client).await?;
    let traffic = Traffic::new(client, &program.url(), token);

    let mut run = Run {
        disk,
        server,
        traffic,
        next: 0,
        found: Found::default(),
    };
    for time in 0..times {
        run.fill_and_free(Duration::from_secs(seconds)).await?;
        eprintln!("{} of {times} times full", time + 1);
    }
    let Run {
        server, traffic, found, ..
    } = run;
    server.stop().await?;
    let registered = traffic.answers().registered.clone();
    let (integrity, present) = examine(&data.join("karavan.db")).await?;
    let lost = registered.iter().filter(|guest| !present.contains(guest)).count();
    print(options.how, times, &found, registered.len(), lost, &integrity);
    hold(&found, lost, &integrity)
}

struct Run {
    disk: Disk,
    server: Server,
    traffic: Traffic,
    /// The number of the next guest.
    next: i64,
    found: Found,
}

impl Run {
    async fn fill_and_free(&mut self, time: Duration) -> Outcome {
        for _ in 0..20 {
            if !self.write().await {
                return Err(format!("a write failed with room left: {}", self.traffic.answers().complaint()).into());
            }
        }
        self.disk.fill(&self.server).await?;
        self.traffic.take();
        let full = Instant::now();
        // There may be room in the log that SQLite has already.
        while self.write().await {
            if full.elapsed() > PATIENCE {
                return Err("the disk is full and writes go on".into());
            }
        }
        self.found.noticed.push(full.elapsed());
        let refused = Instant::now();
        while refused.elapsed() < time {
            self.write().await;
            if !self.traffic.read().await {
                return Err(format!(
                    "no reads while the disk is full: {}",
                    self.traffic.answers().complaint()
                )
                .into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        self.found.full.push(self.traffic.take());
        self.disk.free(&self.server).await?;
        let free = Instant::now();
        while !self.write().await {
            if free.elapsed() > PATIENCE {
                return Err(format!("no recovery: {}", self.traffic.answers().complaint()).into());
            }
            sleep(Duration::from_millis(10)).await;
        }
        self.found.recovered.push(free.elapsed());
        Ok(())
    }

    async fn write(&mut self) -> bool {
        self.next += 1;
        self.traffic.write(self.next).await
    }
}

impl Disk {
    async fn prepare(how: How, folder: &Path) -> Outcome<Self> {
        match how {
            How::Limit => Ok(Self::Limit),
            How::Tmpfs => {
                let point = folder.join("disk");
                fs::create_dir(&point)?;
                let mut mount = Command::new("mount");
                mount
                    .args(["-t", "tmpfs", "-o", "size=24m", "karavan-bench"])
                    .arg(&point);
                let mounted = mount.output().await?;
                if !mounted.status.success() {
                    let reason = String::from_utf8_lossy(&mounted.stderr).trim().to_owned();
                    return Err(
                        Impossible(format!("a small disk cannot be mounted ({reason}); try --how limit")).into(),
                    );
                }
                Ok(Self::Tmpfs(Tmpfs(point)))
            }
        }
    }

    async fn fill(&self, server: &Server) -> Outcome {
        match self {
            Self::Tmpfs(Tmpfs(point)) => {
                let mut file = fs::File::create(point.join("filler"))?;
                let block = vec![0; 4_096];
                // Until there is no room: that is the error we want.
                while file.write_all(&block).is_ok() {}
                Ok(())
            }
            // Not nothing: a limit of 0 would mean that files cannot even be made longer by a byte at their start.
            Self::Limit => limit(server, "4096").await,
        }
    }

    async fn free(&self, server: &Server) -> Outcome {
        match self {
            Self::Tmpfs(Tmpfs(point)) => Ok(fs::remove_file(point.join("filler"))?),
            Self::Limit => limit(server, "unlimited").await,
        }
    }
}

/// The soft limit of a running process; the hard one stays, so it can be raised again.
async fn limit(server: &Server, size: &str) -> Outcome {
    let status = Command::new("prlimit")
        .args(["--pid", &server.pid.to_string()])
        .arg(format!("--fsize={size}:"))
        .status()
        .await?;
    if status.success() {
        Ok(())
    } else {
        Err(Impossible("the size of files cannot be limited".to_owned()).into())
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let unmounted = std::process::Command::new("umount").arg("--lazy").arg(&self.0).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.0.display());
        }
    }
}

/// What SQLite says of the file, and the guests in it.
async fn examine(file: &Path) -> Outcome<(String, Vec<i64>)> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let integrity = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await?;
    let guests = sqlx::query_scalar("SELECT telegram_id FROM coffee_guests")
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    Ok((integrity, guests))
}

fn print(how: How, times: u32, found: &Found, accepted: usize, lost: usize, integrity: &str) {
    let mut table = Table::new(&[
        "disk full",
        "times",
        "writes refused with 503",
        "other answers",
        "reads answered meanwhile",
        "written again after ms, p50 / p99 / max",
        "accepted",
        "lost",
        "integrity_check",
    ]);
    let sum = |count: fn(&Answers) -> u64| found.full.iter().map(count).sum::<u64>().to_string();
    let name = match how {
        How::Tmpfs => "small file system",
        How::Limit => "limit on files",
    };
    table.row([
        name.to_owned(),
        times.to_string(),
        sum(|answers| answers.polite),
        sum(Answers::failed),
        sum(|answers| answers.reads),
        found.recovered.shown_millis(),
        accepted.to_string(),
        lost.to_string(),
        integrity.to_owned(),
    ]);
    table.print();
}

fn hold(found: &Found, lost: usize, integrity: &str) -> Outcome {
    let complaints: Vec<String> = found
        .full
        .iter()
        .filter(|answers| answers.failed() > 0)
        .map(Answers::complaint)
        .collect();
    if !complaints.is_empty() {
        return Err(format!("a full disk was answered with: {}", complaints.join("; ")).into());
    }
    if lost > 0 || integrity != "ok" {
        return Err(format!("{lost} accepted guests are lost; integrity_check says {integrity}").into());
    }
    Ok(())
}
