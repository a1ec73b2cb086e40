//! Programs with hints of few values, whose solutions are counted one by one.
//!
//! What the audit accepts has one solution for every input; whether it does is found here by trying
//! all values of all hints in the constraints of the circuit in which every hint is a variable. Types
//! are enforced, so nothing outside of them needs to be tried: that they are enforced is tried with
//! a few values beyond.

mod gadgets;
mod joint;

use crate::Random;
use crate::input::{Input, Range, Role};
use crate::judge::Case;
use crate::program::Program;
use rand::{Rng, SeedableRng};
use zirc_circuit::{ForgeMode, Forgery, Int, TensorId, assign_with, violations_up_to};

/// Combinations of hint values that are tried for one input.
const MOST: usize = 1 << 12;

/// A hint of a program: its name and the interval of its type, for each of its elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintType {
    /// Its name.
    pub name: String,
    /// Elements.
    pub len: usize,
    /// Lowest and highest value.
    pub range: (i64, i64),
}

/// A program with hints, near to one that pins them.
#[must_use]
pub fn program(seed: u64) -> (Program, Vec<HintType>) {
    let mut rng = Random::seed_from_u64(seed);
    let bits = rng.gen_range(2..=4u32);
    let input = Input::new(Role::Public, "u", &format!("u{bits}"), &[]);
    let (items, outputs, features) = (vec![], vec!["u".to_string()], vec![]);
    let mut p =
        Program { items, inputs: input.into_iter().collect(), body: vec![], outputs, features };
    let mut hints = vec![];
    let count = rng.gen_range(1..=2);
    let (program, list) = (&mut p, &mut hints);
    let mut all = gadgets::Gadgets { rng: &mut rng, program, hints: list, bits, k: 0 };
    (0..count).for_each(|_| all.add());
    // A near miss: one line less, unless it makes a hint.
    if rng.gen_ratio(1, 3) {
        let asserts: Vec<usize> =
            (0..p.body.len()).filter(|&k| p.body[k].starts_with("assert")).collect();
        if !asserts.is_empty() {
            p.body.remove(asserts[rng.gen_range(0..asserts.len())]);
        }
    }
    (p, hints)
}

/// How many values of the hints satisfy the circuit, at most, over all inputs; `None` if there are too
/// many to try.
///
/// # Errors
/// A value outside of a hint's type that is accepted.
pub fn solutions(case: &Case, p: &Program, hints: &[HintType]) -> Result<Option<usize>, String> {
    let c = &case.lowered;
    let find = |h: &HintType| {
        let named = c.tensors.iter().position(|t| t.name.as_deref() == Some(h.name.as_str()));
        named.map(|k| TensorId(k as u32))
    };
    let mut slots: Vec<(TensorId, usize, (i64, i64))> = vec![];
    for h in hints {
        let Some(t) = find(h) else { return Ok(None) };
        slots.extend((0..h.len).map(|i| (t, i, h.range)));
    }
    let sizes = slots.iter().map(|(_, _, (lo, hi))| (hi - lo + 1) as usize);
    let total = sizes.clone().try_fold(1usize, |n, s| n.checked_mul(s).filter(|n| *n <= MOST));
    let Some(total) = total else { return Ok(None) };
    let mut most = 0;
    let Range::Between(lo, hi) = p.inputs[0].ports[0].range else { return Ok(None) };
    for u in lo..=hi {
        let inputs = vec![vec![Int::from(u)]];
        let holds = |values: &[i64]| -> Result<bool, String> {
            let forged: Vec<Forgery> = slots
                .iter()
                .zip(values)
                .map(|((tensor, index, _), v)| {
                    let (tensor, index, value) = (*tensor, *index, Int::from(*v));
                    Forgery { tensor, index, value }
                })
                .collect();
            let a = assign_with(c, &inputs, &forged, ForgeMode::Propagate);
            Ok(violations_up_to(c, &a.map_err(|e| e.to_string())?, 1).is_empty())
        };
        let mut found = 0;
        for k in 0..total {
            let mut rest = k;
            let mut values = vec![];
            for (_, _, (lo, hi)) in &slots {
                let n = (hi - lo + 1) as usize;
                values.push(lo + (rest % n) as i64);
                rest /= n;
            }
            found += usize::from(holds(&values)?);
            if k < slots.len() {
                let mut beyond = values.clone();
                beyond[k] = slots[k].2.1 + 1;
                if holds(&beyond)? {
                    return Err(format!("u = {u}: {beyond:?} is accepted beyond its type"));
                }
            }
        }
        most = most.max(found);
    }
    Ok(Some(most))
}
