//! What one has agreed to oneself.

use axum::{
    extract::State,
    response::{Html, Redirect},
};
use karavan_store::{Conn, StoreResult};
use karavan_web::{
    ApiError, ApiResult, Path, SignedIn,
    pages::{Act, Cell, Column, Empty, ListQuery, ListView, Row, SafeHtml},
};

use crate::{
    Platform,
    access::door,
    accounts::{Page, id_of},
    admin::done,
    audit::Entry,
    legal::{Channel, Consent, ConsentId, Document, TextId, store},
};

const HERE: &str = "/account/consents";

/// The page.
#[utoipa::path(get, path = "/account/consents", tag = "pages", security(("permission" = [])))]
pub(super) async fn show_consents(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let id = id_of(&who)?;
    let mut read = platform.db.read().await?;
    let given = store::consents_of(&mut read, id).await?;
    let mut open = Vec::new();
    for document in Document::AT_SIGN_UP {
        let text = store::current_for(&mut read, document, page.ctx.lang.locale()).await?;
        if !holds(&mut read, &given, document).await? {
            open.extend(text);
        }
    }
    drop(read);
    let mut shown = page.page("consents-title", HERE).lead(page.t("consents-lead"));
    shown = shown.block(&list_of(&platform, &page, &given));
    for text in &open {
        let title = page.with("consents-give", &[("title", text.title.clone().into())]);
        let act = Act::post(title, format!("{HERE}/{}/give", text.id));
        shown = shown.block(&SafeHtml::trusted(act.to_string()));
        shown = shown.way("", text.title.clone(), format!("/legal/texts/{}", text.id));
    }
    Ok(shown.way("", page.t("account-title"), "/account").html())
}

/// Whether they have agreed to what holds now, in whatever language they read it.
async fn holds(conn: &mut Conn, given: &[Consent], document: Document) -> StoreResult<bool> {
    let standing = |consent: &&Consent| consent.document == document && consent.withdrawn_at.is_none();
    for consent in given.iter().filter(standing) {
        let text = store::find(conn, consent.text_id).await?;
        let Some(text) = text else { continue };
        let now = store::current(conn, document, text.locale).await?;
        if now.is_some_and(|now| now.id == text.id) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn list_of(platform: &Platform, page: &Page, given: &[Consent]) -> ListView {
    let moment = |at| page.ctx.lang.moment(at, &platform.time_zone);
    let row = |consent: &Consent| {
        let state: Cell = match consent.withdrawn_at {
            Some(at) => Cell::text(page.with("consents-withdrawn", &[("when", moment(at).into())])),
            None if consent.document.is_revocable() => {
                let act = Act::post(page.t("consents-withdraw"), format!("{HERE}/{}/withdraw", consent.id));
                SafeHtml::trusted(act.quiet().to_string()).into()
            }
            None => Cell::text(page.t("consents-holds")),
        };
        Row::new(consent.id.to_string()).cells([
            Cell::link(consent.title.clone(), format!("/legal/texts/{}", consent.text_id)),
            Cell::text(consent.version.to_string()),
            Cell::text(moment(consent.given_at)),
            state,
        ])
    };
    ListView::new("consents", HERE, ListQuery::default())
        .column(Column::text(page.t("legal-document")))
        .column(Column::text(page.t("legal-version-number")))
        .column(Column::text(page.t("consents-given")))
        .column(Column::text(""))
        .rows(given.iter().map(row))
        .empty(Empty::new(page.t("consents-none"), page.t("consents-none-note")))
}

/// Agrees to a text.
#[utoipa::path(post, path = "/account/consents/{id}/give", tag = "pages", security(("permission" = [])))]
pub(super) async fn give_consent(
    who: SignedIn,
    page: Page,
    Path(text): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let text: TextId = text.parse().map_err(|_not_one| ApiError::not_found())?;
    let id = id_of(&who)?;
    let mut tx = platform.db.begin(who.actor()).await?;
    let text = store::find(&mut tx, text).await?.ok_or_else(ApiError::not_found)?;
    let now = store::current(&mut tx, text.document, text.locale).await?;
    if !Document::AT_SIGN_UP.contains(&text.document) || now.is_none_or(|now| now.id != text.id) {
        return Err(ApiError::conflict("legal_text_changed"));
    }
    if store::give(&mut tx, id, text.id, &page.ctx.ip.to_string(), Channel::Web).await? {
        let entry = Entry::new("account.consent.give", ("legal_text", text.id));
        door::note(&mut tx, &page.ctx, entry, id).await?;
    }
    tx.commit().await?;
    Ok(done(HERE, "consent-given"))
}

/// Takes one's agreement back.
#[utoipa::path(post, path = "/account/consents/{id}/withdraw", tag = "pages", security(("permission" = [])))]
pub(super) async fn withdraw_consent(
    who: SignedIn,
    page: Page,
    Path(consent): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let consent: ConsentId = consent.parse().map_err(|_not_one| ApiError::not_found())?;
    let id = id_of(&who)?;
    let mut tx = platform.db.begin(who.actor()).await?;
    let own = store::consents_of(&mut tx, id).await?;
    // One that was never theirs does not hold either way.
    let Some(found) = own.iter().find(|own| own.id == consent) else {
        return Ok(done(HERE, "consent-withdrawn"));
    };
    if !found.document.is_revocable() {
        return Err(ApiError::conflict("consent_required"));
    }
    if store::withdraw(&mut tx, id, consent).await? {
        let entry = Entry::new("account.consent.withdraw", ("legal_text", found.text_id));
        door::note(&mut tx, &page.ctx, entry, id).await?;
    }
    tx.commit().await?;
    Ok(done(HERE, "consent-withdrawn"))
}
