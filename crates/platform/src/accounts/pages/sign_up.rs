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
    pages::{self, Choice, Field, FieldKind},
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
    legal::{self, Answer, Asked, LegalText, TextId},
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
    let asked = asked(&platform, &page).await?;
    Ok(form(&page, &asked, &SignUpForm::default(), &[]))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUpForm {
    name: String,
    email: String,
    #[schema(value_type = String)]
    password: Secret,
    /// The texts that are agreed to.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    agree: Vec<TextId>,
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
    let asked = asked(&platform, &page).await?;
    let (name, email, password, answers) = match read(&sent, &asked) {
        Ok(all) => all,
        Err(wrong) => {
            let again = form(&page, &asked, &sent, &wrong);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
    };
    platform.limits.check(SIGN_UP, &address_key(page.ctx.ip)).await?;
    platform.limits.check(LETTERS, &email.key()).await?;
    let hash = platform
        .passwords
        .hash(password.secret(), platform.db.entropy())
        .await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let account = create(&mut tx, &page.ctx, &name, &email, &hash).await?;
    if let Some(account) = account {
        legal::record(&mut tx, account, &answers, page.ctx.ip).await?;
    } else {
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

/// What there is to agree to, in the reader's language.
async fn asked(platform: &Platform, page: &Page) -> ApiResult<Asked> {
    Ok(legal::asked(&mut *platform.db.read().await?, page.ctx.lang.locale()).await?)
}

type Filled = (PersonName, Email, Password, Vec<Answer>);

fn read(sent: &SignUpForm, asked: &Asked) -> Result<Filled, Vec<Wrong>> {
    let name = PersonName::parse(&sent.name);
    let email = sent.email.parse::<Email>();
    let about = [sent.email.as_str(), sent.name.as_str()];
    let password = Password::choose(sent.password.expose(), &about);
    let answers = asked.answers(&sent.agree);
    match (name, email, password, answers) {
        (Some(name), Ok(email), Ok(password), Ok(answers)) => Ok((name, email, password, answers)),
        (name, email, password, answers) => {
            let name = name.is_none().then_some(("name", "person_name_invalid"));
            let email = email.is_err().then_some(("email", "email_invalid"));
            let password = password.err().map(|why| ("password", why.code()));
            let answers = answers.is_err().then_some(("agree", "agreement_missing"));
            Err(name.into_iter().chain(email).chain(password).chain(answers).collect())
        }
    }
}

fn form(page: &Page, asked: &Asked, sent: &SignUpForm, wrong: &[Wrong]) -> Html<String> {
    let problem = |field: &str| {
        let found = wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, code)| page.t(&format!("error-{code}")))
    };
    let mut form = pages::Form::post("/sign-up", page.t("sign-up-go"))
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
    if !asked.texts().is_empty() {
        form = form.field(questions(page, asked, sent).maybe_error(problem("agree")));
    }
    let mut shown = page
        .page("sign-up-title", "/sign-up")
        .lead(page.t("sign-up-lead"))
        .block(&form);
    let mut before = page.t("legal-read");
    for text in asked.texts() {
        shown = shown.way(
            std::mem::take(&mut before),
            text.title.clone(),
            format!("/legal/texts/{}", text.id),
        );
    }
    shown
        .way(page.t("sign-up-known"), page.t("sign-in-title"), "/sign-in")
        .html()
}

/// One box for each purpose, and none of them ticked.
fn questions(page: &Page, asked: &Asked, sent: &SignUpForm) -> Field {
    let choice = |text: &LegalText| {
        let mut title = text.title.clone();
        if text.document.is_required() {
            title = page.with("legal-required", &[("title", title.into())]);
        }
        Choice::from((text.id.to_string(), title))
    };
    let choices = asked.texts().iter().map(choice).collect();
    Field::new("agree", page.t("legal-agree"), FieldKind::Checks(choices))
        .values(sent.agree.iter().map(TextId::to_string))
}
