//! Values of all variables at a random point, and what products and derived tensors make of them.

use super::super::random::Exponents;
use super::super::shape::{Role, Shape};
use super::{Claim, Shown};
use crate::draft::{Constraint, Draft, Form};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Access, Combinations, Fr, Kind, Lin, TensorId, Term, Weight, scalar};

/// Random values of all variables, and what follows from them.
pub(super) struct Point<'d> {
    d: &'d Draft,
    combinations: Combinations<'d>,
    /// What products of other values define.
    defined: BTreeMap<TensorId, &'d Constraint>,
    known: BTreeMap<TensorId, Vec<Fr>>,
}

impl<'d> Point<'d> {
    pub(super) fn new(d: &'d Draft, claim: &Claim) -> Point<'d> {
        let packed = match claim.shown {
            Shown::Packed { products, .. } => Some(products),
            Shown::Random { .. } => None,
        };
        let mut defined = BTreeMap::new();
        for c in &d.constraints {
            let Form::Product(_, _, out) = &c.form else { continue };
            let [t] = out.terms.as_slice() else { continue };
            let tensor = d.tensor(t.src);
            let pinned = tensor.kind == Kind::Response || Some(t.src) == packed;
            if pinned && tensor.shape == c.shape && *t == Term::whole(t.src, &c.shape) {
                defined.entry(t.src).or_insert(c);
            }
        }
        let combinations = Combinations::new(&d.constants);
        Point { d, combinations, defined, known: BTreeMap::new() }
    }

    /// Whether a term reads what a claim's last constraint is about.
    pub(super) fn is_about(&self, t: TensorId, claim: &Claim) -> bool {
        t == claim.sums || self.defined.contains_key(&t)
    }

    pub(super) fn values(&mut self, id: TensorId) -> Result<Vec<Fr>, String> {
        self.learn(id)?;
        Ok(self.known[&id].clone())
    }

    pub(super) fn eval(&mut self, lin: &Lin, len: usize) -> Result<Vec<Fr>, String> {
        lin.terms.iter().try_for_each(|t| self.learn(t.src))?;
        Ok(self.combined(lin, len))
    }

    fn combined(&self, lin: &Lin, len: usize) -> Vec<Fr> {
        let source = |t: TensorId| self.known.get(&t).map_or(&[][..], Vec::as_slice);
        self.combinations.eval(lin, len, &source)
    }

    /// Computes a tensor and all that it follows from.
    fn learn(&mut self, id: TensorId) -> Result<(), String> {
        let mut stack = vec![(id, false)];
        let mut open = BTreeSet::new();
        while let Some((t, ready)) = stack.pop() {
            if self.known.contains_key(&t) {
                continue;
            }
            let tensor = self.d.tensor(t);
            let sides: Vec<&Lin> = match (&tensor.kind, self.defined.get(&t).map(|c| &c.form)) {
                (Kind::Linear(lin), _) => vec![lin],
                (_, Some(Form::Product(a, b, _))) => vec![a, b],
                _ => vec![],
            };
            if !ready && !sides.is_empty() {
                if !open.insert(t) {
                    return Err("a tensor that follows from itself".into());
                }
                stack.push((t, true));
                stack.extend(sides.iter().flat_map(|l| &l.terms).map(|t| (t.src, false)));
                continue;
            }
            let len = tensor.len();
            let values = match sides.as_slice() {
                [lin] => self.combined(lin, len),
                [a, b] => {
                    let (a, b) = (self.combined(a, len), self.combined(b, len));
                    a.into_iter().zip(b).map(|(a, b)| a * b).collect()
                }
                _ if t == TensorId::ONE => vec![Fr::ONE],
                _ => (0..len).map(|_| Fr::rand(&mut rand::thread_rng())).collect(),
            };
            self.known.insert(t, values);
        }
        Ok(())
    }

    /// A factor over [z, outer, k]; `None` if it reads along other dimensions too.
    pub(super) fn factor(
        &mut self,
        s: &Shape,
        lin: &Lin,
        outer: Role,
    ) -> Result<Option<Vec<Fr>>, String> {
        lin.terms.iter().try_for_each(|t| self.learn(t.src))?;
        let roles = [Role::Batch, outer, Role::Summed];
        let other = |k: &usize| !roles.contains(&s.roles[*k]) && s.dims[*k] > 1;
        let still = |a: &Access| (0..s.dims.len()).filter(other).all(|k| a.strides[k] == 0);
        for t in &lin.terms {
            let weight = match &t.weight {
                Weight::Scalar(_) => true,
                Weight::Tensor { access, .. } => still(access),
            };
            if t.free != s.dims
                || t.dst != Access::identity(&s.dims)
                || !weight
                || !still(&t.src_access)
            {
                return Ok(None);
            }
        }
        let order: Vec<usize> =
            roles.iter().flat_map(|r| s.axes(*r)).filter(|a| a.extent > 1).map(|a| a.dim).collect();
        let mut out = vec![];
        let mut index = vec![0usize; s.dims.len()];
        loop {
            out.push(self.at(lin, &index));
            let next = order.iter().rev().find(|&&k| {
                index[k] = (index[k] + 1) % s.dims[k];
                index[k] > 0
            });
            if next.is_none() {
                return Ok(Some(out));
            }
        }
    }

    /// One element of a combination whose terms write in order.
    fn at(&self, lin: &Lin, index: &[usize]) -> Fr {
        let mut sum = Fr::ZERO;
        for t in &lin.terms {
            let points: usize = t.bound.iter().product();
            for point in 0..points {
                let mut rest = point;
                let mut full = index.to_vec();
                full.extend(t.bound.iter().rev().map(|n| {
                    let i = rest % n;
                    rest /= n;
                    i
                }));
                full[index.len()..].reverse();
                let weight = match &t.weight {
                    Weight::Scalar(n) => scalar::to_fr(n),
                    Weight::Tensor { factor, constant, access } => {
                        let data = &self.d.constants[constant.0 as usize].data;
                        scalar::to_fr(factor) * scalar::to_fr(&data.get(access.at(&full) as usize))
                    }
                };
                sum += weight * self.known[&t.src][t.src_access.at(&full) as usize];
            }
        }
        sum
    }

    /// The challenge that a list of powers is of.
    pub(super) fn challenge(&mut self, powers: TensorId) -> Result<Fr, String> {
        let all = self.values(powers)?;
        let rho = all.get(1).copied().unwrap_or(Fr::ZERO);
        let drawn = self.d.tensors().iter().enumerate().any(|(k, t)| {
            let known = self.known.get(&TensorId(k as u32));
            t.kind == Kind::Challenge && known.is_some_and(|v| v.as_slice() == [rho])
        });
        if drawn { Ok(rho) } else { Err("powers of what is no challenge".into()) }
    }

    /// ρ to the exponents over [z, n], if those of different n differ.
    pub(super) fn distinct(&self, s: &Shape, rho: Fr, x: &Exponents) -> Option<Vec<Fr>> {
        let all = |role| {
            let mut sums = vec![0i64];
            for axis in s.axes(role) {
                let step = x.strides[axis.dim];
                sums = sums
                    .iter()
                    .flat_map(|b| (0..axis.extent as i64).map(move |i| b + i * step))
                    .collect();
            }
            sums
        };
        let columns = all(Role::Column);
        if columns.iter().collect::<BTreeSet<_>>().len() != columns.len() {
            return None;
        }
        let places = all(Role::Batch).into_iter().flat_map(|z| columns.iter().map(move |n| z + n));
        places.map(|e| Some(rho.pow([u64::try_from(e + x.offset).ok()?]))).collect()
    }
}
