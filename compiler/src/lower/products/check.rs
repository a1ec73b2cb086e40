//! That what is claimed of sums is what the constraints show: read from the finished constraints.
//!
//! A strategy's constraints are evaluated at one random point of all variables. What products define has
//! its value by them; a, b and the sums are as random as everything else. Then the last constraint of a
//! strategy has to be the combination of errors y − Σ a·b that its lemma speaks of, up to nothing: two
//! polynomials of degree 3 in the variables that differ agree at such a point with a probability below
//! 2^−240. What the lemma asks for beside it, ranges, distances and room, is looked up.

use super::ROOM;
use super::plan::Packing;
use super::random::Exponents;
use super::shape::{Role, Shape};
use crate::draft::{Constraint, Draft, Form};
use crate::lower::digits::{boolean, decomposition};
use crate::lower::range::constant;
use crate::optimize::canonical::canonical;
use crate::term::whole;
use ark_ff::{AdditiveGroup, Field, UniformRand};
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Combinations, Fr, Int, Kind, Lin, TensorId, Weight, scalar};

/// That `sums` [z, m, n] are those of a block of products.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) shape: Shape,
    pub(super) sums: TensorId,
    pub(super) shown: Shown,
}

/// By which lemma.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// Of [`super::packed`].
    Packed { packing: Packing, products: TensorId },
    /// Of [`super::random`].
    Random { powers: TensorId, columns: Exponents, packing: Option<Packing> },
}

/// Whether nothing but products is lost between two drafts, and everything that is a variable now is
/// claimed to be what it was.
pub(super) fn accounts_for(
    before: &Draft,
    after: &Draft,
    products: &[TensorId],
    claims: &[Claim],
) -> Result<(), String> {
    let mut rest = after.constraints.iter().peekable();
    for c in &before.constraints {
        let gone = super::shape::product(before, c).is_some_and(|p| products.contains(&p));
        if !gone && rest.next_if(|a| *a == c).is_none() {
            return Err("a constraint is lost that is none of the products'".into());
        }
    }
    for (k, (old, new)) in before.tensors().iter().zip(after.tensors()).enumerate() {
        let id = TensorId(k as u32);
        let same = old.kind == new.kind && old.shape == new.shape;
        let hidden =
            (&old.kind, &new.kind) == (&Kind::Witness, &Kind::Aux) && products.contains(&id);
        let claimed = new.kind == Kind::Witness && claims.iter().any(|c| c.sums == id);
        if !(same || hidden || claimed) {
            return Err(format!("tensor {k} is something else, and nothing is claimed for it"));
        }
    }
    match after.reads_hidden() {
        Some(id) => Err(format!("products {} are read by more than their sums", id.0)),
        None => Ok(()),
    }
}

/// Refuses a claim that the constraints do not show.
pub(super) fn shows(before: &Draft, after: &Draft, claim: &Claim) -> Result<(), String> {
    let refuse = |what: &str| Err(format!("sums {}: {what}", claim.sums.0));
    if !is_sum(before, claim) {
        return refuse("not those of the products");
    }
    let s = &claim.shape;
    let late = s.a.terms.iter().chain(&s.b.terms).map(|t| t.src).chain([claim.sums]);
    if after.is_late(late) {
        return refuse("not fixed before challenges are drawn");
    }
    let mut point = Point::new(after, claim);
    let (Some(a), Some(b)) =
        (point.factor(s, &s.a, Role::Row)?, point.factor(s, &s.b, Role::Column)?)
    else {
        return refuse("factors that read more than their own indices");
    };
    let y = point.values(claim.sums)?;
    let mut errors = Errors { sizes: s.sizes(), a, b, y };
    let packing = match &claim.shown {
        Shown::Packed { packing, .. } => Some(packing),
        Shown::Random { packing, .. } => packing.as_ref(),
    };
    if let Some(p) = packing {
        if !has_room(before, claim, p) || !is_held(after, claim.sums, p) {
            return refuse("no range keeps them apart");
        }
        errors = errors.packed(p.bits, p.rows);
    }
    let (wanted, shape) = match &claim.shown {
        Shown::Packed { .. } => errors.each(),
        Shown::Random { powers, columns, .. } => {
            let challenge = point.challenge(*powers)?;
            let Some(weights) = point.distinct(s, challenge, columns) else {
                return refuse("columns that are told apart by nothing");
            };
            errors.weighed(&weights)
        }
    };
    for c in after.constraints.iter().filter(|c| c.shape == shape) {
        if let Form::Zero(lin) = &c.form
            && lin.terms.iter().any(|t| point.is_about(t.src, claim))
            && point.eval(lin, wanted.len())? == wanted
        {
            return Ok(());
        }
    }
    refuse("no constraint says so")
}

