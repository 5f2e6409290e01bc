//! Signing in by a link from the command line.

use askama::Template;
use axum::response::Html;

use super::{PageFrame, html::rendered};

/// What the sign-in page says.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// Nobody is signed in: how to get a link.
    Ask,
    /// The link is good. One press uses it up, so that a preview robot that merely opens the address does not.
    Ready {
        /// Where the button posts to.
        action: String,
        /// Sent as `token`.
        token: String,
        /// Who will be signed in.
        account: String,
    },
    /// The link was used, or is too old.
    Expired,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInTemplate<'a> {
    frame: PageFrame,
    view: &'a SignIn,
    command: &'static str,
}

impl SignIn {
    fn names_the_command(&self) -> bool {
        match self {
            Self::Ask | Self::Expired => true,
            Self::Ready { .. } => false,
        }
    }

    /// The whole page.
    pub fn html(&self, frame: PageFrame) -> Html<String> {
        let title = frame.t(match self {
            Self::Ask | Self::Ready { .. } => "pages-sign-in",
            Self::Expired => "pages-sign-in-expired",
        });
        let page = SignInTemplate {
            frame: frame.titled(&title),
            view: self,
            command: "karavan admin create-link",
        };
        Html(rendered(&page).to_string())
    }
}
