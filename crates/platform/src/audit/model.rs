//! Entries before they are written, and the head of the chain.

use std::fmt;

use karavan_kernel::{Actor, typed_ids};
use karavan_web::{Ctx, Principal};
use serde::Serialize;
use serde_json::Value;

use super::encoding::{Hash, hex};

typed_ids! {
    /// An entry of the audit log.
    AuditId = "aud",
}

/// What an act was done to. Neither word is erasable: an id, never a name, a number or an address of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What kind of thing: `job`, `settings`.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
}

impl<T: fmt::Display> From<(&'static str, T)> for Entity {
    fn from((kind, id): (&'static str, T)) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }
}

/// From where an act came. Everything but the request's id is personal and erasable.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The name of the one who acts, at this moment.
    pub who: Option<String>,
    /// The address.
    pub ip: Option<String>,
    /// The browser's name.
    pub user_agent: Option<String>,
    /// As in the log and in the answer.
    pub request_id: Option<String>,
}

impl Origin {
    /// Neither a request nor a person: a job, a schedule, the command line.
    pub fn nowhere() -> Self {
        Self::default()
    }
}

impl From<&Ctx> for Origin {
    fn from(ctx: &Ctx) -> Self {
        let who = match &ctx.principal {
            Principal::Anonymous => None,
            Principal::Account(account) => Some(account.name.clone()),
            Principal::Service(service) => Some(service.name.clone()),
        };
        let full = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            who,
            ip: Some(ctx.ip.to_string()),
            user_agent: full(&ctx.user_agent),
            request_id: full(&ctx.request_id),
        }
    }
}

/// One act, for [`record`](super::record()).
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) act: &'static str,
    pub(super) entity: Entity,
    pub(super) actor: Option<Actor>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) origin: Origin,
}

impl Entry {
    /// `act` is `<owner>.<noun>.<act>` and stored: never rename. Its words for people are the text `audit-act-<act>`, with
    /// `-` in place of `.` and `_`.
    pub fn new(act: &'static str, entity: impl Into<Entity>) -> Self {
        Self {
            act,
            entity: entity.into(),
            actor: None,
            before: None,
            after: None,
            origin: Origin::nowhere(),
        }
    }

    /// How it was before. May be personal, never secret.
    #[must_use]
    pub fn before(self, value: impl Serialize) -> Self {
        Self {
            before: json(value),
            ..self
        }
    }

    /// How it is now. May be personal, never secret.
    #[must_use]
    pub fn after(self, value: impl Serialize) -> Self {
        Self {
            after: json(value),
            ..self
        }
    }

    /// From where: a request's `&Ctx`, or an [`Origin`].
    #[must_use]
    pub fn from(self, origin: impl Into<Origin>) -> Self {
        Self {
            origin: origin.into(),
            ..self
        }
    }

    /// Who did it, where that is not the transaction's actor: whoever signs in is nobody until then.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self {
            actor: Some(actor),
            ..self
        }
    }
}

/// Nothing for `None` and `()`.
fn json(value: impl Serialize) -> Option<Value> {
    // Only maps whose keys are no texts cannot be written; the entry is worth more than such a value.
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}

/// The last row of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Its place, which is how many rows there are.
    pub seq: i64,
    /// Its hash, which covers all rows.
    #[serde(serialize_with = "as_hex")]
    pub hash: Hash,
}

impl Head {
    /// Before the first row.
    pub(super) const NONE: Self = Self { seq: 0, hash: [0; 32] };
}

fn as_hex<S: serde::Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex(hash))
}

impl fmt::Display for Head {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.seq, hex(&self.hash))
    }
}
