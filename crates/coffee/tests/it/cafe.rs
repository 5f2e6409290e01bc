//! A café with one till: Anna may become a guest, Boris sells, a machine calls the API, the owner looks into the panel.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use karavan_coffee::{
    BaristaId, Coffee, CoffeeConfig, GuestId, baristas, bots, codes,
    guests::{self, Name, NewGuest},
    orders::{self, Confirmed, NewOrder, OrderError},
};
use karavan_kernel::{Actor, Date, Locale};
use karavan_platform::{
    bots::store as chats,
    ledger::{self, Owner, Unit},
};
use karavan_store::{PageRequest, Tx};
use karavan_testkit::{ANNA, BORIS, Client, Fixture, Person, Response, TestApp, TestDb};
use serde_json::{Value, json};

/// The guests' bot.
pub const GUESTS: &str = "cafe_bot";
/// The baristas' bot.
pub const TILL: &str = "till_bot";

/// Whoever prepares a test.
pub const TEST: Actor = Actor::System("test");

/// How a guest gets a code.
pub const CODE_BUTTON: &str = "Получить код для оплаты";

#[derive(Clone)]
pub struct Cafe {
    app: TestApp,
    /// For calling the flows that the bots and the API share.
    pub coffee: Coffee,
    /// Somebody who may become a guest.
    pub anna: Person,
    /// Somebody on the list of baristas.
    pub boris: Person,
    /// Boris on the list.
    pub barista: BaristaId,
    /// A machine with every permission of the product.
    pub service: Client,
    /// The owner in a browser.
    pub owner: Client,
    next: Arc<AtomicI64>,
}

impl Deref for Cafe {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Fixture for Cafe {
    async fn start(db: TestDb) -> Self {
        let app = TestApp::builder(db)
            .texts(karavan_coffee::texts())
            .bots(&[GUESTS, TILL])
            .time_zone("Europe/Moscow")
            .products(|platform, telegram| {
                let mut config = CoffeeConfig::for_testing("", "");
                config.guest_bot_token = telegram.token(GUESTS);
                config.barista_bot_token = telegram.token(TILL);
                vec![karavan_coffee::product(platform, config)]
            })
            .start()
            .await;
        let mut tx = app.begin(TEST).await.unwrap();
        let barista = baristas::create(&mut tx, BORIS, "Борис").await.unwrap();
        tx.commit().await.unwrap();
        Self {
            coffee: Coffee::new(app.platform.clone(), CoffeeConfig::for_testing("", "")),
            anna: app.person(ANNA),
            boris: app.person(BORIS),
            barista,
            service: app.service(&["coffee.*"]).await,
            owner: app.owner().await,
            next: Arc::new(AtomicI64::new(1)),
            app,
        }
    }

    async fn finish(self) {
        // Whatever a test did, the books balance.
        assert_eq!(self.wrong_in_the_books().await, [""; 0]);
        self.app.finish().await;
    }
}

/// What lies on the counter.
#[derive(Clone)]
pub struct Basket {
    pub sum: i64,
    pub drinks: i64,
    pub spend: i64,
}

impl Default for Basket {
    fn default() -> Self {
        Self {
            sum: 950,
            drinks: 1,
            spend: 0,
        }
    }
}

/// How much is written down: equal before and after when something was refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Books {
    pub guests: i64,
    pub orders: i64,
    pub movements: i64,
}

impl Cafe {
    /// A transaction that prepares a test.
    pub async fn tx(&self) -> Tx {
        self.begin(TEST).await.unwrap()
    }

    /// Registers over the bot.
    pub async fn joins(&self, person: &Person, name: &str) -> GuestId {
        let lines = ["/start", "[Начать]", "(contact)", name, "07.03.1990", "[Подтвердить]"];
        person.plays(GUESTS, &lines).await;
        self.id_of(person).await
    }

