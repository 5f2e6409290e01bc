//! Why a PostgreSQL server did not let us in, so that the program can say what to do.
//!
//! **Absent on purpose:** words for people and names of settings: those belong to whoever has the settings.

use std::io;

use rustls::{CertificateError, Error as Tls};

use crate::StoreError;

/// What stood in the way of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answers at that address, or not in time.
    NoAnswer,
    /// The server does not encrypt.
    NoTls,
    /// Nobody whom we trust has signed the server's certificate.
    UnknownIssuer,
    /// The server's certificate is for another name.
    OtherName,
    /// The server's certificate has expired, or is not valid yet.
    Expired,
    /// Another reason why the two do not agree on encryption, such as a client's certificate that is refused.
    Tls,
    /// The user, the password, or the server's rules about who may come from where.
    NotAllowed,
    /// The server has no such database.
    NoDatabase,
    /// Another reason.
    Other,
}

impl StoreError {
    /// Why the server refused, for errors of opening a database.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Unavailable(error) | Self::Database(error) => of_sqlx(error),
            Self::Busy(_) => Refusal::NoAnswer,
            Self::Unique { .. } | Self::Rows { .. } | Self::Fenced | Self::Poisoned | Self::Malformed(_) => {
                Refusal::Other
            }
        }
    }
}

fn of_sqlx(error: &sqlx::Error) -> Refusal {
    match error {
        sqlx::Error::Io(error) => of_io(error),
        sqlx::Error::PoolTimedOut => Refusal::NoAnswer,
        sqlx::Error::Tls(cause) => match cause.downcast_ref::<Tls>() {
            Some(tls) => of_tls(tls),
            // The driver has only words for it.
            None if cause.to_string().contains("does not support TLS") => Refusal::NoTls,
            None => Refusal::Tls,
        },
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("28P01" | "28000") => Refusal::NotAllowed,
            Some("3D000") => Refusal::NoDatabase,
            _ => Refusal::Other,
        },
        _ => Refusal::Other,
    }
}

fn of_io(error: &io::Error) -> Refusal {
    let inside = error.get_ref().and_then(|cause| cause.downcast_ref::<Tls>());
    inside.map_or(Refusal::NoAnswer, of_tls)
}

const fn of_tls(error: &Tls) -> Refusal {
    match error {
        Tls::InvalidCertificate(CertificateError::UnknownIssuer) => Refusal::UnknownIssuer,
        Tls::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Refusal::OtherName,
        Tls::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => Refusal::Expired,
        _ => Refusal::Tls,
    }
}