/// Whether the sums were derived from the products as the roles of the indices say.
fn is_sum(d: &Draft, claim: &Claim) -> bool {
    let s = &claim.shape;
    let mut blocks =
        d.constraints.iter().filter(|c| super::shape::product(d, c) == Some(s.product));
    let of_block = blocks.next().is_some_and(|c| match &c.form {
        Form::Product(a, b, _) => {
            c.shape == s.dims && ((a, b) == (&s.a, &s.b) || (b, a) == (&s.a, &s.b))
        }
        Form::Zero(_) => false,
    });
    let Kind::Linear(lin) = &d.tensor(claim.sums).kind else { return false };
    let [t] = lin.terms.as_slice() else { return false };
    let unit = t.weight == Weight::Scalar(Int::one());
    let from = row_major(&s.dims);
    let outer = [Role::Batch, Role::Row, Role::Column];
    let mut place: usize = outer.iter().map(|r| s.count(*r)).product();
    let mut wanted = BTreeSet::new();
    for role in outer {
        for (k, &n) in s.dims.iter().enumerate().filter(|(k, _)| s.roles[*k] == role) {
            place /= n.max(1);
            if n > 1 {
                wanted.insert((n, from[k], Some(place as i64)));
            }
        }
    }
    let summed = s.dims.iter().zip(&from).zip(&s.roles).filter(|(_, r)| **r == Role::Summed);
    wanted.extend(summed.filter(|((n, _), _)| **n > 1).map(|((n, f), _)| (*n, *f, None)));
    let to = t.dst.strides.iter().map(|s| Some(*s)).chain(t.bound.iter().map(|_| None));
    let space = t.free.iter().chain(&t.bound).zip(&t.src_access.strides);
    let found: Vec<_> =
        space.zip(to).map(|((n, f), to)| (*n, *f, to)).filter(|x| x.0 > 1).collect();
    of_block
        && unit
        && t.src == s.product
        && (t.dst.offset, t.src_access.offset) == (0, 0)
        && found.len() == wanted.len()
        && found.iter().all(|x| wanted.contains(x))
}

/// Whether every honest sum is among 2^bits values from `lo` on, and several such fit a number.
fn has_room(d: &Draft, claim: &Claim, p: &Packing) -> bool {
    let Some((least, most)) = &d.tensor(claim.sums).interval else { return false };
    p.rows > 1
        && p.bits * p.rows <= ROOM
        && p.lo <= *least
        && *most < &p.lo + (Int::one() << p.bits)
}

/// Whether constraints hold every sum to these values.
fn is_held(d: &Draft, y: TensorId, p: &Packing) -> bool {
    let by_others = || {
        let held = super::bounds::held(d, &BTreeSet::from([y])).remove(&y);
        held.is_some_and(|(lo, hi)| p.lo <= lo && hi < &p.lo + (Int::one() << p.bits))
    };
    is_ranged(d, y, &p.lo, p.bits) || by_others()
}

/// Whether y − lo is written in at most so many binary digits.
fn is_ranged(d: &Draft, y: TensorId, lo: &Int, bits: usize) -> bool {
    let shape = &d.tensor(y).shape;
    let mut value = Lin { terms: vec![whole(y, shape)], width: d.tensor(y).width };
    value.terms.push(constant(shape, -lo));
    let wanted = canonical(d, shape, &value);
    let booleans: BTreeSet<TensorId> = d.constraints.iter().filter_map(|c| boolean(d, c)).collect();
    let about = |c: &&Constraint| match &c.form {
        Form::Zero(lin) => c.shape == *shape && lin.terms.iter().any(|t| t.src == y),
        Form::Product(..) => false,
    };
    d.constraints.iter().filter(about).filter_map(|c| decomposition(d, c)).any(|x| {
        x.shape == *shape
            && x.binary()
            && x.weights.len() <= bits
            && x.value == wanted
            && booleans.contains(&x.digits)
    })
}

/// Values of factors and sums, from which errors y − Σ a·b follow.
struct Errors {
    sizes: [usize; 4],
    /// [z, m, k]
    a: Vec<Fr>,
    /// [z, n, k]
    b: Vec<Fr>,
    /// [z, m, n]
    y: Vec<Fr>,
}

