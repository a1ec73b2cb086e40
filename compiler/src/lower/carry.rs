//! Public values that are carried: committed to, and bound by one number that the verifier computes.
//!
//! A public value that is an instance variable costs the verifier a point of the key and a multiplication
//! on the curve. With a commitment round n of them can be committed to as the witness is, and bound by
//! e = Σ ρ^k·(x_k − lo_k) alone, for the first challenge ρ and the least values lo of their types;
//! [`Circuit::validate`] has the argument, and refuses a circuit that does not show it.
//!
//! Every value is a product for the prover, so that this is done where it adds little to a proof, or where
//! somebody asks for it: on chain nothing else will do for more than a few values.
//!
//! With rows of L values, k = L·i + j and u = x − lo, that is n products ρ^j·u and one for each row but the
//! first, (ρ^L)^i·Σ_j ρ^j·u. Powers take a product each: n + L + 2·⌈n/L⌉ constraints or so, with L = √(2n).

use crate::options::{Public, Round};
use std::collections::BTreeSet;
use zirc_circuit::{
    Access, Block, Category, Circuit, Int, Kind, Lin, MAX_CARRIED, Op, Origin, OriginId, PortType,
    Step, Tensor, TensorId, Term, User, Weight, Width,
};

/// Values that are worth it where there is a round: on chain each is 6,150 gas as an instance variable, and
/// what remains of that is the evaluation.
const LEAST: usize = 8;

/// Where nothing else needs a round, which takes a pairing (34,000 gas), a point and a challenge more.
const LEAST_ALONE: usize = 16;

/// The part of a circuit's constraints that are added without being asked for.
const PART: usize = 10;

/// The circuit with its public values carried; `None` where that is not worth it, or not wanted.
pub(crate) fn apply(
    c: &Circuit,
    round: Round,
    wanted: Option<Public>,
) -> Result<Option<Circuit>, String> {
    let carried: Vec<(TensorId, Int)> = ports(c);
    let len = |t: TensorId| c.tensors[t.0 as usize].len();
    let values: usize = carried.iter().map(|(t, _)| len(*t)).sum();
    let least = match (round, wanted) {
        (Round::None | Round::Shared, _) | (_, Some(Public::Plain)) => return Ok(None),
        (_, Some(Public::Carried)) | (Round::Everywhere, None) => 1,
        (Round::WhereCheaper, None) if c.has_challenges() => LEAST,
        (Round::WhereCheaper, None) => LEAST_ALONE,
    };
    if values < least || values > MAX_CARRIED {
        return Ok(None);
    }
    let mut out = c.clone();
    for (t, _) in &carried {
        out.tensors[t.0 as usize].kind = Kind::Carried;
    }
    let origin = shared(&mut out, &carried);
    Emitter { c: &mut out, origin }.bind(&carried, values);
    let added = out.num_constraints() - c.num_constraints();
    if wanted.is_none() && round == Round::WhereCheaper && added > c.num_constraints() / PART {
        return Ok(None);
    }
    accounts_for(c, &out)?;
    out.validate().map_err(|e| e.to_string())?;
    Ok(Some(out))
}

/// An origin of what all of these are carried by.
fn shared(c: &mut Circuit, carried: &[(TensorId, Int)]) -> OriginId {
    let mut users: Vec<User> = vec![];
    for tensor in carried.iter().map(|(t, _)| &c.tensors[t.0 as usize]) {
        let times = u32::try_from(tensor.len()).unwrap_or(u32::MAX);
        match users.iter_mut().find(|u| u.origin == tensor.origin) {
            Some(u) => u.times = u.times.saturating_add(times),
            None => {
                users.push(User { origin: tensor.origin, category: Category::Equality, times });
            }
        }
    }
    let first = users[0].origin;
    if users.len() == 1 {
        return first;
    }
    c.origins.push(Origin { users, ..c.origins[first.0 as usize].clone() });
    OriginId(c.origins.len() as u32 - 1)
}