    /// Somebody who registered elsewhere and has no phone in this test.
    pub async fn guest(&self, name: &str) -> GuestId {
        let new = self.application(name);
        let mut tx = self.tx().await;
        let guest = guests::register(&mut tx, &self.coffee, &new).await.unwrap();
        chats::greet_chat(&mut tx, bots::GUEST, new.telegram_id, Locale::Ru)
            .await
            .unwrap();
        let now = tx.now();
        chats::mark_unreachable(&mut tx, bots::GUEST, new.telegram_id, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        guest.id
    }

    /// What somebody new enters, each time with another account and number.
    pub fn application(&self, name: &str) -> NewGuest {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        NewGuest {
            telegram_id: 5_000 + number,
            phone: format!("+7000001{number:04}").parse().unwrap(),
            first_name: Name::parse(name).unwrap(),
            last_name: None,
            birth_date: Date::new(1990, 3, 7).unwrap(),
        }
    }

    pub async fn id_of(&self, person: &Person) -> GuestId {
        let mut read = self.read().await.unwrap();
        let guest = guests::store::find_by_telegram(&mut read, person.id).await.unwrap();
        guest.expect("they have registered").id
    }

    /// Another barista, on the list.
    pub async fn another_barista(&self, name: &str) -> (BaristaId, Person) {
        let person = self.person_named(name);
        let mut tx = self.tx().await;
        let id = baristas::create(&mut tx, person.id, name).await.unwrap();
        tx.commit().await.unwrap();
        (id, person)
    }

    /// Takes the till away from a barista, or gives it back.
    pub async fn lets_sell(&self, barista: BaristaId, is_active: bool) {
        let mut tx = self.tx().await;
        assert!(baristas::store::set_active(&mut tx, barista, is_active).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Asks the bot for a code and reads it.
    pub async fn shows_code(&self, person: &Person) -> String {
        person.presses(GUESTS, CODE_BUTTON).await;
        let text = person.last_from(GUESTS).text;
        let code = digits_of(&text).find(|word| word.len() == 5);
        code.unwrap_or_else(|| panic!("the bot showed no code: {text}"))
            .to_owned()
    }

    /// Gives a guest a code by the flow, and sells with it at once.
    pub async fn sale(&self, guest: GuestId, basket: Basket) -> Result<Confirmed, OrderError> {
        let mut tx = self.tx().await;
        let code = codes::issue(&mut tx, &self.coffee, guest).await?.id;
        let receipt = self.next.fetch_add(1, Ordering::Relaxed);
        let Basket { sum, drinks, spend } = basket;
        let order = NewOrder {
            code,
            guest,
            barista: self.barista,
            receipt_number: receipt.to_string(),
            total_minor: sum * 100,
            drinks,
            sandwiches: 0,
            spend,
        };
        let confirmed = orders::confirm(&mut tx, &self.coffee, &order).await?;
        tx.commit().await?;
        Ok(confirmed)
    }

    /// Sells so much that the guest earns so many points.
    pub async fn earns(&self, guest: GuestId, points: i64) {
        let sum = points * 100;
        let basket = Basket {
            sum,
            ..Basket::default()
        };
        // Sales of the same moment have no order.
        self.clock.advance(Duration::from_secs(1));
        self.sale(guest, basket).await.unwrap();
        self.run_jobs().await;
    }

    pub async fn balance(&self, guest: GuestId) -> i64 {
        let owner = Owner::Guarded(guest.to_string());
        let mut read = self.read().await.unwrap();
        ledger::balance_of(&mut read, &owner, Unit::POINTS).await.unwrap()
    }

    pub async fn books(&self) -> Books {
        let one = PageRequest::new(1, 0);
        let mut read = self.read().await.unwrap();
        let guests = guests::store::search(&mut read, &guests::store::Search::default(), one)
            .await
            .unwrap();
        let orders = orders::store::search(&mut read, &orders::store::Search::default(), one)
            .await
            .unwrap();
        let movements = ledger::history(&mut read, None, Unit::POINTS, one).await.unwrap();
        Books {
            guests: guests.total,
            orders: orders.total,
            movements: movements.total,
        }
    }

    pub async fn wrong_in_the_books(&self) -> Vec<String> {
        ledger::check(&mut self.read().await.unwrap()).await.unwrap()
    }

    /// A chat for a snapshot.
    pub fn told(&self, bot: &str, person: &Person) -> String {
        hide_codes(&self.chat(bot, person))
    }

    /// Makes a code over the API.
    pub async fn code_over_http(&self, guest: GuestId) -> Code {
        let path = format!("/coffee/codes/generate?user_id={guest}");
        let made = self.service.post(&path, json!({})).await.expect(200);
        Code {
            id: text_of(&made, "/id"),
            digits: text_of(&made, "/code"),
        }
    }

    /// A fine order as the API takes it: 950 ₽, two drinks and a sandwich.
    pub fn order(&self, guest: GuestId, code: &Code) -> Value {
        json!({
            "user_id": guest.to_string(),
            "barista_id": self.barista.to_string(),
            "code_id": code.id,
            "receipt_number": "1007",
            "total_sum": 950,
            "drinks_count": 2,
            "sandwiches_count": 1,
        })
    }

    pub async fn posts_order(&self, order: &Value) -> Response {
        self.service.post("/coffee/orders/", order).await
    }
}

/// A code as the API shows it.
pub struct Code {
    pub id: String,
    pub digits: String,
}

/// The same body with other values.
pub fn with(body: &Value, changes: &Value) -> Value {
    let mut changed = body.clone();
    for (name, value) in changes.as_object().unwrap() {
        changed[name] = value.clone();
    }
    changed
}

pub fn text_of(response: &Response, pointer: &str) -> String {
    response.value(pointer).as_str().unwrap().to_owned()
}

fn digits_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
}

/// Codes are random: `[code]` stands for every number of five digits.
pub fn hide_codes(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        hidden.push_str(before);
        hidden.push_str(if digits.len() == 5 { "[code]" } else { digits });
        rest = after;
    }
    hidden + rest
}

/// With ordinary spaces: our texts keep numbers together by others.
pub fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}
