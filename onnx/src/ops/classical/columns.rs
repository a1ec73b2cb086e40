//! A function of each element that differs from column to column, and that nodes write out: the operator of the
//! importer's own that [`recognize`](crate::recognize) makes of them, as of a power transformation.
//!
//! The nodes are what it computes in the clear. In a circuit each column has a table of its own: for as much of it as
//! calibration saw, in steps of its own, with as many rows as its function is steep, and with entries in steps of its
//! own. So nothing is computed on a branch that a mask drops, where the model's own numbers are NaN. Where it has no
//! number at all, the entry is the one before.
//!
//! Layers: `clamp_to` and `by_table`, for each element.

use crate::context::{Args, Converter, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Body, Node};
use crate::ops::elementwise::table::ARGUMENT_BITS;
use crate::ops::shape::moves::solid;
use crate::ops::{Operation, activations, classical, elementwise, shape};
use crate::quantize::Fixed;
use crate::quantize::fixed::{power_of_two, to_integer, two_to};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use std::collections::BTreeMap;

/// Its name.
pub(crate) const COLUMNS: &str = "ColumnFunctions";
/// The attribute that holds the nodes.
pub(crate) const BODY: &str = "zirc.body";
/// Rows of the largest table.
const ROWS: u32 = 1 << ARGUMENT_BITS;
/// Steps of a result that half a row of a table may be wide.
const STEEP: f64 = 2.0;

fn row(n: &Node) -> Option<&'static Operation> {
    let all = [
        elementwise::OPERATIONS,
        activations::OPERATIONS,
        shape::OPERATIONS,
        classical::OPERATIONS,
    ];
    all.into_iter().flatten().find(|o| o.is(n))
}

/// What the nodes make of a tensor.
fn run(b: &Body, x: &Tensor) -> Import<Tensor> {
    let ([from], [to]) = (b.inputs.as_slice(), b.outputs.as_slice()) else {
        return refuse("it is no function of one tensor");
    };
    let mut values: BTreeMap<&str, Tensor> = BTreeMap::from([(from.as_str(), x.clone())]);
    for n in &b.nodes {
        let value = |i: &String| values.get(i.as_str()).or_else(|| b.initializers.get(i));
        let op = row(n).ok_or_else(|| Fault::new("this operation is not supported"))?;
        let out = op.evaluate(n, &Args { list: n.inputs.iter().map(value).collect() })?;
        values.extend(n.outputs.iter().map(String::as_str).zip(out));
    }
    values.remove(to.as_str()).ok_or_else(|| Fault::new("it gives no result"))
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let y = run(n.body(BODY)?, x)?;
    if y.shape() != x.shape() {
        return refuse(format!("it makes the shape {:?} of {:?}", y.shape(), x.shape()));
    }
    Ok(vec![y])
}

/// What the functions of all columns give for numbers of each.
fn values(b: &Body, element: Element, points: &[Vec<f64>]) -> Import<Vec<Vec<f64>>> {
    let rows = points.iter().map(Vec::len).max().unwrap_or(0);
    // A column of fewer numbers has its last one again.
    let at = |k: usize, p: usize| points[k].get(p).or(points[k].last()).copied().unwrap_or(0.0);
    let x = ArrayD::from_shape_fn(IxDyn(&[rows, points.len()]), |i| at(i[1], i[0]));
    let y = run(b, &Tensor::float(element, x))?;
    let y = y.floats()?;
    if y.shape() != [rows, points.len()] {
        return refuse("it is no function of columns");
    }
    let column = |(k, own): (usize, &Vec<f64>)| -> Import<Vec<f64>> {
        filled((0..own.len()).map(|p| y[[p, k]]).collect())
            .ok_or_else(|| Fault::new(format!("column {k} has no number anywhere")))
    };
    points.iter().enumerate().map(column).collect()
}

/// Numbers in the place of what is none, as where a branch that a mask drops is infinite: the one before, or the first.
fn filled(mut list: Vec<f64>) -> Option<Vec<f64>> {
    let mut last = list.iter().copied().find(|v| v.is_finite())?;
    for v in &mut list {
        if v.is_finite() {
            last = *v;
        } else {
            *v = last;
        }
    }
    Some(list)
}

/// The type of a column's results, given those for all rows that a table may have.
fn result(rows: &[f64], bits: u32) -> Fixed {
    let least = rows.iter().copied().fold(f64::INFINITY, f64::min);
    Fixed::holding(least, rows.iter().copied().fold(f64::NEG_INFINITY, f64::max), bits)
}

/// The type of its arguments: as many bits as activations, and more where the function is steep.
fn argument(rows: &[f64], ends: (f64, f64), bits: u32, y: Fixed) -> Fixed {
    let step = STEEP * two_to(-y.frac);
    let fine = |own: u32| {
        let some: Vec<f64> = rows.iter().copied().step_by(1 << (ARGUMENT_BITS - own)).collect();
        some.windows(2).all(|w| (w[1] - w[0]).abs() / 2.0 <= step)
    };
    let own = (bits.min(ARGUMENT_BITS)..ARGUMENT_BITS).find(|b| fine(*b));
    Fixed::holding(ends.0, ends.1, own.unwrap_or(ARGUMENT_BITS))
}

