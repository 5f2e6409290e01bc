//! Error codes: the status of each, and its words in four languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use karavan_coffee::{baristas::BaristaError, codes::CodeError, guests::GuestError, orders::OrderError};
use karavan_kernel::Locale;
use karavan_web::{ApiError, texts::Texts};

use crate::{
    same::Inventory,
    texts::{rendered, sources},
};

/// Codes whose status the code below cannot find, and why it is this one.
const BY_HAND: &[(&str, &str)] = &[
    // Said beside a field of a page.
    ("code_invalid", "422"),
    ("email_invalid", "422"),
    ("person_name_invalid", "422"),
    ("password_short", "422"),
    ("password_long", "422"),
    ("password_guessable", "422"),
    ("password_wrong", "422"),
    ("agreement_missing", "422"),
    ("legal_title_invalid", "422"),
    ("legal_body_invalid", "422"),
    ("legal_body_gaps", "422"),
    ("second_step_code_invalid", "422"),
    ("body_malformed", "400"),  // axum's own status of a body that is no JSON
    ("field_invalid", "field"), // beside another code: it says which field
    ("field_missing", "field"),
    ("form_invalid", "400"), // axum's own status of a form that cannot be read; 422 when it can
    ("request_refused", "4xx"), // whatever else a layer that is not ours refuses
];

#[test]
fn error_codes_are_as_committed() {
    let texts = Arc::new(Texts::new(&sources()).unwrap());
    let mut statuses = of_products();
    for (code, status) in written() {
        statuses.entry(code).or_default().insert(status);
    }
    for (code, status) in BY_HAND {
        statuses
            .entry((*code).to_owned())
            .or_default()
            .insert((*status).to_owned());
    }
    let mut lines = Vec::new();
    for code in texts.keys().filter_map(|key| key.strip_prefix("error-")) {
        // The titles of statuses are no codes.
        if code.starts_with("title-") {
            continue;
        }
        let Some(found) = statuses.get(code) else {
            panic!(
                "If you are here because this failed: you added the error {code}, and its status was not found. Write the \
                 code as a literal where the error is made (`ApiError::conflict(\"{code}\")`), or name a value of its enum \
                 in `of_products`. An error that nobody makes needs no words."
            );
        };
        lines.push(format!(
            "{code}  {}",
            found.iter().cloned().collect::<Vec<_>>().join(" ")
        ));
        lines.extend(rendered(&texts, &format!("error-{code}")));
    }
    let inventory = Inventory {
        file: "error_codes.txt",
        what: "an error code, its status or its words",
        question: "is a code gone, or its status another? Programs of others branch on both: keep what has been released.",
    };
    inventory.assert_same(&lines.join("\n"));
    for locale in Locale::ALL {
        let lang = texts.lang(*locale);
        for code in statuses.keys() {
            assert!(
                lang.has(&format!("error-{code}")),
                "no words in {locale} for the error {code}"
            );
        }
    }
}

/// Errors whose code is decided by an enum: one value of each.
fn of_products() -> BTreeMap<String, BTreeSet<String>> {
    let errors: Vec<ApiError> = vec![
        GuestError::Name.into(),
        GuestError::Phone.into(),
        GuestError::BirthDate.into(),
        GuestError::Registered.into(),
        GuestError::PhoneTaken.into(),
        CodeError::Malformed.into(),
        CodeError::Expired.into(),
        CodeError::TooMany(Duration::from_secs(1)).into(),
        CodeError::Exhausted.into(),
        OrderError::Receipt.into(),
        OrderError::Sum { most: 1 }.into(),
        OrderError::Counts.into(),
        OrderError::OverLimit { most: 1 }.into(),
        OrderError::Unclear.into(),
        OrderError::Barista.into(),
        BaristaError::Name.into(),
        BaristaError::TelegramId.into(),
        BaristaError::Known.into(),
    ];
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for error in errors {
        let status = error.status().as_u16().to_string();
        found.entry(error.code().to_owned()).or_default().insert(status);
    }
    found
}

/// Codes that stand as literals beside their status, in production code.
fn written() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
        rust_files(&entry.unwrap().path().join("src"), &mut files);
    }
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            found.extend(in_line(line));
        }
    }
    found
}

fn in_line(line: &str) -> Option<(String, String)> {
    let (before, rest) = line.split_once('"')?;
    let (code, _) = rest.split_once('"')?;
    let is_code = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let status = if let Some((_, name)) = before
        .rsplit_once("StatusCode::")
        .filter(|_| before.contains("expected("))
    {
        let name: String = name
            .chars()
            .take_while(|c| c.is_ascii_uppercase() || *c == '_')
            .collect();
        status(&name)?
    } else if before.ends_with("unprocessable(") {
        422
    } else if before.ends_with("conflict(") {
        409
    } else {
        // `400 => "request_malformed"`.
        before.trim().strip_suffix("=>")?.trim().parse().ok()?
    };
    is_code.then(|| (code.to_owned(), status.to_string()))
}

/// The number behind a name of `http::StatusCode`, asked of the type itself.
fn status(name: &str) -> Option<u16> {
    let spelled = |reason: &str| {
        let plain = reason.chars().map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        });
        plain.collect::<String>()
    };
    (400..600).find(|number| {
        let reason = axum::http::StatusCode::from_u16(*number)
            .ok()
            .and_then(|status| status.canonical_reason());
        reason.is_some_and(|reason| spelled(reason) == name)
    })
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}
