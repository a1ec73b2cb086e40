//! ConvTranspose: y[n, o, s·h + d·k − p] gathers w[c, o mod O/G, k]·x[n, c, h] over all c of o's
//! group, h and k, and b[o].
//! <https://onnx.ai/onnx/operators/onnx__ConvTranspose.html>, opset 1 and later: one to three spatial
//! dimensions, groups, strides, dilations, `output_padding`, `output_shape` and `auto_pad`. Where
//! `output_shape` asks for more than the kernel reaches, the rest is the bias.
//!
//! Layers: `conv_transpose1d_with`, `conv_transpose2d_with`, `conv_transpose3d_with`. Constant
//! weights are quantized for each output channel of a group, a constant bias at the step of the
//! accumulator.

use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::ops::pooling::named::{Named, sliding};
use crate::ops::pooling::window::{MAX_TAPS, same, sizes};
use crate::ops::shape::moves::strides;
use crate::tensor::{Tensor, elements};
use ndarray::{ArrayD, IxDyn};

/// Sizes and paddings, dimension by dimension.
struct Spread {
    strides: Vec<usize>,
    dilations: Vec<usize>,
    /// Elements cut off the result's beginning and end.
    before: Vec<usize>,
    behind: Vec<usize>,
    /// Elements more at its end.
    more: Vec<usize>,
    out: Vec<usize>,
    group: usize,
}

/// Sizes that a model may ask for.
const LIMIT: usize = 1 << 28;

fn list(n: &Node, name: &str, count: usize) -> Import<Option<Vec<usize>>> {
    let Some(given) = n.ints(name)? else { return Ok(None) };
    let all: Option<Vec<usize>> =
        given.iter().map(|v| usize::try_from(*v).ok().filter(|v| *v < LIMIT)).collect();
    match all {
        Some(all) if all.len() == count => Ok(Some(all)),
        _ => refuse(format!("`{name}` is {given:?}: {count} numbers are expected")),
    }
}

/// Groups of channels: as many as the node says, if both tensors have them.
fn group(n: &Node, channels: usize, rows: usize) -> Import<usize> {
    let given = n.int_or("group", 1)?;
    let found = usize::try_from(given).ok().filter(|g| *g > 0);
    match found.filter(|g| rows == channels && channels.is_multiple_of(*g)) {
        Some(g) => Ok(g),
        None => refuse(format!("x has {channels} channels, w {rows} in, in {given} groups")),
    }
}

impl Spread {
    fn read(n: &Node, x: &[usize], w: &[usize]) -> Import<Spread> {
        if x.len() < 3 || w.len() != x.len() || x.iter().chain(w).any(|d| *d == 0 || *d >= LIMIT) {
            return refuse(format!("x has the shape {x:?} and w {w:?}"));
        }
        let (input, kernel) = (&x[2..], &w[2..]);
        let rank = input.len();
        if n.ints("kernel_shape")?.is_some_and(|k| !same(k, kernel)) {
            return refuse("`kernel_shape` is not that of the weights");
        }
        let group = group(n, x[1], w[0])?;
        let mut s = Spread {
            strides: sizes(n, "strides", rank)?,
            dilations: sizes(n, "dilations", rank)?,
            before: vec![0; rank],
            behind: vec![0; rank],
            more: list(n, "output_padding", rank)?.unwrap_or(vec![0; rank]),
            out: vec![],
            group,
        };
        let auto = n.text("auto_pad")?.unwrap_or("NOTSET");
        if !["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(&auto) {
            return refuse(format!("`auto_pad` is `{}`", crate::graph::show(auto)));
        }
        let pads = list(n, "pads", 2 * rank)?.filter(|_| auto == "NOTSET");
        let wanted = match list(n, "output_shape", rank)? {
            Some(shape) => Some(shape),
            None if auto.starts_with("SAME") => {
                let all = input.iter().zip(&s.strides).map(|(d, s)| d.checked_mul(*s));
                all.collect::<Option<Vec<usize>>>()
            }
            None => None,
        };
        for d in 0..rank {
            let full = s.full(d, input[d], kernel[d])?;
            if let Some(shape) = &wanted {
                let all = full.saturating_sub(shape[d]);
                s.more[d] += shape[d].saturating_sub(full);
                let (small, large) = (all / 2, all - all / 2);
                (s.before[d], s.behind[d]) =
                    if auto == "SAME_UPPER" { (small, large) } else { (large, small) };
                s.out.push(shape[d]);
            } else {
                if let Some(p) = &pads {
                    (s.before[d], s.behind[d]) = (p[d], p[rank + d]);
                }
                let cut = s.before[d] + s.behind[d];
                s.out.push(full.saturating_sub(cut));
            }
        }
        if s.out.contains(&0) {
            return refuse(format!("its result is empty: {:?}", s.out));
        }
        Ok(s)
    }

