//! The graph of a model after decoding: nodes in an order in which each follows what it reads.

use super::fault::{Fault, Import, refuse};
use super::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Domain of the classical operators.
pub(crate) const ML: &str = "ai.onnx.ml";

/// A decoded model.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// Producer's name and version, for the head of the program.
    pub(crate) producer: String,
    /// Version of each operator domain; the default domain is the empty name.
    pub(crate) opsets: BTreeMap<String, i64>,
    /// Sorted topologically.
    pub(crate) nodes: Vec<Node>,
    /// Constants by name.
    pub(crate) initializers: BTreeMap<String, Tensor>,
    /// What the caller supplies, in order; without those that have an initializer.
    pub(crate) inputs: Vec<Input>,
    /// Inputs without elements, which are constants instead.
    pub(crate) empty: Vec<Input>,
    /// Names of the results, in order.
    pub(crate) outputs: Vec<String>,
    /// What the file says of its results.
    pub(crate) declared: BTreeMap<String, Declared>,
    /// Scales of constants that were integers in the file, for whoever writes them as integers again.
    /// What a constant became since is not known here: its values have to be looked at.
    pub(crate) grids: BTreeMap<String, Vec<f32>>,
    /// The strings that results name by their places.
    pub(crate) texts: BTreeMap<String, Vec<String>>,
}

impl Graph {
    /// What to do if an input that has no elements is to have some.
    pub(crate) fn empty_hint(&self) -> Option<String> {
        let Input { name, shape, .. } = self.empty.first()?;
        let k = shape.iter().position(|d| *d == 0)?;
        let name = show(name);
        Some(format!(
            "`{name}` has the shape {shape:?}; if its 0 stands for any size: --dim {name}.{k}=1"
        ))
    }
}

/// What a file says of a tensor; whatever it leaves open is `None`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Declared {
    pub(crate) element: Option<Element>,
    pub(crate) shape: Option<Vec<Option<usize>>>,
}

impl Declared {
    /// The shape in words: `[1, ?]`.
    pub(crate) fn text(&self) -> String {
        let size = |d: &Option<usize>| d.map_or("?".into(), |n| n.to_string());
        let sizes = self.shape.iter().flatten().map(size).collect::<Vec<_>>();
        format!("[{}]", sizes.join(", "))
    }
}

/// An input of the graph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) element: Element,
    pub(crate) shape: Vec<usize>,
}

/// One operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    /// Its name; an unnamed node gets none.
    pub(crate) name: String,
    /// Operator.
    pub(crate) op: String,
    /// Operator domain; the default one is empty.
    pub(crate) domain: String,
    /// Version of the domain that the model asks for.
    pub(crate) opset: i64,
    /// Names of tensors; an omitted one is empty. What only the graphs inside of it read comes last.
    pub(crate) inputs: Vec<String>,
    /// How many tensors only the graphs inside of it read.
    pub(crate) captured: usize,
    /// Names of tensors; an unused one is empty.
    pub(crate) outputs: Vec<String>,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Attribute {
    Float(f32),
    Int(i64),
    Text(String),
    Tensor(Tensor),
    Floats(Vec<f32>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
    Body(Arc<Body>),
    /// Types, sparse tensors and lists of graphs: nothing that is imported has them.
    Other,
}

/// A graph inside of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Body {
    /// What it is given.
    pub(crate) inputs: Vec<String>,
    /// Sorted topologically.
    pub(crate) nodes: Vec<Node>,
    pub(crate) initializers: BTreeMap<String, Tensor>,
    pub(crate) outputs: Vec<String>,
    /// Tensors of the graphs around it that it reads.
    pub(crate) reads: Vec<String>,
}

/// Names that are taken, and others for what comes to a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fresh {
    taken: BTreeSet<String>,
}

impl Fresh {
    /// Notes a name.
    pub(crate) fn take(&mut self, name: &str) {
        self.taken.insert(name.into());
    }

