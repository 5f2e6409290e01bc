//! The pages of people with an account: signing up, in and out, confirming, a new password, one's own page, the second
//! factor.
//!
//! **Always holds:** opening an address changes nothing; whoever signs in gets a new session; what is private is sent with
//! `no-store`; what a person typed stays in the form, except passwords and codes.

mod account;
mod codes;
mod confirm;
mod device;
mod doors;
mod frame;
mod reset;
mod second_step;
mod security;
mod sign_in;
mod sign_up;
mod two_step;
mod verify;

pub(crate) use account::id_of;
pub(crate) use frame::Page;
use karavan_web::Quota;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Platform;

/// Signing in, by address of the client: [S] 5 a minute.
const SIGN_IN: Quota = Quota::per_minute("sign_in", 5);
/// Signing in, everybody together: what a whole network of guessers gets.
const SIGN_IN_ALL: Quota = Quota::per_minute("sign_in_all", 300);
/// Signing up and asking for letters, by address of the client: decisions.md D8.
const SIGN_UP: Quota = Quota::per_minute("sign_up", 5);
/// Letters to one address.
const LETTERS: Quota = Quota::per_hour("account_letters", 5);
/// Codes and links, by address of the client.
const PROOFS: Quota = Quota::per_minute("account_proofs", 10);
/// Codes of one account's second factor, wherever they are typed: what a whole network of guessers gets that knows the
/// password. Three of a million are right at a time.
const CODES: Quota = Quota::per_hour("account_codes", 30);

/// The routes.
pub fn routes(platform: Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(sign_in::show_sign_in, sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(second_step::show_second_step, second_step::second_step))
        .routes(routes!(sign_up::show_sign_up, sign_up::sign_up))
        .routes(routes!(verify::confirm_code))
        .routes(routes!(verify::show_verify_link))
        .routes(routes!(verify::use_verify_link))
        .routes(routes!(verify::send_again))
        .routes(routes!(reset::show_reset, reset::ask_reset))
        .routes(routes!(reset::reset_by_code))
        .routes(routes!(reset::show_reset_link))
        .routes(routes!(reset::reset_by_link))
        .routes(routes!(account::show_account, account::rename))
        .routes(routes!(security::show_security))
        .routes(routes!(security::change_password))
        .routes(routes!(security::end_session))
        .routes(routes!(security::end_sessions))
        .routes(routes!(confirm::show_confirm, confirm::confirm))
        .routes(routes!(two_step::state::show_two_step, two_step::set_up::begin))
        .routes(routes!(two_step::set_up::show_set_up, two_step::set_up::set_up))
        .routes(routes!(two_step::turn_off::ask_turn_off, two_step::turn_off::turn_off))
        .routes(routes!(two_step::state::new_recovery_codes))
        .with_state(platform)
}
