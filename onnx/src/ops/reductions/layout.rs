//! Which axes a reduction goes over, and its input as lines: the other axes first, and the reduced
//! ones as one dimension behind them.

use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::Import;
use crate::graph::Node;
use crate::ops::shape::moves::{self, solid};
use crate::ops::shape::squeeze::{ascending, axes};
use crate::tensor::Tensor;

/// The axes of a reduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Sizes of the input.
    shape: Vec<usize>,
    /// Axes that are reduced, ascending.
    gone: Vec<usize>,
    /// Whether they stay as dimensions of 1.
    keep: bool,
}

impl Layout {
    /// Reads the axes of a node: an attribute, or input 1. Without any all are reduced, unless
    /// `noop_with_empty_axes` says that none are.
    pub(super) fn read(n: &Node, a: &Args<'_>, shape: &[usize]) -> Import<Layout> {
        let given = axes(n, a, 1)?.filter(|list| !list.is_empty());
        let gone = match given {
            Some(list) => ascending(&list, shape.len())?,
            None if n.flag("noop_with_empty_axes", false)? => vec![],
            None => (0..shape.len()).collect(),
        };
        Ok(Layout { shape: shape.to_vec(), gone, keep: n.flag("keepdims", true)? })
    }

    /// One axis, which stays or goes.
    pub(super) fn along(shape: &[usize], axis: usize, keep: bool) -> Layout {
        Layout { shape: shape.to_vec(), gone: vec![axis], keep }
    }

    fn kept(&self) -> Vec<usize> {
        (0..self.shape.len()).filter(|k| !self.gone.contains(k)).collect()
    }

    /// Elements of a line.
    pub(super) fn count(&self) -> usize {
        self.gone.iter().map(|k| self.shape[*k]).product()
    }

    /// Sizes of the result.
    pub(super) fn result(&self) -> Vec<usize> {
        let one = |k: usize| match (self.gone.contains(&k), self.keep) {
            (false, _) => Some(self.shape[k]),
            (true, keep) => keep.then_some(1),
        };
        (0..self.shape.len()).filter_map(one).collect()
    }

    /// The tensor with the reduced axes as one, behind the others.
    pub(super) fn lines(&self, x: &Tensor) -> Import<Tensor> {
        let own = moves::strides(&self.shape);
        let kept = self.kept();
        let order: Vec<usize> = kept.iter().chain(&self.gone).copied().collect();
        let shape: Vec<usize> = order.iter().map(|k| self.shape[*k]).collect();
        let source = moves::positions(&shape, |at| {
            Some(at.iter().zip(&order).map(|(i, k)| i * own[*k]).sum())
        });
        let mut flat: Vec<usize> = kept.iter().map(|k| self.shape[*k]).collect();
        flat.push(self.count());
        x.moved(&flat, &source, None)
    }

    /// Input 0 as lines; floats with at most `bits` bits, if given.
    pub(super) fn operand(&self, c: &mut Converter<'_>, bits: Option<u32>) -> Import<Operand> {
        let mut x = solid(c, 0)?;
        if let Some(bits) = bits.filter(|_| x.element.is_float()) {
            x = c.narrow(&x, bits)?;
        }
        let moved = self.lines(&moves::places(&self.shape)?)?;
        let source: Vec<usize> = moved.ints()?.iter().map(|v| *v as usize).collect();
        let hint = format!("{}_lines", x.text);
        let y = moves::value(c, &hint, &x, moved.shape(), &source)?;
        Ok(Operand { element: x.element, ..y })
    }

    /// A number for each line, in the shape of the result; `f` gets the text of a line.
    pub(super) fn text(&self, lines: &Operand, f: impl Fn(&str) -> String) -> String {
        self.text_at(|own| {
            if own.is_empty() {
                return f(&lines.text);
            }
            f(&format!("{}[{}]", lines.text, own.join(", ")))
        })
    }

    /// The same; `f` gets the index of a line.
    pub(super) fn text_at(&self, f: impl Fn(&[&str]) -> String) -> String {
        each(&self.result(), |at| {
            let own: Vec<&str> = match self.keep {
                true => self.kept().iter().filter_map(|k| at.get(*k)).map(String::as_str).collect(),
                false => at.iter().map(String::as_str).collect(),
            };
            f(&own)
        })
    }
}
