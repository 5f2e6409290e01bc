//! The command line: what can be asked for. What it does stands in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, builder::TypedValueParser};
use karavan_platform::host::Role;

use crate::failure::STATUSES;

/// The heading of options that every command takes.
const EVERYWHERE: &str = "Options of every command";

/// Karavan: a loyalty programme for coffee shops, on a floor made for more.
#[derive(Debug, Parser)]
#[command(name = "karavan", version, after_help = STATUSES, arg_required_else_help = true)]
pub struct Cli {
    /// Read settings from this file instead of karavan.toml in the working folder.
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub config: Option<PathBuf>,

    /// Keep everything in this folder [default: karavan-data].
    #[arg(long, global = true, value_name = "FOLDER", help_heading = EVERYWHERE)]
    pub data: Option<PathBuf>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start: answer requests, run jobs, watch the clock, listen to Telegram.
    Up(Up),
    /// Bring the database up to date and end.
    Migrate,
    /// Show the settings: every value and where it comes from.
    Config(Config),
    /// Check settings, folder, disk, database and bots, and say what to do; status 1 when something is wrong.
    Doctor(Output),
    /// List every route with the permission that it asks for.
    Routes(Output),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Let somebody into the admin panel.
    #[command(subcommand)]
    Admin(Admin),
    /// Tokens for machines that use the API.
    #[command(subcommand)]
    Token(Token),
    /// The books of points and money.
    #[command(subcommand)]
    Ledger(Ledger),
    /// The log of who did what.
    #[command(subcommand)]
    Audit(Audit),
}

/// Options of `up`.
#[derive(Debug, Args)]
pub struct Up {
    /// Fill everything with believable data and simulate the outside world: try the bots without any account.
    /// The data goes to karavan-demo-data unless --data says otherwise.
    #[arg(long)]
    pub demo: bool,

    /// Listen here; port 0 takes any free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,

    /// What this process does; any number of processes may share one PostgreSQL.
    #[arg(long, value_name = "ROLES", value_delimiter = ',', default_value = "web,worker,scheduler,bots", value_parser = role())]
    pub roles: Vec<Role>,

    /// Do not bring the database up to date first.
    #[arg(long)]
    pub no_migrate: bool,
}

/// How an answer is written.
#[derive(Debug, Args)]
pub struct Output {
    /// For scripts.
    #[arg(long)]
    pub json: bool,
}

/// `config` and what can follow.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Config {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(subcommand)]
    pub(crate) act: Option<ConfigAct>,
}

/// More about the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigAct {
    /// Say whether the program would start with these settings.
    Check,
}

/// Ways into the panel.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Print a link that lets the owner in once, within 30 minutes.
    CreateLink,
}

/// Tokens for machines.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, once.
    Create {
        /// What it is for.
        name: String,
        /// What it may do, such as coffee.orders.read or coffee.*
        #[arg(long, required = true, value_delimiter = ',', value_name = "PERMISSIONS")]
        permissions: Vec<String>,
    },
    /// Show the tokens there are.
    List(Output),
    /// Refuse a token from now on.
    Revoke {
        /// Its name.
        name: String,
    },
}

/// The books.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Recompute every balance and every entry; status 1 when something is wrong.
    Check,
}

/// The audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Look whether anything was changed since it was written, and name the first row that was; status 1 then.
    Verify(Output),
}

fn role() -> impl TypedValueParser<Value = Role> {
    let names = Role::ALL.iter().map(|role| role.as_str());
    clap::builder::PossibleValuesParser::new(names.collect::<Vec<_>>())
        .map(|name| name.parse::<Role>().expect("only names of roles are possible"))
}
