//! Which inputs are tried.

use super::Search;
use crate::audit::form::Var;
use crate::audit::modulus::Modulus;
use num_traits::{One, Zero};
use zirc_circuit::Int;

impl<M: Modulus> Search<'_, M> {
    /// The k-th of all inputs, those near 0 first.
    pub(super) fn nth(&self, inputs: &[Var], sizes: &[Option<u64>], mut k: u64) -> Vec<M::E> {
        let mut out = vec![];
        for (v, n) in inputs.iter().zip(sizes) {
            let n = n.unwrap_or(1).max(1);
            out.push(self.near_zero(*v, k % n, n));
            k /= n;
        }
        out
    }

    /// The i-th of a variable's n values: 0 first where it is one, then up, then down.
    pub(super) fn near_zero(&self, v: Var, i: u64, n: u64) -> M::E {
        let (lo, hi) = match self.system.bounds(v) {
            Some(b) => b.clone(),
            None => (Int::zero(), Int::from(n) - 1),
        };
        let start = Int::zero().max(lo.clone()).min(hi.clone());
        let up = &hi - &start;
        let i = Int::from(i);
        let x = if i <= up { start + i } else { start - (i - up) };
        self.m.from(&x.max(lo))
    }

    /// Inputs to try when there are too many: ends, small values, then scattered ones.
    pub(super) fn sample(&self, inputs: &[Var], k: u64) -> Vec<M::E> {
        let mut state = k.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut out = vec![];
        for v in inputs {
            let (lo, hi) = match self.system.bounds(*v) {
                Some(b) => b.clone(),
                None => (Int::zero(), Int::from(self.m.order().unwrap_or(1 << 40)) - 1),
            };
            let size = &hi - &lo + 1;
            let clamp = |x: Int| x.max(lo.clone()).min(hi.clone());
            let x = match k {
                0 => clamp(Int::zero()),
                1 => clamp(Int::one()),
                2 => lo.clone(),
                3 => hi.clone(),
                4 => clamp(-Int::one()),
                // Half of the rest stays close to 0, where coincidences are.
                _ if k % 2 == 1 => clamp(Int::from(draw() % 5) - 2),
                _ => &lo + Int::from(draw()) % size,
            };
            out.push(self.m.from(&x));
        }
        out
    }
}
