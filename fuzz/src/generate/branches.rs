//! Branches whose condition says something of what is in them, and which assert and guess on that.

use super::{Draft, Kind};
use rand::Rng;

/// Two integers and what a comparison says of their difference: `larger − smaller` lies in `least..=most` where
/// `condition` holds.
struct Ordered {
    condition: String,
    difference: String,
    least: i64,
    most: i64,
}

impl Draft {
    pub(super) fn branches(&mut self) {
        match self.rng.gen_range(0..6) {
            0 => self.narrower_in_a_branch(),
            1 => self.equality_in_a_branch(),
            2 => self.hint_in_a_branch(),
            3 => self.partial_call_in_a_branch(),
            4 => self.nested_branches(),
            _ => self.range_in_a_branch(),
        }
    }

    /// A comparison of two numbers under one of its names.
    fn ordered(&mut self) -> Option<Ordered> {
        let ((a, alo, ahi), (b, blo, bhi)) = (self.number(), self.number());
        let (strict, least) = if self.one_in(2) { (true, 1) } else { (false, 0) };
        let most = bhi - alo;
        if most <= least || ahi - blo > 1 << 16 || most > 1 << 16 {
            return None;
        }
        let (a_b, b_a) = if strict { ("<", ">=") } else { ("<=", ">") };
        let condition = match self.rng.gen_range(0..5) {
            0 => format!("!({a} {b_a} {b})"),
            1 => format!("{b} - ({a}) >= {least}"),
            2 => {
                let (c, ..) = self.number();
                format!("{a} {a_b} {b} && {c} != 3")
            }
            3 => {
                let name = self.name("x");
                self.line(format!("let {name} = {a} {a_b} {b};"), "condition by name");
                self.values.push(super::Value { name: name.clone(), kind: Kind::Number(0, 1) });
                name
            }
            _ => format!("{a} {a_b} {b}"),
        };
        Some(Ordered { condition, difference: format!("({b} - ({a}))"), least, most })
    }

    /// What fits a type only where its branch is chosen.
    fn narrower_in_a_branch(&mut self) {
        let Some(o) = self.ordered() else { return };
        let ((y, ylo, yhi), d) = (self.number(), &o.difference);
        let (least, most) = (o.least, o.most);
        let (then, lo, hi) = match self.rng.gen_range(0..3) {
            0 => (format!("{d} as int<{least}..={most}>"), least, most),
            1 => (format!("({d} as int<{least}..={most}>) * {d}"), 0, most * most),
            _ => (format!("{d} * {d} + {least}"), least, most * most + least),
        };
        let text = format!("(if {} {{ {then} }} else {{ {y} }})", o.condition);
        self.bind(&text, Kind::Number(lo.min(ylo), hi.max(yhi)), "narrower in a branch");
    }

    /// An equality with an input of its own that binds in one branch.
    fn equality_in_a_branch(&mut self) {
        let Some(o) = self.ordered() else { return };
        let (x, lo, hi) = self.number();
        if hi - lo > 1 << 16 {
            return;
        }
        let v = self.input_of(format!("int<{lo}..={}>", hi.max(lo + 1)), (lo, hi.max(lo + 1)), 1);
        let text = match self.one_in(2) {
            true => format!("if {} {{ assert {v} == {x}, \"{v} on the left\"; }}", o.condition),
            false => {
                format!("if !({}) {{ assert {x} == {v}, \"{v} on the right\"; }}", o.condition)
            }
        };
        self.line(text, "equality in a branch");
    }

    /// A relation or a narrowing that binds in one branch.
    fn range_in_a_branch(&mut self) {
        let Some(o) = self.ordered() else { return };
        let (x, lo, hi) = self.number();
        let (c, d) = (self.rng.gen_range(lo..=hi), &o.difference);
        let inside = match self.rng.gen_range(0..4) {
            0 => format!("assert {x} in {lo}..={c};"),
            1 => format!("assert {x} != {c};"),
            2 => format!("assert {d} < {};", o.most),
            _ => format!(
                "let n: int<{}..={}> = narrow({d}); assert n != {c};",
                o.least,
                o.most / 2 + 1
            ),
        };
        self.line(format!("if {} {{ {inside} }}", o.condition), "range in a branch");
    }

    /// Quotient and remainder that are guessed in a branch.
    fn hint_in_a_branch(&mut self) {
        let Some(o) = self.ordered() else { return };
        let (k, (y, ylo, yhi)) = (self.rng.gen_range(2..=5i64), self.number());
        let (d, most) = (&o.difference, o.most / k);
        let text = format!(
            "(if {} {{ let q: int<0..={most}> = hint div({d}, {k}); let r: int<0..={}> = hint mod({d}, {k}); \
             assert {d} == {k} * q + r; 2 * q + r }} else {{ {y} }})",
            o.condition,
            k - 1
        );
        self.bind(&text, Kind::Number(ylo.min(0), yhi.max(2 * most + k)), "hint in a branch");
    }

    /// A function with hints that refuses some arguments, called in a branch.
    fn partial_call_in_a_branch(&mut self) {
        let Some(o) = self.ordered() else { return };
        let (f, k, (y, ylo, yhi)) = (self.name("f"), self.rng.gen_range(2..=3i64), self.number());
        let item = format!(
            "fn {f}<T: num>(x: T) -> _ {{ let q: int<div(T::lo, {k})..=div(T::hi, {k})> = hint div(x, {k}); \
             assert x == {k} * q, \"no multiple\"; q }}"
        );
        self.function_item(item);
        let text = format!("(if {} {{ {f}({}) }} else {{ {y} }})", o.condition, o.difference);
        let kind = Kind::Number(ylo.min(0), yhi.max(o.most / k));
        self.bind(&text, kind, "partial call in a branch");
    }

    fn nested_branches(&mut self) {
        let (Some(o), Some(i)) = (self.ordered(), self.ordered()) else { return };
        let ((y, ylo, yhi), (d, e)) = (self.number(), (&o.difference, &i.difference));
        let text = format!(
            "(if {} {{ let w = if {} {{ {d} + {e} }} else {{ {d} }}; w as int<{}..={}> }} else {{ {y} }})",
            o.condition,
            i.condition,
            o.least,
            o.most + i.most
        );
        let kind = Kind::Number(ylo.min(o.least), yhi.max(o.most + i.most));
        self.bind(&text, kind, "nested branches");
    }
}
