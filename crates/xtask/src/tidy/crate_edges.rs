//! Who may depend on whom: the picture in ARCHITECTURE.md as a table.
//!
//! Everybody's tests may use `testkit`, and `simulators`, which stands in for the world outside; and `bench`, for short runs of
//! what it does at length.

use crate::tidy::Problem;
use crate::workspace::SourceFile;

const FLOOR: &[&str] = &["kernel", "store", "web", "clients", "platform"];
const ANYTHING: &[&str] = &[
    "kernel",
    "store",
    "web",
    "clients",
    "media",
    "platform",
    "fashion",
    "autos",
    "coffee",
    "subtitles",
    "simulators",
    "app",
    "testkit",
];

/// A crate and what it may depend on. Crates may be missing here only until their first `Cargo.toml`.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("store", &["kernel"]),
    ("web", &["kernel", "store"]),
    ("clients", &["kernel"]),
    ("media", &["kernel"]),
    ("platform", &["kernel", "store", "web", "clients"]),
    ("fashion", FLOOR),
    ("autos", FLOOR),
    ("coffee", FLOOR),
    ("subtitles", &["kernel", "store", "web", "clients", "platform", "media"]),
    ("simulators", &["kernel"]),
    (
        "app",
        &[
            "kernel",
            "store",
            "web",
            "clients",
            "media",
            "platform",
            "fashion",
            "autos",
            "coffee",
            "subtitles",
            "simulators",
        ],
    ),
    (
        "testkit",
        &[
            "kernel",
            "store",
            "web",
            "clients",
            "platform",
            "simulators",
            "testkit-macros",
        ],
    ),
    ("testkit-macros", &[]),
    ("xtask", &[]),
    ("bench", ANYTHING),
];

const TEST_ONLY: &[&str] = &["testkit", "simulators", "bench"];

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| is_member(file))
        .flat_map(check_manifest)
        .collect()
}

fn is_member(file: &SourceFile) -> bool {
    file.crate_name().is_some() && file.path.ends_with("/Cargo.toml")
}

fn check_manifest(file: &SourceFile) -> Vec<Problem> {
    let manifest: toml::Table = match file.text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Problem::new(&file.path, format!("not TOML: {error}"))],
    };
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(toml::Value::as_str);
    let name = short(package.unwrap_or_default());
    let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
        return vec![Problem::new(
            &file.path,
            format!(
                "`{name}` is not in the picture: add it to EDGES in crates/xtask/src/tidy/crate_edges.rs and to ARCHITECTURE.md"
            ),
        )];
    };
    dependencies(&manifest)
        .into_iter()
        .filter(|(section, dependency)| {
            let is_test = section == "dev-dependencies";
            !(allowed.contains(&dependency.as_str())
                || is_test && (TEST_ONLY.contains(&dependency.as_str()) || *dependency == name))
        })
        .map(|(section, dependency)| Problem::new(&file.path, explain(name, &section, &dependency)))
        .collect()
}

fn explain(name: &str, section: &str, dependency: &str) -> String {
    let advice = if TEST_ONLY.contains(&dependency) {
        "it serves tests: move it to [dev-dependencies]".to_owned()
    } else if FLOOR.contains(&name) {
        format!("move what both need down, or let `{dependency}` bring it as data or enqueue a job that `{name}` names")
    } else {
        format!("move the shared part into `platform`, or let `{dependency}` enqueue a job that `{name}` handles")
    };
    format!("`{name}` may not depend on `{dependency}` ([{section}]): {advice}")
}

/// Dependencies on crates of this workspace as (section, short name).
fn dependencies(manifest: &toml::Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        match key.as_str() {
            "dependencies" | "dev-dependencies" | "build-dependencies" => {
                let Some(table) = value.as_table() else { continue };
                let names = table.iter().filter_map(|(name, detail)| ours(name, detail));
                found.extend(names.map(|name| (key.clone(), name)));
            }
            "target" => {
                let targets = value
                    .as_table()
                    .into_iter()
                    .flat_map(toml::Table::values)
                    .filter_map(toml::Value::as_table);
                found.extend(targets.flat_map(dependencies));
            }
            _ => {}
        }
    }
    found
}

fn ours(name: &str, detail: &toml::Value) -> Option<String> {
    let package = detail.get("package").and_then(toml::Value::as_str).unwrap_or(name);
    let is_ours = package.starts_with("karavan-") || package == "xtask" || detail.get("path").is_some();
    is_ours.then(|| short(package).to_owned())
}

fn short(package: &str) -> &str {
    package.strip_prefix("karavan-").unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, rest: &str) -> Vec<Problem> {
        check(&[SourceFile::new(
            "crates/x/Cargo.toml",
            &format!("[package]\nname = \"karavan-{name}\"\n{rest}"),
        )])
    }

    #[test]
    fn the_picture_is_allowed() {
        assert_eq!(
            manifest(
                "platform",
                "[dependencies]\nkaravan-store.workspace = true\nserde = \"1\"\n"
            ),
            []
        );
        assert_eq!(
            manifest("store", "[dev-dependencies]\nkaravan-testkit.workspace = true\n"),
            []
        );
        assert_eq!(
            manifest("bench", "[dependencies]\nkaravan-coffee.workspace = true\n"),
            []
        );
    }

    #[test]
    fn products_do_not_know_each_other() {
        let problems = manifest("coffee", "[dependencies]\nkaravan-fashion.workspace = true\n");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].message.contains("`coffee` may not depend on `fashion`"),
            "{problems:?}"
        );
    }

    #[test]
    fn other_names_and_sections_do_not_hide_an_edge() {
        let renamed = "[target.'cfg(unix)'.dependencies]\nx = { package = \"karavan-web\", path = \"../web\" }\n";
        assert!(
            manifest("kernel", renamed)[0]
                .message
                .contains("`kernel` may not depend on `web`")
        );
        assert!(manifest("web", "[build-dependencies]\nkaravan-app.workspace = true\n").len() == 1);
    }

    #[test]
    fn test_crates_stay_out_of_production() {
        let problems = manifest("coffee", "[dependencies]\nkaravan-testkit.workspace = true\n");
        assert!(problems[0].message.contains("[dev-dependencies]"));
    }

    #[test]
    fn an_unknown_crate_must_enter_the_picture() {
        assert!(manifest("utils", "")[0].message.contains("not in the picture"));
    }
}
