//! The witness program: every tensor once, nothing before its time.

use super::{Budget, CircuitError, MAX_DIGITS, MAX_ELEMENTS, Place, elements};
use crate::{Circuit, Int, Ints, Kind, Lin, Op, Step, TensorId, is_scale};
use num_traits::One;

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
                        let reason =
                            "has a scale that is not positive, or has more than 4,096 bits";
                        return Err(CircuitError::Operation { step: i, reason });
                    }
                    self.check_origin(*origin, place)?;
                    check(left, len, &assigned)?;
                    check(right, len, &assigned)?;
                }
                Step::Assign { tensor, op } => {
                    let id = tensor.0;
                    let len = self.tensors.len();
                    let target = self.tensors.get(id as usize);
                    let target =
                        target.ok_or(CircuitError::Unknown { place, what: "tensor", id, len })?;
                    if assigned[id as usize] {
                        return Err(CircuitError::Assigned { tensor: *tensor, times: 2 });
                    }
                    let refuse = |reason| CircuitError::Operation { step: i, reason };
                    match (op, &target.kind) {
                        (Op::Challenge, Kind::Challenge) => {}
                        (Op::Challenge, _) => return Err(refuse("draws a tensor of another kind")),
                        (_, Kind::Challenge) => return Err(refuse("computes a challenge")),
                        (Op::Input(_), _) if i >= second => {
                            return Err(refuse("loads an input after a challenge"));
                        }
                        (_, Kind::Response | Kind::Evaluation) if i < second => {
                            return Err(refuse("computes a response before any challenge"));
                        }
                        (op, Kind::Model) if !matches!(op, Op::Input(_)) => {
                            return Err(refuse("computes a value of a model"));
                        }
                        (_, Kind::Public | Kind::Carried | Kind::Witness) if i > second => {
                            return Err(refuse("computes a committed value after a challenge"));
                        }
                        _ => {}
                    }
                    self.check_shape(op, &target.shape).map_err(refuse)?;
                    match (op, &target.kind) {
                        (Op::Derive, Kind::Linear(lin)) => check(lin, target.len(), &assigned)?,
                        (Op::Derive, _) => return Err(refuse("derives a tensor of another kind")),
                        (Op::Input(n), _) => {
                            let port = self.signature.inputs.get(*n as usize);
                            if port.is_none_or(|p| p.tensor != *tensor) {
                                return Err(refuse("loads an input port of another tensor"));
                            }
                            ports[*n as usize] = true;
                        }
                        (Op::Table(table, _) | Op::Count { table, .. }, _)
                            if table.0 as usize >= self.constants.len() =>
                        {
                            let (id, len) = (table.0, self.constants.len());
                            return Err(CircuitError::Unknown { place, what: "constant", id, len });
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
