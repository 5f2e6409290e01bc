//! Who gets a letter.

use std::{fmt, str::FromStr};

/// SMTP's own limit for an address between its brackets.
const LONGEST: usize = 254;

/// The address of a mailbox, in the form that every server takes. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

/// A text that is no address, or one that most servers would not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address such as name@example.org")]
pub struct InvalidAddress;

impl Address {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// What follows the `@`.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(super) const fn as_lettre(&self) -> &lettre::Address {
        &self.0
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        // Before the parser, which also knows quoted names with blanks in them: nobody has one, and attacks do.
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&byte);
        if text.len() > LONGEST || !text.bytes().all(plain) {
            return Err(InvalidAddress);
        }
        text.parse().map(Self).map_err(|_why| InvalidAddress)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_servers_take_is_an_address() {
        for good in [
            "anna@example.org",
            "a.b+c@xn--80ak6aa92e.com",
            "o'neil@mail.example",
            "A_1@a-b.example",
        ] {
            assert_eq!(good.parse::<Address>().map(|it| it.to_string()), Ok(good.to_owned()));
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in [
            "",
            "anna",
            "@example.org",
            "anna@",
            " anna@example.org",
            "anna@example.org\r\nRCPT TO:<eve@example.org>",
            "anna@example.org>\r\nBcc: eve@example.org",
            "anna@example.org,eve@example.org",
            "Anna <anna@example.org>",
            "\"an na\"@example.org",
            "анна@example.org",
            "anna@пошта.укр",
            "anna\0@example.org",
            &long,
        ] {
            assert_eq!(bad.parse::<Address>(), Err(InvalidAddress), "{bad:?}");
        }
        assert_eq!(format!("{:?}", "anna@example.org".parse::<Address>()), "Ok(Address(…))");
    }
}