/// What the types of a column's arguments and of its results are called.
fn names(k: usize) -> [String; 2] {
    [format!("argument.{k}"), format!("result.{k}")]
}

/// Whether the types of all columns are decided.
fn is_decided(c: &Converter<'_>, count: usize) -> bool {
    (0..count).flat_map(names).all(|name| c.decided_inside(&name).is_some())
}

/// The types of a column: of its arguments and of its results.
fn types(
    c: &mut Converter<'_>,
    k: usize,
    ends: (f64, f64),
    rows: Option<&Vec<f64>>,
) -> Import<(Fixed, Fixed)> {
    let [from, to] = names(k);
    let bits = c.activation_bits() + c.seen(c.output_name(0)).map_or(0, |r| r.finer);
    let (t, y) = match (c.decided_inside(&from), c.decided_inside(&to), rows) {
        (Some(t), Some(y), _) => (t, y),
        (t, y, Some(rows)) => {
            let y = y.unwrap_or_else(|| result(rows, bits));
            (t.unwrap_or_else(|| argument(rows, ends, bits, y)), y)
        }
        (.., None) => return refuse(format!("column {k} has no type")),
    };
    if t.bits > ARGUMENT_BITS {
        return refuse(format!(
            "{} bits are too many for a table: at most {ARGUMENT_BITS}",
            t.bits
        ));
    }
    c.choose_inside(&from, t);
    c.choose_inside(&to, y);
    Ok((t, y))
}

/// What each column holds, as far as it is known.
fn ends(c: &Converter<'_>, x: &Operand, count: usize) -> Vec<(f64, f64)> {
    let seen = c.seen(&x.tensor).map(|r| r.columns.as_slice()).filter(|l| l.len() == count);
    let known = |k: usize| {
        let own = seen.and_then(|l| l.get(k)).copied();
        own.filter(|(lo, hi)| lo.is_finite() && hi.is_finite() && lo <= hi)
    };
    (0..count).map(|k| known(k).unwrap_or_else(|| x.interval())).collect()
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let body = n.body(BODY)?;
    let x = solid(c, 0)?;
    let Some((count, rest)) = x.shape.split_last() else { return refuse("it has no columns") };
    let ends = ends(c, &x, *count);
    let place = |(lo, hi): (f64, f64), p: u32| lo + (hi - lo) * f64::from(p) / f64::from(ROWS);
    let column = |e: &(f64, f64)| (0..=ROWS).map(|p| place(*e, p)).collect();
    let points: Vec<Vec<f64>> = ends.iter().map(column).collect();
    // Where all types are decided, nothing follows from what a column holds.
    let rows = if is_decided(c, *count) { vec![] } else { values(body, x.element, &points)? };
    let (mut arguments, mut results) = (vec![], vec![]);
    for (k, e) in ends.iter().enumerate() {
        let (t, y) = types(c, k, *e, rows.get(k))?;
        let element = |at: &[String]| x.at(&[at, &[k.to_string()]].concat());
        // The sum shows what of the type can be reached, and the table has no other rows.
        let text = each(rest, |at| format!("clamp_to::<{t}>({}) + 0", element(at)));
        arguments.push(c.local(&format!("{}_{k}", n.outputs[0]), &text)?);
        results.push(y);
    }
    let points: Vec<Vec<f64>> = arguments.iter().map(Operand::points).collect();
    let entries = values(body, x.element, &points)?;
    // All entries are in the finest steps, which cost a table nothing.
    let frac = results.iter().map(|y| y.frac).max().unwrap_or(0);
    let mut looks = vec![];
    for (k, ((argument, y), entries)) in arguments.iter().zip(&results).zip(&entries).enumerate() {
        let (step, more) = (two_to(-y.frac), BigInt::from(1) << (frac - y.frac) as u32);
        let (lo, hi) = y.raw_range();
        let entry = |v: &f64| to_integer(v / step).clamp(lo.clone(), hi.clone()) * &more;
        let list: Vec<BigInt> = entries.iter().map(entry).collect();
        let hint = format!("{}_table_{k}", n.outputs[0]);
        let table = c.raw_constant(&hint, &[list.len()], list, &power_of_two(-frac))?;
        looks.push((argument, table.text));
    }
    let text = each(rest, |at| {
        let one = |(x, table): &(&Operand, String)| format!("by_table({}, {table})", x.at(at));
        format!("[{}]", looks.iter().map(one).collect::<Vec<_>>().join(", "))
    });
    c.bind(0, &text)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn what_is_no_number_has_the_one_before() {
        let (nan, far) = (f64::NAN, f64::INFINITY);
        assert_eq!(filled(vec![nan, 1.0, far, nan, 2.0]), Some(vec![1.0, 1.0, 1.0, 1.0, 2.0]));
        assert_eq!(filled(vec![nan, far]), None);
    }
}
