//! A text as squares, for a camera.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

use super::{Block, SafeHtml, html::rendered};
use crate::texts::Lang;

/// Cameras need so much empty space around it.
const MARGIN: usize = 4;

/// A text that has no room in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

/// A QR code as a picture inside the page: dark on light in either look, because many cameras read no other.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<svg class=\"qr\" viewBox=\"0 0 {{ side }} {{ side }}\" role=\"img\" aria-label=\"{{ label }}\" \
              shape-rendering=\"crispEdges\"><rect width=\"{{ side }}\" height=\"{{ side }}\" fill=\"#fff\"/>\
              <path fill=\"#000\" d=\"{{ path }}\"/></svg>",
    ext = "html"
)]
pub struct Qr {
    label: String,
    side: usize,
    path: String,
}

impl Qr {
    /// The picture of `text`; `label` says what it is to whoever does not see it.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn new(text: &str, label: impl Into<String>) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_too_long| TooLong)?;
        Ok(Self {
            label: label.into(),
            side: code.width() + 2 * MARGIN,
            path: path(&code.to_colors(), code.width()),
        })
    }
}

impl Block for Qr {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}

/// One stroke for each run of dark squares.
fn path(colors: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN));
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use karavan_kernel::Locale;

    use super::*;
    use crate::pages::sample;

    #[test]
    fn a_text_becomes_squares_with_a_margin_and_nothing_inline() {
        let lang = sample::lang(Locale::En);
        let html = Qr::new("KARAVAN", "To be <scanned>").unwrap().html(&lang).to_string();
        // 21 squares and two margins; the corner mark is 7 wide.
        assert!(
            html.contains("viewBox=\"0 0 29 29\"") && html.contains("d=\"M4 4h7v1h-7z"),
            "{html}"
        );
        assert!(
            html.contains("To be &#60;scanned&#62;") && !html.contains("style"),
            "{html}"
        );
        assert_eq!(Qr::new(&"x".repeat(5_000), "").unwrap_err(), TooLong);
    }
}
