//! Integers of quantized tensors, and real numbers that stand for them one by one: they are equal, or they are
//! others. How near others are is nothing that counts.

/// How many are others than the model's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Integers {
    /// Those that are others.
    pub differ: usize,
    /// All that were compared.
    pub of: usize,
}

/// How far a number may be from another, for its size, and still stand for the same integer: what is dequantized is
/// rounded to a float of 32 bits on one side, and 16 bits have steps of 2⁻¹⁶ of the largest.
const ROUNDED: f64 = 1.0 / (1 << 20) as f64;

impl Integers {
    /// Adds numbers beside those that they should be.
    pub(super) fn add(&mut self, float: &[f64], here: &[f64]) {
        let differs = |(f, h): &(&f64, &f64)| (*f - *h).abs() > ROUNDED * f.abs().max(h.abs());
        self.of += float.len();
        self.differ += float.iter().zip(here).filter(differs).count();
    }

    /// That there are others; nothing where all are equal.
    pub(super) fn words(&self) -> String {
        let Integers { differ, of } = self;
        let are = if *differ == 1 { "is another" } else { "are others" };
        match differ {
            0 => String::new(),
            _ => format!("{differ} of {of} integers of quantized results {are} than the model's"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Integers;

    #[test]
    fn one_step_is_another_integer() {
        let step = 0.023_7f32;
        let mut found = Integers::default();
        for q in -32_768i32..32_768 {
            let f = f64::from(q as f32 * step);
            found.add(&[f], &[f64::from(q) * f64::from(step)]);
        }
        assert_eq!((found.differ, found.of, found.words()), (0, 65_536, String::new()));
        let next = |q: i32| (f64::from(q as f32 * step), f64::from(q + 1) * f64::from(step));
        for (f, h) in (-32_768i32..32_767).map(next) {
            found.add(&[f], &[h]);
        }
        assert_eq!(found.differ, 65_535);
        assert!(found.words().starts_with("65535 of 131071 integers of quantized results are"));
    }
}
