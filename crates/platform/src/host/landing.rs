//! The first page: what is installed here and where to go.

use std::sync::Arc;

use axum::{extract::State, response::Html};
use karavan_web::{
    Anyone, Ctx,
    pages::{self, Act, PageFrame, ProductCard},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::HostConfig;
use crate::admin::Section;

/// What the page shows.
#[derive(Clone)]
pub(super) struct Landing(Arc<Parts>);

struct Parts {
    products: Vec<Door>,
    /// Where the simulated chats begin.
    demo: Option<&'static str>,
    /// Where the simulated inbox is.
    mail: Option<&'static str>,
    docs: bool,
    /// Whether people can have accounts here: without letters nobody can prove an address.
    accounts: bool,
}

struct Door {
    name: &'static str,
    icon: &'static str,
    /// The first page of its panel.
    panel: &'static str,
}

impl Landing {
    /// `products` are names with icons.
    pub(super) fn new(
        products: impl IntoIterator<Item = (&'static str, &'static str)>,
        config: &HostConfig,
        sections: &[Section],
        accounts: bool,
    ) -> Self {
        let panel = |name: &str| {
            let section = sections.iter().find(|section| section.product == Some(name));
            section
                .and_then(|section| section.entries.first())
                .map_or("/admin", |entry| entry.href)
        };
        let products = products
            .into_iter()
            .map(|(name, icon)| Door {
                name,
                icon,
                panel: panel(name),
            })
            .collect();
        let demo = config.demo.as_ref();
        Self(Arc::new(Parts {
            products,
            demo: demo.map(|demo| demo.chats.0),
            mail: demo.map(|demo| demo.mail.0),
            docs: config.docs.swagger,
            accounts,
        }))
    }

    fn card(&self, ctx: &Ctx, door: &Door) -> ProductCard {
        let Door { name, icon, panel } = *door;
        let lang = &ctx.lang;
        let demo = self
            .0
            .demo
            .map(|path| (lang.text(&format!("{name}-demo-link")), path.to_owned()));
        ProductCard {
            title: lang.text(&format!("{name}-title")),
            sentence: lang.text(&format!("{name}-sentence")),
            product: name,
            icon,
            door: Some((lang.text("product-panel"), panel.to_owned())),
            links: demo.into_iter().collect(),
        }
    }
}

pub(super) fn routes(landing: Landing) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(show_landing)).with_state(landing)
}

/// The installed products.
#[utoipa::path(get, path = "/", tag = "pages",
    // The front door.
    security(()))]
async fn show_landing(who: Anyone, ctx: Ctx, State(landing): State<Landing>) -> Html<String> {
    let frame = PageFrame::of(&ctx, "/");
    let mut page = pages::Landing::new(frame, landing.0.demo.is_some());
    for door in &landing.0.products {
        page = page.product(landing.card(&ctx, door));
    }
    if landing.0.accounts {
        let (title, door) = door_of(&who);
        page = page.act(Act::link(ctx.lang.text(title), door).icon("user"));
    }
    if let Some(mail) = landing.0.mail {
        page = page.act(Act::link(ctx.lang.text("demo-mail"), mail).icon("mail"));
    }
    if landing.0.docs {
        page = page.act(Act::link(ctx.lang.text("product-docs"), "/docs").icon("book-open"));
    }
    page.html()
}

/// Where somebody's account is; who is not signed in comes to it by signing in.
fn door_of(who: &Anyone) -> (&'static str, &'static str) {
    match who.account() {
        Some(_) => ("account-title", "/account"),
        None => ("sign-in-title", "/sign-in"),
    }
}
