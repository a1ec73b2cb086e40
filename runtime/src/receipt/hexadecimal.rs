//! Bytes as text, in one form.

/// Lowercase, two digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |d: u8| char::from(DIGITS[usize::from(d)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// The bytes, of which there may be at most `limit`; `None` for any other form.
pub(super) fn unhex(text: &str, limit: usize) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() / 2 > limit {
        return None;
    }
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_form() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = hex(&bytes);
        assert_eq!(unhex(&text, 256), Some(bytes.clone()));
        assert_eq!(unhex(&text, 255), None);
        assert_eq!(unhex(&text.to_uppercase(), 256), None);
        assert_eq!(unhex(&text[1..], 256), None);
        assert_eq!(unhex("0é", 2), None);
        assert_eq!(unhex("", 0), Some(vec![]));
    }
}
