//! Text of contracts: templates, numbers, and names from keys, which nobody has vouched for.

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use std::fmt::Write;
use zirc_circuit::LONGEST_ASSUMPTION;

/// Longest name that is written.
const LONGEST: usize = 120;
/// Longest line of a remark.
const LINE: usize = 100;

/// A template with `{{name}}` replaced by its text.
pub(super) fn fill(template: &str, with: &[(&str, String)]) -> String {
    let mut parts = template.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, after)) = part.split_once("}}") else {
            out.push_str(part);
            continue;
        };
        let text = with.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_str());
        debug_assert!(text.is_some(), "{name} has no text");
        out.push_str(text.unwrap_or_default());
        out.push_str(after);
    }
    out
}

/// A name for a line of comment: printable ASCII only, so that it stays there and reads as it is.
pub(super) fn comment(text: &str) -> String {
    text.chars().take(LONGEST).map(plain).collect()
}

/// A remark for lines of comment: printable ASCII only, at its spaces in pieces, all that an author can write and of
/// more how much it is. There is one line at least.
pub(super) fn remark(text: &str) -> Vec<String> {
    let shown: String = text.chars().take(LONGEST_ASSUMPTION).map(plain).collect();
    let more = text.chars().count().saturating_sub(LONGEST_ASSUMPTION);
    let shown = if more == 0 { shown } else { format!("{shown}... ({more} more characters)") };
    let (mut lines, mut rest) = (vec![], shown.as_str());
    while rest.len() > LINE {
        let at = rest[..=LINE].rfind(' ').filter(|at| *at > 0).unwrap_or(LINE);
        let (line, after) = rest.split_at(at);
        lines.push(line.to_owned());
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    lines.push(rest.to_owned());
    lines
}

/// A character that is to be seen as it is, or a question mark.
fn plain(c: char) -> char {
    if c.is_ascii_graphic() || c == ' ' { c } else { '?' }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// An element of a prime field as 32 bytes, big-endian.
pub(super) fn word(x: &impl PrimeField) -> [u8; 32] {
    let mut out = [0; 32];
    let bytes = x.into_bigint().to_bytes_be();
    out.copy_from_slice(&bytes[bytes.len() - 32..]);
    out
}

/// The coordinates of a point in G1, as the machine has them: (0, 0) for the identity.
pub(super) fn g1(point: &G1Affine) -> [Fq; 2] {
    let (x, y) = point.xy().unwrap_or((Fq::ZERO, Fq::ZERO));
    [x, y]
}

/// The coordinates of a point in G2, as the machine has them: imaginary parts first.
pub(super) fn g2(point: &G2Affine) -> [Fq; 4] {
    let zero = ark_bn254::Fq2::ZERO;
    let (x, y) = point.xy().unwrap_or((zero, zero));
    [x.c1, x.c0, y.c1, y.c0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_comment() {
        let name = "a\n} contract Evil {\r\u{2028}*/ \u{202e}b";
        assert_eq!(comment(name), "a?} contract Evil {??*/ ?b");
        assert_eq!(comment(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn remarks_stay_in_their_comment_and_are_whole() {
        let evil = "a\n} contract Evil {\r\u{2028}*/ \u{202e}b";
        assert_eq!(remark(evil), ["a?} contract Evil {??*/ ?b"]);
        assert_eq!(remark(""), [""]);
        let text = "word ".repeat(60);
        let lines = remark(&text);
        assert!(lines.len() == 3 && lines.iter().all(|l| l.len() <= LINE), "{lines:?}");
        assert_eq!(lines.join(" ").trim_end(), text.trim_end());
        let long = "x".repeat(LONGEST_ASSUMPTION + 7);
        let all = remark(&long).concat();
        assert_eq!(all, format!("{}... (7 more characters)", &long[7..]));
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let with = [("a", "{{b}}".to_owned()), ("b", "c".to_owned())];
        assert_eq!(fill("{{a}} {{b}} { {", &with), "{{b}} c { {");
    }
}
