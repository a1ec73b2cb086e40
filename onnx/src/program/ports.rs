//! What goes into the circuit and what comes out of it.

use super::input::input;
use super::meaning::meaning;
use super::{ImportedPort, ImportedTensor, InputVisibility};
use crate::context::{Converter, Meaning, NO_ELEMENTS, Operand, each};
use crate::fault::Fault;
use crate::graph::Input;
use crate::model::Model;
use std::collections::BTreeSet;

/// The ports of a circuit under way.
#[derive(Default)]
pub(super) struct Ports {
    pub(super) inputs: Vec<ImportedPort>,
    pub(super) outputs: Vec<ImportedPort>,
    pub(super) probes: Vec<ImportedTensor>,
    /// Types of the inputs: `q4.4[3]`.
    types: Vec<String>,
    /// Results as its heading has them: `public y: _`.
    pub(super) results: Vec<String>,
    /// The variables that are given out.
    pub(super) values: Vec<String>,
    taken: BTreeSet<String>,
}

fn seen(public: bool) -> &'static str {
    if public { "public" } else { "private" }
}

impl Ports {
    pub(super) fn input(&mut self, c: &mut Converter<'_>, i: &Input) -> Result<(), Fault> {
        let (name, ty) = input(c, i)?;
        self.types.push(ty);
        let others: Vec<&ImportedPort> = self.inputs.iter().collect();
        let port = ImportedPort::new(&i.name, name, i.element.is_float(), &others);
        self.inputs.push(port);
        Ok(())
    }

    /// The inputs as parameters of the circuit: `private x: q4.4[3]`.
    pub(super) fn parameters(&self, visibility: InputVisibility) -> impl Iterator<Item = String> {
        let both = self.inputs.iter().zip(&self.types);
        both.map(move |(p, ty)| format!("{} {}: {ty}", visibility.word(), p.variable))
    }

    /// A result, under a name that no other has: a result that is an input as well is told apart from it.
    pub(super) fn output(
        &mut self,
        c: &mut Converter<'_>,
        (tensor, name): (&str, String),
        float: bool,
        public: bool,
    ) -> Result<(), Fault> {
        let v = output(c, tensor)?;
        let is_input = |variable: &String| self.inputs.iter().any(|i| i.variable == *variable);
        let name = if is_input(&name) { format!("{name}_out") } else { name };
        let mut variable = name.clone();
        let mut k = 0;
        while is_input(&variable) || !self.taken.insert(variable.clone()) {
            k += 1;
            variable = format!("{name}_{k}");
        }
        self.results.push(format!("{} {variable}: _", seen(public)));
        self.values.push(v.text);
        let others: Vec<&ImportedPort> = self.inputs.iter().chain(&self.outputs).collect();
        let port = ImportedPort::new(tensor, variable, float, &others);
        self.outputs.push(ImportedPort { meaning: meaning(c.graph, tensor), ..port });
        Ok(())
    }

    /// Every tensor that a node gives and that is no result.
    pub(super) fn probe(&mut self, model: &Model, c: &Converter<'_>) {
        for n in &model.graph.nodes {
            for t in n.outputs.iter().filter(|o| !model.graph.outputs.contains(o)) {
                let Some(v) = c.values.get(t) else { continue };
                let port = format!("probe{}", self.probes.len());
                self.results.push(format!("{} {port}: _", seen(false)));
                self.values.push(v.text.clone());
                self.probes.push(ImportedTensor { node: n.place(), tensor: t.clone(), port });
            }
        }
    }
}

impl ImportedPort {
    /// The port of a tensor beside those that there are: it has the tensor's own name, unless that is none.
    fn new(tensor: &str, variable: String, float: bool, others: &[&ImportedPort]) -> ImportedPort {
        let nameable = !tensor.is_empty() && !tensor.chars().any(char::is_control);
        let own = nameable && !others.iter().any(|o| o.port == tensor);
        let port = if own { tensor.to_owned() } else { variable.clone() };
        let meaning = Meaning::default();
        ImportedPort { tensor: tensor.to_owned(), port, variable, float, meaning }
    }
}

/// A result as an operand with a name.
fn output(c: &mut Converter<'_>, name: &str) -> Result<Operand, Fault> {
    if let Some(v) = c.values.get(name) {
        return Ok(v.clone());
    }
    let known = c.graph.initializers.get(name);
    if c.is_empty(name) || known.is_some_and(|t| t.len() == 0) {
        let mut fault = Fault::new(NO_ELEMENTS);
        fault.help = c.graph.empty_hint();
        return Err(fault);
    }
    match known {
        Some(t) if t.len() == 1 => {
            let v = c.constant_operand(name, t)?;
            let literal = if t.shape().is_empty() {
                v.text.clone()
            } else {
                each(t.shape(), |_| v.text.clone())
            };
            let v = c.local(name, &literal)?;
            Ok(v)
        }
        Some(t) => c.constant_operand(name, t),
        None => Err(Fault::new("no node gives it")),
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::Sample;
    use crate::model::Array;
    use crate::one_node::{read, run, value};
    use crate::proto::{GraphProto, NodeProto};
    use crate::quantize::Settings;

    /// An input that is a result as well is two ports, of which each has its own name.
    #[test]
    fn a_result_that_is_an_input() {
        for (input, variable) in [("x", "x"), ("x.0", "x_0")] {
            let relu = NodeProto {
                input: vec![input.into()],
                output: vec!["y".into()],
                op_type: "Relu".into(),
                ..NodeProto::default()
            };
            let graph = GraphProto {
                node: vec![relu],
                input: vec![value(input, &[2])],
                output: vec![value(input, &[2]), value("y", &[2])],
                ..GraphProto::default()
            };
            let model = read(graph, 18).unwrap();
            let given = Array { shape: vec![2], data: vec![-0.5, 0.25] };
            let sample = Sample::from([(input.to_string(), given)]);
            let (made, y) = run(&model, &Settings::default(), &sample).unwrap();
            let ports: Vec<&str> = made.outputs.iter().map(|o| o.port.as_str()).collect();
            assert_eq!(ports, [format!("{variable}_out").as_str(), "y"]);
            assert_eq!((made.inputs[0].port.as_str(), y.data), (input, vec![0.0, 0.25]));
        }
    }
}
