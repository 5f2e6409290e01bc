//! Who does something: recorded with every transaction.

use std::fmt;

/// The one who acts. Prints as `kind:id`, the form that rows keep.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The program itself: a job, a schedule, the command line.
    System(&'static str),
    /// A signed-in account of the panel or a site, by its id.
    Account(String),
    /// A machine with a service token, by the token's id.
    Service(String),
    /// A person in a chat, by their Telegram id.
    Telegram(i64),
    /// Nobody known.
    Anonymous,
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(part) => write!(out, "system:{part}"),
            Self::Account(id) => write!(out, "account:{id}"),
            Self::Service(id) => write!(out, "service:{id}"),
            Self::Telegram(id) => write!(out, "telegram:{id}"),
            Self::Anonymous => out.write_str("anonymous"),
        }
    }
}
