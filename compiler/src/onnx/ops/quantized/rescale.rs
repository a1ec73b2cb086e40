//! From an accumulator's integers to those of a quantized tensor: how a function that a float
//! computes is written with integers, so that it is the same on every integer that can come.

use super::stairs::{Line, Stairs, simplest};
use crate::number::Ratio;
use crate::onnx::convert::{Converter, Operand, each, tensor_type};
use crate::onnx::fault::{Import, refuse};
use num_traits::ToPrimitive;

/// Most places that are mended one by one.
const MENDS: usize = 256;
/// Constraints for each.
const MEND_COST: u32 = 3;

/// clamp(⌊(m·x + o) / d⌋), or rounded with halves to even and then `even` added; and `mends`, which
/// say how much is added before the cut at single places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rescale {
    pub(super) line: Line,
    pub(super) even: Option<i64>,
    pub(super) mends: Vec<(i64, i64)>,
}

/// What is to be written.
pub(super) struct Wanted<'a> {
    /// Integers that come.
    pub(super) from: (i64, i64),
    /// A nondecreasing function of them, cut to `to`.
    pub(super) f: &'a dyn Fn(i64) -> i64,
    pub(super) to: (i64, i64),
    /// It is near ratio·x + zero.
    pub(super) ratio: &'a Ratio,
    pub(super) zero: i64,
}

impl Rescale {
    /// The cheapest way found.
    pub(super) fn find(w: &Wanted<'_>) -> Import<Rescale> {
        let stairs = Stairs::of(w.from.0, w.from.1, w.f)?;
        if let Some(line) = stairs.line(w.to.0, w.to.1) {
            return Ok(Rescale { line, even: None, mends: vec![] });
        }
        let found = candidates(w).into_iter().filter_map(|r| {
            let there = Stairs::of(w.from.0, w.from.1, &|x| r.value(x, w.to)).ok()?;
            let mends = stairs.missing(&there, MENDS)?;
            Some(Rescale { mends, ..r })
        });
        match found.min_by_key(Rescale::cost) {
            Some(r) => Ok(r),
            None => refuse(
                "its float arithmetic rounds too many integers to another side than exact \
                 arithmetic would",
            ),
        }
    }

    /// Bits of the remainder, and what is added to them.
    fn cost(&self) -> u32 {
        let digits = 128 - (self.line.d - 1).leading_zeros();
        digits + if self.even.is_some() { 4 } else { 0 } + MEND_COST * self.mends.len() as u32
    }

    /// Its value, without mends.
    fn value(&self, x: i64, to: (i64, i64)) -> i64 {
        let Line { m, d, o } = self.line;
        let u = m * i128::from(x) + o;
        let mut v = u.div_euclid(d);
        if let Some(zero) = self.even {
            let twice = 2 * u.rem_euclid(d);
            if twice > d || (twice == d && v.rem_euclid(2) == 1) {
                v += 1;
            }
            v += i128::from(zero);
        }
        v.clamp(to.0.into(), to.1.into()) as i64
    }
}

/// Lines near a ratio: itself with halves to even, before the zero point is added or after, and short
/// fractions next to it.
fn candidates(w: &Wanted<'_>) -> Vec<Rescale> {
    let short = |v: &num_bigint::BigInt| v.to_i128().filter(|v| *v > 0 && *v < 1 << 50);
    let (Some(m), Some(d)) = (short(w.ratio.numer()), short(w.ratio.denom())) else {
        return vec![];
    };
    let rescale = |m, d, o, even| Rescale { line: Line { m, d, o }, even, mends: vec![] };
    let zero = i128::from(w.zero);
    let mut all = vec![rescale(m, d, 0, Some(w.zero)), rescale(m, d, zero * d, Some(0))];
    for near in (8..=40).step_by(2) {
        let (less, more) = ((1i128 << near) - 1, (1i128 << near) + 1);
        if let Some((m, d)) = simplest((m * less, d << near), Some((m * more, d << near))) {
            // Half a step and the zero point.
            all.push(rescale(m, d, ((2 * zero + 1) * d).div_euclid(2), None));
        }
    }
    all
}

