//! Bytes as text, in the Base64 of RFC 4648: what every report has for what is none.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `bytes` in letters, four for three of them.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = |index: usize| group.get(index).map_or(0, |&it| u32::from(it));
        let bits = bits(0) << 16 | bits(1) << 8 | bits(2);
        for place in 0..4 {
            let is_filled = place <= group.len();
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if is_filled { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in examples {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn every_letter_is_used() {
        assert_eq!(encode(&[0xfb, 0xff, 0xbf, 0]), "+/+/AA==");
    }
}
