//! Tensors from a file for the inputs of a circuit.

use super::exact::exact;
use super::{InputError, InputErrorKind, RawData, RawTensor, in_order, quantize};
use num_bigint::BigInt;
use num_traits::Signed;
use std::collections::BTreeMap;
use zirc_circuit::{Fr, Int, Port, PortType, Signature};

/// The integers that an input port takes, row-major, from a tensor of a file.
///
/// For elements of the field, integers v with −r < v < r are taken (r is the field's order) and
/// negative ones become r + v.
///
/// # Errors
/// [`InputErrorKind::Shape`] if the sizes are not the port's, and those of [`quantize`]; for
/// elements of the field also [`InputErrorKind::Dtype`] if the file holds floats.
pub fn to_port(tensor: &RawTensor, port: &Port) -> Result<Vec<Int>, InputError> {
    let count = port.shape.iter().product::<usize>();
    if tensor.shape != port.shape || tensor.data.len() != count {
        let (expected, got) = (port.shape.clone(), tensor.shape.clone());
        return Err(InputErrorKind::Shape { expected, got }.of(&port.name));
    }
    match &port.ty {
        PortType::Fix { lo, hi, numerator, denominator } => {
            quantize(tensor, lo, hi, numerator, denominator)
        }
        PortType::Field => field(tensor),
    }
    .map_err(|e| e.named(&port.name))
}

fn field(tensor: &RawTensor) -> Result<Vec<Int>, InputError> {
    if matches!(tensor.data, RawData::Floats(_)) {
        let expected = "integers, or decimal or hexadecimal text, for elements of the field";
        return Err(InputErrorKind::Dtype { expected, got: "float".into() }.into());
    }
    let order: BigInt = <Fr as ark_ff::PrimeField>::MODULUS.into();
    let (lo, hi) = (1 - &order, &order - 1);
    let one = Int::from(1);
    let values = quantize(tensor, &lo, &hi, &one, &one)?;
    Ok(values.into_iter().map(|v| if v.is_negative() { v + &order } else { v }).collect())
}

/// The values of a file that has them in order ([`in_order`]) by the names of a circuit's inputs: those that are
/// bound to no file. `None` if it has names for them.
///
/// # Errors
/// As [`in_order`].
pub fn by_name(
    signature: &Signature,
    values: &BTreeMap<String, RawTensor>,
) -> Result<Option<BTreeMap<String, RawTensor>>, InputError> {
    let (bound, free): (Vec<&Port>, Vec<&Port>) =
        signature.inputs.iter().partition(|p| p.file.is_some());
    let free: Vec<(&str, &[usize])> =
        free.into_iter().map(|p| (p.name.as_str(), &p.shape[..])).collect();
    let Some(mut all) = in_order(values, &free)? else { return Ok(None) };
    for p in bound {
        if let Some(t) = values.get(&p.name) {
            all.insert(p.name.clone(), t.clone());
        }
    }
    Ok(Some(all))
}

/// All inputs of a circuit, in the signature's order, from the tensors of a file.
///
/// A nameless tensor (the only one of a `.npy` file) is taken for a circuit's only input; what is given in order
/// ([`in_order`]) for the inputs that are bound to no file.
///
/// # Errors
/// Everything that is wrong, not just the first: missing and unknown names, and the errors of
/// [`to_port`] for each input.
pub fn bind(
    signature: &Signature,
    values: &BTreeMap<String, RawTensor>,
) -> Result<Vec<Vec<Int>>, Vec<InputError>> {
    bind_by(signature, values, to_port)
}

/// The same without rounding: for values that are compared with proved ones, of which another number is another
/// value. A float counts as what is proved where no float of its width is nearer.
///
/// # Errors
/// As [`bind`], and [`InputErrorKind::Inexact`] for what is no value of its type.
pub fn bind_exact(
    signature: &Signature,
    values: &BTreeMap<String, RawTensor>,
) -> Result<Vec<Vec<Int>>, Vec<InputError>> {
    bind_by(signature, values, |tensor, port| {
        let raw = to_port(tensor, port)?;
        exact(tensor, port, &raw).map_err(|e| e.named(&port.name))?;
        Ok(raw)
    })
}

fn bind_by(
    signature: &Signature,
    values: &BTreeMap<String, RawTensor>,
    to_port: impl Fn(&RawTensor, &Port) -> Result<Vec<Int>, InputError>,
) -> Result<Vec<Vec<Int>>, Vec<InputError>> {
    let ordered = by_name(signature, values).map_err(|e| vec![e])?;
    let values = ordered.as_ref().unwrap_or(values);
    let only = |name: &str| signature.inputs.len() == 1 && values.len() == 1 && name.is_empty();
    let mut errors = Vec::new();
    for name in values.keys() {
        if !only(name) && !signature.inputs.iter().any(|p| p.name == *name) {
            let expected = signature.inputs.iter().map(|p| p.name.clone()).collect();
            errors.push(InputErrorKind::Unknown { expected }.of(name));
        }
    }
    let mut inputs = Vec::new();
    for port in &signature.inputs {
        let nameless = values.get("").filter(|_| only(""));
        match values.get(&port.name).or(nameless) {
            Some(tensor) => match to_port(tensor, port) {
                Ok(v) => inputs.push(v),
                Err(e) => errors.push(e),
            },
            None => {
                let found = values.keys().cloned().collect();
                errors.push(InputErrorKind::Missing { found }.of(&port.name));
            }
        }
    }
    if errors.is_empty() { Ok(inputs) } else { Err(errors) }
}
