//! `parse_mode=HTML`: the tags that bots use, and Telegram's complaints about the rest.

use super::text::{Entity, EntityKind, Formatted, utf16_len};

/// Reads marked-up text. The error is what follows `can't parse entities: `.
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser = Parser {
        size: source.len(),
        ..Parser::default()
    };
    let mut rest = source;
    while let Some(at) = rest.find(['<', '&']) {
        let (plain, tail) = rest.split_at(at);
        parser.push(plain);
        rest = if tail.starts_with('<') {
            parser.tag(tail)?
        } else {
            parser.reference(tail)
        };
    }
    parser.push(rest);
    parser.finish()
}

#[derive(Default)]
struct Parser {
    /// Bytes of the whole source, from which offsets are counted.
    size: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

/// A start tag that waits for its end.
struct Open {
    tag: String,
    entity: Option<(EntityKind, Option<String>)>,
    offset: usize,
}

impl Parser {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.units += utf16_len(text);
    }

    /// Reads a tag at the start of `tail` and returns what follows it.
    fn tag<'a>(&mut self, tail: &'a str) -> Result<&'a str, String> {
        let at = self.size - tail.len();
        let Some((tag, rest)) = tail.strip_prefix('<').and_then(|inside| inside.split_once('>')) else {
            return Err(format!("Unclosed start tag at byte offset {at}"));
        };
        match tag.strip_prefix('/') {
            Some(name) => self.end(name.trim(), at)?,
            None => self.start(tag, at)?,
        }
        Ok(rest)
    }

    fn start(&mut self, tag: &str, at: usize) -> Result<(), String> {
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let name = name.to_ascii_lowercase();
        let kind = match name.as_str() {
            "b" | "strong" => EntityKind::Bold,
            "i" | "em" => EntityKind::Italic,
            "u" | "ins" => EntityKind::Underline,
            "s" | "strike" | "del" => EntityKind::Strikethrough,
            "code" => EntityKind::Code,
            "pre" => EntityKind::Pre,
            "blockquote" => EntityKind::Blockquote,
            "tg-spoiler" => EntityKind::Spoiler,
            "span" if attribute(attributes, "class").as_deref() == Some("tg-spoiler") => EntityKind::Spoiler,
            "span" => {
                return Err(format!(
                    "Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}"
                ));
            }
            "a" => EntityKind::TextLink,
            _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}")),
        };
        let url = (kind == EntityKind::TextLink)
            .then(|| attribute(attributes, "href"))
            .flatten();
        // A link that leads nowhere is not an error: it becomes plain text.
        let entity = (kind != EntityKind::TextLink || url.is_some()).then_some((kind, url));
        self.open.push(Open {
            tag: name,
            entity,
            offset: self.units,
        });
        Ok(())
    }

    fn end(&mut self, name: &str, at: usize) -> Result<(), String> {
        let Some(Open { tag, entity, offset }) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {at}"));
        };
        if !name.eq_ignore_ascii_case(&tag) {
            return Err(format!(
                "Unmatched end tag at byte offset {at}, expected \"</{tag}>\", found \"</{name}>\""
            ));
        }
        if let (Some((kind, url)), true) = (entity, self.units > offset) {
            self.entities.push(Entity {
                kind,
                offset,
                length: self.units - offset,
                url,
            });
        }
        Ok(())
    }

    /// Reads `&lt;` and the like at the start of `tail`; an `&` that begins nothing stays itself.
    fn reference<'a>(&mut self, tail: &'a str) -> &'a str {
        let found = tail.strip_prefix('&').and_then(|inside| inside.split_once(';'));
        if let Some((name, rest)) = found
            && let Some(character) = named(name)
        {
            self.push(character.encode_utf8(&mut [0; 4]));
            return rest;
        }
        self.push("&");
        tail.strip_prefix('&').unwrap_or(tail)
    }

    fn finish(mut self) -> Result<Formatted, String> {
        if let Some(open) = self.open.pop() {
            return Err(format!(
                "Can't find end tag corresponding to start tag \"{}\"",
                open.tag
            ));
        }
        let mut formatted = Formatted {
            text: self.text,
            entities: self.entities,
        };
        formatted.trim_end();
        formatted.find_words();
        Ok(formatted)
    }
}

fn named(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok()
                .and_then(char::from_u32)
                .filter(|character| *character != '\0')
        }
    }
}

/// The value of an attribute, in either kind of quotes.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let (_, after) = attributes.split_once(name)?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (inside, _) = value.strip_prefix(quote)?.split_once(quote)?;
    Some(inside.replace("&amp;", "&").replace("&quot;", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_entities_and_references_characters() {
        let read = parse("<b>Да</b> &lt;3 &amp; <a href=\"https://e.org/?a=1&amp;b\">тут</a> AT&T").unwrap();
        assert_eq!(read.text, "Да <3 & тут AT&T");
        let spans: Vec<_> = read
            .entities
            .iter()
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect();
        assert_eq!(spans, [(EntityKind::Bold, 0, 2), (EntityKind::TextLink, 8, 3)]);
        assert_eq!(read.entities[1].url.as_deref(), Some("https://e.org/?a=1&b"));
    }

    #[test]
    fn complaints_are_telegrams() {
        let complaint = |text: &str| parse(text).unwrap_err();
        assert_eq!(complaint("a <x>b</x>"), "Unsupported start tag \"x\" at byte offset 2");
        assert_eq!(complaint("<b>a"), "Can't find end tag corresponding to start tag \"b\"");
        assert_eq!(complaint("a</b>"), "Unexpected end tag at byte offset 1");
        assert_eq!(
            complaint("<b>a</i>"),
            "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""
        );
        assert_eq!(complaint("1 < 2"), "Unclosed start tag at byte offset 2");
    }
}
