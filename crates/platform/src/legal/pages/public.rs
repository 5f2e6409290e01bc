//! The documents as everybody reads them.

use axum::{
    extract::State,
    http::{HeaderValue, header::SET_COOKIE},
    response::{AppendHeaders, Html, IntoResponse, Redirect},
};
use karavan_web::{Anyone, ApiError, ApiResult, Form, Path, notice_cookie, pages::PlainPage, redirect::same_origin};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Platform,
    accounts::Page,
    legal::{Document, LegalText, TextId, markdown, store},
};

/// What there is to read.
#[utoipa::path(get, path = "/legal", tag = "pages",
    // Who runs this and by which rules is nobody's secret.
    security(()))]
pub(super) async fn list_documents(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let mut read = platform.db.read().await?;
    let mut list = page.page("legal-title", "/legal");
    let mut is_empty = true;
    for document in Document::ALL.iter().copied() {
        if let Some(text) = store::current_for(&mut read, document, page.ctx.lang.locale()).await? {
            is_empty = false;
            list = list.way("", text.title, format!("/legal/{document}"));
        }
    }
    Ok(list
        .lead(page.t(if is_empty { "legal-none" } else { "legal-lead" }))
        .html())
}

/// The version that holds now.
#[utoipa::path(get, path = "/legal/{document}", tag = "pages",
    // As above.
    security(()))]
pub(super) async fn show_document(
    _who: Anyone,
    page: Page,
    Path(document): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let document: Document = document.parse().map_err(|_unknown| ApiError::not_found())?;
    let mut read = platform.db.read().await?;
    let text = store::current_for(&mut read, document, page.ctx.lang.locale()).await?;
    let text = text.ok_or_else(ApiError::not_found)?;
    Ok(shown(&platform, &page, &text, &format!("/legal/{document}")).html())
}

/// Exactly one version, also one that does not hold any more: what somebody agreed to.
#[utoipa::path(get, path = "/legal/texts/{text}", tag = "pages",
    // As above.
    security(()))]
pub(super) async fn show_text(
    _who: Anyone,
    page: Page,
    Path(text): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let id: TextId = text.parse().map_err(|_not_one| ApiError::not_found())?;
    let text = store::find(&mut *platform.db.read().await?, id).await?;
    let text = text.ok_or_else(ApiError::not_found)?;
    Ok(shown(&platform, &page, &text, &format!("/legal/texts/{id}")).html())
}

fn shown(platform: &Platform, page: &Page, text: &LegalText, path: &str) -> PlainPage {
    let day = page.ctx.lang.date(platform.time_zone.day_of(text.published_at));
    let since = [("version", text.version.into()), ("since", day.into())];
    page.titled(text.title.clone(), path)
        .lead(page.with("legal-version", &since))
        .block(&markdown::rendered(&text.body))
        .way("", page.t("legal-title"), "/legal")
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeForm {
    next: String,
}

/// Remembers that the notice about cookies was read.
#[utoipa::path(post, path = "/legal/cookies/seen", tag = "pages",
    // It changes nothing but the browser's own cookie.
    security(()))]
pub(super) async fn dismiss_notice(
    _who: Anyone,
    page: Page,
    Form(NoticeForm { next }): Form<NoticeForm>,
) -> impl IntoResponse {
    let cookie: HeaderValue = notice_cookie(&page.ctx);
    let next = same_origin(&next).unwrap_or("/").to_owned();
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(&next))
}
