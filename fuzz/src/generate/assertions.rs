//! Assertions: equalities with an input of their own, which the judge makes hold and fail, and others.

use super::Draft;
use rand::Rng;

impl Draft {
    pub(super) fn assertion(&mut self) {
        match self.rng.gen_range(0..10) {
            0..=3 => self.digits_of_an_input(),
            4..=6 => self.input_equals(),
            7 => self.product_equals(),
            _ => self.relation(),
        }
    }

    /// `assert v == Σ 2^i·b[i]` for digits that are there and a new input.
    fn digits_of_an_input(&mut self) {
        let Some((b, n)) = self.digits() else { return self.hinted_digits() };
        let (sum, hi) = self.sum_of(&b, n);
        let v = self.input_for(0, hi);
        self.equality(&v, &sum, "digits of an input");
    }

    /// `assert v == x` for a new input.
    fn input_equals(&mut self) {
        let (x, lo, hi) = self.number();
        if hi - lo > 1 << 20 {
            return;
        }
        let v = self.input_for(lo, hi);
        self.equality(&v, &x, "input equals");
    }

    /// `assert v == x·y` for a new input: a product that may stand there already.
    fn product_equals(&mut self) {
        let (x, xlo, xhi) = self.number();
        let (y, ylo, yhi) = self.number();
        let most = xlo.abs().max(xhi.abs()).saturating_mul(ylo.abs().max(yhi.abs()));
        if most > 1 << 20 {
            return;
        }
        let v = self.input_for(-most, most);
        self.equality(&v, &format!("{x} * {y}"), "product equals");
    }

    /// An assertion that random inputs may fail.
    fn relation(&mut self) {
        let (x, lo, hi) = self.number();
        let (y, ..) = self.number();
        let text = match self.rng.gen_range(0..4) {
            0 => format!("assert {x} <= {y};"),
            1 => format!("assert {x} != {y};"),
            2 => {
                let (a, b) = (self.rng.gen_range(lo..=hi), self.rng.gen_range(lo..=hi));
                format!("assert {x} in {}..={};", a.min(b), a.max(b))
            }
            _ => format!("assert {x} < {y} + 3;"),
        };
        self.line(text, "relation");
    }

    /// An input that holds an interval, so that an equality with it can hold.
    fn input_for(&mut self, lo: i64, hi: i64) -> String {
        let ty = match (lo, hi) {
            (0, hi) if (hi + 1).count_ones() == 1 && hi > 0 => {
                format!("u{}", (hi + 1).trailing_zeros())
            }
            _ => format!("int<{lo}..={}>", hi.max(lo + 1)),
        };
        self.input_of(ty, (lo, hi.max(lo + 1)), 1)
    }

    /// An equality whose message names the input that makes it hold.
    pub(super) fn equality(&mut self, input: &str, expression: &str, feature: &'static str) {
        let text = match self.rng.gen_range(0..3) {
            0 => format!("assert {expression} == {input}, \"{input} on the right\";"),
            _ => format!("assert {input} == {expression}, \"{input} on the left\";"),
        };
        self.line(text, feature);
    }
}
