//! Which constraints are explained: whose, and of which element.

use crate::error::Error;
use std::collections::BTreeMap;
use zirc_circuit::equation::index_of;
use zirc_circuit::report::Place;
use zirc_circuit::{Category, Circuit, OriginId, User};

/// A block, and one that asked for it.
pub(super) struct Asked {
    /// Index of the block.
    pub(super) block: usize,
    /// Where this one asked.
    pub(super) origin: OriginId,
    /// What it needs it for.
    pub(super) category: Category,
    /// Whether others asked for the same.
    pub(super) shared: bool,
}

/// Blocks that one call of the circuit's body asked for.
pub(super) struct Layer {
    /// The call, as reports name it.
    pub(super) name: String,
    /// Its blocks, in the circuit's order.
    pub(super) blocks: Vec<Asked>,
    /// Sizes that all its blocks begin with: an element for each index.
    pub(super) shape: Vec<usize>,
}

/// The layers that are asked for, with those of their blocks that are.
pub(super) fn layers(
    circuit: &Circuit,
    at: Option<&str>,
    layer: Option<&str>,
) -> Result<Vec<Layer>, Error> {
    let mut found: Vec<Layer> = vec![];
    let (mut places, mut known) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for k in (0..circuit.blocks.len()).filter(|k| !circuit.blocks[*k].is_empty()) {
        for asked in askers(circuit, k) {
            let place =
                places.entry(asked.origin).or_insert_with(|| Whose::of(circuit, asked.origin));
            let wanted = at.is_none_or(|at| place.lines.iter().any(|l| is_line(l, at)))
                && layer.is_none_or(|name| place.is_of(name));
            if !wanted {
                continue;
            }
            let next = found.len();
            let i = *known.entry(place.layer.clone()).or_insert(next);
            if i == next {
                let (name, shape) = (place.layer.clone(), vec![]);
                found.push(Layer { name, blocks: vec![], shape });
            }
            found[i].blocks.push(asked);
        }
    }
    found.iter_mut().for_each(|l| l.shape = common_shape(circuit, &l.blocks));
    if found.is_empty() {
        return Err(nothing(circuit, at, layer));
    }
    Ok(found)
}

/// The sizes that all blocks begin with, but for tables: their rows are no elements of a layer.
fn common_shape(circuit: &Circuit, blocks: &[Asked]) -> Vec<usize> {
    let of = |a: &Asked| &circuit.blocks[a.block].shape;
    let mut own = blocks.iter().filter(|a| a.category != Category::Table).map(of);
    let mut shape = own.next().or(blocks.first().map(of)).cloned().unwrap_or_default();
    for other in own {
        let common = shape.iter().zip(other).take_while(|(a, b)| a == b).count();
        shape.truncate(common);
    }
    shape
}

/// All that asked for a block.
fn askers(circuit: &Circuit, k: usize) -> Vec<Asked> {
    let block = &circuit.blocks[k];
    let users = &circuit.origins[block.origin.0 as usize].users;
    if users.is_empty() {
        let (origin, category) = (block.origin, block.category);
        return vec![Asked { block: k, origin, category, shared: false }];
    }
    // Rows of a table are a table's, whoever looks them up; what one asked for in two ways is shown once.
    let category =
        |u: &User| if block.category == Category::Table { block.category } else { u.category };
    let asked =
        |u: &User| Asked { block: k, origin: u.origin, category: category(u), shared: true };
    let mut all: Vec<Asked> = users.iter().map(asked).collect();
    all.dedup_by_key(|a| a.origin);
    all
}

/// Whose a constraint is, in all words that may name it.
struct Whose {
    layer: String,
    functions: Vec<String>,
    lines: Vec<String>,
}

impl Whose {
    fn of(circuit: &Circuit, origin: OriginId) -> Whose {
        let place = Place::of(circuit, origin);
        let origin = &circuit.origins[origin.0 as usize];
        let calls = origin.stack.iter().map(|f| Place::line(circuit, f.call));
        Whose {
            layer: place.layer,
            functions: origin.stack.iter().map(|f| f.function.clone()).collect(),
            lines: calls.chain([place.line]).collect(),
        }
    }

    /// By the layer's name or that of one that it is in, or a function's that is called on the way, with or without
    /// its generic arguments.
    fn is_of(&self, name: &str) -> bool {
        let same = |f: &String| f == name || f.split('<').next() == Some(name);
        let inside =
            self.layer.strip_prefix(name).is_some_and(|r| r.is_empty() || r.starts_with('/'));
        inside || self.functions.iter().any(same)
    }
}

/// Whether a line is the one asked for: its file may be given by its last parts alone.
fn is_line(line: &str, asked: &str) -> bool {
    line.strip_suffix(asked).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Says what there is.
fn nothing(circuit: &Circuit, at: Option<&str>, layer: Option<&str>) -> Error {
    let mut layers: Vec<String> = vec![];
    let mut lines: Vec<String> = vec![];
    for k in (0..circuit.blocks.len()).filter(|k| !circuit.blocks[*k].is_empty()) {
        for asked in askers(circuit, k) {
            let whose = Whose::of(circuit, asked.origin);
            layers.push(match whose.functions.first() {
                Some(f) if whose.layer.starts_with(f.as_str()) => f.clone(),
                _ => whose.layer,
            });
            lines.extend(whose.lines);
        }
    }
    let list = |mut all: Vec<String>| {
        all.sort();
        all.dedup();
        all.truncate(12);
        all.join(", ")
    };
    let (what, there) = match (at, layer) {
        (Some(at), _) => (format!("no constraint comes from line {at}"), list(lines)),
        (_, Some(name)) => (format!("no constraint is of a layer `{name}`"), list(layers)),
        _ => ("the circuit has no constraints".into(), String::new()),
    };
    Error::Usage { message: what, help: (!there.is_empty()).then(|| format!("there are {there}")) }
}

impl Layer {
    /// The place of an element, given as `2` or `0,3`; the first by default.
    pub(super) fn element(&self, asked: Option<&[usize]>) -> Result<Vec<usize>, Error> {
        let Some(index) = asked else { return Ok(vec![0; self.shape.len()]) };
        let fits =
            index.len() == self.shape.len() && index.iter().zip(&self.shape).all(|(i, n)| i < n);
        if !fits {
            let shape = format!("{:?}", self.shape);
            return Err(Error::usage(format!(
                "{} has elements of shape {shape}, none at {index:?}",
                self.name
            )));
        }
        Ok(index.to_vec())
    }

    /// The row-major places of a block's constraints that belong to an element: all, if its indices are none of the
    /// layer's.
    pub(super) fn places(&self, shape: &[usize], element: &[usize]) -> std::ops::Range<usize> {
        if !shape.starts_with(&self.shape) {
            return 0..shape.iter().product();
        }
        let count: usize = shape[self.shape.len()..].iter().product();
        let at = element.iter().zip(shape).fold(0, |at, (i, n)| at * n + i);
        at * count..(at + 1) * count
    }
}

/// The index of a constraint in its block, for people.
pub(super) fn index(shape: &[usize], place: usize) -> String {
    let index: Vec<String> = index_of(shape, place).iter().map(usize::to_string).collect();
    format!("[{}]", index.join(", "))
}
