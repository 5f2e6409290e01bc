//! The state of a list, kept in its address: what is searched, filtered, sorted, and which page is shown.

use std::{convert::Infallible, fmt::Write as _};

use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};

/// What a list is asked to show. Any query string is a valid question: unknown names are kept and mean nothing.
///
/// Take it as an extractor, or read a query string with [`ListQuery::parse`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    pairs: Vec<(String, String)>,
}

const SEARCH: &str = "q";
const SORT: &str = "sort";
const PAGE: &str = "page";

impl ListQuery {
    /// Reads `q=anna&state=active&sort=-joined&page=2`.
    pub fn parse(query: &str) -> Self {
        let pairs = format!("/?{query}")
            .parse::<Uri>()
            .ok()
            .and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok())
            .map_or_else(Vec::new, |Query(pairs)| pairs);
        Self::of(pairs)
    }

    fn of(mut pairs: Vec<(String, String)>) -> Self {
        // The language belongs to the reader, not to the list; empty fields come from forms.
        // PostgreSQL cannot even compare with a NUL.
        pairs.retain(|(name, value)| name != "lang" && !value.trim().is_empty() && !value.contains('\0'));
        Self { pairs }
    }

    /// The value of a filter, trimmed; `None` when it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.trim())
    }

    /// The text that is searched for.
    pub fn search(&self) -> Option<&str> {
        self.get(SEARCH)
    }

    /// The name given to [`super::Column::sorted_by`], and whether the order is descending.
    pub fn sort(&self) -> Option<(&str, bool)> {
        let sort = self.get(SORT)?;
        Some(sort.strip_prefix('-').map_or((sort, false), |name| (name, true)))
    }

    /// The page, counted from 1.
    pub fn page(&self) -> u64 {
        self.get(PAGE)
            .and_then(|page| page.parse().ok())
            .filter(|page| *page > 0)
            .unwrap_or(1)
    }

    /// How many rows come before this page.
    pub fn offset(&self, size: u64) -> u64 {
        (self.page() - 1).saturating_mul(size)
    }

    /// The query string without the page and the sort: for the export of what is shown.
    pub fn filters_only(&self) -> String {
        self.encoded(&[(SORT, None), (PAGE, None)])
    }

    /// The address that turns to another page.
    pub(super) fn to_page(&self, page: u64) -> String {
        self.encoded(&[(PAGE, Some(&page.to_string()))])
    }

    /// The address that sorts by `name`; a second time the other way round.
    pub(super) fn to_sort(&self, name: &str) -> String {
        let sort = if self.sort() == Some((name, false)) {
            format!("-{name}")
        } else {
            name.to_owned()
        };
        self.encoded(&[(SORT, Some(&sort)), (PAGE, None)])
    }

    /// The address with these filters set or, with `None`, removed.
    pub(super) fn to_filters(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut all = changes.to_vec();
        all.push((PAGE, None));
        self.encoded(&all)
    }

    fn encoded(&self, changes: &[(&str, Option<&str>)]) -> String {
        let kept = self
            .pairs
            .iter()
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let set = changes
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value)));
        encode(kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(set))
    }
}

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

/// `path?query` with one parameter set.
pub(super) fn replaced(path_and_query: &str, name: &str, value: &str) -> String {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let query = ListQuery::parse(query);
    format!("{path}{}", query.encoded(&[(name, Some(value))]))
}

/// `?a=1&b=2`, or nothing for no pairs.
fn encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        text.push(if text.is_empty() { '?' } else { '&' });
        escape(&mut text, name);
        text.push('=');
        escape(&mut text, value);
    }
    text
}

fn escape(text: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            b' ' => text.push('+'),
            // Writing into a string cannot fail.
            _ => write!(text, "%{byte:02X}").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_shown() {
        let query = ListQuery::parse("q=%D0%B0%20b&state=&sort=-joined&page=3&lang=kk");
        assert_eq!(query.search(), Some("а b"));
        assert_eq!(query.get("state"), None);
        assert_eq!(query.sort(), Some(("joined", true)));
        assert_eq!((query.page(), query.offset(50)), (3, 100));
        assert_eq!(query.to_page(4), "?q=%D0%B0+b&sort=-joined&page=4");
        assert_eq!(query.to_sort("joined"), "?q=%D0%B0+b&sort=joined");
        assert_eq!(query.filters_only(), "?q=%D0%B0+b");
        assert_eq!(query.to_filters(&[("q", None)]), "?sort=-joined");
    }

    #[test]
    fn nonsense_is_the_first_page() {
        for nonsense in [
            "page=0",
            "page=-1",
            "page=99999999999999999999",
            "%%%",
            "page",
            "?&=&",
            "q=%FF",
        ] {
            assert_eq!(ListQuery::parse(nonsense).page(), 1, "{nonsense}");
        }
        assert_eq!(ListQuery::parse(&format!("page={}", u64::MAX)).offset(50), u64::MAX);
    }

    #[test]
    fn the_language_link_keeps_the_rest() {
        assert_eq!(replaced("/a?q=1&lang=ru", "lang", "en"), "/a?q=1&lang=en");
        assert_eq!(replaced("/a", "lang", "en"), "/a?lang=en");
    }
}
