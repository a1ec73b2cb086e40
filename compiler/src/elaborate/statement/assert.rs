//! Assertions: equalities, orders and intervals become constraints.

use crate::diagnostic::Diagnostic;
use crate::elaborate::arith::compare::upper;
use crate::elaborate::branch::nearest_to_zero;
use crate::elaborate::{Elaborator, Mode, Refusal, Res, fail};
use crate::interval::Interval;
use crate::number::show;
use crate::types::Type;
use crate::value::{Data, Num};
use num_traits::{One, Zero};
use zirc_circuit::{Category, Int, Kind, Op, Relation, Step};
use zirc_grammar::ast::{BinaryOp, Expr, ExprKind, ItemKind, Span};

impl Elaborator<'_> {
    pub(crate) fn assert(&mut self, c: &Expr, message: Option<&str>, span: Span) -> Res<()> {
        if self.at.mode == Mode::Hint {
            return Ok(());
        }
        match &c.kind {
            ExprKind::Paren(inner) => self.assert(inner, message, span),
            ExprKind::Binary(BinaryOp::And, a, b) => {
                self.assert(a, message, span)?;
                self.assert(b, message, span)
            }
            ExprKind::Binary(op, a, b) if comparison(*op) => {
                let (x, y) = self.comparands(*op, a, b)?;
                // Equalities stay as they are written, so that they can be solved for a digit.
                let (x, y) = match op {
                    BinaryOp::Eq => (x, y),
                    _ => (self.tidy(x, a.span)?, self.tidy(y, b.span)?),
                };
                self.assert_relation(*op, x, y, message, span)
            }
            ExprKind::In { value, lo, hi, inclusive } => {
                let v = self.number(value)?;
                let v = self.tidy(v, value.span)?;
                let (l, h) = (self.number(lo)?, self.number(hi)?);
                self.assert_within(v, l, (h, *inclusive), message, span)
            }
            _ => {
                let v = self.expr(c, &Type::Infer)?;
                let n = self.as_number(v, c.span)?;
                self.demand_bit(&n, c.span)?;
                self.assert_relation(BinaryOp::Eq, n, Num::int(1), message, span)
            }
        }
    }

    pub(crate) fn assert_relation(
        &mut self,
        op: BinaryOp,
        a: Num,
        b: Num,
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        use BinaryOp as O;
        let (a, b) = self.bounded(op, a, b, span)?;
        let (a, b) = self.align(a, b, span)?;
        let (a, b, op) = match op {
            O::Gt => (b, a, O::Lt),
            O::Ge => (b, a, O::Le),
            op => (a, b, op),
        };
        let relation = match op {
            O::Lt => Relation::Lt,
            O::Le => Relation::Le,
            O::Ne => Relation::Ne,
            _ => Relation::Eq,
        };
        if a.is_const() && b.is_const() {
            return self.assert_known_here((op, relation), &a, &b, message, span);
        }
        if a.is_field() && matches!(relation, Relation::Lt | Relation::Le) {
            return fail(Diagnostic::error("E0202", span, "field elements have no order"));
        }
        self.check_here(&a, relation, &b, message, span)?;
        let d = self.add(b, a, -1, span)?;
        match relation {
            Relation::Eq => self.assert_zero(d, span),
            Relation::Ne => {
                let d = self.where_chosen(d, &Int::one(), None, span)?;
                self.assert_nonzero(d, span)
            }
            Relation::Lt | Relation::Le => {
                // b − a ≥ 1 or ≥ 0, in raw steps.
                let least = Int::from(i64::from(relation == Relation::Lt));
                let d = self.where_chosen(d, &least, None, span)?;
                let r = self.range(&d, span)?;
                self.enforce_range(&d, &least, &r.1.max(least.clone()), Category::Range, span)
            }
        }
    }

    /// d = 0, or g·d = 0 in a branch.
    fn assert_zero(&mut self, d: Num, span: Span) -> Res<()> {
        if !d.is_field() {
            let r = self.range(&d, span)?;
            // In a branch it says that the branch is not chosen.
            let never = r.0 > Int::zero() || r.1 < Int::zero();
            if never && self.at.branches.is_empty() {
                return fail(
                    Diagnostic::error("E0402", span, "this can never hold")
                        .say(format!("the difference of the sides lies in {}..={}", r.0, r.1)),
                );
            }
        }
        match self.guard_bit(span)? {
            None => {
                self.note_equation(&d);
                self.enforce_zero(&d, Category::Equality, span)
            }
            Some(g) => {
                let g = if d.is_field() { g.at_scale(None) } else { g };
                self.enforce_no_product(&g, &d, Category::Equality, span)
            }
        }
    }

    /// Writes down that a scalar is 0 as an integer, in what is the same wherever it is called: circuits, and functions
    /// that are elaborated as outside of all branches.
    fn note_equation(&mut self, d: &Num) {
        let Some(&id) = self.at.active.last() else { return };
        let world = self.world;
        let anywhere =
            world.total.contains(&id) || matches!(world.item(id).kind, ItemKind::Circuit(_));
        if let Data::Lin(terms) = &d.data
            && anywhere
            && d.shape.is_empty()
            && !d.is_field()
        {
            let extents = &self.memo.extents;
            self.out.program.facts.vanishes(terms, &|l| extents[l as usize]);
        }
    }

    /// An honest prover is told here when the relation does not hold where the branch is chosen.
    fn check_here(
        &mut self,
        a: &Num,
        relation: Relation,
        b: &Num,
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        let Some(g) = self.guard_bit(span)? else {
            return self.check(a, relation, b, message, span);
        };
        // Where it is not chosen, the right side is one of which the relation holds.
        let apart = matches!(relation, Relation::Lt | Relation::Ne);
        let step = Num::constant(Int::from(i64::from(apart)), a.scale.clone());
        let other = self.add(a.clone(), step, 1, span)?;
        let shape = self.join_shapes(a, b, span)?;
        let interval = match a.is_field() {
            true => None,
            false => {
                let (x, y) = (self.range(b, span)?, self.range(&other, span)?);
                Some((x.0.min(y.0), x.1.max(y.1)))
            }
        };
        let right = self.aux([&g, b, &other], &shape, interval, span, |[g, b, other]| {
            Op::Select(g, b, other)
        })?;
        self.check(a, relation, &right.at_scale(b.scale.clone()), message, span)
    }

    fn assert_within(
        &mut self,
        v: Num,
        lo: Num,
        (hi, inclusive): (Num, bool),
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        let constant = |n: &Num| n.as_scalar().is_some() && !n.declared && !n.unknown;
        if v.is_const() || !constant(&lo) || !constant(&hi) || v.is_field() {
            self.assert_relation(BinaryOp::Le, lo, v.clone(), message, span)?;
            return self.assert_relation(upper(inclusive), v, hi, message, span);
        }
        let (lo, v) = self.bounded(BinaryOp::Le, lo, v, span)?;
        let (v, hi) = self.bounded(upper(inclusive), v, hi, span)?;
        let (v, lo) = self.align(v, lo, span)?;
        let (v, hi) = self.align(v, hi, span)?;
        let (lo, _) = self.align(lo, v.clone(), span)?;
        self.check_here(&lo, Relation::Le, &v, message, span)?;
        let relation = if inclusive { Relation::Le } else { Relation::Lt };
        self.check_here(&v, relation, &hi, message, span)?;
        match (lo.as_scalar(), hi.as_scalar()) {
            // One range check instead of two comparisons.
            (Some(l), Some(h)) => {
                let h = if inclusive { h } else { h - 1u32 };
                // Nothing lies there: the branch is not chosen.
                if l > h
                    && let Some(g) = self.guard_bit(span)?
                {
                    return self.enforce_zero(&g, Category::Equality, span);
                }
                let v = self.fitting(v, &(l.clone(), h.clone()), span)?;
                self.enforce_range(&v, &l, &h, Category::Range, span)
            }
            _ => Err(crate::elaborate::Stop::Reported),
        }
    }

    /// d ≠ 0: it has an inverse. The inverse of a non-zero field element is unique.
    fn assert_nonzero(&mut self, d: Num, span: Span) -> Res<()> {
        if !d.is_field() {
            self.range(&d, span)?;
        }
        let d = self.tidy(d, span)?.at_scale(None);
        let loops = d.loops();
        let lin = self.lin(&d, &loops, &d.shape, span)?;
        let (id, inverse) = self.fresh(Kind::Witness, &loops, &d.shape, None, None, span)?;
        self.assign(id, Op::Inverse(lin.clone()));
        let shape = self.full_shape(&loops, &d.shape, span)?;
        let inverse = self.lin(&inverse, &loops, &d.shape, span)?;
        let one = self.lin(&Num::constant(Int::one(), None), &loops, &d.shape, span)?;
        let origin = self.origin(span);
        // d · d⁻¹ = 1
        self.enforce(
            shape,
            crate::program::Rule::Product(lin, inverse, one),
            Category::Equality,
            origin,
        );
        Ok(())
    }

    /// An honest prover is told here when the relation does not hold.
    pub(crate) fn check(
        &mut self,
        a: &Num,
        relation: Relation,
        b: &Num,
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        let own = self.join_shapes(a, b, span)?;
        let loops = Self::joint_loops(&[a, b]);
        let shape = self.full_shape(&loops, &own, span)?;
        let left = self.lin(a, &loops, &own, span)?;
        let right = self.lin(b, &loops, &own, span)?;
        let origin = self.origin(span);
        let message = message.map(String::from);
        let scale = a.scale.as_ref().map(|s| (s.numer().clone(), s.denom().clone()));
        self.out.program.add_step(Step::Check {
            shape,
            left,
            relation,
            right,
            scale,
            message,
            origin,
        });
        Ok(())
    }

    /// A relation of known numbers: in a branch, where it does not hold, that the branch is not chosen.
    fn assert_known_here(
        &mut self,
        (op, relation): (BinaryOp, Relation),
        a: &Num,
        b: &Num,
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        if self.at.unroll || self.at.branches.is_empty() {
            return self.assert_known(op, a, b, message, span);
        }
        let holds = self.compare(op, a.clone(), b.clone(), span)?;
        if self.const_range(&self.to_array(&holds, span)?, &holds.shape).0.is_one() {
            return Ok(());
        }
        self.check_here(a, relation, b, message, span)?;
        let Some(g) = self.guard_bit(span)? else { return Ok(()) };
        let fails = self.add(Num::int(1), holds, -1, span)?;
        let chosen = self.mul(g, fails, Category::Equality, span)?;
        self.enforce_zero(&chosen, Category::Equality, span)
    }

    fn assert_known(
        &mut self,
        op: BinaryOp,
        a: &Num,
        b: &Num,
        message: Option<&str>,
        span: Span,
    ) -> Res<()> {
        let shape = self.join_shapes(a, b, span)?;
        let (x, y) = (self.to_array(a, span)?, self.to_array(b, span)?);
        let field = a.is_field();
        let mut bad: Option<(Int, Int)> = None;
        self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |x, y| {
            let d = if field { crate::number::centred(&(x - y)) } else { x - y };
            let holds = match op {
                BinaryOp::Lt => d < Int::zero(),
                BinaryOp::Le => d <= Int::zero(),
                BinaryOp::Ne => !d.is_zero(),
                _ => d.is_zero(),
            };
            if !holds && bad.is_none() {
                bad = Some((x.clone(), y.clone()));
            }
            Ok(Int::zero())
        })?;
        let Some((x, y)) = bad else { return Ok(()) };
        if self.at.unroll {
            let message = message.map(String::from);
            self.out.refusals.push(Refusal { span, left: x, right: y, message });
            return Ok(());
        }
        let scale = a.scale.clone().unwrap_or_else(One::one);
        let title = match message {
            Some(m) => format!("assertion fails: {m}"),
            None => "assertion fails".into(),
        };
        fail(Diagnostic::error("E0501", span, title).say(format!(
            "left is {}, right is {}",
            show(&x, &scale),
            show(&y, &scale)
        )))
    }

    /// Whether known values lie in `lo..=hi`; the first that does not is a refusal.
    pub(crate) fn holds(&mut self, n: &Num, lo: &Int, hi: &Int, span: Span) -> Res<bool> {
        // What was compared with a type once need not be looked at again.
        if n.declared && n.range.get().is_some_and(|r| r.0 >= *lo && r.1 <= *hi) {
            return Ok(true);
        }
        let a = self.to_array(n, span)?;
        let (least, most) = self.const_range(&a, &n.shape);
        if least >= *lo && most <= *hi {
            return Ok(true);
        }
        let all = self.list(&a, &[], &n.shape);
        let (left, right) = match all.iter().find(|v| *v < lo) {
            Some(v) => (lo.clone(), v.clone()),
            None => (all.into_iter().find(|v| v > hi).unwrap_or(most), hi.clone()),
        };
        let message = Some("the value does not fit".into());
        self.out.refusals.push(Refusal { span, left, right, message });
        Ok(false)
    }

    /// A known value with what lies outside of an interval at its ends.
    fn cut(&mut self, v: Num, (lo, hi): (&Int, &Int), span: Span) -> Res<Num> {
        let (a, marks) = (self.to_array(&v, span)?, v.marks());
        let a =
            self.map(&a, &v.shape, span, &mut |n| Ok(n.clone().clamp(lo.clone(), hi.clone())))?;
        Ok(Num::new(v.shape, v.scale, Data::Const(a)).marked(marks))
    }

    /// A value that is asserted to lie in an interval, in a branch: one that does where the branch is not chosen.
    fn fitting(&mut self, v: Num, to: &Interval, span: Span) -> Res<Num> {
        let v = self.settled(v, span)?;
        let r = self.range(&v, span)?;
        if r.0 >= to.0 && r.1 <= to.1 || to.0 > to.1 {
            return Ok(v);
        }
        self.where_chosen(v, &nearest_to_zero(to), None, span)
    }

    /// The value, asserted to fit a type; an honest prover may fail and is told where.
    pub(crate) fn narrow(&mut self, v: Num, lo: &Int, hi: &Int, span: Span) -> Res<Num> {
        let bounds = |n: &Int| Num::constant(n.clone(), v.scale.clone());
        let (l, h) = (bounds(lo), bounds(hi));
        // What a hint says is not believed, and a constraint cannot read it. What is known is judged now, unless it is
        // said in a branch alone.
        let in_branch = !self.at.branches.is_empty();
        if self.at.mode == Mode::Hint && (self.at.unroll || v.varies() || in_branch) {
            return Ok(v);
        }
        if self.by_value(&v) {
            let fits = self.holds(&v, lo, hi, span)?;
            return Ok(if fits { v.declare(lo.clone(), hi.clone()) } else { v });
        }
        if v.is_const() {
            let le = (BinaryOp::Le, Relation::Le);
            self.assert_known_here(le, &l, &v, Some("narrow"), span)?;
            self.assert_known_here(le, &v, &h, Some("narrow"), span)?;
            let v = if self.at.branches.is_empty() { v } else { self.cut(v, (lo, hi), span)? };
            return Ok(v.declare(lo.clone(), hi.clone()));
        }
        let v = self.tidy(v, span)?;
        let v = self.fitting(v, &(lo.clone(), hi.clone()), span)?;
        let r = self.range(&v, span)?;
        if r.0 < *lo {
            self.check(&l, Relation::Le, &v, Some("the value does not fit"), span)?;
        }
        if r.1 > *hi {
            self.check(&v, Relation::Le, &h, Some("the value does not fit"), span)?;
        }
        self.enforce_range(&v, lo, hi, Category::Range, span)?;
        let (lo, hi) = (lo.clone().max(r.0), hi.clone().min(r.1));
        // From here on the check bounds it; what reads it must see the narrow interval.
        let mut out = v;
        out.range = std::cell::OnceCell::from((lo, hi));
        self.materialise(out, span)
    }
}

fn comparison(op: BinaryOp) -> bool {
    use BinaryOp as O;
    matches!(op, O::Eq | O::Ne | O::Lt | O::Le | O::Gt | O::Ge)
}
