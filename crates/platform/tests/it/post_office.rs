//! A product as small as one can be: it has a bot, a route, a job and a schedule.

use karavan_kernel::Secret;
use karavan_platform::{
    Platform, Product,
    admin::{Entry, Section},
    bots::{BotDef, Input, Message, Turn, TurnError},
    notify,
};
use karavan_store::queue::{Done, Job, JobCx, JobDef, JobError, Schedule};
use karavan_testkit::{BORIS, Fixture, TestApp, TestAppBuilder, TestDb};
use karavan_web::{
    Can, Json,
    texts::{Locale, Source},
};
use serde::{Deserialize, Serialize};
use std::{ops::Deref, sync::Arc};
use utoipa_axum::{router::OpenApiRouter, routes};

pub const BOT: &str = "clerk_bot";

karavan_kernel::permissions! {
    /// Count letters.
    pub CountLetters = "post.letters.count",
}

/// The post office in a test.
#[derive(Clone)]
pub struct Post(TestApp);

impl Deref for Post {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.0
    }
}

impl Fixture for Post {
    async fn start(db: TestDb) -> Self {
        Self(builder(db).start().await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

/// The same post office, whose bot hears by webhook.
#[derive(Clone)]
pub struct HookedPost(TestApp);

impl Deref for HookedPost {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.0
    }
}

impl Fixture for HookedPost {
    async fn start(db: TestDb) -> Self {
        Self(builder(db).webhooks().start().await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

fn builder(db: TestDb) -> TestAppBuilder {
    TestApp::builder(db)
        .texts(texts())
        .bots(&[BOT])
        .products(|platform, telegram| vec![product(platform, telegram.token(BOT))])
}

fn texts() -> [Source; 4] {
    let ftl = "post-title = Post\npost-sentence = Letters.\npost-panel = Post\npost-letters = Letters\nstamp = Stamp\n";
    [Locale::Ru, Locale::Uk, Locale::Kk, Locale::En].map(|locale| Source {
        name: "post",
        locale,
        ftl,
    })
}

pub fn product(platform: &Platform, token: Secret) -> Product {
    Product {
        name: "post",
        icon: "activity",
        routes: OpenApiRouter::new().routes(routes!(count_letters)),
        admin: Section {
            product: Some("post"),
            title: "post-panel",
            entries: vec![Entry {
                title: "post-letters",
                href: "/admin/post/letters",
                icon: "activity",
                permission: PERMISSIONS[0],
            }],
        },
        jobs: vec![JobDef::of::<Remind>(platform.clone())],
        schedules: vec![Schedule::new("post.remind", "30 9 * * * UTC", &Remind {})],
        bots: vec![BotDef {
            name: "post.clerk",
            token: Some(token),
            talk: Arc::new(|turn| Box::pin(talk(turn))),
        }],
        permissions: PERMISSIONS,
        demo: Box::new(|| Box::pin(async { Ok(()) })),
    }
}

#[utoipa::path(get, path = "/post/letters", tag = "letters", security(("permission" = ["post.letters.count"])))]
async fn count_letters(_who: Can<CountLetters>) -> Json<u32> {
    Json(7)
}

#[derive(Serialize, Deserialize)]
struct Addressed {
    town: String,
}

/// Asks for a town, then for a confirmation. Mars is refused, and "flood" floods.
async fn talk(turn: &mut Turn) -> Result<(), TurnError> {
    match turn.input.clone() {
        Input::Command { name, payload } if name == "start" && payload.is_empty() => {
            turn.forget();
            turn.say(Message::new("Куда отправить письмо?").contact_button("Мой номер".into()));
        }
        Input::Command { payload, .. } => turn.say(Message::new(format!("Приглашение {payload}"))),
        Input::Contact { phone, user_id } => {
            let own = if user_id == Some(turn.person.id) {
                "свой"
            } else {
                "чужой"
            };
            turn.say(Message::new(format!("{own}: {phone}")).without_keyboard());
        }
        Input::Text(text) if text == "flood" => {
            (1..=7).for_each(|number| turn.say(Message::new(format!("{number}"))));
        }
        Input::Text(text) if text == "boom" => {
            return Err(TurnError::Store(karavan_store::StoreError::Malformed("boom".into())));
        }
        Input::Text(town) => {
            turn.say(Message::new(format!("{town}?")).inline([("Да".to_owned(), "yes"), ("Нет".to_owned(), "no")]));
            turn.remember(&Addressed { town })?;
        }
        Input::Button { data } => match (turn.state::<Addressed>(), data.as_str()) {
            (Some(Addressed { town }), "yes") => {
                notify::telegram(
                    &mut turn.tx,
                    "post.clerk",
                    BORIS,
                    Message::new(format!("Письмо в {town}")),
                )
                .await?;
                if town == "Марс" {
                    return Err(TurnError::refuse("На Марс не возим."));
                }
                turn.forget();
                turn.say(Message::new("Отправлено."));
            }
            _ => turn.say(Message::new("Начните сначала: /start")),
        },
        Input::Other => {}
    }
    Ok(())
}

/// Reminds Boris every morning.
#[derive(Serialize, Deserialize)]
pub struct Remind {}

impl Job for Remind {
    const NAME: &'static str = "post.remind.v1";
    type State = Platform;

    async fn run(self, cx: JobCx<Platform>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        notify::telegram(&mut tx, "post.clerk", BORIS, Message::new("Пора разносить почту.")).await?;
        cx.finish(tx).await
    }
}
