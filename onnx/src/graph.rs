//! The graph of a model after decoding: nodes in an order in which each follows what it reads.

mod node;
mod order;

pub(crate) use node::{Attribute, Body, Node, axis};
pub(crate) use order::sort;

use super::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use std::collections::{BTreeMap, BTreeSet};

/// Domain of the classical operators.
pub(crate) const ML: &str = "ai.onnx.ml";

/// A decoded model.
#[derive(Clone, Debug, Default)]
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

/// A name that is fit to be printed: names come from the file.
pub(crate) fn show(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    if plain.len() < name.len() { format!("{plain}…") } else { plain }
}

/// Names that an error lists.
const MOST: usize = 16;

/// Which name is meant by one that is not there: the nearest, and all if they are few.
pub(crate) fn listed(name: &str, all: &[&str]) -> String {
    let list = || {
        let some: Vec<String> = all.iter().take(MOST).map(|n| format!("`{}`", show(n))).collect();
        let more = if all.len() > MOST { ", …" } else { "" };
        format!("there are {}{more}", some.join(", "))
    };
    match zirc_compiler::similar(name, all.iter().copied()) {
        Some(near) if all.len() > MOST => format!("did you mean `{}`?", show(&near)),
        Some(near) => format!("did you mean `{}`? {}", show(&near), list()),
        None => list(),
    }
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