/// Gives output `k` an accumulator's integers rescaled, each slice along `axis` in its own way, or
/// all alike.
pub(super) fn write(
    c: &mut Converter<'_>,
    k: usize,
    x: &Operand,
    axis: Option<usize>,
    rows: &[Rescale],
    to: (i64, i64),
) -> Import<()> {
    write_as(c, k, x, axis, rows, to, &x.shape)
}

/// As `write`, in another shape with as many elements; slices are then along the first axis.
pub(super) fn write_as(
    c: &mut Converter<'_>,
    k: usize,
    x: &Operand,
    axis: Option<usize>,
    rows: &[Rescale],
    to: (i64, i64),
    out: &[usize],
) -> Import<()> {
    let shape = x.shape.clone();
    if shape == out
        && let Some(text) = shifted(x, rows, to)
    {
        return c.bind(k, &text);
    }
    if shape.is_empty() {
        let one = c.local(&format!("{}_one", x.text), &format!("[[{}]]", x.text))?;
        let done = c.local(&format!("{}_done", x.text), &call(rows, to, &one.text))?;
        return c.bind(k, &format!("{}[0, 0]", done.text));
    }
    // Slices come first.
    let axis = axis.filter(|_| rows.len() > 1);
    let turned = axis.filter(|a| shape[..*a].iter().any(|d| *d > 1));
    let mut order: Vec<usize> = (0..shape.len()).collect();
    if let Some(a) = turned {
        order.remove(a);
        order.insert(0, a);
    }
    let sizes: Vec<usize> = order.iter().map(|d| shape[*d]).collect();
    let mut there = x.clone();
    if turned.is_some() {
        let text = each(&sizes, |index| {
            let mut own = vec![String::new(); shape.len()];
            order.iter().zip(index).for_each(|(d, i)| own[*d].clone_from(i));
            x.at(&own)
        });
        there = c.local(&format!("{}_turned", x.text), &text)?;
    }
    let count: usize = shape.iter().product();
    let flat = [rows.len(), count / rows.len().max(1)];
    if there.shape != flat {
        let text = format!("reshape({})", there.text);
        there = c.local_as(&format!("{}_rows", x.text), &tensor_type("_", &flat), &text)?;
    }
    let done = call(rows, to, &there.text);
    if turned.is_none() {
        if out == flat {
            return c.bind(k, &done);
        }
        let done = c.local(&format!("{}_done", x.text), &done)?;
        return c.bind_as(k, &tensor_type("_", out), &format!("reshape({})", done.text));
    }
    let mut done = c.local(&format!("{}_done", x.text), &done)?;
    if done.shape != sizes {
        let text = format!("reshape({})", done.text);
        done = c.local_as(&format!("{}_back", x.text), &tensor_type("_", &sizes), &text)?;
    }
    let text = each(&shape, |index| {
        let own: Vec<String> = order.iter().map(|d| index[*d].clone()).collect();
        done.at(&own)
    });
    c.bind(k, &text)
}

/// A matrix rescaled, each row in its own way.
pub(super) fn local(
    c: &mut Converter<'_>,
    x: &Operand,
    rows: &[Rescale],
    to: (i64, i64),
) -> Import<Operand> {
    c.local(&format!("{}_done", x.text), &call(rows, to, &x.text))
}

/// Integers that are only shifted, and stay inside, cost nothing.
fn shifted(x: &Operand, rows: &[Rescale], to: (i64, i64)) -> Option<String> {
    let [Rescale { line: Line { m: 1, d: 1, o }, mends, .. }] = rows else { return None };
    let fits = i128::try_from(&x.lo).ok()? + o >= to.0.into()
        && i128::try_from(&x.hi).ok()? + o <= to.1.into();
    (fits && mends.is_empty())
        .then(|| each(&x.shape, |index| format!("raw({}) + {o}", x.at(index))))
}

