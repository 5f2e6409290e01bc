//! The form of the rules.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use karavan_platform::{
    admin::{Panel, done},
    settings::{self, Versioned},
};
use karavan_web::{
    ApiError, ApiResult, Can, Ctx, Form,
    pages::{self, Field, FieldSet},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Level, RuleOutOfBounds, Rules};
use crate::{Coffee, ManageRules};

const PATH: &str = "/admin/coffee/rules";

/// The rules as a form.
#[utoipa::path(get, path = "/admin/coffee/rules", tag = "pages", security(("permission" = ["coffee.rules.manage"])))]
pub(super) async fn show_rules(
    _who: Can<ManageRules>,
    panel: Panel,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let Versioned { value, version } = settings::load::<Rules>(&mut *coffee.platform.db.read().await?).await?;
    Ok(page(&panel, &RulesForm::of(&value, version), &[]))
}

/// The form as it is sent: numbers as typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesForm {
    version: i64,
    points_per_100: i64,
    spending_limit_percent: i64,
    code_seconds: i64,
    largest_sale: i64,
    drinks_silver: i64,
    drinks_gold: i64,
    drinks_platinum: i64,
    percent_standard: i64,
    percent_silver: i64,
    percent_gold: i64,
    percent_platinum: i64,
}

impl RulesForm {
    fn of(rules: &Rules, version: i64) -> Self {
        let Rules {
            points_per_100,
            level_percent,
            level_drinks,
            spending_limit_percent,
            code_seconds,
            largest_sale,
        } = rules;
        Self {
            version,
            points_per_100: *points_per_100,
            spending_limit_percent: *spending_limit_percent,
            code_seconds: *code_seconds,
            largest_sale: *largest_sale,
            drinks_silver: level_drinks[1],
            drinks_gold: level_drinks[2],
            drinks_platinum: level_drinks[3],
            percent_standard: level_percent[0],
            percent_silver: level_percent[1],
            percent_gold: level_percent[2],
            percent_platinum: level_percent[3],
        }
    }

    fn rules(&self) -> Rules {
        Rules {
            points_per_100: self.points_per_100,
            level_percent: [
                self.percent_standard,
                self.percent_silver,
                self.percent_gold,
                self.percent_platinum,
            ],
            level_drinks: [0, self.drinks_silver, self.drinks_gold, self.drinks_platinum],
            spending_limit_percent: self.spending_limit_percent,
            code_seconds: self.code_seconds,
            largest_sale: self.largest_sale,
        }
    }
}

/// Stores changed rules; they hold from the next sale on.
#[utoipa::path(post, path = "/admin/coffee/rules", tag = "pages", security(("permission" = ["coffee.rules.manage"])))]
pub(super) async fn save_rules(
    who: Can<ManageRules>,
    ctx: Ctx,
    panel: Panel,
    State(coffee): State<Coffee>,
    Form(form): Form<RulesForm>,
) -> ApiResult<Response> {
    let rules = form.rules();
    let mistakes = rules.mistakes();
    if !mistakes.is_empty() {
        return Ok(page(&panel, &form, &mistakes).into_response());
    }
    let mut tx = coffee.platform.db.begin(who.actor()).await?;
    if !settings::save(&mut tx, &rules, form.version, &ctx).await? {
        return Err(ApiError::conflict("settings_changed"));
    }
    tx.commit().await?;
    tracing::info!(by = %who.actor(), ?rules, "The rules of the loyalty programme were changed");
    Ok(done(PATH, "coffee-rules-saved").into_response())
}

fn page(panel: &Panel, form: &RulesForm, mistakes: &[RuleOutOfBounds]) -> Html<String> {
    let error = |rule: &str| {
        let is_wrong = mistakes.iter().any(|wrong| wrong.0 == rule);
        is_wrong.then(|| panel.t(&format!("coffee-rule-wrong-{}", rule.replace('_', "-"))))
    };
    let number = |name: &'static str, unit: &str, value: i64| {
        let label = panel.t(&format!("coffee-rule-{}", name.replace('_', "-")));
        Field::number(name, label, panel.t(unit))
            .value(value.to_string())
            .required()
            .maybe_error(error(name))
    };
    let points = FieldSet::new(panel.t("coffee-rules-points"))
        .field(number("points_per_100", "coffee-unit-points", form.points_per_100))
        .field(number(
            "spending_limit_percent",
            "coffee-unit-percent",
            form.spending_limit_percent,
        ));
    let till = FieldSet::new(panel.t("coffee-rules-till"))
        .field(number("code_seconds", "coffee-unit-seconds", form.code_seconds))
        .field(number("largest_sale", "coffee-unit-roubles", form.largest_sale));
    let drinks = [
        ("drinks_silver", Level::Silver, form.drinks_silver),
        ("drinks_gold", Level::Gold, form.drinks_gold),
        ("drinks_platinum", Level::Platinum, form.drinks_platinum),
    ];
    let percents = [
        ("percent_standard", Level::Standard, form.percent_standard),
        ("percent_silver", Level::Silver, form.percent_silver),
        ("percent_gold", Level::Gold, form.percent_gold),
        ("percent_platinum", Level::Platinum, form.percent_platinum),
    ];
    let body = pages::Form::post(PATH, panel.t("coffee-rules-save"))
        .hidden("version", form.version.to_string())
        .set(points)
        .set(till)
        .set(per_level(
            panel,
            "coffee-rules-levels",
            "coffee-unit-drinks",
            drinks,
            error("level_drinks").as_deref(),
        ))
        .set(per_level(
            panel,
            "coffee-rules-multipliers",
            "coffee-unit-percent",
            percents,
            error("level_percent").as_deref(),
        ));
    panel
        .page("coffee-rules")
        .lead(panel.t("coffee-rules-lead"))
        .block(&body)
        .html()
}

/// One number for each level. What is wrong with the row stands at its first field.
fn per_level<const N: usize>(
    panel: &Panel,
    title: &str,
    unit: &str,
    row: [(&'static str, Level, i64); N],
    error: Option<&str>,
) -> FieldSet {
    let set = FieldSet::new(panel.t(title)).lead(panel.t(&format!("{title}-lead")));
    row.into_iter()
        .enumerate()
        .fold(set, |set, (place, (name, level, value))| {
            let field = Field::number(name, level.title(&panel.lang), panel.t(unit))
                .value(value.to_string())
                .required();
            set.field(field.maybe_error(error.filter(|_| place == 0)))
        })
}
