//! Scalar constraints over scalar variables: what a program says, element by element.

use super::form::{Form, Poly, Var};
use crate::interval::mul_range;
use crate::number::{half_order, order};
use num_traits::{One, Signed, Zero};
use std::rc::Rc;
use zirc_circuit::{Int, OriginId, TensorId};

/// What a variable is to the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Known before the audit begins: an argument, or what arguments determine.
    Given,
    /// A hint whose uniqueness is to be shown.
    Target,
    /// Anything else, such as a product.
    Other,
}

/// A scalar variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// The tensor element it is.
    pub(crate) tensor: TensorId,
    pub(crate) index: usize,
    pub(crate) role: Role,
    /// An interval that constraints enforce, or that holds of an argument by its type.
    pub(crate) bounds: Option<(Int, Int)>,
}

/// A scalar constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// form = 0
    Zero(Form),
    /// a·b = c
    Product(Form, Form, Form),
    /// The form, modulo the order of the field, lies in `lo..=hi`.
    Range(Form, Int, Int),
    /// The second is the element of the table at the first, which lies in it.
    Lookup(Form, Form, Rc<Vec<Int>>),
}

/// A scalar constraint with its provenance.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(crate) kind: Kind,
    /// Where it was asked for; two when it was made of two.
    pub(crate) origins: Vec<OriginId>,
    /// Its variables, each once.
    pub(crate) variables: Vec<Var>,
}

/// Constraints over variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    pub(crate) variables: Vec<Variable>,
    pub(crate) constraints: Vec<Constraint>,
    /// The constraints that mention each variable.
    pub(crate) mentions: Vec<Vec<usize>>,
}

impl Kind {
    pub(crate) fn forms(&self) -> Vec<&Form> {
        match self {
            Kind::Zero(f) | Kind::Range(f, ..) => vec![f],
            Kind::Product(a, b, c) => vec![a, b, c],
            Kind::Lookup(index, out, _) => vec![index, out],
        }
    }

