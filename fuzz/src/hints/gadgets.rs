//! Hints with assertions that pin them, or nearly.

use super::HintType;
use crate::Random;
use crate::program::Program;
use rand::Rng;

/// A program that gadgets are added to.
pub(super) struct Gadgets<'p> {
    pub(super) rng: &'p mut Random,
    pub(super) program: &'p mut Program,
    pub(super) hints: &'p mut Vec<HintType>,
    /// Bits of the input `u`.
    pub(super) bits: u32,
    /// Gadgets so far; names end in it.
    pub(super) k: usize,
}

impl Gadgets<'_> {
    /// Adds one.
    pub(super) fn add(&mut self) {
        let (a, b) = (format!("a{}", self.k), format!("b{}", self.k));
        let which = self.rng.gen_range(0..15);
        match which {
            0..4 => self.digits(which, a, b),
            4..8 => self.values(which - 4, a),
            8..12 => self.pairs(which - 8, a, b),
            _ => self.places(which - 12, a, b),
        }
        self.k += 1;
    }

    pub(super) fn line(&mut self, text: impl Into<String>) {
        self.program.body.push(text.into());
    }

    pub(super) fn hint(
        &mut self,
        name: &str,
        ty: &str,
        len: usize,
        range: (i64, i64),
        value: impl AsRef<str>,
    ) {
        let ty = if len > 1 { format!("{ty}[{len}]") } else { ty.to_string() };
        self.line(format!("let {name}: {ty} = hint {};", value.as_ref()));
        self.hints.push(HintType { name: name.into(), len, range });
    }

    /// Digits, quotients and other linear ones.
    fn digits(&mut self, which: u32, a: String, b: String) {
        let (n, bits) = (self.bits as usize, self.bits);
        match which {
            // Digits, now and then with a wrong weight.
            0 => {
                self.hint(&a, "bit", n, (0, 1), "to_bits(u)");
                let base = if self.rng.gen_ratio(1, 5) { 1 } else { 2 };
                self.line(format!("assert u == sum i < {n} {{ {base} ** i * {a}[i] }};"));
            }
            // Quotient and remainder, the remainder's type as wide as the divisor or wider.
            1 => {
                let d = self.rng.gen_range(2..=5i64);
                let wide = self.rng.gen_range(0..=1i64);
                let most = (1i64 << bits) / d;
                self.hint(&a, &format!("int<0..={most}>"), 1, (0, most), format!("div(u, {d})"));
                let top = d - 1 + wide;
                self.hint(&b, &format!("int<0..={top}>"), 1, (0, top), format!("mod(u, {d})"));
                self.line(format!("assert u == {d} * {a} + {b};"));
            }
            // Linear, scaled.
            2 => {
                let c = self.rng.gen_range(1..=3i64);
                let most = (1i64 << bits) + c;
                self.hint(&a, &format!("int<0..={most}>"), 1, (0, most), format!("u + {c}"));
                self.line(format!("assert 2 * {a} == 2 * u + {};", 2 * c));
            }
            // Zero or not, by a product.
            _ => {
                self.hint(&a, "bit", 1, (0, 1), "u == 0");
                self.line(format!("assert {a} * u == 0;"));
                if self.rng.gen_ratio(2, 3) {
                    self.line(format!("assert {a} + u >= 1;"));
                }
            }
        }
    }

    /// One value by what is asserted of it.
    fn values(&mut self, which: u32, a: String) {
        let bits = self.bits;
        match which {
            // One-hot.
            0 => {
                let m = 1usize << bits.min(3);
                self.hint(&a, "bit", m, (0, 1), format!("for i < {m} {{ i == u }}"));
                self.line(format!("assert (sum i < {m} {{ {a}[i] }}) == 1;"));
                self.line(format!("assert (sum i < {m} {{ i * {a}[i] }}) == u;"));
            }
            // A square root between two squares.
            1 => {
                self.hint(&a, "u3", 1, (0, 7), "isqrt(u)");
                self.line(format!("assert {a} * {a} <= u;"));
                self.line(format!("assert ({a} + 1) * ({a} + 1) > u;"));
            }
            // The larger of two.
            2 => {
                let c = self.rng.gen_range(0..=5i64);
                self.hint(&a, "u4", 1, (0, 15), format!("max(u, {c})"));
                self.line(format!("assert {a} >= u;"));
                self.line(format!("assert {a} >= {c};"));
                self.line(format!("assert ({a} - u) * ({a} - {c}) == 0;"));
            }
            // A root of a polynomial, which may have two.
            _ => {
                self.hint(&a, "i3", 1, (-4, 3), "u");
                self.line(format!("assert {a} * {a} == u * u;"));
            }
        }
    }
}
