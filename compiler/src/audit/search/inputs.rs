//! Which inputs are tried.

use super::Search;
use crate::audit::form::Var;
use crate::audit::modulus::Modulus;
use crate::audit::system::{Role, System};
use num_traits::{One, ToPrimitive, Zero};
use zirc_circuit::Int;

/// Inputs that are tried one by one where there are no more.
const FEW: u64 = 4096;

/// The inputs of a system that something mentions.
pub(super) struct Inputs {
    pub(super) variables: Vec<Var>,
    /// How many values each has, if that is known.
    sizes: Vec<Option<u64>>,
    /// How many there are in all, if that is few enough to try each.
    pub(super) all: Option<u64>,
}

impl Inputs {
    /// Those of a system over the field of this order, if it is a small one.
    pub(super) fn of(system: &System, prime: Option<u64>) -> Inputs {
        let variables: Vec<Var> = (0..system.variables.len() as Var)
            .filter(|v| system.variables[*v as usize].role == Role::Given)
            .filter(|v| !system.mentions[*v as usize].is_empty())
            .collect();
        let size = |v: &Var| match system.bounds(*v) {
            Some((lo, hi)) => (hi - lo + Int::one()).to_u64(),
            None => prime,
        };
        let sizes: Vec<Option<u64>> = variables.iter().map(size).collect();
        let all = sizes.iter().try_fold(1u64, |n, s| n.checked_mul((*s)?));
        Inputs { variables, sizes, all: all.filter(|n| *n <= FEW) }
    }
}

impl<M: Modulus> Search<'_, M> {
    /// The k-th of all inputs, those near 0 first.
    pub(super) fn nth(&self, inputs: &Inputs, mut k: u64) -> Vec<M::E> {
        let mut out = vec![];
        for (v, n) in inputs.variables.iter().zip(&inputs.sizes) {
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
    pub(super) fn sample(&self, inputs: &Inputs, k: u64) -> Vec<M::E> {
        let mut state = k.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut out = vec![];
        for v in &inputs.variables {
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
