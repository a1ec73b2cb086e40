//! From the tensor program of one function to scalar constraints.
//!
//! First it is settled tensor by tensor what the arguments determine: inputs, linear tensors of
//! determined ones, products of determined factors, and whole calls of audited functions whose
//! arguments are determined. Only the constraints that mention anything else are written out; an
//! element of a large determined combination stays one variable.

use super::form::{Form, Var};
use super::system::{Kind, Role, System, Variable};
use crate::program::{Enforce, Program, Rule};
use num_traits::{One, Zero};
use std::collections::BTreeSet;
use std::rc::Rc;
use zirc_circuit::{Category, Int, Kind as TensorKind, Lin, Op, Step, TensorId, Term, Weight};

/// Terms that one program may be written out to.
const BUDGET: usize = 1 << 22;
/// A determined combination of more terms than this for each element stays one variable.
const OPAQUE: usize = 64;
/// Elements of constraints among determined values that are kept as facts.
const FACTS: usize = 4096;

/// What is to be written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What bears on the hints to be shown unique.
    Needed,
    /// Everything, so that an assignment can be judged.
    All,
}

/// The program is too large to be written out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooLarge;

/// What of a program is known before its own hints are looked at.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) determined: Vec<bool>,
    /// Arguments and values let through by `#[nondet]`.
    pub(crate) given: Vec<bool>,
    /// Hints to be shown unique.
    pub(crate) targets: Vec<bool>,
}

impl Known {
    pub(crate) fn of(
        p: &Program,
        targets: &BTreeSet<TensorId>,
        free: &BTreeSet<TensorId>,
    ) -> Known {
        let n = p.tensors.len();
        let mut k =
            Known { determined: vec![false; n], given: vec![false; n], targets: vec![false; n] };
        for s in &p.steps {
            if let Step::Assign { tensor, op: Op::Input(_) } = s {
                k.given[tensor.0 as usize] = true;
            }
        }
        for t in free {
            k.given[t.0 as usize] = true;
        }
        for t in targets {
            k.targets[t.0 as usize] = true;
        }
        k.determined.clone_from(&k.given);
        k.determined[0] = true;
        k.spread(p);
        k
    }

    /// Spreads what is determined until nothing changes.
    fn spread(&mut self, p: &Program) {
        let reads: Vec<BTreeSet<u32>> = p.audited.iter().map(|r| reads(p, r)).collect();
        loop {
            let before = self.determined.iter().filter(|d| **d).count();
            for (k, t) in p.tensors.iter().enumerate() {
                if let TensorKind::Linear(lin) = &t.kind
                    && self.all(lin)
                {
                    self.determined[k] = true;
                }
            }
            for (r, reads) in p.audited.iter().zip(&reads) {
                if reads.iter().all(|&t| self.determined[t as usize]) {
                    for k in r.tensors.clone() {
                        if matches!(p.tensors[k].kind, TensorKind::Witness) {
                            self.determined[k] = true;
                        }
                    }
                }
            }
            for e in &p.enforce {
                if let Rule::Lookup { index, out, .. } = &e.rule
                    && self.all(index)
                {
                    self.determined[out.0 as usize] = true;
                }
                if let Rule::Product(a, b, c) = &e.rule
                    && self.all(a)
                    && self.all(b)
                    && let [t] = c.terms.as_slice()
                    && let TensorKind::Witness = p.tensor(t.src).kind
                    && !self.targets[t.src.0 as usize]
                    && covers(p, t)
                {
                    self.determined[t.src.0 as usize] = true;
                }
            }
            if self.determined.iter().filter(|d| **d).count() == before {
                return;
            }
        }
    }

    fn all(&self, lin: &Lin) -> bool {
        lin.terms.iter().all(|t| self.determined[t.src.0 as usize])
    }
}

/// What a call reads from outside of it.
fn reads(p: &Program, r: &crate::program::AuditedCall) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    let mut add = |lin: &Lin| {
        all.extend(
            lin.terms.iter().map(|t| t.src.0).filter(|t| !r.tensors.contains(&(*t as usize))),
        );
    };
    for t in &p.tensors[r.tensors.clone()] {
        if let TensorKind::Linear(lin) = &t.kind {
            add(lin);
        }
    }
    p.enforce[r.enforce.clone()].iter().flat_map(|e| e.rule.lins()).for_each(add);
    all.remove(&0);
    all
}

