//! A circuit between the variables of a larger one.

use super::range::enforce_range;
use super::synthesizer::enforce;
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::fields::fp::{AllocatedFp, FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use ark_std::One;
use thiserror::Error;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, AssignError, Assignment, Block, Category, Circuit, Fr, Int, Kind, Lin, Port, PortType,
    TensorId, Term, Visibility, Weight, Width, assign, rows,
};

/// Why a circuit could not be spliced in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SpliceError {
    /// The circuit has challenges, which would be the prover's to choose here.
    #[error("the circuit needs commitments: compile it for plain Groth16")]
    Challenges,
    /// Another number of inputs than the circuit has.
    #[error("inputs: expected {expected}, got {got}")]
    InputCount {
        /// Of the circuit.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// Another number of variables than an input has elements.
    #[error("input `{name}`: expected {expected} variables, got {got}")]
    InputLength {
        /// The input.
        name: String,
        /// Its elements.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// An input that only the witness program reads: nothing in the circuit could be held to it.
    #[error("no constraint reads input `{name}`: it cannot be tied to variables")]
    Unconstrained {
        /// The input.
        name: String,
    },
    /// The values are not inputs that the circuit can compute with (only when proving).
    #[error(transparent)]
    Assign(#[from] AssignError),
    /// The constraint system refused.
    #[error(transparent)]
    Synthesis(#[from] SynthesisError),
}

impl From<SpliceError> for SynthesisError {
    /// For use inside `generate_constraints`, whose error type says less.
    fn from(e: SpliceError) -> Self {
        match e {
            SpliceError::Synthesis(e) => e,
            _ => SynthesisError::Unsatisfiable,
        }
    }
}

/// Enforces a circuit on variables that exist already and returns its outputs.
///
/// `inputs` holds one list of variables (row-major) for each input of the signature, public or
/// private in the circuit's own terms; what is public in the larger circuit is up to the caller.
/// Outputs come back in the signature's order, public ones first allocated as witnesses.
///
/// What the compiler solved for has no variables of its own: an input that is a sum of its digits is held to
/// the variables that are given for it by a constraint for each element.
///
/// The types of public inputs and outputs are *not* part of the circuit's constraints, since a
/// verifier who sees the values checks them. Nobody sees them here, so that they are enforced too:
/// one constraint for each bit of the interval and one or two for each value.
///
/// When the constraint system assigns values, the circuit's witness is computed from the values of
/// `inputs`.
///
/// # Errors
/// A [`SpliceError`] if the inputs do not have the circuit's shapes, their values are refused by
/// its witness program, or the constraint system refuses.
pub fn splice(
    cs: &ConstraintSystemRef<Fr>,
    circuit: &Circuit,
    inputs: &[Vec<FpVar<Fr>>],
) -> Result<Vec<Vec<FpVar<Fr>>>, SpliceError> {
    if circuit.is_committed() {
        return Err(SpliceError::Challenges);
    }
    let signature = &circuit.signature;
    check_shapes(&signature.inputs, inputs)?;
    let assignment = if cs.is_in_setup_mode() {
        None
    } else {
        Some(assign(circuit, &values(&signature.inputs, inputs)?)?)
    };
    let spliced = Spliced::allocate(cs, circuit, inputs, assignment.as_ref())?;
    for row in rows(circuit) {
        enforce(cs, &row, |entries| spliced.combination(entries))?;
    }
    for (port, input) in signature.inputs.iter().zip(inputs) {
        spliced.bind(circuit, port, input)?;
    }
    for port in signature.inputs.iter().chain(&signature.outputs) {
        if let (Visibility::Public, PortType::Fix { lo, hi, .. }) = (port.visibility, &port.ty) {
            for (k, element) in spliced.elements(circuit, port)?.iter().enumerate() {
                enforce_range(cs, element, spliced.value(port.tensor, k), lo, hi)?;
            }
        }
    }
    let mut outputs = Vec::new();
    for port in &signature.outputs {
        outputs.push(spliced.output(circuit, port)?);
    }
    Ok(outputs)
}

fn check_shapes(ports: &[Port], inputs: &[Vec<FpVar<Fr>>]) -> Result<(), SpliceError> {
    let (expected, got) = (ports.len(), inputs.len());
    if expected != got {
        return Err(SpliceError::InputCount { expected, got });
    }
    for (port, input) in ports.iter().zip(inputs) {
        let (expected, got) = (port.shape.iter().product(), input.len());
        if expected != got {
            return Err(SpliceError::InputLength { name: port.name.clone(), expected, got });
        }
    }
    Ok(())
}

/// The integers that the inputs' values stand for.
fn values(ports: &[Port], inputs: &[Vec<FpVar<Fr>>]) -> Result<Vec<Vec<Int>>, SynthesisError> {
    let int = |port: &Port, v: &FpVar<Fr>| Ok(crate::keys::raw(&v.value()?, &port.ty));
    ports.iter().zip(inputs).map(|(p, i)| i.iter().map(|v| int(p, v)).collect()).collect()
}

/// What stands for each variable of the circuit in the larger system.
struct Spliced<'a> {
    cs: &'a ConstraintSystemRef<Fr>,
    offsets: Vec<Option<usize>>,
    variables: Vec<FpVar<Fr>>,
    assignment: Option<&'a Assignment>,
}

impl<'a> Spliced<'a> {
    fn allocate(
        cs: &'a ConstraintSystemRef<Fr>,
        circuit: &Circuit,
        inputs: &[Vec<FpVar<Fr>>],
        assignment: Option<&'a Assignment>,
    ) -> Result<Self, SynthesisError> {
        let layout = circuit.layout();
        let mut given: Vec<Option<&FpVar<Fr>>> = vec![None; layout.num_variables()];
        for (port, input) in circuit.signature.inputs.iter().zip(inputs) {
            if let Some(first) = layout.offset[port.tensor.0 as usize] {
                for (slot, v) in given[first..].iter_mut().zip(input) {
                    *slot = Some(v);
                }
            }
        }
        let numbers = assignment.map(|a| a.to_variables(circuit));
        let mut variables = Vec::with_capacity(given.len());
        for (j, given) in given.into_iter().enumerate() {
            variables.push(match given {
                _ if j == 0 => FpVar::Constant(Fr::one()),
                Some(v) => v.clone(),
                None => {
                    let value = numbers.as_ref().map(|n| n[j]);
                    witness(cs, value)?
                }
            });
        }
        Ok(Spliced { cs, offsets: layout.offset, variables, assignment })
    }

    /// Holds an input of the circuit to what is given for it, unless these are the circuit's variables already.
    fn bind(&self, circuit: &Circuit, port: &Port, input: &[FpVar<Fr>]) -> Result<(), SpliceError> {
        for (given, element) in input.iter().zip(self.elements(circuit, port)?) {
            let given = LinearCombination(vec![term(given, Fr::one())]);
            if given != element {
                let apart = element - given;
                self.cs.enforce_r1cs_constraint(
                    || apart,
                    || Variable::One.into(),
                    LinearCombination::zero,
                )?;
            }
        }
        Ok(())
    }

    /// The elements of a port, of whatever they are made.
    fn elements(
        &self,
        circuit: &Circuit,
        port: &Port,
    ) -> Result<Vec<LinearCombination<Fr>>, SpliceError> {
        let count: usize = port.shape.iter().product();
        if let Some(first) = self.offsets[port.tensor.0 as usize] {
            let one = |j| self.combination(&[(j, Fr::one())]);
            return Ok((first..first + count).map(one).collect());
        }
        match circuit.tensors[port.tensor.0 as usize].kind {
            Kind::Linear(_) => Ok(self.expand(circuit, port.tensor)),
            _ => Err(SpliceError::Unconstrained { name: port.name.clone() }),
        }
    }

    fn combination(&self, entries: &[(usize, Fr)]) -> LinearCombination<Fr> {
        let term = |&(j, c): &(usize, Fr)| term(&self.variables[j], c);
        let mut combination = LinearCombination(entries.iter().map(term).collect());
        // Several of the circuit's variables may be the same one here.
        combination.compactify();
        combination
    }

    /// The value of a tensor's element, when values are assigned.
    fn value(&self, tensor: TensorId, k: usize) -> Option<Fr> {
        Some(self.assignment?.values[tensor.0 as usize].get_fr(k))
    }

    /// All elements of a tensor that has no variables of its own.
    fn expand(&self, circuit: &Circuit, tensor: TensorId) -> Vec<LinearCombination<Fr>> {
        let probe = Circuit { blocks: vec![reader(circuit, tensor)], ..circuit.clone() };
        rows(&probe).map(|row| self.combination(&row.a)).collect()
    }

    fn output(&self, circuit: &Circuit, port: &Port) -> Result<Vec<FpVar<Fr>>, SpliceError> {
        let count: usize = port.shape.iter().product();
        if let Some(first) = self.offsets[port.tensor.0 as usize] {
            return Ok(self.variables[first..first + count].to_vec());
        }
        let combinations = self.elements(circuit, port)?;
        let variable = |(k, combination): (usize, LinearCombination<Fr>)| {
            let variable = self.cs.new_lc(|| combination)?;
            let value = self.value(port.tensor, k);
            Ok(FpVar::Var(AllocatedFp::new(value, variable, self.cs.clone())))
        };
        combinations.into_iter().enumerate().map(variable).collect()
    }
}

/// A variable, times a coefficient.
fn term(variable: &FpVar<Fr>, c: Fr) -> (Fr, Variable) {
    match variable {
        FpVar::Constant(value) => (c * value, Variable::One),
        FpVar::Var(v) => (c, v.variable),
    }
}

/// A new witness variable.
fn witness(cs: &ConstraintSystemRef<Fr>, value: Option<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    let variable = cs.new_witness_variable(|| value.ok_or(SynthesisError::AssignmentMissing))?;
    Ok(FpVar::Var(AllocatedFp::new(value, variable, cs.clone())))
}

/// A block whose left side is a tensor, to read its linear combinations off the rows.
fn reader(circuit: &Circuit, tensor: TensorId) -> Block {
    let source = &circuit.tensors[tensor.0 as usize];
    let shape = source.shape.clone();
    let access = Access { offset: 0, strides: row_major(&shape) };
    let term = Term {
        free: shape.clone(),
        bound: Vec::new(),
        dst: access.clone(),
        src: tensor,
        src_access: access,
        weight: Weight::Scalar(1.into()),
    };
    let nothing = Lin { terms: Vec::new(), width: Width::I64 };
    Block {
        shape,
        a: Lin { terms: vec![term], width: source.width },
        b: nothing.clone(),
        c: nothing,
        category: Category::Equality,
        origin: source.origin,
    }
}
