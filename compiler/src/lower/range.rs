//! Interval checks by binary digits.

use crate::draft::{Constraint, Draft, Form};
use num_traits::{One, Zero};
use zirc_circuit::{Category, Int, Lin, Op, OriginId, Term, Width};

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
    let shifted = |by: Int| {
        let mut lin = value.clone();
        if !by.is_zero() {
            lin.terms.push(Term::constant(&shape, -by));
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
    let number = shifted(lo);
    let op = if binary {
        Op::Bits(number.clone())
    } else {
        Op::CappedBits { value: number.clone(), last: last.clone() }
    };
    let mut weights: Vec<Int> = (0..k - 1).map(|i| Int::one() << i).collect();
    weights.push(last);
    super::digits::emit(d, &shape, &number, weights, op, category, origin);
}
