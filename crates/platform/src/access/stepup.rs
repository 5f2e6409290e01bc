//! Showing again who one is, before an act that somebody at an open browser, or with a stolen cookie, must not do.
//!
//! A handler that takes [`Proved`] is reached only within [`FRESH`] of a sign-in or of the page `/account/confirm`. People are
//! led to that page and back; programs get 403 with the stable code `proof_required`.
//!
//! ```text
//! #[utoipa::path(post, path = "/account/two-step/off", tag = "pages", security(("permission" = [])))]
//! async fn turn_off(who: Proved, …) -> ApiResult<Response>
//! ```
//!
//! **Always holds:** showing it gives the browser a new session and ends the old one; a session whose age nobody has written
//! down proves nothing but its beginning.

use std::time::Duration;

use karavan_kernel::Timestamp;
pub use karavan_web::Proved;
use karavan_web::{Proof, sessions::Session};

use super::Way;

/// For so long nobody is asked again.
pub const FRESH: Duration = Duration::from_secs(10 * 60);

/// What a session says about the person behind it.
pub(super) fn proof_of(session: &Session, way: Way, is_staff: bool, now: Timestamp) -> Proof {
    let at = session.last_proof();
    Proof {
        way: Some(way.as_str().into()),
        at: Some(at),
        fresh: now.since(at) < FRESH,
        withheld: is_staff && !way.is_enough_for_staff(),
    }
}