/// Whether the term reads every element of its source exactly once, with a known factor.
fn covers(p: &Program, t: &Term) -> bool {
    let Weight::Scalar(w) = &t.weight else { return false };
    if w.is_zero() || !t.bound.is_empty() || t.src_access.offset != 0 {
        return false;
    }
    let mut dims: Vec<(i64, usize)> =
        t.src_access.strides.iter().copied().zip(t.free.clone()).filter(|x| x.1 != 1).collect();
    dims.sort_unstable();
    let mut expected = 1i64;
    for (stride, extent) in dims {
        if stride != expected {
            return false;
        }
        expected = expected.saturating_mul(extent as i64);
    }
    expected as usize == p.tensor(t.src).len()
}

/// Writes a program out.
pub(crate) fn expand(p: &Program, known: &Known, detail: Detail) -> Result<System, TooLarge> {
    let mut x = Expansion {
        p,
        known,
        detail,
        system: System::default(),
        variables: vec![None; p.tensors.len()],
        forms: vec![None; p.tensors.len()],
        spent: 0,
    };
    for (k, e) in p.enforce.iter().enumerate() {
        if detail == Detail::All || x.is_needed(k, e) {
            x.write_out(e)?;
        }
    }
    // Hints that no constraint mentions are variables all the same.
    for (k, t) in p.tensors.iter().enumerate() {
        if known.targets[k] || (detail == Detail::All && known.given[k]) {
            for i in 0..t.len() {
                x.variable(k, i)?;
            }
        }
    }
    let mut system = x.system;
    system.finish();
    Ok(system)
}

struct Expansion<'p> {
    p: &'p Program,
    known: &'p Known,
    detail: Detail,
    system: System,
    variables: Vec<Option<Vec<Var>>>,
    forms: Vec<Option<Vec<Form>>>,
    spent: usize,
}