    fn variables(&self) -> Vec<Var> {
        let mut all: Vec<Var> =
            self.forms().into_iter().flat_map(|f| f.terms.iter().map(|t| t.0)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn map(&self, f: impl Fn(&Form) -> Form) -> Kind {
        match self {
            Kind::Zero(a) => Kind::Zero(f(a)),
            Kind::Product(a, b, c) => Kind::Product(f(a), f(b), f(c)),
            Kind::Range(a, lo, hi) => Kind::Range(f(a), lo.clone(), hi.clone()),
            Kind::Lookup(index, out, table) => Kind::Lookup(f(index), f(out), table.clone()),
        }
    }
}

impl System {
    pub(crate) fn add_variable(&mut self, v: Variable) -> Var {
        self.variables.push(v);
        self.variables.len() as Var - 1
    }

    pub(crate) fn add(&mut self, kind: Kind, origin: OriginId) {
        self.constraints.push(Constraint { kind, origins: vec![origin], variables: vec![] });
    }

    pub(crate) fn bounds(&self, v: Var) -> Option<&(Int, Int)> {
        self.variables[v as usize].bounds.as_ref()
    }

    /// Whether the variable is a bit by what is enforced.
    pub(crate) fn is_bit(&self, v: Var) -> bool {
        self.bounds(v).is_some_and(|(lo, hi)| lo.is_zero() && hi.is_one())
    }

    /// An interval of a form's value as an integer.
    pub(crate) fn form_bounds(&self, f: &Form) -> Option<(Int, Int)> {
        let (mut lo, mut hi) = (f.constant.clone(), f.constant.clone());
        for (v, c) in &f.terms {
            let (a, b) = self.bounds(*v)?;
            if c.is_negative() {
                lo += c * b;
                hi += c * a;
            } else {
                lo += c * a;
                hi += c * b;
            }
        }
        Some((lo, hi))
    }

    /// An interval of a polynomial's value as an integer.
    pub(crate) fn poly_bounds(&self, p: &Poly) -> Option<(Int, Int)> {
        p.bounds(&|v| self.bounds(v).cloned())
    }

    /// Makes the system ready: constants are put in, products lead to what they are equal to, and
    /// enforced intervals are read off.
    pub(crate) fn finish(&mut self) {
        self.fold();
        self.merge();
        self.index();
        self.read_bounds();
    }

    /// Products with a constant factor are linear.
    fn fold(&mut self) {
        for c in &mut self.constraints {
            if let Kind::Product(a, b, out) = &c.kind {
                let linear = if a.is_constant() {
                    Some(b.combine(&a.constant, out, &-Int::one()))
                } else if b.is_constant() {
                    Some(a.combine(&b.constant, out, &-Int::one()))
                } else {
                    None
                };
                if let Some(f) = linear {
                    c.kind = Kind::Zero(f);
                }
            }
        }
    }

    fn index(&mut self) {
        self.mentions = vec![vec![]; self.variables.len()];
        for (k, c) in self.constraints.iter_mut().enumerate() {
            c.variables = c.kind.variables();
            for v in &c.variables {
                self.mentions[*v as usize].push(k);
            }
        }
    }

    /// `a·b = z` and `z + rest = 0` become `a·b = −rest` where nothing else reads z.
    fn merge(&mut self) {
        self.index();
        let mut gone = vec![false; self.constraints.len()];
        for v in 0..self.variables.len() as Var {
            if self.variables[v as usize].role != Role::Other {
                continue;
            }
            let [i, j] = self.mentions[v as usize][..] else { continue };
            if gone[i] || gone[j] {
                continue;
            }
            let (at, by) = match (&self.constraints[i].kind, &self.constraints[j].kind) {
                (Kind::Product(a, b, c), Kind::Zero(f)) if product_of(a, b, c, v) => (i, (j, f)),
                (Kind::Zero(f), Kind::Product(a, b, c)) if product_of(a, b, c, v) => (j, (i, f)),
                _ => continue,
            };
            let k = by.1.coefficient(v);
            if !k.abs().is_one() {
                continue;
            }
            let mut rest = by.1.clone();
            rest.terms.retain(|t| t.0 != v);
            let value = rest.combine(&-k, &Form::default(), &Int::zero());
            let (kind, from) = (self.constraints[at].kind.map(|f| f.substitute(v, &value)), by.0);
            for w in value.terms.iter().map(|t| t.0) {
                for m in &mut self.mentions[w as usize] {
                    if *m == from {
                        *m = at;
                    }
                }
                self.mentions[w as usize].sort_unstable();
                self.mentions[w as usize].dedup();
            }
            self.constraints[at].kind = kind;
            let origins = self.constraints[from].origins.clone();
            self.constraints[at].origins.extend(origins);
            gone[from] = true;
            self.mentions[v as usize].clear();
        }
        let mut k = 0;
        self.constraints.retain(|_| {
            k += 1;
            !gone[k - 1]
        });
    }

    fn read_bounds(&mut self) {
        for k in 0..self.constraints.len() {
            match self.constraints[k].kind.clone() {
                Kind::Range(f, lo, hi) => self.bound_by_range(&f, &lo, &hi),
                Kind::Zero(f) => {
                    // c·v + d = 0 with a unit c
                    self.bound_by_range(&f, &Int::zero(), &Int::zero());
                }
                Kind::Product(a, b, c) => self.bound_by_product(&a, &b, &c),
                Kind::Lookup(_, out, table) => {
                    if let (Some(lo), Some(hi)) = (table.iter().min(), table.iter().max()) {
                        self.bound_by_range(&out, lo, hi);
                    }
                }
            }
        }
    }

    fn bound_by_range(&mut self, f: &Form, lo: &Int, hi: &Int) {
        let [(v, c)] = f.terms.as_slice() else { return };
        if !c.abs().is_one() {
            return;
        }
        let (lo, hi) = (lo - &f.constant, hi - &f.constant);
        let (lo, hi) = if c.is_negative() { (-hi, -lo) } else { (lo, hi) };
        self.narrow(*v, lo, hi);
    }

    /// The value of `v`, modulo the order, lies in `lo..=hi` as well.
    fn narrow(&mut self, v: Var, lo: Int, hi: Int) {
        let half = half_order();
        if lo < -&half || hi > half {
            return;
        }
        let old = &mut self.variables[v as usize].bounds;
        // Both intervals lie within half the order of 0, so their integers are the same one.
        *old = Some(match old.take() {
            Some((a, b)) => (a.max(lo), b.min(hi)),
            None => (lo, hi),
        });
    }

    fn bound_by_product(&mut self, a: &Form, b: &Form, c: &Form) {
        // (v − r)·(v − s) = 0
        if let ([(v, x)], [(w, y)], true) = (&a.terms[..], &b.terms[..], c == &Form::default())
            && v == w
            && x.abs().is_one()
            && y.abs().is_one()
        {
            let (r, s) = (-(&a.constant * x), -(&b.constant * y));
            self.narrow(*v, r.clone().min(s.clone()), r.max(s));
            return;
        }
        // a·b = ±v for a product's own variable
        if let [(v, k)] = &c.terms[..]
            && k.abs().is_one()
            && c.constant.is_zero()
            && self.variables[*v as usize].role == Role::Other
            && let (Some(x), Some(y)) = (self.form_bounds(a), self.form_bounds(b))
        {
            let (lo, hi) = mul_range(&x, &y);
            let (lo, hi) = if k.is_negative() { (-hi, -lo) } else { (lo, hi) };
            if &hi - &lo < order() {
                self.narrow(*v, lo, hi);
            }
        }
    }
}

/// Whether `a·b = c` defines `v`.
fn product_of(a: &Form, b: &Form, c: &Form, v: Var) -> bool {
    !c.coefficient(v).is_zero() && a.coefficient(v).is_zero() && b.coefficient(v).is_zero()
}
