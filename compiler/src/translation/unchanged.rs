//! Constraints that stand in the circuit as they were lowered.

use super::nodes::{Node, Nodes};
use crate::draft::{Constraint, Form};
use std::collections::BTreeMap;
use zirc_circuit::{Block, Lin, TensorId};

/// Blocks of the circuit by their shape and by what they read.
pub(super) struct Unchanged<'n, 'd> {
    nodes: &'n Nodes<'d>,
    blocks: BTreeMap<(&'d [usize], Vec<TensorId>), Vec<&'d Block>>,
}

impl<'n, 'd> Unchanged<'n, 'd> {
    pub(super) fn new(nodes: &'n Nodes<'d>) -> Unchanged<'n, 'd> {
        let mut blocks: BTreeMap<_, Vec<&'d Block>> = BTreeMap::new();
        for b in &nodes.circuit.blocks {
            let reads = [&b.a, &b.b, &b.c].into_iter().flat_map(|l| &l.terms).map(|t| t.src);
            blocks.entry((b.shape.as_slice(), reads.collect())).or_default().push(b);
        }
        Unchanged { nodes, blocks }
    }

    /// Whether the circuit has a block with the same terms of the same nodes on each side.
    pub(super) fn has(&self, c: &Constraint) -> bool {
        let none: &[Lin] = &[];
        let (factors, out) = match &c.form {
            Form::Product(a, b, out) => (vec![a, b], out),
            Form::Zero(lin) => (none.iter().collect(), lin),
        };
        let terms = factors.iter().flat_map(|l| &l.terms).chain(&out.terms);
        let node = |t| match self.nodes.of_lowered(t) {
            Node::Circuit(to) => Some(to),
            _ => None,
        };
        let Some(reads) = terms.map(|t| node(t.src)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let same = |b: &Block| {
            let sides = match factors.as_slice() {
                [x, y] => self.nodes.same_lin(x, &b.a) && self.nodes.same_lin(y, &b.b),
                _ => b.a.terms.is_empty() && b.b.terms.is_empty(),
            };
            sides && self.nodes.same_lin(out, &b.c)
        };
        let found = self.blocks.get(&(c.shape.as_slice(), reads));
        found.is_some_and(|all| all.iter().any(|b| same(b)))
    }
}
