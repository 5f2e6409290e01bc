//! Browser sessions: an opaque token in a cookie, its hash in SQL.
//!
//! **Always holds:** the token is 256 random bits and is stored nowhere but in the browser; SQL is the truth, so a session
//! that was ended is ended on every node with the next request. A session ends by its own absolute time however often it
//! is used.
//!
//! **Absent on purpose:** who the subject is. `subject` is a text such as `account:acc_…`.
//!
//! Start at [`store::start`], then [`store::find_active`]; the cookie is in [`cookie`].

pub mod cookie;
mod model;
pub mod store;

pub use model::{Device, InvalidTokenHash, Opening, Session, SessionLife, SessionToken, TokenHash};
