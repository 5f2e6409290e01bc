//! What the owner writes as HTML. Pure.
//!
//! **Always holds:** nothing that was written becomes markup of its own: HTML is shown as text, pictures are left out, and
//! a link leads over the web or to a mailbox.

use karavan_web::pages::{SafeHtml, safe_href};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A text as a part of a page. Its headings begin below the page's own.
pub(super) fn rendered(markdown: &str) -> SafeHtml {
    let mut page = String::from("<div class=\"prose\">");
    html::push_html(
        &mut page,
        Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(harmless),
    );
    page.push_str("</div>");
    SafeHtml::trusted(page)
}

fn harmless(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title: _,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: CowStr::from(safe_href(&dest_url).to_owned()),
            title: CowStr::Borrowed(""),
            id,
        }),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_text_and_its_links_are_harmless() {
        let table = [
            ("## One\n\ntwo *three*", "<h2>One</h2>\n<p>two <em>three</em></p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
            ("![p](https://x.example/p.png)", "<p>p</p>\n"),
            (
                "[y](https://x.example/?a=1&b=2)",
                "<p><a href=\"https://x.example/?a=1&amp;b=2\">y</a></p>\n",
            ),
            (
                "[m](mailto:a@b.example)",
                "<p><a href=\"mailto:a@b.example\">m</a></p>\n",
            ),
            ("[here](/legal/privacy)", "<p><a href=\"/legal/privacy\">here</a></p>\n"),
        ];
        for (text, page) in table {
            assert_eq!(
                rendered(text).to_string(),
                format!("<div class=\"prose\">{page}</div>"),
                "{text}"
            );
        }
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,y)",
            "<javascript:x>",
        ] {
            let page = rendered(hostile).to_string().to_lowercase();
            assert!(
                !page.contains("href=\"javascript") && !page.contains("href=\"data"),
                "{page}"
            );
        }
    }
}