    /// A name that nothing has, as close to `hint` as it can be.
    pub(crate) fn name(&mut self, hint: &str) -> String {
        let mut name = hint.to_string();
        let mut k = 1;
        while !self.taken.insert(name.clone()) {
            k += 1;
            name = format!("{hint}.{k}");
        }
        name
    }
}

impl Node {
    /// The inputs that its operator speaks of.
    pub(crate) fn own_inputs(&self) -> &[String] {
        &self.inputs[..self.inputs.len().saturating_sub(self.captured)]
    }

    /// Notes what a graph inside of it reads.
    pub(crate) fn capture(&mut self, reads: &[String]) {
        for name in reads {
            let behind = self.inputs.len() - self.captured;
            if !self.inputs[behind..].contains(name) {
                self.inputs.push(name.clone());
                self.captured += 1;
            }
        }
    }

    /// A graph inside of it.
    pub(crate) fn body(&self, name: &str) -> Import<&Arc<Body>> {
        let found = self.attribute(name, "a graph", |a| match a {
            Attribute::Body(b) => Some(b),
            _ => None,
        })?;
        found.ok_or_else(|| Fault::new(format!("`{name}` is missing")))
    }

    /// What errors call it.
    pub(crate) fn place(&self) -> String {
        let op = match self.domain.as_str() {
            "" => self.op.clone(),
            d => format!("{d}.{}", self.op),
        };
        match (self.name.as_str(), self.outputs.iter().find(|o| !o.is_empty())) {
            ("", Some(out)) => format!("node for `{}` ({op})", show(out)),
            ("", None) => format!("node without a name ({op})"),
            (name, _) => format!("node `{}` ({op})", show(name)),
        }
    }

