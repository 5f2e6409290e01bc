//! What exactly is hashed: a binary encoding that has one form for each content.
//!
//! **Always holds:** two different contents have different bytes. A hash covers the encoding's name (with its version),
//! then the fields in order:
//!
//! - a text or bytes: the length as 8 bytes, the highest first, then the bytes;
//! - a text that may be absent: one byte, 0 or 1, and after a 1 as a text;
//! - a number: 8 bytes, two's complement, the highest first.
//!
//! `karavan.audit.details.1`: salt, who, who without case, before, after, address, browser.
//! `karavan.audit.chain.1`: the hash before (32 zeros before the first), place, then of the entry: id, moment in
//! microseconds since 1970, the actor's kind and id, act, the entity's kind and id, the request's id, the details' hash.
//!
//! A later encoding gets another name, and a column that says from which row on it holds.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::store::{Details, Stored};

/// A SHA-256.
pub type Hash = [u8; 32];

struct Fields(Sha256);

impl Fields {
    fn new(encoding: &str) -> Self {
        Self(Sha256::new()).bytes(encoding.as_bytes())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    fn maybe(mut self, text: Option<&str>) -> Self {
        self.0.update([u8::from(text.is_some())]);
        match text {
            Some(text) => self.text(text),
            None => self,
        }
    }

    fn number(mut self, number: i64) -> Self {
        self.0.update(number.to_be_bytes());
        self
    }

    fn hash(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The hash by which an entry knows its details. `None`: they are erased.
pub(super) fn of_details(details: &Details) -> Option<Hash> {
    let Details {
        entry_id: _,
        salt,
        who,
        who_key,
        before_json,
        after_json,
        ip,
        user_agent,
    } = details;
    let salted = Fields::new("karavan.audit.details.1").bytes(salt.as_deref()?);
    let texts = [who, who_key, before_json, after_json, ip, user_agent];
    let fields = texts
        .into_iter()
        .fold(salted, |fields, text| fields.maybe(text.as_deref()));
    Some(fields.hash())
}

/// The hash of the row of the chain at `seq`, after the row with the hash `previous`.
pub(super) fn of_row(previous: &[u8], seq: i64, entry: &Stored) -> Hash {
    let Stored {
        id,
        at,
        actor_kind,
        actor_id,
        act,
        entity_kind,
        entity_id,
        request_id,
        details_hash,
    } = entry;
    Fields::new("karavan.audit.chain.1")
        .bytes(previous)
        .number(seq)
        .text(id)
        .number(at.micros())
        .text(actor_kind)
        .text(actor_id)
        .text(act)
        .text(entity_kind)
        .text(entity_id)
        .maybe(request_id.as_deref())
        .bytes(details_hash)
        .hash()
}

/// For the search without case.
pub(super) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Bytes for people and files.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// The other way round.
pub(super) fn unhex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use karavan_kernel::Timestamp;

    use super::*;

    fn entry() -> Stored {
        Stored {
            id: "aud_1".into(),
            at: Timestamp::from_micros(1),
            actor_kind: "account".into(),
            actor_id: "acc_1".into(),
            act: "jobs.replay".into(),
            entity_kind: "job".into(),
            entity_id: "job_1".into(),
            request_id: None,
            details_hash: vec![7; 32],
        }
    }

    /// Hashes are stored for ever: whoever changes the encoding by accident learns it here.
    #[test]
    fn the_encoding_is_the_documented_one() {
        let mut bytes = Vec::new();
        let mut field = |field: &[u8]| {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field);
        };
        field(b"karavan.audit.chain.1");
        field(&[9; 32]);
        bytes.extend(3_i64.to_be_bytes());
        let mut field = |field: &[u8]| {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field);
        };
        field(b"aud_1");
        bytes.extend(1_i64.to_be_bytes());
        let mut field = |field: &[u8]| {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field);
        };
        for text in ["account", "acc_1", "jobs.replay", "job", "job_1"] {
            field(text.as_bytes());
        }
        bytes.push(0);
        bytes.extend(32_u64.to_be_bytes());
        bytes.extend([7; 32]);
        let expected: Hash = Sha256::digest(&bytes).into();
        assert_eq!(of_row(&[9; 32], 3, &entry()), expected);
    }

    #[test]
    fn every_part_of_a_row_counts() {
        let original = of_row(&[0; 32], 1, &entry());
        assert_ne!(of_row(&[1; 32], 1, &entry()), original);
        assert_ne!(of_row(&[0; 32], 2, &entry()), original);
        let changes: [fn(&mut Stored); 9] = [
            |entry| entry.id.push('x'),
            |entry| entry.at = Timestamp::from_micros(2),
            |entry| entry.actor_kind.push('x'),
            |entry| entry.actor_id.push('x'),
            |entry| entry.act.push('x'),
            |entry| entry.entity_kind.push('x'),
            |entry| entry.entity_id.push('x'),
            |entry| entry.request_id = Some(String::new()),
            |entry| entry.details_hash[0] ^= 1,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut changed = entry();
            change(&mut changed);
            assert_ne!(of_row(&[0; 32], 1, &changed), original, "change {number}");
        }
    }

    #[test]
    fn letters_do_not_wander_between_fields() {
        let with = |kind: &str, id: &str| Stored {
            actor_kind: kind.into(),
            actor_id: id.into(),
            ..entry()
        };
        assert_ne!(
            of_row(&[0; 32], 1, &with("ab", "c")),
            of_row(&[0; 32], 1, &with("a", "bc"))
        );
    }

    #[test]
    fn a_hash_survives_its_text() {
        let hash = of_row(&[0; 32], 1, &entry());
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        for wrong in [
            "",
            "0",
            "0123",
            &"zz".repeat(32),
            &format!("{}00", hex(&hash)),
            &"é".repeat(32),
        ] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
