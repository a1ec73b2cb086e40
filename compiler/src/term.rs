//! What the passes ask of terms.

use crate::number::{centred, order};
use num_traits::{One, Signed};
use zirc_circuit::Tensor;
use zirc_circuit::{Access, Int, Kind, TensorId, Term, Weight};

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

/// Whether the term gives every element of `shape` one element of its own source, in order.
pub(crate) fn writes_in_order(t: &Term, shape: &[usize]) -> bool {
    t.free == shape && t.dst == Access::identity(shape)
}

/// A term that reads a whole tensor in order.
pub(crate) fn whole(id: TensorId, shape: &[usize]) -> Term {
    Term {
        free: shape.to_vec(),
        bound: vec![],
        dst: Access::identity(shape),
        src: id,
        src_access: Access::identity(shape),
        weight: Weight::Scalar(Int::one()),
    }
}

/// Whether the term reads its source, of this shape, as [`whole`] does, whatever its weight.
pub(crate) fn reads_whole(t: &Term, shape: &[usize]) -> bool {
    t.bound.is_empty() && writes_in_order(t, shape) && t.src_access == Access::identity(shape)
}

/// The tensor that a derived one only is another name for: it reads the whole of it once, in order.
pub(crate) fn alias_of(tensor: &Tensor) -> Option<TensorId> {
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let [one] = lin.terms.as_slice() else { return None };
    let once = matches!(&one.weight, Weight::Scalar(n) if n.is_one());
    (once && reads_whole(one, &tensor.shape)).then_some(one.src)
}
