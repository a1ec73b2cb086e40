//! Index spaces and the terms over them.

use super::{CircuitError, MAX_ELEMENTS, MAX_POINTS, MAX_RANK, Place};
use crate::invert::Inverse;
use crate::{AccessError, Circuit, Lin, TensorId, Term, Weight, scalar};

/// Number of elements of a shape, if it is within limits, and with it that of every part of the shape.
pub(super) fn elements(shape: &[usize], place: Place) -> Result<usize, CircuitError> {
    product(shape.iter(), shape.len(), MAX_ELEMENTS, place)
}

fn product<'s>(
    mut extents: impl Iterator<Item = &'s usize> + Clone,
    rank: usize,
    limit: usize,
    place: Place,
) -> Result<usize, CircuitError> {
    if rank > MAX_RANK {
        return Err(CircuitError::Rank { place, rank });
    }
    let too_large = CircuitError::TooLarge { place, limit };
    // A zero hides no other extent: what is multiplied before it, or without it, must be sane too.
    if extents.clone().any(|&n| n > MAX_ELEMENTS) {
        return Err(too_large);
    }
    let is_empty = extents.clone().any(|&n| n == 0);
    let rest = extents.try_fold(1usize, |p, &n| p.checked_mul(n.max(1)));
    let rest = rest.filter(|&p| p <= limit).ok_or(too_large)?;
    Ok(if is_empty { 0 } else { rest })
}

/// Counts multiply-accumulates over a whole circuit while it checks its combinations.
#[derive(Default)]
pub(super) struct Budget {
    points: usize,
}

impl Budget {
    /// Checks a combination into `len` elements whose sources must satisfy `readable`.
    pub(super) fn check(
        &mut self,
        circuit: &Circuit,
        lin: &Lin,
        len: usize,
        place: Place,
        readable: &dyn Fn(TensorId) -> Result<(), &'static str>,
    ) -> Result<(), CircuitError> {
        for (number, term) in lin.terms.iter().enumerate() {
            let space = term.free.iter().chain(&term.bound);
            let rank = term.free.len() + term.bound.len();
            self.points += product(space, rank, MAX_POINTS, place)?;
            if self.points > MAX_POINTS {
                return Err(CircuitError::TooLarge { place, limit: MAX_POINTS });
            }
            check_term(circuit, term, number, len, place, readable)?;
        }
        Ok(())
    }
}

fn check_term(
    circuit: &Circuit,
    term: &Term,
    number: usize,
    len: usize,
    place: Place,
    readable: &dyn Fn(TensorId) -> Result<(), &'static str>,
) -> Result<(), CircuitError> {
    let astray = |what, error| CircuitError::Access { place, term: number, what, error };
    let known = circuit.tensors.len();
    let source = circuit.tensors.get(term.src.0 as usize).ok_or(CircuitError::Unknown {
        place,
        what: "tensor",
        id: term.src.0,
        len: known,
    })?;
    readable(term.src).map_err(|reason| CircuitError::Read { place, tensor: term.src, reason })?;
    let space = [term.free.as_slice(), &term.bound].concat();
    let inside = |access: &crate::Access, space: &[usize], len: usize| -> Result<(), AccessError> {
        access.check(space, len)
    };
    inside(&term.dst, &term.free, len).map_err(|e| astray("destination", e))?;
    Inverse::new(&term.dst, &term.free).map_err(|e| astray("destination", e))?;
    inside(&term.src_access, &space, source.len()).map_err(|e| astray("source", e))?;
    let weight = match &term.weight {
        Weight::Scalar(w) => w,
        Weight::Tensor { factor, constant, access } => {
            let id = constant.0;
            let len = circuit.constants.len();
            let constant = circuit.constants.get(id as usize);
            let constant =
                constant.ok_or(CircuitError::Unknown { place, what: "constant", id, len })?;
            inside(access, &space, constant.data.len()).map_err(|e| astray("weight", e))?;
            factor
        }
    };
    if weight.magnitude() >= scalar::order().magnitude() {
        return Err(CircuitError::Wide(place));
    }
    Ok(())
}
