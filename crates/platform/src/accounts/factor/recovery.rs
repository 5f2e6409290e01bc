//! Recovery codes: ten, shown once, each good for one sign-in without the app.

use karavan_kernel::{Entropy, Secret};
use karavan_store::{StoreResult, Tx};

use super::store;
use crate::{access::AccountId, vault::Vault};

/// So many are given at once.
const MANY: usize = 10;
/// Letters in one: with 32 different ones, 50 bits.
const LENGTH: usize = 10;
/// Without those that look like others.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Draws new codes; the old ones are good for nothing from now on.
pub(in crate::accounts) async fn issue(tx: &mut Tx, vault: &Vault, account: AccountId) -> StoreResult<Vec<Secret>> {
    let entropy = tx.entropy().clone();
    let codes: Vec<String> = (0..MANY).map(|_| draw(&entropy)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| hash(vault, account, code)).collect();
    store::put_recovery_codes(tx, account, &hashes).await?;
    Ok(codes.iter().map(|code| Secret::new(shown(code))).collect())
}

/// Uses a code up; says how many are left.
pub(super) async fn spend(tx: &mut Tx, vault: &Vault, account: AccountId, typed: &str) -> StoreResult<Option<i64>> {
    let hash = hash(vault, account, &read(typed));
    if store::use_recovery_code(tx, account, &hash).await? {
        store::recovery_codes_left(tx, account).await.map(Some)
    } else {
        Ok(None)
    }
}

fn draw(entropy: &Entropy) -> String {
    let bytes = entropy.bytes::<LENGTH>();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
    bytes.iter().filter_map(letter).collect()
}

/// In two groups, which are easier to copy.
fn shown(code: &str) -> String {
    let (first, second): (Vec<_>, Vec<_>) = code.chars().enumerate().partition(|(place, _)| *place < LENGTH / 2);
    let text = |part: Vec<(usize, char)>| part.into_iter().map(|(_, letter)| letter).collect::<String>();
    format!("{}-{}", text(first), text(second))
}

/// What was meant, however it was typed.
fn read(typed: &str) -> String {
    let letters = typed.chars().filter(|letter| letter.is_ascii_alphanumeric());
    letters
        .map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect()
}

/// Bound to the account, so that equal codes of two people look different.
fn hash(vault: &Vault, account: AccountId, code: &str) -> String {
    vault.fingerprint("account-recovery-code", &format!("{account}:{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_copied() {
        let code = draw(&Entropy::seeded(1));
        assert_eq!(code.len(), LENGTH);
        let shown = shown(&code);
        assert_eq!((shown.len(), shown.chars().nth(5)), (LENGTH + 1, Some('-')));
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            format!(" {} ", shown.replace('-', " – ")),
        ] {
            assert_eq!(read(&typed), code, "{typed}");
        }
        assert_eq!(read("OIL0-1"), "01101");
    }
}
