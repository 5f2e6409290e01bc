//! What a browser calls itself, in words that its owner knows.
//!
//! Every browser claims to be several others, so the tables go from the most particular name to the one that all of them
//! carry. The crates that know more (`woothee`, `uaparser`) know nothing of the browsers of our readers or bring tables of
//! a megabyte; here a wrong guess only names a row of one's own list.

/// What stands in the header, and whose it is.
const BROWSERS: &[(&str, &str)] = &[
    ("YaBrowser/", "Яндекс Браузер"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MiuiBrowser/", "Mi Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Edg", "Edge"),
    ("UCBrowser/", "UC Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// “Chrome, Windows”; what is unknown is shown as it came, its beginning at least.
pub(super) fn name_of(user_agent: &str) -> String {
    const MOST: usize = 60;
    let known = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(mark, _)| user_agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (known(BROWSERS), known(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(MOST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_have_the_names_that_people_know() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let table = [
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/148.0.0.0 Safari/537.36"),
                "Chrome, Linux",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/148.0 YaBrowser/26.4 Safari/537.36"),
                "Яндекс Браузер, Windows",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/148.0 Safari/537.36 Edg/148.0"),
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:150.0) Gecko/20100101 Firefox/150.0".to_owned(),
                "Firefox, macOS",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 16; SM-S921B) {webkit} SamsungBrowser/29.0 Chrome/136.0 Mobile"),
                "Samsung Internet, Android",
            ),
            ("curl/8.14.1".to_owned(), "curl"),
            ("ы".repeat(100), &"ы".repeat(60)),
            (String::new(), ""),
        ];
        for (header, name) in table {
            assert_eq!(name_of(&header), name, "{header}");
        }
    }
}
