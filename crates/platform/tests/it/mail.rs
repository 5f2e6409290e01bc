//! Letters from the transaction that asks for them to the mailbox.

use std::time::Duration;

use karavan_clients::mail::MailerConfig;
use karavan_kernel::{Actor, Locale, Secret};
use karavan_platform::{
    mail::{self, Failure as Ending, Letter, LetterId, SendError, Template, store},
    vault::Vault,
};
use karavan_simulators::mail::Failure;
use karavan_testkit::{Fixture, TestApp, TestDb, app_test};
use karavan_web::ApiError;

const ACTOR: Actor = Actor::System("accounts");
const ANNA: &str = "anna@example.org";
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

fn to_anna(locale: Locale, template: Template) -> Letter {
    Letter {
        to: ANNA.parse().unwrap(),
        locale,
        template,
    }
}

fn verify() -> Template {
    Template::VerifyEmail {
        code: "482913".to_owned(),
        link: "https://karavan.example/verify?token=kq3v".to_owned(),
    }
}

async fn send(t: &TestApp, locale: Locale, template: Template) -> LetterId {
    let mut tx = t.begin(ACTOR).await.unwrap();
    let id = mail::send(&mut tx, &t.platform, &to_anna(locale, template))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn stored(t: &TestApp, id: LetterId) -> store::Stored {
    store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap()
}

#[app_test]
async fn a_letter_goes_out_after_the_commit_and_what_it_said_is_erased(t: TestApp) {
    let mut tx = t.begin(ACTOR).await.unwrap();
    mail::send(&mut tx, &t.platform, &to_anna(Locale::En, verify()))
        .await
        .unwrap();
    drop(tx);
    t.run_jobs().await;
    assert_eq!(t.inbox().letters().len(), 0, "nothing was committed");

    let id = send(&t, Locale::En, verify()).await;
    t.run_jobs().await;
    let letter = t.inbox().letter_to(ANNA).unwrap();
    insta::assert_snapshot!(letter, @r"
    From: no-reply@karavan.example
    To: anna@example.org
    Subject: Confirm your e-mail address

    Confirm your e-mail address

    Enter this code where you signed up, or open the link. Both are good for 30 minutes and work once.

    482913

    Confirm the address:
    https://karavan.example/verify?token=kq3v

    If you did not sign up, leave this letter alone: nothing happens without the code.

    —
    Karavan sent this letter by itself. Nobody reads answers to it.
    ");
    assert!(
        letter.html.contains("482913")
            && letter
                .html
                .contains("href=\"https://karavan.example/verify?token=kq3v\"")
    );
    assert_eq!(letter.message_id, format!("{id}@karavan.example"));
    let sent = stored(&t, id).await;
    assert_eq!((sent.sealed, sent.sent_at), (None, Some(t.clock.now())));
}

#[app_test]
async fn every_letter_arrives_in_every_language(t: TestApp) {
    for locale in Locale::ALL {
        for template in Template::samples() {
            send(&t, *locale, template).await;
        }
    }
    t.run_jobs().await;
    let letters = t.inbox().letters();
    assert_eq!(letters.len(), Locale::ALL.len() * Template::samples().len());
    for letter in letters {
        assert!(
            !letter.subject.is_empty() && !letter.text.contains("mail-") && !letter.text.contains("{$"),
            "{letter}"
        );
        assert!(
            !letter.html.contains("<script>") && !letter.html.contains("<b>Bank"),
            "{}",
            letter.html
        );
        let headers = letter.source.split("\r\n\r\n").next().unwrap();
        assert!(!headers.contains("\r\nBcc"), "{headers}");
    }
    let subjects: Vec<String> = t.inbox().letters().into_iter().map(|letter| letter.subject).collect();
    assert!(subjects.contains(&"Құпиясөз өзгертілді".to_owned()), "{subjects:?}");
}

#[app_test]
async fn jobs_and_rows_hold_no_secret(t: TestApp) {
    let id = send(&t, Locale::Ru, verify()).await;
    let [job] = t.jobs().await.try_into().unwrap();
    assert_eq!(job.payload, format!("{{\"letter\":\"{id}\"}}"));
    let row = format!("{:?}", stored(&t, id).await);
    for secret in ["482913", "kq3v"] {
        assert!(!row.contains(secret), "{row}");
    }
    assert_eq!(format!("{:?}", verify()), "Template(verify-email)");
    t.run_jobs().await;
}

#[app_test]
async fn an_outage_is_outlived(t: TestApp) {
    let id = send(&t, Locale::Uk, Template::SessionsEnded).await;
    for failure in [Failure::Busy, Failure::TryLater, Failure::Cut] {
        t.inbox().fail_next(failure);
        t.run_jobs().await;
        assert!(stored(&t, id).await.sealed.is_some(), "{failure:?}");
        t.clock.advance(Duration::from_secs(60));
    }
    let [job] = t.jobs().await.try_into().unwrap();
    assert_eq!(job.attempt, 3);
    assert!(
        !job.last_error.unwrap().contains('@'),
        "no address in what people read of a job"
    );
    t.run_jobs().await;
    assert!(t.inbox().letter_to(ANNA).is_some());
}

#[app_test]
async fn a_wrong_address_ends_in_its_row_and_nowhere_else(t: TestApp) {
    t.inbox().refuse(ANNA, 550);
    let id = send(&t, Locale::Ru, verify()).await;
    t.run_jobs().await;
    let failed = stored(&t, id).await;
    assert_eq!((failed.failure, failed.sealed), (Some(Ending::Recipient), None));
    assert_eq!(t.job_names().await, Vec::<String>::new(), "no dead job");

    t.inbox().fail_next(Failure::ContentRefused);
    t.inbox().refuse(ANNA, 450);
    let id = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.run_jobs().await;
    assert!(stored(&t, id).await.sealed.is_some(), "a busy mailbox is worth a retry");
    t.expect_jobs_left(&["platform.mail_send.v1"]);
}

#[app_test]
async fn a_refused_content_is_given_up(t: TestApp) {
    t.inbox().fail_next(Failure::ContentRefused);
    let id = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.run_jobs().await;
    assert_eq!(stored(&t, id).await.failure, Some(Ending::Content));
}

#[app_test]
async fn letters_wait_while_the_settings_are_wrong(t: TestApp) {
    let id = send(&t, Locale::Ru, Template::PasswordChanged).await;
    for _ in 0..20 {
        t.inbox().fail_next(Failure::SenderRefused);
        t.run_jobs().await;
        t.clock.advance(Duration::from_secs(61));
    }
    assert!(stored(&t, id).await.sealed.is_some());
    t.run_jobs().await;
    assert_eq!(t.inbox().letters().len(), 1, "twenty refusals were no attempts");
}

#[app_test]
async fn a_code_that_is_no_good_any_more_is_not_sent(t: TestApp) {
    let code = send(&t, Locale::Ru, verify()).await;
    let news = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.clock.advance(HOUR);
    t.run_jobs().await;
    assert_eq!(stored(&t, code).await.failure, Some(Ending::TooLate));
    assert!(stored(&t, news).await.sent_at.is_some());
    let late = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.clock.advance(4 * DAY);
    t.run_jobs().await;
    assert_eq!(stored(&t, late).await.failure, Some(Ending::TooLate));
}

#[app_test]
async fn a_process_that_dies_after_sending_sends_again_and_mailboxes_can_tell(t: TestApp) {
    // The server takes the letter, and nobody is left to write that down.
    t.inbox().fail_next(Failure::LostAnswer);
    let id = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.run_jobs().await;
    t.clock.advance(Duration::from_secs(60));
    t.run_jobs().await;
    let letters = t.inbox().letters();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        assert_eq!(letter.message_id, format!("{id}@karavan.example"));
    }
    // And one that dies after writing it down does nothing more.
    let mut tx = t.begin(ACTOR).await.unwrap();
    let again = mail::send(&mut tx, &t.platform, &to_anna(Locale::Ru, Template::EmailTaken))
        .await
        .unwrap();
    store::mark_sent(&mut tx, again).await.unwrap();
    tx.commit().await.unwrap();
    t.run_jobs().await;
    assert_eq!(t.inbox().letters().len(), 2);
}

#[app_test]
async fn what_another_master_secret_has_sealed_is_given_up(t: TestApp) {
    let other = Vault::new(Secret::new("the master secret of somebody else"));
    let mut tx = t.begin(ACTOR).await.unwrap();
    let mut platform = t.platform.clone();
    platform.vault = other;
    let id = mail::send(&mut tx, &platform, &to_anna(Locale::Ru, verify()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    t.run_jobs().await;
    assert_eq!(stored(&t, id).await.failure, Some(Ending::Unreadable));
    assert_eq!(t.inbox().letters().len(), 0);
}

#[app_test]
async fn letters_are_forgotten_after_a_month(t: TestApp) {
    let id = send(&t, Locale::Ru, Template::PasswordChanged).await;
    t.run_jobs().await;
    t.advance(29 * DAY).await;
    assert_eq!(stored(&t, id).await.recipient, ANNA);
    t.advance(2 * DAY).await;
    assert!(store::find(&mut t.read().await.unwrap(), id).await.unwrap().is_none());
}

/// A program without a mail server.
#[derive(Clone)]
struct Mute(TestApp);

impl Fixture for Mute {
    async fn start(db: TestDb) -> Self {
        Self(TestApp::builder(db).without_mail().start().await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

#[app_test]
async fn without_a_mail_server_whoever_needs_letters_is_told(t: Mute) {
    let Mute(t) = t;
    assert!(!t.platform.mail_is_on());
    let mut tx = t.begin(ACTOR).await.unwrap();
    let off = mail::send(&mut tx, &t.platform, &to_anna(Locale::Ru, verify()))
        .await
        .unwrap_err();
    assert!(matches!(off, SendError::Off));
    let told = ApiError::from(off);
    assert_eq!((told.status().as_u16(), told.code()), (503, "mail_off"));
    tx.commit().await.unwrap();
    assert_eq!(t.jobs().await.len(), 0);
}

#[app_test]
async fn a_node_without_a_mail_server_leaves_letters_to_others(t: Mute) {
    let Mute(t) = t;
    let mailer = karavan_clients::mail::Mailer::new(MailerConfig::local(1)).unwrap();
    let with_mail = t.platform.clone().with_mailer(mailer);
    let mut tx = t.begin(ACTOR).await.unwrap();
    mail::send(&mut tx, &with_mail, &to_anna(Locale::Ru, verify()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    t.run_jobs().await;
    let [job] = t.jobs().await.try_into().unwrap();
    assert_eq!(job.last_error, None, "postponed, not failed");
    t.expect_jobs_left(&["platform.mail_send.v1"]);
}
