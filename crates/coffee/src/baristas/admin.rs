//! Baristas in the panel: the list, a form to add one, and the switch.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_platform::{
    admin::{Panel as Frame, done},
    audit::{self, Entry},
};
use karavan_web::{
    ApiError, ApiResult, Can, Ctx, Form, Path,
    pages::{self, Act, Badge, Cell, Column, Confirm, Empty, Field, ListQuery, ListView, Paging, Panel, Row, SafeHtml},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Barista, BaristaError, create,
    create::{mistakes, note},
    store,
};
use crate::{BaristaId, Coffee, ManageBaristas};

const PATH: &str = "/admin/coffee/baristas";

/// The list and the form.
#[utoipa::path(get, path = "/admin/coffee/baristas", tag = "pages", security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn baristas_page(
    _who: Can<ManageBaristas>,
    frame: Frame,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    page(&coffee, &frame, query, &AddForm::default(), &[]).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddForm {
    name: String,
    telegram_id: String,
}

/// Puts somebody on the list.
#[utoipa::path(post, path = "/admin/coffee/baristas", tag = "pages", security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn add_barista(
    who: Can<ManageBaristas>,
    ctx: Ctx,
    frame: Frame,
    State(coffee): State<Coffee>,
    Form(form): Form<AddForm>,
) -> ApiResult<Response> {
    let telegram_id = form.telegram_id.trim().parse::<i64>().unwrap_or(0);
    let mut wrong = mistakes(telegram_id, &form.name);
    if wrong.is_empty() {
        let mut tx = coffee.platform.db.begin(who.actor()).await?;
        match create(&mut tx, telegram_id, &form.name).await {
            Ok(barista) => {
                note(&mut tx, &ctx, barista, telegram_id, &form.name).await?;
                tx.commit().await?;
                return Ok(done(PATH, "coffee-barista-added").into_response());
            }
            Err(BaristaError::Store(error)) => return Err(error.into()),
            Err(refusal) => wrong.push(refusal),
        }
    }
    let page = page(&coffee, &frame, ListQuery::default(), &form, &wrong).await?;
    Ok(page.into_response())
}

async fn page(
    coffee: &Coffee,
    frame: &Frame,
    query: ListQuery,
    form: &AddForm,
    wrong: &[BaristaError],
) -> ApiResult<Html<String>> {
    let baristas = store::list(&mut *coffee.platform.db.read().await?).await?;
    let total = u64::try_from(baristas.len()).unwrap_or(u64::MAX);
    let list = ListView::new("baristas", PATH, query)
        .column(Column::text(frame.t("coffee-barista")))
        .column(Column::text(frame.t("coffee-telegram")))
        .column(Column::text(frame.t("coffee-barista-state")))
        .column(Column::text(frame.t("coffee-barista-since")))
        .column(Column::text(""))
        .rows(baristas.iter().map(|barista| row(coffee, frame, barista)))
        .paging(Paging {
            size: total.max(1),
            total,
        })
        .empty(Empty::new(
            frame.t("coffee-baristas-empty"),
            frame.t("coffee-baristas-empty-note"),
        ));
    let error = |of: fn(&BaristaError) -> bool| {
        let found = wrong.iter().find(|wrong| of(wrong));
        found.map(|wrong| frame.t(&format!("error-{}", wrong.code())))
    };
    let name_error = error(|wrong| matches!(wrong, BaristaError::Name));
    let id_error = error(|wrong| matches!(wrong, BaristaError::TelegramId | BaristaError::Known));
    let add = pages::Form::post(PATH, frame.t("coffee-barista-add"))
        .field(
            Field::text("name", frame.t("coffee-barista-name"))
                .value(&form.name)
                .required()
                .maybe_error(name_error),
        )
        .field(
            Field::text("telegram_id", frame.t("coffee-telegram"))
                .value(&form.telegram_id)
                .help(frame.t("coffee-barista-telegram-help"))
                .required()
                .maybe_error(id_error),
        );
    let panel = Panel::new(frame.t("coffee-barista-new")).block(&frame.lang, &add);
    Ok(frame
        .page("coffee-baristas")
        .lead(frame.t("coffee-baristas-lead"))
        .block(&list)
        .block(&panel)
        .html())
}

