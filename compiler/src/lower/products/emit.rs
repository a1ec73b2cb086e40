//! Tensors and constraints that the strategies share.

use super::shape::{Role, Shape};
use crate::draft::{Constraint, Draft, Form};
use num_traits::Signed;
use zirc_circuit::{
    Access, Int, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight, Width,
};

/// One of the two factors of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    /// [z, m, k]
    A,
    /// [z, n, k]
    B,
}

/// A factor by its own indices only, as a derived tensor.
pub(super) fn factor(d: &mut Draft, s: &Shape, of: Factor) -> TensorId {
    let (lin, outer) = match of {
        Factor::A => (&s.a, Role::Row),
        Factor::B => (&s.b, Role::Column),
    };
    let roles = [Role::Batch, outer, Role::Summed];
    let shape: Vec<usize> = roles.iter().map(|r| s.count(*r)).collect();
    let to = s.strides(&roles);
    let kept: Vec<usize> = (0..s.dims.len()).filter(|&k| roles.contains(&s.roles[k])).collect();
    let free: Vec<usize> = kept.iter().map(|&k| s.dims[k]).collect();
    let place = Access { offset: 0, strides: kept.iter().map(|&k| to[k]).collect() };
    let terms = lin.terms.iter().map(|t| {
        let rank = s.dims.len();
        let only = |a: &Access| Access {
            offset: a.offset,
            strides: kept
                .iter()
                .map(|&k| a.strides[k])
                .chain(a.strides[rank..].iter().copied())
                .collect(),
        };
        let weight = match &t.weight {
            Weight::Scalar(n) => Weight::Scalar(n.clone()),
            Weight::Tensor { factor, constant, access } => {
                Weight::Tensor { factor: factor.clone(), constant: *constant, access: only(access) }
            }
        };
        let read = Term::read(t.src, &free, &t.bound, only(&t.src_access));
        read.to(place.clone()).weighed(weight)
    });
    let lin = Lin { terms: terms.collect(), width: lin.width };
    let interval = interval(d, &lin);
    derived(d, shape, lin, interval, s.origin)
}

/// An interval of a combination from those of what it reads; `None` if that is in the field.
pub(super) fn interval(d: &Draft, lin: &Lin) -> Option<(Int, Int)> {
    let mut sum = (Int::from(0), Int::from(0));
    for t in &lin.terms {
        let (lo, hi) = d.tensor(t.src).interval.clone()?;
        let most = match &t.weight {
            Weight::Scalar(n) => n.abs(),
            Weight::Tensor { factor, constant, .. } => {
                let data = &d.constants[constant.0 as usize].data;
                let largest = (0..data.len()).map(|i| data.get(i).abs()).max()?;
                factor.abs() * largest
            }
        };
        let reach = lo.abs().max(hi.abs()) * most * t.bound.iter().product::<usize>();
        // Not written at every place, so 0 is always among its values.
        sum = (sum.0 - &reach, sum.1 + reach);
    }
    let half = crate::number::half_order();
    (sum.1 <= half).then_some(sum)
}

/// An interval of products of two tensors' elements; `None` if they may leave what integers have room for.
pub(super) fn product_interval(d: &Draft, a: TensorId, b: TensorId) -> Option<(Int, Int)> {
    let most = |t: TensorId| {
        let (lo, hi) = d.tensor(t).interval.clone()?;
        Some(lo.abs().max(hi.abs()))
    };
    let bound = most(a)? * most(b)?;
    (bound <= crate::number::half_order()).then(|| (-bound.clone(), bound))
}

/// A tensor without variables, computed here.
pub(super) fn derived(
    d: &mut Draft,
    shape: Vec<usize>,
    lin: Lin,
    interval: Option<(Int, Int)>,
    origin: OriginId,
) -> TensorId {
    let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
    let kind = Kind::Linear(Lin { width, ..lin });
    let id = d.push(Tensor { shape, kind, interval, width, name: None, origin });
    d.steps.push(Step::Assign { tensor: id, op: Op::Derive });
    id
}

/// A variable, computed here.
pub(super) fn variable(
    d: &mut Draft,
    shape: &[usize],
    kind: Kind,
    interval: Option<(Int, Int)>,
    op: Op,
    origin: OriginId,
) -> TensorId {
    let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
    let shape = shape.to_vec();
    let id = d.push(Tensor { shape, kind, interval, width, name: None, origin });
    d.steps.push(Step::Assign { tensor: id, op });
    id
}

/// A variable of this kind that is a·b, by a constraint.
pub(super) fn product(
    d: &mut Draft,
    s: &Shape,
    shape: &[usize],
    kind: Kind,
    interval: Option<(Int, Int)>,
    (a, b): (Lin, Lin),
) -> TensorId {
    let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
    let wide = |l: &Lin| Lin { width: l.width.max(width), ..l.clone() };
    let op = Op::Mul(wide(&a), wide(&b));
    let id = variable(d, shape, kind, interval, op, s.origin);
    let c = Lin { terms: vec![Term::whole(id, shape)], width };
    push(d, s, shape, Form::Product(a, b, c));
    id
}

pub(super) fn push(d: &mut Draft, s: &Shape, shape: &[usize], form: Form) {
    let (shape, category, origin) = (shape.to_vec(), s.category, s.origin);
    d.constraints.push(Constraint { shape, form, category, origin });
}

/// A term that reads `src` along strides, in the order of the indices `free`; sums over `bound`.
pub(super) fn read(src: TensorId, free: &[usize], bound: &[usize], strides: &[i64]) -> Term {
    Term::read(src, free, bound, Access { offset: 0, strides: strides.to_vec() })
}

/// A combination of one term.
pub(super) fn one(d: &Draft, term: Term) -> Lin {
    let width = d.tensor(term.src).width;
    Lin { terms: vec![term], width }
}
