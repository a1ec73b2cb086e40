//! The lemmas, one a file: each says when the values of some variables follow from others.

pub(crate) mod bracket;
pub(crate) mod case;
pub(crate) mod exclude;
pub(crate) mod intervals;
pub(crate) mod inverse;
pub(crate) mod linear;
pub(crate) mod maximum;
pub(crate) mod one_hot;
pub(crate) mod ordered;
pub(crate) mod radix;
pub(crate) mod split;
pub(crate) mod table;

use super::engine::{Engine, Proof};
use super::form::Form;
use super::system::Kind;

/// Lemmas that look at more than one constraint, cheapest first.
pub(crate) const GLOBAL: &[fn(&Engine<'_>) -> Option<Proof>] = &[
    maximum::apply,
    ordered::apply,
    intervals::apply,
    bracket::apply,
    split::single,
    split::joint,
];

/// Lemmas about one constraint.
pub(crate) fn local(e: &Engine<'_>, k: usize) -> Option<Proof> {
    match &e.system.constraints[k].kind {
        Kind::Zero(f) => value(e, f, k),
        Kind::Product(a, b, c) => {
            if e.known(a) && e.known(b) {
                return value(e, c, k);
            }
            inverse::apply(e, k, a, b, c)
        }
        Kind::Lookup(index, out, table) => table::apply(e, k, index, out, table),
        Kind::Range(f, lo, hi) => (lo == hi).then(|| value(e, f, k)).flatten(),
    }
}

/// The value of a form is determined: so are its unknowns where a lemma says so.
pub(crate) fn value(e: &Engine<'_>, f: &Form, k: usize) -> Option<Proof> {
    linear::apply(e, f, k).or_else(|| radix::apply(e, f, k)).or_else(|| one_hot::apply(e, f, k))
}
