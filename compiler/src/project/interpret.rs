//! The interpreter: circuits on plain integers, the second opinion on their witness.

use super::{Project, Rejected};
use crate::diagnostic::has_errors;
use crate::elaborate::item::Supply;
use crate::elaborate::{Elaborator, Kept, Record, Refusal};
use crate::loader::Loader;
use crate::types::ItemId;
use crate::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Int;
use zirc_grammar::ast::Span;

/// What a circuit computes on given inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreted {
    /// Raw outputs in order, row-major.
    pub outputs: Vec<Vec<Int>>,
    /// Assertions that do not hold.
    pub refusals: Vec<Refusal>,
}

/// A circuit that is run on one input after the other.
///
/// ```
/// # use zirc_compiler::{NoFiles, Project};
/// let text = "circuit c(private x: u8[3]) -> public y: _ { sum i { x[i] * x[i] } }";
/// let project = Project::load("model.zirc", text, &mut NoFiles).unwrap();
/// let mut interpreter = project.interpreter("c", &mut NoFiles).unwrap();
/// for (x, y) in [([1, 2, 3], 14), ([0, 0, 5], 25)] {
///     let inputs = [("x".to_string(), x.map(Into::into).to_vec())].into();
///     assert_eq!(interpreter.run(&inputs, &mut NoFiles).unwrap().outputs, [[y.into()]]);
/// }
/// ```
#[derive(Debug)]
pub struct Interpreter<'p> {
    project: &'p Project,
    circuit: ItemId,
    record: Rc<Record>,
    kept: Kept,
    one_by_one: bool,
}

impl Project {
    /// Types a circuit, so that it can be run.
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn interpreter(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
    ) -> Result<Interpreter<'_>, Rejected> {
        let id = self.find(circuit)?;
        // The circuit types; what is wrong with it is wrong on all values.
        let mut e = Elaborator::new(&self.world, loader);
        let typed = |e: &mut Elaborator<'_>| e.record(|e| e.named_circuit(id, Supply::Inputs));
        let (_, record) = self.accepted(&mut e, typed)?;
        let record = Rc::new(record);
        let kept = Kept::default();
        Ok(Interpreter { project: self, circuit: id, record, kept, one_by_one: false })
    }

    /// Runs a circuit on plain integers once.
    ///
    /// `inputs` maps flattened port names to raw integers.
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn interpret(
        &self,
        circuit: &str,
        inputs: &BTreeMap<String, Vec<Int>>,
        loader: &mut dyn Loader,
    ) -> Result<Interpreted, Rejected> {
        self.interpreter(circuit, loader)?.run(inputs, loader)
    }
}

impl Interpreter<'_> {
    /// Takes all indices of a loop at once nowhere, from now on: slower by far, and a third opinion.
    pub fn go_one_by_one(&mut self) {
        self.one_by_one = true;
    }

    /// Runs the circuit on plain integers.
    ///
    /// `inputs` maps flattened port names to raw integers.
    ///
    /// # Errors
    /// Everything that is wrong with the program.
    pub fn run(
        &mut self,
        inputs: &BTreeMap<String, Vec<Int>>,
        loader: &mut dyn Loader,
    ) -> Result<Interpreted, Rejected> {
        let mut e = Elaborator::new(&self.project.world, loader);
        e.at.unroll = true;
        e.at.one_by_one = self.one_by_one;
        e.used.run = crate::budget::RUN;
        e.start_with(std::mem::take(&mut self.kept));
        let values = Supply::Values(inputs);
        let run = |e: &mut Elaborator<'_>| e.named_circuit(self.circuit, values);
        let out = e.accepted(|e| e.follow(&self.record, run));
        self.kept = e.kept();
        let values = match out {
            Ok((_, values)) => values,
            // An assertion that fails may leave nothing to go on with.
            Err(wrong) if !has_errors(&wrong) && !e.out.refusals.is_empty() => vec![],
            Err(wrong) => return Err(self.project.rejected(wrong)),
        };
        let mut outputs = vec![];
        for v in &values {
            flatten(&e, v, &mut outputs);
        }
        Ok(Interpreted { outputs, refusals: e.out.refusals })
    }
}

/// The raw integers of every tensor in a value.
fn flatten(e: &Elaborator<'_>, v: &Value, out: &mut Vec<Vec<Int>>) {
    match v {
        Value::Num(n) => {
            if let Ok(a) = e.to_array(n, Span::default()) {
                out.push(e.list(&a, &[], &n.shape));
            }
        }
        Value::Tuple(parts) => parts.iter().for_each(|v| flatten(e, v, out)),
        Value::Struct(_, _, parts) => parts.iter().for_each(|v| flatten(e, v, out)),
        _ => {}
    }
}
