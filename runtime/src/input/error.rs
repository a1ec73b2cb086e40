//! What can be wrong with an input file.

use thiserror::Error;

/// An input that was refused, by name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{kind}", prefix(name))]
pub struct InputError {
    /// Which tensor; empty if the file as a whole is at fault.
    pub name: String,
    /// Why.
    pub kind: InputErrorKind,
}

/// Why an input was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputErrorKind {
    /// The circuit has such an input, the file does not.
    #[error("missing from the file{}", listed("which has", found))]
    Missing {
        /// Names that the file has.
        found: Vec<String>,
    },
    /// The file has such a tensor, the circuit has no such input.
    #[error("the circuit has no such input{}", listed("its inputs are", expected))]
    Unknown {
        /// Names that the circuit has.
        expected: Vec<String>,
    },
    /// The file gives the name twice.
    #[error("given twice in the file")]
    Duplicate,
    /// The tensor's sizes are not the port's.
    #[error("expected shape {expected:?}, got {got:?}")]
    Shape {
        /// The port's sizes.
        expected: Vec<usize>,
        /// The file's.
        got: Vec<usize>,
    },
    /// The list of inputs in order has not one item for each.
    #[error("`input_data` has {got} list{}, expected one for each input: {}", if *got == 1 { "" } else { "s" }, expected.join(", "))]
    Positions {
        /// Names and sizes of the inputs.
        expected: Vec<String>,
        /// Items of the list.
        got: usize,
    },
    /// An input that is given without sizes has not as many numbers as it should.
    #[error("expected {} numbers for the shape {expected:?}, got {got}", expected.iter().product::<usize>())]
    Count {
        /// The input's sizes.
        expected: Vec<usize>,
        /// Numbers in the file.
        got: usize,
    },
    /// Lists of different lengths or depths stand side by side.
    #[error("ragged list: expected every list at depth {depth} to hold {expected}, got {got}")]
    Ragged {
        /// Depth, from 0.
        depth: usize,
        /// What the first one holds.
        expected: String,
        /// What another one holds.
        got: String,
    },
    /// The element type means nothing here.
    #[error("expected {expected}, got dtype {got}")]
    Dtype {
        /// What would do.
        expected: &'static str,
        /// What the file has.
        got: String,
    },
    /// Infinite or not a number.
    #[error("value {value} at {index:?} is not finite")]
    NotFinite {
        /// Where.
        index: Vec<usize>,
        /// `inf`, `-inf` or `NaN`.
        value: String,
    },
    /// An integer was needed.
    #[error("value {value} at {index:?} is not an integer, and the type has no fraction")]
    NotAnInteger {
        /// Where.
        index: Vec<usize>,
        /// What the file says.
        value: String,
    },
    /// No value of the type, where one is asked for exactly.
    #[error("value {value} at {index:?} is no value of the type: the nearest is {nearest}")]
    Inexact {
        /// Where.
        index: Vec<usize>,
        /// What the file says.
        value: String,
        /// The value of the type that it would be rounded to.
        nearest: String,
    },
    /// The raw integer does not lie in the port's type.
    #[error("value {value} at {index:?} is outside {lo} to {hi}")]
    OutOfRange {
        /// Where.
        index: Vec<usize>,
        /// What the file says.
        value: String,
        /// Lowest value, in the terms of the file: real, or raw for integer dtypes.
        lo: String,
        /// Highest value.
        hi: String,
    },
    /// Not a number.
    #[error("`{text}` is not a number")]
    NotANumber {
        /// What is there, shortened.
        text: String,
    },
    /// The file, or what it unpacks to, is too large.
    #[error("too large: {got} bytes, the limit is {limit}")]
    TooLarge {
        /// Most bytes.
        limit: u64,
        /// Bytes found, or announced.
        got: u64,
    },
    /// The data end before they should.
    #[error("truncated: expected {expected} bytes, got {got}")]
    Truncated {
        /// Bytes that the header asks for.
        expected: u64,
        /// Bytes there are.
        got: u64,
    },
    /// There is more data than the header says.
    #[error("{count} bytes too many after the data")]
    TrailingBytes {
        /// How many.
        count: u64,
    },
    /// The file does not follow its format.
    #[error("not valid {format}: {message}")]
    Malformed {
        /// `JSON`, `.npy`, …
        format: &'static str,
        /// What is wrong, and where.
        message: String,
    },
    /// The type asks for an impossible conversion: its scale or range is not valid.
    #[error("the type's scale {numerator}/{denominator} is not positive")]
    Scale {
        /// Numerator.
        numerator: String,
        /// Denominator.
        denominator: String,
    },
}

impl InputErrorKind {
    pub(super) fn of(self, name: &str) -> InputError {
        InputError { name: name.to_owned(), kind: self }
    }
}

impl From<InputErrorKind> for InputError {
    fn from(kind: InputErrorKind) -> Self {
        InputError { name: String::new(), kind }
    }
}

impl InputError {
    /// The same error, said of this tensor.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

fn prefix(name: &str) -> String {
    if name.is_empty() { "input file: ".into() } else { format!("input `{name}`: ") }
}

fn listed(words: &str, names: &[String]) -> String {
    match names {
        [] => String::new(),
        _ => format!(" ({words} {})", names.join(", ")),
    }
}

/// At most 40 characters of something untrusted.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
