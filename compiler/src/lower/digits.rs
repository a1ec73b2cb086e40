//! Writes decompositions of numbers into boolean digits; [`crate::recognize`] reads them.

use crate::draft::{Constraint, Draft, Form};
use crate::recognize::{canonical, decomposition};
use num_traits::One;
use zirc_circuit::{
    Access, Category, Int, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight, Width,
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
    let mut along = vec![0; shape.len()];
    along.push(1);
    let mut sum = value.clone();
    let access = Access { offset: 0, strides: along };
    let weight = Weight::Tensor { factor: -Int::one(), constant: weights, access };
    sum.terms.push(Term::read(digits, shape, &[k], Access::identity(&digit_shape)).weighed(weight));
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
    let digit = Lin { terms: vec![Term::whole(digits, &shape)], width: Width::I64 };
    let mut less_one = digit.clone();
    less_one.terms.push(Term::constant(&shape, -Int::one()));
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
