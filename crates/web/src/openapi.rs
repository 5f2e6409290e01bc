//! The routes as data: what each asks for, and what the public may read about them.
//!
//! **Always holds:** a route without a `security(...)` line does not get past [`Inventory::of`]; pages are in the inventory
//! and not in the public document.
//!
//! Start at [`Inventory::of`] and [`public_document`]; [`docs()`] serves them.

mod docs;
mod document;

use std::fmt;

use utoipa::openapi::{OpenApi, path::Operation};

pub use docs::{DocsConfig, routes as docs};
pub use document::{DocumentInfo, public_document};

/// Operations with this tag are pages: no part of the API.
pub const PAGES: &str = "pages";
/// The name in `security(("permission" = ["…"]))`.
const PERMISSION: &str = "permission";

/// What a route asks of its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// `security(())`: everybody.
    Public,
    /// `security(("permission" = []))`: any account.
    SignedIn,
    /// `security(("permission" = ["…"]))`: whoever has one of these, usually exactly one.
    Permission(Vec<String>),
}

impl fmt::Display for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => out.write_str("public"),
            Self::SignedIn => out.write_str("signed in"),
            Self::Permission(names) => out.write_str(&names.join(" or ")),
        }
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteInfo {
    /// In upper case.
    pub method: &'static str,
    /// The template, `/things/{id}`.
    pub path: String,
    /// What it asks for.
    pub access: Access,
    /// Its tags.
    pub tags: Vec<String>,
    /// The handler's name unless it says otherwise.
    pub operation_id: String,
}

impl RouteInfo {
    /// True for pages.
    pub fn is_page(&self) -> bool {
        self.tags.iter().any(|tag| tag == PAGES)
    }
}

/// Every route, by path and method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory(pub Vec<RouteInfo>);

/// Routes that do not say who may call them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct InventoryError(Vec<String>);

impl Inventory {
    /// Reads the document of an [`utoipa_axum::router::OpenApiRouter`].
    ///
    /// # Errors
    /// [`InventoryError`] names each route without a usable `security(...)` and the line to write.
    pub fn of(document: &OpenApi) -> Result<Self, InventoryError> {
        let mut routes = Vec::new();
        let mut undecided = Vec::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in document::operations(item) {
                match access(operation) {
                    Some(access) => routes.push(route(method, path, access, operation)),
                    None => undecided.push(advice(method, path, operation)),
                }
            }
        }
        routes.sort_by(|left, right| (&left.path, left.method).cmp(&(&right.path, right.method)));
        if undecided.is_empty() {
            Ok(Self(routes))
        } else {
            Err(InventoryError(undecided))
        }
    }
}

fn route(method: &'static str, path: &str, access: Access, operation: &Operation) -> RouteInfo {
    RouteInfo {
        method,
        path: path.to_owned(),
        access,
        tags: operation.tags.clone().unwrap_or_default(),
        operation_id: operation.operation_id.clone().unwrap_or_default(),
    }
}

/// What the `security(...)` line says; `None` when there is none, or one that means nothing here.
fn access(operation: &Operation) -> Option<Access> {
    let mut names = Vec::new();
    let mut anonymous = false;
    let requirements = operation.security.as_ref()?;
    for requirement in requirements {
        // Requirements can be read only in their serialised form.
        let value = serde_json::to_value(requirement).ok()?;
        let schemes = value.as_object()?;
        anonymous |= schemes.is_empty();
        for (scheme, scopes) in schemes {
            if scheme != PERMISSION {
                return None;
            }
            names.extend(
                scopes
                    .as_array()?
                    .iter()
                    .filter_map(|scope| scope.as_str())
                    .map(str::to_owned),
            );
        }
    }
    match (requirements.is_empty(), anonymous, names.is_empty()) {
        (true, ..) => None,
        // "Nobody in particular, or somebody with a right" is for everybody, which must be said plainly.
        (_, true, false) => None,
        (_, true, true) => Some(Access::Public),
        (_, false, true) => Some(Access::SignedIn),
        (_, false, false) => Some(Access::Permission(names)),
    }
}

fn advice(method: &str, path: &str, operation: &Operation) -> String {
    let name = operation.operation_id.as_deref().unwrap_or("?");
    format!(
        "{method} {path} (`{name}`) does not say who may call it.\n    \
         Add one line to its #[utoipa::path(...)] and take the extractor that proves it:\n    \
         security((\"permission\" = [\"<product>.<noun>.<act>\"]))  and  `Can<…>`     somebody with the right\n    \
         security((\"permission\" = []))                          and  `SignedIn`   any account\n    \
         security(())                                           and  `Anyone`     everybody, on purpose"
    )
}
