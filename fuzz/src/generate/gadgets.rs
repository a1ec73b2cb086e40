//! Functions with hints inside, of the library and of the program, called once, in loops, in branches.

use super::{Draft, Kind};
use rand::Rng;

impl Draft {
    /// A function of one integer that has hints, and the interval of what it gives.
    fn gadget(&mut self, (lo, hi): (i64, i64)) -> (String, i64, i64) {
        let f = self.name("f");
        let most = lo.abs().max(hi.abs());
        let (item, all) = match self.rng.gen_range(0..8) {
            0 => return ("is_zero".into(), 0, 1),
            1 => return ("abs".into(), 0, most),
            2 => return ("sign".into(), -1, 1),
            3 if lo >= 0 => return ("sqrt::<u10>".into(), 0, 1023),
            4 => (
                format!(
                    "fn {f}<T: num>(x: T) -> bit {{ let v = raw(x) as field; let z: bit = hint v == 0; \
                     let w: field = hint inverse(v); assert v * w == (1 - z) as field; \
                     assert (z as field) * (v + w) == 0; z }}"
                ),
                (0, 1),
            ),
            5 if lo >= 0 => (
                format!(
                    "fn {f}<T: num>(x: T) -> _ {{ let b: bit[T::bits] = hint to_bits(x); \
                     assert x == sum i < T::bits {{ 2 ** i * b[i] }}; sum i < T::bits {{ b[i] }} }}"
                ),
                (0, 64),
            ),
            6 => {
                let c = self.rng.gen_range(-3..=9i64);
                let (lo, hi) = (lo.max(c), hi.max(c));
                (
                    format!(
                        "fn {f}<T: num>(x: T) -> _ {{ let m: int<{lo}..={hi}> = hint maximum([x, {c}]); \
                         assert m >= x; assert m >= {c}; assert (m - x) * (m - ({c})) == 0; m }}"
                    ),
                    (lo, hi),
                )
            }
            _ => {
                let d = self.rng.gen_range(2..=5i64);
                (
                    format!(
                        "fn {f}<T: num>(x: T) -> _ {{ let q: int<div(T::lo, {d})..=div(T::hi, {d})> = hint div(x, {d}); \
                         let r: int<0..={}> = hint mod(x, {d}); assert x == {d} * q + r; 2 * q + r }}",
                        d - 1
                    ),
                    (2 * lo.div_euclid(d), 2 * hi.div_euclid(d) + d - 1),
                )
            }
        };
        self.function_item(item);
        (f, all.0, all.1)
    }

    pub(super) fn gadgets(&mut self) {
        let in_loop = self.one_in(2);
        if let Some((t, n, lo, hi)) = self.tensor().filter(|t| in_loop && t.3 - t.2 < 1 << 16) {
            let (f, flo, fhi) = self.gadget((lo, hi));
            let last = n as i64 - 1;
            let all = n as i64 * n as i64;
            match self.rng.gen_range(0..4) {
                0 => {
                    let text = format!("for i {{ {f}({t}[i]) }}");
                    self.bind(&text, Kind::Tensor(n, flo, fhi), "gadget in a loop");
                }
                1 => {
                    let text = format!("sum i < {n} {{ (i + 1) * {f}({t}[{last} - i]) }}");
                    let kind = Kind::Number(flo.min(0) * all, fhi.max(0) * all);
                    self.bind(&text, kind, "gadget in a sum");
                }
                2 => {
                    let (a, ..) = self.number();
                    let text =
                        format!("for i < {n} {{ if {t}[i] < {a} {{ {f}({t}[i]) }} else {{ i }} }}");
                    let kind = Kind::Tensor(n, flo.min(0), fhi.max(last));
                    self.bind(&text, kind, "gadget in a loop's branch");
                }
                _ => {
                    let text = format!("{f}.({t})");
                    self.bind(&text, Kind::Tensor(n, flo, fhi), "gadget on elements");
                }
            }
            return;
        }
        let (x, lo, hi) = self.number();
        if hi - lo > 1 << 16 {
            return;
        }
        let (f, flo, fhi) = self.gadget((lo, hi));
        let ((a, ..), (b, ..), (y, ylo, yhi)) = (self.number(), self.number(), self.number());
        match self.rng.gen_range(0..4) {
            0 => drop(self.bind(&format!("{f}({x})"), Kind::Number(flo, fhi), "gadget")),
            1 => {
                let text = format!("(if {a} < {b} {{ {f}({x}) }} else {{ {y} }})");
                let kind = Kind::Number(flo.min(ylo), fhi.max(yhi));
                self.bind(&text, kind, "gadget in a branch");
            }
            2 => self.witness_division(),
            _ => {
                let text = format!("{f}({x}) + {f}({x}) * {f}({x})");
                let most = flo.abs().max(fhi.abs());
                let kind = Kind::Number(-most - most * most, most + most * most);
                self.bind(&text, kind, "gadget thrice");
            }
        }
    }

    /// Division by a number that is not known, at least 1 by its sum.
    fn witness_division(&mut self) {
        let (x, lo, hi) = self.number();
        let (y, ylo, yhi) = self.number();
        if lo < 0 || hi >= 1 << 12 || ylo < 0 || yhi >= 1 << 10 {
            return;
        }
        let call = ["div_floor", "div_ceil", "div_round"][self.rng.gen_range(0..3)];
        let text = format!("{call}::<u12>({x}, {y} + 1)");
        self.bind(&text, Kind::Number(0, hi), "division by a witness");
    }
}
