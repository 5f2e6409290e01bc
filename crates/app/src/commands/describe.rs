//! `karavan routes` and `karavan openapi`: what the program answers to, without starting it.

use karavan_platform::host::Host;
use karavan_web::{health::Health, openapi::RouteInfo};
use serde_json::json;

use crate::{Failure, assemble, config::Config, say};

pub async fn routes(config: Config, as_json: bool) -> Result<(), Failure> {
    let host = host(&config).await?;
    let routes = &host.inventory().0;
    if as_json {
        let rows: Vec<_> = routes.iter().map(object).collect();
        say::line(serde_json::to_string_pretty(&rows).expect("texts are JSON"));
        return Ok(());
    }
    let access: Vec<String> = routes.iter().map(|route| route.access.to_string()).collect();
    let rows: Vec<_> = routes
        .iter()
        .zip(&access)
        .map(|(route, access)| [route.method, &route.path, access])
        .collect();
    say::table(&rows);
    Ok(())
}

pub async fn openapi(config: Config) -> Result<(), Failure> {
    let document = host(&config).await?.openapi();
    say::line(document.to_pretty_json().map_err(|error| Failure::runtime(&error))?);
    Ok(())
}

async fn host(config: &Config) -> Result<Host, Failure> {
    let platform = assemble::describing_platform(config).await?;
    let products = assemble::products(config, &platform);
    let web = config.server.web(config.server.listen(), config.is_production());
    // Nothing is written here.
    let anchors = assemble::anchors(config, &config.data.folder);
    assemble::host(
        platform,
        products,
        assemble::host_config(config, web, Health::default(), anchors),
    )
}

fn object(route: &RouteInfo) -> serde_json::Value {
    json!({
        "method": route.method,
        "path": route.path,
        "permission": route.access.to_string(),
        "page": route.is_page(),
        "operation": route.operation_id,
    })
}
