//! Programs of well-typed statements, most of which the compiler accepts.
//!
//! Every statement draws from the values that are there and adds one. The generator keeps intervals as
//! the compiler would infer them, roughly: what it gets wrong is refused and counted.

mod assertions;
mod branches;
mod digits;
mod fields;
mod gadgets;
mod library;
mod matrices;
mod numbers;
mod records;
mod rounding;
mod scaled;
mod tensors;

use crate::Random;
use crate::input::{Input, Role};
use crate::program::Program;
use rand::{Rng, SeedableRng};

/// A value that later statements can read.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An integer in an interval.
    Number(i64, i64),
    /// A tensor of so many binary digits.
    Digits(usize),
    /// A tensor of so many integers in an interval.
    Tensor(usize, i64, i64),
    /// So many numbers whose raw values lie in an interval, in steps of 2^-f; a scalar if it is one.
    Scaled(usize, i64, i64, u32),
    /// A matrix of so many rows and columns of integers in an interval.
    Matrix(usize, usize, i64, i64),
    /// An element of the field.
    Field,
}

/// A program under way.
pub(crate) struct Draft {
    pub(crate) rng: Random,
    pub(crate) program: Program,
    pub(crate) values: Vec<Value>,
    names: usize,
}

/// Largest absolute value that generated integers grow to.
pub(crate) const LARGEST: i64 = 1 << 40;

/// The program of a seed.
#[must_use]
pub fn program(seed: u64) -> Program {
    let rng = Random::seed_from_u64(seed);
    let (items, inputs, body, outputs) = (vec![], vec![], vec![], vec![]);
    let program = Program { items, inputs, body, outputs, features: vec![] };
    let mut d = Draft { rng, program, values: vec![], names: 0 };
    for _ in 0..d.rng.gen_range(1..=3) {
        d.input();
    }
    // Every other program is of integers and digits alone.
    let wide = d.one_in(2);
    for _ in 0..d.rng.gen_range(3..=12) {
        d.statement();
        if wide && d.one_in(2) {
            d.wide();
        }
    }
    d.finish()
}

