//! What loses information or converts: rounding, clamping, `raw`, `as` and `narrow` of scaled numbers.

use super::{Draft, Kind};
use rand::Rng;

impl Draft {
    /// A call that loses information, to a type that holds what comes.
    pub(super) fn rounding(&mut self) {
        let (x, lo, hi, f) = self.scaled();
        let g = self.rng.gen_range(0..=f);
        if self.one_in(2) {
            let a = self.rng.gen_range(1..=4u32);
            let ty = if g == 0 { format!("i{}", a + 1) } else { format!("q{a}.{g}") };
            let call = ["clamp_to", "even_clamp_to", "away_clamp_to"][self.rng.gen_range(0..3)];
            let most = 1i64 << (a + g);
            let text = format!("{call}::<{ty}>({x})");
            let inner = if self.one_in(4) { format!("relu({text})") } else { text };
            return self.number_or_scaled(&inner, (-most, most - 1, g), "clamp scaled");
        }
        let calls =
            ["floor_to", "ceil_to", "round_to", "half_down_to", "even_to", "away_to", "trunc_to"];
        let call = calls[self.rng.gen_range(0..calls.len())];
        let (lo, hi) = (lo >> (f - g), (hi >> (f - g)) + 1);
        let step = 1.0 / f64::from(1u32 << g);
        let ty = format!("fix<{lo}..={hi}, {step}>");
        let ty = if g == 0 { format!("int<{lo}..={hi}>") } else { ty };
        self.number_or_scaled(&format!("{call}::<{ty}>({x})"), (lo, hi, g), "rounding");
    }

    /// A value that is an integer where its step is 1.
    fn number_or_scaled(&mut self, text: &str, all: (i64, i64, u32), feature: &'static str) {
        match all {
            (lo, hi, 0) => drop(self.bind(text, Kind::Number(lo, hi), feature)),
            all => self.keep(text, all, feature),
        }
    }

    /// `raw`, `as`, `narrow`, and back to a scale.
    pub(super) fn conversion(&mut self) {
        let (x, lo, hi, f) = self.scaled();
        match self.rng.gen_range(0..4) {
            0 => drop(self.bind(&format!("raw({x})"), Kind::Number(lo, hi), "raw")),
            1 => {
                let g = (f + self.rng.gen_range(0..=2)).max(1);
                let (lo, hi) = (lo << (g - f), (hi << (g - f)) + 3);
                let step = 1.0 / f64::from(1u32 << g);
                self.keep(&format!("({x} as fix<{lo}..={hi}, {step}>)"), (lo, hi, g), "as");
            }
            2 if hi - lo > 4 && f > 0 => {
                let (lo, hi) = (lo + 1, hi - 1);
                let step = 1.0 / f64::from(1u32 << f);
                let text = format!("narrow::<fix<{lo}..={hi}, {step}>>({x})");
                self.keep(&text, (lo, hi, f), "narrow");
            }
            _ => {
                let (y, lo, hi) = self.number();
                let f = self.rng.gen_range(1..=3u32);
                self.keep(&format!("{y} / {}", 1 << f), (lo, hi, f), "step");
            }
        }
    }
}
