//! Sums, scalings and products of numbers.

mod binary;
mod bound;
mod cast;
pub(super) mod compare;
pub(super) mod constant;
mod contract;
mod real;

use super::{Elaborator, Mode, Res, fail};
use crate::combination::{Affine, LTerm};
use crate::diagnostic::Diagnostic;
use crate::interval::{mul_range, square_range};
use crate::number::{Ratio, bit_length, centred, show, to_integer};
use crate::value::{Data, Num};
use num_integer::Integer;
use num_traits::{One, Zero};
use std::rc::Rc;
use zirc_circuit::{Category, Int};
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// The shape of an elementwise result; scalars broadcast.
    pub(crate) fn join_shapes(&self, a: &Num, b: &Num, span: Span) -> Res<Vec<usize>> {
        if a.shape == b.shape || b.shape.is_empty() {
            return Ok(a.shape.clone());
        }
        if a.shape.is_empty() {
            return Ok(b.shape.clone());
        }
        fail(
            Diagnostic::error("E0201", span, "the shapes of the two sides differ")
                .say(format!("{:?} and {:?}", a.shape, b.shape)),
        )
    }

    /// Both numbers at one scale: the finer, which must divide the coarser.
    pub(crate) fn align(&mut self, a: Num, b: Num, span: Span) -> Res<(Num, Num)> {
        let (sa, sb) = match (&a.scale, &b.scale) {
            (None, None) => return Ok((a, b)),
            (None, Some(_)) => return Ok((a, self.field_constant(b, span)?)),
            (Some(_), None) => return Ok((self.field_constant(a, span)?, b)),
            (Some(x), Some(y)) if x == y => return Ok((a, b)),
            (Some(x), Some(y)) => (x.clone(), y.clone()),
        };
        if let Some(k) = to_integer(&(&sa / &sb)) {
            return Ok((self.rescale(a, &k, &sb, span)?, b));
        }
        if let Some(k) = to_integer(&(&sb / &sa)) {
            return Ok((a, self.rescale(b, &k, &sa, span)?));
        }
        let zero = |n: &Num| !n.varies() && n.as_scalar().is_some_and(|v| v.is_zero());
        if zero(&a) || zero(&b) || !(a.varies() || b.varies()) {
            let common = gcd(&sa, &sb);
            let k = |s: &Ratio| to_integer(&(s / &common)).unwrap_or_else(Int::one);
            let (ka, kb) = (k(&sa), k(&sb));
            return Ok((
                self.rescale(a, &ka, &common, span)?,
                self.rescale(b, &kb, &common, span)?,
            ));
        }
        let help = match (a.varies(), b.varies()) {
            (false, true) => self.nearest(&a, &b, span)?,
            (true, false) => self.nearest(&b, &a, span)?,
            _ => "rescale one side: `round_to::<T>(x)`".into(),
        };
        let d = Diagnostic::error("E0204", span, "these scales have no integer ratio")
            .say(format!("one step is {sa} on the left and {sb} on the right"));
        fail(d.help(help))
    }

    /// How a known number takes the steps of another.
    fn nearest(&mut self, known: &Num, other: &Num, span: Span) -> Res<String> {
        let r = self.range(other, span)?;
        let t = other.scalar_type(&r).name();
        let value = match (known.as_scalar(), &known.scale) {
            (Some(raw), Some(scale)) => show(&raw, scale),
            _ => "…".into(),
        };
        Ok(format!("`quantize::<{t}>({value})` is the nearest number with the other side's step"))
    }

    /// A whole number as a field element; a scaled one must say what it means.
    fn field_constant(&mut self, n: Num, span: Span) -> Res<Num> {
        let whole = n.scale.as_ref().is_some_and(One::is_one);
        if whole && !n.declared && !n.varies() {
            let a = self.to_array(&n, span)?;
            let a = self.map(&a, &n.shape, span, &mut |v| Ok(centred(v)))?;
            let marks = n.marks();
            return Ok(Num::new(n.shape, None, Data::Const(a)).marked(marks));
        }
        if whole {
            // Exact, so it is implicit.
            return self.cast(n, &crate::types::Scalar::Field, span);
        }
        fail(
            Diagnostic::error("E0210", span, "a scaled number and a field element do not mix")
                .help("take its integer first: `raw(x) as field`"),
        )
    }

    /// The same value with raws `k` times as large at scale `scale`.
    pub(crate) fn rescale(&mut self, n: Num, k: &Int, scale: &Ratio, span: Span) -> Res<Num> {
        let mut out = self.times(n, k, span)?;
        out.scale = Some(scale.clone());
        Ok(out)
    }

    /// Raws times an integer.
    pub(crate) fn times(&mut self, n: Num, k: &Int, span: Span) -> Res<Num> {
        if k.is_one() {
            return Ok(n);
        }
        let declared = n.declared.then(|| n.range.get().cloned()).flatten();
        let field = n.is_field();
        let marks = n.marks();
        let mut out = match &n.data {
            Data::Index(a) if i64::try_from(k).is_ok_and(|k| a.combine(k, a, 0).is_some()) => {
                let k = i64::try_from(k).unwrap_or(0);
                let a = a.combine(k, a, 0).unwrap_or_default();
                Num::new(vec![], n.scale, Data::Index(a))
            }
            Data::Const(_) | Data::Index(_) => {
                let a = self.to_array(&n, span)?;
                let a = self.map(&a, &n.shape, span, &mut |v| Ok(reduce(v * k, field)))?;
                Num::new(n.shape, n.scale, Data::Const(a))
            }
            Data::Lin(terms) => {
                let mut terms = terms.clone();
                for t in &mut terms {
                    t.factor = reduce(&t.factor * k, field);
                }
                terms.retain(|t| !t.is_zero());
                Num::new(n.shape, n.scale, Data::Lin(terms))
            }
        };
        if let Some(r) = declared {
            let (lo, hi) = mul_range(&r, &(k.clone(), k.clone()));
            out = out.declare(lo, hi);
        }
        Ok(out.marked(marks))
    }

    /// a + m·b for m = ±1.
    pub(crate) fn add(&mut self, a: Num, b: Num, m: i64, span: Span) -> Res<Num> {
        let (a, b) = self.align(a, b, span)?;
        let shape = self.join_shapes(&a, &b, span)?;
        let scale = a.scale.clone();
        let field = scale.is_none();
        let indexed = matches!(a.data, Data::Index(_)) || matches!(b.data, Data::Index(_));
        if let (true, Some(x), Some(y)) = (indexed && shape.is_empty(), affine(&a), affine(&b))
            && let Some(sum) = x.combine(1, &y, m)
        {
            let marks = a.marks().and(b.marks());
            return Ok(Num::index(sum).at_scale(scale).marked(marks));
        }
        if a.is_const() && b.is_const() {
            let declared = self.declared_pair(&a, &b, span)?;
            let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
            let sum = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |p, q| {
                Ok(reduce(if m == 1 { p + q } else { p - q }, field))
            })?;
            let out = Num::new(shape, scale, Data::Const(sum)).marked(a.marks().and(b.marks()));
            return Ok(match declared {
                None => out,
                Some((p, q)) if m == 1 => out.declare(p.0 + q.0, p.1 + q.1),
                Some((p, q)) => out.declare(p.0 - q.1, p.1 - q.0),
            });
        }
        let mut terms = self.terms(&a, &shape, span)?;
        for mut t in self.terms(&b, &shape, span)? {
            t.factor *= m;
            match terms.iter_mut().find(|x| x.alike(&t)) {
                Some(x) => x.factor = reduce(&x.factor + &t.factor, field),
                None => terms.push(t),
            }
        }
        terms.retain(|t| !t.is_zero());
        let out = Num::new(shape, scale, Data::Lin(terms));
        // Long combinations are named once, so that reading them again costs one term.
        if matches!(&out.data, Data::Lin(t) if t.len() > 24) {
            self.materialise(out, span)
        } else {
            Ok(out)
        }
    }

    /// The intervals of two constants if either stands for an unknown.
    pub(crate) fn declared_pair(
        &self,
        a: &Num,
        b: &Num,
        span: Span,
    ) -> Res<Option<(crate::interval::Interval, crate::interval::Interval)>> {
        if self.by_value(a) || self.by_value(b) {
            return Ok(None);
        }
        if (a.declared || b.declared) && a.scale.is_some() {
            return Ok(Some((self.range(a, span)?, self.range(b, span)?)));
        }
        Ok(None)
    }

    /// Any number as terms over a shape.
    pub(crate) fn terms(&mut self, n: &Num, shape: &[usize], span: Span) -> Res<Vec<LTerm>> {
        let spread = |own: &mut Vec<i64>| {
            if own.is_empty() {
                *own = vec![0; shape.len()];
            }
        };
        match &n.data {
            Data::Lin(terms) => {
                let mut terms = terms.clone();
                for t in &mut terms {
                    spread(&mut t.view.own);
                    if let Some(w) = &mut t.weight {
                        spread(&mut w.view.own);
                    }
                }
                Ok(terms)
            }
            Data::Index(_) | Data::Const(_) => {
                if let Some(v) = n.as_scalar() {
                    let t = LTerm::one(v, shape.len());
                    return Ok(if t.is_zero() { vec![] } else { vec![t] });
                }
                let mut w = self.to_array(n, span)?;
                spread(&mut w.view.own);
                let mut t = LTerm::one(Int::one(), shape.len());
                t.weight = Some(w);
                Ok(vec![t])
            }
        }
    }

    /// a · b, elementwise.
    pub(crate) fn mul(&mut self, a: Num, b: Num, category: Category, span: Span) -> Res<Num> {
        let shape = self.join_shapes(&a, &b, span)?;
        let (a, b) = match (&a.scale, &b.scale) {
            (None, Some(_)) | (Some(_), None) => self.align(a, b, span)?,
            _ => (a, b),
        };
        let scale = match (&a.scale, &b.scale) {
            (Some(x), Some(y)) => Some(x * y),
            _ => None,
        };
        let field = scale.is_none();
        if a.is_const() && b.is_const() {
            for (x, y) in [(&a, &b), (&b, &a)] {
                if let (Data::Index(_), Some(k)) = (&x.data, y.as_scalar())
                    && !y.declared
                    && !y.unknown
                {
                    return Ok(self.times(x.clone(), &k, span)?.at_scale(scale));
                }
            }
            let declared = self.declared_pair(&a, &b, span)?;
            let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
            let product = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |p, q| {
                Ok(reduce(p * q, field))
            })?;
            let same = Rc::ptr_eq(&x.data, &y.data) && x.view.same(&y.view) && a.declared;
            let out = Num::new(shape, scale, Data::Const(product)).marked(a.marks().and(b.marks()));
            return Ok(match declared {
                None => out,
                Some((p, _)) if same => {
                    let (lo, hi) = square_range(&p);
                    super::budget::demand_bits(bit_length(&hi), span)?;
                    out.declare(lo, hi)
                }
                Some((p, q)) => {
                    let (lo, hi) = mul_range(&p, &q);
                    let bits = bit_length(&lo).max(bit_length(&hi));
                    super::budget::demand_bits(bits, span)?;
                    out.declare(lo, hi)
                }
            });
        }
        if a.is_const() || b.is_const() {
            let (known, other) = if a.is_const() { (a, b) } else { (b, a) };
            let out = self.weigh(known, other, &shape, span)?;
            return Ok(out.at_scale(scale));
        }
        let out = if self.at.mode == Mode::Hint {
            self.aux_product(&a, &b, &shape, field, span)?
        } else {
            self.enforce_product(&a, &b, &shape, category, span)?
        };
        Ok(out.at_scale(scale))
    }

    /// A known number times an unknown one: free.
    fn weigh(&mut self, known: Num, other: Num, shape: &[usize], span: Span) -> Res<Num> {
        let field = other.is_field();
        if let Some(k) = known.as_scalar() {
            let mut out = Num::new(shape.to_vec(), other.scale.clone(), Data::Lin(vec![]));
            let mut terms = self.terms(&other, shape, span)?;
            for t in &mut terms {
                t.factor = reduce(&t.factor * &k, field);
            }
            terms.retain(|t| !t.is_zero());
            out.data = Data::Lin(terms);
            return Ok(out);
        }
        let mut weight = self.to_array(&known, span)?;
        if weight.view.own.is_empty() {
            weight.view.own = vec![0; shape.len()];
        }
        let single =
            |n: &Num| matches!(&n.data, Data::Lin(t) if t.iter().all(|t| t.weight.is_none()));
        let other = if single(&other) { other } else { self.materialise(other, span)? };
        let mut terms = self.terms(&other, shape, span)?;
        for t in &mut terms {
            t.weight = Some(weight.clone());
        }
        Ok(Num::new(shape.to_vec(), other.scale, Data::Lin(terms)))
    }

    /// −a
    pub(crate) fn negate(&mut self, a: Num, span: Span) -> Res<Num> {
        self.times(a, &Int::from(-1), span)
    }
}

/// An affine combination of loop indices, if it is one and stands for nothing unknown.
fn affine(n: &Num) -> Option<Affine> {
    match &n.data {
        Data::Index(a) => Some(a.clone()),
        _ if n.declared || n.unknown => None,
        _ => Some(Affine::constant(i64::try_from(n.as_scalar()?).ok()?)),
    }
}

fn reduce(n: Int, field: bool) -> Int {
    if field { centred(&n) } else { n }
}

/// The largest scale of which both are integer multiples.
fn gcd(a: &Ratio, b: &Ratio) -> Ratio {
    Ratio::new((a.numer() * b.denom()).gcd(&(b.numer() * a.denom())), a.denom() * b.denom())
}
