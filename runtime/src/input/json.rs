//! `.json`: an object of numbers and nested lists of numbers, read exactly.
//!
//! A general JSON library would round numbers to floats and keep the last of two equal keys. This
//! reader keeps the text of every number and refuses a second key.

use super::error::shortened;
use super::{InputError, InputErrorKind, RawData, RawTensor, parse_decimal, positional};
use num_rational::BigRational;
use std::collections::BTreeMap;

/// Deepest nesting; no tensor here has nearly as many dimensions.
const MAX_DEPTH: usize = 16;

pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, RawTensor>, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|e| malformed(e.valid_up_to(), "not UTF-8"))?;
    let in_order = has_key(text, positional::KEY);
    let mut s = Scanner { text, at: 0 };
    let mut out = BTreeMap::new();
    s.object(|s, name| {
        let start = s.at;
        let read = if in_order && name == positional::KEY { s.items() } else { s.tensor(&name) };
        let read = match read {
            // In that form other keys are for others.
            Err(_) if in_order && name != positional::KEY => {
                s.at = start;
                s.skip()?;
                return Ok(());
            }
            read => read?,
        };
        for (name, tensor) in read {
            if out.insert(name.clone(), tensor).is_some() {
                return Err(InputErrorKind::Duplicate.of(&name));
            }
        }
        Ok(())
    })?;
    s.end()?;
    Ok(out)
}

/// Whether the top-level object has a key.
fn has_key(text: &str, key: &str) -> bool {
    let mut found = false;
    let mut s = Scanner { text, at: 0 };
    let _ = s.object(|s, name| {
        found |= name == key;
        s.skip()
    });
    found
}

/// Refuses JSON whose top-level object has a key twice; other libraries keep the last one.
pub(super) fn refuse_duplicate_keys(text: &str) -> Result<(), InputError> {
    let mut names = std::collections::BTreeSet::new();
    Scanner { text, at: 0 }.object(|s, name| {
        s.skip()?;
        if names.insert(name.clone()) { Ok(()) } else { Err(InputErrorKind::Duplicate.of(&name)) }
    })
}

fn malformed(at: usize, message: &str) -> InputError {
    let message = format!("{message} at byte {at}");
    InputErrorKind::Malformed { format: "JSON", message }.into()
}

/// A tensor so far.
struct List {
    /// Sizes by depth, as the first list of that depth has them; `None` while it is still open.
    shape: Vec<Option<usize>>,
    data: Vec<BigRational>,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl List {
    fn tensor(self) -> RawTensor {
        let shape = self.shape.into_iter().map(|d| d.unwrap_or(0)).collect();
        RawTensor { shape, data: RawData::Decimals(self.data) }
    }
}

/// Tensors with their names.
type Named = Vec<(String, RawTensor)>;

impl<'a> Scanner<'a> {
    /// A tensor under its name.
    fn tensor(&mut self, name: &str) -> Result<Named, InputError> {
        let mut list = List { shape: Vec::new(), data: Vec::new() };
        let read = self.value(&mut list, 0);
        read.map_err(|e| if e.name.is_empty() { e.named(name) } else { e })?;
        Ok(vec![(name.to_owned(), list.tensor())])
    }

    /// Inputs in order: one tensor, if they are alike, and one for each otherwise.
    fn items(&mut self) -> Result<Named, InputError> {
        let start = self.at;
        let read = self.tensor(positional::KEY);
        if !matches!(&read, Err(e) if matches!(e.kind, InputErrorKind::Ragged { .. })) {
            return read;
        }
        self.at = start;
        self.expect(b'[')?;
        let mut all = vec![];
        loop {
            let name = positional::item(all.len());
            all.extend(self.tensor(&name)?);
            if self.take(b']') {
                return Ok(all);
            }
            self.expect(b',')?;
        }
    }

    fn error(&self, message: &str) -> InputError {
        malformed(self.at, message)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes this byte, after white space, if it is next.
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), InputError> {
        if self.take(byte) {
            return Ok(());
        }
        Err(self.error(&format!("expected `{}`", byte as char)))
    }

    fn end(&mut self) -> Result<(), InputError> {
        self.space();
        if self.peek().is_none() { Ok(()) } else { Err(self.error("expected the end")) }
    }

