//! The words of the product: complete, in every language, and calm.

use std::{sync::Arc, time::Duration};

use karavan_coffee::{baristas::BaristaError, codes::CodeError, guests::GuestError, orders::OrderError};
use karavan_kernel::Locale;
use karavan_web::texts::Texts;

fn all() -> Arc<Texts> {
    let sources = [karavan_platform::texts(), karavan_coffee::texts()].concat();
    Arc::new(Texts::new(&sources).unwrap())
}

#[test]
fn no_language_lacks_anything() {
    assert_eq!(all().missing(), [""; 0]);
}

#[test]
fn every_refusal_has_words() {
    let texts = all();
    let codes = [
        GuestError::Name.code(),
        GuestError::Phone.code(),
        GuestError::BirthDate.code(),
        GuestError::Registered.code(),
        GuestError::PhoneTaken.code(),
        CodeError::Malformed.code(),
        CodeError::Unknown.code(),
        CodeError::Expired.code(),
        CodeError::TooMany(Duration::ZERO).code(),
        CodeError::Exhausted.code(),
        OrderError::Receipt.code(),
        OrderError::Sum { most: 1 }.code(),
        OrderError::Counts.code(),
        OrderError::OverLimit { most: 1 }.code(),
        OrderError::Unclear.code(),
        OrderError::Barista.code(),
        BaristaError::Name.code(),
        BaristaError::TelegramId.code(),
        BaristaError::Known.code(),
        "internal",
        "settings_changed",
        "idempotency_key_invalid",
        "idempotency_key_reused",
    ];
    for locale in Locale::ALL {
        let lang = texts.lang(*locale);
        for code in codes {
            assert!(lang.has(&format!("error-{code}")), "{locale}: error-{code}");
        }
    }
    let lang = texts.lang(Locale::Ru);
    assert_eq!(lang.text("error-guest_registered"), "Пользователь уже зарегистрирован.");
}

#[test]
fn nothing_shouts() {
    for source in karavan_coffee::texts() {
        for line in source.ftl.lines().filter(|line| !line.starts_with('#')) {
            assert!(!line.contains('!'), "{}: {line}", source.locale);
        }
    }
}

#[test]
fn every_permission_of_the_product_is_the_products() {
    for permission in karavan_coffee::PERMISSIONS {
        assert!(permission.name().starts_with("coffee."), "{permission:?}");
    }
}
