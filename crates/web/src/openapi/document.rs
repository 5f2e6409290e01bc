//! The document that the public may read.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, Ref, Response, ResponseBuilder, Server,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::{Access, PAGES, access};
use crate::{Problem, origin::Origin, problem::ProblemField};

/// The scheme of service tokens and access tokens.
const BEARER: &str = "bearer";
/// The scheme of the session cookie.
const SESSION: &str = "session";

/// What stands at the top of the document.
#[derive(Clone, Debug)]
pub struct DocumentInfo {
    /// The API's name.
    pub title: String,
    /// The program's version.
    pub version: String,
    /// What a reader should know first.
    pub description: String,
    /// Where the API is.
    pub server: Origin,
}

/// The operations of a path with their methods.
pub(super) fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("OPTIONS", &item.options),
        ("HEAD", &item.head),
        ("PATCH", &item.patch),
        ("TRACE", &item.trace),
        ("QUERY", &item.query),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The API without its pages, with the schemes by which one signs in and the shape of errors.
pub fn public_document(mut document: OpenApi, info: DocumentInfo) -> OpenApi {
    let DocumentInfo {
        title,
        version,
        description,
        server,
    } = info;
    document.info = InfoBuilder::new()
        .title(title)
        .version(version)
        .description(Some(description))
        .build();
    document.servers = Some(vec![Server::new(server.as_str())]);
    document.paths.paths.retain(|_path, item| {
        for slot in slots(item) {
            if slot.as_ref().is_some_and(is_page) {
                *slot = None;
            }
            if let Some(operation) = slot {
                publish(operation);
            }
        }
        operations(item).next().is_some()
    });
    let mut components = document
        .components
        .take()
        .unwrap_or_else(|| ComponentsBuilder::new().build());
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    components
        .schemas
        .insert(ProblemField::name().into_owned(), ProblemField::schema());
    components.add_security_scheme(BEARER, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let cookie = ApiKeyValue::new(crate::sessions::cookie::name(server.is_https()));
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document.components = Some(components);
    document
}

fn slots(item: &mut PathItem) -> [&mut Option<Operation>; 9] {
    let PathItem {
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        trace,
        query,
        ..
    } = item;
    [get, put, post, delete, options, head, patch, trace, query]
}

fn is_page(operation: &Operation) -> bool {
    operation.tags.iter().flatten().any(|tag| tag == PAGES)
}

/// Our `permission` becomes the two ways to be somebody, and every operation says how it fails.
fn publish(operation: &mut Operation) {
    let permissions = match access(operation) {
        Some(Access::Permission(names)) => Some(names),
        Some(Access::SignedIn) => Some(Vec::new()),
        Some(Access::Public) | None => None,
    };
    operation.security = Some(match permissions {
        Some(names) => {
            let names = || names.iter().cloned();
            vec![
                SecurityRequirement::new(BEARER, names()),
                SecurityRequirement::new(SESSION, names()),
            ]
        }
        None => vec![SecurityRequirement::default()],
    });
    operation
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert_with(|| problem_response().into());
}

fn problem_response() -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    ResponseBuilder::new()
        .description("The request failed; `code` says why.")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}
