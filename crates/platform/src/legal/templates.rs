//! What an owner begins with: a text for each document in each language, with gaps.

use karavan_kernel::{Actor, Locale};
use karavan_store::{Db, StoreResult};

use super::{Document, store};
use crate::{Demo, Platform};

/// Who runs the installation, for the gaps.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    /// Its full name.
    pub company: &'a str,
    /// Where it has its seat.
    pub address: &'a str,
    /// Where people write to.
    pub email: &'a str,
}

/// Begins every gap.
const GAP: &str = "[[";

macro_rules! template {
    ($document:expr, $locale:expr, $($variant:ident $file:literal)*) => {
        match ($document, $locale) {
            $(
                (Document::$variant, Locale::Ru) => include_str!(concat!("templates/", $file, ".ru.md")),
                (Document::$variant, Locale::Uk) => include_str!(concat!("templates/", $file, ".uk.md")),
                (Document::$variant, Locale::Kk) => include_str!(concat!("templates/", $file, ".kk.md")),
                (Document::$variant, Locale::En) => include_str!(concat!("templates/", $file, ".en.md")),
            )*
        }
    };
}

/// The text to begin with.
pub const fn template(document: Document, locale: Locale) -> &'static str {
    template!(document, locale,
        Privacy "privacy"
        Cookies "cookies"
        Agreement "agreement"
        Offer "offer"
        Refunds "refunds"
        ConsentData "consent-data"
        ConsentTransfer "consent-transfer"
        ConsentNews "consent-news"
    )
}

/// Whether something is still to be filled in.
pub fn has_gaps(text: &str) -> bool {
    text.contains(GAP)
}

/// Publishes every template under this name where nothing is published yet. `title` says what a document is called.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn publish_templates(
    db: &Db,
    publisher: Publisher<'_>,
    title: impl Fn(Document, Locale) -> String,
) -> StoreResult<()> {
    let mut tx = db.begin(Actor::System("legal")).await?;
    for document in Document::ALL.iter().copied() {
        for locale in Locale::ALL.iter().copied() {
            if store::current(&mut tx, document, locale).await?.is_none() {
                let body = filled(template(document, locale), publisher);
                store::publish(&mut tx, document, locale, &title(document, locale), &body).await?;
            }
        }
    }
    tx.commit().await
}

/// The demo's documents, signed by a company that does not exist.
pub(crate) fn demo(platform: Platform) -> Demo {
    let publisher = Publisher {
        company: "ТОО «Караван-Демо»",
        address: "Алматы, Абая 1",
        email: "law@karavan.example",
    };
    Box::new(move || {
        Box::pin(async move {
            let title = |document: Document, locale| platform.texts.lang(locale).text(&document.title_key());
            publish_templates(&platform.db, publisher, title).await
        })
    })
}

fn filled(template: &str, publisher: Publisher<'_>) -> String {
    let Publisher {
        company,
        address,
        email,
    } = publisher;
    template
        .replace("[[company]]", company)
        .replace("[[address]]", address)
        .replace("[[email]]", email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_gaps_that_a_publisher_fills() {
        let publisher = Publisher {
            company: "ООО «Караван»",
            address: "Алматы",
            email: "law@karavan.example",
        };
        for document in Document::ALL.iter().copied() {
            for locale in Locale::ALL.iter().copied() {
                let text = template(document, locale);
                assert!(has_gaps(text), "{document:?} {locale}");
                let text = filled(text, publisher);
                assert!(!has_gaps(&text), "{document:?} {locale}: {text}");
            }
        }
    }
}
