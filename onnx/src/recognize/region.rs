//! Nodes between one tensor and another, with nothing else but constants going in and nothing coming out.

use crate::context::Args;
use crate::evaluate;
use crate::graph::Graph;
use crate::table;
use crate::tensor::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// Most nodes of a region.
const MOST: usize = 24;

/// Nodes, by their places in the graph.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) nodes: BTreeSet<usize>,
    /// The tensor that goes in.
    pub(super) from: String,
}

impl Region {
    /// Whether each element of the result follows from the element at its place alone.
    pub(super) fn is_pointwise(&self, g: &Graph) -> bool {
        self.nodes.iter().all(|k| table::is_pointwise(&g.nodes[*k]))
    }

    /// The constants that are read, without those that say where.
    pub(super) fn constants<'g>(&self, g: &'g Graph) -> Vec<&'g Tensor> {
        let names = self.nodes.iter().flat_map(|k| &g.nodes[*k].inputs);
        let all = names.filter_map(|i| g.initializers.get(i));
        all.filter(|t| t.element.is_float()).collect()
    }

    /// What comes out for a value of what goes in; constants of one element are scalars.
    pub(super) fn run(&self, g: &Graph, x: Tensor, scalars: bool) -> Option<Tensor> {
        let mut values = self.run_all(g, x, scalars)?;
        let end = self.nodes.last().and_then(|k| g.nodes[*k].outputs.first())?;
        values.remove(end)
    }

    /// The values of all tensors, and of constants of one element that are scalars.
    pub(super) fn run_all(
        &self,
        g: &Graph,
        x: Tensor,
        scalars: bool,
    ) -> Option<BTreeMap<String, Tensor>> {
        let mut values = BTreeMap::from([(self.from.clone(), x)]);
        for k in &self.nodes {
            let n = &g.nodes[*k];
            if scalars {
                let constants = n.inputs.iter().filter_map(|i| Some((i, g.initializers.get(i)?)));
                for (i, t) in constants.filter(|(_, t)| t.len() == 1) {
                    values.insert(i.clone(), t.reshaped(&[]).ok()?);
                }
            }
            let value = |name: &str| values.get(name).or_else(|| g.initializers.get(name));
            let out = evaluate::node(n, &value).ok()?.into_iter().next()?;
            values.insert(n.outputs.first()?.clone(), out);
        }
        Some(values)
    }
}

/// The result of a node for given inputs.
pub(super) fn apply(n: &crate::graph::Node, inputs: &[&Tensor]) -> Option<Tensor> {
    let operation = table::find(n)?;
    let list = inputs.iter().map(|t| Some(*t)).collect();
    operation.evaluate(n, &Args { list }).ok()?.into_iter().next()
}

/// Which node gives a tensor, and how many nodes and results read it.
pub(super) struct Links {
    givers: BTreeMap<String, usize>,
    reads: BTreeMap<String, usize>,
}

impl Links {
    pub(super) fn of(g: &Graph) -> Links {
        let mut links = Links { givers: BTreeMap::new(), reads: BTreeMap::new() };
        for (k, n) in g.nodes.iter().enumerate() {
            links.givers.extend(n.outputs.iter().map(|o| (o.clone(), k)));
        }
        for i in g.nodes.iter().flat_map(|n| &n.inputs).chain(&g.outputs) {
            *links.reads.entry(i.clone()).or_default() += 1;
        }
        links
    }
}

/// The regions that end in a node, each within the next.
pub(super) struct Regions<'g> {
    graph: &'g Graph,
    links: &'g Links,
    nodes: BTreeSet<usize>,
    /// Tensors that are read and not given, with how often.
    open: BTreeMap<&'g String, usize>,
    /// Which nodes may be part of one, and of how many it has at most.
    part: fn(&Graph, usize) -> bool,
    most: usize,
}

impl<'g> Regions<'g> {
    pub(super) fn new(graph: &'g Graph, links: &'g Links, end: usize) -> Regions<'g> {
        Self::of(graph, links, end, Self::may_be_part, MOST)
    }

    /// The same of nodes that may be part of one, and of at most so many.
    pub(super) fn of(
        graph: &'g Graph,
        links: &'g Links,
        end: usize,
        part: fn(&Graph, usize) -> bool,
        most: usize,
    ) -> Regions<'g> {
        let (nodes, open) = (BTreeSet::new(), BTreeMap::new());
        let mut all = Regions { graph, links, nodes, open, part, most };
        if part(graph, end) {
            all.grow(end);
        }
        all
    }

    fn may_be_part(g: &Graph, k: usize) -> bool {
        table::is_pointwise(&g.nodes[k]) || table::reduces(&g.nodes[k])
    }

    fn grow(&mut self, k: usize) {
        let n = &self.graph.nodes[k];
        n.outputs.iter().for_each(|o| {
            self.open.remove(o);
        });
        let read = n.inputs.iter().filter(|i| !i.is_empty());
        for i in read.filter(|i| !self.graph.initializers.contains_key(*i)) {
            *self.open.entry(i).or_default() += 1;
        }
        self.nodes.insert(k);
    }

    /// The last node that gives what is open, if it may be part of the region.
    fn giver(&self) -> Option<usize> {
        let given = |(name, reads): (&&'g String, &usize)| {
            Some((*self.links.givers.get(*name)?, *name, *reads))
        };
        let (k, name, reads) = self.open.iter().filter_map(given).max()?;
        let alone = self.graph.nodes[k].outputs.len() == 1;
        // Nothing but the region reads it.
        let inner = self.links.reads.get(name) == Some(&reads);
        (alone && inner && (self.part)(self.graph, k)).then_some(k)
    }
}

impl Iterator for Regions<'_> {
    type Item = Region;

    fn next(&mut self) -> Option<Region> {
        loop {
            if self.nodes.is_empty() || self.nodes.len() > self.most {
                return None;
            }
            let mut open = self.open.keys();
            let now = open.next().filter(|_| self.open.len() == 1);
            let from = now.map(|name| (*name).clone());
            let found = from.map(|from| Region { nodes: self.nodes.clone(), from });
            match self.giver() {
                Some(k) => self.grow(k),
                None => self.nodes.clear(),
            }
            if found.is_some() {
                return found;
            }
        }
    }
}
