//! A function of one 8-bit integer: y = Q(f(D(x))) for an elementwise operation f between a
//! DequantizeLinear D and a QuantizeLinear Q.
//!
//! QLinearSigmoid and QLinearLeakyRelu of `com.microsoft`, and, under a name of the importer's own,
//! what the graph has of such operations. All 256 results are computed at import, D and Q in floats
//! of 32 bits.
//!
//! Layer: `by_table`.

use super::accumulate::{constant, interval, range};
use super::doubt::FLOAT_ERROR;
use super::params::{Params, quantize};
use crate::context::Args;
use crate::context::{Converter, Family, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Attribute, Node};
use crate::ops::{activations, elementwise};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// The attribute that names f.
pub(crate) const FUNCTION: &str = "zirc.function";
/// Functions that floats round at most once, and so alike everywhere.
const ROUNDED_ONCE: &[&str] = &[
    "Abs",
    "Ceil",
    "Clip",
    "Floor",
    "Identity",
    "LeakyRelu",
    "Neg",
    "PRelu",
    "Reciprocal",
    "Relu",
    "Round",
    "Sign",
    "Sqrt",
    "ThresholdedRelu",
];
/// Most rows.
const ROWS: i64 = 256;

/// Which operator f is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// This one.
    Own(&'static str),
    /// That which the node names.
    Given,
}

/// f as a node of its own.
fn function(own: Applied, n: &Node) -> Import<Node> {
    let op = match own {
        Applied::Own(op) => op,
        Applied::Given => match n.text(FUNCTION)? {
            Some(op) => op,
            None => return refuse("it names no function"),
        },
    };
    let own = |(name, _): &(&String, &Attribute)| !name.starts_with("zirc.");
    let attributes = n.attributes.iter().filter(own);
    Ok(Node {
        op: op.into(),
        domain: String::new(),
        opset: n.opset.max(13),
        attributes: attributes.map(|(k, v)| (k.clone(), v.clone())).collect(),
        ..n.clone()
    })
}

struct Function {
    x: Params,
    y: Params,
    node: Node,
    to: (i64, i64),
}

impl Function {
    fn read(
        own: Applied,
        n: &Node,
        get: &dyn Fn(usize) -> Import<Option<Tensor>>,
        kind: Element,
    ) -> Import<Function> {
        let need = |t: Option<Tensor>| t.ok_or_else(|| Fault::new("a scale is missing"));
        let zero = get(4)?;
        let x = Params::read(&need(get(1)?)?, get(2)?.as_ref(), kind)?;
        let y = zero.as_ref().map_or(kind, |z| z.element);
        let y = Params::read(&need(get(3)?)?, zero.as_ref(), y)?;
        x.whole()?;
        y.whole()?;
        let to = range(n, &y)?;
        Ok(Function { x, y, node: function(own, n)?, to })
    }

    fn apply(&self, q: &ArrayD<i64>) -> Import<ArrayD<i64>> {
        let (scale, zero) = self.y.whole()?;
        Ok(self.real(q)?.mapv(|v| quantize(v as f32, scale, zero, self.to)))
    }

    /// How many of these integers have a result that follows from the last digits of a float.
    fn open(&self, q: &ArrayD<i64>) -> Import<usize> {
        if ROUNDED_ONCE.contains(&self.node.op.as_str()) {
            return Ok(0);
        }
        let (scale, zero) = self.y.whole()?;
        let at = |v: f64| quantize(v as f32, scale, zero, self.to);
        let open = |v: &&f64| at(**v - v.abs() * FLOAT_ERROR) != at(**v + v.abs() * FLOAT_ERROR);
        Ok(self.real(q)?.iter().filter(open).count())
    }

    /// Results before they are quantized.
    fn real(&self, q: &ArrayD<i64>) -> Import<ArrayD<f64>> {
        let (sx, zx) = self.x.whole()?;
        let x = q.mapv(|q| f64::from((q - zx) as f32 * sx));
        let x = Tensor::float(Element::Float, x);
        let functions = activations::OPERATIONS.iter().chain(elementwise::OPERATIONS);
        let op = functions.filter(|o| o.function).find(|o| o.is(&self.node));
        let op = op.ok_or_else(|| Fault::new("its function is not supported"))?;
        let y = op.evaluate(&self.node, &Args { list: vec![Some(&x)] })?;
        match y.first() {
            Some(y) => Ok(y.floats()?.clone()),
            None => refuse("its function has no result"),
        }
    }
}

fn evaluate(own: Applied, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let get = |k: usize| Ok(args.optional(k).cloned());
    let f = Function::read(own, n, &get, x.element)?;
    Ok(vec![Tensor::int(f.y.element, f.apply(x.ints()?)?)])
}

fn convert(own: Applied, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let get = |k: usize| if c.has(k) { constant(c, k).cloned().map(Some) } else { Ok(None) };
    let f = Function::read(own, n, &get, c.sample(0)?.element)?;
    let x = c.operand(0)?;
    let (lo, hi) = interval(&x)?;
    if hi - lo >= ROWS {
        return refuse("its input has more than 8 bits");
    }
    let points = ArrayD::from_shape_fn(IxDyn(&[(hi - lo + 1) as usize]), |i| lo + i[0] as i64);
    let open = f.open(&points)?;
    if open > 0 {
        c.warnings.insert(format!(
            "{}: {open} of the {} integers that it may read have a result so near the middle between two that \
             the rounding of floats decides which it becomes: they may differ by 1 from those of another \
             runtime",
            n.place(),
            points.len()
        ));
    }
    let rows: Vec<String> = f.apply(&points)?.iter().map(i64::to_string).collect();
    let table = c.local(&format!("{}_table", n.outputs[0]), &format!("[{}]", rows.join(", ")))?;
    let text = each(&x.shape, |i| format!("by_table({}, {})", x.at(i), table.text));
    c.bind(0, &text)
}

impl Family for Applied {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
