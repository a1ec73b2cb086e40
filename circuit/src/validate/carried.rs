//! That public values which are carried are bound by the evaluation that the verifier computes.
//!
//! Carried values x′ are committed to before the challenge ρ is drawn, and ρ depends on the x that the
//! verifier was given. It computes e = Σ ρ^k·(x_k − lo_k); constraints must say that e is the same sum of
//! x′. Then Σ ρ^k·(x′_k − x_k) = 0, a polynomial in ρ with coefficients that were fixed before: all are 0, but
//! for a probability of its degree over the field's order. As x and x + r give the same sum, the verifier
//! holds every x to its type.
//!
//! *How it is seen.* One constraint over a single element is F − e = 0 up to its sign, and F is made of
//! carried values, of ρ and of other variables by sums and products that constraints determine: a polynomial
//! in all of them, of a degree that is counted. It is compared with the sum at one point, which follows from
//! the circuit's digest: two polynomials that differ agree there with a probability of their degree over
//! the field's order (Schwartz–Zippel), below 2^−210, which nobody finds by trying.
//!
//! *Near miss.* Without a bound on the degree 1 − t^(r−1), for a variable t, is 0 at nearly every point, and
//! 1 where a prover takes 0 for t: whatever is multiplied by it passes unseen.

use super::CircuitError;
use crate::evaluate::Combinations;
use crate::{Block, Circuit, Fr, Kind, Lin, PortType, TensorId, Term, Weight, scalar};
use ark_ff::{AdditiveGroup, Field};
use num_traits::Signed;
use std::collections::BTreeMap;

/// Separates this use of BLAKE3 from all others.
const CONTEXT: &str = "zirc point for carried public values v1";

/// Most values that are carried, whose powers everybody computes who reads the circuit.
pub const MAX_CARRIED: usize = 1 << 18;

/// How much work the constraints of one carried value may be, and what comes on top for all of them.
const WORK: (usize, usize) = (64, 1 << 12);

/// Highest degree of what is compared, in all variables: as many times the field's order is 2^44 of them.
const MAX_DEGREE: u64 = 1 << 40;

/// Derived tensors and products that follow from one another.
const MAX_DEPTH: usize = 256;

impl Circuit {
    pub(super) fn check_carried(&self) -> Result<(), CircuitError> {
        let refuse = |reason| Err(CircuitError::Carried(reason));
        let of = |kind: &Kind| self.tensors.iter().filter(|t| t.kind == *kind).count();
        let evaluations = of(&Kind::Evaluation);
        if of(&Kind::Carried) == 0 && evaluations == 0 {
            return Ok(());
        }
        let Some(e) = self.tensors.iter().position(|t| t.kind == Kind::Evaluation) else {
            return refuse("no evaluation binds them");
        };
        if evaluations != 1 || !self.tensors[e].shape.is_empty() || of(&Kind::Carried) == 0 {
            return refuse("their evaluation is not a single number");
        }
        if self.layout().num_carried > MAX_CARRIED {
            return refuse("there are more than 2^18 of them");
        }
        let mut point = Point::new(self);
        let Some(wanted) = point.wanted() else { return refuse("there is no challenge") };
        let e = TensorId(e as u32);
        let reads = |b: &&Block| b.len() == 1 && b.c.terms.iter().any(|t| t.src == e);
        let is_zero = |b: &&Block| b.a.terms.is_empty() || b.b.terms.is_empty();
        let mut blocks = self.blocks.iter().filter(reads).filter(is_zero);
        match blocks.any(|b| point.says(&b.c, e, wanted)) {
            true => Ok(()),
            false => refuse("no constraint shows that their evaluation is theirs"),
        }
    }
}

/// The values of a tensor at a point, and a bound on their degree as polynomials in all variables.
#[derive(Clone)]
struct Known {
    values: Vec<Fr>,
    degree: u64,
}

/// Values at a point.
struct Point<'c> {
    circuit: &'c Circuit,
    combinations: Combinations<'c>,
    known: BTreeMap<TensorId, Known>,
    /// The first block of products that a response is.
    products: BTreeMap<TensorId, usize>,
    stream: blake3::OutputReader,
    /// What may still be computed.
    work: usize,
}

impl<'c> Point<'c> {
    fn new(circuit: &'c Circuit) -> Point<'c> {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&circuit.digest().0);
        let carried = circuit.layout().num_carried;
        let mut products = BTreeMap::new();
        for (k, block) in circuit.blocks.iter().enumerate() {
            if let Some(id) = circuit.whole_response(block, &block.c) {
                products.entry(id).or_insert(k);
            }
        }
        Point {
            circuit,
            combinations: Combinations::new(&circuit.constants),
            known: BTreeMap::new(),
            products,
            stream: hasher.finalize_xof(),
            work: carried.saturating_mul(WORK.0).saturating_add(WORK.1),
        }
    }

