//! The master secret, and what makes one weak.

use karavan_kernel::Secret;
use serde::Deserialize;

use super::{DatabaseConfig, Layers, Problems};

/// `[secrets]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfig {
    /// What keys are derived from. Empty: kept in the data folder.
    pub master: Secret,
}

/// What people write when they mean to come back later.
const SAMPLES: &[&str] = &[
    "change-me",
    "change_me",
    "changeme",
    "default",
    "django-insecure",
    "example",
    "insecure",
    "letmein",
    "password",
    "placeholder",
    "replace",
    "sample",
    "secret",
    "todo",
    "your-",
    "your_",
    "xxxx",
    "1234567",
    "abcdefg",
    "qwerty",
];

const SHORTEST: usize = 64;

/// Random text of this length has more different characters than this.
const FEWEST_DIFFERENT: usize = 10;

/// Why production does not accept a master secret.
pub fn weakness(master: &Secret) -> Option<String> {
    let text = master.expose();
    let length = text.chars().count();
    let different = text.chars().collect::<std::collections::BTreeSet<_>>().len();
    let lower = text.to_lowercase();
    let advice = "make one with: openssl rand -hex 48";
    if length < SHORTEST {
        Some(format!(
            "has {length} characters, production needs {SHORTEST}; {advice}"
        ))
    } else if different < FEWEST_DIFFERENT || SAMPLES.iter().any(|sample| lower.contains(sample)) {
        Some(format!("is a well-known sample or can be guessed; {advice}"))
    } else {
        None
    }
}

impl SecretsConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        layers.read("secrets")
    }

    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, database: Option<&DatabaseConfig>, problems: &mut Problems) {
        if !self.master.is_empty() {
            if let Some(weakness) = weakness(&self.master) {
                problems.of_key("secrets.master", weakness);
            }
        } else if database.is_some_and(DatabaseConfig::is_server) {
            problems.of_key(
                "secrets.master",
                "must be given when PostgreSQL is used in production: every node needs the same one; make one with: openssl rand -hex 48",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_weak(text: &str) -> bool {
        weakness(&Secret::new(text)).is_some()
    }

    #[test]
    fn short_repeated_and_sample_secrets_are_weak() {
        let random = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert!(!is_weak(random));
        assert!(is_weak(""));
        assert!(is_weak(&random.chars().skip(1).collect::<String>()));
        assert!(is_weak(&"ab".repeat(40)));
        assert!(is_weak(&format!("CHANGE-ME-{random}")));
    }
}
