//! RotaryEmbedding: turns pairs (a, b) of each head's elements by angles that depend on the position:
//! a' = cos·a − sin·b, b' = sin·a + cos·b.
//! <https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html>, opset 23.
//!
//! X is [batch, heads, length, size], or [batch, length, heads·size] with `num_heads`. The caches are
//! [batch, length, r], or [positions, r] read at `position_ids`; 2·r is `rotary_embedding_dim` or the
//! whole size, and what is behind is left alone. Positions that are not known are asserted to be in
//! range, as those of Gather.
//!
//! Layers: `rotary` and `rotary_interleaved`, one call for each sample; `place_of` and `embedding`, or
//! `gather_row`, for positions.

use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::shape::gather::indices;
use crate::ops::shape::moves::solid;
use crate::tensor::Tensor;
use ndarray::{Array3, ArrayD, IxDyn};

/// The input with the positions.
const POSITIONS: usize = 3;

/// Sizes of the input.
struct Form {
    batch: usize,
    heads: usize,
    length: usize,
    size: usize,
    /// Pairs that are turned.
    pairs: usize,
    /// Pairs are neighbours.
    interleaved: bool,
    /// X has three dimensions.
    flat: bool,
}

impl Form {
    fn new(n: &Node, shape: &[usize]) -> Import<Form> {
        let interleaved = n.flag("interleaved", false)?;
        let given = usize::try_from(n.int_or("num_heads", 0)?).unwrap_or(0);
        let (batch, heads, length, size, flat) = match *shape {
            [b, h, t, d] => (b, h, t, d, false),
            [b, t, m] if given > 0 && m % given == 0 => (b, given, t, m / given, true),
            _ => return refuse(format!("{shape:?} cannot be split into {given} heads")),
        };
        let turned = match n.int_or("rotary_embedding_dim", 0)? {
            0 => size,
            r => usize::try_from(r).unwrap_or(usize::MAX),
        };
        if turned > size || turned % 2 != 0 {
            return refuse(format!("{turned} of {size} elements cannot be turned in pairs"));
        }
        Ok(Form { batch, heads, length, size, pairs: turned / 2, interleaved, flat })
    }

    /// The cache as [batch, length, pairs].
    fn angles(&self, cache: &Tensor, positions: Option<&Tensor>) -> Import<Array3<f64>> {
        let a = cache.floats()?;
        let shape = [self.batch, self.length, self.pairs];
        let wrong = || refuse(format!("a cache of shape {:?} does not suit", a.shape()));
        let Some(p) = positions else {
            return if a.shape() == shape {
                Ok(Array3::from_shape_fn(shape, |(b, t, i)| a[[b, t, i]]))
            } else {
                wrong()
            };
        };
        let p = p.ints()?;
        if a.ndim() != 2 || a.shape()[1] != self.pairs || p.shape() != &shape[..2] {
            return wrong();
        }
        let rows = i64::try_from(a.shape()[0]).unwrap_or(i64::MAX);
        if let Some(k) = p.iter().find(|k| **k < 0 || **k >= rows) {
            return refuse(format!("position {k} is not in a cache of {rows} rows"));
        }
        let row = |b, t| usize::try_from(p[[b, t]]).unwrap_or(0);
        Ok(Array3::from_shape_fn(shape, |(b, t, i)| a[[row(b, t), i]]))
    }

