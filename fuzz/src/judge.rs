//! What must hold of a program and its circuits, asked with honest and dishonest assignments.

use crate::Random;
use crate::input::{Port, Role};
use crate::program::Program;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use zirc_circuit::{
    AssignError, Assignment, Circuit, ForgeMode, Forgery, Fr, Int, Kind, PortType, TensorId,
    assign, assign_with, scalar, violations_up_to,
};

/// Compiles programs.
pub trait Subject {
    /// A program as circuits and as the interpreter sees it.
    ///
    /// # Errors
    /// The codes of its diagnostics.
    fn load(&self, text: &str) -> Result<Case, Refused>;
}

/// Why a program was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Codes of the errors, such as `E0203`.
    pub codes: Vec<String>,
    /// All that was said.
    pub message: String,
}

/// Inputs by port name.
pub type Inputs = BTreeMap<String, Vec<Int>>;
/// The outputs of a run on integers, or why there are none; `refused` if an assertion fails.
pub type Run = Result<Outcome, String>;

/// What the interpreter found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Values of the outputs in order.
    pub outputs: Vec<Vec<Int>>,
    /// Whether an assertion failed.
    pub refused: bool,
}

/// A program, in several forms.
pub struct Case {
    /// As it is proved.
    pub optimized: Circuit,
    /// As it was lowered.
    pub lowered: Circuit,
    /// As it is proved with a commitment round, which is used wherever it can be.
    pub committed: Circuit,
    /// With several sums of products in one number wherever that can be, if that makes a difference.
    pub packed: Option<Circuit>,
    /// On plain integers.
    pub interpret: Box<dyn Fn(&Inputs) -> Run>,
}

impl Case {
    fn circuits(&self) -> impl Iterator<Item = (&'static str, &Circuit)> {
        let Case { optimized, lowered, committed, packed, .. } = self;
        let all = [("optimized", optimized), ("lowered", lowered), ("committed", committed)];
        all.into_iter().chain(packed.as_ref().map(|c| ("packed", c)))
    }
}

/// What came of judging a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Assignments tried that the program refuses.
    pub dishonest: usize,
    /// Honest inputs that it accepts.
    pub honest: usize,
    /// What must not be.
    pub fault: Option<String>,
}

/// Inputs drawn for each program.
const ROUNDS: usize = 4;
/// Equalities made to hold, one after the other, in one set of inputs.
const REPAIRS: usize = 24;
/// Variables forged in each circuit on each honest input.
const FORGERIES: usize = 10;

/// Judges a program, with random numbers of this seed.
#[must_use]
pub fn judge(case: &Case, program: &Program, seed: u64) -> Judged {
    let (ports, rng) = (program.ports().collect(), Random::seed_from_u64(seed));
    let mut j = Judge { case, ports, rng, judged: Judged::default() };
    for _ in 0..ROUNDS {
        if let Err(fault) = j.round() {
            j.judged.fault = Some(fault);
            break;
        }
    }
    j.judged
}

struct Judge<'c> {
    case: &'c Case,
    ports: Vec<(&'c Port, Role)>,
    rng: Random,
    judged: Judged,
}

