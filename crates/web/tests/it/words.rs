//! Texts of errors.

use std::sync::Arc;

use karavan_kernel::Locale;
use karavan_web::{
    problem::{CODES, TITLED},
    texts::Texts,
};

#[test]
fn every_code_has_a_text_in_four_languages() {
    let texts = Arc::new(Texts::new(&karavan_web::locales!("errors")).unwrap());
    assert_eq!(texts.missing(), Vec::<String>::new());
    let known: Vec<&str> = texts.keys().collect();
    let codes = CODES.iter().map(|code| format!("error-{code}"));
    let titles = TITLED
        .iter()
        .map(|status| format!("error-title-{status}"))
        .chain(["error-title-other".to_owned()]);
    let mut expected: Vec<String> = codes.chain(titles).collect();
    expected.sort();
    assert_eq!(known, expected, "a code without a text, or a text without a code");
}

#[test]
fn texts_keep_the_style() {
    let texts = Arc::new(Texts::new(&karavan_web::locales!("errors")).unwrap());
    for locale in Locale::ALL {
        let lang = texts.lang(*locale);
        for code in CODES {
            let text = lang.text(&format!("error-{code}"));
            assert!(text.ends_with('.') && !text.contains('!'), "{locale} {code}: {text}");
            assert!(text.starts_with(char::is_uppercase), "{locale} {code}: {text}");
        }
    }
}
