//! `.sym`: a name for each wire, a line `label,wire,component,name` each.
//!
//! A name is the path of function calls from `main`, the circuit's body, to where a value was named,
//! then the name and the index: `main.relu.b[0][7]`. The second call of a function in the same body
//! is `relu_2`. A tensor without a name is called after its number in the circuit.

use super::Wires;
use std::collections::BTreeMap;
use std::io::{self, Write};
use zirc_circuit::{Circuit, Port, SourceSpan, Tensor, TensorId};

/// Writes the names. An input or output that is no variable has wire −1.
///
/// # Errors
/// Those of the destination.
pub fn write_sym(circuit: &Circuit, wires: &Wires, out: &mut impl Write) -> io::Result<()> {
    let mut names = Names::new();
    for &id in &wires.order {
        let (component, base) = names.of_tensor(circuit, id);
        let first = wires.first[id.0 as usize].unwrap_or_default();
        let shape = &circuit.tensors[id.0 as usize].shape;
        each(shape, |k, index| writeln!(out, "{0},{0},{component},{base}{index}", first + k))?;
    }
    let mut label = wires.count;
    for port in without_wires(circuit, wires) {
        let base = names.unique(format!("main.{}", plain(&port.name)));
        each(&port.shape, |_, index| {
            label += 1;
            writeln!(out, "{},-1,0,{base}{index}", label - 1)
        })?;
    }
    Ok(())
}

/// Number of labels: those of all wires, and of inputs and outputs that have none.
pub(super) fn labels(circuit: &Circuit, wires: &Wires) -> u64 {
    let others = without_wires(circuit, wires).map(|p| p.shape.iter().product::<usize>() as u64);
    wires.count as u64 + others.sum::<u64>()
}

fn without_wires<'c>(circuit: &'c Circuit, wires: &Wires) -> impl Iterator<Item = &'c Port> {
    let ports = circuit.signature.inputs.iter().chain(&circuit.signature.outputs);
    ports.filter(|p| wires.first[p.tensor.0 as usize].is_none())
}

/// Calls of functions on the way to a value, from the circuit's body inwards.
type Calls = Vec<(String, SourceSpan)>;

/// Names given so far.
struct Names {
    /// Each with the number to try next for another of that name.
    taken: BTreeMap<String, usize>,
    /// Number and name of each place.
    components: BTreeMap<Calls, (usize, String)>,
}

impl Names {
    fn new() -> Names {
        let main = "main".to_owned();
        Names {
            taken: BTreeMap::from([(main.clone(), 2)]),
            components: BTreeMap::from([(vec![], (0, main))]),
        }
    }

    /// Component and name of a tensor; no other has that name, with whatever index.
    fn of_tensor(&mut self, circuit: &Circuit, id: TensorId) -> (usize, String) {
        if let Some(port) = port_of(circuit, id) {
            return (0, self.unique(format!("main.{}", plain(&port.name))));
        }
        let tensor = &circuit.tensors[id.0 as usize];
        let (number, path) = self.component(&calls(circuit, tensor));
        let name = tensor.name.as_deref().map_or_else(|| format!("t{}", id.0), plain);
        (number, self.unique(format!("{path}.{name}")))
    }

    fn component(&mut self, calls: &[(String, SourceSpan)]) -> (usize, String) {
        let mut found = (0, String::from("main"));
        for depth in 1..=calls.len() {
            let (inner, here) = (&calls[depth - 1].0, &calls[..depth]);
            if let Some(known) = self.components.get(here) {
                found = known.clone();
                continue;
            }
            found = (self.components.len(), self.unique(format!("{}.{inner}", found.1)));
            self.components.insert(here.to_vec(), found.clone());
        }
        found
    }

    /// The name, with a number if it is taken.
    fn unique(&mut self, name: String) -> String {
        let mut free = name.clone();
        let mut next = self.taken.get(&name).copied();
        while let Some(k) = next {
            free = format!("{name}_{k}");
            self.taken.insert(name.clone(), k + 1);
            next = self.taken.contains_key(&free).then_some(k + 1);
        }
        self.taken.insert(free.clone(), 2);
        free
    }
}

fn port_of(circuit: &Circuit, id: TensorId) -> Option<&Port> {
    let mut ports = circuit.signature.inputs.iter().chain(&circuit.signature.outputs);
    ports.find(|p| p.tensor == id)
}

/// The calls that led to a tensor, without generic arguments.
fn calls(circuit: &Circuit, tensor: &Tensor) -> Calls {
    let stack = &circuit.origins[tensor.origin.0 as usize].stack;
    let name = |function: &str| plain(function.split('<').next().unwrap_or_default());
    stack.iter().map(|frame| (name(&frame.function), frame.call)).collect()
}

/// Without what has a meaning in the format. Circuit files can hold any text as a name.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let kept: String = name.chars().map(|c| if keep(c) { c } else { '_' }).collect();
    if kept.is_empty() { "_".into() } else { kept }
}

/// Calls back with the number and the index, `[i][j]`, of each element.
fn each(shape: &[usize], mut visit: impl FnMut(usize, &str) -> io::Result<()>) -> io::Result<()> {
    let count = shape.iter().product();
    for k in 0..count {
        let (mut rest, mut text) = (k, String::new());
        for &extent in shape.iter().rev() {
            text.insert_str(0, &format!("[{}]", rest % extent));
            rest /= extent;
        }
        visit(k, &text)?;
    }
    Ok(())
}
