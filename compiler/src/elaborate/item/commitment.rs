//! `committed` parameters: private values, and a public hash of them that stays the same from proof
//! to proof.
//!
//! A salt, one more private input, hides values that could be guessed. The hashing is the standard
//! library's, of the very value that the circuit reads. In circuits with a commitment round there is neither,
//! but for parameters that the circuit says are `hashed`: such values are variables of their own kind
//! ([`Kind::Model`](zirc_circuit::Kind)), which a commitment beside the proof fixes.

use super::{Entry, Ports, Supply};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::resolve::Hashed;
use crate::types::{Scalar, Type};
use crate::value::{Num, Value};
use std::rc::Rc;
use zirc_circuit::Visibility;
use zirc_grammar::ast::{self, Param, Span};

/// A parameter that the verifier sees the commitment of.
pub(in crate::elaborate) struct Committed {
    pub(in crate::elaborate) name: String,
    value: Value,
    salt: Value,
    span: Span,
}

/// How a parameter is committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::elaborate) enum Commitment {
    /// Not at all.
    None,
    /// By a public hash of it and of a salt.
    Hash,
    /// By the one commitment to the model, beside the proof.
    Model,
}

impl Committed {
    pub(in crate::elaborate) fn span(&self) -> Span {
        self.span
    }
}

impl Elaborator<'_> {
    /// How a parameter of the circuit at hand is committed to.
    pub(in crate::elaborate) fn commitment_of(&self, p: &Param) -> Commitment {
        if p.visibility != Some(ast::Visibility::Committed) {
            return Commitment::None;
        }
        let said = self.at.active.last().and_then(|id| self.world.hashed.get(id));
        let hashed = said.is_some_and(|names| names.contains(&p.name.name));
        if hashed || !self.has_round() { Commitment::Hash } else { Commitment::Model }
    }

    /// What a parameter of the circuit at hand is called outside of the program.
    pub(in crate::elaborate) fn outer_name<'p>(&self, p: &'p Param) -> &'p str
    where
        Self: 'p,
    {
        let names = self.at.active.last().and_then(|id| self.world.named.get(id));
        let own = p.name.name.as_str();
        names.map_or(own, |n| n.input(own))
    }

    /// The salt of a committed parameter, an input of its own.
    pub(in crate::elaborate) fn committed(
        &mut self,
        p: &Param,
        value: Value,
        supply: Supply<'_>,
        ports: &mut Ports,
    ) -> Res<Committed> {
        let (name, span) = (self.outer_name(p).to_owned(), p.span);
        // Not every name of a port is one of a file.
        let file = format!("{}.salt.json", p.name.name);
        let (visibility, file) = (Visibility::Private, Some(file.as_str()));
        let entry = Entry { visibility, model: false, file, supply, span };
        let t = Type::Num { elem: Some(Scalar::Field), dims: vec![] };
        ports.commits = true;
        let salt = self.input(&format!("{name}.salt"), &t, entry, ports)?;
        ports.commits = false;
        Ok(Committed { name, value, salt, span })
    }

    /// The commitment.
    pub(in crate::elaborate) fn commit(&mut self, c: &Committed) -> Res<Value> {
        let mut leaves = vec![];
        self.leaves(&c.value, c.span, &mut leaves)?;
        let mut hashes = vec![];
        for n in leaves {
            let count = self.elements(&n.shape, c.span)?;
            let what = if n.is_field() { Hashed::Elements } else { Hashed::Integers };
            let want = Type::Num { elem: None, dims: vec![Some(count)] };
            let flat = self.reshape(n, &want, c.span)?;
            hashes.push(self.hash(what, vec![Value::Num(flat)], c.span)?);
        }
        let count = hashes.len();
        let hashes = self.stack_values(hashes, &[count], c.span)?;
        self.hash(Hashed::Tensors, vec![c.salt.clone(), hashes], c.span)
    }

    /// Calls the library's function that hashes such.
    fn hash(&mut self, what: Hashed, args: Vec<Value>, span: Span) -> Res<Value> {
        let Some(&id) = self.world.commits.get(&what) else {
            return fail(Diagnostic::error("E0902", span, "the standard library lacks a hash"));
        };
        let args = args.into_iter().map(|a| (a, span)).collect();
        self.apply(&Value::Function(id, Rc::new(vec![])), args, &Type::Infer, span)
    }

    /// The tensors of a value, in order.
    fn leaves(&self, v: &Value, span: Span, out: &mut Vec<Num>) -> Res<()> {
        match v {
            Value::Tuple(parts) => parts.iter().try_for_each(|p| self.leaves(p, span, out)),
            Value::Struct(_, _, parts) => parts.iter().try_for_each(|p| self.leaves(p, span, out)),
            v => {
                out.push(self.as_number(v.clone(), span)?);
                Ok(())
            }
        }
    }
}
