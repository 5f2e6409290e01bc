//! Accounts of people and the inbox of the demo, page by page.

use crate::{
    chromium::{Chromium, quoted},
    pages::Tour,
};
use karavan_kernel::Clock;
use karavan_testkit::Authenticator;

const EMAIL: &str = "anna@example.com";
const PASSWORD: &str = "жёлтый чайник поёт";
const SUBMIT: &str = "//main//form//button[@type='submit']";

/// The code in the letter that is shown.
async fn code(browser: &Chromium) -> String {
    let text = browser.see("//main").await.text().await.unwrap();
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.split_whitespace().find(is_code);
    code.unwrap_or_else(|| panic!("there is no code in {text}")).to_owned()
}

/// Reads the newest letter in the inbox.
async fn read_letter(tour: &mut Tour, picture: &str) -> String {
    let inbox = format!("{}/demo/mail", tour.running.url);
    tour.browser.open(&inbox).await;
    let first = format!("(//*[@data-letters]//a[contains(., {})])[1]", quoted(EMAIL));
    tour.browser.reload_until(&first).await;
    tour.look_here(&format!("{picture}-inbox")).await;
    tour.browser.click(&first).await;
    let code = code(&tour.browser).await;
    tour.look_here(&format!("{picture}-letter")).await;
    code
}

async fn sign_up(tour: &Tour) {
    tour.browser.write("name", "Анна").await;
    tour.browser.write("email", EMAIL).await;
    tour.browser.write("password", PASSWORD).await;
    // The agreement, and the consent without which there is no account; the others stay as they are.
    for needed in ["(//input[@name='agree'])[1]", "(//input[@name='agree'])[2]"] {
        tour.browser.click(needed).await;
    }
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//main//input[@name='code']").await;
}

/// The letter opens in another window, so that the page that asks for the code stays.
async fn prove(tour: &mut Tour, picture: &str) {
    let here = tour.browser.client.window().await.unwrap();
    let other = tour.browser.client.new_window(true).await.unwrap();
    tour.browser.client.switch_to_window(other.handle).await.unwrap();
    let code = read_letter(tour, picture).await;
    tour.browser.client.close_window().await.unwrap();
    tour.browser.client.switch_to_window(here).await.unwrap();
    tour.browser.write("code", &code).await;
}

/// Sets the second factor up and looks at each page on the way; the app.
async fn set_up_two_steps(tour: &mut Tour) -> Authenticator {
    tour.look("two-step", "/account/two-step").await;
    tour.browser
        .click("//main//form[@action='/account/two-step']//button")
        .await;
    tour.look_here("two-step-set-up").await;
    let key = tour.browser.see("//main//ul/li/code").await.text().await.unwrap();
    let phone = Authenticator::from_key(&key);
    tour.browser.write("code", "000000").await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//*[@data-errors]").await;
    tour.look_here("two-step-wrong-code").await;
    tour.browser.write("code", &phone.code_at(Clock::system().now())).await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//main//ul/li[10]/code").await;
    tour.look_here("two-step-recovery-codes").await;
    tour.look("two-step-on", "/account/two-step").await;
    tour.look("two-step-off", "/account/two-step/off").await;
    tour.look("account-confirm", "/account/confirm?next=/account/two-step")
        .await;
    tour.look("account-security-two-step", "/account/security").await;
    phone
}

/// Signs in again, and looks at the page that asks for the code.
async fn sign_in_by_two_steps(tour: &mut Tour, phone: &Authenticator) {
    tour.browser.open(&format!("{}/sign-in", tour.running.url)).await;
    tour.browser.write("email", EMAIL).await;
    tour.browser.write("password", PASSWORD).await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//main//input[@name='code']").await;
    tour.look_here("people-second-step").await;
    tour.browser.write("code", "000000").await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//*[@data-errors]").await;
    tour.look_here("people-second-step-refused").await;
    // The code of the half minute to come: the present one may be the one that was used.
    let soon = Clock::system().now() + std::time::Duration::from_secs(30);
    tour.browser.write("code", &phone.code_at(soon)).await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//a[@href='/account/security']").await;
}

#[tokio::test]
async fn every_page_of_an_account_in_a_browser_is_open_to_everybody() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &["--demo"]).await;
    tour.look("notice", "/sign-in").await;
    tour.browser
        .click("//form[@action='/legal/cookies/seen']//button")
        .await;
    tour.look("documents", "/legal").await;
    tour.look("document", "/legal/cookies").await;
    tour.look("people-sign-in", "/sign-in").await;
    tour.browser.write("email", EMAIL).await;
    tour.browser.write("password", "not this one").await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//*[@data-errors]").await;
    tour.look_here("people-sign-in-refused").await;

    tour.look("people-sign-up", "/sign-up").await;
    sign_up(&tour).await;
    tour.look_here("people-verify").await;
    prove(&mut tour, "verify").await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//a[@href='/account/security']").await;
    tour.look_here("account").await;
    tour.look("account-security", "/account/security").await;
    tour.look("account-consents", "/account/consents").await;
    tour.look("landing-signed-in", "/").await;
    let phone = set_up_two_steps(&mut tour).await;
    sign_in_by_two_steps(&mut tour, &phone).await;

    tour.look("people-reset", "/reset").await;
    tour.browser.write("email", EMAIL).await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//main//input[@name='code']").await;
    tour.look_here("people-reset-code").await;
    prove(&mut tour, "reset").await;
    tour.browser.write("password", "совсем другой чайник").await;
    tour.browser.click(SUBMIT).await;
    tour.browser.see("//main//input[@name='password']").await;
    tour.look_here("people-reset-done").await;
    tour.look("people-link-is-over", "/reset/none").await;
    tour.look("people-verify-link-is-over", "/verify/none").await;
    tour.finish();
}
