//! Legal texts and agreements: the tables, and what people and owners do with them.

use karavan_kernel::{Actor, Locale};
use karavan_platform::{
    access::{self, AccountId},
    legal::{
        Channel, Document, Publisher, TextId, publish_templates,
        store::{self, consents_of},
    },
};
use karavan_testkit::{Client, Response, TestApp, TestDb, app_test};

use crate::accounts::{ANNA, PASSWORD, is_in, letters_to, member, sign_up};

const CLI: Actor = Actor::System("cli");

async fn person(t: &TestDb, name: &str) -> AccountId {
    let mut tx = t.begin(CLI).await.unwrap();
    let id = access::store::insert_person(&mut tx, name).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn publish(t: &TestDb, document: Document, title: &str) -> TextId {
    let mut tx = t.begin(CLI).await.unwrap();
    let text = store::publish(&mut tx, document, Locale::Ru, title, "Текст.")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    text.id
}

#[app_test]
async fn a_correction_is_the_next_version_and_the_old_text_stays(t: TestDb) {
    let first = publish(&t, Document::Privacy, "Первая").await;
    let second = publish(&t, Document::Privacy, "Вторая").await;
    let read = &mut t.read().await.unwrap();
    let now = store::current(read, Document::Privacy, Locale::Ru)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((now.id, now.version, now.title.as_str()), (second, 2, "Вторая"));
    let before = store::find(read, first).await.unwrap().unwrap();
    assert_eq!((before.version, before.title.as_str()), (1, "Первая"));
    let history = store::history(read, Document::Privacy, Locale::Ru).await.unwrap();
    assert_eq!(history.iter().map(|text| text.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(store::all_current(read).await.unwrap(), [now]);
    assert_eq!(store::current(read, Document::Privacy, Locale::En).await.unwrap(), None);
    let in_another = store::current_for(read, Document::Privacy, Locale::En).await.unwrap();
    assert_eq!(in_another.map(|text| text.id), Some(second));
    assert_eq!(
        store::current_for(read, Document::Offer, Locale::Ru).await.unwrap(),
        None
    );
}

#[app_test]
async fn an_agreement_is_given_once_until_it_is_taken_back(t: TestDb) {
    let (anna, boris) = (person(&t, "Анна").await, person(&t, "Борис").await);
    let text = publish(&t, Document::ConsentNews, "Новости").await;
    let mut tx = t.begin(CLI).await.unwrap();
    assert!(
        store::give(&mut tx, anna, text, "203.0.113.7", Channel::Web)
            .await
            .unwrap()
    );
    assert!(
        !store::give(&mut tx, anna, text, "203.0.113.8", Channel::Api)
            .await
            .unwrap()
    );
    let given = consents_of(&mut tx, anna).await.unwrap();
    assert_eq!((given.len(), given[0].text_id, given[0].withdrawn_at), (1, text, None));
    assert!(
        !store::withdraw(&mut tx, boris, given[0].id).await.unwrap(),
        "it is not his"
    );
    assert!(store::withdraw(&mut tx, anna, given[0].id).await.unwrap());
    assert!(!store::withdraw(&mut tx, anna, given[0].id).await.unwrap());
    assert!(
        store::give(&mut tx, anna, text, "203.0.113.7", Channel::Web)
            .await
            .unwrap(),
        "she may change her mind"
    );
    assert_eq!(
        consents_of(&mut tx, anna).await.unwrap().len(),
        2,
        "what was taken back is remembered"
    );
    tx.commit().await.unwrap();
}

#[app_test]
async fn templates_are_published_once_under_a_name(t: TestDb) {
    let publisher = Publisher {
        company: "ООО «Караван»",
        address: "Алматы",
        email: "law@karavan.example",
    };
    publish(&t, Document::Privacy, "Наша").await;
    for _time in 0..2 {
        let title = |document: Document, _locale: Locale| document.to_string();
        publish_templates(&t, publisher, title).await.unwrap();
    }
    let all = store::all_current(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(all.len(), Document::ALL.len() * Locale::ALL.len());
    assert!(all.iter().all(|text| text.version == 1));
    assert!(
        all.iter().any(|text| text.title == "Наша"),
        "what the owner wrote stays"
    );
    let english = all
        .iter()
        .find(|text| (text.document, text.locale) == (Document::Refunds, Locale::En))
        .unwrap();
    assert!(english.body.contains("ООО «Караван»"), "{}", english.body);
}

#[app_test]
async fn a_document_is_read_in_the_readers_language_or_another(app: TestApp) {
    let reader = app.anonymous().browser();
    assert!(
        reader
            .get("/legal")
            .await
            .expect(200)
            .text()
            .contains("Документов пока нет")
    );
    reader.get("/legal/privacy").await.expect(404);
    let text = app.publish(Document::Privacy, "Политика").await;
    app.publish(Document::Privacy, "Новая политика").await;
    assert!(
        reader
            .get("/legal")
            .await
            .expect(200)
            .text()
            .contains("href=\"/legal/privacy\"")
    );
    let page = reader.get("/legal/privacy?lang=kk").await.expect(200).text();
    assert!(page.contains("Новая политика") && page.contains("2-нұсқа"), "{page}");
    let old = reader
        .get(&format!("/legal/texts/{}", text.id))
        .await
        .expect(200)
        .text();
    assert!(old.contains("Политика") && !old.contains("Новая"), "{old}");
    for missing in [
        "/legal/nothing",
        "/legal/texts/nothing",
        "/legal/texts/ltx_01m7w2y7m08trw029kkzdjnymb",
    ] {
        reader.get(missing).await.expect(404);
    }
}

/// Fills the form of a new account and ticks these boxes.
async fn agree(browser: &Client, texts: &[TextId]) -> Response {
    let texts: Vec<String> = texts.iter().map(TextId::to_string).collect();
    let mut fields = vec![("name", "Анна"), ("email", ANNA), ("password", PASSWORD)];
    fields.extend(texts.iter().map(|text| ("agree", text.as_str())));
    browser.form("/sign-up", &fields).await
}

#[app_test]
async fn nobody_gets_an_account_without_agreeing_and_each_purpose_is_asked_for_itself(app: TestApp) {
    let rules = app.publish(Document::Agreement, "Соглашение").await;
    let old = app.publish(Document::ConsentData, "Данные").await;
    let data = app.publish(Document::ConsentData, "Данные, исправлено").await;
    let news = app.publish(Document::ConsentNews, "Новости").await;
    let browser = app.anonymous().browser();
    let form = browser.get("/sign-up?lang=kk").await.expect(200).text();
    assert_eq!(
        form.matches("name=\"agree\"").count(),
        3,
        "no language lets anybody off: {form}"
    );
    let browser = app.anonymous().browser();
    let form = browser.get("/sign-up").await.expect(200).text();
    assert_eq!(form.matches("name=\"agree\"").count(), 3, "{form}");
    assert!(!form.contains("checked"), "nothing is ticked in advance");
    for too_little in [vec![], vec![rules.id], vec![rules.id, old.id], vec![data.id, news.id]] {
        let again = agree(&browser, &too_little).await.expect(422).text();
        assert!(again.contains("Отметьте то, что нужно"), "{again}");
    }
    agree(&browser, &[rules.id, data.id]).await.expect(200);
    app.settle().await;
    assert_eq!(letters_to(&app, ANNA).len(), 1);
    let mut read = app.read().await.unwrap();
    let anna = karavan_platform::accounts::store::find_by_address(&mut read, ANNA)
        .await
        .unwrap()
        .unwrap();
    let given = consents_of(&mut read, anna.id).await.unwrap();
    let mut texts: Vec<TextId> = given.iter().map(|consent| consent.text_id).collect();
    texts.sort();
    let mut expected = [rules.id, data.id];
    expected.sort();
    assert_eq!(texts, expected, "news was not asked for");
}

#[app_test]
async fn what_is_not_needed_can_be_given_and_taken_back_any_time(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let news = app.publish(Document::ConsentNews, "Новости").await;
    let rules = app.publish(Document::Agreement, "Соглашение").await;
    let give = async |text: TextId| browser.form(&format!("/account/consents/{text}/give"), &[]).await;
    give(news.id).await.expect(303);
    give(rules.id).await.expect(303);
    let page = browser.get("/account/consents").await.expect(200).text();
    let ends: Vec<&str> = page.split('"').filter(|part| part.ends_with("/withdraw")).collect();
    assert_eq!(ends.len(), 1, "the agreement holds as long as the account: {page}");
    browser.form(ends[0], &[]).await.expect(303);
    let page = browser.get("/account/consents").await.expect(200).text();
    assert!(page.contains("Отозвано") && !page.contains("/withdraw"), "{page}");
    assert!(
        page.contains(&format!("/account/consents/{}/give", news.id)),
        "it can be given again"
    );
    let newer = app.publish(Document::ConsentNews, "Новости чаще").await;
    give(news.id).await.expect(409);
    give(newer.id).await.expect(303);
    assert!(is_in(&browser).await);
}

#[app_test]
async fn the_owner_publishes_and_gaps_and_stale_pages_are_refused(app: TestApp) {
    let owner = app.owner().await;
    let path = "/admin/legal/refunds/ru";
    let form = owner.get(path).await.expect(200).text();
    assert!(
        form.contains("[[company]]") && form.contains("name=\"version\" value=\"0\""),
        "{form}"
    );
    let publish = async |version: &str, body: &str| {
        let fields = [("version", version), ("title", "Возврат"), ("body", body)];
        owner.form(path, &fields).await
    };
    let gaps = publish("0", "Пишите [[email]]").await.expect(422).text();
    assert!(gaps.contains("двойных квадратных скобках"), "{gaps}");
    publish("0", "").await.expect(422);
    publish("0", "Через <script>alert(1)</script> 3 дня").await.expect(303);
    publish("0", "Через 5 дней").await.expect(409);
    publish("1", "Через 4 дня").await.expect(303);
    let page = app.anonymous().browser().get("/legal/refunds").await.expect(200).text();
    assert!(page.contains("Через 4 дня"), "{page}");
    owner.get("/admin/legal/refunds/de").await.expect(404);
    app.account_with(&["platform.jobs.read"])
        .await
        .get(path)
        .await
        .expect(404);
}

#[app_test]
async fn the_notice_about_cookies_is_read_once_and_leads_back(app: TestApp) {
    let browser = app.anonymous().browser();
    assert!(
        browser
            .get("/sign-in")
            .await
            .expect(200)
            .text()
            .contains("/legal/cookies/seen")
    );
    let seen = browser
        .form("/legal/cookies/seen", &[("next", "/sign-in?x=1")])
        .await
        .expect(303);
    assert_eq!(seen.header("location"), "/sign-in?x=1");
    assert!(
        !browser
            .get("/sign-in")
            .await
            .expect(200)
            .text()
            .contains("/legal/cookies/seen")
    );
    let away = browser
        .form("/legal/cookies/seen", &[("next", "https://evil.example")])
        .await
        .expect(303);
    assert_eq!(away.header("location"), "/");
    sign_up(&browser, ANNA).await.expect(200);
    app.settle().await;
}
