//! The user's choices are obeyed or refused: a quantization file that says nothing of what is there, or
//! what cannot be done, is an error.
//!
//! A type decides how what reads the tensor rounds it, or what gives it. Where neither does, the tensor is
//! rounded on purpose, which may leave others without what rounded them: so this is repeated until nothing
//! new comes up.

use super::context::{Bits, Obeyed};
use super::fault::Fault;
use super::graph::{Node, listed, show};
use super::model::Model;
use super::program::{Imported, Options, write};
use crate::quantize::{Choice, Choices, Fixed, Settings};
use std::collections::BTreeSet;

/// What the graph of a file has before anything is folded, for errors that say what became of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Original {
    tensors: BTreeSet<String>,
    layers: BTreeSet<String>,
}

impl Original {
    pub(crate) fn of(g: &super::graph::Graph) -> Original {
        let given = g.inputs.iter().map(|i| &i.name).chain(g.initializers.keys());
        let computed = g.nodes.iter().flat_map(|n| &n.outputs).filter(|o| !o.is_empty());
        Original {
            tensors: given.chain(computed).cloned().collect(),
            layers: g.nodes.iter().map(|n| n.layer().to_owned()).collect(),
        }
    }
}

/// As [`super::program::import`].
pub(crate) fn import(
    model: &Model,
    settings: &Settings,
    options: &Options,
) -> Result<Imported, Vec<Fault>> {
    let known = Known::of(model);
    if settings.choices.as_written && !model.as_written {
        let text = "is of the model as it is written, and functions of this one are operators";
        let help = "read the model as it is written, or leave `as_written` out";
        return Err(vec![Fault::new(text).at("quantization").help(help)]);
    }
    let wrong = known.check(&settings.choices);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut forced = settings.rounded.clone();
    loop {
        let (made, obeyed) = write(model, settings, options, &forced)?;
        let open = settings.choices.tensors.keys().filter(|t| !obeyed.has(t));
        let more = open.filter(|t| known.is_rounded(t) && !forced.contains(*t));
        let more: Vec<String> = more.cloned().collect();
        if !more.is_empty() {
            forced.extend(more);
            continue;
        }
        let faults = known.ignored(&settings.choices, &obeyed);
        return if faults.is_empty() { Ok(made) } else { Err(faults) };
    }
}

/// What choices may name.
struct Known<'m> {
    model: &'m Model,
}

/// The sign between a result and what is inside of the operation that gives it.
const INNER: char = '#';

impl<'m> Known<'m> {
    fn of(model: &'m Model) -> Known<'m> {
        Known { model }
    }

    fn node_of(&self, tensor: &str) -> Option<&'m Node> {
        // Results that are left out have no name.
        let gives = |n: &&Node| !tensor.is_empty() && n.outputs.iter().any(|o| o == tensor);
        self.model.graph.nodes.iter().find(gives)
    }

    /// Whether a tensor is computed and has fractions.
    fn is_rounded(&self, tensor: &str) -> bool {
        let float = self.model.samples.get(tensor).is_some_and(|t| t.element.is_float());
        float && self.node_of(tensor).is_some()
    }

    fn has(&self, tensor: &str) -> bool {
        let g = &self.model.graph;
        let inner = || tensor.split_once(INNER).and_then(|(result, _)| self.node_of(result));
        g.inputs.iter().any(|i| i.name == tensor)
            || g.initializers.contains_key(tensor)
            || self.node_of(tensor).or_else(inner).is_some()
    }

    /// Names that are not there, and types that no number of a circuit has.
    fn check(&self, choices: &Choices) -> Vec<Fault> {
        let mut faults = vec![];
        for (name, t) in &choices.tensors {
            let fault = match self.has(name) {
                true => out_of_range(t),
                false if self.model.original.tensors.contains(name) => Some(folded()),
                false => Some(unknown("the model has no such tensor", name, &self.tensors())),
            };
            faults.extend(fault.map(|f| f.at(tensor_place(name))));
        }
        for (name, l) in &choices.layers {
            let fault = match self.layers().contains(&name.as_str()) {
                true => bits_out_of_range(l.activation_bits, l.weight_bits, l.weight_fraction),
                false if self.model.original.layers.contains(name) => Some(folded()),
                false => Some(unknown("the model has no such node", name, &self.layers())),
            };
            faults.extend(fault.map(|f| f.at(layer_place(name))));
        }
        faults.extend(bits_out_of_range(choices.activation_bits, choices.weight_bits, None));
        faults
    }

