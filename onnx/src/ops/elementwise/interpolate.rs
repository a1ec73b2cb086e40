//! Functions of a number that has more digits than a table has rows: straight lines between two rows.
//!
//! Where each integer of a result counts, as between DequantizeLinear and QuantizeLinear, no digit of an
//! argument may be dropped; where a function is so steep that two neighbouring rows of a table have little to do
//! with each other, as a tangent is by its poles and a logarithm by 0, rows are not enough. Layers: `floor_div` for
//! the row, `by_table` for the value and the slope there.

use super::table::{ARGUMENT_BITS, Range, bent};
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, power_of_two, to_integer, two_to};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::ops::RangeInclusive;

/// Widest argument.
const WIDEST: u64 = 48;
/// Rows of the smallest table, as a power of two.
const FEWEST: u32 = 5;
/// How much finer than a step of the result's integers the lines have to be, as a power of two; and than a step of
/// floats.
const FINER: u32 = 10;
const FINE: u32 = 3;
/// Half of how much a function may change from row to row of a table, in steps of its result.
const STEEP: f64 = 8.0;
/// What an argument's type is called where lines follow from it.
const LINES: &str = "lines";
/// Bits that the argument of a steep function has beyond those of activations.
const MORE_BITS: u32 = 12;

/// The argument in cells of `size` integers each.
struct Cells {
    lo: i64,
    size: i64,
    /// Values at the ends of the cells: one more than there are cells.
    values: Vec<f64>,
    /// Integers in the last one.
    last: i64,
}

impl Cells {
    fn width(&self, k: usize) -> f64 {
        (if k + 2 == self.values.len() { self.last } else { self.size }) as f64
    }
}

/// The text of lines between rows for each element of input 0, if that is too wide for a table of its
/// own and the function has a value everywhere.
pub(super) fn text(c: &mut Converter<'_>, f: &dyn Fn(f64) -> f64) -> Import<Option<String>> {
    let Some(p) = c.precision() else { return Ok(None) };
    let mut x = c.operand(0)?;
    if x.bits() <= u64::from(ARGUMENT_BITS) {
        return Ok(None);
    }
    x = c.within_reach(&x)?;
    if x.bits() > WIDEST {
        x = c.narrow(&x, p.activations())?;
    }
    lines(c, &x, (p.bits + FINER, p.activations()), f)
}

/// The text of lines between rows for each element of input 0, in the type of the result, where a table would be too
/// coarse for the function on the calibration data. `OUTPUT#lines` among the choices has the argument's type then, and
/// asks for it where nothing was seen.
pub(super) fn steep(
    n: &Node,
    c: &mut Converter<'_>,
    range: Range,
    f: &dyn Fn(f64) -> f64,
) -> Import<Option<String>> {
    let (x, bits) = (c.operand(0)?, c.activation_bits());
    if c.precision().is_some() || x.literal || x.bits() <= u64::from(ARGUMENT_BITS) {
        return Ok(None);
    }
    let input = c.graph.inputs.iter().any(|i| i.name == x.tensor);
    let wanted = c.decided_inside(LINES);
    let ends = match (wanted, input && c.settings.ranges.is_some(), c.reach(&x)) {
        (Some(t), ..) => t.real_range(),
        (_, true, _) => x.interval(),
        // What a table would leave out, as nothing changes there.
        (.., Some(ends)) => bent(ends, bits.min(ARGUMENT_BITS), f),
        _ => return Ok(None),
    };
    let t = wanted.unwrap_or_else(|| Fixed::holding(ends.0, ends.1, bits + MORE_BITS));
    // What the type holds, as nothing but the type is known where nothing was seen. Where the function is not defined on
    // all of it, a table says what it is there.
    let ends = if input { x.interval() } else { t.real_range() };
    let values = rows_of(ends, ARGUMENT_BITS, f);
    if values.iter().any(|v| v.is_nan()) || !values.iter().any(|v| v.is_finite()) {
        return Ok(None);
    }
    let image = image(&values);
    let of_calibration = (range == Range::Calibrated).then(|| n.outputs.first()).flatten();
    let y = match of_calibration {
        Some(name) => c.decided_type(name).unwrap_or_else(|| c.calibrated(name, image, bits)),
        None => Fixed::holding(image.0, image.1, bits),
    };
    if wanted.is_none() && !is_steep(&values, y) {
        return Ok(None);
    }
    c.choose_inside(LINES, t);
    let (lo, hi) = x.interval();
    let narrower = u64::from(t.bits) < x.bits() || 2.0 * (ends.1 - ends.0) < hi - lo;
    let x = if narrower && !input { c.clamp(&x, t)? } else { x };
    let y = of_calibration.map_or(y, |name| c.activation(name, image, bits));
    let (least, most) = y.real_range();
    let f = |v: f64| f(v.clamp(ends.0, ends.1)).clamp(least, most);
    let Some(text) = lines(c, &x, (y.bits + FINE, y.bits + FINE), &f)? else { return Ok(None) };
    let exact = c.local("lines", &text)?;
    Ok(Some(exact.map(&format!("clamp_to::<{y}>"))))
}