impl Judge<'_> {
    fn round(&mut self) -> Result<(), String> {
        let mut inputs = self.random();
        self.agree(&inputs)?;
        for _ in 0..REPAIRS {
            let Err(AssignError::Check { left, right, message: Some(m), index, .. }) =
                assign(&self.case.lowered, &inputs)
            else {
                break;
            };
            if !self.repair(&mut inputs, &m, &index, (&left, &right)) {
                break;
            }
        }
        self.agree(&inputs)?;
        // One input changed: whatever depended on it and is asserted fails.
        for _ in 0..3 {
            let mut other = inputs.clone();
            let port = self.rng.gen_range(0..other.len());
            let at = self.rng.gen_range(0..other[port].len());
            other[port][at] = self.value(port);
            self.agree(&other)?;
        }
        self.forge(&inputs)
    }

    fn value(&mut self, port: usize) -> Int {
        self.ports[port].0.range.draw(&mut self.rng)
    }

    fn random(&mut self) -> Vec<Vec<Int>> {
        let ports = self.ports.clone();
        let draw =
            |(p, _): &(&Port, Role)| (0..p.len()).map(|_| p.range.draw(&mut self.rng)).collect();
        ports.iter().map(draw).collect()
    }

    /// Gives the input that an assertion names what it should be.
    fn repair(
        &self,
        inputs: &mut [Vec<Int>],
        message: &str,
        index: &[usize],
        (left, right): (&Int, &Int),
    ) -> bool {
        let Some((name, side)) = message.split_once(" on the ") else { return false };
        let wanted = if side == "left" { right } else { left };
        let Some(p) = self.ports.iter().position(|(p, _)| p.name == name) else { return false };
        let port = self.ports[p].0;
        match (inputs[p].get_mut(port.flat(index)), port.range.fit(wanted)) {
            (Some(slot), Some(value)) => {
                *slot = value;
                true
            }
            _ => false,
        }
    }

    /// The values that a circuit's input ports have: one with a model's commitment has no salt.
    fn inputs_of(&self, c: &Circuit, inputs: &[Vec<Int>]) -> Vec<Vec<Int>> {
        let of = |name: &str| self.ports.iter().position(|(p, _)| p.name == name);
        let ports = c.signature.inputs.iter();
        ports.filter_map(|p| inputs.get(of(&p.name)?).cloned()).collect()
    }

    /// The interpreter's values of a circuit's output ports.
    fn outputs_of(&self, c: &Circuit, run: &Outcome) -> Vec<Vec<Int>> {
        let all = &self.case.lowered.signature.outputs;
        let of = |name: &str| all.iter().position(|p| p.name == name);
        let ports = c.signature.outputs.iter();
        ports.filter_map(|p| run.outputs.get(of(&p.name)?).cloned()).collect()
    }

    fn named(&self, inputs: &[Vec<Int>]) -> Inputs {
        let names = self.ports.iter().map(|(p, _)| p.name.clone());
        names.zip(inputs.iter().cloned()).collect()
    }

    /// What the interpreter says, elements of the field as in assignments.
    fn run(&self, inputs: &[Vec<Int>]) -> Result<Outcome, String> {
        let run = (self.case.interpret)(&self.named(inputs));
        let mut run =
            run.map_err(|e| format!("the interpreter refuses a program that compiles: {e}"))?;
        for (port, values) in self.case.lowered.signature.outputs.iter().zip(&mut run.outputs) {
            values.iter_mut().for_each(|v| *v = canonical(v.clone(), &port.ty));
        }
        Ok(run)
    }

    /// Interpreter, witness programs and constraints agree on inputs; a prover who goes on where the
    /// program refuses is refused by the constraints.
    fn agree(&mut self, inputs: &[Vec<Int>]) -> Result<(), String> {
        let run = self.run(inputs)?;
        for (what, c) in self.case.circuits() {
            let inputs = &self.inputs_of(c, inputs);
            match assign(c, inputs) {
                Ok(a) if run.refused => {
                    let _ = a;
                    return Err(format!(
                        "{what}: the witness accepts {inputs:?}, the program refuses"
                    ));
                }
                Ok(a) => {
                    if !violations_up_to(c, &a, 1).is_empty() {
                        return Err(format!("{what}: an honest witness is refused on {inputs:?}"));
                    }
                    let got = outputs(c, &a);
                    let right = self.outputs_of(c, &run);
                    if got != right {
                        return Err(format!(
                            "{what}: outputs on {inputs:?} are {got:?}, interpreted {right:?}"
                        ));
                    }
                    self.judged.honest += 1;
                }
                Err(e) if !run.refused => {
                    return Err(format!("{what}: the witness refuses {inputs:?}: {e}"));
                }
                Err(_) => {}
            }
            let lenient = assign_with(c, inputs, &[], ForgeMode::Propagate);
            let lenient = lenient.map_err(|e| format!("{what}: {e}"))?;
            self.true_or_refused(what, c, &lenient)?;
        }
        Ok(())
    }

    /// Single variables set to something else, with and without what follows from it.
    fn forge(&mut self, inputs: &[Vec<Int>]) -> Result<(), String> {
        let case = self.case;
        for (what, c) in case.circuits() {
            let inputs = &self.inputs_of(c, inputs);
            let honest = assign_with(c, inputs, &[], ForgeMode::Propagate);
            let honest = honest.map_err(|e| format!("{what}: {e}"))?;
            let free: Vec<usize> = (0..c.tensors.len())
                .filter(|&k| {
                    let kind = &c.tensors[k].kind;
                    let free = matches!(kind, Kind::Witness | Kind::Model | Kind::Response);
                    free || kind.is_public() || *kind == Kind::Evaluation
                })
                .filter(|&k| !c.tensors[k].is_empty())
                .collect();
            for _ in 0..FORGERIES {
                let tensor = free[self.rng.gen_range(0..free.len())];
                let index = self.rng.gen_range(0..c.tensors[tensor].len());
                let value = self.lie(&honest.values[tensor].get_int(index));
                let mode = if self.rng.gen_ratio(1, 2) {
                    ForgeMode::Propagate
                } else {
                    ForgeMode::Isolated
                };
                let lie = Forgery { tensor: TensorId(tensor as u32), index, value };
                let forged = assign_with(c, inputs, &[lie], mode);
                self.true_or_refused(what, c, &forged.map_err(|e| format!("{what}: {e}"))?)?;
            }
        }
        Ok(())
    }

    fn lie(&mut self, honest: &Int) -> Int {
        match self.rng.gen_range(0..6) {
            0 => Int::from(0),
            1 => Int::from(1),
            2 => honest + 1,
            3 => honest - 1,
            4 => -honest,
            _ => honest + (Int::from(1) << self.rng.gen_range(1..250u32)),
        }
    }

    /// The one thing that matters: an assignment that satisfies a circuit is a true statement.
    fn true_or_refused(&mut self, what: &str, c: &Circuit, a: &Assignment) -> Result<(), String> {
        self.judged.dishonest += 1;
        if !violations_up_to(c, a, 1).is_empty() {
            return Ok(());
        }
        if !is_bound(c, a) {
            return Err(format!("{what}: carried values have another evaluation"));
        }
        let of = |(port, _): &(&Port, Role)| {
            let mut found = c.signature.inputs.iter().filter(|p| p.name == port.name);
            // Any salt will do where there is none.
            let none = || vec![Int::from(0); port.len()];
            found.next().map_or_else(none, |p| values(a, p.tensor, &p.ty))
        };
        let inputs: Vec<Vec<Int>> = self.ports.iter().map(of).collect();
        for (values, (port, role)) in inputs.iter().zip(&self.ports) {
            if values.iter().all(|v| port.range.holds(v)) {
                continue;
            }
            // What is public is the verifier's to check.
            if *role == Role::Public {
                return Ok(());
            }
            return Err(format!("{what}: accepted with {} = {values:?}, out of range", port.name));
        }
        let run = self.run(&inputs)?;
        let (got, right) = (outputs(c, a), self.outputs_of(c, &run));
        if run.refused {
            Err(format!("{what}: FALSE STATEMENT accepted, the program refuses {inputs:?}"))
        } else if got != right {
            Err(format!(
                "{what}: FALSE STATEMENT accepted, outputs {got:?} on {inputs:?}, right {right:?}"
            ))
        } else {
            Ok(())
        }
    }
}