/// The call of the layer.
fn call(rows: &[Rescale], to: (i64, i64), x: &str) -> String {
    let list = |f: &dyn Fn(&Rescale) -> String| {
        format!("[{}]", rows.iter().map(f).collect::<Vec<_>>().join(", "))
    };
    let line = format!(
        "{}, {}, {}",
        list(&|r| r.line.m.to_string()),
        list(&|r| r.line.d.to_string()),
        list(&|r| r.line.o.to_string())
    );
    let ty = format!("int<{}..={}>", to.0, to.1);
    let plain = |r: &Rescale| r.even.is_none() && r.mends.is_empty();
    if rows.iter().all(plain) {
        return format!("requantize_lines::<{ty}>({x}, {line})");
    }
    let most = rows.iter().map(|r| r.mends.len()).max().unwrap_or(0).max(1);
    let entries = |f: &dyn Fn(&(i64, i64)) -> i64| {
        list(&|r| {
            let own = r.mends.iter().map(|m| f(m).to_string());
            let all = own.chain(std::iter::repeat("0".to_string())).take(most);
            format!("[{}]", all.collect::<Vec<_>>().join(", "))
        })
    };
    format!(
        "requantize_stairs::<{ty}>({x}, {line}, {}, {}, {}, {})",
        list(&|r| u8::from(r.even.is_some()).to_string()),
        list(&|r| r.even.unwrap_or(0).to_string()),
        entries(&|m| m.0),
        entries(&|m| m.1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;

    fn find(scale: f32, from: (i64, i64), zero: i64) -> Rescale {
        let f = |x: i64| ((x as f32 * scale).round_ties_even() as i64 + zero).clamp(-128, 127);
        let ratio = Ratio::from_float(f64::from(scale)).unwrap();
        let w = Wanted { from, f: &f, to: (-128, 127), ratio: &ratio, zero };
        let r = Rescale::find(&w).unwrap();
        for x in from.0..=from.1 {
            let mend = r.mends.iter().find(|m| m.0 == x).map_or(0, |m| m.1);
            let open = (i64::MIN / 4, i64::MAX / 4);
            let got = (r.value(x, open) + mend).clamp(-128, 127);
            assert_eq!(got, f(x), "at {x} with {r:?}");
        }
        r
    }

    #[test]
    fn exact_halves_go_to_even() {
        let r = find(0.125, (-3000, 3000), 3);
        assert!(r.even == Some(3) && r.mends.is_empty());
        assert_eq!((r.line.m, r.line.d), (1, 8));
    }

    #[test]
    fn scales_of_networks_are_lines_with_short_divisors() {
        for scale in [0.012_345_67f32, 0.000_713_579, 0.004_213_7, 0.000_312_346_7] {
            let r = find(scale, (-70_000, 90_000), -128);
            assert!(r.even.is_none() && r.mends.is_empty(), "{r:?}");
            assert!(r.line.d < 1 << 18, "{r:?}");
        }
    }

    #[test]
    fn places_where_a_float_takes_a_neighbour_of_a_half_for_one_are_mended() {
        // 0.0042 as a float is more than 0.0042, and 17500·0.0042 = 73.5 exactly once rounded.
        let r = find(0.0042, (-70_000, 90_000), -128);
        assert!(r.even.is_none() && r.mends.len() == 3, "{r:?}");
    }

    #[test]
    fn what_is_no_line_is_mended() {
        let ratio = Ratio::from_integer(BigInt::from(1));
        let odd = |x: i64| if x > 5 { x + 3 } else { x };
        let w = Wanted { from: (0, 20), f: &odd, to: (0, 255), ratio: &ratio, zero: 0 };
        let r = Rescale::find(&w).unwrap();
        assert!(!r.mends.is_empty() && r.mends.len() <= 15, "{r:?}");
        let open = (0, 1000);
        for x in 0..=20 {
            let mend = r.mends.iter().find(|m| m.0 == x).map_or(0, |m| m.1);
            assert_eq!(r.value(x, open) + mend, odd(x));
        }
        let far = |x: i64| 1000 * x;
        let w = Wanted {
            from: (0, 300),
            f: &|x| if x > 5 { far(x) } else { x },
            to: (0, 1 << 16),
            ..w
        };
        assert!(Rescale::find(&w).is_err());
    }
}
