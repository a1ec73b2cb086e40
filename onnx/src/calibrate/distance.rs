//! How far results are from others.

use crate::tensor::{Tensor, Values};

/// The largest error counts as a root of a mean square that is smaller by this: samples in doubt are few, and
/// a mean over many certain ones hides them.
const PEAK: f64 = 4.0;

/// How far results are from those that they stand for: of numbers the root of the mean square, as a
/// part of how much they vary; of integers the part that differs. The largest over all outputs and, where they
/// have few, over their columns, which may be of different sizes.
pub(super) fn distance(expected: &[Vec<Tensor>], got: &[Vec<Tensor>]) -> f64 {
    let outputs = expected.first().map_or(0, Vec::len);
    let one = |k: usize| {
        let pairs = expected.iter().zip(got).filter_map(|(a, b)| Some((a.get(k)?, b.get(k)?)));
        let mut columns: Vec<Sums> = vec![];
        for (a, b) in pairs {
            let own = a.shape().last().copied().filter(|n| (1..=COLUMNS).contains(n)).unwrap_or(1);
            columns.resize(own, Sums::default());
            Sums::add(&mut columns, a, b);
        }
        let all = columns.iter().map(Sums::variance).fold(0.0, f64::max);
        columns.iter().map(|c| c.distance(all)).fold(0.0, f64::max)
    };
    (0..outputs).map(one).fold(0.0, f64::max)
}

/// Columns that are looked at one by one.
const COLUMNS: usize = 64;
/// What varies by less than this part of the column that varies most, squared, is noise.
const NOISE: f64 = 1e-16;

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
    errors: f64,
    largest: f64,
    lo: f64,
    hi: f64,
    whole: bool,
}

impl Sums {
    fn add(columns: &mut [Sums], a: &Tensor, b: &Tensor) {
        let whole = !matches!(a.values, Values::Float(_));
        let (Ok(a), Ok(b), count) = (a.to_floats(), b.to_floats(), columns.len()) else { return };
        for (k, (a, b)) in a.iter().zip(b.iter()).enumerate().filter(|(_, (a, _))| a.is_finite()) {
            let own = &mut columns[k % count];
            own.whole = whole;
            own.count += 1.0;
            own.sum += a;
            own.squares += a * a;
            let error = if whole { f64::from(u8::from(a != b)) } else { (a - b) * (a - b) };
            own.errors += if error.is_finite() { error } else { f64::MAX };
            own.largest = own.largest.max((a - b).abs());
            let first = own.count == 1.0;
            (own.lo, own.hi) = if first { (*a, *a) } else { (own.lo.min(*a), own.hi.max(*a)) };
        }
    }

    fn variance(&self) -> f64 {
        let n = self.count.max(1.0);
        (self.squares - self.sum * self.sum / n).max(0.0) / n
    }

    /// Where some column varies by `most`, squared.
    fn distance(&self, most: f64) -> f64 {
        let n = self.count.max(1.0);
        if self.whole || self.errors == 0.0 {
            return self.errors / n;
        }
        let size = self.variance().max(NOISE * most).max(1e-24 * self.squares / n);
        let reach = (self.hi - self.lo).max(size.sqrt());
        (self.errors / n / size).sqrt().max(self.largest / reach / PEAK)
    }
}
