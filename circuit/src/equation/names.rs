//! What tensors are called in equations.

use super::Element;
use crate::{Circuit, Kind, Lin, TensorId, Weight};
use num_traits::One;
use std::collections::BTreeMap;

/// A name for each tensor. Several tensors may have the same: calls of one function name theirs alike.
///
/// An input or output has the name of its port, another tensor the one that the source gives it. Variables
/// without a name that a named value is put together from, digit by digit, are its `bits` or `digits`. What
/// is left is called after its number.
#[derive(Clone, Debug)]
pub struct Names {
    /// `None` for those that are called after their number.
    names: Vec<Option<String>>,
}

impl Names {
    /// Names the tensors of a circuit.
    #[must_use]
    pub fn of(circuit: &Circuit) -> Names {
        let mut names: Vec<Option<String>> =
            circuit.tensors.iter().map(|t| t.name.clone()).collect();
        names[TensorId::ONE.0 as usize] = Some("1".into());
        for port in circuit.signature.inputs.iter().chain(&circuit.signature.outputs) {
            names[port.tensor.0 as usize] = Some(port.name.clone());
        }
        for (part, name) in digits(circuit, &names) {
            names[part.0 as usize].get_or_insert(name);
        }
        Names { names }
    }

    /// The name of a tensor.
    #[must_use]
    pub fn tensor(&self, tensor: TensorId) -> String {
        self.own(tensor).map_or_else(|| format!("t{}", tensor.0), str::to_owned)
    }

    /// The name that a tensor has from the source or from what it is a part of, if any.
    #[must_use]
    pub fn own(&self, tensor: TensorId) -> Option<&str> {
        self.names.get(tensor.0 as usize)?.as_deref()
    }

    /// A name of a tensor with the index of an element: `low.bits[0, 3]`.
    #[must_use]
    pub fn indexed(circuit: &Circuit, name: &str, element: Element) -> String {
        let shape = circuit.tensors.get(element.tensor.0 as usize).map_or(&[][..], |t| &t.shape);
        if shape.is_empty() {
            return name.to_owned();
        }
        let index: Vec<String> =
            index_of(shape, element.index).iter().map(usize::to_string).collect();
        format!("{name}[{}]", index.join(", "))
    }
}

/// The index of a row-major place in a shape.
#[must_use]
pub fn index_of(shape: &[usize], place: usize) -> Vec<usize> {
    let mut rest = place;
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&n| {
            let i = rest % n.max(1);
            rest /= n.max(1);
            i
        })
        .collect();
    index.reverse();
    index
}

/// Variables without a name from which a named value is put together, and what they are called.
fn digits(circuit: &Circuit, names: &[Option<String>]) -> BTreeMap<TensorId, String> {
    let mut found = BTreeMap::new();
    for (tensor, name) in circuit.tensors.iter().zip(names) {
        let (Kind::Linear(lin), Some(name)) = (&tensor.kind, name) else { continue };
        for part in parts(lin) {
            let digit = &circuit.tensors[part.0 as usize];
            if names[part.0 as usize].is_some()
                || !matches!(digit.kind, Kind::Witness | Kind::Model)
            {
                continue;
            }
            let bits = digit.interval.as_ref().is_some_and(|(_, hi)| hi.is_one());
            let what = if bits { "bits" } else { "digits" };
            found.entry(part).or_insert_with(|| format!("{name}.{what}"));
        }
    }
    found
}

/// Tensors that a combination sums up along dimensions with weights that grow: what digits are read with.
fn parts(lin: &Lin) -> impl Iterator<Item = TensorId> {
    let weighed = |t: &&crate::Term| {
        let sums = t.bound.iter().any(|n| *n > 1);
        sums && matches!(t.weight, Weight::Tensor { .. })
    };
    let alone = lin.terms.iter().filter(|t| t.src != TensorId::ONE).count() == 1;
    lin.terms.iter().filter(weighed).filter(move |_| alone).map(|t| t.src)
}
