//! What a graph says of its results, beside what they are.

use crate::context::Role;
use crate::fault::Fault;
use crate::graph::{Graph, Node, show};
use crate::table;
use crate::tensor::{Element, Tensor};
use std::collections::BTreeMap;

/// Results that are not what the graph says they are: of another type, or of another shape, if that is said in full.
/// A shape that is open in part is what exporters write by rule, wrongly at times: onnxruntime does not go by it, and
/// here it is a warning. So is the one column that they write for trees of several outputs.
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
            continue;
        }
        let Some(sizes) = said.shape.as_ref().filter(|s| !fits(s, t.shape())) else { continue };
        let (shape, said) = (t.shape(), said.text());
        let text =
            format!("gives `{}` with the shape {shape:?}; the graph says {said}", show(name));
        if sizes.contains(&None) || one_column(g, name, sizes, shape) {
            warnings.push(format!("{place}: {text}"));
        } else {
            faults.push(Fault::new(text).at(place));
        }
    }
    (faults, warnings)
}

/// Whether trees give more columns than the one that is declared.
fn one_column(g: &Graph, name: &str, said: &[Option<usize>], shape: &[usize]) -> bool {
    let of_trees =
        |n: &&Node| n.outputs.iter().any(|o| o == name) && matches!(table::role(n), Role::Trees(_));
    g.nodes.iter().any(|n| of_trees(&n))
        && matches!((said, shape), ([Some(a), Some(1)], [b, more]) if a == b && *more > 1)
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

    /// What is said of y = Relu(x) of the shape [1, 3], where the graph says another; 0 stands for an open size.
    fn said(dims: &[i64]) -> Result<Vec<String>, String> {
        let node = NodeProto {
            input: vec!["x".into()],
            output: vec!["y".into()],
            op_type: "Relu".into(),
            ..NodeProto::default()
        };
        let mut y = value("y", dims);
        let shape = y.r#type.as_mut().and_then(|t| t.tensor_type.as_mut()?.shape.as_mut()).unwrap();
        for d in shape.dim.iter_mut().filter(|d| d.dim_value == Some(0)) {
            (d.dim_value, d.dim_param) = (None, Some("N".into()));
        }
        let graph = GraphProto {
            node: vec![node],
            input: vec![value("x", &[1, 3])],
            output: vec![y],
            ..GraphProto::default()
        };
        read(graph, 18).map(|m| m.warnings().to_vec()).map_err(|f| f[0].to_string())
    }

    #[test]
    fn another_shape_than_the_graph_says_is_told() {
        assert_eq!(said(&[1, 3]), Ok(vec![]));
        assert_eq!(said(&[0, 3]), Ok(vec![]));
        for (dims, text) in [(&[0, 1][..], "[?, 1]"), (&[0], "[?]")] {
            let told = said(dims).unwrap();
            let end = format!("gives `y` with the shape [1, 3]; the graph says {text}");
            assert!(told[0].ends_with(&end), "{told:?}");
        }
        assert!(said(&[1, 7]).unwrap_err().ends_with("the graph says [1, 7]"));
    }
}
