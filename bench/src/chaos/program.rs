//! The real program as an operator runs it: a data folder, settings in the environment, a port, a token.

use std::path::PathBuf;

use command_fds::{CommandFdExt, FdMapping};
use reqwest::Client;
use tempfile::TempDir;
use tokio::{net::TcpListener, process::Command};

use crate::{
    Outcome,
    server::{CREATE_TOKEN, Programs, Server, created_token},
};

/// The number of the first descriptor that is passed on, by the protocol of systemd.
const FIRST_PASSED: i32 = 3;

/// One installation. The process can be started and stopped many times.
pub struct Program<'run> {
    programs: &'run Programs,
    pub data: PathBuf,
    log: PathBuf,
    /// Fixed, because clients and proxies know it.
    pub port: u16,
    settings: Vec<(&'static str, String)>,
    /// Our own folder, unless `data` is elsewhere.
    _folder: TempDir,
}

impl<'run> Program<'run> {
    /// A new installation with its data in a folder of its own, or in `data`.
    pub async fn install(programs: &'run Programs, data: Option<PathBuf>) -> Outcome<Self> {
        let folder = programs.data_folder()?;
        let program = Self {
            programs,
            data: data.unwrap_or_else(|| folder.path().join("data")),
            log: folder.path().join("stderr.log"),
            port: free_port().await?,
            settings: vec![("KARAVAN__LIMITS__ENABLED", "false".to_owned())],
            _folder: folder,
        };
        Ok(program)
    }

    /// Sets a key of the configuration, by its name in the environment.
    pub fn set(&mut self, key: &'static str, value: impl Into<String>) {
        self.settings.retain(|(name, _)| *name != key);
        self.settings.push((key, value.into()));
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A token for everything the bench asks.
    pub async fn token(&self) -> Outcome<String> {
        created_token(self.command(CREATE_TOKEN)).await
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&self, client: &Client) -> Outcome<Server> {
        let listen = format!("127.0.0.1:{}", self.port);
        Server::start(self.command(&["up", "--listen", &listen]), client, &self.log).await
    }

    /// The same on a socket that is open already and stays so, as systemd starts it.
    pub async fn start_on(&self, socket: &std::net::TcpListener, client: &Client) -> Outcome<Server> {
        let mut command = self.through("LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"");
        let passed = FdMapping {
            parent_fd: socket.try_clone()?.into(),
            child_fd: FIRST_PASSED,
        };
        command.fd_mappings(vec![passed])?;
        Server::start(command, client, &self.log).await
    }

    /// The same, deaf to the signal of a file that is too long: the write fails instead, as on a full disk.
    pub async fn start_deaf_to_size(&self, client: &Client) -> Outcome<Server> {
        Server::start(self.through("trap '' XFSZ; exec \"$@\""), client, &self.log).await
    }

    /// `karavan up` by way of a shell.
    fn through(&self, script: &str) -> Command {
        let listen = format!("127.0.0.1:{}", self.port);
        let inner = self.command(&["up", "--listen", &listen]);
        let mut command = Command::new("sh");
        command
            .args(["-c", script, "sh"])
            .arg(inner.as_std().get_program())
            .args(inner.as_std().get_args())
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The errors in its log that nobody expects, for whoever has to find out why.
    pub fn complaints(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let errors: Vec<&str> = log.lines().filter(|line| line.contains("internal")).take(3).collect();
        errors.join("\n")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.programs.karavan(arguments, &self.data);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A port that nobody has right now, below those that the kernel gives to outgoing connections: it can be left and taken again.
pub async fn free_port() -> Outcome<u16> {
    loop {
        let port = 20_000 + u16::try_from(karavan_kernel::Entropy::system().below(12_000))?;
        if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            return Ok(port);
        }
    }
}
