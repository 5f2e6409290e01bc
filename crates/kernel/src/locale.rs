//! The four languages of every interface.

use crate::text_enum;

text_enum! {
    /// A language of the interface.
    #[derive(Hash, PartialOrd, Ord)]
    pub enum Locale {
        /// Russian.
        Ru = "ru",
        /// Ukrainian.
        Uk = "uk",
        /// Kazakh.
        Kk = "kk",
        /// English.
        En = "en",
    }
}

impl Locale {
    /// The language of a tag such as `ru-RU` or `EN`, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag).trim().to_ascii_lowercase();
        primary.parse().ok()
    }

    /// The best of ours for an `Accept-Language` header.
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut wanted: Vec<(f32, usize, Self)> = accept_language
            .split(',')
            .enumerate()
            .filter_map(|(place, part)| {
                let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
                let weight: f32 = weight.trim().parse().ok()?;
                Some((weight, place, Self::from_tag(tag)?))
            })
            .filter(|(weight, ..)| *weight > 0.0)
            .collect();
        wanted.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        wanted.first().map(|(.., locale)| *locale)
    }

    /// The language's own name.
    pub fn native_name(self) -> &'static str {
        match self {
            Self::Ru => "Русский",
            Self::Uk => "Українська",
            Self::Kk => "Қазақша",
            Self::En => "English",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_understood() {
        assert_eq!(Locale::negotiate("de-DE,uk;q=0.8,en;q=0.9"), Some(Locale::En));
        assert_eq!(Locale::negotiate("kk-KZ,ru;q=0.9"), Some(Locale::Kk));
        assert_eq!(Locale::negotiate("fr"), None);
        assert_eq!(Locale::negotiate("ru;q=0, ;;q=x,é"), None);
        assert_eq!(Locale::from_tag("RU_ru"), Some(Locale::Ru));
    }
}
