//! Which of the user's choices decided something: the others are refused, with the reason.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// What a layer's bits are those of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bits {
    Activations,
    Weights,
    WeightFraction,
    Counted,
}

/// Tensors and layers whose choices decided something so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Obeyed {
    tensors: RefCell<BTreeSet<String>>,
    layers: RefCell<BTreeSet<(String, Bits)>>,
}

impl Obeyed {
    /// Notes that a tensor has the type that was chosen for it.
    pub(crate) fn tensor(&self, name: &str) {
        if !self.has(name) {
            self.tensors.borrow_mut().insert(name.to_owned());
        }
    }

    /// Takes that back.
    pub(crate) fn not_tensor(&self, name: &str) {
        self.tensors.borrow_mut().remove(name);
    }

    pub(crate) fn has(&self, tensor: &str) -> bool {
        self.tensors.borrow().contains(tensor)
    }

    /// Notes that the bits that were chosen for a layer were asked for.
    pub(crate) fn layer(&self, name: &str, bits: Bits) {
        self.layers.borrow_mut().insert((name.to_owned(), bits));
    }

    pub(crate) fn has_layer(&self, name: &str, bits: Bits) -> bool {
        self.layers.borrow().contains(&(name.to_owned(), bits))
    }
}
