//! What a person reads after the start: where to go, what is off and what to do next.

/// Everything that is said.
#[derive(Debug, Clone, Default)]
pub struct Banner {
    /// Everything outside is simulated.
    pub demo: bool,
    /// Where the site is, if this process answers requests.
    pub address: Option<String>,
    /// The one-time link, if there is one; only with an address.
    pub admin_link: Option<String>,
    /// Whether Swagger UI is shown.
    pub docs: bool,
    /// The folder and the kind of database.
    pub data: String,
    /// What this process does.
    pub roles: String,
    /// Name and place of what is installed.
    pub products: Vec<(String, String)>,
    /// Pages of the simulators: title and path.
    pub simulators: Vec<(String, String)>,
    /// What is off, and why.
    pub off: Vec<String>,
}

impl Banner {
    /// The whole text.
    pub fn text(&self) -> String {
        let mut rows: Vec<(&str, String)> = Vec::new();
        if let Some(address) = &self.address {
            rows.push(("Site", address.clone()));
            rows.push(match &self.admin_link {
                Some(link) => ("Admin panel", format!("{link}  (works once, for 30 minutes)")),
                None => ("Admin panel", format!("{address}/admin")),
            });
            if self.docs {
                rows.push(("API", format!("{address}/docs")));
            }
            let pages = self.products.iter().chain(&self.simulators);
            rows.extend(pages.map(|(title, path)| (title.as_str(), format!("{address}{path}"))));
        }
        rows.push(("Data", self.data.clone()));
        rows.push(("Roles", self.roles.clone()));
        let mut text = format!(
            "\nKaravan {} is ready{}.\n\n",
            env!("CARGO_PKG_VERSION"),
            if self.demo { " (demo)" } else { "" }
        );
        let width = rows.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0);
        for (title, value) in rows {
            text += &format!("  {title:width$}  {value}\n");
        }
        for (place, reason) in self.off.iter().enumerate() {
            let title = if place == 0 { "Off" } else { "" };
            text += &format!("  {title:width$}  {reason}\n");
        }
        text + "\n  " + self.next() + "\n"
    }

    fn next(&self) -> &'static str {
        match (self.demo, &self.address) {
            (true, _) => {
                "Next: open the chats in two windows, register as a guest in one and sell in the other. Ctrl-C stops."
            }
            (false, Some(_)) if self.admin_link.is_some() => {
                "Next: open the admin panel by its link. Lost it? karavan admin create-link. Ctrl-C stops."
            }
            (false, _) => "Next: karavan config shows what is set, karavan --help what else there is. Ctrl-C stops.",
        }
    }
}
