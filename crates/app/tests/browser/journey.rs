//! The one path: a guest registers, a barista sells, the owner sees it.

use crate::{chromium::Chromium, harness::Running, pictures};

const ORDERS: &str = "/admin/coffee/orders";

/// The one-time link that the program prints.
pub(crate) fn admin_link(running: &Running) -> &str {
    let word = running
        .banner
        .split_whitespace()
        .find(|word| word.contains("/admin/enter/"));
    word.expect("a demo always prints a link")
}

#[tokio::test]
async fn a_browser_is_enough_to_register_sell_and_see_it() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &["--demo"]);
    let browser = Chromium::start("ru", true).await;

    browser.open(&running.url).await;
    browser.press("Попробовать боты").await;
    browser.press("Открыть два телефона рядом").await;

    register(&browser).await;
    let code = sell(&browser).await;
    pictures::save(&browser, "chats-after-a-sale").await;
    use_the_code_again(&browser, &code).await;

    see_it_in_the_panel(&browser, admin_link(&running)).await;
    leave(&browser, &running).await;
    running.stop();
}

async fn register(browser: &Chromium) {
    let guest = browser.phone("left");
    guest.press("Старт").await;
    guest.hears("программа лояльности кофейни").await;
    guest.press("Начать").await;
    guest.hears("Отправьте свой номер").await;
    guest.press("Отправить номер").await;
    browser.see("//dialog[@open][contains(., '+79000000001')]").await;
    guest.press("Поделиться").await;
    guest.hears("Как вас зовут?").await;
    guest.write("Анна").await;
    guest.hears("Когда у вас день рождения?").await;
    guest.write("07.03.1990").await;
    guest.hears("Проверьте, всё ли верно").await;
    guest.press("Подтвердить").await;
    guest.hears("Анна, вы зарегистрированы").await;
}

/// Returns the code, which is used up then.
async fn sell(browser: &Chromium) -> String {
    let (guest, barista) = (browser.phone("left"), browser.phone("right"));
    guest.press("Получить код для оплаты").await;
    let code = guest.reads_code("Назовите бариста этот код").await;

    barista.press("Старт").await;
    barista.hears("Борис, касса открыта").await;
    barista.press("Обработка заказа").await;
    barista.hears("Введите 5-значный код").await;
    barista.write(&code).await;
    barista.hears("Гость: Анна").await;
    barista.write("77-1007").await;
    barista.hears("Сумма").await;
    barista.write("950").await;
    barista.hears("Сколько напитков?").await;
    barista.write("2").await;
    barista.hears("Сколько сэндвичей?").await;
    barista.write("1").await;
    barista.hears("Баллы: +9. Подтвердить заказ?").await;
    barista.press("Подтвердить").await;
    barista.hears("Заказ проведён. У гостя Анна 9 баллов").await;
    guest.hears("Начислено 9 баллов, всего 9").await;
    guest.press("Мой профиль").await;
    guest.hears("Баллы: 9").await;
    code
}

async fn use_the_code_again(browser: &Chromium, code: &str) {
    let barista = browser.phone("right");
    barista.press("Обработка заказа").await;
    barista.hears("Введите 5-значный код").await;
    barista.write(code).await;
    barista.hears("Код не найден или уже использован").await;
    barista.press("Отмена").await;
    barista.hears("Отменено, ничего не продано").await;
}

async fn see_it_in_the_panel(browser: &Chromium, link: &str) {
    browser.open(link).await;
    browser.press("Войти").await;
    browser.press("Заказы").await;
    browser.see("//h1[.='Заказы']").await;
    browser
        .see("//tr[contains(., '77-1007')][contains(., 'Анна')][contains(., '950')]")
        .await;
    browser.press("Гости").await;
    browser.see("//h1[.='Гости']").await;
    pictures::save(browser, "guests-after-a-sale").await;
    browser.click("//tr[contains(., 'Анна')]//a").await;
    browser.see("//h1[contains(., 'Анна')]").await;
    browser.read("77-1007").await;
    browser.click("//nav//a[normalize-space(.)='Баллы']").await;
    browser.see("//h1[.='Движения баллов']").await;
    browser.see("//tr[contains(., 'Анна')][contains(., '9')]").await;
}

async fn leave(browser: &Chromium, running: &Running) {
    let orders = format!("{}{ORDERS}", running.url);
    browser.open(&orders).await;
    browser.read("77-1007").await;
    browser.press("Выйти").await;
    browser.see("//h1[.='Вход']").await;
    browser.open(&orders).await;
    browser.see("//h1[.='Вход']").await;
    let page = browser.client.source().await.unwrap();
    assert!(!page.contains("77-1007"), "the panel is still shown: {page}");
    // The link was used up, too.
    browser.open(admin_link(running)).await;
    browser.read("Ссылка уже использована или устарела").await;
}

#[tokio::test]
async fn a_browser_keeps_theme_and_language() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &["--demo"]);
    let browser = Chromium::start("ru", true).await;
    browser.open(&running.url).await;
    browser.see("//html[@lang='ru'][not(@data-theme)]").await;

    browser.press("Светлая или тёмная тема").await;
    browser.see("//html[@data-theme='dark']").await;
    browser.client.refresh().await.unwrap();
    browser.see("//html[@data-theme='dark']").await;

    browser.click("//details[@data-pick]/summary").await;
    browser.press("English").await;
    browser.see("//html[@lang='en'][@data-theme='dark']").await;
    browser.open(admin_link(&running)).await;
    browser.see("//html[@lang='en'][@data-theme='dark']").await;
    browser.press("Sign in").await;
    browser.press("Guests").await;
    browser.see("//h1[.='Guests']").await;
    browser.press("Switch between light and dark").await;
    browser.see("//html[@data-theme='light']").await;

    // The chats keep both in their addresses.
    browser.open(&format!("{}/demo/telegram/chats", running.url)).await;
    browser.press("Тёмная тема").await;
    browser.see("//html[@lang='ru'][@data-theme='dark']").await;
    browser.click("//nav//summary").await;
    browser.press("Қазақша").await;
    browser.see("//html[@lang='kk'][@data-theme='dark']").await;
    browser.read("Кімнің атынан").await;
    running.stop();
}
