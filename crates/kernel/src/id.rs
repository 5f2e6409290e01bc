//! Typed, prefixed, time-ordered ids: `ord_01j9z3k7m8e4s…`.
//!
//! **Always holds:** an id of one kind never parses as another, ids sort by the millisecond they were made in (48 bits),
//! and 80 random bits make them unguessable enough to appear in addresses. They grant nothing by themselves.
//!
//! Each crate declares its own with [`typed_ids!`](crate::typed_ids); a test in `app` proves the prefixes unique.

/// Crockford's alphabet in lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// What all id types have in common.
pub trait TypedId: Copy + Ord + std::fmt::Display + std::str::FromStr<Err = InvalidId> + Send + Sync + 'static {
    /// The public prefix, three letters.
    const PREFIX: &'static str;
    /// Wraps 128 bits: 48 of time, 80 of randomness.
    fn from_bits(bits: u128) -> Self;
    /// The 128 bits.
    fn bits(self) -> u128;
}

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form `{prefix}_` and 26 letters or digits")]
pub struct InvalidId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

/// Lays out milliseconds since 1970 and 80 random bits.
pub fn layout(millis: i64, random: u128) -> u128 {
    let time = u128::from(millis.max(0).unsigned_abs()) & ((1 << 48) - 1);
    (time << 80) | (random & ((1 << 80) - 1))
}

/// Writes the bits as 26 characters.
pub fn encode(bits: u128) -> String {
    (0..LENGTH)
        .rev()
        .map(|place| {
            let digit = usize::try_from((bits >> (5 * place)) & 31).expect("five bits fit any usize");
            char::from(ALPHABET[digit])
        })
        .collect()
}

/// Reads `prefix_` and 26 characters.
///
/// # Errors
/// [`InvalidId`] when the prefix, the length or a character is another, or when the number does not fit 128 bits.
pub fn decode(prefix: &'static str, text: &str) -> Result<u128, InvalidId> {
    let invalid = InvalidId { prefix };
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    let Some(digits) = digits.filter(|digits| digits.len() == LENGTH) else {
        return Err(invalid);
    };
    let mut bits: u128 = 0;
    for (place, byte) in digits.bytes().enumerate() {
        let Some(digit) = ALPHABET.iter().position(|letter| *letter == byte) else {
            return Err(invalid);
        };
        if place == 0 && digit > 7 {
            return Err(invalid);
        }
        bits = (bits << 5) | u128::try_from(digit).expect("a position under 32");
    }
    Ok(bits)
}

/// Declares id types with their public prefixes. Prefixes are stored and shown: append only.
///
/// ```
/// karavan_kernel::typed_ids! { GuestId = "gst", OrderId = "ord" }
/// let id = karavan_kernel::Entropy::seeded(1).id::<GuestId>(karavan_kernel::Timestamp::from_micros(0));
/// assert_eq!(id.to_string().parse(), Ok(id));
/// assert!(id.to_string().parse::<OrderId>().is_err());
/// ```
#[macro_export]
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[doc = concat!("An id that starts with `", $prefix, "_`.")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);
        impl $crate::id::TypedId for $name {
            const PREFIX: &'static str = $prefix;
            fn from_bits(bits: u128) -> Self { Self(bits) }
            fn bits(self) -> u128 { self.0 }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(out, "{}_{}", $prefix, $crate::id::encode(self.0))
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, out)
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::decode($prefix, text).map(Self)
            }
        }
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
        $crate::sql_text!($name);
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    crate::typed_ids! { ParcelId = "prc", LetterId = "ltr" }

    proptest! {
        #[test]
        fn every_id_survives_its_text(bits: u128) {
            let id = ParcelId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse::<ParcelId>(), Ok(id));
        }

        #[test]
        fn text_sorts_as_the_ids_do(left: u128, right: u128) {
            prop_assert_eq!(left.cmp(&right), encode(left).cmp(&encode(right)));
        }

        #[test]
        fn hostile_text_is_an_error_and_never_a_panic(text: String) {
            prop_assert!(text.parse::<ParcelId>().is_err());
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let parcel = ParcelId::from_bits(layout(1_700_000_000_000, 42)).to_string();
        assert_eq!(parcel.parse::<LetterId>(), Err(InvalidId { prefix: "ltr" }));
        assert!(parcel.to_uppercase().parse::<ParcelId>().is_err());
    }
}