impl Draft {
    pub(crate) fn name(&mut self, letter: &str) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.rng.gen_ratio(1, n)
    }

    pub(crate) fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        if all.is_empty() { None } else { Some(&all[self.rng.gen_range(0..all.len())]) }
    }

    pub(crate) fn line(&mut self, text: String, feature: &'static str) {
        self.program.body.push(text);
        self.program.features.push(feature);
    }

    pub(crate) fn bind(&mut self, expression: &str, kind: Kind, feature: &'static str) -> String {
        let name = self.name("x");
        self.line(format!("let {name} = {expression};"), feature);
        self.values.push(Value { name: name.clone(), kind });
        name
    }

    /// A scalar with its interval: a number, an element of a tensor, or a digit.
    pub(crate) fn number(&mut self) -> (String, i64, i64) {
        let other = |k: &Kind| matches!(k, Kind::Scaled(..) | Kind::Matrix(..) | Kind::Field);
        let integer = |v: &&Value| !other(&v.kind);
        let values: Vec<Value> = self.values.iter().filter(integer).cloned().collect();
        let v = self.pick(&values).cloned();
        match v {
            Some(Value { name, kind: Kind::Number(lo, hi) }) => (name, lo, hi),
            Some(Value { name, kind: Kind::Tensor(n, lo, hi) }) => {
                let i = self.rng.gen_range(0..n);
                (format!("{name}[{i}]"), lo, hi)
            }
            Some(Value { name, kind: Kind::Digits(n) }) => {
                let i = self.rng.gen_range(0..n);
                (format!("{name}[{i}]"), 0, 1)
            }
            _ => ("1".into(), 1, 1),
        }
    }

    pub(crate) fn digits(&mut self) -> Option<(String, usize)> {
        let all: Vec<(String, usize)> = self
            .values
            .iter()
            .filter_map(|v| match v.kind {
                Kind::Digits(n) => Some((v.name.clone(), n)),
                _ => None,
            })
            .collect();
        self.pick(&all).cloned()
    }

    pub(crate) fn tensor(&mut self) -> Option<(String, usize, i64, i64)> {
        let all: Vec<(String, usize, i64, i64)> = self
            .values
            .iter()
            .filter_map(|v| match v.kind {
                Kind::Tensor(n, lo, hi) => Some((v.name.clone(), n, lo, hi)),
                _ => None,
            })
            .collect();
        self.pick(&all).cloned()
    }

    /// A new parameter; most are scalars of few bits.
    pub(crate) fn input(&mut self) -> String {
        let bits = self.rng.gen_range(2..=8u32);
        let (ty, range) = match self.rng.gen_range(0..6) {
            0 => (format!("i{bits}"), (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1)),
            1 => {
                let lo = self.rng.gen_range(-9..=2i64);
                let hi = lo + self.rng.gen_range(1..=20i64);
                (format!("int<{lo}..={hi}>"), (lo, hi))
            }
            _ => (format!("u{bits}"), (0, (1i64 << bits) - 1)),
        };
        let len = if self.one_in(4) { self.rng.gen_range(2..=4) } else { 1 };
        self.input_of(ty, range, len)
    }

    /// A new parameter of a type.
    pub(crate) fn input_of(&mut self, ty: String, range: (i64, i64), len: usize) -> String {
        let (lo, hi) = range;
        let (ty, kind) = match len {
            1 => (ty, Kind::Number(lo, hi)),
            n => (format!("{ty}[{n}]"), Kind::Tensor(n, lo, hi)),
        };
        let role = self.role();
        let name = self.parameter(role, &ty);
        self.values.push(Value { name: name.clone(), kind });
        name
    }

    pub(crate) fn role(&mut self) -> Role {
        if self.one_in(3) { Role::Public } else { Role::Private }
    }

    /// A new parameter, which the caller makes a value of.
    pub(crate) fn parameter(&mut self, role: Role, ty: &str) -> String {
        let name = self.name("u");
        let input = Input::new(role, &name, ty, &self.program.items);
        self.program.inputs.extend(input);
        name
    }

    /// Adds a function; some say how their checks are to be enforced, which must change nothing.
    pub(crate) fn function_item(&mut self, item: String) {
        // No draw, so that a seed's program is otherwise what it was.
        let item = match self.names % 4 {
            0 => format!("#[checks(digits)] {item}"),
            1 => format!("#[checks(lookups)] {item}"),
            _ => item,
        };
        self.program.items.push(item);
    }

    fn statement(&mut self) {
        match self.rng.gen_range(0..20) {
            0..=2 => self.arithmetic(),
            3 => self.branch(),
            4..=5 => self.activation(),
            6 => self.lookup(),
            7..=8 => self.take_apart(),
            9..=10 => self.hinted_digits(),
            11..=12 => self.put_together(),
            13..=16 => self.assertion(),
            17..=18 => self.tensors(),
            _ => self.function(),
        }
    }

    /// A statement of everything beyond integers and digits.
    fn wide(&mut self) {
        match self.rng.gen_range(0..18) {
            0..=4 => self.scaled_statement(),
            5..=6 => self.library(),
            7..=8 => self.fields(),
            9..=10 => self.records(),
            11..=12 => self.gadgets(),
            13..=14 => self.matrices(),
            15..=16 => self.branches(),
            _ => self.guarded(),
        }
    }

    /// Gives some of what there is as outputs: the last values most of all, which depend on most.
    fn finish(mut self) -> Program {
        let values = self.values.clone();
        for v in values.iter().rev().take(6) {
            if self.program.outputs.len() < 3 && !self.one_in(3) {
                self.program.outputs.push(v.name.clone());
            }
        }
        if self.program.outputs.is_empty() {
            self.program.outputs.push(values[0].name.clone());
        }
        self.program
    }
}
