//! Fractions with small denominators.

/// A positive fraction.
pub(super) type Fraction = (i128, i128);

/// Largest numerator and denominator.
const LARGEST: i128 = 1 << 60;

/// The fraction with the smallest denominator strictly between two others, the second of which may
/// be infinite; none if it is not short.
pub(super) fn simplest(low: Fraction, high: Option<Fraction>) -> Option<Fraction> {
    // A continued fraction: its whole parts, outermost first.
    let (mut low, mut high) = (low, high);
    let mut wholes = vec![];
    loop {
        let whole = low.0.div_euclid(low.1);
        if high.is_none_or(|h| (whole + 1) * h.1 < h.0) {
            wholes.push(whole + 1);
            break;
        }
        wholes.push(whole);
        let rest = low.0 - whole * low.1;
        let next = high.map_or((1, 1), |h| (h.1, h.0 - whole * h.1));
        high = (rest != 0).then_some((low.1, rest));
        low = next;
    }
    let mut fraction = (wholes.pop()?, 1);
    while let Some(whole) = wholes.pop() {
        fraction = (whole.checked_mul(fraction.0)?.checked_add(fraction.1)?, fraction.0);
        if fraction.0 > LARGEST || fraction.1 > LARGEST {
            return None;
        }
    }
    (fraction.0 <= LARGEST && fraction.1 <= LARGEST).then_some(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_fractions() {
        assert_eq!(simplest((0, 1), None), Some((1, 1)));
        assert_eq!(simplest((0, 1), Some((1, 1))), Some((1, 2)));
        assert_eq!(simplest((1, 3), Some((1, 2))), Some((2, 5)));
        assert_eq!(simplest((31, 10), Some((32, 10))), Some((19, 6)));
        assert_eq!(simplest((1 << 61, (1 << 61) + 1), Some((1, 1))), None);
    }
}
