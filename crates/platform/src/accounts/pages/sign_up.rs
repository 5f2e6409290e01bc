//! A new account.
//!
//! A taken address gets the same page and the same wait as a free one; its owner gets a letter that says so.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::{Actor, Secret};
use karavan_store::Tx;
use karavan_web::{
    Anyone, ApiError, ApiResult, Ctx, Form,
    limits::address_key,
    pages::{self, Field, FieldKind},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    LETTERS, SIGN_UP,
    doors::{Reader, note, send, send_proof},
    frame::Page,
    verify::code_page,
};
use crate::{
    Platform,
    access::{self, AccountId},
    accounts::{Email, Password, PersonName, Purpose, store},
    mail::Template,
};

/// The form.
#[utoipa::path(get, path = "/sign-up", tag = "pages",
    // Nobody has an account yet.
    security(()))]
pub(super) async fn show_sign_up(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    open(&platform)?;
    Ok(form(&page, &SignUpForm::default(), &[]))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUpForm {
    name: String,
    email: String,
    #[schema(value_type = String)]
    password: Secret,
}

/// Makes an account whose address is yet to be proved, and sends the letter for it.
#[utoipa::path(post, path = "/sign-up", tag = "pages",
    // The letter is the proof.
    security(()))]
pub(super) async fn sign_up(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(sent): Form<SignUpForm>,
) -> ApiResult<Response> {
    open(&platform)?;
    let (name, email, password) = match read(&sent) {
        Ok(all) => all,
        Err(wrong) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&page, &sent, &wrong)).into_response()),
    };
    platform.limits.check(SIGN_UP, &address_key(page.ctx.ip)).await?;
    platform.limits.check(LETTERS, &email.key()).await?;
    let hash = platform
        .passwords
        .hash(password.secret(), platform.db.entropy())
        .await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let account = create(&mut tx, &page.ctx, &name, &email, &hash).await?;
    if account.is_none() {
        send(&mut tx, &platform, &page.ctx, &email, Template::EmailTaken).await?;
    }
    let reader = Reader { email: &email, account };
    let flow = send_proof(&mut tx, &platform, &page.ctx, Purpose::Verify, reader).await?;
    tx.commit().await?;
    Ok(code_page(&page, &email, &flow, None).into_response())
}

/// `None`: somebody has the address.
async fn create(tx: &mut Tx, ctx: &Ctx, name: &PersonName, email: &Email, hash: &str) -> ApiResult<Option<AccountId>> {
    tx.lock(&format!("account:address:{}", email.key())).await?;
    if store::find_by_address(tx, &email.key()).await?.is_some() {
        return Ok(None);
    }
    let id = access::store::insert_person(tx, name.as_str()).await?;
    if !store::insert_email(tx, id, email).await? {
        return Err(ApiError::internal("an address was taken under its lock"));
    }
    store::put_password(tx, id, hash).await?;
    note(tx, ctx, "account.create", id).await?;
    Ok(Some(id))
}

/// Without letters nobody can prove an address.
fn open(platform: &Platform) -> ApiResult<()> {
    if platform.mail_is_on() {
        Ok(())
    } else {
        Err(ApiError::not_found())
    }
}

type Wrong = (&'static str, &'static str);

fn read(sent: &SignUpForm) -> Result<(PersonName, Email, Password), Vec<Wrong>> {
    let name = PersonName::parse(&sent.name);
    let email = sent.email.parse::<Email>();
    let about = [sent.email.as_str(), sent.name.as_str()];
    let password = Password::choose(sent.password.expose(), &about);
    match (name, email, password) {
        (Some(name), Ok(email), Ok(password)) => Ok((name, email, password)),
        (name, email, password) => {
            let name = name.is_none().then_some(("name", "person_name_invalid"));
            let email = email.is_err().then_some(("email", "email_invalid"));
            let password = password.err().map(|why| ("password", why.code()));
            Err(name.into_iter().chain(email).chain(password).collect())
        }
    }
}

fn form(page: &Page, sent: &SignUpForm, wrong: &[Wrong]) -> Html<String> {
    let problem = |field: &str| {
        let found = wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, code)| page.t(&format!("error-{code}")))
    };
    let form = pages::Form::post("/sign-up", page.t("sign-up-go"))
        .field(
            Field::text("name", page.t("account-name"))
                .value(&*sent.name)
                .required()
                .autocomplete("name")
                .maybe_error(problem("name")),
        )
        .field(
            Field::new("email", page.t("account-email"), FieldKind::Line("email"))
                .value(&*sent.email)
                .required()
                .autocomplete("username")
                .maybe_error(problem("email")),
        )
        .field(
            Field::new("password", page.t("account-password"), FieldKind::Line("password"))
                .help(page.t("account-password-help"))
                .required()
                .autocomplete("new-password")
                .maybe_error(problem("password")),
        );
    page.page("sign-up-title", "/sign-up")
        .lead(page.t("sign-up-lead"))
        .block(&form)
        .way(page.t("sign-up-known"), page.t("sign-in-title"), "/sign-in")
        .html()
}
