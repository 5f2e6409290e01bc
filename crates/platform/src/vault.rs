//! The master secret and what is derived from it: fingerprints, which only prove, and seals, which can be opened.
//!
//! **Always holds:** each purpose has its own key, so what was made for one can never be used for another. A seal belongs to
//! one row: moved to another, or changed in one bit, it does not open.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use karavan_kernel::{Entropy, Secret};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a seal begins with: the cipher and how its key is derived.
const VERSION: &str = "v1.";

/// Long enough to be drawn at random for every seal.
const NONCE: usize = 24;

/// A text that is no seal of this purpose and row, or was made under another master secret. It does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the seal does not open")]
pub struct Unsealable;

/// Derives fingerprints and seals from the master secret. Clones share it.
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

    /// Encrypts what a row is to keep. `row` is the row's id: the seal opens for it alone.
    ///
    /// # Panics
    /// When `plain` is longer than 256 GiB.
    pub fn seal(&self, entropy: &Entropy, purpose: &'static str, row: &str, plain: &[u8]) -> String {
        let nonce = entropy.bytes::<NONCE>();
        let aad = belongs_to(purpose, row);
        let payload = Payload { msg: plain, aad: &aad };
        let secret = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .expect("only a text longer than the cipher's counter cannot be encrypted");
        format!(
            "{VERSION}{}",
            URL_SAFE_NO_PAD.encode([nonce.as_slice(), secret.as_slice()].concat())
        )
    }

    /// Decrypts what [`Vault::seal`] made for this purpose and row.
    ///
    /// # Errors
    /// [`Unsealable`].
    pub fn open(&self, purpose: &'static str, row: &str, sealed: &str) -> Result<Vec<u8>, Unsealable> {
        let text = sealed.strip_prefix(VERSION).ok_or(Unsealable)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_not_base64| Unsealable)?;
        let (nonce, secret) = bytes.split_first_chunk::<NONCE>().ok_or(Unsealable)?;
        let aad = belongs_to(purpose, row);
        let payload = Payload { msg: secret, aad: &aad };
        self.cipher(purpose)
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_forged| Unsealable)
    }

    fn cipher(&self, purpose: &'static str) -> XChaCha20Poly1305 {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, self.0.expose().as_bytes())
            .expand(format!("karavan seal v1 {purpose}").as_bytes(), &mut key)
            .expect("32 bytes are fewer than HKDF can give");
        XChaCha20Poly1305::new(&key.into())
    }
}

/// What a seal is bound to. The length keeps `purpose` and `row` apart.
fn belongs_to(purpose: &str, row: &str) -> Vec<u8> {
    let length = (purpose.len() as u64).to_be_bytes();
    [length.as_slice(), purpose.as_bytes(), row.as_bytes()].concat()
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

    #[test]
    fn a_seal_opens_for_its_row_and_for_nothing_else() {
        let (vault, entropy) = (Vault::new(Secret::new("one")), Entropy::seeded(1));
        let secret = "482913 · Привет".as_bytes();
        let sealed = vault.seal(&entropy, "letter", "ltr_1", secret);
        assert_eq!(vault.open("letter", "ltr_1", &sealed).as_deref(), Ok(secret));
        assert_ne!(
            sealed,
            vault.seal(&entropy, "letter", "ltr_1", secret),
            "a nonce is never used twice"
        );
        assert!(!sealed.contains("482913"));
        assert_eq!(vault.open("letter", "ltr_2", &sealed), Err(Unsealable), "another row");
        assert_eq!(
            vault.open("phone", "ltr_1", &sealed),
            Err(Unsealable),
            "another purpose"
        );
        assert_eq!(
            vault.open("letterl", "tr_1", &sealed),
            Err(Unsealable),
            "another border between the two"
        );
        let other = Vault::new(Secret::new("two"));
        assert_eq!(
            other.open("letter", "ltr_1", &sealed),
            Err(Unsealable),
            "another master"
        );
        assert_eq!(
            vault
                .open("letter", "ltr_1", &vault.seal(&entropy, "letter", "ltr_1", b""))
                .as_deref(),
            Ok(&b""[..])
        );
    }

    #[test]
    fn a_seal_that_was_touched_does_not_open() {
        let (vault, entropy) = (Vault::new(Secret::new("one")), Entropy::seeded(1));
        let sealed = vault.seal(&entropy, "letter", "ltr_1", b"secret");
        for place in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let touched = String::from_utf8(bytes).unwrap();
            assert_eq!(vault.open("letter", "ltr_1", &touched), Err(Unsealable), "{place}");
            let short: String = sealed.chars().take(place).collect();
            assert_eq!(vault.open("letter", "ltr_1", &short), Err(Unsealable), "{place}");
        }
        for wrong in ["", "v1.", "v2.AAAA", "secret", "v1.%%%"] {
            assert_eq!(vault.open("letter", "ltr_1", wrong), Err(Unsealable), "{wrong}");
        }
    }
}
