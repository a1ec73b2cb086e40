//! Matrices, nested loops, slices; assertions and `narrow` under conditions that depend on inputs.

use super::{Draft, Kind, Value};
use rand::Rng;

/// A matrix: its name, its sizes, the interval of its elements.
type Matrix = (String, usize, usize, i64, i64);

impl Draft {
    fn matrix(&mut self) -> Matrix {
        let all: Vec<Matrix> = self
            .values
            .iter()
            .filter_map(|v| match v.kind {
                Kind::Matrix(m, n, lo, hi) => Some((v.name.clone(), m, n, lo, hi)),
                _ => None,
            })
            .collect();
        let all: Vec<Matrix> = all.into_iter().filter(|m| m.4 - m.3 < 1 << 16).collect();
        self.pick(&all).cloned().unwrap_or_else(|| {
            let (m, n) = (self.rng.gen_range(2..=3), self.rng.gen_range(2..=3));
            self.matrix_input("u3", m, n, 0, 7)
        })
    }

    fn matrix_input(&mut self, ty: &str, m: usize, n: usize, lo: i64, hi: i64) -> Matrix {
        let role = self.role();
        let name = self.parameter(role, &format!("{ty}[{m}, {n}]"));
        self.values.push(Value { name: name.clone(), kind: Kind::Matrix(m, n, lo, hi) });
        (name, m, n, lo, hi)
    }

    pub(super) fn matrices(&mut self) {
        let (x, m, n, lo, hi) = self.matrix();
        let most = lo.abs().max(hi.abs());
        let size = (m * n) as i64;
        let ends = |k: i64| Kind::Number(-most * k, most * k);
        match self.rng.gen_range(0..13) {
            0 => {
                let text = format!("for i < {m}, j < {n} {{ (i + 2 * j) * {x}[i, j] - i }}");
                let k = most * 8 + 4;
                self.bind(&text, Kind::Matrix(m, n, -k, k), "matrix loop");
            }
            1 => {
                let text = format!(
                    "for j < {n}, i < {m} {{ if i == j {{ {x}[i, j] }} else {{ -{x}[i, j] }} }}"
                );
                self.bind(&text, Kind::Matrix(n, m, -most, most), "matrix branch");
            }
            2 => {
                let text = format!("sum i < {m}, j < {n} {{ (i * {n} + j) * {x}[i, j] }}");
                self.bind(&text, ends(size * size), "matrix sum");
            }
            3 => {
                let row = self.rng.gen_range(0..m);
                self.bind(&format!("{x}[{row}]"), Kind::Tensor(n, lo, hi), "row");
            }
            4 if n > 1 => {
                let (row, col) = (self.rng.gen_range(0..m), self.rng.gen_range(1..n));
                let text = format!("{x}[{row}, {}..{}]", col - 1, col + 1);
                self.bind(&text, Kind::Tensor(2, lo, hi), "slice of a row");
            }
            5 => {
                drop(self.bind(&format!("transpose({x})"), Kind::Matrix(n, m, lo, hi), "transpose"))
            }
            6 => {
                let k = most * most * n as i64;
                let text = format!("{x} @ transpose({x})");
                self.bind(&text, Kind::Matrix(m, m, -k, k), "matrix product");
            }
            10 => {
                let k = self.rng.gen_range(2..=4);
                let (u, ..) = self.matrix_input("i4", n, k, -8, 7);
                let most = 8 * most * n as i64;
                self.bind(&format!("{x} @ {u}"), Kind::Matrix(m, k, -most, most), "product of two");
            }
            11 if m > 1 && n > 1 => {
                let (u, ..) = self.matrix_input("i4", 2, 2, -8, 7);
                let text = format!(
                    "for r < {}, c < {} {{ sum i < 2, j < 2 {{ {u}[i, j] * {x}[r + i, c + j] }} }}",
                    m - 1,
                    n - 1
                );
                let most = 32 * most;
                self.bind(&text, Kind::Matrix(m - 1, n - 1, -most, most), "window");
            }
            7 => drop(self.bind(&format!("max_columns({x})"), Kind::Tensor(n, lo, hi), "columns")),
            8 => {
                let text = format!("for i {{ sum j {{ {x}[i, j] * {x}[i, {} - j] }} }}", n - 1);
                let k = most * most * n as i64;
                self.bind(&text, Kind::Tensor(m, -k, k), "nested loop");
            }
            _ => {
                let hi = hi.max(lo + 1);
                let (u, ..) = self.matrix_input(&format!("int<{lo}..={hi}>"), m, n, lo, hi);
                let text =
                    format!("for i, j {{ assert {u}[i, j] == {x}[i, j], \"{u} on the left\"; }}");
                self.line(text, "matrix equals");
            }
        }
    }

    /// A choice with an assertion or a narrowing in its branches: they hold whichever is chosen.
    pub(super) fn guarded(&mut self) {
        let ((a, ..), (b, ..)) = (self.number(), self.number());
        let (x, xlo, xhi) = self.number();
        let (y, ylo, yhi) = self.number();
        let op = ["<", "<=", "==", "!="][self.rng.gen_range(0..4)];
        // Mostly true: one end of the interval is left out.
        let (last, first) = (xhi.max(xlo + 1) - 1, ylo + i64::from(yhi > ylo));
        let then = match self.rng.gen_range(0..3) {
            0 => format!("assert {x} <= {last}; {x}"),
            1 => format!("narrow::<int<{xlo}..={last}>>({x})"),
            _ => format!("let t = {x} * 2 - {x}; assert t != {last}; t"),
        };
        let other = match self.rng.gen_range(0..3) {
            0 => format!("let t = narrow::<int<{first}..={yhi}>>({y}); t"),
            1 => format!("assert {y} >= {first}; {y}"),
            _ => format!("if {a} == {y} {{ assert {y} in {first}..={yhi}; {y} }} else {{ {y} }}"),
        };
        let text = format!("(if {a} {op} {b} {{ {then} }} else {{ {other} }})");
        let (lo, hi) = (xlo.min(ylo).min(2 * xlo - xhi), yhi.max(2 * xhi - xlo));
        self.bind(&text, Kind::Number(lo, hi), "guarded");
    }
}