impl Expansion<'_> {
    /// Whether a constraint bears on the hints: of those among determined values a few are kept as facts.
    fn is_needed(&self, k: usize, e: &Enforce) -> bool {
        let count: usize = e.shape.iter().product();
        let inside = || self.p.audited.iter().any(|r| r.enforce.contains(&k));
        let dropped = || inside() || count > FACTS || e.category == Category::InputRange;
        !(e.rule.lins().iter().all(|l| self.known.all(l)) && dropped())
    }

    /// Writes a constraint out, element by element.
    fn write_out(&mut self, e: &Enforce) -> Result<(), TooLarge> {
        let count: usize = e.shape.iter().product();
        let forms = e.rule.lins().into_iter().map(|l| self.lin(l, count));
        let mut forms = forms.collect::<Result<Vec<_>, _>>()?.into_iter();
        match (&e.rule, forms.next(), forms.next(), forms.next()) {
            (Rule::Product(..), Some(a), Some(b), Some(c)) => {
                for ((a, b), c) in a.into_iter().zip(b).zip(c) {
                    self.system.add(Kind::Product(a, b, c), e.origin);
                }
            }
            (Rule::Zero(_), Some(a), ..) => {
                a.into_iter().for_each(|f| self.system.add(Kind::Zero(f), e.origin));
            }
            (Rule::Range { lo, hi, .. }, Some(a), ..) => {
                for f in a {
                    self.system.add(Kind::Range(f, lo.clone(), hi.clone()), e.origin);
                }
            }
            (Rule::Lookup { table, rows, columns, out, .. }, Some(a), ..) => {
                let data = &self.p.constants[table.0 as usize].data;
                self.spend(rows.saturating_mul(*columns))?;
                for c in 0..*columns {
                    let column = (0..*rows).map(|r| data.get(r * columns + c)).collect();
                    let column: Rc<Vec<Int>> = Rc::new(column);
                    for (i, f) in a.iter().enumerate() {
                        let v = self.variable(out.0 as usize, i * columns + c)?;
                        let out = Form { terms: vec![(v, Int::one())], constant: Int::zero() };
                        self.system.add(Kind::Lookup(f.clone(), out, column.clone()), e.origin);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn spend(&mut self, n: usize) -> Result<(), TooLarge> {
        self.spent = self.spent.saturating_add(n);
        if self.spent > BUDGET { Err(TooLarge) } else { Ok(()) }
    }

    /// The variable of one element.
    fn variable(&mut self, tensor: usize, index: usize) -> Result<Var, TooLarge> {
        if self.variables[tensor].is_none() {
            let len = self.p.tensors[tensor].len();
            self.spend(len / 4)?;
            self.variables[tensor] = Some(vec![Var::MAX; len]);
        }
        let known = self.known;
        let role = if known.targets[tensor] {
            Role::Target
        } else if known.given[tensor] || (self.detail == Detail::Needed && known.determined[tensor])
        {
            Role::Given
        } else {
            Role::Other
        };
        let t = &self.p.tensors[tensor];
        // An input's interval holds by its type, that of a determined value follows from what is
        // enforced where it is computed. Of a hint only its constraints count.
        let bounds = if role == Role::Given { t.interval.clone() } else { None };
        let slot = &mut self.variables[tensor];
        let Some(v) = slot.as_mut().and_then(|s| s.get_mut(index)) else { return Err(TooLarge) };
        if *v == Var::MAX {
            let tensor = TensorId(tensor as u32);
            *v = self.system.add_variable(Variable { tensor, index, role, bounds });
        }
        Ok(*v)
    }

    /// Whether a determined combination is left as it is.
    fn opaque(&self, tensor: usize, lin: &Lin) -> bool {
        if self.detail == Detail::All || !self.known.determined[tensor] {
            return false;
        }
        let reads: usize = lin.terms.iter().map(size).fold(0, usize::saturating_add);
        let len = self.p.tensors[tensor].len();
        reads > OPAQUE.saturating_mul(len.max(1))
    }

    /// One element of a tensor as a form, scaled and added to `terms`.
    fn read(
        &mut self,
        tensor: usize,
        index: usize,
        factor: &Int,
        terms: &mut (Vec<(Var, Int)>, Int),
    ) -> Result<(), TooLarge> {
        match &self.p.tensors[tensor].kind {
            TensorKind::One => terms.1 += factor,
            TensorKind::Linear(lin) if !self.opaque(tensor, lin) => {
                if self.forms[tensor].is_none() {
                    let forms = self.lin(lin, self.p.tensors[tensor].len())?;
                    self.forms[tensor] = Some(forms);
                }
                let Some(f) = self.forms[tensor].as_ref().and_then(|f| f.get(index)) else {
                    return Err(TooLarge);
                };
                self.spent = self.spent.saturating_add(f.terms.len());
                terms.0.extend(f.terms.iter().map(|(v, c)| (*v, c * factor)));
                terms.1 += &f.constant * factor;
                if self.spent > BUDGET {
                    return Err(TooLarge);
                }
            }
            _ => {
                let v = self.variable(tensor, index)?;
                terms.0.push((v, factor.clone()));
            }
        }
        Ok(())
    }

    /// A combination, element by element.
    fn lin(&mut self, lin: &Lin, count: usize) -> Result<Vec<Form>, TooLarge> {
        let reads: usize = lin.terms.iter().map(size).fold(0, usize::saturating_add);
        self.spend(reads.saturating_add(count))?;
        let mut out: Vec<(Vec<(Var, Int)>, Int)> = vec![(vec![], Int::zero()); count];
        for t in &lin.terms {
            let all: Vec<usize> = t.free.iter().chain(&t.bound).copied().collect();
            let mut index = vec![0; all.len()];
            if all.contains(&0) {
                continue;
            }
            let p = self.p;
            loop {
                let dst = t.dst.at(&index[..t.free.len()]);
                let src = t.src_access.at(&index);
                let (dst, src) = (usize::try_from(dst).ok(), usize::try_from(src).ok());
                let (Some(dst), Some(src)) = (dst.filter(|d| *d < count), src) else {
                    return Err(TooLarge);
                };
                let mut slot = std::mem::take(&mut out[dst]);
                match &t.weight {
                    Weight::Scalar(w) => self.read(t.src.0 as usize, src, w, &mut slot)?,
                    Weight::Tensor { factor, constant, access } => {
                        let at = usize::try_from(access.at(&index)).map_err(|_| TooLarge)?;
                        let w = p.constants[constant.0 as usize].data.get(at);
                        let w = if factor.is_one() { w } else { w * factor };
                        if !w.is_zero() {
                            self.read(t.src.0 as usize, src, &w, &mut slot)?;
                        }
                    }
                }
                out[dst] = slot;
                if !step(&mut index, &all) {
                    break;
                }
            }
        }
        Ok(out.into_iter().map(|(terms, constant)| Form::new(terms, constant)).collect())
    }
}

/// Counts up; false at the end.
fn step(index: &mut [usize], extents: &[usize]) -> bool {
    for k in (0..index.len()).rev() {
        index[k] += 1;
        if index[k] < extents[k] {
            return true;
        }
        index[k] = 0;
    }
    false
}

fn size(t: &Term) -> usize {
    t.free.iter().chain(&t.bound).fold(1usize, |n, d| n.saturating_mul(*d))
}
