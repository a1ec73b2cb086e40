//! Matrices, nested loops, slices; assertions and `narrow` under conditions that depend on inputs.

use super::{Draft, Kind, Value};
use rand::Rng;

/// A matrix: its name, its sizes, the interval of its elements.
#[derive(Clone)]
struct Matrix {
    name: String,
    rows: usize,
    columns: usize,
    lo: i64,
    hi: i64,
}

impl Matrix {
    /// Largest absolute value of an element.
    fn most(&self) -> i64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Largest absolute value of a sum of products along a row.
    fn most_of_a_product(&self) -> i64 {
        self.most() * self.most() * self.columns as i64
    }
}

impl Draft {
    fn matrix(&mut self) -> Matrix {
        let matrix = |v: &Value| match v.kind {
            Kind::Matrix(rows, columns, lo, hi) => {
                Some(Matrix { name: v.name.clone(), rows, columns, lo, hi })
            }
            _ => None,
        };
        let all = self.values.iter().filter_map(matrix);
        let all: Vec<Matrix> = all.filter(|m| m.hi - m.lo < 1 << 16).collect();
        self.pick(&all).cloned().unwrap_or_else(|| {
            let (m, n) = (self.rng.gen_range(2..=3), self.rng.gen_range(2..=3));
            self.matrix_input("u3", m, n, 0, 7)
        })
    }

    fn matrix_input(&mut self, ty: &str, rows: usize, columns: usize, lo: i64, hi: i64) -> Matrix {
        let role = self.role();
        let name = self.parameter(role, &format!("{ty}[{rows}, {columns}]"));
        let kind = Kind::Matrix(rows, columns, lo, hi);
        self.values.push(Value { name: name.clone(), kind });
        Matrix { name, rows, columns, lo, hi }
    }

    pub(super) fn matrices(&mut self) {
        let a = self.matrix();
        let Matrix { name: x, rows: m, columns: n, lo, hi } = a.clone();
        match self.rng.gen_range(0..13) {
            0 => self.matrix_loop(&a),
            1 => self.matrix_branch(&a),
            2 => {
                let text = format!("sum i < {m}, j < {n} {{ (i * {n} + j) * {x}[i, j] }}");
                let k = a.most() * ((m * n) as i64).pow(2);
                self.bind(&text, Kind::Number(-k, k), "matrix sum");
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
                let k = a.most_of_a_product();
                let text = format!("{x} @ transpose({x})");
                self.bind(&text, Kind::Matrix(m, m, -k, k), "matrix product");
            }
            10 => self.product_of_two(&a),
            11 if m > 1 && n > 1 => self.window(&a),
            7 => drop(self.bind(&format!("max_columns({x})"), Kind::Tensor(n, lo, hi), "columns")),
            8 => {
                let text = format!("for i {{ sum j {{ {x}[i, j] * {x}[i, {} - j] }} }}", n - 1);
                let k = a.most_of_a_product();
                self.bind(&text, Kind::Tensor(m, -k, k), "nested loop");
            }
            _ => self.matrix_equals(&a),
        }
    }

    fn matrix_loop(&mut self, a: &Matrix) {
        let (x, m, n) = (&a.name, a.rows, a.columns);
        let text = format!("for i < {m}, j < {n} {{ (i + 2 * j) * {x}[i, j] - i }}");
        let k = a.most() * 8 + 4;
        self.bind(&text, Kind::Matrix(m, n, -k, k), "matrix loop");
    }

    fn matrix_branch(&mut self, a: &Matrix) {
        let (x, m, n, most) = (&a.name, a.rows, a.columns, a.most());
        let text =
            format!("for j < {n}, i < {m} {{ if i == j {{ {x}[i, j] }} else {{ -{x}[i, j] }} }}");
        self.bind(&text, Kind::Matrix(n, m, -most, most), "matrix branch");
    }

    fn product_of_two(&mut self, a: &Matrix) {
        let (x, m, n) = (&a.name, a.rows, a.columns);
        let k = self.rng.gen_range(2..=4);
        let u = self.matrix_input("i4", n, k, -8, 7).name;
        let most = 8 * a.most() * n as i64;
        self.bind(&format!("{x} @ {u}"), Kind::Matrix(m, k, -most, most), "product of two");
    }

    /// The sums of products of a small matrix with all parts of its size.
    fn window(&mut self, a: &Matrix) {
        let (x, m, n) = (&a.name, a.rows - 1, a.columns - 1);
        let u = self.matrix_input("i4", 2, 2, -8, 7).name;
        let text = format!(
            "for r < {m}, c < {n} {{ sum i < 2, j < 2 {{ {u}[i, j] * {x}[r + i, c + j] }} }}"
        );
        let most = 32 * a.most();
        self.bind(&text, Kind::Matrix(m, n, -most, most), "window");
    }

    /// An equality with an input of its own, element by element.
    fn matrix_equals(&mut self, a: &Matrix) {
        let (x, lo, hi) = (&a.name, a.lo, a.hi.max(a.lo + 1));
        let u = self.matrix_input(&format!("int<{lo}..={hi}>"), a.rows, a.columns, lo, hi).name;
        let text = format!("for i, j {{ assert {u}[i, j] == {x}[i, j], \"{u} on the left\"; }}");
        self.line(text, "matrix equals");
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
