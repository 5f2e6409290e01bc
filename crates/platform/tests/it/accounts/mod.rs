//! People with an address and a password, in a browser.

mod factor; // the second factor, set up, used and turned off
mod factor_guesses; // what strangers try with it
mod factor_store; // the contracts of its tables
mod guesses; // what strangers try
mod people; // the ordinary ways
mod proving; // showing again who one is
mod staff; // who needs more than a password
mod store; // the contracts of the tables

use karavan_simulators::mail::Letter;
use karavan_testkit::{Authenticator, Client, Response, TestApp, codes_on};

pub const ANNA: &str = "anna@example.com";
pub const PASSWORD: &str = "жёлтый чайник поёт";

/// A value that a page keeps in a hidden field.
pub fn hidden(page: &Response, name: &str) -> String {
    let text = page.text();
    let start = format!("name=\"{name}\" value=\"");
    let found = text
        .split_once(start.as_str())
        .and_then(|(_, rest)| rest.split('"').next());
    found
        .unwrap_or_else(|| panic!("the page has no hidden `{name}`: {page}"))
        .to_owned()
}

/// The six digits of the newest letter to this address.
pub async fn code_for(app: &TestApp, address: &str) -> String {
    app.settle().await;
    let text = app.inbox().letter_to(address).expect("a letter came").text;
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let found = text.split_whitespace().find(digits);
    found.unwrap_or_else(|| panic!("no code in {text:?}")).to_owned()
}

/// The path of the link in the newest letter to this address.
pub async fn link_for(app: &TestApp, address: &str) -> String {
    app.settle().await;
    let text = app.inbox().letter_to(address).expect("a letter came").text;
    let link = text.split_whitespace().find(|word| word.starts_with("http"));
    let link = link.unwrap_or_else(|| panic!("no link in {text:?}"));
    let (_, rest) = link.split_once("://").expect("it is an address");
    let (_host, path) = rest.split_once('/').expect("it has a path");
    format!("/{path}")
}

/// Every letter to this address, in the order of arrival.
pub fn letters_to(app: &TestApp, address: &str) -> Vec<Letter> {
    let letters = app.inbox().letters();
    letters.into_iter().filter(|letter| letter.is_to(address)).collect()
}

/// Fills the form of a new account.
pub async fn sign_up(browser: &Client, address: &str) -> Response {
    let fields = [("name", "Анна"), ("email", address), ("password", PASSWORD)];
    browser.form("/sign-up", &fields).await
}

/// Types a code into the page that asks for it.
pub async fn type_code(browser: &Client, page: &Response, code: &str) -> Response {
    let (flow, email) = (hidden(page, "flow"), hidden(page, "email"));
    browser
        .form("/verify", &[("flow", &flow), ("email", &email), ("code", code)])
        .await
}

/// Somebody with a proved address, signed in.
pub async fn member(app: &TestApp, address: &str) -> Client {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, address).await.expect(200);
    let code = code_for(app, address).await;
    type_code(&browser, &page, &code).await.expect(303);
    browser
}

/// Fills the sign-in form.
pub async fn sign_in(browser: &Client, address: &str, password: &str) -> Response {
    browser
        .form("/sign-in", &[("email", address), ("password", password)])
        .await
}

/// Whether the browser is somebody's.
pub async fn is_in(browser: &Client) -> bool {
    browser.get("/account").await.status == 200
}

/// Sets the second factor up as a person does; the app and the recovery codes.
pub async fn set_up_factor(app: &TestApp, browser: &Client) -> (Authenticator, Vec<String>) {
    browser.form("/account/two-step", &[]).await.expect(303);
    let page = browser.get("/account/two-step/set-up").await.expect(200);
    assert!(page.text().contains("<svg class=\"qr\""), "{page}");
    let phone = Authenticator::from_page(&page);
    let code = phone.code(app);
    let shown = browser
        .form("/account/two-step/set-up", &[("code", &code)])
        .await
        .expect(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let codes = codes_on(&shown.text());
    assert_eq!(codes.len(), 10, "{shown}");
    (phone, codes)
}

/// A browser in which the password was right and the code is awaited.
pub async fn half_in(app: &TestApp) -> Client {
    let browser = app.anonymous().browser();
    let asked = sign_in(&browser, ANNA, PASSWORD).await.expect(303);
    assert!(asked.header("location").starts_with("/sign-in/code"), "{asked:?}");
    browser
}

/// Types a code into the page of the second step.
pub async fn second_step(browser: &Client, code: &str) -> Response {
    browser.form("/sign-in/code", &[("code", code)]).await
}
