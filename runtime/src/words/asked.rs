//! Public values that a reader asks for, and whether they are those that were proved.

use crate::input::{InputError, RawTensor, bind_exact};
use crate::keys::{PublicPort, VerifyingKey};
use crate::receipt::real;
use std::collections::BTreeMap;
use thiserror::Error;
use zirc_circuit::{Int, Port, Signature, TensorId, Visibility};

/// A valid proof of another value than the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the proof is of other public values: `{name}`{} is {proved} there and {asked}", at(*index))]
pub struct OtherValue {
    /// The input or output.
    pub name: String,
    /// Row-major index; `None` where there is one value only.
    pub index: Option<usize>,
    /// What the value is worth that was proved.
    pub proved: String,
    /// What the one is worth that was asked for.
    pub asked: String,
}

fn at(index: Option<usize>) -> String {
    index.map(|k| format!(", value {k},")).unwrap_or_default()
}

/// The raw integers of each public port of a key, from tensors by name.
///
/// # Errors
/// As those of [`bind_exact`].
pub fn asked(
    key: &VerifyingKey,
    tensors: &BTreeMap<String, RawTensor>,
) -> Result<Vec<Vec<Int>>, Vec<InputError>> {
    let port = |p: &PublicPort| Port {
        name: p.name.clone(),
        shape: p.shape.clone(),
        ty: p.ty.clone(),
        written: p.written.clone(),
        visibility: Visibility::Public,
        tensor: TensorId::ONE,
        file: None,
    };
    let interface = key.interface();
    let signature =
        Signature::new(&interface.name, interface.public.iter().map(port).collect(), vec![]);
    bind_exact(&signature, tensors)
}

/// Refuses a valid proof of other values than those that were asked for.
///
/// # Errors
/// The first [`OtherValue`].
pub fn same(key: &VerifyingKey, proved: &[Vec<Int>], asked: &[Vec<Int>]) -> Result<(), OtherValue> {
    for ((port, proved), asked) in key.interface().public.iter().zip(proved).zip(asked) {
        if let Some(k) = (0..port.len()).find(|&k| proved.get(k) != asked.get(k)) {
            let worth = |v: &[Int]| v.get(k).map(|v| real(v, &port.ty)).unwrap_or_default();
            return Err(OtherValue {
                name: port.name.clone(),
                index: (!port.shape.is_empty()).then_some(k),
                proved: worth(proved),
                asked: worth(asked),
            });
        }
    }
    Ok(())
}
