//! Hints that depend on each other, on cases and on branches.

use super::HintType;
use super::gadgets::Gadgets;
use rand::Rng;

impl Gadgets<'_> {
    /// Two hints tied by equations or by cases.
    pub(super) fn pairs(&mut self, which: u32, a: String, b: String) {
        let (bits, k) = (self.bits, self.k);
        match which {
            // Distance and side: at the border both sides are right, unless one is left out.
            0 => {
                let c = self.rng.gen_range(0..=4i64);
                self.hint(&a, "bit", 1, (0, 1), format!("u < {c}"));
                self.hint(&b, "u5", 1, (0, 31), format!("max(u - {c}, {c} - u)"));
                self.line(format!("assert {b} == (1 - 2 * {a}) * (u - {c});"));
                if self.rng.gen_ratio(2, 3) {
                    self.line(format!("assert {b} - {a} >= 0;"));
                }
            }
            // Two equations for two hints, now and then twice the same.
            1 => {
                let (c, d) = (self.rng.gen_range(1..=3i64), self.rng.gen_range(-2..=3i64));
                self.hint(&a, "u4", 1, (0, 15), "u");
                self.hint(&b, "u4", 1, (0, 15), format!("min({a}, 3)"));
                self.line(format!("assert {a} + {c} * {b} == u + {c} * min(u, 3);"));
                self.line(format!("assert {a} + {d} * {b} == u + {d} * min(u, 3);"));
            }
            // The smaller and the larger, by sum, product and order.
            2 => {
                let c = self.rng.gen_range(0..=7i64);
                self.hint(&a, "u4", 1, (0, 15), format!("min(u, {c})"));
                self.hint(&b, "u4", 1, (0, 15), format!("max(u, {c})"));
                self.line(format!("assert {a} + {b} == u + {c};"));
                self.line(format!("assert {a} * {b} == {c} * u;"));
                self.line(format!("assert {a} <= {b};"));
            }
            // In a branch, whose assertions hold whichever is taken.
            _ => {
                let c = self.rng.gen_range(0..=4i64);
                let most = 1i64 << (bits - 1);
                self.line(format!(
                    "let z{k} = if u > {c} {{ let {a}: bit = hint mod(u, 2); \
                 let {b}: int<0..={most}> = hint div(u, 2); assert u == 2 * {b} + {a}; {a} }} \
                 else {{ 0 }};"
                ));
                self.hints.push(HintType { name: a, len: 1, range: (0, 1) });
                self.hints.push(HintType { name: b, len: 1, range: (0, most) });
            }
        }
    }

    /// Places in tensors and tables.
    pub(super) fn places(&mut self, which: u32, a: String, b: String) {
        let (n, bits, k) = (self.bits as usize, self.bits, self.k);
        match which {
            // The place of the largest of three, ties to the first, or to any.
            0 => {
                let (c, d) = (self.rng.gen_range(0..=6i64), self.rng.gen_range(0..=6i64));
                let first = i64::from(self.rng.gen_ratio(2, 3));
                self.hint(
                    &a,
                    "bit",
                    3,
                    (0, 1),
                    format!("[u >= {c} && u >= {d}, u < {c} && {c} >= {d}, u < {d} && {c} < {d}]"),
                );
                self.line(format!("assert (sum i < 3 {{ {a}[i] }}) == 1;"));
                self.line(format!("let m{k} = {a}[0] * u + {a}[1] * {c} + {a}[2] * {d};"));
                self.line(format!("assert m{k} - u >= {first} * (1 - {a}[0]);"));
                self.line(format!("assert m{k} - {c} >= {first} * {a}[2];"));
                self.line(format!("assert m{k} >= {d};"));
            }
            // An entry of a table and its place.
            1 => {
                let n = 1usize << bits;
                let table: Vec<String> =
                    (0..n).map(|i| ((i * i + 3 * i) % 11).to_string()).collect();
                self.line(format!("let t{k}: u4[{n}] = [{}];", table.join(", ")));
                self.hint(&a, &format!("u{bits}"), 1, (0, n as i64 - 1), "u");
                self.line(format!("assert t{k}[{a}] == t{k}[u];"));
            }
            // Exclusive or of two digits, by products or by a remainder.
            _ => {
                self.hint(&a, "bit", n, (0, 1), "to_bits(u)");
                self.line(format!("assert u == sum i < {n} {{ 2 ** i * {a}[i] }};"));
                self.hint(&b, "bit", 1, (0, 1), format!("mod({a}[0] + {a}[1], 2)"));
                let by_product = self.rng.gen_ratio(1, 2);
                self.line(if by_product {
                    format!("assert {b} == {a}[0] + {a}[1] - 2 * {a}[0] * {a}[1];")
                } else {
                    format!("assert ({a}[0] + {a}[1] - {b}) * ({a}[0] + {a}[1] - {b} - 2) == 0;")
                });
            }
        }
    }
}
