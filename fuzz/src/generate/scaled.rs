//! Numbers with a scale: inputs such as `q2.3`, exact sums and products, choices, assertions.

use super::{Draft, Kind, LARGEST, Value};
use rand::Rng;

/// A scaled scalar: its text, its raw interval, and the exponent of its step 2^-f.
pub(super) type Scaled = (String, i64, i64, u32);

impl Draft {
    /// A new scaled parameter, now and then of several elements.
    pub(super) fn scaled_input(&mut self) -> Scaled {
        let (a, f) = (self.rng.gen_range(0..=3u32), self.rng.gen_range(1..=3u32));
        let (ty, lo, hi) = match self.rng.gen_range(0..4) {
            0 => (format!("uq{a}.{f}"), 0, (1i64 << (a + f)) - 1),
            1 => {
                let lo = self.rng.gen_range(-9..=4i64);
                let hi = lo + self.rng.gen_range(1..=12i64);
                (format!("fix<{lo}..={hi}, {}>", 1.0 / f64::from(1 << f)), lo, hi)
            }
            _ => (format!("q{a}.{f}"), -(1i64 << (a + f)), (1i64 << (a + f)) - 1),
        };
        let role = self.role();
        let n = if self.one_in(4) { self.rng.gen_range(2..=3) } else { 1 };
        let ty = if n > 1 { format!("{ty}[{n}]") } else { ty };
        let name = self.parameter(role, &ty);
        self.values.push(Value { name: name.clone(), kind: Kind::Scaled(n, lo, hi, f) });
        self.element(&name, n, lo, hi, f)
    }

    fn element(&mut self, name: &str, n: usize, lo: i64, hi: i64, f: u32) -> Scaled {
        let i = self.rng.gen_range(0..n);
        (if n > 1 { format!("{name}[{i}]") } else { name.into() }, lo, hi, f)
    }

    /// A scaled scalar that is there, an integer for want of one now and then, or a new input.
    pub(super) fn scaled(&mut self) -> Scaled {
        let all: Vec<(String, usize, i64, i64, u32)> = self
            .values
            .iter()
            .filter_map(|v| match v.kind {
                Kind::Scaled(n, lo, hi, f) => Some((v.name.clone(), n, lo, hi, f)),
                _ => None,
            })
            .collect();
        match self.pick(&all).cloned() {
            Some(_) if self.one_in(8) => {
                let (x, lo, hi) = self.number();
                (x, lo, hi, 0)
            }
            Some((name, n, lo, hi, f)) => self.element(&name, n, lo, hi, f),
            None => self.scaled_input(),
        }
    }

    pub(super) fn scaled_statement(&mut self) {
        match self.rng.gen_range(0..12) {
            0 => drop(self.scaled_input()),
            1..=3 => self.scaled_arithmetic(),
            4..=6 => self.rounding(),
            7 => self.conversion(),
            8 => self.scaled_choice(),
            9 => self.scaled_relation(),
            _ => self.scaled_equality(),
        }
    }

    pub(super) fn keep(&mut self, text: &str, (lo, hi, f): (i64, i64, u32), feature: &'static str) {
        if lo > -LARGEST && hi < LARGEST && f <= 16 {
            self.bind(text, Kind::Scaled(1, lo, hi, f), feature);
        }
    }

    fn scaled_arithmetic(&mut self) {
        let (a, alo, ahi, af) = self.scaled();
        let (b, blo, bhi, bf) = self.scaled();
        let ends = |k: i64| {
            let all = [(alo, blo), (alo, bhi), (ahi, blo), (ahi, bhi)];
            let all = all.map(|(x, y)| x.saturating_mul(y).saturating_mul(k));
            (all.into_iter().fold(0, i64::min), all.into_iter().fold(0, i64::max))
        };
        let f = af.max(bf);
        let (sa, sb) = (1i64 << (f - af), 1i64 << (f - bf));
        match self.rng.gen_range(0..5) {
            0 => {
                let (lo, hi) = ends(1);
                self.keep(&format!("{a} * {b}"), (lo, hi, af + bf), "scaled product");
            }
            1 => {
                let all = (alo * sa + blo * sb, ahi * sa + bhi * sb, f);
                self.keep(&format!("{a} + {b}"), all, "scaled sum");
            }
            2 => {
                let all = (alo * sa - bhi * sb, ahi * sa - blo * sb, f);
                self.keep(&format!("{a} - {b}"), all, "scaled sum");
            }
            3 => {
                let k = self.rng.gen_range(1..=3u32);
                self.keep(&format!("{a} / {}", 1 << k), (alo, ahi, af + k), "step");
            }
            _ => {
                // 0.75, 1.5, -0.5, …: a constant of two fraction bits, which may need fewer.
                let k = self.rng.gen_range(-7..=9i64);
                let k = if k == 0 { 3 } else { k };
                let (x, y) = ((alo * k).min(ahi * k), (alo * k).max(ahi * k));
                let text = format!("({}) * {a}", k as f64 / 4.0);
                self.keep(&text, (x.min(0), y.max(0), af + 2), "scaled constant");
            }
        }
    }

    fn scaled_choice(&mut self) {
        let (a, ..) = self.scaled();
        let (b, ..) = self.scaled();
        let (x, xlo, xhi, xf) = self.scaled();
        let (y, ylo, yhi, yf) = self.scaled();
        let f = xf.max(yf);
        let (sx, sy) = (1i64 << (f - xf), 1i64 << (f - yf));
        let all = ((xlo * sx).min(ylo * sy), (xhi * sx).max(yhi * sy), f);
        let op = ["<", "<=", "==", "!=", ">"][self.rng.gen_range(0..5)];
        let text = match self.rng.gen_range(0..4) {
            0 => format!("max({x}, {y})"),
            1 => format!("min({x}, {y})"),
            2 => format!("select({a} {op} {b}, {x}, {y})"),
            _ => format!("(if {a} {op} {b} {{ {x} }} else {{ {y} }})"),
        };
        self.keep(&text, all, "scaled choice");
    }

    fn scaled_relation(&mut self) {
        let (x, ..) = self.scaled();
        let (y, ..) = self.scaled();
        let op = ["<", "<=", "!=", ">="][self.rng.gen_range(0..4)];
        self.line(format!("assert {x} {op} {y};"), "scaled relation");
    }

    /// An equality with an input of the same step or a finer one, which the judge makes hold.
    fn scaled_equality(&mut self) {
        let (x, lo, hi, f) = self.scaled();
        if hi - lo > 1 << 20 || f > 10 {
            return;
        }
        let (lo, hi) = (lo, hi.max(lo + 1));
        let ty = match f {
            0 => format!("int<{lo}..={hi}>"),
            f => format!("fix<{lo}..={hi}, {}>", 1.0 / f64::from(1u32 << f)),
        };
        let role = self.role();
        let name = self.parameter(role, &ty);
        let kind = Kind::Scaled(1, lo, hi, f);
        self.values.push(Value { name: name.clone(), kind });
        self.equality(&name, &x, "scaled equality");
    }
}
