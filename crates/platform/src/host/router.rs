//! The HTTP side of the host: routes, documents, health, and the stack around them.

use std::sync::Arc;

use axum::{Extension, Router};
use futures::FutureExt;
use karavan_clients::redis::Redis;
use karavan_store::sql;
use karavan_web::{
    StackParts,
    health::{self, Check},
    openapi::{self, DocumentInfo, public_document},
    pages::assets,
    stack,
};
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;

use super::{DemoPages, Host};
use crate::{
    Platform, access,
    admin::{JobNames, Sections},
    bots,
};

impl Host {
    /// The routes inside the stack. `stopping` makes the process not ready.
    pub fn router(&self, stopping: &CancellationToken) -> Router {
        let mut routes = self
            .routes
            .clone()
            .merge(openapi::docs(&self.openapi(), self.config.docs));
        if let Some(DemoPages { chats, mail }) = &self.config.demo {
            for (path, pages) in [chats, mail] {
                routes = routes.nest(path, pages.clone());
            }
        }
        let mut health = self.config.health.clone();
        health.checks.push(database(&self.platform));
        health.checks.push(not_stopping(stopping.clone()));
        health.helpers.extend(self.platform.redis.clone().map(redis));
        let mut web = self.config.web.clone();
        web.own_proof.push(bots::webhook::ROUTE);
        stack(
            routes
                .layer(Extension(Sections(Arc::clone(&self.sections))))
                .layer(Extension(JobNames {
                    jobs: Arc::new(self.registry.names().to_vec()),
                    lanes: Arc::new(self.bots.names().collect()),
                })),
            StackParts {
                config: web,
                texts: Arc::clone(&self.platform.texts),
                entropy: self.platform.db.entropy().clone(),
                identify: access::identify(&self.platform),
                limits: self.platform.limits.clone(),
                unguarded: health::routes(health).merge(assets::router()),
            },
        )
    }

    /// The public document of the API.
    pub fn openapi(&self) -> OpenApi {
        let info = DocumentInfo {
            title: "Karavan".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description:
                "Send a service token as `Authorization: Bearer krv_…`; make one with `karavan token create`. \
                 Errors are `application/problem+json` with a stable `code`."
                    .to_owned(),
            server: self.config.web.public_url.clone(),
        };
        public_document(self.document.clone(), info)
    }
}

fn database(platform: &Platform) -> Check {
    let db = platform.db.clone();
    let run = move || {
        let db = db.clone();
        async move {
            let mut read = db.read().await.map_err(|error| error.to_string())?;
            read.fetch_value::<i64>(sql!("SELECT CAST(1 AS BIGINT)"))
                .await
                .map(drop)
                .map_err(|error| error.to_string())
        }
        .boxed()
    };
    Check {
        name: "database",
        run: Arc::new(run),
    }
}

fn redis(redis: Redis) -> Check {
    let run = move || {
        let redis = redis.clone();
        async move { redis.check().await.map_err(|error| error.to_string()) }.boxed()
    };
    Check {
        name: "redis",
        run: Arc::new(run),
    }
}

fn not_stopping(stopping: CancellationToken) -> Check {
    let run = move || {
        let stopping = stopping.is_cancelled();
        async move {
            if stopping {
                Err("the process stops".to_owned())
            } else {
                Ok(())
            }
        }
        .boxed()
    };
    Check {
        name: "running",
        run: Arc::new(run),
    }
}
