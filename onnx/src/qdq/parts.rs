//! What a graph has of dequantized inputs and quantized results.

use crate::context::Role;
use crate::fault::Import;
use crate::graph::{Attribute, Graph, Node};
use crate::ops::quantized::dequantizes;
use crate::ops::quantized::params::{Params, limits, quantize};
use crate::table::role;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// A graph with the givers and readers of its tensors.
pub(super) struct Parts<'g> {
    graph: &'g Graph,
    giver: BTreeMap<&'g str, usize>,
    readers: BTreeMap<&'g str, usize>,
    /// The last node that reads a tensor.
    reader: BTreeMap<&'g str, usize>,
}

/// What a DequantizeLinear reads.
pub(super) struct Dequantized {
    pub(super) q: String,
    scale: String,
    zero: Option<String>,
    pub(super) element: Element,
    /// One scale for the whole tensor.
    pub(super) whole: bool,
    /// All zero points are 0.
    pub(super) no_zero: bool,
    axis: i64,
    rank: Option<usize>,
}

/// How a QuantizeLinear quantizes a whole tensor.
pub(super) struct Quantizer {
    scale: String,
    zero: Option<String>,
    pub(super) element: Element,
    params: Params,
}

impl<'g> Parts<'g> {
    pub(super) fn new(graph: &'g Graph) -> Parts<'g> {
        let (mut giver, mut readers) = (BTreeMap::new(), BTreeMap::new());
        let mut reader = BTreeMap::new();
        for (k, n) in graph.nodes.iter().enumerate() {
            n.outputs.iter().for_each(|o| {
                giver.insert(o.as_str(), k);
            });
            n.inputs.iter().for_each(|i| *readers.entry(i.as_str()).or_insert(0) += 1);
            reader.extend(n.inputs.iter().map(|i| (i.as_str(), k)));
        }
        graph.outputs.iter().for_each(|o| *readers.entry(o.as_str()).or_insert(0) += 1);
        Parts { graph, giver, readers, reader }
    }

    pub(super) fn node(&self, at: usize) -> &'g Node {
        &self.graph.nodes[at]
    }

    /// The node that gives a tensor which one node reads, and nobody else.
    pub(super) fn only(&self, name: &str) -> Option<usize> {
        let once = self.readers.get(name) == Some(&1);
        self.giver.get(name).copied().filter(|_| once)
    }

    /// The node that reads a tensor which nobody else reads.
    pub(super) fn reader(&self, name: &str) -> Option<usize> {
        let once = self.readers.get(name) == Some(&1);
        self.reader.get(name).copied().filter(|_| once)
    }

