//! Without JavaScript: everything that is a form or a link still works, only with a reload.

use crate::{chromium::Chromium, harness::Running, journey::admin_link};

#[tokio::test]
async fn a_browser_without_scripts_can_do_the_same() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &["--demo"]);
    let browser = Chromium::start("ru", false).await;

    browser
        .open(&format!("{}/demo/telegram/chat/karavan_guest_bot/1001", running.url))
        .await;
    let guest = browser.phone("one");
    guest.press("Старт").await;
    browser.reload_until(&guest.newest_with("Нажмите «Начать»")).await;
    guest.press("Начать").await;
    browser.reload_until(&guest.newest_with("Отправьте свой номер")).await;
    // A page of its own instead of the dialog.
    guest.press("Отправить номер").await;
    browser.see("//h2[contains(., 'Поделиться номером')]").await;
    browser.press("Поделиться").await;
    browser.reload_until(&guest.newest_with("Как вас зовут?")).await;
    guest.write("Анна").await;
    browser
        .reload_until(&guest.newest_with("Когда у вас день рождения?"))
        .await;

    browser.open(admin_link(&running)).await;
    browser.press("Войти").await;
    browser.press("Гости").await;
    browser.see("//tr[contains(., 'Мария')]").await;
    browser.see("//tr[contains(., 'Тимур')]").await;
    let search = browser.see("//input[@name='q']").await;
    search.send_keys("тимур").await.unwrap();
    browser.press("Показать").await;
    browser
        .see("//body[not(.//tr[contains(., 'Мария')])]//tr[contains(., 'Тимур')]")
        .await;
    // The question of a dangerous act is a page.
    browser.press("Бариста").await;
    browser.press("Отключить").await;
    browser.see("//h2[contains(., 'Отключить бариста Борис?')]").await;
    browser.press("Отключить").await;
    browser
        .see("//*[@role='status'][contains(., 'Бариста отключён')]")
        .await;
    // The menu of the languages opens without a script, too.
    browser.click("//details[@data-pick]/summary").await;
    browser.press("English").await;
    browser.see("//html[@lang='en']//h1[.='Baristas']").await;
    browser.press("Sign out").await;
    browser.see("//h1[.='Sign in']").await;
    running.stop();
}
