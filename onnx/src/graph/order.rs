//! The order of nodes.

use super::{Node, show};
use crate::fault::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts nodes so that each follows those it reads from.
///
/// # Errors
/// Everything that is no graph: a tensor that two nodes give, one that nothing gives, a cycle.
pub(crate) fn sort(
    nodes: Vec<Node>,
    known: &dyn Fn(&str) -> bool,
    outputs: &[String],
) -> Result<Vec<Node>, Vec<Fault>> {
    let links = Links::new(&nodes, known, outputs)?;
    let order = links.order();
    if order.len() < nodes.len() {
        let in_order: BTreeSet<usize> = order.into_iter().collect();
        let rest = (0..nodes.len()).filter(|k| !in_order.contains(k));
        let places: Vec<String> = rest.take(8).map(|k| nodes[k].place()).collect();
        let help = format!("on the cycle or behind it: {}", places.join(", "));
        return Err(vec![Fault::new("the graph has a cycle").at(places[0].clone()).help(help)]);
    }
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|k| slots[k].take()).collect())
}

/// Who waits for whom.
struct Links {
    /// How many inputs of each node other nodes give.
    missing: Vec<usize>,
    /// Which nodes read what each gives, once for each input.
    readers: Vec<Vec<usize>>,
}

impl Links {
    fn new(
        nodes: &[Node],
        known: &dyn Fn(&str) -> bool,
        outputs: &[String],
    ) -> Result<Links, Vec<Fault>> {
        let mut faults = vec![];
        let mut giver: BTreeMap<&str, usize> = BTreeMap::new();
        for (k, n) in nodes.iter().enumerate() {
            for o in n.outputs.iter().filter(|o| !o.is_empty()) {
                if known(o) || giver.insert(o, k).is_some() {
                    let twice = format!("tensor `{}` is given twice", show(o));
                    faults.push(Fault::new(twice).at(n.place()));
                }
            }
        }
        let mut links = Links { missing: vec![0; nodes.len()], readers: vec![vec![]; nodes.len()] };
        for (k, n) in nodes.iter().enumerate() {
            for i in n.inputs.iter().filter(|i| !i.is_empty() && !known(i)) {
                match giver.get(i.as_str()) {
                    Some(&g) => {
                        links.missing[k] += 1;
                        links.readers[g].push(k);
                    }
                    None => faults.push(
                        Fault::new(format!(
                            "reads `{}`, which is no input, no initializer and no node's output",
                            show(i)
                        ))
                        .at(n.place()),
                    ),
                }
            }
        }
        for o in outputs.iter().filter(|o| !known(o) && !giver.contains_key(o.as_str())) {
            let place = format!("output `{}`", show(o));
            faults.push(Fault::new("no node gives it").at(place));
        }
        if faults.is_empty() { Ok(links) } else { Err(faults) }
    }

    /// Nodes that can come, each behind what it reads; the smallest that is ready first, which keeps the
    /// file's own order where it is one.
    fn order(mut self) -> Vec<usize> {
        let ready = (0..self.missing.len()).filter(|k| self.missing[*k] == 0);
        let mut ready: BTreeSet<usize> = ready.collect();
        let mut order = vec![];
        while let Some(k) = ready.pop_first() {
            order.push(k);
            for &r in &self.readers[k] {
                self.missing[r] -= 1;
                if self.missing[r] == 0 {
                    ready.insert(r);
                }
            }
        }
        order
    }
}
