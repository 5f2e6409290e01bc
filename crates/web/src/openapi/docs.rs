//! `/openapi.json` and Swagger UI under `/docs`.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

const DOCUMENT: &str = "/openapi.json";

/// Swagger UI writes styles into its elements; its scripts are files like ours. Only `/docs` gets this policy.
const DOCS_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocsConfig {
    /// `/openapi.json`.
    pub document: bool,
    /// `/docs`; needs the document. Off in production.
    pub swagger: bool,
}

/// The routes that are switched on.
///
/// # Panics
/// When the document cannot be written as JSON, which its types rule out.
pub fn routes(document: &OpenApi, config: DocsConfig) -> Router {
    let mut router = Router::new();
    if config.document || config.swagger {
        let text: Bytes = serde_json::to_vec(document)
            .expect("an OpenAPI document is plain data")
            .into();
        let text = Arc::new(text);
        let show = move || async move {
            (
                [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
                Bytes::clone(&text),
            )
                .into_response()
        };
        router = router.route(DOCUMENT, get(show));
    }
    if config.swagger {
        // The validator badge would ask a site elsewhere.
        let settings = Config::from(DOCUMENT).validator_url("none").try_it_out_enabled(true);
        let swagger: Router = SwaggerUi::new("/docs").config(settings).into();
        router = router.merge(swagger.route_layer(from_fn(relax_styles)));
    }
    router
}

async fn relax_styles(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    response
}
