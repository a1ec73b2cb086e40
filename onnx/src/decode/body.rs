//! Graphs inside of nodes.

use super::{Reader, sparse, tensors};
use crate::fault::{Fault, Import};
use crate::graph::{Body, sort};
use crate::proto::GraphProto;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Reads the graph of an attribute of a node that is written in these versions. protobuf limits how
/// deep they nest.
pub(super) fn read(
    g: GraphProto,
    opsets: &Rc<super::Opsets>,
    reader: &mut Reader<'_, '_>,
) -> Import<Body> {
    let first = |faults: Vec<Fault>| faults.into_iter().next().map_or(Ok(()), Err);
    let mut faults = vec![];
    let initializers = tensors(&g, reader.external, false, &mut faults);
    faults.extend(sparse(&g));
    first(faults)?;
    let inputs = g.input.into_iter().map(|i| i.name);
    let inputs: Vec<String> = inputs.filter(|i| !initializers.contains_key(i)).collect();
    let outputs: Vec<String> = g.output.into_iter().map(|o| o.name).collect();
    let mut faults = vec![];
    let nodes = reader.nodes(g.node, opsets, &mut faults);
    first(faults)?;
    let given: BTreeSet<&String> = nodes.iter().flat_map(|n| &n.outputs).collect();
    let own = |n: &String| inputs.contains(n) || initializers.contains_key(n) || given.contains(n);
    let mut reads: Vec<String> = vec![];
    let mut seen = BTreeSet::new();
    for i in nodes.iter().flat_map(|n| &n.inputs).chain(&outputs) {
        if !i.is_empty() && !own(i) && seen.insert(i) {
            reads.push(i.clone());
        }
    }
    let given: BTreeSet<String> = given.into_iter().cloned().collect();
    let outside = |n: &str| !given.contains(n);
    let taken = inputs.iter().chain(initializers.keys()).find(|n| given.contains(*n));
    if let Some(n) = taken {
        let text = format!("tensor `{}` is given twice", crate::graph::show(n));
        return Err(Fault::new(text));
    }
    let nodes = sort(nodes, &outside, &outputs).map_err(|f| f.into_iter().next());
    match nodes {
        Ok(nodes) => Ok(Body { inputs, nodes, initializers, outputs, reads }),
        Err(f) => Err(f.unwrap_or_else(|| Fault::new("is no graph"))),
    }
}
