//! From inputs to the values of all tensors: the witness program, run.

use crate::evaluate::Engine;
use crate::{
    Assignment, Buffer, Circuit, Fr, Int, Kind, OriginId, Port, Relation, Tensor, TensorId, satisfy,
};
use ark_ff::Field;
use run::{Conduct, Run};

pub mod challenges;
mod check;
mod output;
mod run;

pub use output::{assign_output, inputs_of};

/// Why the witness program could not assign every value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// Another number of inputs than the signature has.
    #[error("number of inputs: expected {expected}, got {got}")]
    InputCount {
        /// As the signature says.
        expected: usize,
        /// As supplied.
        got: usize,
    },
    /// Another number of values than the port's shape has.
    #[error("input `{port}`: expected {expected} values, got {got}")]
    InputLength {
        /// Name of the port.
        port: String,
        /// Elements of its shape.
        expected: usize,
        /// As supplied.
        got: usize,
    },
    /// An input outside of its type.
    #[error("input `{port}`, value {index}: {value} is outside {lo}..={hi}")]
    OutOfRange {
        /// Name of the port.
        port: String,
        /// Flat index.
        index: usize,
        /// As supplied.
        value: Int,
        /// Lowest raw value of the type.
        lo: Box<Int>,
        /// Highest raw value of the type.
        hi: Box<Int>,
    },
    /// An assertion that does not hold.
    #[error("assertion at {index:?}: {left} {relation} {right} does not hold{}", more(*.failures))]
    Check {
        /// The assertion.
        origin: OriginId,
        /// Index of the first element that fails.
        index: Vec<usize>,
        /// Left side there.
        left: Box<Int>,
        /// Right side there.
        right: Box<Int>,
        /// What had to hold between them.
        relation: Relation,
        /// What one raw step is worth, numerator and denominator; `None` for field elements.
        scale: Option<Box<(Int, Int)>>,
        /// The author's words.
        message: Option<String>,
        /// How many elements fail.
        failures: usize,
    },
    /// A divisor that is zero.
    #[error("division by zero at {index:?}")]
    DivisionByZero {
        /// The division.
        origin: OriginId,
        /// Index of the element.
        index: Vec<usize>,
    },
    /// A table lookup past the table's end, or at a negative index.
    #[error("table index at {index:?}: {value} is outside 0..{len}")]
    TableIndex {
        /// The lookup.
        origin: OriginId,
        /// Index of the element.
        index: Vec<usize>,
        /// The table index.
        value: Int,
        /// Rows of the table.
        len: usize,
    },
    /// A number outside of what its square root or its digits are defined for.
    #[error("operand at {index:?}: {value} is outside the operation's domain")]
    Domain {
        /// The operation.
        origin: OriginId,
        /// Index of the element.
        index: Vec<usize>,
        /// The operand.
        value: Int,
    },
    /// A key that is not in the table that it is looked up in.
    #[error("key {key}: {value} is in no row of the table")]
    NoSuchRow {
        /// What counts the keys.
        origin: OriginId,
        /// Which key.
        key: usize,
        /// What it is.
        value: Int,
    },
    /// Another number of challenges than the circuit has.
    #[error("challenges: expected {expected}, got {got}")]
    ChallengeCount {
        /// Of the circuit.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// A value outside of the interval that the compiler derived for it.
    #[error("value of tensor {} at {index:?}: {value} is outside {lo}..={hi}", .tensor.0)]
    Interval {
        /// The tensor.
        tensor: TensorId,
        /// What asked for it.
        origin: OriginId,
        /// Index of the element.
        index: Vec<usize>,
        /// The value.
        value: Int,
        /// Lowest value.
        lo: Box<Int>,
        /// Highest value.
        hi: Box<Int>,
    },
}

/// How many more elements fail, in words.
fn more(failures: usize) -> String {
    if failures > 1 { format!(", nor for {} more elements", failures - 1) } else { String::new() }
}

/// A value that a dishonest prover puts in place of the computed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgery {
    /// The tensor.
    pub tensor: TensorId,
    /// Flat index of the element.
    pub index: usize,
    /// The value, modulo the field's order.
    pub value: Int,
}

/// What follows a forged value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgeMode {
    /// Everything downstream is computed from it, hints included: the prover follows the program
    /// from the forged value on.
    Propagate,
    /// Only derived tensors follow; all other variables keep their honest values.
    Isolated,
}

/// Runs the witness program on inputs: for each input port of the signature, its raw integers in
/// row-major order.
///
/// Refuses what does not fit the signature, assertions that do not hold, operations without a
/// result, and values outside of the interval that their tensor declares.
///
/// Challenges are those of [`challenges::stand_in`]; a proof draws its own, by [`assign_committed`] and
/// [`respond`].
pub fn assign(circuit: &Circuit, inputs: &[Vec<Int>]) -> Result<Assignment, AssignError> {
    let mut assignment = assign_committed(circuit, inputs)?;
    let drawn = challenges::stand_in(circuit, &assignment);
    respond(circuit, &mut assignment, &drawn)?;
    Ok(assignment)
}

/// The first part of [`assign`]: everything that does not depend on challenges. What does stays
/// empty.
pub fn assign_committed(circuit: &Circuit, inputs: &[Vec<Int>]) -> Result<Assignment, AssignError> {
    run::check_inputs(circuit, inputs)?;
    let mut honest = Run::new(circuit, inputs, &[], Conduct::Honest);
    honest.first()?;
    Ok(honest.finish())
}

