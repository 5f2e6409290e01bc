//! Texts with entities, measured as Telegram measures them: in UTF-16 code units.

use serde::Serialize;

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// `<b>`
    Bold,
    /// `<i>`
    Italic,
    /// `<u>`
    Underline,
    /// `<s>`
    Strikethrough,
    /// `<tg-spoiler>`
    Spoiler,
    /// `<code>`
    Code,
    /// `<pre>`
    Pre,
    /// `<blockquote>`
    Blockquote,
    /// `<a href>`
    TextLink,
    /// An address written out in the text; found, not marked.
    Url,
    /// `/start`; found, not marked.
    BotCommand,
}

/// A part of a text and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// What the part is.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// Where it begins, in UTF-16 code units.
    pub offset: usize,
    /// How long it is, in UTF-16 code units.
    pub length: usize,
    /// Where a [`EntityKind::TextLink`] leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A text and its entities, in order of their offsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

/// A stretch of text with the same look from end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) kinds: Vec<EntityKind>,
    pub(crate) link: Option<String>,
}

/// The length that Telegram's limits count.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

impl Formatted {
    /// A text without formatting: only addresses and commands are found in it.
    pub(crate) fn plain(text: &str) -> Self {
        let mut formatted = Self {
            text: text.trim().to_owned(),
            entities: Vec::new(),
        };
        formatted.find_words();
        formatted
    }

    /// Adds the entities that Telegram finds by itself, where nothing else is marked.
    pub(crate) fn find_words(&mut self) {
        let mut offset = 0;
        for piece in self.text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            let length = utf16_len(word);
            let kind = if word.starts_with("https://") || word.starts_with("http://") {
                Some(EntityKind::Url)
            } else if is_command(word) {
                Some(EntityKind::BotCommand)
            } else {
                None
            };
            let free = self
                .entities
                .iter()
                .all(|entity| entity.offset + entity.length <= offset || offset + length <= entity.offset);
            if let (Some(kind), true) = (kind, free) {
                self.entities.push(Entity {
                    kind,
                    offset,
                    length,
                    url: None,
                });
            }
            offset += utf16_len(piece);
        }
        self.entities
            .sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    }

    /// Drops blanks at the end, as the server does, and shortens the entities that reached into them.
    pub(crate) fn trim_end(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        let end = utf16_len(&self.text);
        self.entities.retain_mut(|entity| {
            entity.length = entity.length.min(end.saturating_sub(entity.offset));
            entity.length > 0
        });
    }
}

fn is_command(word: &str) -> bool {
    word.strip_prefix('/').is_some_and(|name| {
        (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '@')
    })
}

/// Cuts a text where its look changes.
pub(crate) fn runs(text: &str, entities: &[Entity]) -> Vec<Run> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut cuts: Vec<usize> = entities
        .iter()
        .flat_map(|entity| [entity.offset, entity.offset + entity.length])
        .collect();
    cuts.extend([0, units.len()]);
    cuts.retain(|cut| *cut <= units.len());
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let over: Vec<&Entity> = entities
                .iter()
                .filter(|entity| entity.offset <= from && to <= entity.offset + entity.length)
                .collect();
            let text = String::from_utf16_lossy(&units[from..to]);
            let link = over.iter().find_map(|entity| match entity.kind {
                EntityKind::Url => Some(text.clone()),
                EntityKind::TextLink => entity.url.clone(),
                _ => None,
            });
            Run {
                text,
                kinds: over.iter().map(|entity| entity.kind).collect(),
                link: link.filter(|link| is_web(link)),
            }
        })
        .collect()
}

/// Whether an address may become a link on a page: anything else (`javascript:`) is shown as text.
pub(crate) fn is_web(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_addresses_are_found_by_utf16_offsets() {
        let found = Formatted::plain("😀 /start https://example.org").entities;
        let spans: Vec<_> = found
            .iter()
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect();
        assert_eq!(spans, [(EntityKind::BotCommand, 3, 6), (EntityKind::Url, 10, 19)]);
    }

    #[test]
    fn runs_cover_the_text_and_only_web_addresses_become_links() {
        let link = |url: &str| Entity {
            kind: EntityKind::TextLink,
            offset: 2,
            length: 2,
            url: Some(url.to_owned()),
        };
        let cut = runs("абвгд", &[link("javascript:alert(1)")]);
        assert_eq!(
            cut.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(),
            ["аб", "вг", "д"]
        );
        assert_eq!(cut[1].link, None);
        assert_eq!(
            runs("абвгд", &[link("https://e.org")])[1].link.as_deref(),
            Some("https://e.org")
        );
    }
}