impl Errors {
    /// The same of several rows in a number: Σ_i 2^(bits·i) of each.
    fn packed(&self, bits: usize, rows: usize) -> Errors {
        let [z, m, n, k] = self.sizes;
        let numbers = m.div_ceil(rows);
        let step = Fr::from(2u64).pow([bits as u64]);
        let pack = |of: &[Fr], inner: usize| {
            let mut out = vec![Fr::ZERO; z * numbers * inner];
            for (at, row) in of.chunks(inner.max(1)).enumerate() {
                let (x, i) = (at / m, at % m);
                let weight = step.pow([(i % rows) as u64]);
                let number = (x * numbers + i / rows) * inner;
                out[number..number + inner].iter_mut().zip(row).for_each(|(p, a)| *p += weight * a);
            }
            out
        };
        let sizes = [z, numbers, n, k];
        Errors { sizes, a: pack(&self.a, k), b: self.b.clone(), y: pack(&self.y, n) }
    }

    /// Σ_k a·b − y over [z, m, n].
    fn each(&self) -> (Vec<Fr>, Vec<usize>) {
        let [z, m, n, k] = self.sizes;
        let places = (0..z).flat_map(|x| (0..m).flat_map(move |i| (0..n).map(move |c| (x, i, c))));
        let error = |(x, i, c)| {
            let row = x * m + i;
            dot(&self.a[row * k..(row + 1) * k], &self.b[(x * n + c) * k..]) - self.y[row * n + c]
        };
        (places.map(error).collect(), vec![z, m, n])
    }

    /// Σ_n weight[z, n]·(Σ_k a·b − y) over [z, m].
    fn weighed(&self, weights: &[Fr]) -> (Vec<Fr>, Vec<usize>) {
        let [z, m, n, k] = self.sizes;
        let mut out = vec![];
        for x in 0..z {
            let own = &weights[x * n..(x + 1) * n];
            let mut column = vec![Fr::ZERO; k];
            for (c, w) in own.iter().enumerate() {
                let at = (x * n + c) * k;
                column.iter_mut().zip(&self.b[at..at + k]).for_each(|(q, b)| *q += *w * b);
            }
            for i in 0..m {
                let at = x * m + i;
                out.push(dot(&column, &self.a[at * k..]) - dot(own, &self.y[at * n..]));
            }
        }
        (out, vec![z, m])
    }
}

fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    a.iter().zip(b).map(|(a, b)| *a * b).sum()
}

/// Random values of all variables, and what follows from them.
struct Point<'d> {
    d: &'d Draft,
    combinations: Combinations<'d>,
    /// What products of other values define.
    defined: BTreeMap<TensorId, &'d Constraint>,
    known: BTreeMap<TensorId, Vec<Fr>>,
}

impl<'d> Point<'d> {
    fn new(d: &'d Draft, claim: &Claim) -> Point<'d> {
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
            if pinned && tensor.shape == c.shape && *t == whole(t.src, &c.shape) {
                defined.entry(t.src).or_insert(c);
            }
        }
        let combinations = Combinations::new(&d.constants);
        Point { d, combinations, defined, known: BTreeMap::new() }
    }

    /// Whether a term reads what a claim's last constraint is about.
    fn is_about(&self, t: TensorId, claim: &Claim) -> bool {
        t == claim.sums || self.defined.contains_key(&t)
    }

    fn values(&mut self, id: TensorId) -> Result<Vec<Fr>, String> {
        self.learn(id)?;
        Ok(self.known[&id].clone())
    }

    fn eval(&mut self, lin: &Lin, len: usize) -> Result<Vec<Fr>, String> {
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
    fn factor(&mut self, s: &Shape, lin: &Lin, outer: Role) -> Result<Option<Vec<Fr>>, String> {
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
    fn challenge(&mut self, powers: TensorId) -> Result<Fr, String> {
        let all = self.values(powers)?;
        let rho = all.get(1).copied().unwrap_or(Fr::ZERO);
        let drawn = self.d.tensors().iter().enumerate().any(|(k, t)| {
            let known = self.known.get(&TensorId(k as u32));
            t.kind == Kind::Challenge && known.is_some_and(|v| v.as_slice() == [rho])
        });
        if drawn { Ok(rho) } else { Err("powers of what is no challenge".into()) }
    }

    /// ρ to the exponents over [z, n], if those of different n differ.
    fn distinct(&self, s: &Shape, rho: Fr, x: &Exponents) -> Option<Vec<Fr>> {
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

#[cfg(test)]
mod tests;
