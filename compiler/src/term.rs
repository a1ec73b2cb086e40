//! What is asked of terms whose weights are elements of the field.

use crate::number::{centred, order};
use num_traits::Signed;
use zirc_circuit::{Int, Kind, Tensor, TensorId, Term, Weight};

/// A coefficient as the circuit stores it: below the field's order in absolute value. Products of
/// coefficients that fill the field are reduced, which leaves the element of the field that they
/// stand for.
pub(crate) fn coefficient(k: Int) -> Int {
    if k.abs() < order() { k } else { centred(&k) }
}

/// The term times a number.
pub(crate) fn scaled(t: &Term, k: &Int) -> Term {
    let mut t = t.clone();
    match &mut t.weight {
        Weight::Scalar(n) => *n = coefficient(&*n * k),
        Weight::Tensor { factor, .. } => *factor = coefficient(&*factor * k),
    }
    t
}

/// The tensor that a derived one only is another name for: it reads the whole of it once, in order.
pub(crate) fn alias_of(tensor: &Tensor) -> Option<TensorId> {
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let [one] = lin.terms.as_slice() else { return None };
    (one.weight.is_one() && one.is_whole(&tensor.shape)).then_some(one.src)
}
