//! That a prover has no choice left once challenges are known.
//!
//! Public and committed values are fixed before challenges are drawn. Everything else that constraints
//! read must be a function of those and of the challenges; then every constraint is a rational identity
//! in the challenges with coefficients that were fixed before, and one that holds at random challenges
//! holds as an identity, but for a probability of its degree over the field's order (Schwartz–Zippel).
//!
//! Derived tensors are such functions if what they read is. For each response a block of constraints
//! is looked for that determines all of its elements by what is settled before it:
//!
//! - *product*: A(e)·B(e) = ±v(e), A and B settled;
//! - *quotient*: ±v(e)·B(e) = C(e), C settled, and B(e) = k·ρ + … for a challenge ρ that the rest of B
//!   does not depend on and a number k ≠ 0: for whatever that rest is, B(e) is 0 for one ρ only.
//!
//! Whether the identities say what they should is the compiler's to know.

use super::CircuitError;
use crate::{Block, Circuit, Kind, Lin, TensorId, Term, Weight};
use num_traits::Zero;
use std::collections::BTreeMap;

/// Highest degree in the challenges that a tensor may have: with 2^44 of them in a constraint an identity
/// holds by chance with a probability of less than 2^−140.
const MAX_DEGREE: u64 = 1 << 60;

/// Challenge tensors that a circuit may have: each is a bit of a set. Arguments need a few.
const MAX_CHALLENGES: u32 = u64::BITS;

/// What is known of a settled tensor.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The challenge tensors that it depends on: a bit for each, in order.
    challenges: u64,
    /// A bound on the degree of numerator and denominator together.
    degree: u64,
}

/// `None` for a tensor that is not settled.
type Settled = Option<Known>;

impl Known {
    /// Of what is made of both, by products.
    fn and(mut self, other: Known) -> Known {
        self.challenges |= other.challenges;
        self.degree = self.degree.saturating_add(other.degree);
        self
    }
}

/// In which place of its block a response stands.
enum Form {
    Product,
    /// The other factor.
    Quotient(fn(&Block) -> &Lin),
}

impl Circuit {
    pub(super) fn check_responses(&self) -> Result<(), CircuitError> {
        if !self.tensors.iter().any(|t| t.kind == Kind::Response) {
            return Ok(());
        }
        let blocks = self.determining();
        let mut challenges = 0;
        let mut settled: Vec<Settled> = Vec::with_capacity(self.tensors.len());
        for (i, tensor) in self.tensors.iter().enumerate() {
            let id = TensorId(i as u32);
            let state = match &tensor.kind {
                Kind::One | Kind::Public | Kind::Carried | Kind::Model | Kind::Witness => {
                    Some(Known::default())
                }
                // No response needs it, and what it depends on is seen from constraints.
                Kind::Evaluation => None,
                Kind::Challenge if challenges == MAX_CHALLENGES => {
                    let reason = "there are more than 64 tensors of challenges";
                    return Err(CircuitError::Response { tensor: id, reason });
                }
                Kind::Challenge => {
                    challenges += 1;
                    Some(Known { challenges: 1 << (challenges - 1), degree: 1 })
                }
                Kind::Aux => None,
                Kind::Linear(lin) => dependencies(&settled, &lin.terms),
                Kind::Response => {
                    let found = blocks.get(&id).into_iter().flatten();
                    let found = found.filter_map(|(b, form)| self.determined(&settled, *b, form));
                    // One is enough, and the first is as good as any.
                    let first = found.into_iter().next();
                    if first.is_none() {
                        let reason = "no constraint determines this response";
                        return Err(CircuitError::Response { tensor: id, reason });
                    }
                    if first.as_ref().is_some_and(|k| k.degree > MAX_DEGREE) {
                        let reason = "its degree in the challenges has no useful bound";
                        return Err(CircuitError::Response { tensor: id, reason });
                    }
                    first
                }
            };
            settled.push(state);
        }
        Ok(())
    }

    /// Blocks that may determine a response, by the response.
    fn determining(&self) -> BTreeMap<TensorId, Vec<(usize, Form)>> {
        let mut found: BTreeMap<TensorId, Vec<(usize, Form)>> = BTreeMap::new();
        for (k, block) in self.blocks.iter().enumerate() {
            let sides = [
                (&block.c, Form::Product),
                (&block.a, Form::Quotient(|b| &b.b)),
                (&block.b, Form::Quotient(|b| &b.a)),
            ];
            for (side, form) in sides {
                if let Some(response) = self.whole_response(block, side) {
                    found.entry(response).or_default().push((k, form));
                }
            }
        }
        found
    }

    /// The response that a side consists of, element by element.
    pub(super) fn whole_response(&self, block: &Block, side: &Lin) -> Option<TensorId> {
        let [term] = side.terms.as_slice() else { return None };
        let tensor = &self.tensors[term.src.0 as usize];
        let whole = term.is_whole(&block.shape) && tensor.len() == block.len();
        (tensor.kind == Kind::Response && term.weight.is_unit() && whole).then_some(term.src)
    }

    /// What a response depends on, if the block determines it by what is settled.
    fn determined(&self, settled: &[Settled], block: usize, form: &Form) -> Settled {
        let block = &self.blocks[block];
        match form {
            Form::Product => {
                let left = dependencies(settled, &block.a.terms)?;
                Some(left.and(dependencies(settled, &block.b.terms)?))
            }
            Form::Quotient(other) => {
                let divisor = other(block);
                let numerator = dependencies(settled, &block.c.terms)?;
                let all = numerator.and(dependencies(settled, &divisor.terms)?);
                // Challenges that one term depends on, and those that several do.
                let (mut one, mut several) = (0, 0);
                for term in &divisor.terms {
                    let own = known(settled, term)?.challenges;
                    several |= one & own;
                    one |= own;
                }
                let nonzero = divisor.terms.iter().any(|term| {
                    self.is_multiple_of_challenge(block, term)
                        && known(settled, term).is_some_and(|k| k.challenges & several == 0)
                });
                nonzero.then_some(all)
            }
        }
    }

    /// Whether a term adds a number of times a challenge to every element of a block.
    fn is_multiple_of_challenge(&self, block: &Block, term: &Term) -> bool {
        let challenge = self.tensors[term.src.0 as usize].kind == Kind::Challenge;
        // Below the order in absolute value, so that it is no multiple of it.
        let factor = matches!(&term.weight, Weight::Scalar(w) if !w.is_zero());
        challenge && factor && in_order(block, term)
    }
}

/// Whether a term writes each element of a block once, in order.
fn in_order(block: &Block, term: &Term) -> bool {
    term.bound.is_empty() && term.writes_in_order(&block.shape)
}

/// What is known of a sum of terms, if all that they read is settled. The degrees of denominators add up,
/// one for each term and each element that it sums: a term reads one element for each of its summands.
fn dependencies(settled: &[Settled], terms: &[Term]) -> Settled {
    let mut all = Known::default();
    for term in terms {
        let mut known = known(settled, term)?;
        let summands: u64 = term.bound.iter().fold(1, |n, &d| n.saturating_mul(d as u64));
        known.degree = known.degree.saturating_mul(summands);
        all = all.and(known);
    }
    Some(all)
}

/// What is known of the tensor that a term reads; what comes later is not settled yet.
fn known(settled: &[Settled], term: &Term) -> Settled {
    *settled.get(term.src.0 as usize)?
}
