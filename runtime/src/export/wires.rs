//! The order of variables that circom's tools expect.

use super::ExportError;
use zirc_circuit::{Circuit, Kind, Port, TensorId, Visibility};

/// Numbers of wires: wire 0 is 1, then come public outputs, public inputs, private inputs, and all
/// other variables, each tensor's elements in a row.
///
/// This is another order than [`Circuit::layout`]'s, which has public inputs before public outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wires {
    /// Public outputs.
    pub outputs: usize,
    /// Public inputs.
    pub public_inputs: usize,
    /// Private inputs that are variables. The optimizer solves some for what is computed from them.
    pub private_inputs: usize,
    /// All of them, wire 0 included.
    pub count: usize,
    /// Number of constraints.
    pub constraints: usize,
    /// Tensors that have wires, in the order of wires.
    pub(super) order: Vec<TensorId>,
    /// First wire of each tensor.
    pub(super) first: Vec<Option<usize>>,
    /// First variable and first wire of each tensor that has some, in the order of variables.
    runs: Vec<(usize, usize)>,
}

impl Wires {
    /// Numbers a circuit's wires.
    ///
    /// # Errors
    /// [`ExportError::TooMany`], [`ExportError::Challenges`]
    pub fn new(circuit: &Circuit) -> Result<Wires, ExportError> {
        if circuit.is_committed() {
            return Err(ExportError::Challenges);
        }
        let layout = circuit.layout();
        let mut wires = Wires {
            outputs: 0,
            public_inputs: 0,
            private_inputs: 0,
            count: 1,
            constraints: circuit.num_constraints(),
            order: vec![],
            first: vec![None; circuit.tensors.len()],
            runs: vec![(0, 0)],
        };
        for (what, count) in
            [("variables", layout.num_variables()), ("constraints", wires.constraints)]
        {
            if u32::try_from(count).is_err() {
                return Err(ExportError::TooMany { what, count });
            }
        }
        let (inputs, outputs) = (&circuit.signature.inputs, &circuit.signature.outputs);
        wires.outputs = wires.take(circuit, of(outputs, Visibility::Public));
        wires.public_inputs = wires.take(circuit, of(inputs, Visibility::Public));
        wires.private_inputs = wires.take(circuit, of(inputs, Visibility::Private));
        wires.take(circuit, (0..circuit.tensors.len()).map(|i| TensorId(i as u32)));
        for &tensor in &wires.order {
            let i = tensor.0 as usize;
            // An empty tensor starts where the next one does.
            if circuit.tensors[i].is_empty() {
                continue;
            }
            wires.runs.extend(layout.offset[i].zip(wires.first[i]));
        }
        wires.runs.sort_unstable();
        Ok(wires)
    }

    /// Gives wires to tensors that are variables and have none yet; says to how many elements.
    fn take(&mut self, circuit: &Circuit, tensors: impl Iterator<Item = TensorId>) -> usize {
        let before = self.count;
        for id in tensors {
            let (i, tensor) = (id.0 as usize, &circuit.tensors[id.0 as usize]);
            let variables = matches!(tensor.kind, Kind::Public | Kind::Witness);
            if variables && self.first[i].is_none() {
                self.first[i] = Some(self.count);
                self.order.push(id);
                self.count += tensor.len();
            }
        }
        self.count - before
    }

    /// The wire of a variable of [`Circuit::layout`].
    #[must_use]
    pub fn of_variable(&self, variable: usize) -> usize {
        let run = self.runs.partition_point(|&(first, _)| first <= variable);
        let (first, wire) = self.runs[run.saturating_sub(1)];
        wire + (variable - first)
    }
}

fn of(ports: &[Port], visibility: Visibility) -> impl Iterator<Item = TensorId> {
    ports.iter().filter(move |p| p.visibility == visibility).map(|p| p.tensor)
}
