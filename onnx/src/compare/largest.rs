//! Where the largest number of a row is: a class, if that is what the row is for.
//!
//! Nothing says whether it is. A model of several numbers that have nothing to do with each other has a largest one
//! too, and where two are nearly equal an error that is right for both may put the other first. So a place that
//! differs counts only where the numbers of a row are not told apart any more: where what they are beside the mean
//! of their row varies too little beside its error, or the model itself has them farther apart than errors are.

use super::Deviation;

/// Rows of a result, of samples of which each is one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Largest {
    rows: usize,
    same: usize,
    /// By how much the model's largest is above what the circuit has as the largest, where that is another.
    margins: Vec<f64>,
    /// Each place of a row, beside the mean of its row.
    places: Vec<Deviation>,
}

impl Largest {
    /// Adds a row.
    pub(super) fn add(&mut self, float: &[f64], here: &[f64]) {
        self.rows += 1;
        let (Some(best), Some(found)) = (largest(float), largest(here)) else {
            self.same += usize::from(largest(float) == largest(here));
            return;
        };
        // Of equal ones, none is the largest.
        let margin = float[best] - float[found];
        if margin == 0.0 {
            self.same += 1;
        } else {
            self.margins.push(margin);
        }
        self.places.resize(float.len(), Deviation::default());
        let mean = |row: &[f64]| row.iter().sum::<f64>() / row.len().max(1) as f64;
        let (mid, middle) = (mean(float), mean(here));
        for (place, (f, h)) in self.places.iter_mut().zip(float.iter().zip(here)) {
            place.add(&[f - mid], &[h - middle]);
        }
    }

    /// On how many rows the largest number is at the same place; `None` where no sample is one row of several.
    #[must_use]
    pub fn same(&self) -> Option<usize> {
        (self.rows > 0).then_some(self.same)
    }

    /// Whether it is elsewhere on more rows than `agreement` leaves, as rows vary by less than `snr` decibels beside
    /// their error; or elsewhere on as many where the model has two numbers farther apart than two errors are.
    #[must_use]
    pub fn falls_short(&self, agreement: f64, snr: f64) -> bool {
        let rare = |n: usize| (n as f64) < agreement * self.rows as f64;
        if self.rows == 0 || !rare(self.same) {
            return false;
        }
        // Of one sample nothing varies.
        let contrast = Deviation::snr_within(&self.places).or_else(|| {
            let all = self.places.iter().map(|p| (p.largest(), p.worst()));
            let (size, worst) = all.fold((0.0, 0.0), |(a, b), (c, d)| (a + c * c, b + d * d));
            (worst > 0.0).then(|| 10.0 * libm::log10(size / worst))
        });
        let squares = self.places.iter().filter_map(|p| p.rmse()).map(|e| e * e).sum::<f64>();
        // The error of a difference of two: the mean of a row has its part of each.
        let error = libm::sqrt(2.0 * squares / self.places.len().saturating_sub(1).max(1) as f64);
        let clear = self.margins.iter().filter(|m| **m > error).count();
        contrast.is_some_and(|c| c < snr) || rare(self.rows - clear)
    }
}

/// Where the largest number is, the first of equal ones; `None` without a number.
fn largest(row: &[f64]) -> Option<usize> {
    let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter().position(|v| *v == best)
}

#[cfg(test)]
mod tests {
    use super::Largest;

    /// Of rows with numbers that look like chance, between −1 and 1.
    fn of(rows: usize, row: impl Fn(&mut dyn FnMut() -> f64) -> (Vec<f64>, Vec<f64>)) -> Largest {
        let mut state = 1u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
        };
        let mut all = Largest::default();
        for _ in 0..rows {
            let (float, here) = row(&mut next);
            all.add(&float, &here);
        }
        all
    }

    /// Scores that rise and fall together, and are told apart by far less: an error that is nothing beside them is
    /// all that decides.
    #[test]
    fn classes_that_hide_behind_what_all_scores_share() {
        let all = of(64, |next| {
            let common = 100.0 * next();
            let float: Vec<f64> = (0..4).map(|_| common + next()).collect();
            let here = float.iter().map(|v| v + 2.0 * next()).collect();
            (float, here)
        });
        assert!(all.same().unwrap() < 48, "{:?}", all.same());
        assert!(all.falls_short(0.9, 10.0));
        // Whoever asks for none of them to agree gets no warning.
        assert!(!all.falls_short(0.0, 10.0));
    }

    /// One class is always taken for another, though errors are small for most rows.
    #[test]
    fn a_class_that_is_another_one() {
        let all = of(64, |next| {
            let first = next() > 0.5;
            let float = vec![if first { 3.0 } else { 0.0 }, 2.0 + 0.1 * next(), 0.1 * next()];
            let here = vec![if first { 1.0 } else { 0.0 }, float[1], float[2]];
            (float, here)
        });
        assert!(all.falls_short(0.9, 10.0));
    }

    /// Two targets of a regression that are often nearly the same: each is right, whichever is larger.
    #[test]
    fn numbers_that_are_no_classes() {
        let all = of(64, |next| {
            let float = vec![10.0 * next(), 10.0 * next()];
            let here = float.iter().map(|v| v + 0.5 * next()).collect();
            (float, here)
        });
        assert!(all.same().unwrap() < 64 && !all.falls_short(0.95, 10.0), "{:?}", all.same());
    }

    #[test]
    fn equal_ones() {
        let mut all = Largest::default();
        all.add(&[0.0, 0.0, -1.0], &[-0.01, 0.0, -1.0]);
        all.add(&[f64::NAN, f64::NAN], &[0.0, 1.0]);
        assert_eq!(all.same(), Some(1));
        assert_eq!(Largest::default().same(), None);
    }
}
