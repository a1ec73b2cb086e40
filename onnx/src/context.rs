//! What an operator may ask: of its inputs ([`Args`]) where it is computed in the clear; of constants,
//! types and variables ([`Converter`]) where it becomes statements of the program.

mod args;
mod decided;
mod effect;
mod ends;
mod expr;
mod obeyed;
mod operand;
mod operation;
mod precision;
mod scope;
mod types;
mod weights;
mod write;

pub(crate) use args::{Args, result_name};
pub(crate) use effect::SCORE;
pub(crate) use expr::Expr;
pub(crate) use obeyed::{Bits, Obeyed};
pub(crate) use operand::{Operand, each, index_name};
pub use operation::Meaning;
pub(crate) use operation::{
    Effect, Family, Operation, Refusal, Role, Trees, Written, composed, family, known, plain,
};
pub(crate) use precision::{Groups, Precision};
pub(crate) use scope::{Compose, Composition, NODE_ELEMENTS, Scope};
pub(crate) use types::{real, whole_type};
pub(crate) use weights::{Rounded, Weight, group, number_text, safetensors, tensor_type};

use super::fault::{Fault, Import, refuse};
use super::graph::{Graph, Node};
use super::names::Names;
use super::tensor::Tensor;
use crate::quantize::{Choices, Settings};
use std::collections::{BTreeMap, BTreeSet};
use zirc_compiler::session::{Refused, Session};

/// Said of what cannot be a value of the program.
pub(crate) const NO_ELEMENTS: &str = "has no elements, and a circuit holds no empty tensors";

/// Where weights are: in the circuit, or with the prover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Part of the circuit; products with them are free.
    #[default]
    Const,
    /// Known to the prover alone.
    Private,
    /// The same, and named by a commitment that stays the same from proof to proof.
    Committed,
}

/// What is known while the program is written.
pub(crate) struct Converter<'m> {
    /// The graph, folded.
    pub(crate) graph: &'m Graph,
    /// A value of each tensor of the graph, for its shape and element type only.
    pub(crate) samples: &'m BTreeMap<String, Tensor>,
    pub(crate) settings: &'m Settings,
    pub(crate) visibility: Visibility,
    pub(crate) session: Session<'m>,
    pub(crate) names: Names<'m>,
    /// Variables by the name of the tensor they hold.
    pub(crate) values: BTreeMap<String, Operand>,
    /// Statements so far, each with its comment.
    pub(crate) lines: Vec<String>,
    pub(crate) weights: Vec<Weight>,
    /// Types that were chosen.
    pub(crate) chosen: Choices,
    /// Which of the user's choices decided something.
    pub(crate) obeyed: Obeyed,
    /// Tensors that are rounded to the user's choice where they are computed.
    pub(crate) forced: BTreeSet<String>,
    pub(crate) warnings: BTreeSet<String>,
    /// Tensors on the way from integers to integers.
    pub(crate) groups: Groups,
    /// Variables that were narrowed, by the text of the call.
    pub(crate) narrowed: BTreeMap<String, Operand>,
    /// The node under way.
    pub(crate) node: Node,
    /// Its row of the table.
    pub(crate) operation: Option<&'static Operation>,
    /// Its inputs are to be narrowed first, as exact arithmetic on them left the field.
    pub(crate) squeeze: bool,
    /// Results are to keep room for what rounds them.
    pub(crate) roomy: bool,
    /// Constants are to have powers of two as steps, whatever they were dequantized by.
    pub(crate) plain_steps: bool,
    /// What the compiler refused last.
    pub(crate) refused: Option<Refused>,
}

impl<'m> Converter<'m> {
    pub(crate) fn new(
        graph: &'m Graph,
        samples: &'m BTreeMap<String, Tensor>,
        settings: &'m Settings,
        visibility: Visibility,
        session: Session<'m>,
        names: Names<'m>,
        groups: Groups,
    ) -> Converter<'m> {
        Converter {
            graph,
            samples,
            settings,
            visibility,
            session,
            names,
            values: BTreeMap::new(),
            lines: vec![],
            weights: vec![],
            chosen: settings.choices.clone(),
            obeyed: Obeyed::default(),
            forced: BTreeSet::new(),
            warnings: BTreeSet::new(),
            groups,
            narrowed: BTreeMap::new(),
            node: Node::default(),
            operation: None,
            squeeze: false,
            roomy: false,
            plain_steps: false,
            refused: None,
        }
    }

    /// The number of inputs, those left out included.
    pub(crate) fn inputs(&self) -> usize {
        self.node.inputs.len()
    }

    /// Whether input `k` is given.
    pub(crate) fn has(&self, k: usize) -> bool {
        self.node.inputs.get(k).is_some_and(|i| !i.is_empty())
    }

    /// Whether output `k` is read by anybody.
    pub(crate) fn wants(&self, k: usize) -> bool {
        let Some(name) = self.node.outputs.get(k).filter(|o| !o.is_empty()) else { return false };
        self.graph.outputs.contains(name)
            || self.graph.nodes.iter().any(|n| n.inputs.contains(name))
    }

    /// Input `k` if it is known at import.
    pub(crate) fn constant(&self, k: usize) -> Option<&'m Tensor> {
        self.graph.initializers.get(self.node.inputs.get(k)?)
    }

    /// The name of input `k` in the graph.
    pub(crate) fn input_name(&self, k: usize) -> &str {
        self.node.inputs.get(k).map_or("", String::as_str)
    }

    /// A value of input `k` as it is in the clear: shape and element type.
    pub(crate) fn sample(&self, k: usize) -> Import<&'m Tensor> {
        let name = self.input_name(k);
        let known = self.samples.get(name).or_else(|| self.graph.initializers.get(name));
        known.ok_or_else(|| Fault::new(format!("input {k} is missing")))
    }

    /// The name of output `k` in the graph.
    pub(crate) fn output_name(&self, k: usize) -> &str {
        self.node.outputs.get(k).map_or("", String::as_str)
    }

    /// The shape of input `k`.
    pub(crate) fn shape(&self, k: usize) -> Import<&'m [usize]> {
        Ok(self.sample(k)?.shape())
    }

    /// A value of output `k` as it is in the clear: shape and element type.
    pub(crate) fn result(&self, k: usize) -> Import<&'m Tensor> {
        let name = self.node.outputs.get(k).map_or("", String::as_str);
        self.samples.get(name).ok_or_else(|| Fault::new(format!("output {k} is not used")))
    }

    /// Input `k` as an operand: a variable; or a constant, which becomes a literal or a weight.
    pub(crate) fn operand(&mut self, k: usize) -> Import<Operand> {
        let name = self.input_name(k).to_string();
        if let Some(v) = self.values.get(&name).cloned() {
            if !(self.squeeze && v.element.is_float()) {
                return Ok(v);
            }
            let bits = self.activation_bits();
            if v.bits() > u64::from(bits) {
                return self.narrow(&v, bits);
            }
            // Scales that go together with no other one, such as those of thirds.
            if !types::is_power_of_two(&v.scale) {
                let t = self.at_most(&v, bits);
                return self.clamp(&v, t);
            }
            return Ok(v);
        }
        match self.constant(k) {
            Some(t) => self.constant_operand(&name, t),
            None if self.is_empty(&name) => refuse(format!("input {k} {NO_ELEMENTS}")),
            None => refuse(format!("input {k} is missing")),
        }
    }

    /// Whether a tensor has no elements.
    pub(crate) fn is_empty(&self, tensor: &str) -> bool {
        self.samples.get(tensor).is_some_and(|t| t.len() == 0)
    }
}
