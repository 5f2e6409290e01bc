//! Who asks, and whether they may.
//!
//! **Always holds:** a presented bearer token that is not valid is refused, never treated as nobody; a stale cookie is
//! nobody, and is cleared; when the lookup itself fails, the request fails (closed, never open).
//!
//! [`Principal`] says who, [`Can`] turns it into proof, [`Identify`] finds out from cookie or header.

mod can;
pub(crate) mod identify;
mod principal;

pub use can::{Anyone, Can, Proved, SignedIn};
pub use identify::{Credential, Identify};
pub use principal::{AccountPrincipal, PermissionSet, Principal, Proof, ServicePrincipal};

pub use crate::openapi::Access;
