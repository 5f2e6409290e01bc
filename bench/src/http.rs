//! The client that all figures use.

use std::time::Duration;

use reqwest::Client;

use crate::Outcome;

/// Nothing that we measure may take longer: later is an error.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps its connections, as an application server in front would.
pub fn client() -> Outcome<Client> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the bench uses none of our crates, so not `clients` either"
    )]
    let client = Client::builder().timeout(PATIENCE).no_proxy().build()?;
    Ok(client)
}
