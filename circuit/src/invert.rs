//! From an element of a destination back to the indices that write to it.

use crate::{Access, Term, Weight, access::AccessError};

/// An injective access with nested strides, turned around: each stride is longer than all smaller
/// ones together reach, so that dividing by one after the other finds the only index.
#[derive(Clone, Debug)]
pub(crate) struct Inverse {
    /// Lowest offset.
    min: i64,
    /// Highest offset.
    max: i64,
    /// Dimension, extent and stride, longest stride first, without dimensions of extent 1.
    dims: Vec<(usize, usize, i64)>,
    rank: usize,
}

impl Inverse {
    /// Turns an access around. `None` if the space is empty; an error if strides are not nested.
    pub(crate) fn new(access: &Access, extents: &[usize]) -> Result<Option<Inverse>, AccessError> {
        let Some((min, max)) = access.range(extents)? else { return Ok(None) };
        let mut dims: Vec<_> = (0..extents.len())
            .filter(|&k| extents[k] > 1)
            .map(|k| (k, extents[k], access.strides[k]))
            .collect();
        dims.sort_by_key(|&(_, _, stride)| std::cmp::Reverse(stride.unsigned_abs()));
        let mut reach = 0u64;
        for &(_, extent, stride) in dims.iter().rev() {
            if stride.unsigned_abs() <= reach {
                return Err(AccessError::NotInjective);
            }
            // Cannot overflow: the range, which is all reaches together, did not.
            reach += (extent as u64 - 1) * stride.unsigned_abs();
        }
        Ok(Some(Inverse { min, max, dims, rank: extents.len() }))
    }

    /// The index whose offset is `at`, if any.
    pub(crate) fn index(&self, at: i64) -> Option<Vec<usize>> {
        if at < self.min || at > self.max {
            return None;
        }
        let mut index = vec![0; self.rank];
        let mut rest = at.abs_diff(self.min);
        for &(k, extent, stride) in &self.dims {
            let steps =
                usize::try_from(rest / stride.unsigned_abs()).ok().filter(|&s| s < extent)?;
            rest %= stride.unsigned_abs();
            index[k] = if stride < 0 { extent - 1 - steps } else { steps };
        }
        (rest == 0).then_some(index)
    }
}

/// What one term adds to one element of its destination: reads of the source and of the constant.
pub(crate) fn reads(term: &Term, free: &[usize], mut each: impl FnMut(usize, usize)) {
    let rank = term.free.len();
    let start = |access: &Access| {
        access.offset
            + access.strides[..rank].iter().zip(free).map(|(s, &i)| s * i as i64).sum::<i64>()
    };
    let (weight_at, weight_strides) = match &term.weight {
        Weight::Scalar(_) => (0, None),
        Weight::Tensor { access, .. } => (start(access), Some(&access.strides[rank..])),
    };
    let source_strides = &term.src_access.strides[rank..];
    let mut at = (start(&term.src_access), weight_at);
    let mut index = vec![0; term.bound.len()];
    if term.bound.contains(&0) {
        return;
    }
    loop {
        each(at.0 as usize, at.1 as usize);
        // Counts up from the last dimension, moving the offsets along.
        let mut k = term.bound.len();
        loop {
            if k == 0 {
                return;
            }
            k -= 1;
            let (s, w) = (source_strides[k], weight_strides.map_or(0, |w| w[k]));
            index[k] += 1;
            if index[k] < term.bound[k] {
                at = (at.0 + s, at.1 + w);
                break;
            }
            let back = index[k] as i64 - 1;
            at = (at.0 - back * s, at.1 - back * w);
            index[k] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverts_every_index_and_nothing_else() {
        let access = Access { offset: 100, strides: vec![-20, 3, 7] };
        let extents = [3, 2, 2];
        let inverse = Inverse::new(&access, &extents).unwrap().unwrap();
        let mut hit = std::collections::BTreeMap::new();
        for i in 0..3 {
            for j in 0..2 {
                for k in 0..2 {
                    hit.insert(access.at(&[i, j, k]), vec![i, j, k]);
                }
            }
        }
        assert_eq!(hit.len(), 12);
        for at in 0..200 {
            assert_eq!(inverse.index(at), hit.get(&at).cloned(), "offset {at}");
        }
    }

    #[test]
    fn refuses_strides_that_are_not_nested() {
        let access = Access { offset: 0, strides: vec![4, 1] };
        assert!(matches!(Inverse::new(&access, &[2, 5]), Err(AccessError::NotInjective)));
        assert!(Inverse::new(&access, &[2, 4]).unwrap().is_some());
        assert!(Inverse::new(&access, &[0, 5]).unwrap().is_none());
    }
}
