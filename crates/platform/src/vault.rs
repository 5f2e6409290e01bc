//! The master secret and what is derived from it.
//!
//! **Always holds:** each purpose has its own key, so a fingerprint made for one can never match another's.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use karavan_kernel::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Derives fingerprints from the master secret. Clones share it.
#[derive(Clone, Debug)]
pub struct Vault(Arc<Secret>);

impl Vault {
    /// A vault over the installation's master secret.
    pub fn new(master: Secret) -> Self {
        Self(Arc::new(master))
    }

    /// A fingerprint of a short or guessable value (a code, a PIN): useless without the master secret.
    pub fn fingerprint(&self, purpose: &'static str, value: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose().as_bytes()).expect("HMAC takes keys of any length");
        // The length keeps `purpose` and `value` apart.
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(value.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// Whether `given` is this fingerprint, in a time that does not depend on where they differ.
    pub fn is_fingerprint(&self, purpose: &'static str, value: &str, given: &[u8]) -> bool {
        self.fingerprint(purpose, value).as_bytes().ct_eq(given).into()
    }
}

/// The hash of a token of 256 random bits: it needs neither salt nor key.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_masters_do_not_mix() {
        let vault = Vault::new(Secret::new("one"));
        let code = vault.fingerprint("code", "12345");
        assert_eq!(code, vault.fingerprint("code", "12345"));
        assert_ne!(code, vault.fingerprint("pin", "12345"));
        assert_ne!(code, Vault::new(Secret::new("two")).fingerprint("code", "12345"));
        assert!(vault.is_fingerprint("code", "12345", code.as_bytes()));
        for wrong in ["", "12345", code.to_uppercase().as_str(), &format!("{code}0")] {
            assert!(!vault.is_fingerprint("code", "12345", wrong.as_bytes()), "{wrong}");
        }
        assert_eq!(token_hash("").len(), 64);
    }
}