/// Public tensors that have an element, in the order of the signature, with the least values of their types.
fn ports(c: &Circuit) -> Vec<(TensorId, Int)> {
    let all = c.signature.inputs.iter().chain(&c.signature.outputs);
    let own = all.filter(|p| {
        let t = &c.tensors[p.tensor.0 as usize];
        t.kind == Kind::Public && !t.is_empty()
    });
    own.map(|p| match &p.ty {
        PortType::Fix { lo, .. } => (p.tensor, lo.clone()),
        PortType::Field => (p.tensor, Int::from(0)),
    })
    .collect()
}

/// That nothing is lost: but for the kind of public values, there is only more than before.
fn accounts_for(before: &Circuit, after: &Circuit) -> Result<(), String> {
    let kept = |(old, new): (&Tensor, &Tensor)| {
        let carried = old.kind == Kind::Public && new.kind == Kind::Carried;
        let kind = if carried { Kind::Public } else { new.kind.clone() };
        *old == Tensor { kind, ..new.clone() }
    };
    let tensors = before.tensors.len() <= after.tensors.len()
        && before.tensors.iter().zip(&after.tensors).all(kept);
    let own: BTreeSet<TensorId> = before.public_tensors().collect();
    let public = after.public_tensors().collect::<BTreeSet<_>>() == own;
    let all = tensors
        && public
        && after.blocks.starts_with(&before.blocks)
        && after.program.starts_with(&before.program)
        && after.constants == before.constants
        && after.signature == before.signature;
    if all { Ok(()) } else { Err("carrying public values changes more than that".into()) }
}

/// Adds tensors, constraints and steps behind all others.
struct Emitter<'c> {
    c: &'c mut Circuit,
    origin: OriginId,
}

