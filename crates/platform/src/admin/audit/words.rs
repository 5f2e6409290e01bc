//! What the pages of the audit log say alike.

use karavan_web::{
    pages::{Badge, Cell},
    texts::Lang,
};

use crate::audit::store::Found;

/// The kinds of actors, as they are stored.
pub(super) const KINDS: [&str; 5] = ["account", "service", "system", "telegram", "anonymous"];

/// The act in words; an act without words shows itself.
pub(super) fn act(lang: &Lang, act: &str) -> String {
    let key = format!("audit-act-{}", act.replace(['.', '_'], "-"));
    if lang.has(&key) {
        lang.text(&key)
    } else {
        act.to_owned()
    }
}

pub(super) fn kind(lang: &Lang, kind: &str) -> String {
    let key = format!("audit-kind-{kind}");
    if lang.has(&key) {
        lang.text(&key)
    } else {
        kind.to_owned()
    }
}

/// The name of that time over what it is the name of.
pub(super) fn who(lang: &Lang, found: &Found) -> Cell {
    let kind = kind(lang, &found.entry.actor_kind);
    let id = &found.entry.actor_id;
    let note = if id.is_empty() { kind } else { format!("{kind} {id}") };
    match &found.details.who {
        Some(name) => Cell::lines(name, note),
        None => Cell::text(note),
    }
}

/// Its number in the chain, or that it waits for one.
pub(super) fn place(lang: &Lang, found: &Found) -> Cell {
    let mut badges = Vec::new();
    if found.details.is_erased() {
        badges.push(Badge::neutral(lang.text("audit-erased")));
    }
    match found.seq {
        Some(seq) if badges.is_empty() => return Cell::number(lang.number(seq)),
        Some(seq) => badges.insert(0, Badge::neutral(lang.number(seq))),
        None => badges.insert(0, Badge::warn(lang.text("audit-waiting"))),
    }
    Cell::from(badges)
}
