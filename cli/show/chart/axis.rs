//! Axes: where ticks stand and what is written at them.

/// Most intervals between ticks.
const INTERVALS: f64 = 7.0;
/// Fewest ticks of a logarithmic axis that are round numbers; a shorter one has those of a linear axis.
const FEWEST: usize = 3;

/// What the numbers of an axis are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Numbers.
    Plain,
    /// Numbers without a part behind the point.
    Whole,
    /// Percentages.
    Percent,
    /// Times, given in milliseconds.
    Millis,
}

/// An axis.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) name: String,
    unit: Unit,
    log: bool,
    /// In place of numbers: what stands at 0, 1, 2, …
    words: Vec<String>,
}

impl Axis {
    pub(crate) fn linear(name: &str, unit: Unit) -> Axis {
        Axis { name: name.into(), unit, log: false, words: vec![] }
    }

    pub(crate) fn logarithmic(name: &str, unit: Unit) -> Axis {
        Axis { log: true, ..Axis::linear(name, unit) }
    }

    /// An axis of things that are no numbers: they stand at 0, 1, 2, …
    pub(crate) fn of_words(name: &str, words: Vec<String>) -> Axis {
        Axis { words, ..Axis::linear(name, Unit::Plain) }
    }

    /// Where a number stands.
    pub(super) fn place(&self, v: f64) -> f64 {
        if self.log { libm::log10(v.max(f64::MIN_POSITIVE)) } else { v }
    }

    /// Whether a number has a place.
    pub(super) fn has(&self, v: f64) -> bool {
        v.is_finite() && (!self.log || v > 0.0)
    }