fn values(a: &Assignment, t: TensorId, ty: &PortType) -> Vec<Int> {
    let all = &a.values[t.0 as usize];
    (0..all.len()).map(|i| canonical(all.get_int(i), ty)).collect()
}

fn canonical(n: Int, ty: &PortType) -> Int {
    match ty {
        PortType::Field if n < Int::from(0) => n + scalar::order(),
        _ => n,
    }
}

/// Values of the output ports in an assignment.
#[must_use]
pub fn outputs(c: &Circuit, a: &Assignment) -> Vec<Vec<Int>> {
    c.signature.outputs.iter().map(|p| values(a, p.tensor, &p.ty)).collect()
}

/// Whether the evaluation that stands for carried values is theirs, if there are any.
fn is_bound(c: &Circuit, a: &Assignment) -> bool {
    let at = |kind: &Kind| c.tensors.iter().position(|t| t.kind == *kind);
    let Some(e) = at(&Kind::Evaluation) else { return true };
    let Some(rho) = at(&Kind::Challenge).map(|k| a.values[k].get_fr(0)) else { return false };
    let ports = c.signature.inputs.iter().chain(&c.signature.outputs);
    let carried = ports.filter(|p| c.tensors[p.tensor.0 as usize].kind == Kind::Carried);
    let all: Vec<Fr> = carried
        .flat_map(|p| {
            let least = match &p.ty {
                PortType::Fix { lo, .. } => scalar::to_fr(lo),
                PortType::Field => Fr::from(0),
            };
            a.values[p.tensor.0 as usize].to_field().into_iter().map(move |x| x - least)
        })
        .collect();
    a.values[e].get_fr(0) == all.iter().rev().fold(Fr::from(0), |sum, x| sum * rho + x)
}
