//! A circuit under way: what lowering fills and what the passes make smaller.
//!
//! The kind of a tensor is only changed here, and only so that nothing is lost by it: a variable may
//! be defined once, by a combination that does not lead back to it. Two rewrites that are each right
//! could otherwise be wrong together, the second undoing what the first had relied on.

mod shared;

use crate::options::Checks;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use zirc_circuit::{
    Category, ConstId, Constant, Int, Kind, Lin, Op, OriginId, Signature, Step, Tensor, TensorId,
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
    /// Lookups that an argument over all of them will prove.
    pub(crate) lookups: Vec<Lookup>,
    /// What functions say of the digits that they ask for, by the tensors that were made boolean for them.
    pub(crate) asked: BTreeMap<TensorId, Checks>,
    /// Who asked for what several asked for.
    pub(crate) shared: shared::Shared,
}

/// A lookup: `out(e) = table[index(e)]` over a shape, for variables that nothing else defines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lookup {
    pub(crate) shape: Vec<usize>,
    pub(crate) index: Lin,
    /// One column.
    pub(crate) table: ConstId,
    pub(crate) out: TensorId,
    pub(crate) origin: OriginId,
}

impl Lookup {
    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// A family of constraints over a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constraint {
    pub(crate) shape: Vec<usize>,
    pub(crate) form: Form,
    pub(crate) category: Category,
    pub(crate) origin: OriginId,
}

/// The two forms of constraints.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// a·b = c
    Product(Lin, Lin, Lin),
    /// lin = 0: may disappear by solving for a variable.
    Zero(Lin),
}

impl Draft {
    /// `origins` is the number of the program's.
    pub(crate) fn new(
        constants: Vec<Constant>,
        tensors: Vec<Tensor>,
        steps: Vec<Step>,
        signature: Signature,
        origins: usize,
    ) -> Draft {
        let constants = Rc::new(constants);
        let (constraints, lookups, asked) = (vec![], vec![], BTreeMap::new());
        let shared = shared::Shared::behind(origins);
        Draft { constants, tensors, constraints, steps, signature, lookups, asked, shared }
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
    /// depend on; nor may it depend on challenges then, as witness variables are committed to before.
    #[must_use]
    pub(crate) fn define(&mut self, variable: TensorId, lin: Lin) -> bool {
        let free = self.tensor(variable).kind == Kind::Witness;
        let sources = || lin.terms.iter().map(|t| t.src);
        if !free || self.depends(sources(), variable) || self.is_late(sources()) {
            return false;
        }
        self.tensors[variable.0 as usize].kind = Kind::Linear(lin);
        true
    }

    /// The same for a tensor that the witness program goes on to compute from what it read before.
    #[must_use]
    pub(crate) fn reword(&mut self, derived: TensorId, lin: Lin) -> bool {
        let before = self.tensor(derived).kind.clone();
        let done = self.redefine(derived, lin);
        if let (true, Kind::Linear(before)) = (done, before) {
            self.steps_of(derived, &before);
        }
        done
    }

    /// Leaves a tensor to the witness program; no constraint may read it any more.
    pub(crate) fn hide(&mut self, id: TensorId) {
        self.computed(id, Kind::Aux);
    }

    /// Makes a variable of a derived tensor: it is computed as before, and may be anything.
    pub(crate) fn free(&mut self, id: TensorId) {
        self.computed(id, Kind::Witness);
    }

    /// Another kind for a tensor whose values the witness program computes as it did.
    fn computed(&mut self, id: TensorId, kind: Kind) {
        let tensor = &mut self.tensors[id.0 as usize];
        if let Kind::Linear(lin) = std::mem::replace(&mut tensor.kind, kind) {
            self.steps_of(id, &lin);
        }
    }

    /// Where a step derives a tensor by its kind, lets it do so by this combination.
    fn steps_of(&mut self, id: TensorId, lin: &Lin) {
        for s in &mut self.steps {
            if let Step::Assign { tensor, op } = s
                && *tensor == id
                && *op == Op::Derive
            {
                *op = Op::Linear(lin.clone());
            }
        }
    }

    /// A tensor that is left to the witness program but that a constraint, a lookup or a derived tensor
    /// reads all the same.
    pub(crate) fn reads_hidden(&self) -> Option<TensorId> {
        let derived = self.tensors.iter().filter_map(|t| match &t.kind {
            Kind::Linear(lin) => Some(lin),
            _ => None,
        });
        let sides = self.constraints.iter().flat_map(|c| match &c.form {
            Form::Product(a, b, out) => vec![a, b, out],
            Form::Zero(lin) => vec![lin],
        });
        let lookups = self.lookups.iter().map(|l| &l.index);
        let read = derived.chain(sides).chain(lookups).flat_map(|l| &l.terms).map(|t| t.src);
        let mut hidden = read.filter(|t| self.tensor(*t).kind == Kind::Aux);
        hidden.next()
    }

    /// Whether any of the tensors depends on challenges.
    pub(crate) fn is_late(&self, any: impl Iterator<Item = TensorId>) -> bool {
        self.reaches(any, |t| matches!(self.tensor(t).kind, Kind::Challenge | Kind::Response))
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
        self.reaches(any, |t| t == on)
    }

    /// Whether any of the tensors, or one that they are derived from, is such.
    fn reaches(
        &self,
        any: impl Iterator<Item = TensorId>,
        such: impl Fn(TensorId) -> bool,
    ) -> bool {
        let mut stack: Vec<TensorId> = any.collect();
        let mut seen = BTreeSet::new();
        while let Some(t) = stack.pop() {
            if such(t) {
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
