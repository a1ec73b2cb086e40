//! Strings: a circuit has none, so each becomes its place in the list that it comes from.
//!
//! The lists are constants of the graph, the labels of a classifier and the values of a LabelEncoder.
//! From there on the places may be looked up and moved, as exporters do to name a class, and nothing
//! else: whatever compares or joins strings would take the place in one list for one in another. What
//! the places stand for is kept by the tensor's name.

use crate::context::{Role, Trees};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Attribute, Graph, Node, show};
use crate::table;
use crate::tensor::{Element, Tensor, Values};
use std::collections::BTreeMap;

/// The code of strings in `TensorProto.DataType`.
const STRING: i64 = 8;

/// The strings of a constant, each once, and their places in its stead.
fn places(t: &Tensor) -> Option<(Vec<String>, Tensor)> {
    let Values::Text(a) = &t.values else { return None };
    let (mut list, mut known) = (vec![], BTreeMap::new());
    let values = a.mapv(|text| {
        *known.entry(text.clone()).or_insert_with(|| {
            list.push(text);
            list.len() as i64 - 1
        })
    });
    Some((list, Tensor::int(Element::Int64, values)))
}

/// The strings that the first result of a node names, by their places.
fn named(n: &Node) -> Import<Option<Vec<String>>> {
    let given = |name: &str| Ok(n.texts(name)?.filter(|l| !l.is_empty()).map(<[String]>::to_vec));
    Ok(match table::role(n) {
        Role::Trees(Trees::Classes) | Role::Classifier => given("classlabels_strings")?,
        Role::LabelEncoder => {
            let keyed = ["keys_int64s", "keys_floats", "keys_tensor"];
            let of = match keyed.iter().any(|k| n.attributes.contains_key(*k)) {
                true => "values_strings",
                false => "classes_strings",
            };
            let default = n.text("default_string")?.unwrap_or("_Unused").to_string();
            given(of)?.map(|l| l.into_iter().chain([default]).collect())
        }
        _ => None,
    })
}

/// Puts places in the list for the categories of a node; one that is not there has a place that nothing has.
fn number(n: &mut Node, list: &[String]) -> Import<()> {
    let Some(Attribute::Texts(categories)) = n.attributes.get("cats_strings") else {
        return Ok(());
    };
    let places = |c: &String| {
        list.iter().enumerate().filter(|(_, t)| *t == c).map(|(k, _)| k as i64).collect::<Vec<_>>()
    };
    let mut all = vec![];
    for (k, c) in categories.iter().enumerate() {
        match places(c).as_slice() {
            [] => all.push(-1 - k as i64),
            [one] => all.push(*one),
            _ => {
                return refuse(format!(
                    "its category `{}` is twice in the list of its input",
                    show(c)
                ));
            }
        }
    }
    n.attributes.remove("cats_strings");
    n.attributes.insert("cats_int64s".into(), Attribute::Ints(all));
    Ok(())
}

/// Why a node cannot have strings.
fn refusal(n: &Node, k: usize) -> Fault {
    Fault::new(format!("`{}` holds strings: only numbers can be proved", show(&n.inputs[k])))
        .at(n.place())
        .help("strings may be looked up by a number and moved: leave out what else is done to them")
}

/// Puts places for strings everywhere in a sorted graph, and notes what they stand for.
pub(super) fn settle(g: &mut Graph) -> Result<(), Vec<Fault>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, t) in &mut g.initializers {
        if let Some((list, places)) = places(t) {
            texts.insert(name.clone(), list);
            *t = places;
        }
    }
    let mut faults = vec![];
    for n in &mut g.nodes {
        let reads = |k: &usize| n.inputs.get(*k).is_some_and(|i| texts.contains_key(i));
        let all: Vec<usize> = (0..n.inputs.len()).filter(reads).collect();
        let same = table::role(n) == Role::Cast && n.int_or("to", 0).ok() == Some(STRING);
        let list = match all.as_slice() {
            [] => named(n).unwrap_or_default(),
            [0] if table::moves(n) || same => texts.get(&n.inputs[0]).cloned(),
            [0] if table::role(n) == Role::OneHotEncoder => {
                let list = texts.get(&n.inputs[0]).map_or(&[][..], Vec::as_slice);
                faults.extend(number(n, list).err().map(|f| f.at(n.place())));
                None
            }
            [.., k] => {
                faults.push(refusal(n, *k));
                None
            }
        };
        if same && !all.is_empty() {
            n.op = "Identity".into();
            n.attributes.clear();
        }
        if let (Some(list), Some(y)) = (list, n.outputs.first()) {
            texts.insert(y.clone(), list);
        }
    }
    texts.retain(|name, _| g.outputs.contains(name));
    g.texts = texts;
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::{Tensor, Values, settle};
    use crate::graph::{Attribute, Graph, ML, Node};
    use crate::tensor::Element;
    use ndarray::{ArrayD, IxDyn};
    use std::collections::BTreeMap;

    fn node(domain: &str, op: &str, inputs: &[&str], output: &str) -> Node {
        Node {
            domain: domain.into(),
            op: op.into(),
            inputs: inputs.iter().map(ToString::to_string).collect(),
            outputs: vec![output.into()],
            ..Node::default()
        }
    }

    /// A graph that knows the strings b, a, b and gives y.
    fn graph(nodes: Vec<Node>) -> Graph {
        let list = ["b", "a", "b"].map(String::from).to_vec();
        let values = Values::Text(ArrayD::from_shape_vec(IxDyn(&[3]), list).unwrap());
        let texts = Tensor { element: Element::Text, values };
        Graph {
            nodes,
            initializers: BTreeMap::from([("texts".into(), texts)]),
            outputs: vec!["y".into()],
            ..Graph::default()
        }
    }

    #[test]
    fn what_is_looked_up_and_moved_keeps_its_names() {
        let mut cast = node("", "Cast", &["r"], "y");
        cast.attributes.insert("to".into(), Attribute::Int(8));
        let look = node(ML, "ArrayFeatureExtractor", &["texts", "k"], "l");
        let mut g = graph(vec![look, node("", "Reshape", &["l", "shape"], "r"), cast]);
        settle(&mut g).unwrap();
        assert_eq!(g.texts["y"], ["b", "a"]);
        assert_eq!(g.texts.len(), 1);
        assert_eq!(g.initializers["texts"], Tensor::int64s(&[0, 1, 0]));
        assert_eq!(g.nodes[2].op, "Identity");
    }

    #[test]
    fn what_compares_or_joins_strings_is_refused() {
        let look = || node("", "Gather", &["texts", "k"], "l");
        for (op, inputs) in [
            ("Equal", ["l", "texts"]),
            ("Concat", ["x", "l"]),
            ("Gather", ["x", "l"]),
            ("Relu", ["l", ""]),
        ] {
            let mut g = graph(vec![look(), node("", op, &inputs, "y")]);
            let faults = settle(&mut g).unwrap_err();
            assert!(faults[0].to_string().contains("holds strings"), "{faults:?}");
        }
    }

    #[test]
    fn classifiers_name_their_labels() {
        let mut n = node(ML, "LinearClassifier", &["x"], "y");
        let labels = Attribute::Texts(vec!["no".into(), "yes".into()]);
        n.attributes.insert("classlabels_strings".into(), labels);
        let mut g = graph(vec![n]);
        settle(&mut g).unwrap();
        assert_eq!(g.texts["y"], ["no", "yes"]);
    }
}
