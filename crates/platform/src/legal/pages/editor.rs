//! Where the owner writes and publishes.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::Locale;
use karavan_web::{
    ApiError, ApiResult, Can, Ctx, Form, Path,
    pages::{self, Badge, Cell, Column, Field, FieldKind, ListQuery, ListView, Row},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    Platform,
    admin::{EditLegal, Panel, done},
    audit::{self, Entry},
    legal::{Document, LegalText, has_gaps, store, template},
};

const LIST: &str = "/admin/legal";
const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT: usize = 100_000;

/// Every document in every language, and what holds of it.
#[utoipa::path(get, path = "/admin/legal", tag = "pages", security(("permission" = ["platform.legal.edit"])))]
pub(super) async fn list_texts(
    _who: Can<EditLegal>,
    panel: Panel,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let texts = store::all_current(&mut *platform.db.read().await?).await?;
    let row = |document: Document, locale: Locale| {
        let text = texts
            .iter()
            .find(|text| (text.document, text.locale) == (document, locale));
        let state: Cell = text.map_or_else(
            || Badge::warn(panel.t("legal-not-published")).into(),
            |text| Cell::text(panel.lang.moment(text.published_at, &platform.time_zone)),
        );
        let version = text.map_or_else(String::new, |text| text.version.to_string());
        Row::new(format!("{document}-{locale}"))
            .href(format!("{LIST}/{document}/{locale}"))
            .cells([
                Cell::text(panel.t(&document.title_key())),
                Cell::text(locale.native_name()),
                Cell::text(version),
                state,
            ])
    };
    let of_document = |document: &Document| {
        Locale::ALL
            .iter()
            .map(|locale| row(*document, *locale))
            .collect::<Vec<_>>()
    };
    let rows = Document::ALL.iter().flat_map(of_document);
    let list = ListView::new("legal", LIST, ListQuery::default())
        .column(Column::text(panel.t("legal-document")))
        .column(Column::text(panel.t("legal-language")))
        .column(Column::text(panel.t("legal-version-number")))
        .column(Column::text(panel.t("legal-published")))
        .rows(rows);
    Ok(panel
        .page("legal-title")
        .lead(panel.t("legal-editor-lead"))
        .block(&list)
        .html())
}

fn place(document: &str, locale: &str) -> ApiResult<(Document, Locale)> {
    match (document.parse(), locale.parse()) {
        (Ok(document), Ok(locale)) => Ok((document, locale)),
        _ => Err(ApiError::not_found()),
    }
}

/// The form, with what holds now or with the template, and the versions before.
#[utoipa::path(get, path = "/admin/legal/{document}/{locale}", tag = "pages",
    security(("permission" = ["platform.legal.edit"])))]
pub(super) async fn edit_text(
    _who: Can<EditLegal>,
    panel: Panel,
    Path((document, locale)): Path<(String, String)>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let (document, locale) = place(&document, &locale)?;
    let history = store::history(&mut *platform.db.read().await?, document, locale).await?;
    let lang = platform.texts.lang(locale);
    let form = match history.first() {
        Some(text) => TextForm {
            version: text.version,
            title: text.title.clone(),
            body: text.body.clone(),
        },
        None => TextForm {
            version: 0,
            title: lang.text(&document.title_key()),
            body: template(document, locale).to_owned(),
        },
    };
    Ok(shown(&platform, &panel, (document, locale), &form, &history, &[]))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TextForm {
    /// The version that was on the screen; 0 for none.
    version: i64,
    title: String,
    body: String,
}

impl TextForm {
    fn mistakes(&self) -> Vec<(&'static str, &'static str)> {
        let mut wrong = Vec::new();
        let title = self.title.trim();
        if title.is_empty() || title.chars().count() > LONGEST_TITLE {
            wrong.push(("title", "legal_title_invalid"));
        }
        let body = self.body.trim();
        if body.is_empty() || body.chars().count() > LONGEST_TEXT {
            wrong.push(("body", "legal_body_invalid"));
        } else if has_gaps(body) {
            wrong.push(("body", "legal_body_gaps"));
        }
        wrong
    }
}

/// Publishes the next version.
#[utoipa::path(post, path = "/admin/legal/{document}/{locale}", tag = "pages",
    security(("permission" = ["platform.legal.edit"])))]
pub(super) async fn publish_text(
    who: Can<EditLegal>,
    ctx: Ctx,
    panel: Panel,
    Path((document, locale)): Path<(String, String)>,
    State(platform): State<Platform>,
    Form(form): Form<TextForm>,
) -> ApiResult<Response> {
    let (document, locale) = place(&document, &locale)?;
    let wrong = form.mistakes();
    if !wrong.is_empty() {
        let history = store::history(&mut *platform.db.read().await?, document, locale).await?;
        let again = shown(&platform, &panel, (document, locale), &form, &history, &wrong);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let mut tx = platform.db.begin(who.actor()).await?;
    let text = store::publish(&mut tx, document, locale, form.title.trim(), form.body.trim()).await?;
    // Somebody else published meanwhile: theirs is not to be replaced unread.
    if text.version != form.version + 1 {
        return Err(ApiError::conflict("legal_text_changed"));
    }
    let after = json!({ "document": document.as_str(), "locale": locale.as_str(), "version": text.version });
    audit::record(
        &mut tx,
        Entry::new("legal.text.publish", ("legal_text", text.id))
            .after(after)
            .from(&ctx),
    )
    .await?;
    tx.commit().await?;
    Ok(done(&format!("{LIST}/{document}/{locale}"), "legal-published").into_response())
}

fn shown(
    platform: &Platform,
    panel: &Panel,
    (document, locale): (Document, Locale),
    form: &TextForm,
    history: &[LegalText],
    wrong: &[(&'static str, &'static str)],
) -> Html<String> {
    let problem = |field: &str| {
        let found = wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, code)| panel.t(&format!("error-{code}")))
    };
    let path = format!("{LIST}/{document}/{locale}");
    let fields = pages::Form::post(path.as_str(), panel.t("legal-publish"))
        .hidden("version", form.version.to_string())
        .field(
            Field::text("title", panel.t("legal-heading"))
                .value(&*form.title)
                .required()
                .maybe_error(problem("title")),
        )
        .field(
            Field::new("body", panel.t("legal-body"), FieldKind::Area(24))
                .value(&*form.body)
                .help(panel.t("legal-body-help"))
                .required()
                .maybe_error(problem("body")),
        );
    let row = |text: &LegalText| {
        Row::new(text.id.to_string()).cells([
            Cell::link(text.version.to_string(), format!("/legal/texts/{}", text.id)),
            Cell::text(text.title.clone()),
            Cell::text(panel.lang.moment(text.published_at, &platform.time_zone)),
        ])
    };
    let mut page = panel
        .page_titled(format!("{}, {}", panel.t(&document.title_key()), locale.native_name()))
        .crumb(panel.t("legal-title"), LIST)
        .block(&fields);
    if !history.is_empty() {
        let list = ListView::new("history", path, ListQuery::default())
            .column(Column::text(panel.t("legal-version-number")))
            .column(Column::text(panel.t("legal-heading")))
            .column(Column::text(panel.t("legal-published")))
            .rows(history.iter().map(row));
        page = page.block(&list);
    }
    page.html()
}
