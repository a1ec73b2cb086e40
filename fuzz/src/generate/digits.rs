//! Values taken apart into binary digits, and digits put together again.

use super::{Draft, Kind, Value};
use rand::Rng;

/// Binary digits of the largest number of an interval that starts at 0 or above.
fn bits(hi: i64) -> usize {
    (64 - hi.max(1).leading_zeros()) as usize
}

impl Draft {
    /// A number that is not negative, with the digits that it needs.
    fn natural(&mut self) -> Option<(String, usize)> {
        (0..8).find_map(|_| {
            let (x, lo, hi) = self.number();
            (lo >= 0 && hi < 1 << 14).then(|| (x, bits(hi)))
        })
    }

    /// By the library.
    pub(super) fn take_apart(&mut self) {
        let Some((x, n)) = self.natural() else { return };
        let n = n + usize::from(self.one_in(4));
        self.bind(&format!("bits::<{n}>({x})"), Kind::Digits(n), "bits");
    }

    /// By a hint of its own, now and then with another weight order or another value beside it.
    pub(super) fn hinted_digits(&mut self) {
        let Some((x, n)) = self.natural() else { return };
        let b = self.name("b");
        self.line(format!("let {b}: bit[{n}] = hint to_bits({x});"), "hinted digits");
        let sum = format!("sum i < {n} {{ 2 ** i * {b}[i] }}");
        let text = match self.rng.gen_range(0..3) {
            0 => format!("assert {x} == {sum};"),
            1 => format!("assert {sum} == {x};"),
            _ => format!("assert {x} - ({sum}) == 0;"),
        };
        self.line(text, "recomposition");
        self.values.push(Value { name: b, kind: Kind::Digits(n) });
    }

    /// A sum of digits that are there already, with all of them or fewer, as a value.
    pub(super) fn put_together(&mut self) {
        let Some((b, n)) = self.digits() else { return self.take_apart() };
        let (text, hi) = self.sum_of(&b, n);
        self.bind(&text, Kind::Number(0, hi), "sum of digits");
    }

    /// A weighted sum of digits and its largest value.
    pub(super) fn sum_of(&mut self, b: &str, n: usize) -> (String, i64) {
        match self.rng.gen_range(0..6) {
            0 if n > 1 => {
                let m = self.rng.gen_range(1..n);
                (format!("(sum i < {m} {{ 2 ** i * {b}[i] }})"), (1 << m) - 1)
            }
            1 => (format!("(sum i < {n} {{ {b}[i] }})"), n as i64),
            2 => {
                let last = n - 1;
                (format!("(sum i < {n} {{ 2 ** i * {b}[{last} - i] }})"), (1 << n) - 1)
            }
            _ => (format!("(sum i < {n} {{ 2 ** i * {b}[i] }})"), (1 << n) - 1),
        }
    }
}
