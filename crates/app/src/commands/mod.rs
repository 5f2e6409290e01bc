//! One module for each command.

mod admin; // admin create-link
mod audit; // audit verify
mod config; // config, config check
mod describe; // routes, openapi
mod doctor; // doctor
mod ledger; // ledger check
mod migrate; // migrate
mod token; // token create, list, revoke

use karavan_kernel::Entropy;
use karavan_platform::Platform;

use crate::{
    Failure, assemble,
    cli::{Cli, Command, ConfigAct},
    config::{Config, Sources, Variables},
    folder::{DataFolder, LockError},
    say, up,
};

/// Where demo data goes, so that it never mixes with real data.
const DEMO_FOLDER: &str = "karavan-demo-data";

/// Does what was asked for.
///
/// # Errors
/// What went wrong, in words.
pub fn run(cli: Cli, variables: Variables) -> Result<(), Failure> {
    let sources = sources(&cli, variables);
    match cli.command {
        Command::Config(asked) => match asked.act {
            None => config::show(&sources, asked.output.json),
            Some(ConfigAct::Check) => config::check(&sources),
        },
        Command::Up(options) => {
            let config = sources.read()?;
            block_on(up::up(config, options))
        }
        Command::Migrate => block_on(migrate::run(sources.read()?)),
        Command::Doctor(output) => block_on(doctor::run(sources.read()?, output.json)),
        Command::Routes(output) => block_on(describe::routes(sources.read()?, output.json)),
        Command::Openapi => block_on(describe::openapi(sources.read()?)),
        Command::Admin(act) => block_on(admin::run(sources.read()?, act)),
        Command::Token(act) => block_on(token::run(sources.read()?, act)),
        Command::Ledger(act) => block_on(ledger::run(sources.read()?, act)),
        Command::Audit(act) => block_on(audit::run(sources.read()?, act)),
    }
}

fn sources(cli: &Cli, variables: Variables) -> Sources {
    let mut options = Vec::new();
    let mut demo = false;
    if let Command::Up(up) = &cli.command {
        demo = up.demo;
        options.extend(up.listen.clone().map(|address| ("--listen", "server.listen", address)));
    }
    if let Some(folder) = &cli.data {
        options.push(("--data", "data.folder", folder.display().to_string()));
    } else if demo {
        options.push(("--demo", "data.folder", DEMO_FOLDER.to_owned()));
    }
    Sources {
        file: cli.config.clone(),
        variables,
        options,
        demo,
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(Box::pin(work))
}

/// What a command works with that reads or writes the data, beside a running program or without one.
struct Workshop {
    config: Config,
    folder: DataFolder,
    platform: Platform,
}

impl Workshop {
    async fn open(config: Config) -> Result<Self, Failure> {
        let folder = DataFolder::open(&config.data.folder)?;
        let db = assemble::open_database(&config, &folder, Entropy::system()).await?;
        // A server is shared with programs that may be older: only `up` and `migrate` change it.
        if !config.database.is_server() {
            match folder.lock() {
                Ok(_while_migrating) => drop(assemble::migrate(&db).await?),
                // Whoever runs there has migrated, and SQLite lets this process wait for its turn to write.
                Err(LockError::Held(_running)) => {}
                Err(LockError::Failed(failure)) => return Err(failure),
            }
        }
        let platform = assemble::platform(&config, &folder, db)?;
        Ok(Self {
            config,
            folder,
            platform,
        })
    }

    /// Where people reach the program: as a running one says, or as the configuration says.
    fn address(&self) -> String {
        let web = || {
            self.config
                .server
                .web(self.config.server.listen(), self.config.is_production())
        };
        self.folder.announced().unwrap_or_else(|| web().public_url.to_string())
    }

    /// What was done here gets its place in the audit log, also where no program runs.
    async fn close_after_acts(self) {
        if karavan_platform::audit::append(&self.platform.db).await.is_err() {
            // The act is done and written down; a running program goes on from there.
            say::note("The entry in the audit log still waits for its place in the chain.");
        }
        self.close().await;
    }

    async fn close(self) {
        self.platform.db.close().await;
    }
}
