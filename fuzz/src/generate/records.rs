//! Structs and tuples: as parameters, committed ones among them, and in and out of functions.

use super::{Draft, Kind, Value};
use crate::input::{Range, Role};
use rand::Rng;

impl Draft {
    pub(super) fn records(&mut self) {
        match self.rng.gen_range(0..12) {
            0..=2 => self.struct_parameter(),
            3 => self.committed(),
            4..=6 => self.pair(),
            7..=8 => self.struct_result(),
            _ => self.divided(),
        }
    }

    /// A small integer type with its interval.
    fn small(&mut self) -> (String, i64, i64) {
        let b = self.rng.gen_range(2..=4u32);
        let ty = format!("{}{b}", ["u", "i"][self.rng.gen_range(0..2)]);
        match Range::of(&ty) {
            Some(Range::Between(lo, hi)) => (ty, lo, hi),
            _ => (ty, 0, 1),
        }
    }

    /// A parameter with two fields, and a function of all of it.
    fn struct_parameter(&mut self) {
        let (s, f) = (self.name("S"), self.name("f"));
        let ((a, alo, ahi), (b, blo, bhi)) = (self.small(), self.small());
        let n = self.rng.gen_range(2..=3usize);
        self.program.items.push(format!("struct {s} {{ a: {a}, b: {b}[{n}] }}"));
        let role = self.role();
        let commit = self.one_in(8) && !self.has_committed();
        let role = if commit { Role::Committed } else { role };
        let p = self.parameter(role, &s);
        self.values.push(Value { name: format!("{p}.a"), kind: Kind::Number(alo, ahi) });
        self.values.push(Value { name: format!("{p}.b"), kind: Kind::Tensor(n, blo, bhi) });
        let item = format!("fn {f}(s: {s}) -> _ {{ sum i {{ s.a * s.b[i] }} }}");
        self.program.items.push(item);
        self.bind(&format!("{f}({p})"), Kind::Number(-512, 512), "struct parameter");
    }

    fn has_committed(&self) -> bool {
        self.program.inputs.iter().any(|i| i.role == Role::Committed)
    }

    /// A committed number or tensor, one a program: hashes are long.
    fn committed(&mut self) {
        if self.has_committed() || self.one_in(2) {
            return;
        }
        let (ty, lo, hi) = self.small();
        let n = self.rng.gen_range(1..=3usize);
        let (ty, kind) = match n {
            1 => (ty, Kind::Number(lo, hi)),
            n => (format!("{ty}[{n}]"), Kind::Tensor(n, lo, hi)),
        };
        let name = self.parameter(Role::Committed, &ty);
        self.program.features.push("committed");
        self.values.push(Value { name, kind });
    }

    /// A function that gives a tuple, which is taken apart.
    fn pair(&mut self) {
        let ((x, xlo, xhi), (y, ylo, yhi)) = (self.number(), self.number());
        if [xlo, xhi, ylo, yhi].iter().any(|v| v.abs() > 1 << 24) {
            return;
        }
        let f = self.name("f");
        let (text, first, second) = match self.rng.gen_range(0..3) {
            0 => ("(x + y, x - y)", (xlo + ylo, xhi + yhi), (xlo - yhi, xhi - ylo)),
            1 => (
                "(max(x, y), min(x, y))",
                (xlo.min(ylo), xhi.max(yhi)),
                (xlo.min(ylo), xhi.max(yhi)),
            ),
            _ => (
                "(if x < y { (x, y) } else { (y, x) })",
                (xlo.min(ylo), xhi.max(yhi)),
                (xlo.min(ylo), xhi.max(yhi)),
            ),
        };
        self.function_item(format!("fn {f}<T: num, U: num>(x: T, y: U) -> _ {{ {text} }}"));
        self.destructured(&format!("{f}({x}, {y})"), first, second, "tuple");
    }

    fn destructured(&mut self, call: &str, a: (i64, i64), b: (i64, i64), feature: &'static str) {
        let (x, y) = (self.name("x"), self.name("x"));
        self.line(format!("let ({x}, {y}) = {call};"), feature);
        self.values.push(Value { name: x, kind: Kind::Number(a.0, a.1) });
        self.values.push(Value { name: y, kind: Kind::Number(b.0, b.1) });
    }

    /// A function that gives a struct, whose fields another one reads.
    fn struct_result(&mut self) {
        let ((x, ..), (y, ..)) = (self.number(), self.number());
        let (s, f, g) = (self.name("S"), self.name("f"), self.name("g"));
        self.program.items.push(format!("struct {s} {{ a: i6, b: int<-9..=9>[2] }}"));
        self.program.items.push(format!(
            "fn {f}<T: num, U: num>(x: T, y: U) -> {s} {{ {s}(clamp_to::<i6>(x), [clamp_to::<i3>(y), 5]) }}"
        ));
        self.program.items.push(format!("fn {g}(s: {s}) -> _ {{ s.a * s.b[1] + s.b[0] }}"));
        let v = self.name("s");
        self.line(format!("let {v} = {f}({x}, {y});"), "struct result");
        self.values.push(Value { name: format!("{v}.a"), kind: Kind::Number(-32, 31) });
        self.values.push(Value { name: format!("{v}.b"), kind: Kind::Tensor(2, -9, 9) });
        self.bind(&format!("{g}({v})"), Kind::Number(-400, 400), "struct result");
    }

    /// Quotient and remainder by a function with hints.
    fn divided(&mut self) {
        let (x, lo, hi) = self.number();
        if lo < -(1 << 20) || hi > 1 << 20 {
            return;
        }
        let (f, d) = (self.name("f"), self.rng.gen_range(2..=6i64));
        self.program.items.push(format!(
            "fn {f}<D: nat, T: num>(x: T) -> _ {{ let q: int<div(T::lo, D)..=div(T::hi, D)> = hint div(x, D); \
             let r: int<0..=D - 1> = hint mod(x, D); assert x == D * q + r; (q, r) }}"
        ));
        let q = (lo.div_euclid(d), hi.div_euclid(d));
        self.destructured(&format!("{f}::<{d}>({x})"), q, (0, d - 1), "hints and tuple");
    }
}
