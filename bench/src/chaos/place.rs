//! A database for one run: made on a disk or on the server given, and removed afterwards.

use std::{path::PathBuf, str::FromStr};

use karavan_kernel::{Clock, Entropy, Secret};
use karavan_store::{Db, DbConfig, Migrations, Pool};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

use crate::{Outcome, server::Programs};

/// Which database a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// One server, any number of processes.
    Postgres,
}

impl Engine {
    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// `--database`, which many runs have.
#[derive(Clone, Debug, clap::Args)]
pub struct Engines {
    /// Only this one.
    #[arg(long = "database")]
    only: Option<Engine>,
}

impl Engines {
    /// The one asked for, or both.
    pub fn list(&self) -> Vec<Engine> {
        self.only
            .map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |only| vec![only])
    }
}

/// A migrated database. [`Place::remove`] drops it.
pub struct Place {
    pub engine: Engine,
    /// Logs of processes, and the file on SQLite.
    pub folder: TempDir,
    server: Option<(PgConnectOptions, String)>,
}

impl Place {
    /// A new, migrated database.
    pub async fn create(engine: Engine, programs: &Programs) -> Outcome<Self> {
        let folder = programs.data_folder()?;
        let server = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(create_on_server(programs).await?),
        };
        let place = Self { engine, folder, server };
        let db = place.open(Clock::system()).await?;
        db.migrate(&Migrations::embedded()?).await?;
        db.close().await;
        Ok(place)
    }

    /// Where it is, in one word for a command line.
    pub fn address(&self) -> String {
        match &self.server {
            None => self.folder.path().join("bench.sqlite").display().to_string(),
            Some((server, name)) => server.clone().database(name).to_url_lossy().to_string(),
        }
    }

    /// The same by way of another port on this machine.
    pub fn address_through(&self, port: u16) -> Outcome<String> {
        let (server, name) = self.server.as_ref().ok_or("only a server has ports")?;
        let through = server.clone().host("127.0.0.1").port(port).database(name);
        Ok(through.to_url_lossy().to_string())
    }

    /// The server's own address.
    pub fn server(&self) -> Outcome<(String, u16)> {
        let (server, _) = self.server.as_ref().ok_or("only a server has ports")?;
        Ok((server.get_host().to_owned(), server.get_port()))
    }

    /// Opens it.
    pub async fn open(&self, clock: Clock) -> Outcome<Db> {
        open(&self.address(), clock, 16).await
    }

    /// Drops it.
    pub async fn remove(self) -> Outcome {
        if let Some((server, name)) = &self.server {
            let mut admin = server.connect().await?;
            run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            admin.close().await?;
        }
        Ok(self.folder.close()?)
    }
}

/// Opens what [`Place::address`] says: durable, as in production.
pub async fn open(address: &str, clock: Clock, connections: u32) -> Outcome<Db> {
    let config = if address.starts_with("postgres") {
        let pool = Pool {
            max_connections: connections,
            ..Pool::default()
        };
        DbConfig::Postgres {
            url: Secret::new(address),
            pool,
        }
    } else {
        DbConfig::Sqlite {
            file: PathBuf::from(address),
            durable: true,
        }
    };
    Ok(Db::open(&config, clock, Entropy::system()).await?)
}

async fn create_on_server(programs: &Programs) -> Outcome<(PgConnectOptions, String)> {
    let missing = "this needs a PostgreSQL server: give --postgres, or run the script, which starts one";
    let address = programs.postgres.as_ref().ok_or(missing)?;
    let server = PgConnectOptions::from_str(address)?.application_name("karavan-bench");
    let name = format!("bench_{:032x}", u128::from_be_bytes(Entropy::system().bytes()));
    let mut admin = server.connect().await?;
    let sorted_by_bytes = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";
    run(&mut admin, format!("CREATE DATABASE {name} {sorted_by_bytes}")).await?;
    admin.close().await?;
    Ok((server, name))
}

async fn run(admin: &mut PgConnection, statement: String) -> Outcome {
    // Names are made here, of letters and digits.
    admin.execute(AssertSqlSafe(statement)).await?;
    Ok(())
}