    /// The ends, in places, with room beside the outermost numbers.
    pub(super) fn ends(&self, values: impl Iterator<Item = f64>) -> (f64, f64) {
        let places: Vec<f64> = values.filter(|v| self.has(*v)).map(|v| self.place(v)).collect();
        let lo = places.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return (0.0, 1.0);
        }
        let least = if self.log { 0.1 } else { lo.abs().max(hi.abs()).max(1.0) * 1e-3 };
        let room = ((hi - lo) * 0.08).max(least);
        (lo - room, hi + room)
    }

    /// Places of ticks between two ends, and what is written there: neighbours are never the same.
    pub(super) fn ticks(&self, (from, to): (f64, f64)) -> Vec<(f64, String)> {
        if !self.words.is_empty() {
            let all = self.words.iter().enumerate().map(|(k, w)| (k as f64, w.clone()));
            return all.filter(|(k, _)| (from..=to).contains(k)).collect();
        }
        if !self.log {
            return self.evenly(from, to);
        }
        let value = |place: f64| libm::pow(10.0, place);
        let round = self.round(value(from), value(to));
        if round.len() >= FEWEST {
            return round;
        }
        let even = self.evenly(value(from), value(to)).into_iter();
        even.filter(|(v, _)| *v > 0.0).map(|(v, text)| (self.place(v), text)).collect()
    }

    /// Multiples of a round step.
    fn evenly(&self, from: f64, to: f64) -> Vec<(f64, String)> {
        let wanted = (to - from) / INTERVALS;
        let decade = libm::floor(libm::log10(wanted));
        let size = libm::pow(10.0, decade);
        let step = [1.0, 2.0, 5.0, 10.0].map(|s| s * size).into_iter().find(|s| *s >= wanted);
        let step = step.unwrap_or(10.0 * size);
        let step = if self.unit == Unit::Whole { step.max(1.0) } else { step };
        let digits = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0) as usize;
        // Nothing is more than all.
        let to = if self.unit == Unit::Percent { to.min(100.0) } else { to };
        let first = libm::ceil(from / step - 1e-9) as i64;
        let last = libm::floor(to / step + 1e-9) as i64;
        let tick = |k: i64| (k as f64 * step, self.text(k as f64 * step, Some(digits)));
        (first..=last).map(tick).collect()
    }

    /// 1, 2, 5, 10, … between two numbers, and more of a decade if there are few.
    fn round(&self, from: f64, to: f64) -> Vec<(f64, String)> {
        let decades = libm::log10(to / from);
        let steps: &[u32] = match decades {
            d if d > 6.0 => &[1],
            d if d > 1.3 => &[1, 2, 5],
            _ => &[1, 2, 3, 4, 5, 6, 8],
        };
        let [first, last] = [from, to].map(|v| libm::floor(libm::log10(v)) as i32);
        let all = (first..=last).flat_map(|d| steps.iter().map(move |s| (*s, d)));
        // As text, so that 3·10⁻¹ is 0.3 and nothing else.
        let number = |(s, d): (u32, i32)| format!("{s}e{d}").parse::<f64>().ok();
        let inside = all.filter_map(number).filter(|v| (from..=to).contains(v));
        inside.map(|v| (self.place(v), self.text(v, None))).collect()
    }

    /// A number of the axis with so many digits behind the point, or as many as it has.
    fn text(&self, v: f64, digits: Option<usize>) -> String {
        let plain = |v: f64, digits: Option<usize>| match digits {
            Some(d) => format!("{v:.d$}"),
            None if v != 0.0 && !(1e-4..1e15).contains(&v.abs()) => format!("{v:e}"),
            None => format!("{v}"),
        };
        match self.unit {
            Unit::Percent => format!("{} %", plain(v, digits)),
            Unit::Millis if v.abs() >= 1000.0 => {
                format!(
                    "{} s",
                    plain(v / 1000.0, digits.map(|d| d + 3))
                        .trim_end_matches('0')
                        .trim_end_matches('.')
                )
            }
            Unit::Millis => format!("{} ms", plain(v, digits)),
            Unit::Plain | Unit::Whole
                if v.abs() >= 1000.0 && digits.unwrap_or(0) == 0 && v > 0.0 && v < 1e15 =>
            {
                crate::show::number::grouped(v as usize)
            }
            Unit::Plain | Unit::Whole => plain(v, digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(axis: &Axis, from: f64, to: f64) -> Vec<String> {
        axis.ticks((axis.place(from), axis.place(to))).into_iter().map(|(_, t)| t).collect()
    }

    #[test]
    fn round_numbers() {
        let time = Axis::logarithmic("", Unit::Millis);
        assert_eq!(
            texts(&time, 9.0, 4000.0),
            ["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s", "2 s"]
        );
        let short = Axis::logarithmic("", Unit::Plain);
        assert_eq!(
            texts(&short, 1100.0, 1400.0),
            ["1,100", "1,150", "1,200", "1,250", "1,300", "1,350", "1,400"]
        );
        let error = Axis::linear("", Unit::Plain);
        assert_eq!(texts(&error, 0.6, 0.64), ["0.60", "0.61", "0.62", "0.63", "0.64"]);
        let percent = texts(&Axis::linear("", Unit::Percent), 95.0, 101.0);
        assert_eq!((percent[0].as_str(), percent.last().unwrap().as_str()), ("95 %", "100 %"));
        assert_eq!(
            texts(&Axis::of_words("", vec!["i8".into(), "i16".into()]), -0.1, 1.1),
            ["i8", "i16"]
        );
    }

    proptest! {
        #[test]
        fn neighbours_differ(from in 1e-6..1e9f64, ratio in 1.001..1e6f64, log in any::<bool>(), time in any::<bool>()) {
            let unit = if time { Unit::Millis } else { Unit::Plain };
            let axis = if log { Axis::logarithmic("", unit) } else { Axis::linear("", unit) };
            let found = texts(&axis, from, from * ratio);
            prop_assert!((2..=40).contains(&found.len()), "{found:?}");
            for pair in found.windows(2) {
                prop_assert!(pair[0] != pair[1], "{found:?}");
            }
        }

        #[test]
        fn ends_are_outside_of_everything(values in proptest::collection::vec(1e-9..1e9f64, 1..9), log in any::<bool>()) {
            let axis = if log { Axis::logarithmic("", Unit::Plain) } else { Axis::linear("", Unit::Plain) };
            let (lo, hi) = axis.ends(values.iter().copied());
            for v in values {
                prop_assert!(lo < axis.place(v) && axis.place(v) < hi);
            }
        }
    }
}
