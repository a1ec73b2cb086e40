//! Interval checks by binary digits.

use super::{Constraint, Draft, Form};
use num_traits::{One, Zero};
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, ConstId, Constant, Int, Ints, Kind, Lin, Op, OriginId, Step, Tensor,
    TensorId, Term, Weight, Width,
};

/// Enforces `lo ≤ value ≤ hi` elementwise with ⌈log₂(hi − lo + 1)⌉ boolean digits each.
///
/// With k digits of weights 1, 2, …, 2^(k−2) and w = hi − lo − (2^(k−1) − 1), the sums of digits
/// are exactly 0 ..= hi − lo: the first k − 1 digits reach every number up to 2^(k−1) − 1, and
/// w ≤ 2^(k−1), so that adding w closes the gap without leaving the interval. The digits are not
/// unique when w < 2^(k−1), but nothing else reads them. hi − lo stays below the field's order, so
/// the sum does not wrap.
pub(crate) fn lower(
    d: &mut Draft,
    shape: Vec<usize>,
    value: Lin,
    lo: Int,
    hi: Int,
    category: Category,
    origin: OriginId,
) {
    let span = &hi - &lo;
    let width = value.width;
    let shifted = |by: Int| {
        let mut lin = value.clone();
        if !by.is_zero() {
            lin.terms.push(constant(&shape, -by));
        }
        lin
    };
    if span.is_zero() {
        // value − lo = 0
        let form = Form::Zero(shifted(lo));
        d.constraints.push(Constraint { shape, form, category, origin });
        return;
    }
    if span.is_one() {
        // (value − lo)·(value − lo − 1) = 0
        let none = Lin { terms: vec![], width: Width::I64 };
        let form = Form::Product(shifted(lo.clone()), shifted(lo + 1), none);
        d.constraints.push(Constraint { shape, form, category, origin });
        return;
    }
    let k = span.bits() as usize;
    let low: Int = (Int::one() << (k - 1)) - 1;
    let last: Int = &span - low;
    let binary = last == Int::one() << (k - 1);
    let mut digit_shape = shape.clone();
    digit_shape.push(k);
    let digits = TensorId(d.tensors.len() as u32);
    d.tensors.push(Tensor {
        shape: digit_shape.clone(),
        kind: Kind::Witness,
        interval: Some((Int::zero(), Int::one())),
        width: Width::I64,
        name: None,
        origin,
    });
    let number = shifted(lo.clone());
    let op = if binary {
        Op::Bits(number)
    } else {
        Op::CappedBits { value: number, last: last.clone() }
    };
    d.steps.push(Step::Assign { tensor: digits, op });
    let identity = Access::identity(&digit_shape);
    let read = Term {
        free: digit_shape.clone(),
        bound: vec![],
        dst: identity.clone(),
        src: digits,
        src_access: identity.clone(),
        weight: Weight::Scalar(Int::one()),
    };
    let digit = Lin { terms: vec![read], width: Width::I64 };
    let mut less_one = digit.clone();
    less_one.terms.push(constant(&digit_shape, -Int::one()));
    // d·(d − 1) = 0
    let none = Lin { terms: vec![], width: Width::I64 };
    d.constraints.push(Constraint {
        shape: digit_shape.clone(),
        form: Form::Product(digit, less_one, none),
        category,
        origin,
    });
    // value − lo − Σ w_i·d_i = 0
    let mut weights: Vec<Int> = (0..k - 1).map(|i| Int::one() << i).collect();
    weights.push(last);
    let weights = add_constant(&mut d.constants, weights);
    let strides = row_major(&digit_shape);
    let mut along = vec![0; shape.len()];
    along.push(1);
    let mut sum = shifted(lo);
    sum.width = width;
    sum.terms.push(Term {
        free: shape.clone(),
        bound: vec![k],
        dst: Access::identity(&shape),
        src: digits,
        src_access: Access { offset: 0, strides },
        weight: Weight::Tensor {
            factor: -Int::one(),
            constant: weights,
            access: Access { offset: 0, strides: along },
        },
    });
    let form = Form::Zero(sum);
    d.constraints.push(Constraint { shape, form, category: Category::Recompose, origin });
}

/// `n` everywhere in a shape.
pub(crate) fn constant(shape: &[usize], n: Int) -> Term {
    Term {
        free: shape.to_vec(),
        bound: vec![],
        dst: Access::identity(shape),
        src: TensorId::ONE,
        src_access: Access { offset: 0, strides: vec![0; shape.len()] },
        weight: Weight::Scalar(n),
    }
}

/// Adds a constant unless the same one is there.
fn add_constant(all: &mut Vec<Constant>, data: Vec<Int>) -> ConstId {
    let data: Rc<Ints> = Rc::new(crate::value::pack(data));
    let found = all.iter().position(|c| c.data == *data);
    let id = found.unwrap_or_else(|| {
        all.push(Constant { shape: vec![data.len()], data: (*data).clone() });
        all.len() - 1
    });
    ConstId(id as u32)
}
