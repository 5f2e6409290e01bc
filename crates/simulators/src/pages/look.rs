//! The language and theme that a request asks for, and links that keep them.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, OriginalUri, Query},
    http::{Uri, header, request::Parts},
};

use super::{
    Place, assets,
    words::{Lang, Words},
};

/// How a page is to look, taken from `?lang=`, `?theme=` and `Accept-Language`.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) lang: Lang,
    /// `light` or `dark` if the address says so; otherwise the browser decides.
    pub(super) theme: Option<&'static str>,
    place: Place,
    chosen_lang: Option<Lang>,
    /// The page's own path and its query without language and theme.
    path: String,
    query: Vec<(String, String)>,
}

impl<S: AsRef<Place> + Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, Infallible> {
        // Nested routers see a shortened path; links need the whole one.
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.clone(), |original| original.0.clone());
        let liked = parts
            .headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Ok(Self::new(pages.as_ref(), &uri, liked.unwrap_or_default()))
    }
}

impl Look {
    fn new(place: &Place, uri: &Uri, accept_language: &str) -> Self {
        let query = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map(|Query(pairs)| pairs)
            .unwrap_or_default();
        let value = |wanted: &str| {
            query
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let chosen_lang = value("lang").and_then(Lang::from_tag);
        let theme = value("theme").and_then(|theme| ["light", "dark"].into_iter().find(|known| *known == theme));
        let lang = chosen_lang.unwrap_or_else(|| Lang::accepted(accept_language));
        let own = query.into_iter().filter(|(name, _)| name != "lang" && name != "theme");
        Self {
            lang,
            theme,
            place: place.clone(),
            chosen_lang,
            path: uri.path().to_owned(),
            query: own.collect(),
        }
    }

    pub(super) fn words(&self) -> &'static Words {
        self.lang.words()
    }

    /// Where an asset is.
    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}/assets/{name}?v={}", self.place.base, assets::version(name))
    }

    /// Another page or form, as the browser must name it.
    pub(super) fn path(&self, path: &str) -> String {
        match (self.place.base.as_str(), path) {
            ("", _) => path.to_owned(),
            (base, "/") => base.to_owned(),
            (base, _) => format!("{base}{path}"),
        }
    }

    /// A link to another page, in this look.
    pub(super) fn url(&self, path: &str, query: &[(&str, &str)]) -> String {
        let query = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<Vec<_>>();
        address(&self.path(path), &query, self.chosen_lang, self.theme)
    }

    /// The inbox beside these pages.
    pub(super) fn mail(&self) -> Option<String> {
        self.beside(self.place.mail.as_deref())
    }

    /// The chats beside these pages.
    pub(super) fn chats(&self) -> Option<String> {
        self.beside(self.place.chats.as_deref())
    }

    fn beside(&self, path: Option<&str>) -> Option<String> {
        path.map(|path| address(path, &[], self.chosen_lang, self.theme))
    }

    pub(super) fn index(&self) -> String {
        self.url("/", &[])
    }

    /// This page again: where a form comes back to.
    pub(super) fn here(&self) -> String {
        address(&self.path, &self.query, self.chosen_lang, self.theme)
    }

    /// This page in every language, with the language's tag and name and whether it is the present one.
    pub(super) fn languages(&self) -> Vec<(String, &'static str, &'static str, bool)> {
        let link = |lang: Lang| address(&self.path, &self.query, Some(lang), self.theme);
        Lang::ALL
            .into_iter()
            .map(|lang| (link(lang), lang.tag(), lang.name(), lang == self.lang))
            .collect()
    }

    /// This page in a theme.
    pub(super) fn themed(&self, theme: &'static str) -> String {
        address(&self.path, &self.query, self.chosen_lang, Some(theme))
    }

    /// What a form that leads to another page must keep.
    pub(super) fn kept(&self) -> Vec<(&'static str, &'static str)> {
        let lang = self.chosen_lang.map(|lang| ("lang", lang.tag()));
        lang.into_iter()
            .chain(self.theme.map(|theme| ("theme", theme)))
            .collect()
    }
}

fn address(path: &str, query: &[(String, String)], lang: Option<Lang>, theme: Option<&str>) -> String {
    let own = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let look = [
        lang.map(|lang| ("lang", lang.tag())),
        theme.map(|theme| ("theme", theme)),
    ];
    let pairs = own.chain(look.into_iter().flatten());
    let query = pairs
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&");
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Percent-encodes everything that could mean something in a query.
fn escape(text: &str) -> String {
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(byte);
    text.bytes()
        .map(|byte| {
            if safe(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_what_was_chosen_and_nothing_else() {
        let uri: Uri = "/demo/chats?left=a&theme=dark&lang=xx".parse().unwrap();
        let look = Look::new(
            &Place {
                mail: Some("/mail".to_owned()),
                ..Place::new("/demo/")
            },
            &uri,
            "kk",
        );
        assert_eq!(look.lang, Lang::Kk);
        assert_eq!(look.here(), "/demo/chats?left=a&theme=dark");
        assert_eq!(look.index(), "/demo?theme=dark");
        assert_eq!(
            look.url("/chats", &[("left", "a&b=ы")]),
            "/demo/chats?left=a%26b%3D%D1%8B&theme=dark"
        );
        assert_eq!(look.mail().as_deref(), Some("/mail?theme=dark"));
        assert_eq!(look.chats(), None);
        assert_eq!(look.languages()[0].0, "/demo/chats?left=a&lang=ru&theme=dark");
    }
}
