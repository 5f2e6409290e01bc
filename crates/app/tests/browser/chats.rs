//! One of the phones on a chat page, in a person's hands.

use fantoccini::{Locator, elements::Element};

use crate::chromium::{Chromium, quoted};

/// Submits the field in which one writes.
const ENTER: &str = "\u{E007}";

/// A phone by its place on the page: `left`, `right`, or `one` when it is alone.
pub(crate) struct Phone<'b> {
    browser: &'b Chromium,
    place: &'static str,
}

impl Chromium {
    pub(crate) fn phone(&self, place: &'static str) -> Phone<'_> {
        Phone { browser: self, place }
    }
}

impl Phone<'_> {
    /// Presses a key of the keyboard, or a button under a message; the newest if there are several.
    pub(crate) async fn press(&self, label: &str) {
        let label = quoted(label);
        // The dialog that asks about the number has buttons, too.
        let (place, button) = (
            self.place,
            "*[self::a or self::button][not(ancestor::dialog[not(@open)])]",
        );
        self.browser
            .click(&format!(
                "//section[@id='{place}']//{button}[normalize-space(.)={label}]"
            ))
            .await;
    }

    /// Writes and sends.
    pub(crate) async fn write(&self, text: &str) {
        let field = format!("text-{}", self.place);
        let field = self.browser.client.find(Locator::Id(&field)).await.unwrap();
        field.send_keys(&format!("{text}{ENTER}")).await.unwrap();
    }

    /// Waits until the bot's newest message contains these words.
    pub(crate) async fn hears(&self, words: &str) -> Element {
        self.browser.see(&self.newest_with(words)).await
    }

    /// The message that [`Phone::hears`] waits for.
    pub(crate) fn newest_with(&self, words: &str) -> String {
        let (place, words) = (self.place, quoted(words));
        let from_bot = "article[contains(@class, 'message') and not(contains(concat(' ', @class, ' '), ' own '))]";
        format!("(//section[@id='{place}']//{from_bot})[last()][contains(normalize-space(.), {words})]")
    }

    /// The five digits of the code that the bot's newest message shows.
    pub(crate) async fn reads_code(&self, words: &str) -> String {
        let text = self.hears(words).await.text().await.unwrap();
        let code = text
            .split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == 5);
        code.unwrap_or_else(|| panic!("there is no code in: {text}")).to_owned()
    }
}
