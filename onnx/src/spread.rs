//! Some of many samples, where looking at all would take too long.
//!
//! Data are often in an order: one class after the other, or by turns. Every n-th sample of such data can be
//! of one kind alone, and the first ones are. So samples are taken in an order that has nothing to do with
//! theirs, which is the same for everybody who asks.

/// At most so many of the samples, in their order.
pub(crate) fn spread<T>(all: &[T], most: usize) -> Vec<&T> {
    if all.len() <= most {
        return all.iter().collect();
    }
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|k| mixed(*k as u64));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|k| &all[k]).collect()
}

/// SplitMix64 (Steele, Lea, Flood 2014): a permutation of the 64-bit numbers without visible order.
fn mixed(k: u64) -> u64 {
    let z = k.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn every_period_is_seen() {
        for (n, most) in [(128, 64), (256, 64), (1000, 16), (512, 256)] {
            let all: Vec<usize> = (0..n).collect();
            let some = spread(&all, most);
            assert_eq!(some.len(), most);
            assert!(some.is_sorted());
            for period in [2, 4, 8] {
                // About as many of each kind as there are: within four standard deviations.
                let expected = most as f64 / f64::from(period);
                for kind in 0..period {
                    let seen =
                        some.iter().filter(|k| ***k % period as usize == kind as usize).count();
                    let apart = (seen as f64 - expected).abs();
                    assert!(
                        apart <= 4.0 * expected.sqrt(),
                        "{seen} of {most} are {kind} mod {period}"
                    );
                }
            }
        }
        assert_eq!(spread(&[1, 2, 3], 3), [&1, &2, &3]);
        assert_eq!(spread::<u8>(&[], 3), Vec::<&u8>::new());
    }
}
