//! Reads decompositions of numbers into boolean digits off constraints, whoever wrote them.

use super::canonical::{canonical, inlined};
use crate::draft::{Constraint, Draft, Form};
use crate::term::scaled;
use num_traits::{One, Signed};
use zirc_circuit::{Access, Int, Ints, Kind, TensorId, Term, Weight};

/// A constraint `value = Σ weights[i]·digits[i]` over boolean digits.
pub(crate) struct Decomposition {
    pub(crate) shape: Vec<usize>,
    /// What is decomposed, in canonical form.
    pub(crate) value: Vec<Term>,
    pub(crate) digits: TensorId,
    pub(crate) weights: Vec<Int>,
}

impl Decomposition {
    /// Whether the weights are 1, 2, 4, … and no two digit vectors have the same sum in the field.
    pub(crate) fn binary(&self) -> bool {
        self.weights.len() < 254
            && self.weights.iter().enumerate().all(|(i, w)| *w == Int::one() << i)
    }
}

/// Reads a constraint as a decomposition, if it is one; whether the digits are boolean is left to
/// the caller.
pub(crate) fn decomposition(d: &Draft, c: &Constraint) -> Option<Decomposition> {
    let Form::Zero(lin) = &c.form else { return None };
    let all = inlined(d, &c.shape, lin);
    let (at, mut weights) = all
        .terms
        .iter()
        .enumerate()
        .find_map(|(k, t)| Some((k, digit_weights(d, &c.shape, t)?)))?;
    let negative = weights[0].is_negative();
    if negative {
        weights.iter_mut().for_each(|w| *w = -&*w);
    }
    let digits = all.terms[at].src;
    let mut rest = all.clone();
    rest.terms.remove(at);
    if rest.terms.iter().any(|t| t.src == digits) {
        return None;
    }
    // value = Σ w·d, from value − Σ w·d = 0 or Σ w·d − value = 0
    if !negative {
        for t in &mut rest.terms {
            *t = scaled(t, &-Int::one());
        }
    }
    let value = canonical(d, &c.shape, &rest);
    Some(Decomposition { shape: c.shape.clone(), value, digits, weights })
}

/// The weights of a term that sums over the last dimension of a variable of one more dimension.
fn digit_weights(d: &Draft, shape: &[usize], t: &Term) -> Option<Vec<Int>> {
    let tensor = d.tensor(t.src);
    let [k] = t.bound.as_slice() else { return None };
    let full: Vec<usize> = shape.iter().copied().chain([*k]).collect();
    let whole = *k > 0
        && tensor.kind == Kind::Witness
        && t.free == shape
        && tensor.shape == full
        && t.src_access == Access::identity(&full);
    if !whole {
        return None;
    }
    let Weight::Tensor { factor, constant, access } = &t.weight else { return None };
    let (outer, own) = access.strides.split_at(shape.len());
    if outer.iter().zip(shape).any(|(s, n)| *s != 0 && *n > 1) {
        return None;
    }
    let data = &d.constants[constant.0 as usize].data;
    let read = |i: usize| -> Option<Int> {
        let at = usize::try_from(access.offset + own[0] * i as i64).ok()?;
        match data {
            Ints::Small(v) => v.get(at).map(|&x| factor * x),
            Ints::Big(v) => v.get(at).map(|x| factor * x),
        }
    };
    (0..*k).map(read).collect()
}

/// The tensor that a constraint d·(d − 1) = 0 makes boolean as a whole.
pub(crate) fn boolean(d: &Draft, c: &Constraint) -> Option<TensorId> {
    let Form::Product(a, b, none) = &c.form else { return None };
    let whole = |t: &Term| t.is_whole(&c.shape) && t.weight.is_one();
    let minus_one = |t: &Term| t.is_constant(&c.shape) && t.weight == Weight::Scalar(-Int::one());
    match (a.terms.as_slice(), b.terms.as_slice(), none.terms.as_slice()) {
        ([x], [y, minus], []) if whole(x) && x == y && minus_one(minus) => {
            // A shorter shape would read the first elements only.
            (d.tensor(x.src).len() == c.shape.iter().product::<usize>()).then_some(x.src)
        }
        _ => None,
    }
}
