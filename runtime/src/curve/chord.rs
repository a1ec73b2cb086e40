//! One affine addition, given the inverse of its denominator.
//!
//! Coordinates may be loose (see [`super::arithmetic`]): what goes into arkworks' operations is made canonical
//! before.

use super::arithmetic::Arithmetic;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field, Zero};

/// Whether p + q may be anything but a chord between two points: they may be equal or opposite, or
/// one may be the identity, whose coordinates are zero, never loosely so. All of these have a zero, of
/// which it is enough to look at one word: of other points, one in 2^61 is unusual too and comes to no
/// harm.
#[inline(always)]
fn unusual<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    dx: &P::BaseField,
) -> bool {
    dx.may_be_zero() | (p.x.word() == 0) | (q.x.word() == 0)
}

/// The denominator of the slope through two points; 1 where there is none to invert.
#[inline(always)]
pub(super) fn denominator<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
) -> P::BaseField {
    let dx = q.x.minus(&p.x);
    if unusual(p, q, &dx) { unusual_denominator(p, q, dx) } else { dx }
}

#[cold]
#[inline(never)]
pub(super) fn unusual_denominator<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    dx: P::BaseField,
) -> P::BaseField {
    let (p, q, dx) = (canonical(p), canonical(q), dx.canonical());
    if p.is_zero() || q.is_zero() {
        P::BaseField::ONE
    } else if !dx.is_zero() {
        dx
    } else if p.y == q.y && !p.y.is_zero() {
        p.y.double()
    } else {
        P::BaseField::ONE
    }
}

/// p + q and their [`denominator`], given the inverse of the latter.
#[inline(always)]
pub(super) fn sum<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    inverse: &P::BaseField,
) -> (Affine<P>, P::BaseField) {
    let dx = q.x.minus(&p.x);
    if unusual(p, q, &dx) {
        return (unusual_sum(p, q, inverse), unusual_denominator(p, q, dx));
    }
    (through(p, q, &q.y.minus(&p.y).times(inverse)), dx)
}

#[cold]
#[inline(never)]
pub(super) fn unusual_sum<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    inverse: &P::BaseField,
) -> Affine<P> {
    let (p, q, inverse) = (canonical(p), canonical(q), inverse.canonical());
    if p.is_zero() {
        q
    } else if q.is_zero() {
        p
    } else if p.x != q.x {
        through(&p, &q, &((q.y - p.y) * inverse))
    } else if p.y == q.y && !p.y.is_zero() {
        let xx = p.x.square();
        through(&p, &q, &((xx.double() + xx + P::COEFF_A) * inverse))
    } else {
        Affine::identity()
    }
}

/// The same point with canonical coordinates.
#[inline(always)]
pub(crate) fn canonical<P: SWCurveConfig<BaseField: Arithmetic>>(p: &Affine<P>) -> Affine<P> {
    let mut point = *p;
    (point.x, point.y) = (p.x.canonical(), p.y.canonical());
    point
}

/// p + q, given the slope of the line through them.
#[inline(always)]
fn through<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    slope: &P::BaseField,
) -> Affine<P> {
    let x = slope.squared().minus(&p.x).minus(&q.x);
    Affine::new_unchecked(x, slope.times(&p.x.minus(&x)).minus(&p.y))
}
