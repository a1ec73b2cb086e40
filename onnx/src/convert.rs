//! Writing the program: node by node, each as calls of layers of the standard library.

mod groups;

pub(crate) use groups::groups;

use super::context::{Converter, Weight};
use super::fault::{Fault, Import};
use super::graph::Node;
use super::ops::Operation;
use super::table;

impl<'m> Converter<'m> {
    /// Writes one node. Where exact arithmetic would leave the field, or scales do not go
    /// together, its inputs are narrowed to activations first.
    pub(crate) fn convert(&mut self, n: &'m Node) -> Import<()> {
        let op = table::find(n).ok_or_else(|| Fault::new("is not supported"))?;
        self.node = n.clone();
        self.operation = Some(op);
        if n.outputs.iter().filter(|o| !o.is_empty()).all(|o| self.is_empty(o)) {
            // Nothing to compute: what joins it with something else leaves it out.
            return Ok(());
        }
        let first = self.attempt(n, op, false);
        let narrowable = |code: &str| matches!(code, "E0401" | "E0204" | "E0402");
        if first.is_err() && self.refused.as_ref().is_some_and(|r| narrowable(r.code)) {
            // Scales of the file may go together with no other ones.
            self.plain_steps = n.inputs.iter().any(|i| self.graph.grids.contains_key(i));
            let again = self.plain_steps && self.attempt(n, op, false).is_ok();
            let again = again || self.attempt(n, op, true).is_ok();
            self.plain_steps = false;
            if again {
                return Ok(());
            }
        }
        first.map_err(|f| f.at(n.place()))
    }

    fn attempt(&mut self, n: &Node, op: &Operation, squeeze: bool) -> Import<()> {
        let before = (self.lines.len(), self.weights.len());
        let kept = (self.values.clone(), self.narrowed.clone(), self.chosen.clone());
        let obeyed = self.obeyed.clone();
        self.squeeze = squeeze;
        self.refused = None;
        self.lines.push(format!("// {}", super::graph::show(&n.op)));
        let out = op.convert(n, self);
        if out.is_err() {
            self.lines.truncate(before.0);
            let gone: Vec<Weight> = self.weights.drain(before.1..).collect();
            gone.iter().for_each(|w| self.names.release(&w.name));
            (self.values, self.narrowed, self.chosen) = kept;
            self.obeyed = obeyed;
        } else if self.lines.len() == before.0 + 1 {
            // It only gave another name to a tensor.
            self.lines.truncate(before.0);
        }
        self.squeeze = false;
        out
    }
}