    /// `{"key": …, …}`; `member` reads what follows each colon.
    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, String) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            let name = self.string()?;
            self.expect(b':')?;
            member(self, name)?;
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// A string; its text is found here and its escapes are read by serde_json.
    fn string(&mut self) -> Result<String, InputError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a string"));
        }
        let mut escaped = true;
        for (i, &b) in self.text.as_bytes().iter().enumerate().skip(start) {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.at = i + 1;
                    let literal = &self.text[start..self.at];
                    return serde_json::from_str(literal)
                        .map_err(|e| malformed(start, &format!("not a string ({e})")));
                }
                _ => {}
            }
        }
        Err(self.error("string without an end"))
    }

    /// The characters up to the next delimiter.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let len = rest.find([',', ']', '}', '[', '{', ':', '"', ' ', '\t', '\n', '\r']);
        let word = &rest[..len.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// A number, a numeric string, a boolean or a list of these.
    fn value(&mut self, list: &mut List, depth: usize) -> Result<(), InputError> {
        self.space();
        match self.peek() {
            Some(b'[') => self.list(list, depth),
            Some(b'"') => {
                let text = self.string()?;
                self.leaf(&text, list, depth)
            }
            _ => match self.word() {
                "true" => self.leaf("1", list, depth),
                "false" => self.leaf("0", list, depth),
                word => {
                    // Hexadecimal is for strings only, as JSON has no such number.
                    let hex = word.contains(['x', 'X']);
                    self.leaf(if hex { "" } else { word }, list, depth).map_err(|mut e| {
                        if let InputErrorKind::NotANumber { text } = &mut e.kind {
                            *text = shortened(word);
                        }
                        e
                    })
                }
            },
        }
    }

    fn leaf(&self, text: &str, list: &mut List, depth: usize) -> Result<(), InputError> {
        if list.data.is_empty() && list.shape.iter().all(Option::is_none) {
            // The first number: the tensor is as deep as it is.
        } else if list.shape.len() != depth {
            return Err(ragged(depth.min(list.shape.len()), "lists", "a number"));
        }
        let number = parse_decimal(text)
            .ok_or_else(|| InputErrorKind::NotANumber { text: shortened(text) })?;
        list.data.push(number);
        Ok(())
    }

    fn list(&mut self, list: &mut List, depth: usize) -> Result<(), InputError> {
        if depth == MAX_DEPTH {
            return Err(self.error("lists nested too deeply"));
        }
        if depth == list.shape.len() {
            // Deeper than before is possible only on the way to the first number.
            if !list.data.is_empty() || list.shape.iter().any(Option::is_some) {
                return Err(ragged(depth, "numbers", "a list"));
            }
            list.shape.push(None);
        }
        self.at += 1;
        let mut count = 0;
        if !self.take(b']') {
            loop {
                self.value(list, depth + 1)?;
                count += 1;
                if self.take(b']') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        match list.shape[depth] {
            None => list.shape[depth] = Some(count),
            Some(expected) if expected == count => {}
            Some(expected) => {
                return Err(ragged(depth, &format!("{expected}"), &format!("{count}")));
            }
        }
        Ok(())
    }

    /// Any JSON value.
    fn skip(&mut self) -> Result<(), InputError> {
        let mut depth = 0usize;
        loop {
            self.space();
            match self.peek() {
                None => return Err(self.error("value without an end")),
                Some(b'"') => drop(self.string()?),
                Some(b'[' | b'{') => (depth, self.at) = (depth + 1, self.at + 1),
                Some(b']' | b'}') if depth > 0 => (depth, self.at) = (depth - 1, self.at + 1),
                Some(b',' | b':') if depth > 0 => self.at += 1,
                Some(_) if self.word().is_empty() => return Err(self.error("expected a value")),
                Some(_) => {}
            }
            // A key inside an object is skipped as a value of its own.
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

fn ragged(depth: usize, expected: &str, got: &str) -> InputError {
    InputErrorKind::Ragged { depth, expected: expected.into(), got: got.into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(text: &str) -> Result<Vec<usize>, InputErrorKind> {
        read(format!("{{\"x\": {text}}}").as_bytes())
            .map(|mut m| m.remove("x").unwrap().shape)
            .map_err(|e| e.kind)
    }

    #[test]
    fn shapes_of_nested_lists() {
        assert_eq!(shape("3"), Ok(vec![]));
        assert_eq!(shape("[]"), Ok(vec![0]));
        assert_eq!(shape("[1, 2, \"0x3\"]"), Ok(vec![3]));
        assert_eq!(shape("[[[1],[2]],[[3],[4]],[[5],[6]]]"), Ok(vec![3, 2, 1]));
        assert_eq!(shape("[[], []]"), Ok(vec![2, 0]));
        assert_eq!(shape("[true, false]"), Ok(vec![2]));
    }

    #[test]
    fn ragged_lists_are_refused() {
        for text in ["[[1],[2,3]]", "[1,[2]]", "[[1],2]", "[[1],[]]", "[[],1]", "[[],[[]]]"] {
            assert!(matches!(shape(text), Err(InputErrorKind::Ragged { .. })), "{text}");
        }
    }

    #[test]
    fn what_is_not_the_format_is_refused() {
        for text in ["", "[", "[1", "[1,]", "[1 2]", "{}", "1}", "[1]]", "\"", "1,", "\"\\q\""] {
            assert!(shape(text).is_err(), "{text}");
        }
        for text in ["null", "NaN", "1e99999", "0x10", "\"ten\"", "-"] {
            assert!(matches!(shape(text), Err(InputErrorKind::NotANumber { .. })), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(shape(&deep), Err(InputErrorKind::Malformed { .. })));
        for text in ["", "[]", "{\"x\"}", "{\"x\":1} 2", "{\"x\":1,}", "{x:1}"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_twice_is_refused_even_if_written_differently() {
        let e = read(br#"{"ab": 1, "\u0061b": 2}"#).unwrap_err();
        assert_eq!(e, InputErrorKind::Duplicate.of("ab"));
        assert_eq!(refuse_duplicate_keys(r#"{"a": {"a": [1, "}"]}, "b": 2}"#), Ok(()));
        assert!(refuse_duplicate_keys(r#"{"a": {}, "a": 2}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"\\\\0-9ex. truefalsén-]{0,60}") {
            let _ = read(text.as_bytes());
            let _ = refuse_duplicate_keys(&text);
            let _ = shape(&text);
        }
    }
}
