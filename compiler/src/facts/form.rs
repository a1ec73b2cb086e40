//! Sums of terms as forms: without a constant, like terms together.

use crate::combination::LTerm;
use crate::number::Ratio;
use num_traits::Zero;
use std::rc::Rc;
use zirc_circuit::{Int, TensorId};

/// Constants of more elements than this are one only if they are kept in one place.
const COMPARED: usize = 1 << 10;

/// Terms that depend on something, like ones together, and the sum of the others.
pub(super) fn split(terms: &[LTerm]) -> (Vec<LTerm>, Int) {
    let mut form: Vec<LTerm> = vec![];
    let mut constant = Int::zero();
    for t in terms {
        if t.src == TensorId::ONE && t.weight.is_none() && t.bound.is_empty() {
            constant += &t.factor;
        } else if let Some(x) = form.iter_mut().find(|x| like(x, t)) {
            x.factor += &t.factor;
        } else {
            form.push(t.clone());
        }
    }
    form.retain(|t| !t.is_zero());
    (form, constant)
}

/// The k with `form = k·part + rest`, and the rest, if `part` is in it. In both, like terms are together.
pub(super) fn contained(form: &[LTerm], part: &[LTerm]) -> Option<(Ratio, Vec<LTerm>)> {
    let mut factor: Option<Ratio> = None;
    let mut rest = form.to_vec();
    for p in part {
        let at = rest.iter().position(|t| like(t, p))?;
        let k = Ratio::new(rest[at].factor.clone(), p.factor.clone());
        if factor.as_ref().is_some_and(|f| *f != k) {
            return None;
        }
        factor = Some(k);
        rest.swap_remove(at);
    }
    Some((factor?, rest))
}

/// Whether two terms differ at most in their factors. Weights that were computed twice are compared.
fn like(a: &LTerm, b: &LTerm) -> bool {
    if a.alike(b) {
        return true;
    }
    let (Some(v), Some(w)) = (&a.weight, &b.weight) else { return false };
    let short = v.data.len() <= COMPARED && !Rc::ptr_eq(&v.data, &w.data);
    let same_place = a.src == b.src && a.bound == b.bound && a.view.same(&b.view);
    same_place && short && v.view.same(&w.view) && v.data == w.data
}
