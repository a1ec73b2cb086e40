//! Functions of columns that nodes write out with numbers that are none on the way: where an Imputer puts something in
//! the place of the NaN that nodes before it made, as power transformations are written, the nodes are one function of
//! each element, and its steps are not what a circuit could take. They become one node, whose function has a table.

use super::region::{Links, Region, Regions};
use crate::context::Role;
use crate::graph::{Attribute, Body, Graph, Node};
use crate::ops::classical::{BODY, COLUMNS};
use crate::ops::quantized::OWN;
use crate::table::{self, role};
use crate::tensor::Tensor;
use std::collections::BTreeMap;

/// Most nodes of a function, and most columns: each has a table.
const MOST: usize = 96;
const MOST_COLUMNS: usize = 256;

/// Whether each element of a node's result follows from the element at its place, and from its column.
fn may_be_part(g: &Graph, k: usize) -> bool {
    let n = &g.nodes[k];
    table::is_pointwise(n) || table::is_columnwise(n) || role(n) == Role::Cast
}

/// Whether a node replaces what nodes of the region made.
fn mends(g: &Graph, region: &Region) -> bool {
    let given = |name: &String| region.nodes.iter().any(|k| g.nodes[*k].outputs.contains(name));
    let mut imputers =
        region.nodes.iter().map(|k| &g.nodes[*k]).filter(|n| role(n) == Role::Imputer);
    imputers.any(|n| n.inputs.first().is_some_and(given))
}

/// Whether the region reads constants that have a number for each column, or one for all.
fn by_column(g: &Graph, region: &Region, columns: usize) -> bool {
    let fits = |t: &Tensor| match t.shape().split_last() {
        None => true,
        Some((last, rest)) => {
            rest.len() < 2 && rest.iter().all(|d| *d == 1) && (*last == 1 || *last == columns)
        }
    };
    let names = region.nodes.iter().flat_map(|k| &g.nodes[*k].inputs);
    names.filter_map(|i| g.initializers.get(i)).all(fits)
}

/// The largest such region that ends in a node.
fn find(
    g: &Graph,
    links: &Links,
    samples: &BTreeMap<String, Tensor>,
    end: usize,
) -> Option<Region> {
    let y = samples.get(g.nodes[end].outputs.first()?)?;
    let columns = y.shape().last().copied().filter(|c| (1..=MOST_COLUMNS).contains(c))?;
    if !y.element.is_float() || g.nodes[end].outputs.len() != 1 {
        return None;
    }
    let fits = |r: &Region| {
        let x = samples.get(&r.from)?;
        let same = x.shape() == y.shape() && x.element.is_float();
        (same && mends(g, r) && by_column(g, r, columns)).then_some(())
    };
    Regions::of(g, links, end, may_be_part, MOST).filter(|r| fits(r).is_some()).last()
}

/// Makes what it finds one node each, from the last node on.
pub(super) fn recognize(g: &mut Graph, samples: &BTreeMap<String, Tensor>) {
    let mut end = g.nodes.len();
    while end > 0 && g.nodes.iter().any(|n| role(n) == Role::Imputer) {
        end -= 1;
        let Some(region) = find(g, &Links::of(g), samples, end) else { continue };
        let nodes: Vec<Node> = region.nodes.iter().map(|k| g.nodes[*k].clone()).collect();
        let read = nodes.iter().flat_map(|n| &n.inputs);
        let initializers =
            read.filter_map(|i| Some((i.clone(), g.initializers.get(i)?.clone()))).collect();
        let last = &g.nodes[end];
        let body = Body {
            inputs: vec![region.from.clone()],
            outputs: last.outputs.clone(),
            nodes,
            initializers,
            reads: vec![],
        };
        let node = Node {
            name: last.name.clone(),
            op: COLUMNS.into(),
            domain: OWN.into(),
            opset: 1,
            inputs: vec![region.from.clone()],
            outputs: last.outputs.clone(),
            attributes: [(BODY.to_string(), Attribute::Body(body.into()))].into(),
            ..Node::default()
        };
        g.nodes[end] = node;
        let mut at = 0;
        g.nodes.retain(|_| {
            at += 1;
            at - 1 == end || !region.nodes.contains(&(at - 1))
        });
        end = end + 1 - region.nodes.len();
    }
}
