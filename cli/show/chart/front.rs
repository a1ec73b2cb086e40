//! The Pareto front: points that no other is better than in both respects.

/// What is better in y; in x less is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// The points on the front, by their places in the list, from the least x on. Equal points are on it together.
pub(crate) fn front(points: &[(f64, f64)], better: Better) -> Vec<usize> {
    let up = |y: f64| if better == Better::Higher { y } else { -y };
    let beaten = |(x, y): &(f64, f64)| {
        let no_worse = |p: &&(f64, f64)| p.0 <= *x && up(p.1) >= up(*y);
        points.iter().filter(no_worse).any(|p| p.0 < *x || up(p.1) > up(*y))
    };
    let sound = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
    let all = points.iter().enumerate().filter(|(_, p)| sound(p) && !beaten(p));
    let mut all: Vec<usize> = all.map(|(k, _)| k).collect();
    all.sort_by(|a, b| points[*a].0.total_cmp(&points[*b].0));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nothing_beats() {
        let points = [(3.0, 0.9), (1.0, 0.5), (2.0, 0.9), (4.0, 0.95), (1.0, 0.4), (5.0, 0.95)];
        assert_eq!(front(&points, Better::Higher), [1, 2, 3]);
        assert_eq!(front(&points, Better::Lower), [4]);
        assert_eq!(front(&[(1.0, 1.0), (1.0, 1.0), (f64::NAN, 9.0)], Better::Higher), [0, 1]);
        assert!(front(&[], Better::Higher).is_empty());
    }

    proptest! {
        #[test]
        fn each_point_is_on_it_or_beaten_by_one_that_is(points in proptest::collection::vec((0..9u8, 0..9u8), 1..30)) {
            let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
            let on = front(&points, Better::Lower);
            for (k, (x, y)) in points.iter().enumerate() {
                let as_good = on.iter().any(|o| points[*o].0 <= *x && points[*o].1 <= *y);
                prop_assert!(as_good);
                let strictly = points.iter().any(|p| p.0 <= *x && p.1 <= *y && (p.0 < *x || p.1 < *y));
                prop_assert_eq!(on.contains(&k), !strictly);
            }
        }
    }
}
