//! A real Redis for one test: a process of its own on a socket in a temporary folder, which the test stops and starts.
//!
//! **Always holds:** it ends with the test, keeps nothing on the disk, and can be reached by nobody else.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    process::{Child, Command},
};

/// A server.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    options: Vec<String>,
    process: Option<Child>,
}

impl RedisServer {
    /// A server that answers.
    ///
    /// # Panics
    /// When `redis-server` is missing or does not start.
    pub async fn start() -> Self {
        Self::start_with(&[]).await.expect("redis-server starts")
    }

    /// A server that also listens on a port of this machine, which it gets as the value of `option`: `--tls-port`, or
    /// `--port` for a cluster. Says which.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_on_a_port(option: &str, more: &[&str]) -> (Self, u16) {
        loop {
            let port = free_port();
            let number = port.to_string();
            // Whoever was quicker has the port: another one is free.
            if let Some(server) =
                Self::start_with(&[&[option, number.as_str(), "--bind", "127.0.0.1"], more].concat()).await
            {
                return (server, port);
            }
        }
    }

    async fn start_with(options: &[&str]) -> Option<Self> {
        let mut server = Self {
            folder: tempfile::tempdir().expect("the temporary folder can be written"),
            options: options.iter().map(|&option| option.to_owned()).collect(),
            process: None,
        };
        server.try_to_start().await.then_some(server)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Ends it at once, as a power cut would. What it kept is gone.
    ///
    /// # Panics
    /// When the system does not let us.
    pub async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await.expect("a child can be killed");
        }
    }

    /// Starts it again at the same place.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.try_to_start().await, "redis-server starts again");
    }

    /// Sends one command as a person would type it, and gives back the answer in Redis' own form, such as `:3` for 3.
    ///
    /// # Panics
    /// When the server is away.
    pub async fn say(&self, command: &str) -> String {
        let mut socket = UnixStream::connect(self.socket()).await.expect("Redis listens");
        let words = format!("{command}\r\nQUIT\r\n");
        socket.write_all(words.as_bytes()).await.expect("Redis reads");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("Redis answers");
        // What it says to QUIT.
        let answer = answer.trim_end();
        answer.strip_suffix("+OK").unwrap_or(answer).trim_end().to_owned()
    }

    /// All keys that it holds.
    pub async fn keys(&self) -> Vec<String> {
        let answer = self.say("KEYS *").await;
        let lines = answer.lines().filter(|line| !line.starts_with(['*', '$']));
        lines.map(str::to_owned).collect()
    }

    async fn try_to_start(&mut self) -> bool {
        let folder: &Path = self.folder.path();
        let mut command = Command::new("redis-server");
        command
            // Later options win: a port of its own comes after this one.
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(self.socket())
            .arg("--dir")
            .arg(folder)
            .args(&self.options)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command
            .spawn()
            .expect("`redis-server` is installed: bin/test does that");
        let output = process.stdout.take().expect("its output is ours");
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // Its last line before it waits for clients.
            if line.ends_with("redis.sock") || line.ends_with("accept connections unix") {
                self.process = Some(process);
                return true;
            }
        }
        false
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }
}

fn free_port() -> u16 {
    // A cluster's own port is this one and ten thousand more.
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        if port < 55_000 {
            return port;
        }
    }
}
