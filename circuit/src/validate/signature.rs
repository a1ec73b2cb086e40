//! Ports and their tensors.

use super::{CircuitError, Place};
use crate::{Circuit, Port, PortType, TensorId, Visibility, is_scale};
use std::collections::BTreeSet;

impl Circuit {
    pub(super) fn check_signature(&self) -> Result<(), CircuitError> {
        let signature = &self.signature;
        let mut public = vec![0; self.tensors.len()];
        let inputs = signature.inputs.iter().enumerate().map(|(i, p)| (Place::Input(i), p));
        let outputs = signature.outputs.iter().enumerate().map(|(i, p)| (Place::Output(i), p));
        for (place, port) in inputs.chain(outputs) {
            let (id, len) = (port.tensor.0, self.tensors.len());
            let tensor = self.tensors.get(id as usize);
            let tensor = tensor.ok_or(CircuitError::Unknown { place, what: "tensor", id, len })?;
            let refuse = |reason| Err(CircuitError::Port { place, reason });
            if tensor.shape != port.shape {
                return refuse("shape is not that of its tensor");
            }
            let public_kind = tensor.kind.is_public();
            if (port.visibility == Visibility::Public) != public_kind {
                return refuse("visibility is not that of its tensor");
            }
            if port.visibility == Visibility::Public {
                public[id as usize] += 1;
            }
            check_type(port, matches!(place, Place::Input(_)), tensor).or_else(refuse)?;
        }
        for (i, n) in signature.nondet.iter().enumerate() {
            self.check_origin(n.origin, Place::Nondet(i))?;
        }
        for (claim, part) in signature.claims.independent_of.iter().enumerate() {
            let port = signature.inputs.iter().find(|p| p.name == part.input);
            let reason = match port {
                None => "no input is called that",
                Some(p) if !part.fits(&p.shape) => "it is no part of the input",
                Some(_) => continue,
            };
            return Err(CircuitError::Claim { claim, reason });
        }
        let mut names = BTreeSet::new();
        for (i, port) in signature.inputs.iter().enumerate() {
            if !names.insert(&port.name) {
                let reason = "name is that of an earlier input";
                return Err(CircuitError::Port { place: Place::Input(i), reason });
            }
        }
        for (i, tensor) in self.tensors.iter().enumerate() {
            if tensor.kind.is_public() && public[i] != 1 {
                let (tensor, ports) = (TensorId(i as u32), public[i]);
                return Err(CircuitError::Public { tensor, ports });
            }
        }
        Ok(())
    }
}

fn check_type(port: &Port, is_input: bool, tensor: &crate::Tensor) -> Result<(), &'static str> {
    match (&port.ty, &tensor.interval) {
        (PortType::Fix { lo, hi, numerator, denominator }, interval) => {
            if lo > hi {
                return Err("type is empty");
            }
            if !is_scale(numerator, denominator) {
                return Err("scale is not positive, or has more than 4,096 bits");
            }
            if !port.ty.is_unique() {
                return Err("type is wider than the field");
            }
            // Values of an output may use less than its type, or show more than it in a forgery.
            if is_input && !interval.as_ref().is_some_and(|(l, h)| l <= lo && hi <= h) {
                return Err("type is wider than its tensor's interval");
            }
            Ok(())
        }
        (PortType::Field, Some(_)) if is_input => Err("type is wider than its tensor's interval"),
        (PortType::Field, _) => Ok(()),
    }
}
