//! The one who asks, as far as the request shows.

use std::{collections::BTreeSet, sync::Arc};

use karavan_kernel::{Actor, Permission, Timestamp};

use crate::sessions::TokenHash;

/// Who sent the request.
#[derive(Clone, Debug, Default)]
pub enum Principal {
    /// Nobody known.
    #[default]
    Anonymous,
    /// A person with an account.
    Account(AccountPrincipal),
    /// A machine with a service token.
    Service(ServicePrincipal),
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct AccountPrincipal {
    /// The account's id, as text: this crate does not know accounts.
    pub id: String,
    /// What the page greets them with.
    pub name: String,
    /// What they may do.
    pub permissions: Arc<PermissionSet>,
    /// The session they came with; `None` when they came with a bearer token.
    pub session: Option<TokenHash>,
    /// How they showed who they are.
    pub proof: Proof,
}

/// How and when the person behind a session showed who they are. By default it proves nothing.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// In which way, in the words of whoever opened the session.
    pub way: Option<Arc<str>>,
    /// When they did so last.
    pub at: Option<Timestamp>,
    /// Whether that was a moment ago: dangerous acts ask for it with [`crate::Proved`].
    pub fresh: bool,
    /// Whether what they may do is kept from this session until they have shown more than a password.
    pub withheld: bool,
}

/// A machine.
#[derive(Clone, Debug)]
pub struct ServicePrincipal {
    /// The token's id.
    pub id: String,
    /// The token's name.
    pub name: String,
    /// What it may do.
    pub permissions: Arc<PermissionSet>,
}

impl Principal {
    /// The same one, as transactions record it.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Anonymous => Actor::Anonymous,
            Self::Account(account) => Actor::Account(account.id.clone()),
            Self::Service(service) => Actor::Service(service.id.clone()),
        }
    }

    /// True when nobody is known.
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Anonymous)
    }

    /// The signed-in person, if it is one.
    pub fn account(&self) -> Option<&AccountPrincipal> {
        match self {
            Self::Account(account) => Some(account),
            Self::Anonymous | Self::Service(_) => None,
        }
    }

    /// Whether what they may do is kept from this session until they have shown more than a password.
    pub fn is_withheld(&self) -> bool {
        self.account().is_some_and(|account| account.proof.withheld)
    }

    /// Whether they may do it: for menus and buttons. A handler asks with [`crate::Can`].
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Account(account) => account.permissions.allows(permission),
            Self::Service(service) => service.permissions.allows(permission),
        }
    }
}

/// Named permissions, or all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet {
    all: bool,
    names: BTreeSet<String>,
}

impl PermissionSet {
    /// Every permission, also those that are yet to be invented.
    pub fn all() -> Self {
        Self {
            all: true,
            names: BTreeSet::new(),
        }
    }

    /// Whether there is nothing that it allows.
    pub fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }

    /// Whether the permission is among them.
    pub fn allows(&self, permission: Permission) -> bool {
        self.all || self.names.contains(permission.name())
    }
}

/// The word `*` stands for all of them.
impl<T: Into<String>> FromIterator<T> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        let names: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        Self {
            all: names.contains("*"),
            names,
        }
    }
}
