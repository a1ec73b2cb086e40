//! How far numbers are from others.

/// Signal and noise of numbers that stand for floats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deviation {
    count: f64,
    squares: f64,
    /// Their mean, and the sum of the squares of how far they are from it, by Welford's recurrence: squares of large
    /// numbers would cancel.
    mean: f64,
    spread: f64,
    noise: f64,
    worst: f64,
    largest: f64,
    /// Floats that are infinite or NaN beside a number that is not the same.
    undefined: usize,
}

impl Deviation {
    /// Adds numbers beside the floats that they stand for. Where those are infinite or NaN, there is no distance.
    pub fn add(&mut self, float: &[f64], here: &[f64]) {
        for (f, h) in float.iter().zip(here) {
            if !f.is_finite() {
                self.undefined += usize::from(f != h);
                continue;
            }
            self.count += 1.0;
            self.squares += f * f;
            let before = f - self.mean;
            self.mean += before / self.count;
            self.spread += before * (f - self.mean);
            self.noise += (f - h) * (f - h);
            self.worst = self.worst.max((f - h).abs());
            self.largest = self.largest.max(f.abs());
        }
    }

    /// Whether nothing was compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0.0
    }

    /// How many floats are infinite or NaN, and the numbers beside them are not.
    #[must_use]
    pub fn undefined(&self) -> usize {
        self.undefined
    }

    /// The largest absolute difference.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.worst
    }

    /// The largest float, without its sign.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.largest
    }

    /// The root of the mean squared difference; `None` if nothing was compared.
    #[must_use]
    pub fn rmse(&self) -> Option<f64> {
        (!self.is_empty()).then(|| libm::sqrt(self.noise / self.count))
    }

    /// How far the numbers of each of several are from their own mean: the root of the mean square over all.
    pub(super) fn within(all: &[Deviation]) -> f64 {
        let sum = |f: fn(&Deviation) -> f64| all.iter().map(f).sum::<f64>();
        libm::sqrt(sum(|d| d.spread) / sum(|d| d.count).max(1.0))
    }

    /// The signal-to-noise ratio of how much each of several varies by itself, in decibels; `None` without any
    /// difference, and where none varies.
    pub(super) fn snr_within(all: &[Deviation]) -> Option<f64> {
        let (signal, noise) = all.iter().fold((0.0, 0.0), |(s, n), d| (s + d.spread, n + d.noise));
        (noise > 0.0 && signal > 0.0).then(|| 10.0 * libm::log10(signal / noise))
    }

    /// 10·log₁₀(Σ float² / Σ (float − here)²), in decibels; `None` without any difference.
    #[must_use]
    pub fn snr(&self) -> Option<f64> {
        (self.noise > 0.0).then(|| 10.0 * libm::log10(self.squares / self.noise))
    }

    /// The same of how much the floats vary: a constant that all have is no signal. `None` without any
    /// difference, and where they do not vary.
    #[must_use]
    pub fn snr_of_variation(&self) -> Option<f64> {
        let signal = self.spread;
        (self.noise > 0.0 && signal > 0.0).then(|| 10.0 * libm::log10(signal / self.noise))
    }
}

#[cfg(test)]
mod tests {
    use super::Deviation;

    #[test]
    fn signal_and_noise() {
        let mut d = Deviation::default();
        assert!(d.is_empty() && d.snr().is_none());
        d.add(&[11.0, 9.0, f64::INFINITY], &[11.0, 9.0, 5.0]);
        assert!(!d.is_empty() && d.snr().is_none() && d.worst() == 0.0);
        d.add(&[10.0, 10.0], &[10.1, 9.9]);
        // Σ f² = 402, Σ (f − 10)² = 2, Σ noise = 0.02.
        assert!((d.snr().unwrap() - 10.0 * libm::log10(402.0 / 0.02)).abs() < 1e-9);
        assert!((d.snr_of_variation().unwrap() - 20.0).abs() < 1e-9);
        assert!((d.worst() - 0.1).abs() < 1e-12);
        // Of four numbers, the infinite one left out.
        assert!((d.rmse().unwrap() - libm::sqrt(0.02 / 4.0)).abs() < 1e-12);
        assert_eq!(Deviation::default().rmse(), None);
        let mut flat = Deviation::default();
        flat.add(&[3.0, 3.0], &[3.0, 3.5]);
        assert_eq!(flat.snr_of_variation(), None);
        assert_eq!((d.undefined(), flat.undefined()), (1, 0));
        // Σ (f − mean)² = 2 beside numbers whose squares have no digits left for it.
        let mut far = Deviation::default();
        far.add(&[1e9 - 1.0, 1e9 + 1.0], &[1e9 - 1.1, 1e9 + 1.1]);
        assert!((far.snr_of_variation().unwrap() - 20.0).abs() < 1e-3);
    }
}
