//! What every page must be, checked on the rendered markup. A product's tests call [`faults`] on its own pages.

/// Why this markup is not fit to be shown; empty when it is.
///
/// It looks for: one `h1`, a label for every input, nothing that the content security policy forbids, nothing that is
/// left unescaped, tags that close, ids that are unique, and text keys that nobody translated.
pub fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut headings = 0;
    let mut ids: Vec<&str> = Vec::new();
    let mut labelled: Vec<&str> = Vec::new();
    let mut inputs: Vec<Tag<'_>> = Vec::new();

    for tag in tags(html) {
        if tag.is_end {
            match open.pop() {
                Some(name) if name == tag.name => {}
                other => faults.push(format!("</{}> closes {other:?}", tag.name)),
            }
            continue;
        }
        if !VOID.contains(&tag.name) && !tag.text.ends_with('/') {
            open.push(tag.name);
        }
        headings += usize::from(tag.name == "h1");
        ids.extend(tag.value("id"));
        labelled.extend(tag.value("for"));
        let inline = tag
            .attributes()
            .into_iter()
            .find(|(name, _)| *name == "style" || name.starts_with("on"));
        if let Some((name, _)) = inline {
            faults.push(format!("<{}> has an inline `{name}`", tag.name));
        }
        for address in ["href", "src", "action"].into_iter().filter_map(|name| tag.value(name)) {
            if address.trim().to_ascii_lowercase().starts_with("javascript:") {
                faults.push(format!("<{}> leads to a script", tag.name));
            }
        }
        if tag.name == "script" && tag.value("src").is_none() || tag.name == "style" {
            faults.push(format!("an inline <{}>", tag.name));
        }
        if matches!(tag.name, "input" | "select" | "textarea") && tag.value("type") != Some("hidden") {
            inputs.push(tag);
        }
    }
    faults.extend(open.iter().map(|name| format!("<{name}> is not closed")));
    if headings != 1 {
        faults.push(format!("{headings} h1"));
    }
    let unlabelled =
        |tag: &&Tag<'_>| tag.value("aria-label").is_none() && tag.value("id").is_none_or(|id| !labelled.contains(&id));
    faults.extend(
        inputs
            .iter()
            .filter(unlabelled)
            .map(|tag| format!("no label for <{}>", tag.text)),
    );
    let total = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != total {
        faults.push("an id occurs twice".to_owned());
    }
    if html.contains("<script>") || html.contains("<b onclick") {
        faults.push("a hostile string is not escaped".to_owned());
    }
    if let Some(key) = html
        .split(['>', '"', ' '])
        .find(|word| word.starts_with("pages-") && word.len() > 6)
    {
        faults.push(format!("no words for `{key}`"));
    }
    faults
}

/// Elements that have no end tag.
const VOID: [&str; 6] = ["!DOCTYPE", "meta", "link", "input", "br", "img"];

struct Tag<'a> {
    name: &'a str,
    text: &'a str,
    is_end: bool,
}

/// The tags in order. Our templates write `&lt;` and `&gt;` in values, so a bracket always belongs to a tag.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    html.split('<').skip(1).filter_map(|part| {
        let (text, _) = part.split_once('>')?;
        let is_end = text.starts_with('/');
        let name = text.trim_start_matches('/').split([' ', '\n']).next()?;
        Some(Tag { name, text, is_end })
    })
}

impl<'a> Tag<'a> {
    /// Names and values; the value of an attribute without one is empty.
    fn attributes(&self) -> Vec<(&'a str, &'a str)> {
        let mut found = Vec::new();
        let mut rest = self.text.split_once([' ', '\n']).map_or("", |(_, rest)| rest);
        while !rest.trim().is_empty() {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let quote = after.strip_prefix('=').and_then(|value| value.chars().next());
            rest = after;
            let mut value = "";
            if let (Some(quote), Some(quoted)) = (quote, after.strip_prefix('=')) {
                let inner = quoted.trim_start_matches(quote);
                let inside = quoted.strip_prefix(quote).unwrap_or(inner);
                (value, rest) = inside.split_once(quote).unwrap_or((inside, ""));
            }
            found.push((name, value));
        }
        found
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.attributes()
            .into_iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use karavan_kernel::Locale;

    use super::{super::samples, *};
    use crate::pages::sample::lang;

    #[test]
    fn every_sample_is_fit_in_every_language() {
        for locale in Locale::ALL {
            for sample in samples(&lang(*locale), None, "q=x&page=2") {
                let faults = faults(&sample.html.0);
                assert!(faults.is_empty(), "{} in {locale}: {faults:#?}", sample.path);
            }
        }
    }

    #[test]
    fn what_is_unfit_is_named() {
        let count = |html: &str| faults(&format!("<h1>x</h1>{html}")).len();
        assert_eq!(
            count("<p class=\"a\" data-x>fine</p><label for=\"a\">A</label><input id=\"a\">"),
            0
        );
        for wrong in [
            "<p style=\"x\"></p>",
            "<p onclick=\"x\"></p>",
            "<p>",
            "<p></div></p>",
            "<input id=\"b\">",
            "<h1></h1>",
            "<i id=\"a\"></i><i id=\"a\"></i>",
            "<a href=\"javascript:x\"></a>",
            "<b>pages-nowhere</b>",
            "<style></style>",
        ] {
            assert_ne!(count(wrong), 0, "{wrong}");
        }
    }

    #[test]
    fn the_words_are_complete() {
        let texts = crate::texts::Texts::new(&crate::texts::OWN).unwrap();
        assert_eq!(texts.missing(), Vec::<String>::new());
    }
}
