//! Servers as processes: started with an empty environment, found by the address that they print, stopped at the end.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use reqwest::Client;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    sync::oneshot,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::Outcome;

/// What answers 200 as soon as the program can do its work.
pub const READY: &str = "/health/ready";

/// A start that takes longer has failed.
pub const LONGEST_START: Duration = Duration::from_secs(60);

/// A stop that takes longer is forced.
pub const LONGEST_STOP: Duration = Duration::from_secs(45);

/// Where the programs are.
pub struct Programs {
    /// The release build of `karavan`.
    pub karavan: PathBuf,
    /// Where data folders are made.
    pub scratch: PathBuf,
    /// A PostgreSQL server where databases may be made.
    pub postgres: Option<String>,
}

impl Programs {
    /// A data folder that is removed when it is dropped.
    pub fn data_folder(&self) -> Outcome<TempDir> {
        fs::create_dir_all(&self.scratch)?;
        Ok(tempfile::Builder::new()
            .prefix("karavan-bench-")
            .tempdir_in(&self.scratch)?)
    }

    /// `karavan` with these arguments and without our environment.
    pub fn karavan(&self, arguments: &[&str], data: &Path) -> Command {
        let mut command = Command::new(&self.karavan);
        command.args(arguments).arg("--data").arg(data).env_clear();
        command
    }

    /// Starts `karavan up` on a data folder.
    pub async fn start_karavan(&self, client: &Client, data: &Path) -> Outcome<Server> {
        let mut command = self.karavan(&["up", "--listen", "127.0.0.1:0"], data);
        // One guest of the bench buys more often than a person may.
        command.env("KARAVAN__LIMITS__ENABLED", "false");
        Server::start(command, client, &data.join("bench-stderr.log")).await
    }

    /// Starts the bare server: this program under another name.
    pub async fn start_bare(client: &Client, data: &Path) -> Outcome<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", "--data"]).arg(data).env_clear();
        Server::start(command, client, &data.join("bench-stderr.log")).await
    }
}

/// A server that runs until it is stopped or dropped.
pub struct Server {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    /// From just before the process existed to the first 200.
    pub started_in: Duration,
    /// For `/proc`.
    pub pid: u32,
    child: Child,
    /// Reads on, so that the server never waits for a full pipe.
    _output: JoinSet<()>,
}

impl Server {
    /// Starts a server that prints its address, with its log in `errors`.
    pub async fn start(mut command: Command, client: &Client, errors: &Path) -> Outcome<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(errors)?)
            .kill_on_drop(true);
        let begun = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| format!("{:?} does not start: {error}", command.as_std()))?;
        let stdout = child.stdout.take().ok_or("the server has no stdout")?;
        let mut output = JoinSet::new();
        let url = address(stdout, &mut output);
        let ready = async {
            let url = url
                .await
                .map_err(|closed| format!("it printed no address ({closed})"))?;
            wait_until_ready(client, &url).await?;
            Outcome::Ok(url)
        };
        let ready = tokio::select! {
            ready = timeout(LONGEST_START, ready) => ready.unwrap_or_else(|late| Err(late.into())),
            // It ends only to say that something is wrong.
            status = child.wait() => Err(format!("it ended with {}", status?).into()),
        };
        let started_in = begun.elapsed();
        let url = ready.map_err(|error| explain(&command, error.as_ref(), errors))?;
        let pid = child.id().ok_or("the server has ended")?;
        Ok(Self {
            url,
            started_in,
            pid,
            child,
            _output: output,
        })
    }

    /// Stops it as an operator would, so that its data folder is in order.
    pub async fn stop(mut self) -> Outcome {
        signal(self.pid, "TERM").await?;
        if timeout(LONGEST_STOP, self.child.wait()).await.is_err() {
            eprintln!(
                "the server ignored SIGTERM for {} s and was killed",
                LONGEST_STOP.as_secs()
            );
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// Prints the token; the folder must be migrated and no server may run on it.
pub const CREATE_TOKEN: &[&str] = &["token", "create", "bench", "--permissions", "coffee.*"];

/// Runs `karavan token create …`; the token that it prints.
pub async fn created_token(mut command: Command) -> Outcome<String> {
    let output = command.output().await?;
    if !output.status.success() {
        return Err(format!("no token: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    // The last word, whether or not there are others in front of it.
    Ok(printed
        .split_whitespace()
        .next_back()
        .ok_or("`karavan token create` printed nothing")?
        .to_owned())
}

/// Sends a signal by name. `unsafe` is forbidden in the workspace, so it comes from the command.
pub async fn signal(pid: u32, name: &str) -> Outcome {
    let status = Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .status()
        .await?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("process {pid} cannot be sent {name}").into())
    }
}

/// The first `http://127.0.0.1:<port>` that is printed.
fn address(stdout: ChildStdout, output: &mut JoinSet<()>) -> oneshot::Receiver<String> {
    let (found, url) = oneshot::channel();
    output.spawn(async move {
        let mut found = Some(found);
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(url) = url_in(&line)
                && let Some(found) = found.take()
            {
                // Nobody waits any more if the start has failed.
                drop(found.send(url));
            }
        }
    });
    url
}

fn url_in(line: &str) -> Option<String> {
    const START: &str = "http://127.0.0.1:";
    let (_, rest) = line.split_once(START)?;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("{START}{port}"))
}

async fn wait_until_ready(client: &Client, url: &str) -> Outcome {
    let url = format!("{url}{READY}");
    loop {
        if client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
            return Ok(());
        }
        sleep(Duration::from_millis(1)).await;
    }
}

fn explain(command: &Command, error: &(dyn std::error::Error + Send + Sync), errors: &Path) -> String {
    let log = fs::read_to_string(errors).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(10).collect();
    let tail = lines.into_iter().rev().collect::<Vec<_>>().join("\n");
    format!("{:?} is not ready: {error}\n{tail}", command.as_std())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_words_and_in_json() {
        let url = Some("http://127.0.0.1:8080".to_owned());
        assert_eq!(url_in("Karavan is ready: http://127.0.0.1:8080/"), url);
        assert_eq!(url_in(r#"{"url":"http://127.0.0.1:8080","level":"INFO"}"#), url);
        assert_eq!(url_in("listening on 127.0.0.1:8080"), None);
        assert_eq!(url_in("http://127.0.0.1:<port>"), None);
    }
}
