//! The call that rescales an accumulator, slice by slice.

use super::rescale::Rescale;
use super::stairs::Line;
use crate::context::{Converter, Operand, each, tensor_type};
use crate::fault::Import;

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
    let axis = axis.filter(|_| rows.len() > 1);
    let turned = axis.filter(|a| shape[..*a].iter().any(|d| *d > 1));
    // Slices come first.
    let mut order: Vec<usize> = (0..shape.len()).collect();
    if let Some(a) = turned {
        order.remove(a);
        order.insert(0, a);
    }
    let sizes: Vec<usize> = order.iter().map(|d| shape[*d]).collect();
    let mut there = x.clone();
    if turned.is_some() {
        there = c.local(&format!("{}_turned", x.text), &ordered(x, &sizes, &order))?;
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

/// The elements of x with its dimensions in another order.
fn ordered(x: &Operand, sizes: &[usize], order: &[usize]) -> String {
    each(sizes, |index| {
        let mut own = vec![String::new(); order.len()];
        order.iter().zip(index).for_each(|(d, i)| own[*d].clone_from(i));
        x.at(&own)
    })
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
