//! What goes into the circuit and what comes out of it.

use super::input::input;
use super::{ImportedPort, ImportedTensor};
use crate::context::{Converter, NO_ELEMENTS, Operand, each};
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
    /// Inputs as parameters of the circuit: `private x: q4.4[3]`.
    pub(super) parameters: Vec<String>,
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
    pub(super) fn input(
        &mut self,
        c: &mut Converter<'_>,
        i: &Input,
        public: bool,
    ) -> Result<(), Fault> {
        let (port, ty) = input(c, i)?;
        self.parameters.push(format!("{} {port}: {ty}", seen(public)));
        let float = i.element.is_float();
        self.inputs.push(ImportedPort { tensor: i.name.clone(), port, float });
        Ok(())
    }

    /// A result, under a name that no other has.
    pub(super) fn output(
        &mut self,
        c: &mut Converter<'_>,
        (tensor, name): (&str, String),
        float: bool,
        public: bool,
    ) -> Result<(), Fault> {
        let v = output(c, tensor)?;
        let mut port = name.clone();
        let mut k = 0;
        while !self.taken.insert(port.clone()) {
            k += 1;
            port = format!("{name}_{k}");
        }
        self.results.push(format!("{} {port}: _", seen(public)));
        self.values.push(v.text);
        self.outputs.push(ImportedPort { tensor: tensor.into(), port, float });
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
