//! Nodes as processes: started, killed, frozen and thawed.

use std::{fs::OpenOptions, process::Stdio, time::Instant};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::oneshot,
    task::JoinSet,
    time::timeout,
};

use super::{
    node::{ClockKind, Part},
    place::Place,
    said::Said,
    tally::{Listener, Loss},
};
use crate::{
    Outcome,
    server::{LONGEST_START, signal},
};

/// The numbers of jobs that one process may ask for.
const NUMBERS: i64 = 1_000_000;

/// The processes of one run on one database.
pub struct Crew<'run> {
    place: &'run Place,
    part: Part,
    pub listener: Listener,
    processes: u64,
}

/// A node in a process of its own. Killed when dropped.
pub struct Node {
    pub name: String,
    pub process: u64,
    /// From just before the process existed.
    pub started: Instant,
    pub ready: Instant,
    pid: u32,
    child: Child,
    commands: ChildStdin,
    /// Ends with the last line of the process.
    hearing: JoinSet<()>,
}

impl<'run> Crew<'run> {
    pub fn new(place: &'run Place, part: Part) -> Self {
        Self {
            place,
            part,
            listener: Listener::default(),
            processes: 0,
        }
    }

    /// Seconds by which a driven clock is ahead, for nodes that start from now on.
    pub const fn advance(&mut self, seconds: u64) {
        self.part.ahead += seconds;
    }

    /// How far a driven clock is ahead.
    pub const fn ahead(&self) -> u64 {
        self.part.ahead
    }

    /// Starts a node and waits until it works.
    pub async fn start(&mut self, name: &str) -> Outcome<Node> {
        self.processes += 1;
        let process = self.processes;
        let mut command = self.command(name, i64::try_from(process)? * NUMBERS);
        let log = self.place.folder.path().join("nodes.log");
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn()?;
        let commands = child.stdin.take().ok_or("the node has no stdin")?;
        let output = child.stdout.take().ok_or("the node has no stdout")?;
        let (ready, is_ready) = oneshot::channel();
        let mut hearing = JoinSet::new();
        hearing.spawn(hear(output, self.listener.clone(), process, ready));
        if !matches!(timeout(LONGEST_START, is_ready).await, Ok(Ok(()))) {
            let log = std::fs::read_to_string(self.place.folder.path().join("nodes.log")).unwrap_or_default();
            return Err(format!("the node does not start; its log:\n{log}").into());
        }
        Ok(Node {
            name: name.to_owned(),
            process,
            started,
            ready: Instant::now(),
            pid: child.id().ok_or("the node has ended")?,
            child,
            commands,
            hearing,
        })
    }

    fn command(&self, name: &str, first: i64) -> Command {
        let Part {
            rate,
            workers,
            work,
            hold,
            clock,
            ahead,
        } = &self.part;
        let clock = match clock {
            ClockKind::System => "system",
            ClockKind::Settable => "settable",
            ClockKind::Driven => "driven",
        };
        let program = std::env::current_exe().unwrap_or_else(|_| "karavan-bench".into());
        let mut command = Command::new(program);
        command.args(["node", "--name", name, "--clock", clock, "--address"]);
        command.arg(self.place.address());
        for (option, value) in [
            ("--first", first.to_string()),
            ("--rate", rate.to_string()),
            ("--workers", workers.to_string()),
            ("--work", work.to_string()),
            ("--hold", hold.to_string()),
            ("--ahead", ahead.to_string()),
        ] {
            command.args([option, &value]);
        }
        command
    }
}

/// Hears every line of a process, up to its end.
async fn hear(output: ChildStdout, listener: Listener, process: u64, ready: oneshot::Sender<()>) {
    let voice = listener.hear(process);
    let mut ready = Some(ready);
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // A kill may cut a line off; then it was not said.
        let Ok(said) = line.parse::<Said>() else { continue };
        if said == Said::Ready
            && let Some(ready) = ready.take()
        {
            // Nobody waits any more if the start took too long.
            let _nobody = ready.send(());
        }
        voice.say(said);
    }
}

impl Node {
    /// `kill -9`. Says how many jobs it was working on.
    pub async fn kill(mut self, listener: &Listener, loss: Loss) -> Outcome<usize> {
        let since = Instant::now();
        self.child.start_kill()?;
        self.child.wait().await?;
        // What it had said before is still in the pipe.
        while self.hearing.join_next().await.is_some() {}
        Ok(listener.tally().lose(self.process, loss, since))
    }

    /// Freezes it where it is.
    pub async fn freeze(&self) -> Outcome {
        signal(self.pid, "STOP").await
    }

    /// Lets it go on as if nothing had happened.
    pub async fn thaw(&self) -> Outcome {
        signal(self.pid, "CONT").await
    }

    /// Gives it a command.
    pub async fn tell(&mut self, command: &str) -> Outcome {
        self.commands.write_all(format!("{command}\n").as_bytes()).await?;
        Ok(self.commands.flush().await?)
    }

    /// Ends it in order.
    pub async fn stop(self) -> Outcome {
        let Self {
            mut child,
            commands,
            mut hearing,
            name,
            ..
        } = self;
        drop(commands);
        let status = timeout(crate::server::LONGEST_STOP, child.wait()).await;
        while hearing.join_next().await.is_some() {}
        match status {
            Ok(Ok(status)) if status.success() => Ok(()),
            other => Err(format!("the node {name} did not end well: {other:?}").into()),
        }
    }
}
