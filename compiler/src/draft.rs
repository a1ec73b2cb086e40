//! A circuit under way: what lowering fills and what the passes make smaller.
//!
//! The kind of a tensor is only changed here, and only so that nothing is lost by it: a variable may
//! be defined once, by a combination that does not lead back to it. Two rewrites that are each right
//! could otherwise be wrong together, the second undoing what the first had relied on.

use std::collections::BTreeSet;
use std::rc::Rc;
use zirc_circuit::{
    Category, ConstId, Constant, Int, Kind, Lin, OriginId, Signature, Step, Tensor, TensorId,
};

/// A circuit that optimization may still change.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// Shared, as no pass changes them.
    pub(crate) constants: Rc<Vec<Constant>>,
    tensors: Vec<Tensor>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) steps: Vec<Step>,
    pub(crate) signature: Signature,
}

/// A family of constraints over a shape.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(crate) shape: Vec<usize>,
    pub(crate) form: Form,
    pub(crate) category: Category,
    pub(crate) origin: OriginId,
}

/// The two forms of constraints.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// a·b = c
    Product(Lin, Lin, Lin),
    /// lin = 0: may disappear by solving for a variable.
    Zero(Lin),
}

impl Draft {
    pub(crate) fn new(
        constants: Vec<Constant>,
        tensors: Vec<Tensor>,
        steps: Vec<Step>,
        signature: Signature,
    ) -> Draft {
        let constants = Rc::new(constants);
        Draft { constants, tensors, constraints: vec![], steps, signature }
    }

    /// Of every tensor so far, by its number.
    pub(crate) fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    pub(crate) fn tensor(&self, id: TensorId) -> &Tensor {
        &self.tensors[id.0 as usize]
    }

    /// The constant that holds these numbers, added unless there is one.
    pub(crate) fn constant(&mut self, data: Vec<Int>) -> ConstId {
        let data = crate::value::pack(data);
        let found = self.constants.iter().position(|c| c.data == data);
        let id = found.unwrap_or_else(|| {
            let all = Rc::make_mut(&mut self.constants);
            all.push(Constant { shape: vec![data.len()], data });
            all.len() - 1
        });
        ConstId(id as u32)
    }

    /// The number that the next tensor will have.
    pub(crate) fn next(&self) -> TensorId {
        TensorId(self.tensors.len() as u32)
    }

    pub(crate) fn push(&mut self, tensor: Tensor) -> TensorId {
        let id = self.next();
        self.tensors.push(tensor);
        id
    }

    /// Gives a variable a definition in place of its freedom: from here on it is `lin`.
    ///
    /// Refused, with nothing changed, unless the tensor is a witness variable that `lin` does not
    /// depend on.
    #[must_use]
    pub(crate) fn define(&mut self, variable: TensorId, lin: Lin) -> bool {
        let free = self.tensor(variable).kind == Kind::Witness;
        let sources = lin.terms.iter().map(|t| t.src);
        if !free || self.depends(sources, variable) {
            return false;
        }
        self.tensors[variable.0 as usize].kind = Kind::Linear(lin);
        true
    }

    /// Gives a derived tensor another definition of the same values.
    ///
    /// Refused, with nothing changed, unless the tensor is derived and `lin` does not depend on it.
    /// That the values are the same is the caller's to know.
    #[must_use]
    pub(crate) fn redefine(&mut self, derived: TensorId, lin: Lin) -> bool {
        let is_derived = matches!(self.tensor(derived).kind, Kind::Linear(_));
        let sources = lin.terms.iter().map(|t| t.src);
        if !is_derived || self.depends(sources, derived) {
            return false;
        }
        self.tensors[derived.0 as usize].kind = Kind::Linear(lin);
        true
    }

    /// Whether any of the tensors is `on` or derived from it, through however many others.
    pub(crate) fn depends(&self, any: impl Iterator<Item = TensorId>, on: TensorId) -> bool {
        let mut stack: Vec<TensorId> = any.collect();
        let mut seen = BTreeSet::new();
        while let Some(t) = stack.pop() {
            if t == on {
                return true;
            }
            if seen.insert(t)
                && let Kind::Linear(l) = &self.tensor(t).kind
            {
                stack.extend(l.terms.iter().map(|t| t.src));
            }
        }
        false
    }
}

#[cfg(test)]
impl Draft {
    /// Changes a kind without any of the conditions, as the pass that lost a constraint did.
    pub(crate) fn overwrite(&mut self, tensor: TensorId, kind: Kind) {
        self.tensors[tensor.0 as usize].kind = kind;
    }
}