/// The values of a model alone, from the raw integers of its input ports ([`Circuit::model_ports`]), in
/// order: all that a commitment to it takes. Everything else stays empty.
///
/// # Errors
/// An [`AssignError`] for values that are not of the ports' numbers and types.
pub fn assign_model(circuit: &Circuit, model: &[Vec<Int>]) -> Result<Assignment, AssignError> {
    let ports: Vec<&Port> = circuit.model_ports().collect();
    run::check_ports(&ports, model)?;
    let mut values = vec![Buffer::I64(vec![]); circuit.tensors.len()];
    values[TensorId::ONE.0 as usize] = Buffer::I64(vec![1]);
    for (port, given) in ports.iter().zip(model) {
        let i = port.tensor.0 as usize;
        values[i] = run::input(given, circuit.tensors[i].width);
    }
    Ok(Assignment { values })
}

/// The second part: everything that depends on challenges, from what was committed to. What was
/// there of it is replaced. Challenges come in the order of [`Circuit::layout`].
pub fn respond(
    circuit: &Circuit,
    assignment: &mut Assignment,
    challenges: &[Fr],
) -> Result<(), AssignError> {
    respond_with(circuit, assignment, challenges, &[], Conduct::Honest)
}

fn respond_with(
    circuit: &Circuit,
    assignment: &mut Assignment,
    challenges: &[Fr],
    forged: &[Forgery],
    conduct: Conduct,
) -> Result<(), AssignError> {
    let (expected, got) = (circuit.layout().num_challenges, challenges.len());
    if expected != got {
        return Err(AssignError::ChallengeCount { expected, got });
    }
    if expected == 0 {
        return Ok(());
    }
    let first = Assignment { values: std::mem::take(&mut assignment.values) };
    let mut run = Run::resume(circuit, first, challenges, forged, conduct);
    let done = run.second();
    *assignment = run.finish();
    done
}

/// Runs it as a dishonest prover might: after a tensor has been computed, forged values take the
/// place of its elements, and [`ForgeMode`] says what follows.
///
/// Inputs are checked against the signature as [`assign`] does, but nothing stops at an assertion
/// or at a value outside of its interval, and an operation without a result gives 0. All arithmetic
/// is exact whatever the values. In the assignment returned, derived tensors hold what the
/// constraints make of the variables. Panics if a forgery names an element that does not exist.
///
/// Challenges are drawn after what precedes them was forged, as a prover has to: in both modes they
/// and the responses follow from it.
pub fn assign_with(
    circuit: &Circuit,
    inputs: &[Vec<Int>],
    forged: &[Forgery],
    mode: ForgeMode,
) -> Result<Assignment, AssignError> {
    run::check_inputs(circuit, inputs)?;
    let during = if mode == ForgeMode::Propagate { forged } else { &[] };
    let mut run = Run::new(circuit, inputs, during, Conduct::Lenient);
    run.first()?;
    let mut assignment = run.finish();
    let is_late = |t: TensorId| circuit.tensors[t.0 as usize].kind.is_late();
    let replace = |late: bool, assignment: &mut Assignment| {
        if mode == ForgeMode::Isolated {
            for f in forged.iter().filter(|f| is_late(f.tensor) == late) {
                assignment.values[f.tensor.0 as usize].set(f.index, &f.value);
            }
        }
    };
    replace(false, &mut assignment);
    rederive(circuit, &mut assignment);
    let drawn = challenges::stand_in(circuit, &assignment);
    respond_with(circuit, &mut assignment, &drawn, during, Conduct::Lenient)?;
    replace(true, &mut assignment);
    rederive(circuit, &mut assignment);
    Ok(assignment)
}

/// Gives derived tensors the values that follow from those of variables. Variables without any yet
/// count as 0.
fn rederive(circuit: &Circuit, assignment: &mut Assignment) {
    for (tensor, value) in circuit.tensors.iter().zip(&mut assignment.values) {
        let late = tensor.kind.is_late();
        if late && value.len() != tensor.len() {
            *value = Buffer::zeros(crate::Width::I64, tensor.len());
        }
    }
    let (values, _) = satisfy::rederived(circuit, &Engine::new(&circuit.constants), assignment);
    for ((tensor, value), stored) in circuit.tensors.iter().zip(values).zip(&mut assignment.values)
    {
        if tensor.kind != Kind::Aux {
            *stored = value;
        }
    }
}

/// The assignment that given values of the variables amount to: `public` without the leading 1, in
/// the order of [`Circuit::layout`], challenges behind it. Derived tensors are computed from them;
/// `Aux` tensors, which no constraint reads, stay empty. Panics if a number of values is not the
/// circuit's.
#[must_use]
pub fn derive(circuit: &Circuit, public: &[Fr], witness: &[Fr]) -> Assignment {
    let layout = circuit.layout();
    assert_eq!(public.len(), layout.num_instance(), "number of public values");
    assert_eq!(witness.len(), layout.num_witness, "number of witness values");
    let variables = [&[Fr::ONE], public, witness].concat();
    let given = |(tensor, offset): (&Tensor, &Option<usize>)| {
        let values = offset.map(|first| variables[first..first + tensor.len()].to_vec());
        values.map_or(Buffer::I64(Vec::new()), Buffer::Field)
    };
    let values = circuit.tensors.iter().zip(&layout.offset).map(given).collect();
    let engine = Engine::new(&circuit.constants);
    let (values, _) = satisfy::rederived(circuit, &engine, &Assignment { values });
    Assignment { values }
}
