//! Decompositions of numbers into boolean digits.

use crate::draft::{Constraint, Draft, Form};
use crate::optimize::canonical::canonical;
use crate::term::{scaled, whole};
use num_traits::{One, Signed};
use zirc_circuit::Int;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, Ints, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight, Width,
};

/// Digits d over a new last dimension with `value = Σ weights[i]·d[i]`, each boolean.
pub(super) fn emit(
    d: &mut Draft,
    shape: &[usize],
    value: &Lin,
    weights: Vec<Int>,
    op: Op,
    category: Category,
    origin: OriginId,
) -> TensorId {
    let k = weights.len();
    let mut digit_shape = shape.to_vec();
    digit_shape.push(k);
    let digits = d.push(Tensor {
        shape: digit_shape.clone(),
        kind: Kind::Witness,
        interval: Some((Int::from(0), Int::one())),
        width: Width::I64,
        name: None,
        origin,
    });
    d.steps.push(Step::Assign { tensor: digits, op });
    let boolean = boolean_constraint(d, digits, category, origin);
    d.constraints.push(boolean);
    // value − Σ w_i·d_i = 0
    let weights = d.constant(weights);
    let strides = row_major(&digit_shape);
    let mut along = vec![0; shape.len()];
    along.push(1);
    let mut sum = value.clone();
    sum.terms.push(Term {
        free: shape.to_vec(),
        bound: vec![k],
        dst: Access::identity(shape),
        src: digits,
        src_access: Access { offset: 0, strides },
        weight: Weight::Tensor {
            factor: -Int::one(),
            constant: weights,
            access: Access { offset: 0, strides: along },
        },
    });
    let form = Form::Zero(sum);
    d.constraints.push(Constraint {
        shape: shape.to_vec(),
        form,
        category: Category::Recompose,
        origin,
    });
    digits
}

/// d·(d − 1) = 0 for every element of a tensor.
pub(crate) fn boolean_constraint(
    d: &Draft,
    digits: TensorId,
    category: Category,
    origin: OriginId,
) -> Constraint {
    let shape = d.tensor(digits).shape.clone();
    let digit = Lin { terms: vec![whole(digits, &shape)], width: Width::I64 };
    let mut less_one = digit.clone();
    less_one.terms.push(super::range::constant(&shape, -Int::one()));
    let none = Lin { terms: vec![], width: Width::I64 };
    Constraint { shape, form: Form::Product(digit, less_one, none), category, origin }
}

/// The `k` binary digits of a number below 2^k. One that is decomposed already costs nothing more
/// once equal decompositions are merged.
pub(super) fn decompose(
    d: &mut Draft,
    shape: &[usize],
    value: &Lin,
    k: usize,
    origin: OriginId,
) -> TensorId {
    let weights = (0..k).map(|i| Int::one() << i).collect();
    emit(d, shape, value, weights, Op::Bits(value.clone()), Category::Lookup, origin)
}

/// Whether the number is decomposed into `k` binary digits by some constraint so far.
pub(super) fn known(d: &Draft, shape: &[usize], value: &Lin, k: usize) -> bool {
    let wanted = canonical(d, shape, value);
    d.constraints
        .iter()
        .filter_map(|c| decomposition(d, c))
        .any(|x| x.shape == shape && x.binary() && x.weights.len() <= k && x.value == wanted)
}

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
    let inlined = crate::optimize::canonical::inlined(d, &c.shape, lin);
    let (at, mut weights) = inlined
        .terms
        .iter()
        .enumerate()
        .find_map(|(k, t)| Some((k, digit_weights(d, &c.shape, t)?)))?;
    let negative = weights[0].is_negative();
    if negative {
        weights.iter_mut().for_each(|w| *w = -&*w);
    }
    let digits = inlined.terms[at].src;
    let mut rest = inlined.clone();
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
    let identity = Access::identity(&c.shape);
    let whole = |t: &Term| {
        t.bound.is_empty()
            && t.free == c.shape
            && t.dst == identity
            && t.src_access == identity
            && t.weight == Weight::Scalar(Int::one())
    };
    let one = |t: &Term| {
        t.src == TensorId::ONE
            && t.bound.is_empty()
            && t.free == c.shape
            && t.dst == identity
            && t.weight == Weight::Scalar(-Int::one())
    };
    match (a.terms.as_slice(), b.terms.as_slice(), none.terms.as_slice()) {
        ([x], [y, minus], []) if whole(x) && x == y && one(minus) => {
            // A shorter shape would read the first elements only.
            (d.tensor(x.src).len() == c.shape.iter().product::<usize>()).then_some(x.src)
        }
        _ => None,
    }
}
