//! The witness program, step by step.

use super::{AssignError, Forgery, check};
use crate::evaluate::{Engine, Precision};
use crate::hint::{self, Fault};
use crate::satisfy::unflatten;
use crate::{
    Assignment, Buffer, Circuit, Fr, Int, Kind, Lin, Op, Port, PortType, Step, Tensor, TensorId,
    Width, scalar,
};
use num_traits::{ToPrimitive, Zero};

/// What to do where something does not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Conduct {
    /// Refuse it.
    Honest,
    /// Go on.
    Lenient,
}

/// A run of the program.
pub(super) struct Run<'r> {
    circuit: &'r Circuit,
    engine: Engine<'r>,
    inputs: &'r [Vec<Int>],
    challenges: &'r [Fr],
    forged: &'r [Forgery],
    conduct: Conduct,
    values: Vec<Buffer>,
    magnitudes: Vec<u128>,
}

/// Refuses inputs that do not fit the signature.
pub(super) fn check_inputs(circuit: &Circuit, inputs: &[Vec<Int>]) -> Result<(), AssignError> {
    check_ports(&circuit.signature.inputs.iter().collect::<Vec<_>>(), inputs)
}

/// Refuses values that are not as many as these ports have, or not of their types.
pub(super) fn check_ports(ports: &[&Port], inputs: &[Vec<Int>]) -> Result<(), AssignError> {
    if ports.len() != inputs.len() {
        return Err(AssignError::InputCount { expected: ports.len(), got: inputs.len() });
    }
    for (port, values) in ports.iter().zip(inputs) {
        let expected = port.shape.iter().product();
        if values.len() != expected {
            let got = values.len();
            return Err(AssignError::InputLength { port: port.name.clone(), expected, got });
        }
        let (lo, hi) = match &port.ty {
            PortType::Fix { lo, hi, .. } => (lo.clone(), hi.clone()),
            PortType::Field => (Int::zero(), scalar::order() - 1u32),
        };
        if let Some(index) = values.iter().position(|v| *v < lo || *v > hi) {
            let (port, value) = (port.name.clone(), values[index].clone());
            let (lo, hi) = (Box::new(lo), Box::new(hi));
            return Err(AssignError::OutOfRange { port, index, value, lo, hi });
        }
    }
    Ok(())
}

