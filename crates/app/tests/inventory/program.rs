//! The program with every product, on a test's database, with something in it to ask for.

use std::ops::Deref;

use karavan_coffee::CoffeeConfig;
use karavan_platform::{
    audit::store::{self, Search},
    legal::Document,
};
use karavan_store::PageRequest;
use karavan_testkit::{Fixture, TestApp, TestDb};
use serde_json::json;

/// Every product, as `assemble` puts them together; that both are alike is a test in `routes`.
#[derive(Clone)]
pub(crate) struct Program(TestApp);

impl Deref for Program {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.0
    }
}

impl Fixture for Program {
    async fn start(db: TestDb) -> Self {
        let builder = TestApp::builder(db)
            .texts(karavan_coffee::texts())
            .bots(&["guests", "baristas"]);
        let products = builder.products(|platform, telegram| {
            let config =
                CoffeeConfig::for_testing(telegram.token("guests").expose(), telegram.token("baristas").expose());
            vec![karavan_coffee::product(platform, config)]
        });
        Self(products.start().await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

/// Ids of things that exist, for the parameters in paths.
pub(crate) struct Samples {
    guest: String,
    barista: String,
    job: String,
    /// Cancelled by the first who may.
    doomed: String,
    queue: String,
    lane: String,
    entry: String,
    pub(crate) text: String,
}

/// What names a session that nobody has.
const NO_SESSION: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What names an agreement that nobody gave.
const NO_CONSENT: &str = "cns_01m7w2y7m08trw029kkzdjnymb";

/// The Telegram account of the guest.
const TELEGRAM_ID: i64 = 1001;

impl Samples {
    /// Makes one of each.
    pub(crate) async fn make(t: &Program) -> Self {
        let till = t.service(&["coffee.*"]).await;
        let guest = json!({ "telegram_id": TELEGRAM_ID, "phone": "+79000000001", "first_name": "Анна", "birth_date": "1990-03-07" });
        let guest = till.post("/coffee/users/", guest).await.expect(201).value("/id");
        let barista = json!({ "telegram_id": 1005, "name": "Борис" });
        let barista = till.post("/coffee/baristas/", barista).await.expect(201).value("/id");
        // A day later the clock has asked for something; it stays in the queue.
        t.clock.advance(std::time::Duration::from_secs(24 * 3_600));
        t.fire_schedules().await;
        let jobs = t.jobs().await;
        let [job, .., doomed] = jobs.as_slice() else {
            panic!("at least two schedules fire every day");
        };
        let page = PageRequest::new(1, 0);
        let entries = store::search(&mut t.read().await.unwrap(), &Search::default(), page)
            .await
            .unwrap();
        let text = t.publish(Document::ConsentNews, "Новости").await.id.to_string();
        let lane = t.host(|host| host.bots().names().next().expect("a bot is on").to_owned());
        let id = |value: serde_json::Value| value.as_str().expect("an id is a text").to_owned();
        Self {
            guest: id(guest),
            barista: id(barista),
            queue: job.name.clone(),
            job: job.id.to_string(),
            doomed: doomed.id.to_string(),
            lane,
            entry: entries.rows[0].entry.id.clone(),
            text,
        }
    }

    /// A path with something that exists in place of its parameter.
    pub(crate) fn fill(&self, path: &str) -> String {
        let Some((before, rest)) = path.split_once('{') else {
            return path.to_owned();
        };
        let (name, after) = rest.split_once('}').expect("a parameter ends");
        let telegram_id = TELEGRAM_ID.to_string();
        let value = match (before, name) {
            ("/admin/coffee/baristas/", _) => &self.barista,
            ("/admin/coffee/guests/" | "/coffee/orders/user/", _) => &self.guest,
            ("/coffee/users/", "telegram_id") => &telegram_id,
            ("/admin/audit/", _) => &self.entry,
            ("/admin/jobs/", _) if after == "/cancel" => &self.doomed,
            ("/admin/jobs/", _) => &self.job,
            ("/admin/jobs/queues/", _) => &self.queue,
            ("/admin/jobs/lanes/", _) => &self.lane,
            ("/admin/enter/" | "/verify/" | "/reset/", "token") => "no-such-link",
            // Everybody ends only their own.
            ("/account/sessions/", "session") => NO_SESSION,
            ("/telegram/", "bot") => "coffee.guest",
            ("/legal/texts/", _) => &self.text,
            ("/legal/" | "/admin/legal/", "document") => "consent-news",
            ("/admin/legal/consent-news/", "locale") => "ru",
            ("/account/consents/", _) if after == "/give" => &self.text,
            ("/account/consents/", _) => NO_CONSENT,
            _ => panic!(
                "If you are here because this failed: you added the route {path}. Make something that exists in \
                 `Samples::make` and name it here, so that the list shows what each role really gets, not 404."
            ),
        };
        self.fill(&format!("{before}{value}{after}"))
    }
}
