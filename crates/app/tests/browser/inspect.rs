//! What is wrong with the page that is shown: accessibility by axe-core, headings, width, weight, the browser's complaints.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{chromium::Chromium, pictures};

const AXE: &str = include_str!("vendor/axe.min.js");

/// Per page, compressed.
const MOST_STYLES: u64 = 30 * 1024;
const MOST_SCRIPTS: u64 = 40 * 1024;

/// Themes and widths in which every page is looked at.
const SHAPES: &[(&str, u32)] = &[("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390)];

/// Only what the guidelines (WCAG 2.2 AA) or plain practice ask for; the answer is what a person needs to find it.
const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations.flatMap((rule) =>
        rule.nodes.map((node) => ({
            impact: node.impact || rule.impact, rule: rule.id, help: rule.help,
            at: node.target.flat().join(' '), why: node.failureSummary, html: node.html.slice(0, 200),
        })))), (error) => done(String(error)));";

const MEASURE: &str = "
    const weigh = (ending) => performance.getEntriesByType('resource')
        .filter((entry) => new URL(entry.name).pathname.endsWith(ending))
        .reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    const done = arguments[arguments.length - 1];
    // The browser writes down what it has loaded a moment after it has loaded it.
    const measure = () => weigh('.js') === 0 && performance.now() < 10000 ? setTimeout(measure, 50) : done({
        headings: document.querySelectorAll('h1').length,
        mains: document.querySelectorAll('main').length,
        title: document.title,
        language: document.documentElement.lang,
        styles: weigh('.css'), scripts: weigh('.js'),
    });
    measure();";

/// Elements that stick out to the right and make the page scroll.
const TOO_WIDE: &str = "
    const page = document.documentElement;
    const wide = page.clientWidth;
    if (page.scrollWidth <= wide) return [];
    return [`the page is ${page.scrollWidth} px wide`, ...[...document.body.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > wide + 1)
        .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)];";

/// Looks at the page that is shown in every theme and width, and adds what is wrong with it.
pub(crate) async fn inspect(browser: &Chromium, name: &str, findings: &mut Vec<String>) {
    let mut found = measure(browser).await;
    browser.script(AXE, Vec::new()).await;
    // What is wrong in several shapes is told once.
    let mut shaped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (theme, width) in SHAPES {
        browser.shape(theme, *width).await;
        let mut here = barriers(browser).await;
        here.extend(too_wide(browser).await);
        for finding in here {
            shaped.entry(finding).or_default().push(format!("{theme} {width}"));
        }
        pictures::save(browser, &format!("{name}-{theme}-{width}")).await;
    }
    found.extend(
        shaped
            .into_iter()
            .map(|(finding, shapes)| format!("({}) {finding}", shapes.join(", "))),
    );
    browser.shape("light", 1280).await;
    found.extend(complaints(browser).await);
    findings.extend(found.into_iter().map(|finding| format!("{name}: {finding}")));
}

async fn too_wide(browser: &Chromium) -> Option<String> {
    let Value::Array(wide) = browser.script(TOO_WIDE, Vec::new()).await else {
        panic!("the script returns a list")
    };
    (!wide.is_empty()).then(|| format!("it scrolls sideways: {wide:?}"))
}

async fn measure(browser: &Chromium) -> Vec<String> {
    let page = browser.client.execute_async(MEASURE, Vec::new()).await;
    let page = page.expect("the page was loaded");
    let number = |name: &str| {
        page[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name} is no number: {page}"))
    };
    let mut found = Vec::new();
    for (what, count) in [("h1", number("headings")), ("main", number("mains"))] {
        if count != 1 {
            found.push(format!("{count} times <{what}> instead of once"));
        }
    }
    if page["title"].as_str().is_none_or(str::is_empty) {
        found.push("no title".to_owned());
    }
    if page["language"] != json!(pictures::language()) {
        found.push(format!("the language is {}", page["language"]));
    }
    for (what, weight, most) in [
        ("styles", number("styles"), MOST_STYLES),
        ("scripts", number("scripts"), MOST_SCRIPTS),
    ] {
        // Nothing at all would mean that nothing was measured.
        if weight == 0 || weight > most {
            found.push(format!("{weight} bytes of {what}, at most {most}"));
        }
    }
    found
}

async fn barriers(browser: &Chromium) -> Vec<String> {
    let answer = browser
        .client
        .execute_async(RUN_AXE, Vec::new())
        .await
        .unwrap_or_else(|error| panic!("axe: {error}"));
    let Value::Array(nodes) = answer else {
        panic!("axe failed: {answer}")
    };
    let text = |node: &Value, name: &str| node[name].as_str().unwrap_or_default().to_owned();
    let serious = nodes
        .iter()
        .filter(|node| ["serious", "critical"].contains(&&*text(node, "impact")));
    let line = |node: &Value| {
        let [impact, rule, help, at, why, html] =
            ["impact", "rule", "help", "at", "why", "html"].map(|name| text(node, name));
        format!(
            "{impact} {rule}: {help}\n    at {at}\n    {html}\n    {}",
            why.replace('\n', " ")
        )
    };
    serious.map(line).collect()
}

/// Errors of scripts, blocked by the policy, files that are missing. Not that the page itself answers 404, which may be its
/// purpose.
async fn complaints(browser: &Chromium) -> Vec<String> {
    let address = browser.client.current_url().await.unwrap().to_string();
    let own = |entry: &Value| {
        entry["source"] == json!("network") && entry["message"].as_str().is_some_and(|text| text.starts_with(&address))
    };
    let entries = browser.complaints().await;
    entries
        .iter()
        .filter(|entry| !own(entry))
        .map(|entry| format!("the browser says: {entry}"))
        .collect()
}
