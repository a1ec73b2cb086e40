//! QuantizeLinear: q = clamp(round_half_even(x / scale) + zero); DequantizeLinear: x = scale·(q − zero).
//! <https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html>, opset 10 and later: one scale for the
//! tensor, from 13 on one for each slice along an axis, from 21 on one for each block of a slice.
//! Types of 2, 4, 8 and 16 bits. Scales and zero points must be constants; other scales than positive
//! numbers are refused.
//!
//! Layers: `requantize_lines`, which gives the integers that floats of 32 bits would, for every x
//! that can come; `dequantize_linear`, which is exact and costs nothing.

use super::Role;
use super::doubt::said;
use super::params::{Layout, Params, exact, limits, quantize};
use super::rescale::{Rescale, Wanted};
use super::write::write;
use crate::context::Args;
use crate::context::{Converter, Expr, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Graph, Node};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use zirc_compiler::Ratio;

/// Most scales of a tensor that is quantized with one for each slice or block.
const MOST: usize = 1 << 14;
/// Bits of what is quantized in one step; wider numbers are narrowed to these first.
const WIDEST: u64 = 60;

fn output(n: &Node, zero: Option<&Tensor>) -> Import<Element> {
    let said = match n.int_or("output_dtype", 0)? {
        0 => None,
        code => Some(Element::from_code(i32::try_from(code).unwrap_or(-1))?),
    };
    let given = zero.map(|z| z.element);
    let e = match (said, given) {
        (Some(a), Some(b)) if a != b => {
            return refuse(format!("`output_dtype` is {}, its zero point {}", a.name(), b.name()));
        }
        (a, b) => a.or(b).unwrap_or(Element::UInt8),
    };
    limits(e)?;
    Ok(e)
}

pub(super) fn quantize_all(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, scale, zero) = (args.get(0)?, args.get(1)?, args.optional(2));
    let element = output(n, zero)?;
    let p = Params::read(scale, zero, element)?;
    let to = p.limits()?;
    let slots = Layout::read(n, x.shape(), scale.shape())?.slots(x.shape(), scale.shape());
    let list = x.to_floats()?;
    let list = list.iter().zip(slots).map(|(v, k)| {
        let (s, z) = p.at(k);
        quantize(*v as f32, s, z, to)
    });
    Ok(vec![Tensor::int(element, array(x.shape(), list.collect())?)])
}

/// The constant parameters of a QuantizeLinear, and the integers that it gives.
pub(super) fn parameters(n: &Node, g: &Graph) -> Option<(Params, (i64, i64))> {
    let zero = match n.inputs.get(2).filter(|z| !z.is_empty()) {
        Some(z) => Some(g.initializers.get(z)?),
        None => None,
    };
    let p = Params::read(g.initializers.get(n.inputs.get(1)?)?, zero, output(n, zero).ok()?);
    let p = p.ok()?;
    let limits = p.limits().ok()?;
    Some((p, limits))
}

/// The integers and the step of an input of the graph that is only quantized, always in the same
/// way: it may then be given in these steps, and to quantize it costs nothing.
pub(crate) fn given(g: &Graph, name: &str) -> Option<((i64, i64), Ratio)> {
    if g.outputs.iter().any(|o| o == name) {
        return None;
    }
    let mut found = None;
    for n in g.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)) {
        let once = n.inputs.iter().filter(|i| *i == name).count() == 1;
        if super::role(n) != Role::QuantizeLinear || n.inputs.first()? != name || !once {
            return None;
        }
        let (p, (lo, hi)) = parameters(n, g)?;
        let (scale, zero) = p.whole().ok()?;
        let this = ((lo - zero, hi - zero), exact(scale).ok()?);
        if found.get_or_insert_with(|| this.clone()) != &this {
            return None;
        }
    }
    found
}

pub(super) fn dequantize_all(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, scale, zero) = (args.get(0)?, args.get(1)?, args.optional(2));
    let p = Params::read(scale, zero, x.element)?;
    let slots = Layout::read(n, x.shape(), scale.shape())?.slots(x.shape(), scale.shape());
    let list = x.ints()?.iter().zip(slots).map(|(q, k)| {
        let (s, z) = p.at(k);
        f64::from(q.saturating_sub(z) as f32 * s)
    });
    Ok(vec![Tensor::float(scale.element, array(x.shape(), list.collect())?)])
}

/// A list as a tensor of a shape.
pub(super) fn array<T>(shape: &[usize], list: Vec<T>) -> Import<ArrayD<T>> {
    ArrayD::from_shape_vec(IxDyn(shape), list).map_err(|e| Fault::new(e.to_string()))
}

