//! Sums, products, branches, activations, lookups and functions of scalars.

use super::{Draft, Kind, LARGEST};
use rand::Rng;

impl Draft {
    pub(super) fn arithmetic(&mut self) {
        let (a, alo, ahi) = self.number();
        let (b, blo, bhi) = self.number();
        let k = self.rng.gen_range(-5..=9i64);
        let (text, lo, hi) = match self.rng.gen_range(0..4) {
            0 => {
                let ends = [(alo, blo), (alo, bhi), (ahi, blo), (ahi, bhi)]
                    .map(|(x, y)| x.saturating_mul(y));
                let (lo, hi) = (ends.iter().min().copied(), ends.iter().max().copied());
                (format!("{a} * {b}"), lo.unwrap_or(0), hi.unwrap_or(0))
            }
            1 => (format!("{a} - {b}"), alo - bhi, ahi - blo),
            2 => {
                let (x, y) = ((k * blo).min(k * bhi), (k * blo).max(k * bhi));
                (format!("{a} + ({k}) * {b}"), alo + x, ahi + y)
            }
            _ => (format!("{a} + {b} + ({k})"), alo + blo + k, ahi + bhi + k),
        };
        if lo > -LARGEST && hi < LARGEST {
            self.bind(&text, Kind::Number(lo, hi), "arithmetic");
        }
    }

    pub(super) fn branch(&mut self) {
        let (a, ..) = self.number();
        let (b, ..) = self.number();
        let (x, xlo, xhi) = self.number();
        let (y, ylo, yhi) = self.number();
        let op = ["<", "<=", "==", "!="][self.rng.gen_range(0..4)];
        let kind = Kind::Number(xlo.min(ylo), xhi.max(yhi));
        let text = match self.rng.gen_range(0..2) {
            0 => format!("(if {a} {op} {b} {{ {x} }} else {{ {y} }})"),
            _ => format!("select({a} {op} {b}, {x}, {y})"),
        };
        self.bind(&text, kind, "branch");
    }

    pub(super) fn activation(&mut self) {
        let (x, lo, hi) = self.number();
        let bits = self.rng.gen_range(3..=6u32);
        let (low, high) = (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1);
        let clamped = Kind::Number(low, high);
        match self.rng.gen_range(0..8) {
            0 | 1 => self.bind(&format!("relu({x})"), Kind::Number(lo.max(0), hi.max(0)), "relu"),
            2 => self.bind(&format!("clamp_to::<i{bits}>({x})"), clamped, "clamp"),
            3 => self.bind(
                &format!("relu(clamp_to::<i{bits}>({x}))"),
                Kind::Number(0, high),
                "fused",
            ),
            4 => self.bind(
                &format!("clamp_to::<i{bits}>(relu({x}))"),
                Kind::Number(0, high),
                "fused",
            ),
            5 => {
                let (y, ylo, yhi) = self.number();
                let f = ["max", "min"][self.rng.gen_range(0..2)];
                let kind = Kind::Number(lo.min(ylo), hi.max(yhi));
                self.bind(&format!("{f}({x}, {y})"), kind, "extremum")
            }
            6 => {
                let (y, ..) = self.number();
                let text = format!("max(relu({x}), relu({y}))");
                self.bind(&text, Kind::Number(0, LARGEST / 4), "moved")
            }
            _ => {
                let k = self.rng.gen_range(2..=7i64);
                let kind = Kind::Number(lo.div_euclid(k), hi.div_euclid(k));
                self.bind(&format!("floor_div::<{k}>({x})"), kind, "division")
            }
        };
    }

    pub(super) fn lookup(&mut self) {
        let Some((x, lo, hi)) = (0..8).find_map(|_| {
            let n = self.number();
            (n.1 >= 0 && n.2 <= 31).then_some(n)
        }) else {
            return;
        };
        let _ = lo;
        let table = self.name("T");
        let rows = hi + 1;
        let (a, m) = (self.rng.gen_range(1..=9i64), self.rng.gen_range(3..=40i64));
        let item =
            format!("const {table}: int<0..=39>[{rows}] = for k {{ ({a} * k * k + k) % {m} }};");
        self.program.items.push(item);
        let text = if rows % 2 == 0 {
            format!("{table}[{x}]")
        } else {
            let f = self.name("f");
            self.function_item(format!("fn {f}<T: num>(k: T) -> _ {{ {table}[k] }}"));
            format!("{f}({x})")
        };
        self.bind(&text, Kind::Number(0, 39), "lookup");
    }

    /// A function of its own, generic in some way, called on a value.
    pub(super) fn function(&mut self) {
        let (x, lo, hi) = self.number();
        let f = self.name("f");
        let k = self.rng.gen_range(1..=4i64);
        match self.rng.gen_range(0..3) {
            0 => {
                self.program
                    .items
                    .push(format!("fn {f}<T: num>(x: T) -> _ {{ x * {k} + T::bits }}"));
                let kind = Kind::Number(lo * k, hi * k + 64);
                self.bind(&format!("{f}({x})"), kind, "generic")
            }
            1 => {
                self.program.items.push(format!(
                    "fn {f}<N: nat, T: num>(x: T) -> _ {{ sum i < N {{ (i + 1) * x }} }}"
                ));
                let n = k * (k + 1) / 2;
                self.bind(
                    &format!("{f}::<{k}>({x})"),
                    Kind::Number(lo.min(0) * n, hi.max(0) * n),
                    "generic",
                )
            }
            _ => {
                self.program.items.push(format!("struct S{f} {{ a: i64, b: i64 }}"));
                self.program.items.push(format!("fn {f}(s: S{f}) -> _ {{ s.a + {k} * s.b }}"));
                let (y, ylo, yhi) = self.number();
                let kind = Kind::Number(lo + (k * ylo).min(0), hi + (k * yhi).max(0));
                self.bind(&format!("{f}(S{f}({x}, {y}))"), kind, "struct")
            }
        };
    }
}
