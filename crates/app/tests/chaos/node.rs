//! The built program as a process that others ask while something happens to it.

use std::process::{ExitStatus, Stdio};

use karavan_kernel::{Clock, Entropy};
use karavan_store::{Db, DbConfig};
use karavan_testkit::TestDb;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
};

/// One installation: a data folder and its settings. The database is the one of the test, or on SQLite the folder's own.
pub struct Installation {
    data: TempDir,
    database: DbConfig,
    settings: Vec<(&'static str, String)>,
}

/// How a command ended.
pub struct Ended {
    pub status: Option<i32>,
    pub err: String,
}

impl Installation {
    /// With a guests' bot at `telegram`.
    pub fn new(t: &TestDb, telegram: &str, bot_token: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut settings = vec![
            ("KARAVAN__LOG__LEVEL", "warn".to_owned()),
            ("KARAVAN__LIMITS__ENABLED", "false".to_owned()),
            ("KARAVAN__SECRETS__MASTER", "one secret of every node ".repeat(4)),
            ("KARAVAN__TELEGRAM__BASE_URL", telegram.to_owned()),
            ("KARAVAN__COFFEE__GUEST_BOT_TOKEN", bot_token.to_owned()),
        ];
        let database = match t.config() {
            DbConfig::Sqlite { .. } => DbConfig::Sqlite {
                file: data.path().join("karavan.db"),
                durable: true,
            },
            DbConfig::Postgres { url, pool } => {
                settings.push(("KARAVAN__DATABASE__URL", url.expose().to_owned()));
                DbConfig::Postgres {
                    url: url.clone(),
                    pool: *pool,
                }
            }
        };
        Self {
            data,
            database,
            settings,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_karavan"));
        command
            .args(arguments)
            .arg("--data")
            .arg(self.data.path())
            .env_clear()
            .envs(self.settings.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().await.unwrap();
        Ended {
            status: output.status.code(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A token for machines. Not while a node runs in this folder.
    pub async fn token(&self) -> String {
        let create = ["token", "create", "test", "--permissions", "coffee.*"];
        let output = self.command(&create).output().await.unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        printed.lines().next().unwrap().to_owned()
    }

    /// `karavan up` on a free port.
    pub async fn up(&self, options: &[&str]) -> Node {
        let mut command = self.command(&[&["up", "--listen", "127.0.0.1:0"], options].concat());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut banner = String::new();
        // The last line of the block begins with what to do next.
        while !banner.contains("Next:") {
            let read = out.read_line(&mut banner).await.unwrap();
            assert_ne!(read, 0, "it ended with {:?} after:\n{banner}", child.wait().await);
        }
        let url = banner.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address = url.unwrap().split('/').next().unwrap().to_owned();
        Node {
            child,
            address,
            _out: out,
        }
    }

    /// The database, opened as another program would.
    pub async fn database(&self) -> Db {
        Db::open(&self.database, Clock::system(), Entropy::system())
            .await
            .unwrap()
    }
}

/// A running `karavan up`. Killed when a test fails.
pub struct Node {
    child: Child,
    /// Host and port.
    pub address: String,
    /// Kept, so that it can go on printing.
    _out: BufReader<ChildStdout>,
}

impl Node {
    /// Stops it as an operator would.
    pub async fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().unwrap().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &pid]).status().await.unwrap();
        assert!(told.success());
        self.child.wait().await.unwrap()
    }
}

/// Asks once, on a connection of its own. The status, and everything that came.
///
/// # Errors
/// In words.
pub async fn ask(address: &str, token: &str, method: &str, path: &str, body: &str) -> Result<(u16, String), String> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = asked.await.map_err(|error| format!("{method} {path}: {error}"))?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("{method} {path}: no answer but `{answer}`"))?;
    Ok((status, answer))
}
