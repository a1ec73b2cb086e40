//! Which results of a graph are computed: its own, or those that a caller names.

use crate::fault::Fault;
use crate::graph::{Node, listed, show};

/// The results that are wanted, each once, in the order in which they are named; the graph's own if none are.
/// Besides the graph's results any tensor that a node gives can be one.
pub(super) fn chosen(
    own: Vec<String>,
    wanted: &[String],
    nodes: &[Node],
) -> Result<Vec<String>, Vec<Fault>> {
    if wanted.is_empty() {
        return Ok(own);
    }
    let given = |name: &String| nodes.iter().any(|n| n.outputs.contains(name));
    let (mut out, mut faults): (Vec<String>, Vec<Fault>) = (vec![], vec![]);
    for name in wanted.iter().filter(|n| !n.is_empty()) {
        if !own.contains(name) && !given(name) {
            let inner = nodes.iter().flat_map(|n| &n.outputs).filter(|o| !o.is_empty());
            let inner = inner.filter(|o| !own.contains(o)).map(String::as_str);
            let all: Vec<&str> = own.iter().map(String::as_str).chain(inner).collect();
            let place = format!("--output {}", show(name));
            let f = Fault::new("no node gives such a tensor");
            faults.push(f.at(place).help(listed(name, &all)));
        } else if !out.contains(name) {
            out.push(name.clone());
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}
