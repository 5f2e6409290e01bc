//! Every route that changes something is in the audit log: each is called, and the entry is looked for by the request's id.

use axum::http::Method;
use karavan_kernel::Actor;
use karavan_platform::{
    access::{AccountId, OWNER, PERSON_SESSION, Way, store as access, subject_of},
    accounts::{factor, store as accounts},
    audit::store::{self, Search},
    housekeeping::TidyUp,
    legal::{Channel, store as legal},
};
use karavan_store::{
    PageRequest, Tx,
    queue::{
        Job as _, JobId,
        store::{self as jobs, Claims},
    },
};
use karavan_testkit::{Authenticator, Client, app_test};
use karavan_web::{
    openapi::{Access, RouteInfo},
    sessions::{self, Device, Opening},
};
use serde_json::{Value, json};

use crate::program::{Program, Samples};

/// Routes that write no entry, and why.
const WITHOUT: &[(&str, &str)] = &[
    (
        "/account/two-step",
        "a secret is drawn that nothing asks for before it is confirmed, which is an act",
    ),
    (
        "/account/verify",
        "a letter goes out once more, and nothing else changes",
    ),
    (
        "/coffee/codes/generate",
        "a code is good for 90 seconds and changes nothing that lasts",
    ),
    ("/coffee/codes/use", "it only looks, in spite of its name"),
    (
        "/coffee/orders/",
        "a sale is the business itself: the order and its ledger entries, which nobody can change, say who sold what",
    ),
];

/// What the rules' form sends.
const RULES: &str = "version=0&points_per_100=2&spending_limit_percent=30&code_seconds=90&largest_sale=100000\
                     &drinks_silver=20&drinks_gold=50&drinks_platinum=100\
                     &percent_standard=100&percent_silver=100&percent_gold=100&percent_platinum=100";

/// bcrypt of `from the old shop`.
const BROUGHT: &str = "$2b$04$JcybOy.C.4gwS8oLeYMize.8XOG0sX7TFhGiqtDAk4/Qc39tj37gW";

const TEST: Actor = Actor::System("test");

#[app_test]
async fn every_route_that_changes_something_writes_an_entry(t: Program) {
    let samples = Samples::make(&t).await;
    let routes = t.host(|host| host.inventory().clone());
    for (path, _why) in WITHOUT {
        assert!(
            routes.0.iter().any(|route| route.path == *path),
            "{path} is gone: take it off the list"
        );
    }
    let acts = routes.0.iter().filter(|route| {
        let is_known = WITHOUT.iter().any(|(path, _why)| *path == route.path);
        route.method != "GET" && route.access != Access::Public && !is_known
    });
    for route in acts {
        // A new one each time: one of the routes signs out.
        let owner = t.owner().await;
        give_password(&t).await;
        let (path, body) = prepared(&t, &owner, &samples, route).await;
        let answer = send(&owner, route, &path, body).await;
        assert!(
            answer.status.is_success() || answer.status.is_redirection(),
            "{} {path} was to be done and was not: {answer}",
            route.method
        );
        let request = answer.header("x-request-id").to_owned();
        let about = Search {
            about: Some(request),
            ..Search::default()
        };
        let found = store::search(&mut t.read().await.unwrap(), &about, PageRequest::new(10, 0))
            .await
            .unwrap();
        assert_eq!(
            found.rows.len(),
            1,
            "If you are here because this failed: {} {} changes something and does not write exactly one entry. Call \
             `audit::record` in the act's transaction, with `.from(&ctx)`, or name the route in WITHOUT with the reason.",
            route.method,
            route.path
        );
        let found = &found.rows[0];
        assert_eq!(found.entry.actor_kind, "account", "{path}");
        assert!(
            found.details.ip.is_some() && found.details.who.is_some(),
            "{path}: {found:?}"
        );
        let texts = t.platform.texts.lang(karavan_kernel::Locale::En);
        let key = format!("audit-act-{}", found.entry.act.replace(['.', '_'], "-"));
        assert!(texts.has(&key), "the act {} has no words: add {key}", found.entry.act);
    }
    t.run_jobs().await;
}

async fn send(owner: &Client, route: &RouteInfo, path: &str, body: Body) -> karavan_testkit::Response {
    let method: Method = route.method.parse().unwrap();
    match body {
        Body::Form(form) => {
            let form = ("application/x-www-form-urlencoded", form);
            owner.browser().send(method, path, Some(form)).await
        }
        Body::Json(value) => {
            let client = owner.with_header("accept", "application/json");
            client
                .send(method, path, Some(("application/json", value.to_string())))
                .await
        }
    }
}

enum Body {
    Form(String),
    Json(Value),
}

