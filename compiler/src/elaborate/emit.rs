//! Emission: numbers become tensors, constraints and witness steps.

use super::{Elaborator, Mode, Res, fail};
use crate::combination::{LTerm, LoopId, View};
use crate::diagnostic::Diagnostic;
use crate::interval::{Interval, mul_range, square_range};
use crate::number::width;
use crate::program::{Enforce, Rule};
use crate::value::{Data, Num};
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, Int, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight,
};
use zirc_grammar::ast::Span;

/// Terms above this count are named before they are read more than once.
const TIDY_TERMS: usize = 3;

impl Elaborator<'_> {
    /// A number as a linear combination over `loops ++ own shape`, written from `dst` on.
    pub(crate) fn terms_at(
        &mut self,
        terms: &[LTerm],
        loops: &[LoopId],
        shape: &[usize],
        dst: Access,
    ) -> Vec<Term> {
        let free: Vec<usize> =
            loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
        let mut out = vec![];
        for t in terms {
            let bound: Vec<usize> = t.bound.iter().map(|&l| self.extent(l)).collect();
            let access = |v: &View| Access {
                offset: v.offset,
                strides: loops
                    .iter()
                    .map(|&l| v.stride(l))
                    .chain(v.own.iter().copied())
                    .chain(t.bound.iter().map(|&l| v.stride(l)))
                    .collect(),
            };
            let weight = match &t.weight {
                None => Weight::Scalar(t.factor.clone()),
                Some(w) => Weight::Tensor {
                    factor: t.factor.clone(),
                    constant: self.out.program.constant(&w.data),
                    access: access(&w.view),
                },
            };
            out.push(Term {
                free: free.clone(),
                bound,
                dst: dst.clone(),
                src: t.src,
                src_access: access(&t.view),
                weight,
            });
        }
        out
    }

    /// A number as a linear combination over `loops ++ shape`, in row-major order.
    pub(crate) fn lin(
        &mut self,
        n: &Num,
        loops: &[LoopId],
        shape: &[usize],
        span: Span,
    ) -> Res<Lin> {
        let r = if n.is_field() { None } else { Some(self.range(n, span)?) };
        // A known number meets the field here.
        if let Some(r) = r.as_ref().filter(|r| leaves_field(r)) {
            return Err(self.overflow(n, r, span));
        }
        let terms = self.terms(n, shape, span)?;
        let full = self.full_shape(loops, shape, span)?;
        let terms = self.terms_at(&terms, loops, shape, Access::identity(&full));
        Ok(Lin { terms, width: width(r.as_ref()) })
    }

    /// Extents of loops, then a shape.
    pub(crate) fn full_shape(
        &self,
        loops: &[LoopId],
        shape: &[usize],
        span: Span,
    ) -> Res<Vec<usize>> {
        let full: Vec<usize> =
            loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
        self.elements(&full, span)?;
        Ok(full)
    }

    /// The loops that any of the numbers depend on, outermost first.
    pub(crate) fn joint_loops(numbers: &[&Num]) -> Vec<LoopId> {
        let mut all: Vec<LoopId> = numbers.iter().flat_map(|n| n.loops()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A fresh tensor over `loops ++ shape` and the number that reads it.
    pub(crate) fn fresh(
        &mut self,
        kind: Kind,
        loops: &[LoopId],
        shape: &[usize],
        interval: Option<Interval>,
        name: Option<String>,
        span: Span,
    ) -> Res<(TensorId, Num)> {
        let full = self.full_shape(loops, shape, span)?;
        if let Some(r) = interval.as_ref().filter(|r| leaves_field(r)) {
            return Err(self.overflow(&Num::int(0), r, span));
        }
        let origin = self.origin(span);
        let tensor = Tensor {
            shape: full,
            kind,
            width: width(interval.as_ref()),
            interval: interval.clone(),
            name,
            origin,
        };
        let id = self.out.program.add_tensor(tensor);
        Ok((id, self.read(id, loops, shape, interval)))
    }

    /// The number that reads a whole tensor of shape `loops ++ shape`.
    pub(crate) fn read(
        &self,
        id: TensorId,
        loops: &[LoopId],
        shape: &[usize],
        interval: Option<Interval>,
    ) -> Num {
        let full: Vec<usize> =
            loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
        let strides = row_major(&full);
        let view = View {
            offset: 0,
            own: strides[loops.len()..].to_vec(),
            loops: loops.iter().copied().zip(strides).filter(|x| x.1 != 0).collect(),
        };
        let term = LTerm { src: id, view, bound: vec![], factor: 1.into(), weight: None };
        let scale = interval.as_ref().map(|_| num_traits::One::one());
        let n = Num::new(shape.to_vec(), scale, Data::Lin(vec![term]));
        if let Some(r) = interval {
            let _ = n.range.set(r);
        }
        n
    }

    pub(crate) fn assign(&mut self, tensor: TensorId, op: Op) {
        self.out.program.add_step(Step::Assign { tensor, op });
    }

    /// A tensor that holds a linear combination, without any variable.
    pub(crate) fn derived(
        &mut self,
        lin: Lin,
        loops: &[LoopId],
        shape: &[usize],
        interval: Option<Interval>,
        span: Span,
    ) -> Res<(TensorId, Num)> {
        let (kind, op) = match self.at.mode {
            Mode::Circuit => (Kind::Linear(lin), Op::Derive),
            Mode::Hint => (Kind::Aux, Op::Linear(lin)),
        };
        let (id, out) = self.fresh(kind, loops, shape, interval, None, span)?;
        self.assign(id, op);
        Ok((id, out))
    }

    /// Gives a number a tensor of its own, without any variable.
    pub(crate) fn materialise(&mut self, n: Num, span: Span) -> Res<Num> {
        if n.is_const() {
            return Ok(n);
        }
        let loops = n.loops();
        let shape = n.shape.clone();
        let interval = if n.is_field() { None } else { Some(self.range(&n, span)?) };
        let channels = self.channel_ranges(&n, span)?;
        let known = match n.is_field() || self.at.branches.is_empty() {
            true => None,
            false => Some((self.range_here(&n, span)?, self.range_alone(&n, span)?)),
        };
        let lin = self.lin(&n, &loops, &shape, span)?;
        let (id, out) = self.derived(lin, &loops, &shape, interval, span)?;
        self.remember_channels(id, channels);
        if let Some((here, alone)) = known {
            self.known_here(&out, &here, &alone);
        }
        Ok(Num { scale: n.scale, declared: n.declared, made: n.made, ..out })
    }

    /// Names a combination that is costly to evaluate, before it is read more than once.
    pub(crate) fn tidy(&mut self, n: Num, span: Span) -> Res<Num> {
        let costly = match &n.data {
            Data::Lin(terms) => {
                terms.len() > TIDY_TERMS || terms.iter().any(|t| !t.bound.is_empty())
            }
            _ => false,
        };
        if costly { self.materialise(n, span) } else { Ok(n) }
    }

    pub(crate) fn enforce(
        &mut self,
        shape: Vec<usize>,
        rule: Rule,
        category: Category,
        origin: OriginId,
    ) {
        let checks = self.at.checks;
        self.out.program.add_rule(Enforce { shape, rule, category, origin, checks });
    }

    fn product_range(&mut self, a: &Num, b: &Num, span: Span) -> Res<Option<Interval>> {
        if a.is_field() {
            return Ok(None);
        }
        let (x, y) = (self.range(a, span)?, self.range(b, span)?);
        let r = if same_terms(a, b) { square_range(&x) } else { mul_range(&x, &y) };
        let half = crate::number::half_order();
        if r.1 > half || r.0 < -half {
            // The number reads what it is made of, so that the error can show where it grew.
            let mut probe = Num::new(vec![], a.scale.clone(), a.data.clone());
            if let (Data::Lin(p), Data::Lin(q)) = (&mut probe.data, &b.data) {
                p.extend(q.iter().cloned());
            }
            return Err(self.overflow(&probe, &r, span));
        }
        Ok(Some(r))
    }

    /// A product of two unknowns: one variable and one constraint an element.
    pub(crate) fn enforce_product(
        &mut self,
        a: &Num,
        b: &Num,
        shape: &[usize],
        category: Category,
        span: Span,
    ) -> Res<Num> {
        let interval = self.product_range(a, b, span)?;
        let loops = Self::joint_loops(&[a, b]);
        let (la, lb) = (self.lin(a, &loops, shape, span)?, self.lin(b, &loops, shape, span)?);
        let (id, z) = self.fresh(Kind::Witness, &loops, shape, interval, None, span)?;
        self.assign(id, Op::Mul(la.clone(), lb.clone()));
        let full = self.full_shape(&loops, shape, span)?;
        let lz = self.lin(&z, &loops, shape, span)?;
        let origin = self.origin(span);
        // a · b = z
        self.enforce(full, Rule::Product(la, lb, lz), category, origin);
        self.product_here(a, b, &z, span)?;
        Ok(z)
    }

    /// A product inside a hint: a value only.
    pub(crate) fn aux_product(
        &mut self,
        a: &Num,
        b: &Num,
        shape: &[usize],
        field: bool,
        span: Span,
    ) -> Res<Num> {
        let r = if field {
            None
        } else {
            Some(mul_range(&self.range(a, span)?, &self.range(b, span)?))
        };
        let z = self.aux([a, b], shape, r, span, |[a, b]| Op::Mul(a, b))?;
        self.product_here(a, b, &z, span)?;
        Ok(z)
    }

    /// What the branches under way say of a product.
    fn product_here(&mut self, a: &Num, b: &Num, z: &Num, span: Span) -> Res<()> {
        if self.at.branches.is_empty() || a.is_field() || !z.shape.is_empty() {
            return Ok(());
        }
        let square = same_terms(a, b);
        let times = |x: Interval, y: Interval| match square {
            true => square_range(&x),
            false => mul_range(&x, &y),
        };
        let here = times(self.range_here(a, span)?, self.range_here(b, span)?);
        let alone = times(self.range_alone(a, span)?, self.range_alone(b, span)?);
        self.known_here(z, &here, &alone);
        Ok(())
    }

    /// A value computed by a witness operation on arguments of one shape.
    pub(crate) fn aux<const N: usize>(
        &mut self,
        args: [&Num; N],
        shape: &[usize],
        interval: Option<Interval>,
        span: Span,
        op: impl FnOnce([Lin; N]) -> Op,
    ) -> Res<Num> {
        let loops = Self::joint_loops(&args);
        let lins: Vec<Lin> =
            args.iter().map(|a| self.lin(a, &loops, shape, span)).collect::<Res<_>>()?;
        let Ok(lins) = <[Lin; N]>::try_from(lins) else {
            unreachable!("a combination for each argument")
        };
        let (id, out) = self.fresh(Kind::Aux, &loops, shape, interval, None, span)?;
        self.assign(id, op(lins));
        Ok(out)
    }

    /// Enforces `n` in `lo..=hi` (raw), unless its interval says so already.
    pub(crate) fn enforce_range(
        &mut self,
        n: &Num,
        lo: &Int,
        hi: &Int,
        category: Category,
        span: Span,
    ) -> Res<()> {
        let known = self.range(n, span)?;
        if known.0 >= *lo && known.1 <= *hi {
            return Ok(());
        }
        if lo > hi || known.0 > *hi || known.1 < *lo {
            return fail(
                Diagnostic::error("E0402", span, "this can never hold")
                    .say(format!("the value lies in {}..={}", known.0, known.1))
                    .note(format!("it must lie in {lo}..={hi}")),
            );
        }
        // What its interval rules out needs no proof: the intersection is the cheaper check.
        let (lo, hi) = (lo.max(&known.0).clone(), hi.min(&known.1).clone());
        let loops = n.loops();
        let value = self.lin(n, &loops, &n.shape, span)?;
        let shape = self.full_shape(&loops, &n.shape, span)?;
        let origin = self.origin(span);
        self.enforce(shape, Rule::Range { value, lo, hi }, category, origin);
        Ok(())
    }

    /// Enforces `n = 0`.
    pub(crate) fn enforce_zero(&mut self, n: &Num, category: Category, span: Span) -> Res<()> {
        let loops = n.loops();
        let lin = self.lin(n, &loops, &n.shape, span)?;
        let shape = self.full_shape(&loops, &n.shape, span)?;
        let origin = self.origin(span);
        self.enforce(shape, Rule::Zero(lin), category, origin);
        Ok(())
    }
}

/// Whether integers of an interval are not each an element of the field of their own.
fn leaves_field(r: &Interval) -> bool {
    let half = crate::number::half_order();
    r.1 > half || r.0 < -half
}

/// Whether two numbers are the same combination of the same tensors.
pub(crate) fn same_terms(a: &Num, b: &Num) -> bool {
    match (&a.data, &b.data) {
        (Data::Lin(x), Data::Lin(y)) => {
            x.len() == y.len()
                && a.shape == b.shape
                && x.iter().zip(y).all(|(s, t)| s.alike(t) && s.factor == t.factor)
        }
        _ => false,
    }
}
