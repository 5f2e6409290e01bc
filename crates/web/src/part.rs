//! Which part of a list a client of the API wants.

use karavan_store::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;

/// `?limit=…&offset=…`: take it as `Query<Part>`.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// How many rows; at most 100.
    #[serde(default = "most")]
    limit: u32,
    /// How many rows to pass over.
    #[serde(default)]
    offset: u64,
}

const fn most() -> u32 {
    PageRequest::MOST
}

impl From<Part> for PageRequest {
    fn from(Part { limit, offset }: Part) -> Self {
        Self::new(limit, offset)
    }
}
