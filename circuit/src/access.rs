//! Where affine maps lead.

use crate::Access;

/// What is wrong with an access.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Another number of strides than the index space has dimensions.
    #[error("number of strides: expected {expected}, got {got}")]
    Rank {
        /// Dimensions of the index space.
        expected: usize,
        /// Strides.
        got: usize,
    },
    /// An offset does not fit 64 bits.
    #[error("offset wider than 64 bits")]
    Overflow,
    /// An offset lies outside of the tensor.
    #[error("offsets {min}..={max} of a tensor of {len} elements")]
    OutOfBounds {
        /// Lowest offset.
        min: i64,
        /// Highest offset.
        max: i64,
        /// Elements of the tensor.
        len: usize,
    },
    /// Strides are not nested, so that two indices might have the same offset.
    #[error("strides that are not nested")]
    NotInjective,
}

impl Access {
    /// Lowest and highest offset over an index space, or `None` if it is empty.
    ///
    /// # Errors
    /// The number of strides is not that of the extents, or an offset overflows.
    pub fn range(&self, extents: &[usize]) -> Result<Option<(i64, i64)>, AccessError> {
        if self.strides.len() != extents.len() {
            let (expected, got) = (extents.len(), self.strides.len());
            return Err(AccessError::Rank { expected, got });
        }
        if extents.contains(&0) {
            return Ok(None);
        }
        let (mut min, mut max) = (self.offset, self.offset);
        for (&stride, &extent) in self.strides.iter().zip(extents) {
            let last = i64::try_from(extent - 1).map_err(|_| AccessError::Overflow)?;
            let reach = stride.checked_mul(last).ok_or(AccessError::Overflow)?;
            let end = if reach < 0 { &mut min } else { &mut max };
            *end = end.checked_add(reach).ok_or(AccessError::Overflow)?;
        }
        Ok(Some((min, max)))
    }

    /// Refuses an access that leaves a tensor of `len` elements.
    ///
    /// # Errors
    /// As for [`Access::range`], or the range leaves the tensor.
    pub fn check(&self, extents: &[usize], len: usize) -> Result<(), AccessError> {
        match self.range(extents)? {
            Some((min, max)) if min < 0 || usize::try_from(max).map_or(true, |m| m >= len) => {
                Err(AccessError::OutOfBounds { min, max, len })
            }
            _ => Ok(()),
        }
    }
}
