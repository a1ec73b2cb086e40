//! Names of the integers of an output, as the classes of a classifier have them.
//!
//! A circuit proves integers. What they stand for is said by one of its assumptions, which the digest of
//! the circuit and the verifying key cover as they cover everything else of the signature. The sentence
//! has one form, so that programs can read it too:
//!
//! ```text
//! `label` counts names: "setosa", "versicolor", "virginica"
//! the place of the largest in `scores` counts names: "setosa", "versicolor", "virginica"
//! ```

use std::fmt::{self, Display, Formatter, Write};

const BETWEEN: &str = "` counts names: ";
/// What is before the output where the place of its largest element has the names.
const PLACE: &str = "the place of the largest in ";

/// What the integers 0, 1, … of an output stand for, or the place of its largest element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The output.
    pub output: String,
    /// Whether the names are those of its elements, so that the place of the largest has one.
    pub place: bool,
    /// A name for each integer from 0 on.
    pub names: Vec<String>,
}

impl Labels {
    /// What a sentence says, if it is one of these.
    #[must_use]
    pub fn parse(sentence: &str) -> Option<Labels> {
        let (place, text) = match sentence.strip_prefix(PLACE) {
            Some(text) => (true, text),
            None => (false, sentence),
        };
        let (output, list) = text.strip_prefix('`')?.split_once(BETWEEN)?;
        let (mut names, mut rest) = (vec![], list);
        loop {
            let (name, behind) = unquote(rest)?;
            names.push(name);
            match behind.strip_prefix(", ") {
                Some(more) => rest = more,
                None if behind.is_empty() => break,
                None => return None,
            }
        }
        let made = Labels { output: output.into(), place, names };
        // A sentence has one form.
        (made.to_string() == sentence).then_some(made)
    }

    /// Whether a text looks like one of these sentences, whether or not it is one.
    #[must_use]
    pub fn resembled_by(text: &str) -> bool {
        text.contains(BETWEEN.trim_end())
    }

    /// The names of an output's integers, if the assumptions have some; the first of several sentences counts.
    #[must_use]
    pub fn of(assumptions: &[String], output: &str) -> Option<Vec<String>> {
        let mut all = assumptions.iter().filter_map(|a| Labels::parse(a));
        all.find(|l| !l.place && l.output == output).map(|l| l.names)
    }
}

impl Display for Labels {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let place = if self.place { PLACE } else { "" };
        write!(f, "{place}`{}{BETWEEN}{}", self.output, Quoted(&self.names))
    }
}

/// Texts in quotes, as the language too writes strings, with commas between them.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a [String]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (k, name) in self.0.iter().enumerate() {
            f.write_str(if k == 0 { "\"" } else { ", \"" })?;
            name.chars().try_for_each(|c| match c {
                '"' | '\\' => write!(f, "\\{c}"),
                c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c)),
                c => f.write_char(c),
            })?;
            f.write_char('"')?;
        }
        Ok(())
    }
}

/// The text in quotes at the start of another, and what is behind it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let (mut name, mut rest) = (String::new(), text.strip_prefix('"')?);
    loop {
        let mut chars = rest.chars();
        match chars.next()? {
            '"' => return Some((name, chars.as_str())),
            '\\' => {
                let tail = chars.as_str();
                if let Some(code) = tail.strip_prefix("u{") {
                    let (hex, behind) = code.split_once('}')?;
                    name.push(char::from_u32(u32::from_str_radix(hex, 16).ok()?)?);
                    rest = behind;
                } else {
                    name.push(chars.next()?);
                    rest = chars.as_str();
                }
            }
            c => {
                name.push(c);
                rest = chars.as_str();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    #[test]
    fn a_sentence_is_read_as_it_was_written() {
        for names in [
            &["setosa"][..],
            &["a", "", "b, \"c\"", "\\", "é\n\u{7f}"],
            &["` counts names: ", "\"", "\\\""],
        ] {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            for place in [false, true] {
                let l = Labels { output: "label".into(), place, names: names.clone() };
                assert!(Labels::resembled_by(&l.to_string()));
                assert_eq!(Labels::parse(&l.to_string()), Some(l));
            }
        }
    }

    #[test]
    fn other_sentences_name_nothing() {
        for other in [
            "",
            "calibrated on 100 images",
            "`label` counts names: ",
            "`label` counts names: \"a",
            "`label` counts names: \"a\",\"b\"",
            "`label` counts names: \"a\"; ",
            // Another way to write the same.
            "`label` counts names: \"\\a\"",
            "`label` counts names: \"\\u{61}\"",
            "`label` counts names: \"\\u{0a}\"",
        ] {
            assert_eq!(Labels::parse(other), None, "{other}");
        }
    }

    #[test]
    fn what_looks_like_a_sentence_is_known() {
        for like in
            ["`label` counts names: \"a", " `label` counts names:", "x` counts names: \"a\""]
        {
            assert!(Labels::resembled_by(like), "{like}");
            assert_eq!(Labels::parse(like), None, "{like}");
        }
        for other in ["", "calibrated on 100 images", "it counts names: \"a\""] {
            assert!(!Labels::resembled_by(other), "{other}");
        }
    }

    #[test]
    fn names_are_found_by_their_output() {
        let of = |place, o: &str, n: &str| {
            Labels { output: o.into(), place, names: vec![n.into()] }.to_string()
        };
        let l = |o: &str, n: &str| of(false, o, n);
        let all =
            ["calibrated".to_string(), l("a", "x"), of(true, "b", "w"), l("b", "y"), l("b", "z")];
        assert_eq!(Labels::of(&all, "b"), Some(vec!["y".to_string()]));
        assert_eq!(Labels::of(&all, "c"), None);
    }
}
