//! Every letter that people get, whole, in four languages.

use std::sync::Arc;

use karavan_kernel::Locale;
use karavan_platform::mail::{Template, TemplateName, render};
use karavan_web::texts::Texts;

use crate::{same::Inventory, texts::sources};

#[test]
fn mails_are_as_committed() {
    let texts = Arc::new(Texts::new(&sources()).unwrap());
    let zone = "Europe/Moscow".parse().unwrap();
    let mut lines = Vec::new();
    for template in Template::samples() {
        for locale in Locale::ALL {
            let letter = render(&template, &texts.lang(*locale), &zone);
            lines.push(format!("== {} {locale}: {}\n", template.name(), letter.subject));
            lines.push(letter.text);
        }
    }
    let inventory = Inventory {
        file: "mails.txt",
        what: "a letter",
        question: "would you open its link? It should say who writes, why, and what happens if one does nothing.",
    };
    inventory.assert_same(&lines.join("\n"));
}

#[test]
fn every_template_has_a_sample_and_every_key_a_template() {
    let samples = Template::samples();
    for name in TemplateName::ALL {
        assert!(
            samples.iter().any(|sample| sample.name() == *name),
            "no sample of {name}: add it to `Template::samples`"
        );
    }
    let texts = Texts::new(&sources()).unwrap();
    for key in texts
        .keys()
        .filter_map(|key| key.strip_prefix("mail-"))
        .filter(|key| *key != "footer")
    {
        let (template, part) = key.rsplit_once('-').unwrap();
        assert!(template.parse::<TemplateName>().is_ok(), "no letter says mail-{key}");
        assert!(
            ["subject", "title", "body", "action", "note"].contains(&part),
            "no letter says mail-{key}"
        );
    }
}

/// What a reader of HTML sees is what a reader of text sees.
#[test]
fn both_forms_of_a_letter_say_the_same() {
    let texts = Arc::new(Texts::new(&sources()).unwrap());
    let zone = "UTC".parse().unwrap();
    for template in Template::samples() {
        let letter = render(&template, &texts.lang(Locale::En), &zone);
        let html = letter
            .html
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
            .replace("&#34;", "\"");
        for line in letter.text.lines().filter(|line| line.len() > 3) {
            let line = line.trim_end_matches(':');
            assert!(html.contains(line), "`{line}` is not in:\n{html}");
        }
        for forbidden in ["<script", "<img", "http://"] {
            let markup = letter.html.contains(forbidden);
            assert!(!markup, "{forbidden} in:\n{}", letter.html);
        }
    }
}