    /// The node that dequantizes to a tensor.
    pub(super) fn dequantizer(&self, name: &str) -> Option<&'g Node> {
        self.giver.get(name).map(|at| self.node(*at)).filter(|n| dequantizes(n))
    }

    pub(super) fn is_constant(&self, name: &str) -> bool {
        self.graph.initializers.contains_key(name)
    }

    pub(super) fn constant(&self, name: &str) -> Option<&'g Tensor> {
        self.graph.initializers.get(name)
    }

    /// The rank of a constant.
    pub(super) fn rank(&self, name: &str) -> Option<usize> {
        Some(self.constant(name)?.shape().len())
    }

    /// The element type of a tensor, where it is easy to see.
    fn element(&self, name: &str) -> Option<Element> {
        if let Some(t) = self.constant(name) {
            return Some(t.element);
        }
        if let Some(i) = self.graph.inputs.iter().find(|i| i.name == name) {
            return Some(i.element);
        }
        let n = self.node(*self.giver.get(name)?);
        match role(n) {
            Role::QuantizeLinear => match n.inputs.get(2).filter(|z| !z.is_empty()) {
                Some(z) => Some(self.constant(z)?.element),
                None if n.attributes.contains_key("output_dtype") => None,
                None => Some(Element::UInt8),
            },
            _ => None,
        }
    }

    /// What a tensor is dequantized from, with constant scales.
    pub(super) fn dequantized(&self, name: &str) -> Option<Dequantized> {
        let n = self.node(*self.giver.get(name)?);
        if !dequantizes(n) || n.int_or("block_size", 0).ok()? != 0 {
            return None;
        }
        let (q, scale) = (n.inputs.first()?.clone(), n.inputs.get(1)?.clone());
        let zero = n.inputs.get(2).filter(|z| !z.is_empty()).cloned();
        let zeros = match &zero {
            Some(z) => Some(self.constant(z)?),
            None => None,
        };
        let element = match zeros {
            Some(z) => z.element,
            None => self.element(&q)?,
        };
        let scales = self.constant(&scale)?;
        let no_zero = zeros.is_none_or(|z| z.ints().is_ok_and(|z| z.iter().all(|v| *v == 0)));
        Some(Dequantized {
            rank: self.rank(&q),
            whole: scales.len() == 1 && zeros.is_none_or(|z| z.len() == 1),
            no_zero,
            element,
            q,
            scale,
            zero,
            axis: n.int_or("axis", 1).ok()?,
        })
    }

    /// How a QuantizeLinear quantizes, if it does so with one scale.
    pub(super) fn quantizer(&self, n: &Node) -> Import<Option<Quantizer>> {
        let (Some(_), Some(scale)) = (n.inputs.first(), n.inputs.get(1)) else { return Ok(None) };
        let zero = n.inputs.get(2).filter(|z| !z.is_empty()).cloned();
        let (Some(scales), zeros) = (self.constant(scale), zero.as_ref().map(|z| self.constant(z)))
        else {
            return Ok(None);
        };
        let own = ["output_dtype", "block_size"].iter().any(|a| n.attributes.contains_key(*a));
        let zeros = match zeros {
            Some(None) => return Ok(None),
            Some(Some(z)) => Some(z),
            None => None,
        };
        let element = zeros.map_or(Element::UInt8, |z| z.element);
        if own || scales.len() != 1 || zeros.is_some_and(|z| z.len() != 1) {
            return Ok(None);
        }
        limits(element).map_err(|f| f.at(n.place()))?;
        let params = Params::read(scales, zeros, element).map_err(|f| f.at(n.place()))?;
        Ok(Some(Quantizer { scale: scale.clone(), zero, element, params }))
    }

    /// The ends of a Relu or of a Clip with constant ends.
    pub(super) fn cut(&self, n: &Node) -> Option<(f32, f32)> {
        if role(n) == Role::Relu {
            return Some((0.0, f32::INFINITY));
        }
        let end = |k: usize, attribute: &str, otherwise: f32| -> Option<f32> {
            if let Some(Attribute::Float(v)) = n.attributes.get(attribute) {
                return Some(*v);
            }
            match n.inputs.get(k).filter(|i| !i.is_empty()) {
                None => Some(otherwise),
                Some(i) => self.constant(i)?.floats().ok()?.first().map(|v| *v as f32),
            }
        };
        let (lo, hi) = (end(1, "min", f32::NEG_INFINITY)?, end(2, "max", f32::INFINITY)?);
        (lo <= hi).then_some((lo, hi))
    }

    /// Whether a tensor of integers lies between QuantizeLinear and DequantizeLinear alone.
    pub(super) fn is_inner(&self, name: &str) -> bool {
        let given =
            self.giver.get(name).is_some_and(|at| role(self.node(*at)) == Role::QuantizeLinear);
        let mut readers =
            self.graph.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)).peekable();
        let read = readers.peek().is_some() && readers.all(dequantizes);
        given && read && !self.graph.outputs.iter().any(|o| o == name)
    }

    /// The constant scale of a QuantizeLinear.
    pub(super) fn scale(&self, q: &Quantizer) -> Option<&'g Tensor> {
        self.constant(&q.scale)
    }

    /// Whether a tensor has the scale and the zero point of another already.
    pub(super) fn same(&self, x: &Dequantized, q: &Quantizer) -> bool {
        let Some(scale) = self.constant(&x.scale) else { return false };
        let zero = x.zero.as_ref().and_then(|z| self.constant(z));
        x.element == q.element && Params::read(scale, zero, x.element).is_ok_and(|p| p == q.params)
    }
}

/// A zero point that is not written in the file.
fn zero(given: Option<&String>, element: Element, fresh: &mut Vec<(String, Tensor)>) -> String {
    if let Some(z) = given {
        return z.clone();
    }
    let name = format!("zirc.zero.{}", element.name());
    fresh.push((name.clone(), Tensor::int(element, ArrayD::zeros(IxDyn(&[])))));
    name
}

impl Dequantized {
    /// Whether there is a scale for each slice along an axis.
    pub(super) fn along(&self, axis: usize) -> bool {
        let rank = self.rank.unwrap_or(0) as i64;
        let own = if self.axis < 0 { self.axis + rank } else { self.axis };
        usize::try_from(own) == Ok(axis)
    }

    /// Names of the integers, the scale and the zero point.
    pub(super) fn names(&self, fresh: &mut Vec<(String, Tensor)>) -> Vec<String> {
        vec![self.q.clone(), self.scale.clone(), zero(self.zero.as_ref(), self.element, fresh)]
    }
}

impl Quantizer {
    /// Names of the scale and the zero point.
    pub(super) fn names(&self, fresh: &mut Vec<(String, Tensor)>) -> Vec<String> {
        vec![self.scale.clone(), zero(self.zero.as_ref(), self.element, fresh)]
    }

    /// The integers of a range of real numbers.
    pub(super) fn cut(&self, lo: f32, hi: f32) -> (i64, i64) {
        let (scale, zero) = self.params.at(0);
        let to = self.params.limits().unwrap_or((0, 0));
        (quantize(lo, scale, zero, to), quantize(hi, scale, zero, to))
    }
}