    fn tensors(&self) -> Vec<&'m str> {
        let g = &self.model.graph;
        let given = g.inputs.iter().map(|i| i.name.as_str());
        let computed = g.nodes.iter().flat_map(|n| &n.outputs).map(String::as_str);
        given.chain(computed).filter(|o| !o.is_empty()).collect()
    }

    fn layers(&self) -> Vec<&'m str> {
        self.model.graph.nodes.iter().map(Node::layer).collect()
    }

    /// Choices that decided nothing, and why.
    fn ignored(&self, choices: &Choices, obeyed: &Obeyed) -> Vec<Fault> {
        let open = choices.tensors.iter().filter(|(t, _)| !obeyed.has(t));
        let mut faults: Vec<Fault> =
            open.map(|(name, t)| self.why(name, t).at(tensor_place(name))).collect();
        for (name, l) in &choices.layers {
            let asked = [
                (l.activation_bits.is_some(), Bits::Activations, "activation_bits", "activation"),
                (l.weight_bits.is_some(), Bits::Weights, "weight_bits", "weight"),
                (l.weight_fraction.is_some(), Bits::WeightFraction, "weight_fraction", "weight"),
                (l.counted, Bits::Counted, "counted", "quantized result of floats"),
            ];
            for (chosen, of, key, what) in asked {
                if chosen && !obeyed.has_layer(name, of) {
                    let nodes = self.model.graph.nodes.iter().filter(|n| n.layer() == name);
                    let nodes: Vec<String> = nodes.map(Node::place).collect();
                    let text = format!("`{key}` decides nothing: no {what} is rounded in it");
                    let help = format!("leave it out: it is {}", nodes.join(", "));
                    faults.push(Fault::new(text).help(help).at(layer_place(name)));
                }
            }
        }
        faults
    }

    /// Why a type cannot be used.
    fn why(&self, name: &str, t: &Fixed) -> Fault {
        if let Some(c) = self.model.graph.initializers.get(name) {
            let f = Fault::new(if c.element.is_float() {
                format!("is a constant that is not rounded by itself: {t} cannot be used")
            } else {
                format!("is a constant of {}, exact integers: {t} cannot be used", c.element.name())
            });
            return f.help("leave it out of the quantization file");
        }
        let element = self.model.samples.get(name).map(|s| s.element);
        if let Some(e) = element.filter(|e| !e.is_float()) {
            let text = format!("holds {}, exact integers: {t} cannot be used", e.name());
            return Fault::new(text).help("leave it out of the quantization file");
        }
        let result = name.split_once(INNER).map_or(name, |(result, _)| result);
        let node = self.node_of(name).or_else(|| self.node_of(result));
        let node = node.map_or(String::new(), Node::place);
        Fault::new(format!("{t} is not used: nothing in {node} is rounded to it")).help(
            "what is rounded inside of an operation is in the file that `zirc import` writes; how wide \
             it may be follows from the layer's `activation_bits`",
        )
    }
}

fn tensor_place(name: &str) -> String {
    format!("quantization of tensor `{}`", show(name))
}

fn layer_place(name: &str) -> String {
    format!("quantization of layer `{}`", show(name))
}

fn folded() -> Fault {
    Fault::new("is no more: it was computed when the model was read, or joined with others")
        .help("leave it out: a file that `zirc import` writes names what is left")
}

fn unknown(what: &str, name: &str, all: &[&str]) -> Fault {
    let none = || "there is none: all of it is constant".to_owned();
    Fault::new(what).help(if all.is_empty() { none() } else { listed(name, all) })
}

fn out_of_range(t: &Fixed) -> Option<Fault> {
    let (most, far) = (Fixed::MOST_BITS, Fixed::FARTHEST);
    if !(1..=most).contains(&t.bits) {
        let text = format!("its type has {} bits: 1 to {most} are possible", t.bits);
        return Some(Fault::new(text));
    }
    let step = -i64::from(t.frac);
    let text = format!("its type has a step of 2^{step}: 2^-{far} to 2^{far} are possible");
    (t.frac.unsigned_abs() > far.unsigned_abs()).then(|| Fault::new(text))
}

fn bits_out_of_range(
    activations: Option<u32>,
    weights: Option<u32>,
    fraction: Option<i32>,
) -> Option<Fault> {
    let least = i64::from(Choice::LEAST_BITS);
    let (far, of) = (i64::from(Choice::MOST_WEIGHT_FRACTION), "bits are chosen");
    let all = [
        (activations.map(i64::from), least, Choice::MOST_ACTIVATION_BITS.into(), of),
        (weights.map(i64::from), least, Choice::MOST_WEIGHT_BITS.into(), of),
        (fraction.map(i64::from), -far, far, "bits of a fraction are chosen"),
    ];
    let wrong = |(n, least, most, of): (Option<i64>, i64, i64, &str)| {
        let n = n.filter(|n| !(least..=most).contains(n))?;
        Some(Fault::new(format!("{n} {of}: {least} to {most} are possible")))
    };
    all.into_iter().find_map(wrong)
}