    /// Values of variables that nothing determines.
    fn draw(&mut self, len: usize) -> Option<Vec<Fr>> {
        self.work = self.work.checked_sub(len)?;
        let mut one = || {
            // Twice the bits of the order leave no bias that could be noticed.
            let mut bytes = [0; 64];
            self.stream.fill(&mut bytes);
            scalar::from_bytes(&bytes)
        };
        Some((0..len).map(|_| one()).collect())
    }

    /// What the evaluation should be; `None` without a challenge.
    fn wanted(&mut self) -> Option<Fr> {
        let circuit = self.circuit;
        let first = circuit.tensors.iter().position(|t| t.kind == Kind::Challenge)?;
        let rho = *self.learn(TensorId(first as u32), 0)?.values.first()?;
        let (mut sum, mut power) = (Fr::ZERO, Fr::ONE);
        for (tensor, lo) in circuit.carried() {
            for x in self.learn(tensor, 0)?.values.clone() {
                sum += power * (x - lo);
                power *= rho;
            }
        }
        Some(sum)
    }

    /// Whether a combination that is 0 says that this tensor is the wanted value.
    fn says(&mut self, lin: &Lin, e: TensorId, wanted: Fr) -> bool {
        let (own, rest): (Vec<Term>, Vec<Term>) =
            lin.terms.iter().cloned().partition(|t| t.src == e);
        let [own] = own.as_slice() else { return false };
        let Weight::Scalar(sign) = &own.weight else { return false };
        let alone = own.bound.is_empty() && own.free.iter().all(|n| *n == 1);
        let rest = Lin { terms: rest, width: lin.width };
        let all = self.combined(&rest, 1, 0).filter(|all| all.degree <= MAX_DEGREE);
        let sum = all.and_then(|all| all.values.first().copied());
        alone
            && match (sign.abs() == 1.into(), sign.is_positive()) {
                (true, true) => sum == Some(-wanted),
                (true, false) => sum == Some(wanted),
                _ => false,
            }
    }

    fn combined(&mut self, lin: &Lin, len: usize, depth: usize) -> Option<Known> {
        self.work = self.work.checked_sub(len)?;
        let mut degree = 0;
        for t in &lin.terms {
            let space = t.free.iter().chain(&t.bound).fold(1usize, |n, d| n.saturating_mul(*d));
            self.work = self.work.checked_sub(space.max(1))?;
            degree = degree.max(self.learn(t.src, depth + 1)?.degree);
        }
        let none: &[Fr] = &[];
        let source = |t: TensorId| self.known.get(&t).map_or(none, |k| k.values.as_slice());
        Some(Known { values: self.combinations.eval(lin, len, &source), degree })
    }

    /// The values of a tensor: as constraints determine them, or any. `None` if that is too much work, or if
    /// it follows from the evaluation itself.
    fn learn(&mut self, id: TensorId, depth: usize) -> Option<&Known> {
        if !self.known.contains_key(&id) {
            let tensor = self.circuit.tensors.get(id.0 as usize).filter(|_| depth < MAX_DEPTH)?;
            self.work = self.work.checked_sub(1)?;
            let known = match &tensor.kind {
                Kind::Evaluation | Kind::Aux => return None,
                Kind::One => Known { values: vec![Fr::ONE], degree: 0 },
                Kind::Linear(lin) => self.combined(lin, tensor.len(), depth)?,
                Kind::Response => self.product(id, depth)?,
                Kind::Public | Kind::Carried | Kind::Witness | Kind::Model | Kind::Challenge => {
                    Known { values: self.draw(tensor.len())?, degree: 1 }
                }
            };
            self.known.insert(id, known);
        }
        self.known.get(&id)
    }

    /// A response as the first block of products that it is.
    fn product(&mut self, id: TensorId, depth: usize) -> Option<Known> {
        let block = &self.circuit.blocks[*self.products.get(&id)?];
        let a = self.combined(&block.a, block.len(), depth)?;
        let b = self.combined(&block.b, block.len(), depth)?;
        let negative = block.c.terms.iter().any(|t| match &t.weight {
            Weight::Scalar(w) => w.is_negative(),
            Weight::Tensor { .. } => false,
        });
        let signed = |x: Fr| if negative { -x } else { x };
        let values = a.values.into_iter().zip(b.values).map(|(a, b)| signed(a * b)).collect();
        Some(Known { values, degree: a.degree.saturating_add(b.degree) })
    }
}

impl Circuit {
    /// Carried tensors in the order of the signature, with the least values of their types.
    fn carried(&self) -> Vec<(TensorId, Fr)> {
        let ports = self.signature.inputs.iter().chain(&self.signature.outputs);
        let own = ports.filter(|p| self.tensors[p.tensor.0 as usize].kind == Kind::Carried);
        own.map(|p| match &p.ty {
            PortType::Fix { lo, .. } => (p.tensor, scalar::to_fr(lo)),
            PortType::Field => (p.tensor, Fr::ZERO),
        })
        .collect()
    }
}
