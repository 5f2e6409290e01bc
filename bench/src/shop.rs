//! A coffee shop that sells over HTTP: Karavan, or the bare server that has the same addresses under another prefix.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::Outcome;

/// Where Karavan keeps the coffee product.
pub const KARAVAN_PREFIX: &str = "/coffee";
/// Where the bare server keeps its imitation.
pub const BARE_PREFIX: &str = "/sale";

pub const REGISTER_GUEST: &str = "/users/";
pub const REGISTER_BARISTA: &str = "/baristas/";
/// Takes `user_id` in the query.
pub const GENERATE_CODE: &str = "/codes/generate";
pub const ORDER: &str = "/orders/";

/// Telegram ids of people who do not exist.
const FIRST_GUEST: u64 = 7_000_000_000;
const BARISTA: u64 = 6_999_999_999;

/// A shop with its guests registered.
pub struct Shop {
    base: String,
    token: Option<String>,
    /// Ids as the server writes them, numbers or texts.
    guests: Vec<Value>,
    barista: Value,
}

impl Shop {
    /// Registers a barista and so many guests.
    pub async fn open(client: &Client, base: String, token: Option<String>, guests: u64) -> Outcome<Self> {
        let mut shop = Self {
            base,
            token,
            guests: Vec::new(),
            barista: Value::Null,
        };
        let barista = json!({ "telegram_id": BARISTA, "name": "Bench" });
        shop.barista = id(shop.post(client, REGISTER_BARISTA).json(&barista)).await?;
        for number in 0..guests {
            let guest = json!({
                "telegram_id": FIRST_GUEST + number,
                "phone": format!("+7999{number:07}"),
                "first_name": format!("Guest {number}"),
                "birth_date": "1990-05-17",
            });
            let guest = id(shop.post(client, REGISTER_GUEST).json(&guest)).await?;
            shop.guests.push(guest);
        }
        Ok(shop)
    }

    /// The first half of a sale: the guest shows a code. Returns its id.
    pub async fn generate_code(&self, client: &Client, number: u64) -> Outcome<Value> {
        let guest = plain(self.guest(number)?);
        id(self.post(client, GENERATE_CODE).query(&[("user_id", guest)])).await
    }

    /// The second half: the barista enters the receipt.
    pub async fn order(&self, client: &Client, number: u64, code: Value) -> Outcome {
        let order = json!({
            "user_id": self.guest(number)?,
            "barista_id": self.barista,
            "code_id": code,
            "receipt_number": format!("B{number}"),
            "total_sum": 350,
            "drinks_count": 1,
            "sandwiches_count": 0,
            "use_points": false,
            "used_points_amount": 0,
        });
        let request = self
            .post(client, ORDER)
            .header("Idempotency-Key", format!("bench-order-{number}"))
            .json(&order);
        answer(request).await.map(drop)
    }

    /// By turns, so that nobody has two codes at once.
    fn guest(&self, number: u64) -> Outcome<&Value> {
        let turn = usize::try_from(number)? % self.guests.len().max(1);
        Ok(self.guests.get(turn).ok_or("the shop has no guests")?)
    }

    fn post(&self, client: &Client, path: &str) -> RequestBuilder {
        let request = client.post(format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

async fn id(request: RequestBuilder) -> Outcome<Value> {
    let mut body: Value = serde_json::from_str(&answer(request).await?)?;
    match body["id"].take() {
        Value::Null => Err(format!("no id in {body}").into()),
        id => Ok(id),
    }
}

/// The body, read to the end; anything but 2xx is an error that shows it.
async fn answer(request: RequestBuilder) -> Outcome<String> {
    let response = request.send().await?;
    let (status, path) = (response.status(), response.url().path().to_owned());
    let body = response.text().await?;
    if status.is_success() {
        return Ok(body);
    }
    Err(format!(
        "{path} answered {status}: {}",
        body.chars().take(300).collect::<String>()
    )
    .into())
}

/// An id in a query: a text without its quotes.
fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
