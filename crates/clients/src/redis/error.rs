//! Why Redis did not do what it was asked for.

use std::time::Duration;

/// Whatever it is, the caller counts elsewhere; the words are for operators.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// There is no connection, and one is being made.
    #[error("Redis is away")]
    Away,
    /// It took too long.
    #[error("Redis did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// It cannot be reached, or refuses.
    #[error("Redis {0}")]
    Failed(String),
    /// The address cannot be used.
    #[error("the address of Redis {0}")]
    Address(&'static str),
    /// What `tls_root_cert` names.
    #[error("the certificate of Redis' authority cannot be used")]
    RootCert,
    /// A defect of ours: whoever holds a transaction must not wait for the network.
    #[error("Redis was called while a transaction is open")]
    TransactionOpen,
}

impl RedisError {
    /// What the server or the system said. It repeats no keys and no passwords.
    pub(super) fn said(error: &::redis::RedisError) -> Self {
        match (error.code(), error.detail()) {
            // A server's refusal, such as `NOPERM` or `READONLY`.
            (Some(code), Some(detail)) => Self::Failed(format!("refuses: {code} {detail}")),
            (Some(code), None) => Self::Failed(format!("refuses: {code}")),
            (None, _) => Self::Failed(format!("cannot be used: {error}")),
        }
    }
}
