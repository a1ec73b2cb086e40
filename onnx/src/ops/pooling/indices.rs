//! The second output of MaxPool: where the largest element of each window is, as a place in the whole
//! of x, row-major or (`storage_order` = 1) column-major in the spatial dimensions; the first of
//! equal ones.
//!
//! Layer: `argmax` of each window, with padding one step below the least value. The place is that of
//! the window, plus a number that a table has for the place inside of it.

use super::frame::framed;
use super::window::Window;
use crate::context::{Converter, Operand, each, index_name, number_text, tensor_type};
use crate::fault::{Fault, Import};
use crate::graph::Node;
use crate::ops::shape::moves::strides;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::One;

/// By how much a place grows with each spatial index.
fn steps(n: &Node, w: &Window) -> Import<Vec<usize>> {
    if !n.flag("storage_order", false)? {
        return Ok(strides(&w.input));
    }
    let reversed: Vec<usize> = w.input.iter().rev().copied().collect();
    Ok(strides(&reversed).into_iter().rev().collect())
}

pub(super) fn evaluate<T: Copy + PartialOrd>(
    n: &Node,
    w: &Window,
    x: &ArrayD<T>,
) -> Import<Tensor> {
    let (own, steps) = (strides(&w.input), steps(n, w)?);
    let (x_size, y_size): (usize, usize) = (w.input.iter().product(), w.out.iter().product());
    let xs: Vec<T> = x.iter().copied().collect();
    let taps = w.taps();
    let mut z = vec![];
    for plane in 0..x.shape()[0] * x.shape()[1] {
        let mut best: Vec<Option<usize>> = vec![None; y_size];
        for (to, from) in taps.iter().flatten() {
            let at = plane * x_size + from;
            if best[*to].is_none_or(|b| xs[at] > xs[b]) {
                best[*to] = Some(at);
            }
        }
        z.extend(best.into_iter().flatten().map(|at| {
            let inside = at % x_size;
            let place = |d: usize| inside / own[d] % w.input[d] * steps[d];
            (plane * x_size + (0..w.rank()).map(place).sum::<usize>()) as i64
        }));
    }
    let mut shape = x.shape()[..2].to_vec();
    shape.extend(&w.out);
    let z = ArrayD::from_shape_vec(IxDyn(&shape), z).map_err(|e| Fault::new(e.to_string()))?;
    Ok(Tensor::int(Element::Int64, z))
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>, w: &Window, x: &Operand) -> Import<()> {
    let rank = w.rank();
    let below = number_text(&(Ratio::from(&x.lo - 1) * &x.scale));
    let p = framed(c, w, x, &w.behind, &below)?;
    // Each window as a list.
    let mut shape = x.shape[..2].to_vec();
    shape.extend(w.out.iter().chain(&w.kernel));
    let text = each(&shape, |at| {
        let inside = |d: usize| {
            let (o, k) = (&at[2 + d], &at[2 + rank + d]);
            format!("{} * {o} + {} * {k}", w.strides[d], w.dilations[d])
        };
        let places: Vec<String> = (0..rank).map(inside).collect();
        format!("{}[{}, {}, {}]", p.text, at[0], at[1], places.join(", "))
    });
    let windows = c.local("windows", &text)?;
    let size: usize = w.kernel.iter().product();
    let count: usize = shape[..2 + rank].iter().product();
    let ty = tensor_type("_", &[count, size]);
    let lists = c.local_as("lists", &ty, &format!("reshape({})", windows.text))?;
    // What each place in a window adds to the first one's.
    let (steps, own) = (steps(n, w)?, strides(&w.kernel));
    let add = |k: usize| -> usize {
        (0..rank).map(|d| k / own[d] % w.kernel[d] * w.dilations[d] * steps[d]).sum()
    };
    let raw = (0..size).map(|k| BigInt::from(add(k))).collect();
    let table = c.raw_constant("window_places", &[size], raw, &Ratio::one())?;
    let call = format!("{}[argmax({}[i])]", table.text, lists.text);
    let found = c.local("found", &format!("for i < {count} {{ {call} }}"))?;
    let ty = tensor_type("_", &shape[..2 + rank]);
    let found = c.local_as("found_in", &ty, &format!("reshape({})", found.text))?;
    let area: usize = w.input.iter().product();
    let mut terms = vec![format!("{} * i", x.shape[1] * area), format!("{area} * j")];
    let mut first = 0;
    for (d, step) in steps.iter().enumerate() {
        terms.push(format!("{} * {}", w.strides[d] * step, index_name(2 + d)));
        first += w.before[d] * step;
    }
    let base = terms.join(" + ");
    c.bind(1, &each(&shape[..2 + rank], |at| format!("{} + {base} - {first}", found.at(at))))
}