pub(super) fn convert_quantize(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let mut x = c.operand(0)?;
    let missing = || Fault::new("its scale and zero point must be constants");
    let scale = c.constant(1).ok_or_else(missing)?;
    let zero = c.constant(2);
    let p = Params::read(scale, zero, output(n, zero)?)?;
    let to = p.limits()?;
    let layout = Layout::read(n, &x.shape, scale.shape())?;
    if x.bits() > WIDEST || !x.scale.is_positive() {
        x = c.narrow(&x, 32)?;
    }
    let (Some(lo), Some(hi), Some(step)) = (x.lo.to_i64(), x.hi.to_i64(), x.scale.to_f64()) else {
        return refuse("what it quantizes is too wide");
    };
    let (axis, parts) = match layout {
        Layout::Whole => (None, vec![0]),
        Layout::Axis(a) => (Some(a), (0..x.shape[a]).collect()),
        Layout::Blocks { .. } => (Some(0), layout.slots(&x.shape, scale.shape())),
    };
    if parts.len() > MOST {
        return refuse(format!("it has {} scales, the limit is {MOST}", parts.len()));
    }
    let rows = parts.into_iter().map(|k| {
        let (s, zero) = p.at(k);
        let ratio = &x.scale / exact(s)?;
        let f = |raw: i64| quantize((raw as f64 * step) as f32, s, zero, to);
        Rescale::near(&Wanted { from: (lo, hi), f: &f, to, ratio: &ratio, zero })
    });
    let (rows, near): (Vec<_>, Vec<_>) = rows.collect::<Import<Vec<_>>>()?.into_iter().unzip();
    let near = near.contains(&true);
    if near || c.is_computed(0) {
        let name = c.input_name(0).to_string();
        said(n, c, &name, &p, near)?;
    }
    if matches!(layout, Layout::Blocks { .. }) {
        // Each element is a slice of its own.
        let count: usize = x.shape.iter().product();
        let text = format!("reshape({})", x.text);
        let flat = c.local_as(&format!("{}_flat", x.text), &format!("_[{count}]"), &text)?;
        let shape = std::mem::replace(&mut x.shape, vec![count]);
        x.text = flat.text;
        return super::write::write_as(c, 0, &x, axis, &rows, to, &shape);
    }
    write(c, 0, &x, axis, &rows, to)
}

pub(super) fn convert_dequantize(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let missing = || Fault::new("its scale and zero point must be constants");
    let scale = c.constant(1).ok_or_else(missing)?;
    let p = Params::read(scale, c.constant(2), c.sample(0)?.element)?;
    let layout = Layout::read(n, &x.shape, scale.shape())?;
    if layout == Layout::Whole {
        let (s, z) = p.whole()?;
        let s = exact(s)?;
        let text = each(&x.shape, |i| {
            format!("dequantize_linear({}, ({} / {}), {z})", x.at(i), s.numer(), s.denom())
        });
        return c.bind(0, &text);
    }
    // Scales are multiples of one step.
    let all = p.scale.iter().map(|s| exact(*s)).collect::<Import<Vec<_>>>()?;
    let finest = all.iter().map(|s| s.denom().clone()).max().unwrap_or_default();
    let raw: Vec<BigInt> = all.iter().map(|s| s.numer() * (&finest / s.denom())).collect();
    let step = Ratio::new(BigInt::from(1), finest);
    let zeros: Vec<BigInt> = p.zero.iter().map(|z| BigInt::from(*z)).collect();
    let one = Ratio::from_integer(BigInt::from(1));
    let (shape, slots) = match layout {
        Layout::Axis(_) => (vec![p.scale.len()], (0..p.scale.len()).collect::<Vec<_>>()),
        _ => (x.shape.clone(), layout.slots(&x.shape, scale.shape())),
    };
    let take = |list: &[BigInt]| slots.iter().map(|k| list[*k].clone()).collect::<Vec<_>>();
    let scales = c.raw_weight(&format!("{}_scales", n.outputs[0]), &shape, take(&raw), &step)?;
    let zeros = c.raw_weight(&format!("{}_zeros", n.outputs[0]), &shape, take(&zeros), &one)?;
    let text = each(&x.shape, |i| {
        let own = match layout {
            Layout::Axis(a) => std::slice::from_ref(&i[a]),
            _ => i,
        };
        &(&Expr::call("raw", [&x.at(i)]) - &zeros.at(own)) * &scales.at(own)
    });
    c.bind(0, &text)
}
