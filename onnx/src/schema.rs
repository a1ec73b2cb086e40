//! How many inputs each operation takes and which attributes it has: the table `schema.csv`, which
//! `tests/onnx/make_schema.py` writes from the ONNX project's own schemas.

use super::decode::{CONVERT, MIN_OPSET};
use super::fault::Fault;
use super::graph::{Attribute, Graph, Node, show};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One operation, over all its versions that are read.
struct Row {
    /// The first opset that has it.
    since: i64,
    /// The one that changed it last.
    last: i64,
    least: usize,
    most: usize,
    /// Attributes with the kinds they may have.
    attributes: BTreeMap<&'static str, Vec<&'static str>>,
}

type Table = BTreeMap<(&'static str, &'static str), Row>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("schema.csv").lines().skip(1).filter_map(row).collect())
}

fn row(line: &'static str) -> Option<((&'static str, &'static str), Row)> {
    let [domain, op, since, last, least, most, attributes] =
        line.split(',').collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let pairs = attributes.split(' ').filter_map(|a| a.split_once(':'));
    let attributes = pairs.map(|(name, kinds)| (name, kinds.split('|').collect())).collect();
    let row = Row {
        since: since.parse().ok()?,
        last: last.parse().ok()?,
        least: least.parse().ok()?,
        most: most.parse().ok()?,
        attributes,
    };
    Some(((domain, op), row))
}

/// How many inputs an operation takes, and its attributes with their kinds.
#[cfg(test)]
pub(crate) type Shape = (usize, usize, Vec<(&'static str, Vec<&'static str>)>);

/// What is known of an operation.
#[cfg(test)]
pub(crate) fn shape_of(domain: &str, op: &str) -> Option<Shape> {
    let row = table().get(&(domain, op))?;
    let attributes = row.attributes.iter().map(|(n, k)| (*n, k.clone())).collect();
    Some((row.least, row.most, attributes))
}

/// As `schema.csv` writes it.
fn kind(a: &Attribute) -> &'static str {
    match a {
        Attribute::Float(_) => "float",
        Attribute::Int(_) => "int",
        Attribute::Text(_) => "string",
        Attribute::Tensor(_) => "tensor",
        Attribute::Floats(_) => "floats",
        Attribute::Ints(_) => "ints",
        Attribute::Texts(_) => "strings",
        Attribute::Body(_) | Attribute::Other => "another kind",
    }
}

/// Everything about the nodes that does not fit their operation.
pub(crate) fn check(g: &Graph) -> Vec<Fault> {
    g.nodes.iter().filter_map(|n| check_node(n).err()).collect()
}

/// What does not fit the operation of a node.
pub(crate) fn check_node(n: &Node) -> Result<(), Fault> {
    let row = table().get(&(n.domain.as_str(), n.op.as_str()));
    let fault = |text: String| Err(Fault::new(text).at(n.place()));
    // What an old opset means by it is what it means today, if nothing has changed it.
    if n.domain.is_empty() && n.opset < MIN_OPSET && row.is_none_or(|r| r.last > n.opset) {
        let text = format!("opset {} of `ai.onnx` is older than {MIN_OPSET}", n.opset);
        return Err(Fault::new(text).at(n.place()).help(CONVERT));
    }
    let Some(row) = row else { return Ok(()) };
    if n.opset < row.since {
        let (op, since, opset) = (&n.op, row.since, n.opset);
        return fault(format!("{op} exists since opset {since}, the model asks for {opset}"));
    }
    let given = n.inputs.iter().rposition(|i| !i.is_empty()).map_or(0, |k| k + 1);
    if given > row.most {
        return fault(format!("has {given} inputs, {} takes at most {}", n.op, row.most));
    }
    if n.inputs.len() < row.least {
        let (got, least) = (n.inputs.len(), row.least);
        return fault(format!("has {got} inputs, {} takes at least {least}", n.op));
    }
    for (name, a) in &n.attributes {
        match row.attributes.get(name.as_str()) {
            None => return fault(format!("{} has no attribute `{}`", n.op, show(name))),
            Some(kinds) if !kinds.contains(&kind(a)) => {
                let (got, wanted) = (kind(a), kinds.join(" or "));
                return fault(format!("attribute `{}` is {got}, not {wanted}", show(name)));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_listed_operation_can_be_imported_or_says_why() {
        let lines = include_str!("schema.csv").lines().count() - 1;
        assert_eq!(table().len(), lines);
        let known = crate::operations().into_iter().map(|(_, domain, op)| (domain, op));
        let known: std::collections::BTreeSet<_> = known.collect();
        let missing: Vec<_> = table().keys().filter(|k| !known.contains(*k)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn what_does_not_fit() {
        let node = |inputs: usize, attributes: &[(&str, Attribute)]| Node {
            name: "r".into(),
            opset: 16,
            op: "LeakyRelu".into(),
            inputs: vec!["x".into(); inputs],
            attributes: attributes.iter().map(|(n, a)| ((*n).into(), a.clone())).collect(),
            ..Node::default()
        };
        let said = |n: &Node| check_node(n).map_err(|f| f.message);
        assert_eq!(said(&node(1, &[("alpha", Attribute::Float(0.1))])), Ok(()));
        assert_eq!(said(&node(2, &[])), Err("has 2 inputs, LeakyRelu takes at most 1".into()));
        assert_eq!(said(&node(0, &[])), Err("has 0 inputs, LeakyRelu takes at least 1".into()));
        let e = said(&node(1, &[("alpha", Attribute::Int(1))]));
        assert_eq!(e, Err("attribute `alpha` is int, not float".into()));
        let old = Node { op: "HardSwish".into(), opset: 13, ..node(1, &[]) };
        assert_eq!(
            said(&old),
            Err("HardSwish exists since opset 14, the model asks for 13".into())
        );
        assert_eq!(said(&Node { opset: 14, ..old }), Ok(()));
        let not = |opset| Node { op: "Not".into(), opset, ..node(1, &[]) };
        assert_eq!(said(&not(1)), Ok(()));
        let e = said(&Node { op: "Relu".into(), ..not(6) });
        assert_eq!(e, Err("opset 6 of `ai.onnx` is older than 7".into()));
        let e = said(&node(1, &[("beta", Attribute::Float(1.0))]));
        assert_eq!(e, Err("LeakyRelu has no attribute `beta`".into()));
    }
}