    /// Places of a pair among a head's elements.
    fn pair(&self, i: usize) -> (usize, usize) {
        if self.interleaved { (2 * i, 2 * i + 1) } else { (i, self.pairs + i) }
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let f = Form::new(n, x.shape())?;
    let cos = f.angles(args.get(1)?, args.optional(POSITIONS))?;
    let sin = f.angles(args.get(2)?, args.optional(POSITIONS))?;
    let given = x.floats()?;
    let mut y: ArrayD<f64> = given.clone();
    let at = |b: usize, h: usize, t: usize, d: usize| {
        if f.flat { IxDyn(&[b, t, h * f.size + d]) } else { IxDyn(&[b, h, t, d]) }
    };
    for (b, h, t, i) in ndarray::indices((f.batch, f.heads, f.length, f.pairs)) {
        let (first, second) = f.pair(i);
        let (p, q) = (given[at(b, h, t, first)], given[at(b, h, t, second)]);
        let (c, s) = (cos[[b, t, i]], sin[[b, t, i]]);
        y[at(b, h, t, first)] = c * p - s * q;
        y[at(b, h, t, second)] = s * p + c * q;
    }
    Ok(vec![Tensor::float(x.element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let f = Form::new(n, c.shape(0)?)?;
    let x = c.operand(0)?;
    let cos = angles(&f, c, 1)?;
    let sin = angles(&f, c, 2)?;
    let Form { batch, heads, length, size, .. } = f;
    // As the layer has it: [batch, length, heads, size].
    let place = if f.flat { format!("i, j, {size} * k + l") } else { "i, k, j, l".into() };
    let split =
        format!("for i < {batch}, j < {length}, k < {heads}, l < {size} {{ {}[{place}] }}", x.text);
    let x = c.local(&format!("{}_heads", x.text), &split)?;
    let layer = if f.interleaved { "rotary_interleaved" } else { "rotary" };
    let call =
        format!("for i < {batch} {{ {layer}({}[i], {}[i], {}[i]) }}", x.text, cos.text, sin.text);
    if f.flat {
        return c.bind_as(
            0,
            &format!("_[{batch}, {length}, {}]", heads * size),
            &format!("reshape({call})"),
        );
    }
    let y = c.local(&format!("{}_turned", n.outputs[0]), &call)?;
    let back = format!(
        "for i < {batch}, j < {heads}, k < {length}, l < {size} {{ {}[i, k, j, l] }}",
        y.text
    );
    c.bind(0, &back)
}

/// Cosines or sines as [batch, length, pairs].
fn angles(f: &Form, c: &mut Converter<'_>, k: usize) -> Import<Operand> {
    let positions = c.constant(POSITIONS);
    if c.has(POSITIONS) && positions.is_none() {
        return looked_up(f, c, k);
    }
    if let Some(t) = c.constant(k) {
        let a = f.angles(t, positions)?.into_dyn();
        let name = c.input_name(k).to_string();
        return c.weight(&name, &a, None);
    }
    let cache = c.operand(k)?;
    let Some(p) = positions else { return Ok(cache) };
    // The rows of a cache that is an input.
    let rows = p.ints()?.outer_iter().map(|sample| {
        let rows = sample.iter().map(|r| format!("{}[{r}]", cache.text)).collect::<Vec<_>>();
        format!("[{}]", rows.join(", "))
    });
    let text = format!("[{}]", rows.collect::<Vec<_>>().join(", "));
    c.local(&format!("{}_rows", cache.text), &text)
}

/// The rows of a cache at positions that are not known.
fn looked_up(f: &Form, c: &mut Converter<'_>, k: usize) -> Import<Operand> {
    let &[rows, pairs] = c.shape(k)? else { return refuse("a cache with positions is a matrix") };
    let places = solid(c, POSITIONS)?;
    if pairs != f.pairs || places.shape != [f.batch, f.length] {
        return refuse(format!("positions of shape {:?} do not suit", places.shape));
    }
    let table = c.constant(k).is_some() && c.visibility == Default::default();
    let cache = match c.constant(k) {
        Some(t) if t.len() > 1 => {
            let name = c.input_name(k).to_string();
            c.weight(&name, t.floats()?, None)?
        }
        _ => solid(c, k)?,
    };
    let ids = indices(c, &places, rows)?;
    let row = if table { "embedding" } else { "gather_row" };
    let text = each(&places.shape, |at| format!("{row}({}, {})", cache.text, ids.at(at)));
    c.local(&format!("{}_rows", places.text), &text)
}
