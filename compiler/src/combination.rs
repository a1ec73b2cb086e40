//! Linear combinations of tensors as elaboration has them: terms that read tensors through strided views.
//!
//! What is under loops depends on their indices: it stands for all iterations at once, with a stride for every
//! index that it depends on.

use num_traits::Zero;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{Int, Ints, TensorId};

/// Identity of one elaboration of one loop index.
pub(crate) type LoopId = u32;

/// `offset + Σ coefficient·index`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Affine {
    pub(crate) offset: i64,
    pub(crate) loops: Vec<(LoopId, i64)>,
}

/// A strided view over own dimensions and loop indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) offset: i64,
    pub(crate) own: Vec<i64>,
    /// Sorted by loop, no zero stride.
    pub(crate) loops: Vec<(LoopId, i64)>,
}

/// A view of constants.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) data: Rc<Ints>,
    pub(crate) view: View,
}

/// One term of a linear combination: `Σ_bound factor · weight[…] · src[…]`.
#[derive(Clone, Debug)]
pub(crate) struct LTerm {
    pub(crate) src: TensorId,
    pub(crate) view: View,
    /// Loops that are summed over.
    pub(crate) bound: Vec<LoopId>,
    pub(crate) factor: Int,
    pub(crate) weight: Option<Array>,
}

impl Affine {
    pub(crate) fn constant(offset: i64) -> Affine {
        Affine { offset, loops: vec![] }
    }

    /// `self·k + other·m`; `None` when it leaves `i64`.
    pub(crate) fn combine(&self, k: i64, other: &Affine, m: i64) -> Option<Affine> {
        let offset = self.offset.checked_mul(k)?.checked_add(other.offset.checked_mul(m)?)?;
        let loops = add_strides(&scale_strides(&self.loops, k)?, &scale_strides(&other.loops, m)?)?;
        Some(Affine { offset, loops })
    }
}

/// Multiplies all strides.
pub(crate) fn scale_strides(a: &[(LoopId, i64)], k: i64) -> Option<Vec<(LoopId, i64)>> {
    a.iter().filter(|_| k != 0).map(|&(l, s)| Some((l, s.checked_mul(k)?))).collect()
}

/// Adds strides loop by loop.
pub(crate) fn add_strides(a: &[(LoopId, i64)], b: &[(LoopId, i64)]) -> Option<Vec<(LoopId, i64)>> {
    let mut sum: BTreeMap<LoopId, i64> = a.iter().copied().collect();
    for &(l, s) in b {
        let e = sum.entry(l).or_insert(0);
        *e = e.checked_add(s)?;
    }
    Some(sum.into_iter().filter(|&(_, s)| s != 0).collect())
}

impl View {
    pub(crate) fn scalar() -> View {
        View { offset: 0, own: vec![], loops: vec![] }
    }

    pub(crate) fn stride(&self, l: LoopId) -> i64 {
        self.loops.iter().find(|x| x.0 == l).map_or(0, |x| x.1)
    }

    /// Fixes one loop index to a number.
    pub(crate) fn substitute(&mut self, l: LoopId, value: i64) {
        self.offset += self.stride(l) * value;
        self.loops.retain(|x| x.0 != l);
    }

    /// Turns loop indices into leading own dimensions.
    pub(crate) fn close(&mut self, loops: &[LoopId]) {
        let mut own: Vec<i64> = loops.iter().map(|&l| self.stride(l)).collect();
        own.append(&mut self.own);
        self.own = own;
        self.loops.retain(|x| !loops.contains(&x.0));
    }

    /// Turns all own dimensions into loop indices.
    pub(crate) fn open(&mut self, loops: &[LoopId]) {
        for (&l, s) in loops.iter().zip(std::mem::take(&mut self.own)) {
            if s != 0 {
                self.loops.push((l, s));
            }
        }
        self.loops.sort_unstable();
    }

    /// Whether element addresses coincide for a value of this shape.
    pub(crate) fn same(&self, other: &View) -> bool {
        self == other
    }
}

impl Array {
    pub(crate) fn scalar(raw: Int) -> Array {
        let data = match i64::try_from(&raw) {
            Ok(n) => Ints::Small(vec![n]),
            Err(_) => Ints::Big(vec![raw]),
        };
        Array { data: Rc::new(data), view: View::scalar() }
    }
}

impl LTerm {
    /// Loops that the term depends on and does not sum over.
    pub(crate) fn free_loops(&self) -> Vec<LoopId> {
        let weight = self.weight.iter().flat_map(|w| w.view.loops.iter());
        let all = self.view.loops.iter().chain(weight).map(|x| x.0);
        all.filter(|l| !self.bound.contains(l)).collect()
    }

    /// The constant `n` as a term.
    pub(crate) fn one(factor: Int, rank: usize) -> LTerm {
        let view = View { offset: 0, own: vec![0; rank], loops: vec![] };
        LTerm { src: TensorId::ONE, view, bound: vec![], factor, weight: None }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.factor.is_zero()
    }

    /// Whether two terms differ at most in their factors.
    pub(crate) fn alike(&self, other: &LTerm) -> bool {
        let weights = match (&self.weight, &other.weight) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(&a.data, &b.data) && a.view.same(&b.view),
            _ => false,
        };
        weights && self.src == other.src && self.bound == other.bound && self.view.same(&other.view)
    }
}
