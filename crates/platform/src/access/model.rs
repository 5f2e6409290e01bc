//! Accounts and their states.

use karavan_kernel::{text_enum, typed_ids};

typed_ids! {
    /// A person who can sign in.
    AccountId = "acc",
    /// A machine's token.
    TokenId = "tok",
}

text_enum! {
    /// Whether an account may sign in.
    pub enum AccountState {
        /// May.
        Active = "active",
        /// May not, and its sessions are over.
        Blocked = "blocked",
    }
}

text_enum! {
    /// How somebody has shown who they are. Stored with their session.
    pub enum Way {
        /// By a one-time link, which whoever runs the program has made.
        Link = "link",
        /// By the password alone.
        Password = "password",
        /// By the code of a letter, when the address was proved.
        Code = "code",
        /// By the password and a code of the app.
        PasswordTotp = "password+totp",
        /// By the password and a recovery code.
        PasswordRecovery = "password+recovery",
    }
}

impl Way {
    /// Whether it is enough for what staff may do. A password alone is not: it is guessed, read along and reused.
    pub const fn is_enough_for_staff(self) -> bool {
        match self {
            Self::Link | Self::PasswordTotp | Self::PasswordRecovery => true,
            Self::Password | Self::Code => false,
        }
    }

    /// The same after a code of the app.
    pub const fn with_factor(self) -> Self {
        match self {
            Self::Password | Self::Code => Self::PasswordTotp,
            Self::Link | Self::PasswordTotp | Self::PasswordRecovery => self,
        }
    }

    /// The same once there is no second factor any more.
    pub const fn without_factor(self) -> Self {
        match self {
            Self::PasswordTotp | Self::PasswordRecovery => Self::Password,
            Self::Link | Self::Password | Self::Code => self,
        }
    }
}

/// The built-in role with every permission.
pub const OWNER: &str = "owner";
