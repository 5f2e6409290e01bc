//! Nothing that only one machine or one person should have: keys, tokens, `.env` files, paths of a home folder.

use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::Problem;
use crate::workspace::SourceFile;

/// What is looked for, the word that excuses it in `tidy:allow(…)`, and what to do. The patterns do not match themselves.
struct Rule {
    pattern: Regex,
    word: &'static str,
    advice: &'static str,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |pattern: &str, word, advice| Rule {
        pattern: Regex::new(pattern).expect("a constant pattern"),
        word,
        advice,
    };
    let secret = "a secret in the repository: revoke it, then read it from the configuration";
    vec![
        rule(
            r"(?:^|[^\w./:-])/(?:root|work|home/[a-z][a-z0-9_-]*)/",
            "path",
            "a path of one machine: make it relative, or take it from the configuration",
        ),
        rule(r"-----BEGIN [A-Z ]*PRIVATE KEY", "secret", secret),
        rule(
            r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9]{40,}|xox[bp]-[0-9A-Za-z-]{20,})\b",
            "secret",
            secret,
        ),
        rule(
            r"\b\d{8,10}:[A-Za-z0-9_-]{35}(?:[^A-Za-z0-9_-]|$)",
            "demo-token",
            "a Telegram bot token: revoke it; a made-up one for the demo needs `tidy:allow(demo-token) <reason>` in its file",
        ),
    ]
});

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .flat_map(|file| check_name(file).into_iter().chain(check_text(file)))
        .collect()
}

fn check_name(file: &SourceFile) -> Option<Problem> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let is_environment =
        name == ".env" || name.starts_with(".env.") && name != ".env.example" || name.ends_with(".env");
    is_environment.then(|| {
        Problem::new(
            &file.path,
            "an environment file holds secrets: remove it, add it to .gitignore",
        )
    })
}

fn check_text(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for Rule { pattern, word, advice } in RULES.iter() {
            let is_excused = || file.allows(number, word) || *word == "demo-token" && file.allows_anywhere(word);
            if pattern.is_match(line) && !is_excused() {
                problems.push(Problem::at(file, number, *advice));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&[SourceFile::new("docs/a.md", text)]).len()
    }

    // Put together here, so that this file does not break its own rule.
    fn token() -> String {
        format!("12345678:{}", "AbCdE_-".repeat(5))
    }

    #[test]
    fn secrets_are_found() {
        assert_eq!(count(&format!("-----BEGIN RSA {}-----", "PRIVATE KEY")), 1);
        assert_eq!(count(&format!("token = \"{}\"", token())), 1);
        assert_eq!(count(&format!("key: AKIA{}", "A".repeat(16))), 1);
        assert_eq!(count("-----BEGIN PUBLIC KEY-----\n12:34 and 12345678:short"), 0);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for folder in ["root", "work", "home/anna"] {
            assert_eq!(count(&format!("cd /{folder}/main")), 1, "{folder}");
        }
        assert_eq!(
            count("GET https://example.org/work/1, /docs/work/, /var/lib/karavan/, src/root/mod.rs"),
            0
        );
    }

    #[test]
    fn a_demo_file_says_so_once() {
        assert_eq!(
            count(&format!(
                "# tidy:allow(demo-token) the simulator's own bots\n\n\n{}",
                token()
            )),
            0
        );
    }

    #[test]
    fn environment_files_stay_at_home() {
        for (path, problems) in [
            ("deploy/.env", 1),
            (".env.production", 1),
            ("a/prod.env", 1),
            (".env.example", 0),
            ("src/env.rs", 0),
        ] {
            assert_eq!(check(&[SourceFile::new(path, "")]).len(), problems, "{path}");
        }
    }
}
