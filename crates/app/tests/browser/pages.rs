//! Every page in light and dark, at 1280 and 390 px: nothing that keeps people out, nothing that breaks.

use std::path::Path;

use serde_json::json;

use crate::{chromium::Chromium, harness::Running, inspect::inspect, journey::admin_link, pictures};

/// A program with a browser before it, and what was found so far.
pub(crate) struct Tour {
    pub(crate) running: Running,
    pub(crate) browser: Chromium,
    findings: Vec<String>,
}

impl Tour {
    pub(crate) async fn start(data: &Path, options: &[&str]) -> Self {
        let running = Running::start(data, options);
        let browser = Chromium::start(&pictures::language(), true).await;
        Self {
            running,
            browser,
            findings: Vec::new(),
        }
    }

    pub(crate) async fn look(&mut self, name: &str, path: &str) {
        let address = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.running.url)
        };
        self.browser.open(&address).await;
        self.look_here(name).await;
    }

    pub(crate) async fn look_here(&mut self, name: &str) {
        inspect(&self.browser, name, &mut self.findings).await;
    }

    async fn sign_in(&mut self) {
        self.browser.open(admin_link(&self.running)).await;
        self.browser.click("//main//form//button").await;
        self.browser.see("//a[@href='/admin/jobs']").await;
    }

    pub(crate) fn finish(self) {
        self.running.stop();
        let Self { findings, .. } = self;
        assert!(
            findings.is_empty(),
            "{} findings:\n{}",
            findings.len(),
            findings.join("\n")
        );
    }
}

#[tokio::test]
async fn every_page_in_a_browser_is_open_to_everybody() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &["--demo"]).await;
    tour.look("landing", "/").await;
    tour.look("sign-in", "/admin/sign-in").await;
    let link = admin_link(&tour.running).to_owned();
    tour.look("link", &link).await;
    tour.look("link-expired", "/admin/enter/none").await;
    tour.look("error-404", "/nowhere").await;

    tour.sign_in().await;
    tour.look("home", "/admin").await;
    tour.look("guests", "/admin/coffee/guests").await;
    tour.look("guests-none-found", "/admin/coffee/guests?q=zzz").await;
    tour.browser
        .open(&format!("{}/admin/coffee/guests", tour.running.url))
        .await;
    tour.browser.click("//tr[contains(., 'Мария')]//a").await;
    tour.browser.see("//h1[contains(., 'Мария')]").await;
    tour.look_here("guest").await;
    tour.look("orders", "/admin/coffee/orders").await;
    tour.look("orders-page-2", "/admin/coffee/orders?page=2").await;
    tour.look("points", "/admin/coffee/points").await;
    tour.look("baristas", "/admin/coffee/baristas").await;
    tour.browser
        .click("//main//button[ancestor::form[contains(@class, 'form')]]")
        .await;
    tour.browser.see("//*[@data-errors]").await;
    tour.look_here("baristas-errors").await;
    tour.browser
        .open(&format!("{}/admin/coffee/baristas", tour.running.url))
        .await;
    let stop = tour
        .browser
        .see("//a[@data-confirm]")
        .await
        .attr("href")
        .await
        .unwrap()
        .unwrap();
    tour.browser.click("//a[@data-confirm]").await;
    tour.browser.see("//dialog[@open]").await;
    tour.look_here("barista-stop-dialog").await;
    tour.look("barista-stop", &stop).await;
    tour.look("rules", "/admin/coffee/rules").await;
    let wrong = "document.getElementsByName(arguments[0])[0].value = arguments[1]";
    tour.browser
        .script(wrong, vec![json!("code_seconds"), json!("7")])
        .await;
    tour.browser
        .script(wrong, vec![json!("largest_sale"), json!("0")])
        .await;
    tour.browser.click("//main//form//button[@type='submit']").await;
    tour.browser.see("//*[@data-errors]").await;
    tour.look_here("rules-errors").await;
    tour.look("jobs", "/admin/jobs").await;
    tour.look("legal-texts", "/admin/legal").await;
    tour.look("legal-text", "/admin/legal/refunds/ru").await;
    tour.look("audit", "/admin/audit").await;
    tour.browser.click("//tr//a[contains(@href, '/admin/audit/')]").await;
    tour.browser.see("//*[@id='changes']").await;
    tour.look_here("audit-entry").await;
    tour.look("error-404-in-the-panel", "/admin/coffee/guests/gst_none")
        .await;
    tour.finish();
}

