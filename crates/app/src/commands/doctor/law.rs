//! Whether people can read by which rules this runs, and what the law asks of its owner beside that.

use karavan_kernel::Locale;
use karavan_platform::legal::{Document, store};
use karavan_store::Db;

use super::Finding;

pub(super) async fn check(db: &Db) -> Vec<Finding> {
    vec![documents(db).await, reminder()]
}

/// One language is enough: the others fall back to it.
async fn documents(db: &Db) -> Finding {
    let check = "documents";
    let texts = async { store::all_current(&mut *db.read().await?).await };
    let Ok(texts) = texts.await else {
        return Finding::warn(check, "not known before the migrations are applied", "karavan migrate");
    };
    let missing: Vec<&str> = Document::ALL
        .iter()
        .filter(|document| !texts.iter().any(|text| text.document == **document))
        .map(|document| document.as_str())
        .collect();
    if missing.is_empty() {
        let languages = Locale::ALL
            .iter()
            .filter(|locale| texts.iter().any(|text| text.locale == **locale));
        return Finding::pass(check, format!("published, in {} languages", languages.count()));
    }
    Finding::warn(
        check,
        format!("not published: {}", missing.join(", ")),
        "write them in the panel under Documents; a text to begin with is there",
    )
}

/// What no program can see.
fn reminder() -> Finding {
    Finding::warn(
        "personal data",
        "their owner answers for where they are stored",
        "keep the database in the country whose law asks for it (Russia: 152-FZ, 242-FZ; Kazakhstan: 94-V), and tell the \
         regulator that you process personal data before the first person signs up",
    )
}
