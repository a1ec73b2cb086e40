//! The functions that the compiler provides: one table of their names, and of what is asked of a call.
//!
//! Items of the program and of the library with the same name shadow them.

use crate::diagnostic::Diagnostic;
use crate::real::{self, Real};
use zirc_grammar::ast::Span;

/// A function that the compiler provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    Raw,
    At,
    Narrow,
    Quantize,
    QuantizeClamped,
    Len,
    Reshape,
    Concat,
    Cost,
    Rejects,
    Print,
    File,
    LooksUp,
    FirstRow,
    LastRow,
    ToBits,
    Maximum,
    Minimum,
    IndexOfMax,
    IndexOfMin,
    Div,
    Mod,
    Inverse,
    Isqrt,
    /// A function of real numbers, of known ones.
    Real(Real),
}

/// What a call is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// So many numbers.
    Numbers(usize),
    /// Any number of values.
    Values,
    /// Expressions that it reads itself.
    Written,
}

/// Where it may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    /// On plain integers: in a hint, or on what depends on no input.
    Plain,
    /// In the standard library.
    Library,
}

struct Row {
    builtin: Builtin,
    name: &'static str,
    takes: Takes,
    place: Place,
}

const fn row(builtin: Builtin, name: &'static str, takes: Takes, place: Place) -> Row {
    Row { builtin, name, takes, place }
}

const ONE: Takes = Takes::Numbers(1);
const TWO: Takes = Takes::Numbers(2);

const TABLE: &[Row] = &[
    row(Builtin::Raw, "raw", ONE, Place::Anywhere),
    row(Builtin::At, "at", ONE, Place::Anywhere),
    row(Builtin::Narrow, "narrow", ONE, Place::Anywhere),
    row(Builtin::Quantize, "quantize", ONE, Place::Anywhere),
    row(Builtin::QuantizeClamped, "quantize_clamped", ONE, Place::Anywhere),
    row(Builtin::Len, "len", ONE, Place::Anywhere),
    row(Builtin::Reshape, "reshape", ONE, Place::Anywhere),
    row(Builtin::Concat, "concat", Takes::Values, Place::Anywhere),
    row(Builtin::Cost, "cost", Takes::Written, Place::Anywhere),
    row(Builtin::Rejects, "rejects", Takes::Written, Place::Anywhere),
    row(Builtin::Print, "print", Takes::Values, Place::Anywhere),
    row(Builtin::File, "file", Takes::Written, Place::Anywhere),
    row(Builtin::LooksUp, "looks_up", TWO, Place::Library),
    row(Builtin::FirstRow, "first_row", TWO, Place::Library),
    row(Builtin::LastRow, "last_row", TWO, Place::Library),
    row(Builtin::ToBits, "to_bits", ONE, Place::Plain),
    row(Builtin::Maximum, "maximum", ONE, Place::Plain),
    row(Builtin::Minimum, "minimum", ONE, Place::Plain),
    row(Builtin::IndexOfMax, "index_of_max", ONE, Place::Plain),
    row(Builtin::IndexOfMin, "index_of_min", ONE, Place::Plain),
    row(Builtin::Div, "div", TWO, Place::Plain),
    row(Builtin::Mod, "mod", TWO, Place::Plain),
    row(Builtin::Inverse, "inverse", ONE, Place::Plain),
    row(Builtin::Isqrt, "isqrt", ONE, Place::Plain),
];

/// The names of the functions that the compiler provides.
pub fn builtins() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|r| r.name).chain(real::ALL.iter().map(|f| f.name()))
}

impl Builtin {
    /// The function of a name.
    pub(crate) fn named(name: &str) -> Option<Builtin> {
        let own = TABLE.iter().find(|r| r.name == name).map(|r| r.builtin);
        own.or_else(|| Real::named(name).map(Builtin::Real))
    }

    /// Its row; a function of real numbers has none.
    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|r| r.builtin == self)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Builtin::Real(f) => f.name(),
            other => other.row().map_or("", |r| r.name),
        }
    }

    pub(crate) fn takes(self) -> Takes {
        self.row().map_or(ONE, |r| r.takes)
    }

    pub(crate) fn place(self) -> Place {
        self.row().map_or(Place::Anywhere, |r| r.place)
    }
}

/// The error of a `print` that is in no test.
pub(crate) fn print_outside(span: Span) -> Diagnostic {
    Diagnostic::error("E0506", span, "`print` outside of a test")
        .say("a circuit prints nothing")
        .help("print the result where a test calls this: `test t { print(f(x)); }`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_their_functions() {
        let all: Vec<&str> = builtins().collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        for name in all {
            assert_eq!(Builtin::named(name).map(Builtin::name), Some(name));
        }
        assert_eq!(Builtin::named("relu"), None);
    }
}