impl Emitter<'_> {
    fn bind(mut self, carried: &[(TensorId, Int)], values: usize) {
        let columns = (2 * values).isqrt().max(1);
        let rows = values.div_ceil(columns);
        let rho = self.challenge();
        let low = self.powers(rho, columns + usize::from(rows > 1));
        let high = match rows {
            1 => low,
            _ => {
                let base = self.derived(vec![], vec![element(low, columns)]);
                self.powers(base, rows)
            }
        };
        let differences = self.differences(carried, values);
        // Full rows, and what is left.
        let full = values / columns;
        let parts = [(0, full, columns), (full, 1, values % columns)];
        let mut sums = vec![];
        for (first, rows, len) in parts.into_iter().filter(|(_, rows, len)| rows * len > 0) {
            let own = [rows, len];
            let step = columns as i64;
            let powers = read(low, &own, &[], &[0, 1], 0);
            let values = read(differences, &own, &[], &[step, 1], first as i64 * step);
            let v = self.product(own.to_vec(), powers, values);
            let total = read(v, &[rows], &[len], &[len as i64, 1], 0);
            sums.push((first, self.derived(vec![rows], vec![total]), rows));
        }
        let mut total = vec![element(sums[0].1, 0)];
        for (first, sum, rows) in sums {
            // The first row is as it is.
            let skipped = usize::from(first == 0);
            let own = [rows - skipped];
            if own[0] == 0 {
                continue;
            }
            let row = read(sum, &own, &[], &[1], skipped as i64);
            let power = read(high, &own, &[], &[1], (first + skipped) as i64);
            let w = self.product(own.to_vec(), row, power);
            total.push(read(w, &[], &own, &[1], 0));
        }
        let sum = Lin { terms: total, width: Width::Field };
        let e = self.tensor(vec![], Kind::Evaluation, Op::Linear(sum.clone()));
        let minus = element(e, 0).weighed(Weight::Scalar(Int::from(-1)));
        let none = || Lin { terms: vec![], width: Width::Field };
        let terms = sum.terms.into_iter().chain([minus]).collect();
        self.push(vec![], [none(), none(), Lin { terms, width: Width::Field }]);
    }

    /// The first challenge, drawn where there is none.
    fn challenge(&mut self) -> TensorId {
        let first = self.c.tensors.iter().position(|t| t.kind == Kind::Challenge);
        match first {
            Some(k) => {
                let shape = &self.c.tensors[k].shape;
                match shape.is_empty() {
                    true => TensorId(k as u32),
                    false => self.derived(vec![], vec![element(TensorId(k as u32), 0)]),
                }
            }
            None => self.tensor(vec![], Kind::Challenge, Op::Challenge),
        }
    }

    /// Powers from 1 on, so many: ρ^(2^i + j) = ρ^(2^i)·ρ^j for 1 ≤ j ≤ 2^i.
    fn powers(&mut self, base: TensorId, len: usize) -> TensorId {
        let mut parts = vec![(TensorId::ONE, 1), (base, 1)];
        let mut known = 2;
        while known < len {
            let half = known - 1;
            let count = half.min(len - known);
            let so_far = self.listed(&parts);
            let each = read(so_far, &[count], &[], &[1], 1);
            let highest = read(so_far, &[count], &[], &[0], half as i64);
            parts.push((self.product(vec![count], each, highest), count));
            known += count;
        }
        self.listed(&parts)
    }

    /// Parts one behind the other.
    fn listed(&mut self, parts: &[(TensorId, usize)]) -> TensorId {
        let mut at = 0;
        let terms = parts.iter().map(|&(src, count)| {
            let dst = Access { offset: at, strides: vec![1] };
            at += count as i64;
            read(src, &[count], &[], &[1], 0).to(dst)
        });
        let terms: Vec<Term> = terms.collect();
        self.derived(vec![at as usize], terms)
    }

    /// x − lo, all behind one another.
    fn differences(&mut self, carried: &[(TensorId, Int)], values: usize) -> TensorId {
        let mut at = 0;
        let mut terms = vec![];
        for (t, lo) in carried {
            let len = self.c.tensors[t.0 as usize].len();
            let dst = Access { offset: at, strides: vec![1] };
            terms.push(read(*t, &[len], &[], &[1], 0).to(dst.clone()));
            let weight = Weight::Scalar(-lo);
            terms.push(Term::spread(TensorId::ONE, &[len]).to(dst).weighed(weight));
            at += len as i64;
        }
        terms.retain(|t| t.weight != Weight::Scalar(Int::from(0)));
        self.derived(vec![values], terms)
    }

    fn product(&mut self, shape: Vec<usize>, a: Term, b: Term) -> TensorId {
        let one = |t: Term| Lin { terms: vec![t], width: Width::Field };
        let (a, b) = (one(a), one(b));
        let op = Op::Mul(a.clone(), b.clone());
        let id = self.tensor(shape.clone(), Kind::Response, op);
        let c = one(Term::whole(id, &shape));
        self.push(shape, [a, b, c]);
        id
    }

    fn derived(&mut self, shape: Vec<usize>, terms: Vec<Term>) -> TensorId {
        let kind = Kind::Linear(Lin { terms, width: Width::Field });
        self.tensor(shape, kind, Op::Derive)
    }

    fn tensor(&mut self, shape: Vec<usize>, kind: Kind, op: Op) -> TensorId {
        let id = TensorId(self.c.tensors.len() as u32);
        let (width, name, origin) = (Width::Field, None, self.origin);
        let interval = None;
        self.c.tensors.push(Tensor { shape, kind, interval, width, name, origin });
        self.c.program.push(Step::Assign { tensor: id, op });
        id
    }

    fn push(&mut self, shape: Vec<usize>, [a, b, c]: [Lin; 3]) {
        let (category, origin) = (Category::Equality, self.origin);
        self.c.blocks.push(Block { shape, a, b, c, category, origin });
    }
}

/// A term that reads from a place on along strides, in the order of the indices `free`, summed over `bound`.
fn read(src: TensorId, free: &[usize], bound: &[usize], strides: &[i64], offset: i64) -> Term {
    Term::read(src, free, bound, Access { offset, strides: strides.to_vec() })
}

/// One element.
fn element(src: TensorId, index: usize) -> Term {
    read(src, &[], &[], &[], index as i64)
}
