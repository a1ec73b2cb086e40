//! Systems built by hand, for the lemmas' own tests.

use super::engine::Engine;
use super::form::{Form, Var};
use super::fuel::Fuel;
use super::system::{Kind, Role, System, Variable};
use crate::budget::Budget;
use std::rc::Rc;
use zirc_circuit::{Int, OriginId, TensorId};

/// A system under construction.
#[derive(Default)]
pub(crate) struct Build {
    pub(crate) system: System,
}

type Terms<'a> = (&'a [(Var, i64)], i64);

fn form((terms, constant): Terms<'_>) -> Form {
    Form::new(terms.iter().map(|(v, c)| (*v, Int::from(*c))).collect(), constant.into())
}

impl Build {
    fn variable(&mut self, role: Role, bounds: Option<(Int, Int)>) -> Var {
        let index = self.system.variables.len();
        self.system.add_variable(Variable { tensor: TensorId(1), index, role, bounds })
    }

    /// An argument in an interval.
    pub(crate) fn given(&mut self, lo: i64, hi: i64) -> Var {
        self.variable(Role::Given, Some((lo.into(), hi.into())))
    }

    /// An argument that is a field element.
    pub(crate) fn given_field(&mut self) -> Var {
        self.variable(Role::Given, None)
    }

    pub(crate) fn hint(&mut self) -> Var {
        self.variable(Role::Target, None)
    }

    pub(crate) fn other(&mut self) -> Var {
        self.variable(Role::Other, None)
    }

    /// terms + constant = 0
    pub(crate) fn zero(&mut self, terms: &[(Var, i64)], constant: i64) {
        self.system.add(Kind::Zero(form((terms, constant))), OriginId(0));
    }

    pub(crate) fn zero_big(&mut self, terms: Vec<(Var, Int)>) {
        self.system.add(Kind::Zero(Form::new(terms, Int::from(0))), OriginId(0));
    }

    /// a·b = c
    pub(crate) fn product(&mut self, a: Terms<'_>, b: Terms<'_>, c: Terms<'_>) {
        self.system.add(Kind::Product(form(a), form(b), form(c)), OriginId(0));
    }

    /// terms + constant in lo..=hi
    pub(crate) fn range(&mut self, terms: &[(Var, i64)], constant: i64, lo: i64, hi: i64) {
        let f = form((terms, constant));
        self.system.add(Kind::Range(f, lo.into(), hi.into()), OriginId(0));
    }

    /// out = table[index]
    pub(crate) fn lookup(&mut self, index: Var, out: Var, table: &[i64]) {
        let table = table.iter().map(|x| Int::from(*x)).collect();
        let kind = Kind::Lookup(form((&[(index, 1)], 0)), form((&[(out, 1)], 0)), Rc::new(table));
        self.system.add(kind, OriginId(0));
    }

    /// The hints that no lemma determines.
    pub(crate) fn open(&self) -> Vec<Var> {
        let mut system = self.system.clone();
        system.finish();
        let fuel = Fuel::new(Budget::default());
        let mut e = Engine::new(&system, &fuel);
        e.run();
        e.open_targets()
    }
}