/// The address of something that can be acted on, and what to send.
async fn prepared(t: &Program, owner: &Client, samples: &Samples, route: &RouteInfo) -> (String, Body) {
    let job = match route.path.as_str() {
        "/admin/jobs/{id}/replay" | "/admin/jobs/{id}/discard" => Some(dead(t).await),
        "/admin/jobs/{id}/retry" | "/admin/jobs/{id}/cancel" => Some(waiting(t).await),
        _ => None,
    };
    let path = match job {
        Some(id) => route.path.replace("{id}", &id.to_string()),
        None if route.path.contains("{session}") => route.path.replace("{session}", &another_session(t).await),
        None if route.path.ends_with("/withdraw") => route.path.replace("{id}", &consent(t, samples).await),
        None => samples.fill(&route.path),
    };
    let form = |fields: &str| Body::Form(fields.to_owned());
    let body = match route.path.as_str() {
        "/account" => form("name=Vera"),
        "/account/confirm" => {
            set_factor(t, false).await;
            form("password=from+the+old+shop")
        }
        "/account/password" => form("current=from%20the%20old%20shop&password=seven+odd+kettles+sing"),
        "/account/two-step/codes" | "/account/two-step/off" => {
            set_factor(t, true).await;
            form("")
        }
        "/account/two-step/set-up" => {
            set_factor(t, false).await;
            owner.form("/account/two-step", &[]).await.expect(303);
            let page = owner.get("/account/two-step/set-up").await.expect(200);
            Body::Form(format!("code={}", Authenticator::from_page(&page).code(t)))
        }
        "/admin/legal/{document}/{locale}" => form("version=1&title=News&body=Once+a+week"),
        "/admin/coffee/baristas" => form("name=Vera&telegram_id=2001"),
        "/admin/coffee/rules" => form(RULES),
        "/coffee/baristas/" => Body::Json(json!({ "telegram_id": 2002, "name": "Вера" })),
        "/coffee/users/" => Body::Json(
            json!({ "telegram_id": 2003, "phone": "+79000000003", "first_name": "Вера", "birth_date": "1990-03-07" }),
        ),
        _ if route.is_page() => form(""),
        other => panic!("say here what {other} wants"),
    };
    (path, body)
}

async fn owner_of(tx: &mut Tx) -> AccountId {
    let owner = access::first_account_with_role(tx, OWNER).await.unwrap();
    owner.expect("somebody has come in").id
}

/// The owner gets an address and a password, as an import would bring them.
async fn give_password(t: &Program) {
    let mut tx = t.begin(TEST).await.unwrap();
    let owner = owner_of(&mut tx).await;
    let address = "owner@example.com".parse().unwrap();
    if accounts::find_person(&mut tx, owner).await.unwrap().is_none() {
        assert!(accounts::insert_email(&mut tx, owner, &address).await.unwrap());
    }
    accounts::put_password(&mut tx, owner, BROUGHT).await.unwrap();
    tx.commit().await.unwrap();
}

/// The owner is asked for a second factor, or is not.
async fn set_factor(t: &Program, on: bool) {
    let mut tx = t.begin(TEST).await.unwrap();
    let owner = owner_of(&mut tx).await;
    factor::store::remove(&mut tx, owner).await.unwrap();
    if on {
        assert!(factor::store::put_unconfirmed(&mut tx, owner, "sealed").await.unwrap());
        assert!(factor::store::confirm(&mut tx, owner, "sealed", 1).await.unwrap());
    }
    tx.commit().await.unwrap();
}

/// The owner is signed in elsewhere too; what names that session.
async fn another_session(t: &Program) -> String {
    let device = Device {
        ip: [203, 0, 113, 250].into(),
        user_agent: "another browser".into(),
    };
    let mut tx = t.begin(TEST).await.unwrap();
    let subject = subject_of(owner_of(&mut tx).await);
    let opening = Opening {
        device: &device,
        life: PERSON_SESSION,
        way: Way::Link.as_str(),
        proved_at: tx.now(),
    };
    let (token, _session) = sessions::store::start(&mut tx, &subject, opening).await.unwrap();
    tx.commit().await.unwrap();
    token.hash().to_string()
}

/// The owner has agreed to something.
async fn consent(t: &Program, samples: &Samples) -> String {
    let mut tx = t.begin(TEST).await.unwrap();
    let owner = owner_of(&mut tx).await;
    let text = samples.text.parse().unwrap();
    let channel = Channel::Web;
    // Perhaps they have agreed by the page already.
    let _is_new = legal::give(&mut tx, owner, text, "203.0.113.9", channel).await.unwrap();
    let consents = legal::consents_of(&mut tx, owner).await.unwrap();
    tx.commit().await.unwrap();
    consents[0].id.to_string()
}

async fn waiting(t: &Program) -> JobId {
    let mut tx = t.begin(TEST).await.unwrap();
    let id = tx.enqueue(&TidyUp {}).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn dead(t: &Program) -> JobId {
    waiting(t).await;
    let now = t.now().await.unwrap();
    let claims = Claims {
        node: "test",
        lane: None,
        names: &[TidyUp::NAME],
        limit: 1,
    };
    let mut tx = t.begin(TEST).await.unwrap();
    let lease = now + std::time::Duration::from_secs(15);
    let job = jobs::claim(&mut tx, claims, now, lease).await.unwrap().remove(0);
    jobs::put_back(&mut tx, &job, "it was not meant to be", None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    job.id
}
