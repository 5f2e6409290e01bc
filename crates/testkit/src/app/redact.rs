//! Takes out of texts what differs from run to run, so that snapshots stay.

/// Replaces ids (`gst_…` by `[gst]`) and request ids (32 hexadecimal digits by `[req]`).
pub(super) fn redact(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(character);
        } else {
            push_word(&mut clean, &word);
            word.clear();
            clean.push(character);
        }
    }
    push_word(&mut clean, &word);
    clean
}

fn push_word(clean: &mut String, word: &str) {
    if let Some(prefix) = prefix_of_id(word) {
        clean.push('[');
        clean.push_str(prefix);
        clean.push(']');
    } else if word.len() == 32
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    {
        clean.push_str("[req]");
    } else {
        clean.push_str(word);
    }
}

/// An id is a prefix of three letters and 26 digits of Crockford's alphabet.
fn prefix_of_id(word: &str) -> Option<&str> {
    let (prefix, digits) = word.split_once('_')?;
    let fine = prefix.len() == 3
        && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
        && digits.len() == 26
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte)));
    fine.then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_replaced_and_words_stay() {
        let id = "01kcg3v5h0e4tn3q8w2xyzabcd";
        assert_eq!(
            redact(&format!("{{\"id\":\"gst_{id}\",\"path\":\"/guests/gst_{id}/edit\"}}")),
            r#"{"id":"[gst]","path":"/guests/[gst]/edit"}"#
        );
        assert_eq!(redact("id: 00ff00ff00ff00ff00ff00ff00ff00ff."), "id: [req].");
        for stays in ["Анна_Б", "not_an_id", "abc_01kcg3v5h0e4tn3q8w2xyzabci", "deadbeef", ""] {
            assert_eq!(redact(stays), stays);
        }
    }
}