/// What a phone hides behind buttons.
#[tokio::test]
async fn every_menu_in_a_browser_is_open_to_everybody() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &["--demo"]).await;
    tour.sign_in().await;
    let orders = format!("{}/admin/coffee/orders", tour.running.url);
    for (name, button) in [
        ("menu-open", "//a[@data-menu]"),
        ("filters-open", "//button[@data-filters]"),
        ("languages-open", "//details[@data-pick]/summary"),
    ] {
        tour.browser.open(&orders).await;
        tour.browser.shape("light", 390).await;
        tour.browser.click(button).await;
        tour.look_here(name).await;
    }
    tour.finish();
}

/// Nobody works here, so that what the bots hear stays in the queue.
#[tokio::test]
async fn every_page_of_jobs_in_a_browser_is_open_to_everybody() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &["--demo", "--roles", "web,bots"]).await;
    let chat = format!("{}/demo/telegram/chat/karavan_guest_bot/1001", tour.running.url);
    tour.browser.open(&chat).await;
    tour.browser.click("//form[contains(@class, 'begin')]//button").await;
    tour.sign_in().await;
    tour.browser.open(&format!("{}/admin/jobs", tour.running.url)).await;
    tour.browser.reload_until("//tr[contains(., 'bots.update.v1')]").await;
    tour.look_here("jobs-full").await;
    tour.browser.click("//tr[contains(., 'bots.update.v1')]//a").await;
    tour.browser.see("//h1[contains(., 'bots.update.v1')]").await;
    tour.look_here("job").await;
    tour.finish();
}

#[tokio::test]
async fn every_empty_page_in_a_browser_says_what_to_do_first() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &[]).await;
    tour.look("empty-landing", "/").await;
    tour.sign_in().await;
    tour.look("empty-home", "/admin").await;
    for list in ["guests", "orders", "points", "baristas"] {
        tour.look(&format!("empty-{list}"), &format!("/admin/coffee/{list}"))
            .await;
    }
    tour.look("empty-jobs", "/admin/jobs").await;
    tour.finish();
}

#[tokio::test]
async fn every_chat_page_in_a_browser_is_open_to_everybody() {
    let data = tempfile::tempdir().unwrap();
    let mut tour = Tour::start(data.path(), &["--demo"]).await;
    let chats = "/demo/telegram/chats?left=karavan_guest_bot&as=1001&right=karavan_barista_bot&right_as=1005";
    tour.look("chats-index", "/demo/telegram").await;
    tour.look("chats-before", chats).await;
    tour.look("chat-missing", "/demo/telegram/chat/nobody/1").await;
    tour.look("chat-contact", "/demo/telegram/chat/karavan_guest_bot/1001/contact")
        .await;

    tour.browser.open(&format!("{}{chats}", tour.running.url)).await;
    tour.browser
        .click("//section[@id='left']//form[contains(@class, 'begin')]//button")
        .await;
    tour.browser
        .click("//section[@id='right']//form[contains(@class, 'begin')]//button")
        .await;
    tour.browser
        .click("//section[@id='left']//form[contains(@class, 'keyboard')]//button")
        .await;
    tour.browser.see("//section[@id='left']//a[@data-share]").await;
    tour.browser
        .see("//section[@id='right']//form[contains(@class, 'keyboard')]//button")
        .await;
    tour.look_here("chats").await;
    tour.browser.click("//section[@id='left']//a[@data-share]").await;
    tour.browser.see("//dialog[@open]").await;
    tour.look_here("chats-share").await;
    tour.look("chat", "/demo/telegram/chat/karavan_guest_bot/1001").await;
    tour.browser.click("//section//summary").await;
    tour.look_here("chat-menu").await;
    tour.look("chats-index-after", "/demo/telegram").await;
    tour.look("mail-empty", "/demo/mail").await;
    tour.look("mail-missing", "/demo/mail/letter/1").await;
    tour.finish();
}