    /// How far the products of dimension `d` reach, before any is cut off.
    fn full(&self, d: usize, input: usize, kernel: usize) -> Import<usize> {
        let reach = (kernel - 1).checked_mul(self.dilations[d]);
        let full = (input - 1).checked_mul(self.strides[d]).zip(reach);
        let full = full.and_then(|(f, r)| f.checked_add(r)?.checked_add(1 + self.more[d]));
        match full.filter(|f| *f < LIMIT) {
            Some(full) => Ok(full),
            None => refuse("its result is too large"),
        }
    }

    fn generics(&self) -> Named {
        sliding(&self.strides, &self.dilations, &self.before, &self.behind)
            .along("output_pad", &self.more, Some(0))
            .with("groups", self.group, 1)
    }

    /// Where the product of element `h` and tap `k` goes, both row-major.
    fn target(&self, input: &[usize], kernel: &[usize], h: usize, k: usize) -> Option<usize> {
        let (hs, ks, os) = (strides(input), strides(kernel), strides(&self.out));
        let mut to = 0;
        for d in 0..input.len() {
            let at =
                h / hs[d] % input[d] * self.strides[d] + k / ks[d] % kernel[d] * self.dilations[d];
            let at = at.checked_sub(self.before[d]).filter(|at| *at < self.out[d])?;
            to += at * os[d];
        }
        Some(to)
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, w) = (args.get(0)?, args.get(1)?);
    let element = x.element;
    let (x, w) = (x.floats()?, w.floats()?);
    let s = Spread::read(n, x.shape(), w.shape())?;
    let (input, kernel) = (&x.shape()[2..], &w.shape()[2..]);
    let (channels, per) = (x.shape()[1], w.shape()[1]);
    let bias = args.optional(2).map(Tensor::floats).transpose()?;
    if bias.is_some_and(|b| b.shape() != [per * s.group]) {
        return refuse("the bias has not one number for each output channel");
    }
    let mut shape = vec![x.shape()[0], per * s.group];
    shape.extend(&s.out);
    let count = elements(&shape)?;
    let (size, taps): (usize, usize) = (input.iter().product(), kernel.iter().product());
    let plane: usize = s.out.iter().product();
    if size.checked_mul(taps).is_none_or(|n| n > MAX_TAPS) {
        return refuse(format!("a kernel {kernel:?} on the shape {input:?} is too large"));
    }
    let mut pairs = vec![];
    for k in 0..taps {
        let all = (0..size).filter_map(|h| Some((h, s.target(input, kernel, h, k)?)));
        pairs.push(all.collect::<Vec<_>>());
    }
    let (xs, ws): (Vec<f64>, Vec<f64>) = (x.iter().copied().collect(), w.iter().copied().collect());
    let start = |z: usize| bias.map_or(0.0, |b| b[[z / plane % shape[1]]]);
    let mut y: Vec<f64> = (0..count).map(start).collect();
    for b in 0..shape[0] {
        for o in 0..shape[1] {
            let first = (b * shape[1] + o) * plane;
            let inside = channels / s.group;
            for c in o / per * inside..(o / per + 1) * inside {
                for (k, pairs) in pairs.iter().enumerate() {
                    let v = ws[(c * per + o % per) * taps + k];
                    let from = (b * channels + c) * size;
                    pairs.iter().for_each(|(h, to)| y[first + to] += v * xs[from + h]);
                }
            }
        }
    }
    let y = ArrayD::from_shape_vec(IxDyn(&shape), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let s = Spread::read(n, c.shape(0)?, c.shape(1)?)?;
    let x = c.operand(0)?;
    let (w, bias) = super::conv::parameters(c, &x, 1, c.shape(1)?[1] * s.group)?;
    let rank = s.out.len();
    if rank > 3 {
        return refuse(format!("{rank} spatial dimensions are not supported, at most 3 are"));
    }
    let f = format!("conv_transpose{rank}d_with{}", s.generics());
    let call = format!("{f}({}, {bias}, {}[i])", w.text, x.text);
    c.bind(0, &format!("for i < {} {{ {call} }}", x.shape[0]))
}
