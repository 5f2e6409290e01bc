//! Codes of an app by RFC 6238: SHA-1, six digits, half a minute, because that is what every app can do.

use karavan_kernel::Timestamp;
use totp_rs::{Builder, Totp, TotpError};

/// What a code consists of.
pub(super) const DIGITS: usize = 6;
/// Seconds for which an app shows one.
const STEP: u64 = 30;
/// So many steps a clock may be off.
const SKEW: u16 = 1;
/// Under which name apps list it.
const ISSUER: &str = "Karavan";

/// A person's app, as far as the server knows it.
pub(in crate::accounts) struct App {
    secret: Vec<u8>,
    totp: Totp,
}

impl App {
    /// The app that knows this secret.
    pub(super) fn new(secret: Vec<u8>) -> Result<Self, TotpError> {
        let totp = described(&secret).build()?;
        Ok(Self { secret, totp })
    }

    /// The step of time that a code belongs to, around now; compared in constant time.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        self.totp.check(code, seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// What a camera reads.
    ///
    /// # Errors
    /// [`TotpError`] when the name of the account cannot stand in an address.
    pub(in crate::accounts) fn address(&self, account: &str) -> Result<String, TotpError> {
        let named = described(&self.secret)
            .with_issuer(Some(ISSUER))
            .with_account_name(account);
        named.build()?.to_url()
    }

    /// The same to be typed, in groups of four.
    pub(in crate::accounts) fn key(&self) -> String {
        let mut key = String::new();
        for (place, letter) in self.totp.secret().to_base32().chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                key.push(' ');
            }
            key.push(letter);
        }
        key
    }
}

fn described(secret: &[u8]) -> Builder {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_digits(6)
        .with_step_duration(STEP)
        .with_skew(SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        App::new(b"12345678901234567890".to_vec()).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(app().step_of(code, at(seconds)), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_no_more() {
        // The code of the half minute that begins at this second.
        let begins = 1_111_111_080;
        for (now, fits) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
            let step = app().step_of("081804", at(begins + now));
            assert_eq!(step, fits.then_some(begins / 30), "{now}");
        }
        for wrong in ["", "81804", "0818040", "abcdef", "081805", "０８１８０４"] {
            assert_eq!(app().step_of(wrong, at(1_111_111_109)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_from_the_address_or_from_the_key() {
        let address = app().address("anna@example.com").unwrap();
        assert_eq!(
            address,
            "otpauth://totp/Karavan:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Karavan"
        );
        assert_eq!(app().key(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
