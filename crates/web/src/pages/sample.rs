//! Every page and widget with data: nothing, one, hostile strings, a thousand rows.
//!
//! The tests render all of them in all four languages; `examples/gallery.rs` shows them in a browser. A product renders
//! its own pages with [`frame`] and [`HOSTILE`] in the same way.

mod check;
mod lists;
mod show;

use std::sync::Arc;

use karavan_kernel::Locale;

use super::{NavEntry, NavSection, PageFrame, assets};
use crate::texts::{self, Lang, Texts};

pub use check::faults;
pub use show::{Sample, samples};

/// A string that breaks pages which forget to escape, and layouts which forget long words.
pub const HOSTILE: &str = "\"><script>alert('x')</script><b onclick=x>&amp; {{ 7*7 }} Ё\u{202e}اللغة 🐫 \
    Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/// The words of these pages alone, in one language.
pub fn lang(locale: Locale) -> Lang {
    Arc::new(Texts::new(&texts::OWN).expect("the embedded texts are tested")).lang(locale)
}

/// A frame with a filled navigation, as a signed-in administrator sees it.
pub fn frame(lang: &Lang, path: &str) -> PageFrame {
    let entry = |title: &str, icon, current| NavEntry {
        title: title.to_owned(),
        href: "/list".to_owned(),
        icon,
        current,
    };
    let accents = assets::accents();
    let own = vec![
        entry("Overview", "layout-dashboard", path == "/stats"),
        entry(
            "People",
            "users",
            path.starts_with("/list") || path.starts_with("/detail"),
        ),
        entry("Operations", "receipt", false),
        entry("Levels", "layers", path.starts_with("/form")),
        entry("Gifts", "gift", false),
        entry("Mailings", "megaphone", false),
        entry("Reviews", "message-square", false),
        entry("Settings", "settings", false),
    ];
    let shared = vec![
        entry("Accounts", "shield-check", false),
        entry("Work queue", "activity", false),
        entry("Audit", "scroll-text", false),
    ];
    PageFrame {
        product: accents.last().copied(),
        nav: vec![
            NavSection {
                title: "First service".to_owned(),
                product: accents.last().copied(),
                entries: own,
            },
            NavSection {
                title: "Karavan".to_owned(),
                product: None,
                entries: shared,
            },
        ],
        account: Some("anna@example.org".to_owned()),
        ..PageFrame::new(lang.clone(), path)
    }
}
