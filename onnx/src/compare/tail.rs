//! What is left of small numbers beside large ones: as of an exponential, whose numbers are of all sizes, and of
//! which one step for all leaves only the largest.

/// Numbers other than 0, and those of which less than half is right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tail {
    numbers: usize,
    lost: usize,
    negative: bool,
    /// The largest that is lost.
    largest: f64,
}

impl Tail {
    /// From this part on it is told.
    const TOLD: f64 = 0.125;
    /// From this part on it is too much, if none is negative: others come close to 0 on their way.
    const MOST: f64 = 0.5;

    pub(super) fn add(&mut self, float: &[f64], here: &[f64]) {
        for (f, h) in float.iter().zip(here).filter(|(f, _)| f.is_finite() && **f != 0.0) {
            self.numbers += 1;
            self.negative |= *f < 0.0;
            if (f - h).abs() > f.abs() / 2.0 {
                self.lost += 1;
                self.largest = self.largest.max(f.abs());
            }
        }
    }

    /// The part of the numbers that is lost.
    #[must_use]
    pub fn part(&self) -> f64 {
        self.lost as f64 / self.numbers.max(1) as f64
    }

    pub(super) fn is_lost(&self) -> bool {
        !self.negative && self.part() > Tail::MOST
    }

    /// What is to be said of the tail of a result.
    pub(super) fn words(&self, name: &str) -> String {
        if self.part() <= Tail::TOLD {
            return String::new();
        }
        let (part, largest) = (100.0 * self.part(), self.largest);
        format!(
            "; {part:.0} % of the numbers of `{name}` are off by more than half, the largest of them {largest:.1e}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Tail;

    fn rounded(float: &[f64], step: f64) -> Tail {
        let mut tail = Tail::default();
        let here: Vec<f64> = float.iter().map(|v| (v / step).round() * step).collect();
        tail.add(float, &here);
        tail
    }

    #[test]
    fn small_numbers_of_an_exponential() {
        let all: Vec<f64> = (-70..=70).map(|k| libm::exp(f64::from(k) / 10.0)).collect();
        // Below half a step nothing is left, and from two thirds on less than half of a number is wrong: lost are those
        // from e^−7 to e^1.6.
        let tail = rounded(&all, 8.0);
        assert!(tail.is_lost() && (0.5..0.7).contains(&tail.part()), "{tail:?}");
        assert!(tail.words("y").starts_with("; 62 % of the numbers of `y`"), "{}", tail.words("y"));
        assert!(!rounded(&all, 0.01).is_lost() && rounded(&all, 0.001).words("y").is_empty());
    }

    #[test]
    fn numbers_on_both_sides_come_close_to_0() {
        let all: Vec<f64> = (-64..64).map(|k| f64::from(k) + 0.4).collect();
        let tail = rounded(&all, 2.0);
        assert!(tail.part() < 0.02 && tail.words("y").is_empty());
        let all: Vec<f64> = (0..100).map(|k| if k < 40 { 3.0 } else { -1e-4 }).collect();
        let tail = rounded(&all, 0.1);
        assert!(tail.part() > 0.5 && !tail.is_lost() && !tail.words("y").is_empty());
    }
}
