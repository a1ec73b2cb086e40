//! What people are told, by whatever shows it: texts of others made safe to show, values with what they are worth, and
//! what was accepted.

mod accepted;
mod asked;
mod values;

use crate::files::{FileError, got_kind};
pub use accepted::{Accepted, By, Section};
pub use asked::{OtherValue, asked, same};
pub use values::Named;
use zirc_circuit::{DecodeError, LONGEST_ASSUMPTION};

/// Text from a file, safe for a terminal: what would steer it is replaced, byte for byte, so that
/// spans stay right. Line ends and tabs stay.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' | '\r' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.extend(std::iter::repeat_n('?', c.len_utf8())),
            c => out.push(c),
        }
    }
    out
}

/// Characters of a text of one line.
const LINE: usize = 300;

/// A text of somebody else's for one line: what is no visible character is escaped, and what is very long is cut.
#[must_use]
pub fn line(text: &str) -> String {
    let out = visible(text, LINE);
    if text.chars().count() > LINE { out + "…" } else { out }
}

/// The same of an assumption: all that an author can write in a program, and of more how much it is.
#[must_use]
pub fn assumption(text: &str) -> String {
    let out = visible(text, LONGEST_ASSUMPTION);
    match text.chars().count().saturating_sub(LONGEST_ASSUMPTION) {
        0 => out,
        more => format!("{out}… ({more} more characters)"),
    }
}

/// The first characters of a text, those escaped that are none to see.
fn visible(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in text.chars().take(most) {
        // Debug escapes what has no visible form, line ends and signs that change the direction among it.
        match c {
            '\'' | '"' | '\\' => out.push(c),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

/// A name of somebody else's between quotes that it cannot end, on one line: beside a number nobody takes it for one.
#[must_use]
pub fn quoted(text: &str) -> String {
    let start: String = text.chars().take(LINE).collect();
    let rest = if text.chars().count() > LINE { "…" } else { "" };
    format!("{start:?}{rest}")
}

/// What is wrong with the file of a circuit.
#[must_use]
pub fn no_circuit(e: &DecodeError) -> String {
    match e {
        DecodeError::Magic { .. } => FileError::NotZirc.to_string(),
        DecodeError::Kind { got } => format!("expected a circuit, got {}", got_kind(*got)),
        DecodeError::Checksum => FileError::Checksum.to_string(),
        e => format!("damaged circuit: {e}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_stays_one() {
        let text = "a\n\r\u{1b}[31m\u{202e}\u{200b}\u{2028}\"é'\\";
        assert_eq!(super::line(text), r#"a\n\r\u{1b}[31m\u{202e}\u{200b}\u{2028}"é'\"#);
        assert_eq!(super::assumption(text), super::line(text));
        assert_eq!(super::line(&"x".repeat(400)).chars().count(), 301);
    }

    #[test]
    fn all_of_an_assumption_is_shown() {
        let all = "x".repeat(1_000);
        assert_eq!(super::assumption(&all), all);
        let more = format!("{all}… (2 more characters)");
        assert_eq!(super::assumption(&format!("{all}\ny")), more);
    }

    #[test]
    fn cleaned_text_keeps_its_length() {
        let text = "a\u{1b}[31mb\u{9b}\u{202e}c\tü\n";
        let clean = super::clean(text);
        assert_eq!(clean, "a?[31mb??\u{fffd}c\tü\n");
        assert_eq!(clean.len(), text.len());
    }
}
