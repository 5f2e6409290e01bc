//! Just enough of Rust's lexer to tell code from comments and strings.

/// What a stretch of source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Code,
    Comment,
    /// The content of a string literal without its quotes.
    Text,
}

/// A stretch of source of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub kind: Kind,
    /// Where it starts, from 1.
    pub line: usize,
    pub text: String,
}

/// The string literals of a file, with the line each starts on. Escapes stay as they are written.
pub fn string_literals(source: &str) -> impl Iterator<Item = (usize, String)> {
    segments(source)
        .into_iter()
        .filter(|segment| segment.kind == Kind::Text)
        .map(|segment| (segment.line, segment.text))
}

/// The source with comments and the contents of strings blanked out; lines keep their numbers.
pub fn code_only(source: &str) -> String {
    let blank = |text: &str| {
        text.chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect::<String>()
    };
    segments(source)
        .iter()
        .map(|segment| {
            if segment.kind == Kind::Code {
                segment.text.clone()
            } else {
                blank(&segment.text)
            }
        })
        .collect()
}

/// The part of a file before its unit tests (`#[cfg(test)]` with a module right after it), which stand last by convention.
pub fn without_unit_tests(source: &str) -> &str {
    source
        .split_once("#[cfg(test)]\nmod ")
        .map_or(source, |(before, _)| before)
}

/// Splits a file into code, comments and string contents; joined again they are the file.
pub fn segments(source: &str) -> Vec<Segment> {
    let mut scanner = Scanner {
        chars: source.chars().collect(),
        at: 0,
        line: 1,
        start_line: 1,
        pending: String::new(),
        done: vec![],
    };
    scanner.scan();
    scanner.done
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    line: usize,
    start_line: usize,
    pending: String,
    done: Vec<Segment>,
}

impl Scanner {
    fn scan(&mut self) {
        while let Some(current) = self.peek(0) {
            match (current, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if !self.is_inside_word() => self.raw_string_or_name(),
                ('\'', _) => self.char_or_lifetime(),
                _ => self.take(),
            }
        }
        self.finish(Kind::Code);
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn take(&mut self) {
        if let Some(current) = self.peek(0) {
            self.line += usize::from(current == '\n');
            self.pending.push(current);
            self.at += 1;
        }
    }

    fn take_while(&mut self, wanted: impl Fn(&Self) -> bool) {
        while self.peek(0).is_some() && wanted(self) {
            self.take();
        }
    }

    fn finish(&mut self, kind: Kind) {
        if !self.pending.is_empty() {
            self.done.push(Segment {
                kind,
                line: self.start_line,
                text: std::mem::take(&mut self.pending),
            });
        }
        self.start_line = self.line;
    }

    /// `br"…"` and `cr"…"` start like a raw string too, so those letters do not make it a word.
    fn is_inside_word(&self) -> bool {
        let before = |back: usize| {
            self.at
                .checked_sub(back)
                .and_then(|index| self.chars.get(index))
                .copied()
        };
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        match before(1) {
            Some('b' | 'c') => is_word(before(2)),
            other => is_word(other),
        }
    }

    fn line_comment(&mut self) {
        self.finish(Kind::Code);
        self.take_while(|s| s.peek(0) != Some('\n'));
        self.finish(Kind::Comment);
    }

    fn block_comment(&mut self) {
        self.finish(Kind::Code);
        let mut depth = 0_usize;
        while self.peek(0).is_some() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.take();
                    continue;
                }
            }
            self.take();
            self.take();
            if depth == 0 {
                break;
            }
        }
        self.finish(Kind::Comment);
    }

    fn string(&mut self) {
        self.take();
        self.finish(Kind::Code);
        while let Some(current) = self.peek(0) {
            match current {
                '"' => break,
                '\\' => {
                    self.take();
                    self.take();
                }
                _ => self.take(),
            }
        }
        self.finish(Kind::Text);
        self.take();
    }

    fn raw_string_or_name(&mut self) {
        let hashes = self.chars.iter().skip(self.at + 1).take_while(|c| **c == '#').count();
        self.take();
        if self.peek(hashes) != Some('"') {
            return; // r#name
        }
        (0..=hashes).for_each(|_| self.take());
        self.finish(Kind::Code);
        self.take_while(|s| s.peek(0) != Some('"') || (1..=hashes).any(|ahead| s.peek(ahead) != Some('#')));
        self.finish(Kind::Text);
        (0..=hashes).for_each(|_| self.take());
    }

    fn char_or_lifetime(&mut self) {
        self.take();
        if self.peek(0) == Some('\\') {
            self.take();
            self.take();
            self.take_while(|s| s.peek(0) != Some('\''));
            self.take();
        } else if self.peek(1) == Some('\'') {
            self.take();
            self.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(source: &str) -> Vec<(usize, String)> {
        string_literals(source).collect()
    }

    #[test]
    fn strings_are_found_with_their_lines() {
        let source = "let a = \"one\"; // \"no\"\nlet b = r#\"two \" words\"#;\n/* \"no\" /* \"no\" */ */ let c = \"th\\\"ree\";";
        assert_eq!(
            literals(source),
            [(1, "one".into()), (2, "two \" words".into()), (3, "th\\\"ree".into())]
        );
    }

    #[test]
    fn characters_lifetimes_and_raw_names_start_no_string() {
        let source =
            "fn f<'a>(x: &'a str) { let q = '\"'; let e = '\\''; let r#type = b\"bytes\"; let for_r = br\"raw\"; }";
        assert_eq!(literals(source), [(1, "bytes".into()), (1, "raw".into())]);
    }

    #[test]
    fn segments_joined_are_the_file() {
        let source = "a /* b\n */ \"c\nd\" // e\nf";
        assert_eq!(segments(source).into_iter().map(|s| s.text).collect::<String>(), source);
        assert_eq!(code_only(source), "a     \n    \" \n \"     \nf");
    }
}
