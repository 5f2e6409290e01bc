//! The HTTP and HTML toolkit: how requests come in, who asks, and how answers and errors look.
//!
//! **Always holds:** every error leaves as `application/problem+json` or as an error page, in the person's language,
//! with a stable code and the request's id, and never with its cause. Every answer carries the security headers. Whoever
//! is identified got there through [`access`]; a handler that takes [`Can`] cannot be reached without the right.
//!
//! **Absent on purpose:** routes of any business resource, and how an account is looked up (that closure,
//! [`Identify`], is handed in).
//!
//! Start at [`stack()`], then [`ApiError`] and [`Ctx`].

pub mod access;
pub mod answer;
pub mod context;
pub mod csv;
pub mod error;
pub mod extract;
pub mod health;
mod idempotency;
pub mod limits;
pub mod openapi;
pub mod origin;
pub mod pages;
mod part;
pub mod problem;
pub mod redirect;
mod render;
pub mod server;
pub mod sessions;
pub mod stack;
pub mod texts;

pub use access::{Access, AccountPrincipal, Anyone, Can, Credential, Identify, PermissionSet, Principal};
pub use access::{Proof, Proved, ServicePrincipal, SignedIn};
pub use answer::{Accepted, Created};
pub use context::{Ctx, RequestContext, Theme, notice_cookie};
pub use error::{ApiError, ApiResult, FieldError};
pub use extract::{Form, Json, Path, Query};
pub use idempotency::IdempotencyKey;
pub use limits::{Limits, Quota};
pub use part::Part;
pub use problem::Problem;
pub use stack::{METRICS, StackParts, WebConfig, stack};
