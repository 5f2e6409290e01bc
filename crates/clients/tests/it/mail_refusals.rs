//! What each way of failing means to the caller, and that nothing of a letter gets into a log.

use karavan_clients::mail::{Encryption, Letter, MailError, Mailer, MailerConfig, Refusal, Step, Trouble};
use karavan_simulators::mail::Failure;

use crate::{
    harness::{Log, printed},
    mail::{PostOffice, SECRETS, letter},
};

#[tokio::test]
async fn each_failure_says_whose_fault_it_is() {
    let table = [
        (Failure::Busy, MailError::Temporary(Trouble::Answered(421)), 0),
        (Failure::SignInRefused, MailError::Setup(Step::SignIn(535)), 0),
        (Failure::SenderRefused, MailError::Setup(Step::Sender(553)), 0),
        (Failure::TryLater, MailError::Temporary(Trouble::Answered(451)), 0),
        (Failure::ContentRefused, MailError::Content(554), 0),
        (Failure::Cut, MailError::Temporary(Trouble::Broken), 0),
        (Failure::LostAnswer, MailError::Temporary(Trouble::Broken), 1),
        (Failure::Nonsense, MailError::Temporary(Trouble::Broken), 0),
    ];
    for (failure, expected, arrived) in table {
        let post = PostOffice::open().await;
        post.inbox.fail_next(failure);
        let error = post.known().send(&letter()).await.unwrap_err();
        assert_eq!(error, expected, "{failure:?}");
        assert_eq!(error.is_retryable(), matches!(expected, MailError::Temporary(_)));
        assert_eq!(post.inbox.letters().len(), arrived, "{failure:?}");
        // It was one failure.
        post.known().send(&letter()).await.unwrap();
        for secret in SECRETS {
            assert!(!printed(&error).contains(secret), "{}", printed(&error));
        }
    }
}

#[tokio::test]
async fn a_letter_that_was_sent_twice_has_one_message_id() {
    let post = PostOffice::open().await;
    post.inbox.fail_next(Failure::LostAnswer);
    post.mailer().send(&letter()).await.unwrap_err();
    post.mailer().send(&letter()).await.unwrap();
    let [first, second] = post.inbox.letters().try_into().unwrap();
    assert_eq!(first.message_id, second.message_id);
    assert_eq!(first.source, second.source, "the same bytes");
}

#[tokio::test]
async fn a_recipient_who_is_refused_concerns_nobody_else() {
    let post = PostOffice::open().await;
    post.inbox.refuse("anna@example.org", 550);
    post.inbox.refuse("boris@example.org", 450);
    let to = |address: &str| Letter {
        to: address.parse().unwrap(),
        ..letter()
    };
    let error = post.mailer().send(&to("anna@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Recipient(Refusal::Answered(550)));
    let error = post.mailer().send(&to("boris@example.org")).await.unwrap_err();
    assert_eq!(error, MailError::Temporary(Trouble::Answered(450)));
    post.mailer().send(&to("olena@example.org")).await.unwrap();
    assert_eq!(post.inbox.letters().len(), 1);
}

#[tokio::test]
async fn silence_ends_with_our_patience() {
    let post = PostOffice::open().await;
    post.inbox.fail_next(Failure::Silence);
    let error = post.impatient().send(&letter()).await.unwrap_err();
    assert_eq!(error, MailError::Temporary(Trouble::TimedOut));
    post.mailer().send(&letter()).await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_worth_a_retry() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = Mailer::new(MailerConfig::local(port)).unwrap();
    let error = mailer.send(&letter()).await.unwrap_err();
    assert_eq!(error, MailError::Temporary(Trouble::NoConnection));
}

/// Somebody on the way who cuts `STARTTLS` out of the server's answer gets neither the password nor the letter.
#[tokio::test]
async fn without_encryption_nothing_is_said() {
    let post = PostOffice::open().await;
    for encryption in [Encryption::StartTls, Encryption::Tls] {
        let config = MailerConfig {
            encryption,
            timeout: std::time::Duration::from_secs(2),
            ..MailerConfig::local(post.port)
        };
        let error = Mailer::new(config).unwrap().send(&letter()).await.unwrap_err();
        if encryption == Encryption::StartTls {
            assert_eq!(error, MailError::Setup(Step::Encryption));
        }
        assert_eq!(post.inbox.letters().len(), 0);
    }
}

#[tokio::test]
async fn nothing_of_a_letter_is_logged() {
    let log = Log::start();
    let post = PostOffice::open().await;
    post.known().send(&letter()).await.unwrap();
    post.inbox.refuse("anna@example.org", 550);
    let error = post.known().send(&letter()).await.unwrap_err();
    let log = log.text();
    assert!(log.contains("127.0.0.1"), "{log}");
    let mailer = post.known();
    for secret in SECRETS {
        for text in [&log, &printed(&error), &format!("{mailer:?} {:?}", letter().to)] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
