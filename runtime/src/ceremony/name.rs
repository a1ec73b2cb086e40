//! What a contribution is called.

use super::CeremonyError;

/// Most bytes of a name: snarkjs has as many characters.
pub(super) const LONGEST_NAME: usize = 64;

/// The name of a contribution: 1 to 64 bytes without control characters, in which something can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Takes a text as a name.
    ///
    /// # Errors
    /// [`CeremonyError::Name`] for one of no or too many bytes, with control characters in it, or of blanks alone.
    pub fn new(text: &str) -> Result<Name, CeremonyError> {
        let got = text.len();
        // What has no visible form is escaped; quotes and backslashes are too, and are seen.
        let seen =
            |c: char| !c.is_whitespace() && (c.escape_debug().count() == 1 || "'\"\\".contains(c));
        let fits = got <= LONGEST_NAME && !text.chars().any(char::is_control);
        if !fits || !text.chars().any(seen) {
            return Err(CeremonyError::Name { got });
        }
        Ok(Name(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_length_and_no_control_characters() {
        for text in ["a", "Zoë of the second floor", "\"", "\\", "'", &"x".repeat(64)] {
            assert_eq!(Name::new(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "a\nb",
            "\u{1b}[2J",
            &"x".repeat(65),
            &"é".repeat(33),
            " ",
            "\u{a0}\u{3000}",
            "\u{200b} \u{2060}",
        ] {
            assert_eq!(Name::new(text), Err(CeremonyError::Name { got: text.len() }));
        }
    }
}