/// What a table with rows for so many bits would hold, from one end of its argument to the other.
pub(super) fn rows_of((lo, hi): (f64, f64), bits: u32, f: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let rows = 1u32 << bits;
    (0..=rows).map(|k| f(lo + (hi - lo) * f64::from(k) / f64::from(rows))).collect()
}

/// The least and the greatest number.
pub(super) fn image(values: &[f64]) -> (f64, f64) {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max))
}

/// Whether rounding an argument to the rows of a table moves the result by many of its steps.
pub(super) fn is_steep(values: &[f64], y: Fixed) -> bool {
    let (least, most) = y.real_range();
    let cut = |v: f64| v.clamp(least, most);
    let step = STEEP * two_to(-y.frac);
    values.windows(2).any(|w| (cut(w[1]) - cut(w[0])).abs() / 2.0 > step)
}

/// The text of lines between rows, which are as fine as `fine` bits for all of the function; values have `bits`.
fn lines(
    c: &mut Converter<'_>,
    x: &Operand,
    (fine, bits): (u32, u32),
    f: &dyn Fn(f64) -> f64,
) -> Import<Option<String>> {
    let (Some(lo), Some(hi), Some(step)) = (x.lo.to_i64(), x.hi.to_i64(), x.scale.to_f64()) else {
        return Ok(None);
    };
    let Some(cells) = cells((lo, hi, step), fine, f) else { return Ok(None) };
    let (text, h) = (x.clone(), rows(c, x, &cells)?);
    // What is known of the cells may be more than what is of x: a table has a row for each that can be.
    let known = |v: &BigInt| v.to_usize().map_or(0, |v| v.min(cells.values.len() - 2));
    let reached = known(&h.lo)..=known(&h.hi);
    let (values, slopes) = tables(c, &cells, reached, bits)?;
    Ok(Some(each(&x.shape, |i| {
        let (x, h) = (text.at(i), h.at(i));
        let look = |table: &Operand| Expr::call("by_table", [&h, &table.expr()]);
        let rest = &from_start(&x, &cells) - &(&Expr::int(cells.size) * &h);
        &look(&values) + &(&look(&slopes) * &rest)
    })))
}

/// The fewest cells that are fine enough; `None` where the function has no value.
fn cells((lo, hi, step): (i64, i64, f64), fine: u32, f: &dyn Fn(f64) -> f64) -> Option<Cells> {
    let width = i64::BITS - (hi - lo).leading_zeros();
    let at = |raw: f64| f(raw * step);
    for rows in FEWEST.min(width)..=ARGUMENT_BITS.min(width) {
        let size = 1i64 << (width - rows);
        let count = (hi - lo) / size + 1;
        let end = |k: i64| lo as f64 + (k * size) as f64;
        let values: Vec<f64> = (0..=count).map(|k| at(end(k).min(hi as f64 + 1.0))).collect();
        if values.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let allowed = (most - least) * two_to(-(fine as i32));
        let cells = Cells { lo, size, values, last: hi - lo - (count - 1) * size + 1 };
        let off = |k: usize| {
            let (a, b) = (cells.values[k], cells.values[k + 1]);
            ((a + b) / 2.0 - at(end(k as i64) + cells.width(k) / 2.0)).abs()
        };
        if rows == ARGUMENT_BITS.min(width) || (0..count as usize).all(|k| off(k) <= allowed) {
            return Some(cells);
        }
    }
    None
}

/// How far the integer of an element is from the beginning of the first cell.
fn from_start(x: &Expr, cells: &Cells) -> Expr {
    &Expr::call("raw", [x]) - &Expr::int(cells.lo)
}

/// The cell of each element.
fn rows(c: &mut Converter<'_>, x: &Operand, cells: &Cells) -> Import<Operand> {
    let call = format!("floor_div::<{}>", cells.size);
    let text = each(&x.shape, |i| Expr::call(&call, [&from_start(&x.at(i), cells)]));
    c.local(&format!("{}_cell", x.text), &text)
}

/// Values at the beginning of each cell that is reached, and slopes by one integer.
fn tables(
    c: &mut Converter<'_>,
    cells: &Cells,
    reached: RangeInclusive<usize>,
    bits: u32,
) -> Import<(Operand, Operand)> {
    let size = cells.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let frac = Fixed::holding(-size, size, bits).frac;
    let finer = exponent(cells.size as f64) + 1;
    let count = reached.clone().count();
    let values = cells.values[reached.clone()].iter().map(|v| to_integer(v * two_to(frac)));
    let values: Vec<BigInt> = values.collect();
    let slope = |k: usize| (cells.values[k + 1] - cells.values[k]) / cells.width(k);
    let slopes = reached.map(|k| to_integer(slope(k) * two_to(frac + finer))).collect();
    let hint = c.output_name(0).to_string();
    let values =
        c.raw_constant(&format!("{hint}_values"), &[count], values, &power_of_two(-frac))?;
    let scale = power_of_two(-frac - finer);
    let slopes = c.raw_constant(&format!("{hint}_slopes"), &[count], slopes, &scale)?;
    Ok((values, slopes))
}
