//! What a graph says of its results, beside what they are.

use crate::fault::Fault;
use crate::graph::{Graph, show};
use crate::tensor::{Element, Tensor};
use std::collections::BTreeMap;

/// Results that are not what the graph says they are: of another type, and as warnings those of another shape,
/// which exporters get wrong, and which onnxruntime goes by no more than we do.
pub(super) fn check(g: &Graph, values: &BTreeMap<String, Tensor>) -> (Vec<Fault>, Vec<String>) {
    let (mut faults, mut warnings) = (vec![], vec![]);
    for (name, said) in &g.declared {
        let Some(t) = values.get(name) else { continue };
        let place = match g.nodes.iter().find(|n| n.outputs.contains(name)) {
            Some(n) => n.place(),
            None => format!("output `{}`", show(name)),
        };
        if said.element.is_some_and(|e| e != t.element && e != Element::Text) {
            let said = said.element.map_or("", Element::name);
            let text =
                format!("gives `{}` as {}; the graph says {said}", show(name), t.element.name());
            faults.push(Fault::new(text).at(place));
        } else if said.shape.as_ref().is_some_and(|s| !fits(s, t.shape())) {
            let (name, shape) = (show(name), t.shape());
            let said = said.text();
            warnings.push(format!(
                "{place}: gives `{name}` with the shape {shape:?}; the graph says {said}"
            ));
        }
    }
    (faults, warnings)
}

/// Whether sizes are those that were declared, as far as they were.
fn fits(said: &[Option<usize>], shape: &[usize]) -> bool {
    let one = |(d, n): (&Option<usize>, &usize)| d.is_none_or(|d| d == *n);
    said.len() == shape.len() && said.iter().zip(shape).all(one)
}

#[cfg(test)]
mod tests {
    use crate::one_node::{read, value};
    use crate::proto::{GraphProto, NodeProto};

    /// y = Relu(x) of the shape [1, 3], where the graph says another.
    fn said(dims: &[i64]) -> Vec<String> {
        let node = NodeProto {
            input: vec!["x".into()],
            output: vec!["y".into()],
            op_type: "Relu".into(),
            ..NodeProto::default()
        };
        let graph = GraphProto {
            node: vec![node],
            input: vec![value("x", &[1, 3])],
            output: vec![value("y", dims)],
            ..GraphProto::default()
        };
        read(graph, 18).unwrap().warnings().to_vec()
    }

    #[test]
    fn another_shape_than_the_graph_says_is_told_and_refuses_nothing() {
        assert_eq!(said(&[1, 3]), [""; 0]);
        let told = said(&[3]);
        assert!(
            told[0].ends_with("gives `y` with the shape [1, 3]; the graph says [3]"),
            "{told:?}"
        );
        assert_eq!(said(&[1, 1]).len(), 1);
    }
}
