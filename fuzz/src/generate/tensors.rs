//! Tensors: loops, sums, elementwise calls, slices, digits by rows.

use super::{Draft, Kind, Value};
use rand::Rng;

impl Draft {
    pub(super) fn tensors(&mut self) {
        let Some((t, n, lo, hi)) = self.tensor() else {
            let bits = self.rng.gen_range(2..=5u32);
            let n = self.rng.gen_range(2..=4);
            self.input_of(format!("u{bits}"), (0, (1 << bits) - 1), n);
            return;
        };
        if hi.abs().max(lo.abs()) > 1 << 16 {
            return;
        }
        match self.rng.gen_range(0..7) {
            0 => {
                let kind = Kind::Number(lo.min(0) * n as i64, hi.max(0) * n as i64);
                self.bind(&format!("sum i {{ {t}[i] }}"), kind, "sum");
            }
            1 => {
                let most = lo.abs().max(hi.abs()) * n as i64;
                let text = format!("for i {{ (i + 1) * {t}[i] }}");
                self.bind(&text, Kind::Tensor(n, -most, most), "lifted loop");
            }
            2 => {
                let (x, xlo, xhi) = self.number();
                if xhi.abs().max(xlo.abs()) < 1 << 16 {
                    let most = lo.abs().max(hi.abs()) * xlo.abs().max(xhi.abs());
                    let text =
                        format!("for i {{ if i == 0 {{ {t}[i] * {x} }} else {{ {t}[i] }} }}");
                    let most = most.max(hi.abs()).max(lo.abs());
                    self.bind(&text, Kind::Tensor(n, -most, most), "unrolled loop");
                }
            }
            3 => {
                let kind = Kind::Tensor(n, lo.max(0), hi.max(0));
                self.bind(&format!("relu.({t})"), kind, "elementwise");
            }
            4 => {
                let kind = Kind::Tensor(n, -4, 3);
                self.bind(&format!("clamp_to::<i3>.({t})"), kind, "elementwise");
            }
            5 => {
                let most = lo.abs().max(hi.abs()).pow(2) * n as i64;
                let text = format!("sum i {{ {t}[i] * {t}[i] }}");
                self.bind(&text, Kind::Number(0, most), "squares");
            }
            _ => self.rows_of_digits(&t, n, lo, hi),
        }
    }

    /// Digits of every element by one hint, and another tensor asserted to have the same.
    fn rows_of_digits(&mut self, t: &str, n: usize, lo: i64, hi: i64) {
        if lo < 0 || hi >= 1 << 10 {
            return;
        }
        let k = (64 - hi.max(1).leading_zeros()) as usize;
        let b = self.name("b");
        self.line(
            format!("let {b}: bit[{n}, {k}] = hint for i {{ to_bits({t}[i]) }};"),
            "rows of digits",
        );
        let sum = format!("sum j < {k} {{ 2 ** j * {b}[i, j] }}");
        self.line(format!("for i {{ assert {t}[i] == {sum}; }}"), "rows of digits");
        if self.one_in(2) {
            let v = self.input_of(format!("u{k}"), (0, (1 << k) - 1), n);
            self.line(
                format!("for i {{ assert {v}[i] == {sum}, \"{v} on the left\"; }}"),
                "rows of an input",
            );
        }
        let row = self.rng.gen_range(0..n);
        let name = self.name("x");
        self.line(format!("let {name} = {b}[{row}];"), "slice");
        self.values.push(Value { name, kind: Kind::Digits(k) });
    }
}