fn row(coffee: &Coffee, frame: &Frame, barista: &Barista) -> Row {
    let Barista {
        id,
        telegram_id,
        name,
        is_active,
        created_at,
    } = barista;
    let (state, act) = if *is_active {
        let act = Act::confirm(frame.t("coffee-barista-stop"), format!("{PATH}/{id}/stop")).quiet();
        (Badge::good(frame.t("coffee-barista-active")), act)
    } else {
        let act = Act::post(frame.t("coffee-barista-start"), format!("{PATH}/{id}/start")).quiet();
        (Badge::neutral(frame.t("coffee-barista-inactive")), act)
    };
    Row::new(id.to_string()).cells([
        Cell::text(name),
        Cell::code(telegram_id.to_string()),
        state.into(),
        Cell::text(frame.lang.moment(*created_at, coffee.time_zone())),
        SafeHtml::trusted(act.to_string()).into(),
    ])
}

/// Asks once before somebody loses the till.
#[utoipa::path(get, path = "/admin/coffee/baristas/{id}/stop", tag = "pages", security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn confirm_stop(
    _who: Can<ManageBaristas>,
    frame: Frame,
    Path(id): Path<BaristaId>,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let barista = store::find(&mut *coffee.platform.db.read().await?, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let question = frame.with(
        "coffee-barista-stop-question",
        &[("name", barista.name.as_str().into())],
    );
    let confirm = Confirm::new(
        question,
        format!("{PATH}/{id}/stop"),
        frame.t("coffee-barista-stop"),
        PATH,
    )
    .consequence(frame.t("coffee-barista-stop-consequence"));
    Ok(frame
        .page("coffee-barista-stop")
        .crumb(frame.t("coffee-baristas"), PATH)
        .block(&confirm)
        .html())
}

/// Takes the till away.
#[utoipa::path(post, path = "/admin/coffee/baristas/{id}/stop", tag = "pages", security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn stop_barista(
    _who: Can<ManageBaristas>,
    ctx: Ctx,
    Path(id): Path<BaristaId>,
    State(coffee): State<Coffee>,
) -> ApiResult<Redirect> {
    switch(&coffee, &ctx, id, false).await?;
    Ok(done(PATH, "coffee-barista-stopped"))
}

/// Lets somebody sell again.
#[utoipa::path(post, path = "/admin/coffee/baristas/{id}/start", tag = "pages", security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn start_barista(
    _who: Can<ManageBaristas>,
    ctx: Ctx,
    Path(id): Path<BaristaId>,
    State(coffee): State<Coffee>,
) -> ApiResult<Redirect> {
    switch(&coffee, &ctx, id, true).await?;
    Ok(done(PATH, "coffee-barista-started"))
}

async fn switch(coffee: &Coffee, ctx: &Ctx, id: BaristaId, is_active: bool) -> ApiResult<()> {
    let mut tx = coffee.platform.db.begin(ctx.actor()).await?;
    let before = store::find(&mut tx, id).await?.map(|barista| barista.is_active);
    if !store::set_active(&mut tx, id, is_active).await? {
        return Err(ApiError::not_found());
    }
    let act = if is_active {
        "coffee.baristas.start"
    } else {
        "coffee.baristas.stop"
    };
    let entry = Entry::new(act, ("barista", id))
        .before(json!({ "is_active": before }))
        .after(json!({ "is_active": is_active }));
    audit::record(&mut tx, entry.from(ctx)).await?;
    tracing::info!(barista.id = %id, is_active, by = %tx.actor(), "A barista was switched");
    Ok(tx.commit().await?)
}