    fn attribute<'n, T>(
        &'n self,
        name: &str,
        kind: &str,
        get: impl Fn(&'n Attribute) -> Option<T>,
    ) -> Import<Option<T>> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(a) => match get(a) {
                Some(v) => Ok(Some(v)),
                None => refuse(format!("attribute `{name}` is not {kind}")),
            },
        }
    }

    /// An integer attribute.
    pub(crate) fn int(&self, name: &str) -> Import<Option<i64>> {
        self.attribute(name, "an integer", |a| match a {
            Attribute::Int(v) => Some(*v),
            _ => None,
        })
    }

    /// An integer attribute with its default.
    pub(crate) fn int_or(&self, name: &str, default: i64) -> Import<i64> {
        Ok(self.int(name)?.unwrap_or(default))
    }

    /// A flag: an integer that is 0 or 1.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Import<bool> {
        match self.int_or(name, i64::from(default))? {
            0 => Ok(false),
            1 => Ok(true),
            n => refuse(format!("attribute `{name}` is {n}, it must be 0 or 1")),
        }
    }

    /// A float attribute; it must be finite.
    pub(crate) fn float(&self, name: &str) -> Import<Option<f64>> {
        let v = self.attribute(name, "a float", |a| match a {
            Attribute::Float(v) => Some(f64::from(*v)),
            _ => None,
        })?;
        match v {
            Some(v) if !v.is_finite() => refuse(format!("attribute `{name}` is {v}")),
            v => Ok(v),
        }
    }

    /// A float attribute with its default.
    pub(crate) fn float_or(&self, name: &str, default: f64) -> Import<f64> {
        Ok(self.float(name)?.unwrap_or(default))
    }

    /// A float attribute that may be infinite, with its default.
    pub(crate) fn extended(&self, name: &str, default: f64) -> Import<f64> {
        match self.attributes.get(name) {
            Some(Attribute::Float(v)) if v.is_infinite() => Ok(f64::from(*v)),
            _ => self.float_or(name, default),
        }
    }

    /// A text attribute.
    pub(crate) fn text(&self, name: &str) -> Import<Option<&str>> {
        self.attribute(name, "a string", |a| match a {
            Attribute::Text(v) => Some(v.as_str()),
            _ => None,
        })
    }

    /// A list of integers.
    pub(crate) fn ints(&self, name: &str) -> Import<Option<&[i64]>> {
        self.attribute(name, "a list of integers", |a| match a {
            Attribute::Ints(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A list of floats.
    pub(crate) fn floats(&self, name: &str) -> Import<Option<&[f32]>> {
        self.attribute(name, "a list of floats", |a| match a {
            Attribute::Floats(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Import<Option<&[String]>> {
        self.attribute(name, "a list of strings", |a| match a {
            Attribute::Texts(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A tensor.
    pub(crate) fn tensor(&self, name: &str) -> Import<Option<&Tensor>> {
        self.attribute(name, "a tensor", |a| match a {
            Attribute::Tensor(v) => Some(v),
            _ => None,
        })
    }

    /// An axis of a tensor with `rank` dimensions; negative ones count from the end.
    pub(crate) fn axis(&self, name: &str, default: i64, rank: usize) -> Import<usize> {
        axis(self.int_or(name, default)?, rank)
    }
}

/// An axis of a tensor with `rank` dimensions; negative ones count from the end.
pub(crate) fn axis(a: i64, rank: usize) -> Import<usize> {
    let r = i64::try_from(rank).unwrap_or(i64::MAX);
    match usize::try_from(if a < 0 { a + r } else { a }) {
        Ok(k) if k < rank => Ok(k),
        _ => refuse(format!("there is no axis {a} in {rank} dimensions")),
    }
}

/// A name that is fit to be printed: names come from the file.
pub(crate) fn show(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    if plain.len() < name.len() { format!("{plain}…") } else { plain }
}

/// Sorts nodes so that each follows those it reads from.
///
/// # Errors
/// Everything that is no graph: a tensor that two nodes give, one that nothing gives, a cycle.
pub(crate) fn sort(
    nodes: Vec<Node>,
    known: &dyn Fn(&str) -> bool,
    outputs: &[String],
) -> Result<Vec<Node>, Vec<Fault>> {
    let mut faults = vec![];
    let mut giver: BTreeMap<&str, usize> = BTreeMap::new();
    for (k, n) in nodes.iter().enumerate() {
        for o in n.outputs.iter().filter(|o| !o.is_empty()) {
            if known(o) || giver.insert(o, k).is_some() {
                faults
                    .push(Fault::new(format!("tensor `{}` is given twice", show(o))).at(n.place()));
            }
        }
    }
    let mut missing: Vec<usize> = vec![0; nodes.len()];
    let mut readers: Vec<Vec<usize>> = vec![vec![]; nodes.len()];
    for (k, n) in nodes.iter().enumerate() {
        for i in n.inputs.iter().filter(|i| !i.is_empty() && !known(i)) {
            match giver.get(i.as_str()) {
                Some(&g) => {
                    missing[k] += 1;
                    readers[g].push(k);
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
    if !faults.is_empty() {
        return Err(faults);
    }
    // The smallest ready node first keeps the file's own order where it is one.
    let mut ready: std::collections::BTreeSet<usize> =
        (0..nodes.len()).filter(|k| missing[*k] == 0).collect();
    let mut order = vec![];
    while let Some(k) = ready.pop_first() {
        order.push(k);
        for &r in &readers[k] {
            missing[r] -= 1;
            if missing[r] == 0 {
                ready.insert(r);
            }
        }
    }
    if order.len() < nodes.len() {
        let places: Vec<String> = (0..nodes.len())
            .filter(|k| missing[*k] > 0)
            .take(8)
            .map(|k| nodes[k].place())
            .collect();
        let help = format!("on the cycle or behind it: {}", places.join(", "));
        return Err(vec![Fault::new("the graph has a cycle").at(places[0].clone()).help(help)]);
    }
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|k| slots[k].take()).collect())
}

/// A value of an input that no operation minds.
pub(crate) fn dummy(i: &Input) -> Tensor {
    let shape = IxDyn(&i.shape);
    match i.element {
        e if e.is_float() => {
            Tensor { element: e, values: Values::Float(ArrayD::from_elem(shape, 0.5)) }
        }
        Element::Bool => Tensor::bool(ArrayD::from_elem(shape, true)),
        e => Tensor::int(e, ArrayD::from_elem(shape, 0)),
    }
}
