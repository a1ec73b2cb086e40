//! The witness program: every tensor once, nothing before its time.

use super::{Budget, CircuitError, MAX_DIGITS, MAX_ELEMENTS, Place, elements};
use crate::{Circuit, ConstId, Int, Ints, Kind, Lin, Op, Step, Tensor, TensorId, is_scale};
use num_traits::One;

const SCALE: &str = "has a scale that is not positive, or has more than 4,096 bits";

impl Circuit {
    pub(super) fn check_program(&self, budget: &mut Budget) -> Result<(), CircuitError> {
        let mut assigned = vec![false; self.tensors.len()];
        assigned[TensorId::ONE.0 as usize] = true;
        let mut ports = vec![false; self.signature.inputs.len()];
        let second = self.challenge_step();
        for (i, step) in self.program.iter().enumerate() {
            let place = Place::Step(i);
            let mut check = |lin: &Lin, len: usize, assigned: &[bool]| {
                budget.check(self, lin, len, place, &|source| {
                    let ready = assigned[source.0 as usize];
                    ready.then_some(()).ok_or("which is not assigned yet")
                })
            };
            match step {
                Step::Check { shape, left, right, scale, origin, .. } => {
                    let len = elements(shape, place)?;
                    if scale.as_ref().is_some_and(|(n, d)| !is_scale(n, d)) {
                        return Err(CircuitError::Operation { step: i, reason: SCALE });
                    }
                    self.check_origin(*origin, place)?;
                    check(left, len, &assigned)?;
                    check(right, len, &assigned)?;
                }
                Step::Assign { tensor, op } => {
                    let id = tensor.0;
                    let target = self.target(id, place)?;
                    if assigned[id as usize] {
                        return Err(CircuitError::Assigned { tensor: *tensor, times: 2 });
                    }
                    let refuse = |reason| CircuitError::Operation { step: i, reason };
                    round(op, &target.kind, i, second).map_err(refuse)?;
                    self.check_shape(op, &target.shape).map_err(refuse)?;
                    match (op, &target.kind) {
                        (Op::Derive, Kind::Linear(lin)) => check(lin, target.len(), &assigned)?,
                        (Op::Derive, _) => return Err(refuse("derives a tensor of another kind")),
                        (Op::Input(n), _) => {
                            self.check_input(*n, *tensor).map_err(refuse)?;
                            ports[*n as usize] = true;
                        }
                        (Op::Table(table, _) | Op::Count { table, .. }, _) => {
                            self.check_constant(*table, place)?;
                        }
                        _ => {}
                    }
                    for lin in op.args() {
                        check(lin, op.argument_len(&target.shape), &assigned)?;
                    }
                    assigned[id as usize] = true;
                }
            }
        }
        if let Some(i) = assigned.iter().position(|done| !done) {
            return Err(CircuitError::Assigned { tensor: TensorId(i as u32), times: 0 });
        }
        if let Some(i) = ports.iter().position(|used| !used) {
            let reason = "no step loads it";
            return Err(CircuitError::Port { place: Place::Input(i), reason });
        }
        Ok(())
    }

    /// The tensor that a step gives a value.
    fn target(&self, id: u32, place: Place) -> Result<&Tensor, CircuitError> {
        let len = self.tensors.len();
        let target = self.tensors.get(id as usize);
        target.ok_or(CircuitError::Unknown { place, what: "tensor", id, len })
    }

    /// Whether an input port is of this tensor.
    fn check_input(&self, port: u32, tensor: TensorId) -> Result<(), &'static str> {
        match self.signature.inputs.get(port as usize) {
            Some(p) if p.tensor == tensor => Ok(()),
            _ => Err("loads an input port of another tensor"),
        }
    }

    /// Whether there is such a constant.
    fn check_constant(&self, table: ConstId, place: Place) -> Result<(), CircuitError> {
        let (id, len) = (table.0, self.constants.len());
        if (id as usize) < len {
            return Ok(());
        }
        Err(CircuitError::Unknown { place, what: "constant", id, len })
    }

    /// Whether an operation can give a result of this shape.
    fn check_shape(&self, op: &Op, shape: &[usize]) -> Result<(), &'static str> {
        match op {
            Op::Bits(_) | Op::CappedBits { .. } => {
                let digits = *shape.last().ok_or("digits have no dimension")?;
                if digits > MAX_DIGITS {
                    return Err("more digits than any number has");
                }
                let Op::CappedBits { last, .. } = op else { return Ok(()) };
                let reach = digits.checked_sub(1).map(|n| Int::one() << n);
                if !reach.is_some_and(|reach| *last >= Int::one() && *last <= reach) {
                    return Err("weight of the last digit is outside of what the others reach");
                }
                Ok(())
            }
            Op::Count { table, len, .. } => {
                if *len > MAX_ELEMENTS {
                    return Err("number of keys is too large");
                }
                // A table that does not exist is refused elsewhere.
                let Some(table) = self.constants.get(table.0 as usize) else { return Ok(()) };
                if *shape != [table.data.len()] {
                    return Err("shape of the counts is not the length of the table");
                }
                if !ascending(&table.data) {
                    return Err("table that keys are counted in does not ascend");
                }
                Ok(())
            }
            Op::ReduceMax(_, n)
            | Op::ReduceMin(_, n)
            | Op::ReduceProd(_, n)
            | Op::ArgMax(_, n)
            | Op::ArgMin(_, n) => {
                let len = shape.iter().product::<usize>().checked_mul(*n);
                if *n == 0 || len.is_none_or(|len| len > MAX_ELEMENTS) {
                    return Err("length of the reduced dimension is zero or too large");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Whether every element is larger than the one before.
fn ascending(data: &Ints) -> bool {
    match data {
        Ints::Small(v) => v.windows(2).all(|w| w[0] < w[1]),
        Ints::Big(v) => v.windows(2).all(|w| w[0] < w[1]),
    }
}

/// Whether a step may give a tensor of this kind a value: challenges are drawn in step `second`, after all that they
/// are drawn from.
fn round(op: &Op, kind: &Kind, at: usize, second: usize) -> Result<(), &'static str> {
    match (op, kind) {
        (Op::Challenge, Kind::Challenge) => Ok(()),
        (Op::Challenge, _) => Err("draws a tensor of another kind"),
        (_, Kind::Challenge) => Err("computes a challenge"),
        (Op::Input(_), _) if at >= second => Err("loads an input after a challenge"),
        (_, Kind::Response | Kind::Evaluation) if at < second => {
            Err("computes a response before any challenge")
        }
        (op, Kind::Model) if !matches!(op, Op::Input(_)) => Err("computes a value of a model"),
        (_, Kind::Public | Kind::Carried | Kind::Witness) if at > second => {
            Err("computes a committed value after a challenge")
        }
        _ => Ok(()),
    }
}
