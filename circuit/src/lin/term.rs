//! The terms that are made again and again, and what is asked of terms.

use super::{Access, Term, Weight, row_major};
use crate::{Int, TensorId};
use num_traits::One;

impl Weight {
    /// The weight that changes nothing.
    #[must_use]
    pub fn one() -> Weight {
        Weight::Scalar(Int::one())
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_one(&self) -> bool {
        matches!(self, Weight::Scalar(n) if n.is_one())
    }

    /// Whether it is 1 or −1 everywhere.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        matches!(self, Weight::Scalar(n) if n.magnitude().is_one())
    }
}

impl Access {
    /// The access to one element of a tensor, whatever the index of so many dimensions.
    #[must_use]
    pub fn fixed(offset: i64, rank: usize) -> Access {
        Access { offset, strides: vec![0; rank] }
    }
}

impl Term {
    /// Reads elements of a tensor, adds them up over `bound`, and writes the sums in order of `free`.
    #[must_use]
    pub fn read(src: TensorId, free: &[usize], bound: &[usize], src_access: Access) -> Term {
        Term {
            free: free.to_vec(),
            bound: bound.to_vec(),
            dst: Access::identity(free),
            src,
            src_access,
            weight: Weight::one(),
        }
    }

    /// Reads a whole tensor of this shape in order.
    ///
    /// ```
    /// # use zirc_circuit::{TensorId, Term};
    /// let t = Term::whole(TensorId(3), &[2, 5]);
    /// assert!(t.is_whole(&[2, 5]) && t.covers(10) && t.weight.is_one());
    /// ```
    #[must_use]
    pub fn whole(src: TensorId, shape: &[usize]) -> Term {
        Term::read(src, shape, &[], Access::identity(shape))
    }

    /// The first element of a tensor everywhere in a shape.
    #[must_use]
    pub fn spread(src: TensorId, shape: &[usize]) -> Term {
        Term::read(src, shape, &[], Access::fixed(0, shape.len()))
    }

    /// A number everywhere in a shape.
    #[must_use]
    pub fn constant(shape: &[usize], n: Int) -> Term {
        Term::spread(TensorId::ONE, shape).weighed(Weight::Scalar(n))
    }

    /// The sum of a whole tensor of this shape, as a scalar.
    #[must_use]
    pub fn total(src: TensorId, shape: &[usize]) -> Term {
        Term::read(src, &[], shape, Access::identity(shape))
    }

    /// The same, written elsewhere.
    #[must_use]
    pub fn to(self, dst: Access) -> Term {
        Term { dst, ..self }
    }

    /// The same with another weight.
    #[must_use]
    pub fn weighed(self, weight: Weight) -> Term {
        Term { weight, ..self }
    }

    /// Whether it writes every element of a shape, in order.
    #[must_use]
    pub fn writes_in_order(&self, shape: &[usize]) -> bool {
        self.free == shape && self.dst.offset == 0 && self.dst.strides == row_major(shape)
    }

    /// Whether it reads and writes all of a shape in order, as [`whole`](Term::whole) does, whatever its weight.
    #[must_use]
    pub fn is_whole(&self, shape: &[usize]) -> bool {
        self.bound.is_empty() && self.writes_in_order(shape) && self.src_access == self.dst
    }

    /// Whether it is a number everywhere in a shape, as [`constant`](Term::constant) makes it, whichever that is.
    #[must_use]
    pub fn is_constant(&self, shape: &[usize]) -> bool {
        let number = matches!(self.weight, Weight::Scalar(_));
        number && self.src == TensorId::ONE && self.bound.is_empty() && self.writes_in_order(shape)
    }

    /// Whether it reads every one of the `len` elements of its source exactly once: in some order of its
    /// dimensions their strides are those of a tensor of that size.
    ///
    /// ```
    /// # use zirc_circuit::{Access, TensorId, Term};
    /// let transposed = |offset| Access { offset, strides: vec![1, 2] };
    /// let read = |offset| Term::read(TensorId(1), &[2, 5], &[], transposed(offset));
    /// assert!(read(0).covers(10) && !read(0).covers(11) && !read(1).covers(10));
    /// ```
    #[must_use]
    pub fn covers(&self, len: usize) -> bool {
        let extents = self.free.iter().chain(&self.bound).copied();
        let mut dims: Vec<(i64, usize)> =
            self.src_access.strides.iter().copied().zip(extents).collect();
        dims.retain(|(_, extent)| *extent != 1);
        dims.sort_unstable();
        let mut step = 1i64;
        let nested = dims.into_iter().all(|(stride, extent)| {
            let fits = stride == step;
            step = step.saturating_mul(extent as i64);
            fits
        });
        nested && self.src_access.offset == 0 && step as usize == len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: TensorId = TensorId(1);

    #[test]
    fn what_is_made_is_told_apart() {
        let shape = [2, 3];
        let (whole, five) = (Term::whole(T, &shape), Term::constant(&shape, Int::from(5)));
        assert!(whole.is_whole(&shape) && !whole.is_whole(&[6]) && !whole.is_constant(&shape));
        assert!(five.is_constant(&shape) && !five.is_whole(&shape) && !five.is_constant(&[3, 2]));
        let five_of = |t: &Term| t.clone().weighed(Weight::Scalar(Int::from(5)));
        assert!(five_of(&whole).is_whole(&shape) && !five_of(&whole).weight.is_unit());
        // Read in another order, or written elsewhere.
        let turned = Access { offset: 0, strides: vec![1, 2] };
        assert!(!Term { src_access: turned.clone(), ..whole.clone() }.is_whole(&shape));
        assert!(!whole.clone().to(turned).writes_in_order(&shape));
        let behind = Access { offset: 6, ..Access::identity(&shape) };
        assert!(!whole.to(behind).writes_in_order(&shape));
    }

    #[test]
    fn each_element_is_read_once() {
        let of = |free: &[usize], bound: &[usize], strides: &[i64]| {
            Term::read(T, free, bound, Access { offset: 0, strides: strides.to_vec() })
        };
        assert!(Term::total(T, &[2, 3]).covers(6));
        assert!(of(&[2], &[3], &[1, 2]).covers(6));
        // The stride of one index says nothing.
        assert!(of(&[2, 1], &[3], &[3, 77, 1]).covers(6));
        // Twice the same, gaps, backwards, none at all.
        assert!(!of(&[2, 3], &[], &[0, 1]).covers(6) && !of(&[2, 3], &[], &[1, 1]).covers(6));
        assert!(!of(&[2, 3], &[], &[4, 1]).covers(6) && !of(&[3], &[], &[-1]).covers(3));
        assert!(!of(&[0], &[], &[1]).covers(1) && of(&[0], &[], &[1]).covers(0));
    }
}