impl<'r> Run<'r> {
    pub(super) fn new(
        circuit: &'r Circuit,
        inputs: &'r [Vec<Int>],
        forged: &'r [Forgery],
        conduct: Conduct,
    ) -> Run<'r> {
        let mut values = vec![Buffer::I64(Vec::new()); circuit.tensors.len()];
        let mut magnitudes = vec![0; circuit.tensors.len()];
        values[TensorId::ONE.0 as usize] = Buffer::I64(vec![1]);
        magnitudes[TensorId::ONE.0 as usize] = 1;
        let engine = Engine::new(&circuit.constants);
        let challenges = &[];
        Run { circuit, engine, inputs, challenges, forged, conduct, values, magnitudes }
    }

    /// Goes on after the first part, once the challenges are known.
    pub(super) fn resume(
        circuit: &'r Circuit,
        first: Assignment,
        challenges: &'r [Fr],
        forged: &'r [Forgery],
        conduct: Conduct,
    ) -> Run<'r> {
        let values = first.values;
        let magnitudes = match conduct {
            Conduct::Honest => Vec::new(),
            Conduct::Lenient => values.iter().map(Buffer::magnitude).collect(),
        };
        let engine = Engine::new(&circuit.constants);
        Run { circuit, engine, inputs: &[], challenges, forged, conduct, values, magnitudes }
    }

    /// Runs the steps before the challenges.
    pub(super) fn first(&mut self) -> Result<(), AssignError> {
        self.steps(&self.circuit.program[..self.circuit.challenge_step()])
    }

    /// Runs the steps from the challenges on.
    pub(super) fn second(&mut self) -> Result<(), AssignError> {
        self.steps(&self.circuit.program[self.circuit.challenge_step()..])
    }

    /// Runs these steps.
    pub(super) fn some(
        &mut self,
        steps: impl IntoIterator<Item = &'r Step>,
    ) -> Result<(), AssignError> {
        self.steps(steps)
    }

    fn steps(&mut self, steps: impl IntoIterator<Item = &'r Step>) -> Result<(), AssignError> {
        for step in steps {
            match step {
                Step::Assign { tensor, op } => self.assign(*tensor, op)?,
                Step::Check { shape, left, relation, right, scale, message, origin } => {
                    if self.conduct == Conduct::Honest {
                        let len = shape.iter().product();
                        let sides = (self.eval(left, len), self.eval(right, len));
                        let Some(failed) = check::first(&sides.0, *relation, &sides.1) else {
                            continue;
                        };
                        return Err(AssignError::Check {
                            origin: *origin,
                            index: unflatten(failed.first, shape),
                            left: Box::new(self.shown(left, &sides.0, failed.first)),
                            right: Box::new(self.shown(right, &sides.1, failed.first)),
                            relation: *relation,
                            scale: scale.clone().map(Box::new),
                            message: message.clone(),
                            failures: failed.count,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Assignment {
        Assignment { values: self.values }
    }

    fn assign(&mut self, id: TensorId, op: &Op) -> Result<(), AssignError> {
        let i = id.0 as usize;
        let tensor = &self.circuit.tensors[i];
        let value = self.compute(tensor, op)?;
        let mut value = match self.conduct {
            Conduct::Honest => within(id, tensor, value)?,
            Conduct::Lenient => value.narrow(),
        };
        for f in self.forged.iter().filter(|f| f.tensor == id) {
            value.set(f.index, &f.value);
        }
        if self.conduct == Conduct::Lenient {
            self.magnitudes[i] = value.magnitude();
        }
        self.values[i] = value;
        Ok(())
    }

    fn compute(&self, tensor: &Tensor, op: &Op) -> Result<Buffer, AssignError> {
        let len = tensor.len();
        match (op, &tensor.kind) {
            (Op::Input(port), _) => {
                return Ok(input(&self.inputs[*port as usize], tensor.width));
            }
            (Op::Derive, Kind::Linear(lin)) => return Ok(self.eval(lin, len)),
            (Op::Challenge, _) => return Ok(Buffer::Field(self.drawn(tensor))),
            _ => {}
        }
        let space = op.argument_len(&tensor.shape);
        let args = op.args().into_iter().map(|lin| self.eval(lin, space)).collect();
        let table = match op {
            Op::Table(id, _) | Op::Count { table: id, .. } => {
                Some(&self.circuit.constants[id.0 as usize].data)
            }
            _ => None,
        };
        hint::apply(op, args, len, table, &mut |i, fault| match self.conduct {
            Conduct::Lenient => Ok(()),
            Conduct::Honest => Err(error(tensor, i, fault)),
        })
    }

    /// A challenge tensor's share of the challenges, which come in the order of the tensors.
    fn drawn(&self, tensor: &Tensor) -> Vec<Fr> {
        let is_challenge = |t: &&Tensor| t.kind == Kind::Challenge;
        let before = self.circuit.tensors.iter().filter(is_challenge);
        let first: usize = before.take_while(|t| !std::ptr::eq(*t, tensor)).map(Tensor::len).sum();
        self.challenges[first..first + tensor.len()].to_vec()
    }

    fn eval(&self, lin: &Lin, len: usize) -> Buffer {
        let precision = match self.conduct {
            Conduct::Honest => Precision::Declared,
            Conduct::Lenient => Precision::Exact(&self.magnitudes),
        };
        self.engine.eval(lin, len, &self.values, precision)
    }

    /// A side of a failed check as a person expects it: elements of the field without a sign.
    fn shown(&self, lin: &Lin, values: &Buffer, i: usize) -> Int {
        let is_field = |t: &crate::Term| !self.circuit.tensors[t.src.0 as usize].is_signed();
        let value = values.get_int(i);
        if value < Int::zero() && lin.terms.iter().any(is_field) {
            value + scalar::order()
        } else {
            value
        }
    }
}

/// An input port's values, checked before, in a native type.
pub(super) fn input(values: &[Int], width: Width) -> Buffer {
    let narrow = || values.iter().map(ToPrimitive::to_i64).collect::<Option<Vec<_>>>();
    let wide = || values.iter().map(ToPrimitive::to_i128).collect::<Option<Vec<_>>>();
    let native = match width {
        Width::I64 => narrow().map(Buffer::I64),
        Width::I128 => wide().map(Buffer::I128),
        Width::Field => None,
    };
    native.unwrap_or_else(|| Buffer::Field(values.iter().map(scalar::to_fr).collect()))
}

/// The buffer in the tensor's width, all values in the tensor's interval.
fn within(id: TensorId, tensor: &Tensor, value: Buffer) -> Result<Buffer, AssignError> {
    let Some((lo, hi)) = &tensor.interval else {
        return Ok(Buffer::Field(value.to_field()));
    };
    let outside = match &value {
        Buffer::I64(v) => check::outside(v, lo, hi),
        Buffer::I128(v) => check::outside(v, lo, hi),
        Buffer::Field(v) if !tensor.is_signed() => {
            v.iter().position(|x| scalar::canonical(x) > *hi || scalar::canonical(x) < *lo)
        }
        Buffer::Field(_) => {
            let any = |i: &usize| value.get_int(*i) < *lo || value.get_int(*i) > *hi;
            (0..value.len()).find(any)
        }
    };
    let interval = |i: usize, value: Int| AssignError::Interval {
        tensor: id,
        origin: tensor.origin,
        index: unflatten(i, &tensor.shape),
        value,
        lo: Box::new(lo.clone()),
        hi: Box::new(hi.clone()),
    };
    match outside {
        Some(i) => Err(interval(i, value.get_int(i))),
        // Cannot fail: the interval fits the width.
        None => value.fit(tensor.width).map_err(|i| interval(i, Int::zero())),
    }
}

/// A fault at element `i`, for the person.
fn error(tensor: &Tensor, i: usize, fault: Fault) -> AssignError {
    let (origin, index) = (tensor.origin, unflatten(i, &tensor.shape));
    match fault {
        Fault::DivisionByZero => AssignError::DivisionByZero { origin, index },
        Fault::TableIndex { value, len } => AssignError::TableIndex { origin, index, value, len },
        Fault::Domain(value) => AssignError::Domain { origin, index, value },
        Fault::NoSuchKey { key, value } => AssignError::NoSuchRow { origin, key, value },
    }
}
