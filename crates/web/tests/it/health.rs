//! Health and metrics routes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use karavan_kernel::Secret;
use karavan_web::{
    WebConfig,
    health::{self, Check, Health},
};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::site::{Site, failed, get, site_and};

fn with(health: Health) -> Site {
    site_and(WebConfig::for_testing(), health::routes(health))
}

#[tokio::test]
async fn readiness_names_what_is_missing_and_not_why() {
    let works = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&works);
    let database = Check {
        name: "database",
        run: Arc::new(move || {
            let works = switch.load(Ordering::SeqCst);
            Box::pin(async move {
                if works {
                    Ok(())
                } else {
                    Err("hunter2@db:5432 refused".to_owned())
                }
            })
        }),
    };
    let site = with(Health {
        checks: vec![database],
        ..Health::default()
    });
    assert_eq!(site.ask(get("/health/ready")).await.text(), r#"{"ready":true}"#);
    works.store(false, Ordering::SeqCst);
    let answer = site.ask(get("/health/ready")).await;
    assert_eq!(answer.status.as_u16(), 503);
    assert_eq!(answer.text(), r#"{"ready":false,"failing":["database"]}"#);
    assert_eq!(site.ask(get("/health/live")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_only_helps_makes_it_degraded_and_not_unready() {
    let works = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&works);
    let helper = Check {
        name: "redis",
        run: Arc::new(move || {
            let works = switch.load(Ordering::SeqCst);
            Box::pin(async move {
                works
                    .then_some(())
                    .ok_or_else(|| "hunter2@redis:6379 refused".to_owned())
            })
        }),
    };
    let site = with(Health {
        helpers: vec![helper],
        ..Health::default()
    });
    assert_eq!(site.ask(get("/health/ready")).await.text(), r#"{"ready":true}"#);
    works.store(false, Ordering::SeqCst);
    let answer = site.ask(get("/health/ready")).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.text(), r#"{"ready":true,"degraded":["redis"]}"#);
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let site = with(Health {
        metrics: Some(recorder.handle()),
        ..Health::default()
    });
    assert_eq!(site.ask(get("/metrics").peer("127.0.0.1")).await.status.as_u16(), 200);
    assert_eq!(
        site.ask(get("/metrics").peer("203.0.113.1")).await.problem(),
        failed(404, "not_found")
    );
    let proxied = site
        .ask(get("/metrics").peer("127.0.0.1").header("x-forwarded-for", "127.0.0.1"))
        .await;
    assert_eq!(
        proxied.problem(),
        failed(404, "not_found"),
        "a proxy on this machine asks for somebody else"
    );
}

#[tokio::test]
async fn metrics_are_for_the_holder_of_the_token() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics_token = Some(Secret::new("prometheus"));
    let site = with(Health {
        metrics: Some(recorder.handle()),
        metrics_token,
        ..Health::default()
    });
    let asked = |token: &str| get("/metrics").peer("203.0.113.1").header("authorization", token);
    let answer = site.ask(asked("Bearer prometheus")).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(site.ask(asked("Bearer prometheu")).await.status.as_u16(), 404);
    assert_eq!(site.ask(get("/metrics").peer("127.0.0.1")).await.status.as_u16(), 404);
}
