//! Branches on conditions that are not known.
//!
//! A circuit holds both branches of such an `if`, and one result is chosen. So that a branch means what it says where
//! it is chosen, and asks for nothing where it is not:
//! - *Its condition is known in it.* What the comparison says of numbers is a fact of the branch (`crate::facts`).
//!   Sums and products of such numbers are as narrow as that makes them, for nothing: where the branch is not
//!   chosen, the choice multiplies them by 0.
//! - *What is checked sees a value that fits.* A number that fits a type, a table or a function's parameter only by
//!   its branch is replaced where that is asked: g·(n − p) + p is n where the branch is chosen (g = 1), and elsewhere
//!   a constant p of the interval that n has in the branch. One constraint.
//! - *Assertions and hints bind where it is chosen.* g·(a − b) = 0 instead of a = b; an order or interval is asserted
//!   of g·(n − p) + p; a hint h is held to a constant where the branch is not chosen, (1 − g)·(h − p) = 0, so that it
//!   has one value there too.
//!
//! What a function marked `#[total]` or `#[monotone]` computes is accepted for all arguments of its types, so that its
//! constraints stand as they are in any branch.

mod condition;
pub(super) mod select;

use self::condition::terms_of;
use super::{Elaborator, Mode, Res};
use crate::combination::LTerm;
use crate::facts::{Around, BranchId, Fact, Scope};
use crate::interval::Interval;
use crate::program::Rule;
use crate::value::{Data, Num, Value};
use num_traits::Zero;
use std::cell::OnceCell;
use std::rc::Rc;
use zirc_circuit::{Category, Int, Op, TensorId};
use zirc_grammar::ast::Span;

/// A branch under way.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    id: BranchId,
    /// 1 where it is chosen, as far as it depends on its own condition.
    condition: Num,
}

impl Elaborator<'_> {
    /// The two branches on a bit.
    pub(super) fn branches(&mut self, c: &Num, span: Span) -> Res<[Branch; 2]> {
        let (yes, no) = self.said(c);
        let not = self.add(Num::int(1), c.clone(), -1, span)?;
        Ok([self.new_branch(c.clone(), yes), self.new_branch(not, no)])
    }

    fn new_branch(&mut self, condition: Num, facts: Vec<Fact>) -> Branch {
        let id = self.memo.branches;
        self.memo.branches += 1;
        self.out.program.facts.hold(id, true, facts);
        self.out.program.facts.bit_of(id, terms_of(&condition));
        Branch { id, condition }
    }

    /// Elaborates something in a branch.
    pub(super) fn in_branch<T>(&mut self, b: &Branch, f: impl FnOnce(&mut Self) -> T) -> T {
        self.at.branches.push(b.clone());
        let out = f(self);
        self.at.branches.pop();
        out
    }

    /// Elaborates what a function consists of. It means the same wherever it is called: of what is known around the call
    /// there is left in it what its arguments' types say, and nothing of what is known in it is known around the call.
    pub(super) fn as_function<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.out.program.facts.mark();
        let since = std::mem::replace(&mut self.at.known_since, mark);
        let own = std::mem::replace(&mut self.at.own_branches, self.at.branches.len());
        let out = f(self);
        self.at.known_since = since;
        self.at.own_branches = own;
        self.out.program.facts.roll_back(mark);
        out
    }

    /// Elaborates what is accepted wherever it stands, as if it stood in no branch.
    pub(super) fn outside<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.at.branches);
        let own = std::mem::take(&mut self.at.own_branches);
        let out = f(self);
        self.at.branches = outer;
        self.at.own_branches = own;
        out
    }

    /// The interval that a number has where the branches under way are chosen.
    pub(super) fn range_here(&self, n: &Num, span: Span) -> Res<Interval> {
        let ids: Vec<BranchId> = self.at.branches.iter().map(|b| b.id).collect();
        self.range_by(n, Some(Scope::Of(&ids)), span)
    }

    /// The interval that a number has where the innermost branch is chosen, by its own condition alone.
    pub(super) fn range_alone(&self, n: &Num, span: Span) -> Res<Interval> {
        self.range_by(n, self.at.branches.last().map(|b| Scope::Alone(b.id)), span)
    }

    fn range_by(&self, n: &Num, scope: Option<Scope<'_>>, span: Span) -> Res<Interval> {
        let plain = self.range(n, span)?;
        let (Data::Lin(terms), Some(scope)) = (&n.data, scope) else { return Ok(plain) };
        if self.at.branches.is_empty() || !n.shape.is_empty() || n.is_field() {
            return Ok(plain);
        }
        let beside = |rest: &[LTerm]| self.plain_range(rest);
        let (facts, since) = (&self.out.program.facts, self.at.known_since);
        let by_facts = facts.interval(terms, scope, since, &beside);
        let known = [by_facts, self.by_equations(terms, scope)].into_iter().flatten();
        let (lo, hi) = known.fold(plain.clone(), |r, k| (r.0.max(k.0), r.1.min(k.1)));
        Ok(if lo > hi { plain } else { (lo, hi) })
    }

    /// The interval of a sum of hints by the equations that hold for it, with the facts of a scope.
    pub(super) fn by_equations(&self, terms: &[LTerm], scope: Scope<'_>) -> Option<Interval> {
        let around = Around {
            plain: &|rest| self.plain_range(rest),
            extent: &|l| self.extent(l),
            hint: &|t| self.is_hint(t),
        };
        self.out.program.facts.by_equations(terms, scope, self.at.known_since, &around)
    }

    /// Whether a tensor is a hint; these are noted in order.
    pub(super) fn is_hint(&self, t: TensorId) -> bool {
        self.out.program.hints.binary_search_by_key(&t, |h| h.tensor).is_ok()
    }

    /// The interval of a sum of terms without any facts.
    pub(super) fn plain_range(&self, terms: &[LTerm]) -> Interval {
        crate::range::lin_range(terms, &[], &|l| self.extent(l), &|t| self.term_range(t, &[]))
    }

    /// Whether a value fits a type by what it is made of, in a branch.
    pub(super) fn fits_in_branch(&self, n: &Num, (lo, hi): (&Int, &Int)) -> bool {
        let Data::Lin(terms) = &n.data else { return false };
        if self.own_branches().is_empty() || !n.shape.is_empty() {
            return false;
        }
        let r = self.plain_range(terms);
        r.0 >= *lo && r.1 <= *hi
    }

    /// Whether intervals say that a branch of the function under way is chosen for no input.
    pub(super) fn never_chosen(&self) -> bool {
        let none = |b: &Branch| match &b.condition.data {
            // 0·b
            Data::Lin(terms) => terms.is_empty(),
            _ => b.condition.as_scalar().is_some_and(|c| c.is_zero()),
        };
        self.own_branches().iter().any(none)
    }

    /// The branches that the function under way consists of: what it means does not depend on those around its call.
    fn own_branches(&self) -> &[Branch] {
        &self.at.branches[self.at.own_branches.min(self.at.branches.len())..]
    }

    /// Lets a number made of others be known in the innermost branch by what was known of them: in all branches under
    /// way, and by that branch alone.
    pub(super) fn known_here(&mut self, n: &Num, here: &Interval, alone: &Interval) {
        let (Some(b), Data::Lin(terms)) = (self.at.branches.last(), &n.data) else { return };
        let says = |r: &Interval| n.range.get().is_none_or(|n| n.0 < r.0 || n.1 > r.1);
        if !n.shape.is_empty() || !says(here) {
            return;
        }
        let facts = &mut self.out.program.facts;
        facts.hold(b.id, false, Fact::new(terms, here));
        if says(alone) {
            facts.hold(b.id, true, Fact::new(terms, alone));
        }
    }

    /// 1 where all branches under way are chosen; nothing outside of branches.
    pub(super) fn guard_bit(&mut self, span: Span) -> Res<Option<Num>> {
        let branches = self.at.branches.clone();
        let mut guard = None;
        for b in branches {
            let at = (b.id, self.at.mode == Mode::Hint);
            let here = match (self.out.program.chosen.guard(at), guard) {
                (Some(g), _) => g.clone(),
                (None, None) => b.condition,
                (None, Some(outer)) => {
                    let both = self.gated(&outer, b.condition, span)?;
                    self.out.program.chosen.note_guard(at, both.clone());
                    both
                }
            };
            guard = Some(here);
        }
        Ok(guard)
    }

    /// g·n, in a hint too: one constraint in a circuit.
    fn gated(&mut self, g: &Num, n: Num, span: Span) -> Res<Num> {
        let g = if n.is_field() { g.clone().at_scale(None) } else { g.clone() };
        self.mul(g, n, Category::Select, span)
    }

    /// The number where the branches under way are chosen, and `other` (raw) elsewhere. `here` is the interval that it
    /// has where they are.
    pub(super) fn where_chosen(
        &mut self,
        n: Num,
        other: &Int,
        here: Option<Interval>,
        span: Span,
    ) -> Res<Num> {
        let Some(g) = self.guard_bit(span)? else { return Ok(n) };
        let scale = n.scale.clone();
        let fallback = Num::constant(other.clone(), scale.clone());
        let hull = match (here, n.is_field()) {
            (_, true) => None,
            (here, false) => {
                let r = here.map_or_else(|| self.range(&n, span), Ok)?;
                Some((r.0.min(other.clone()), r.1.max(other.clone())))
            }
        };
        if self.at.mode == Mode::Hint {
            let shape = n.shape.clone();
            let out =
                self.aux([&g, &n, &fallback], &shape, hull, span, |[g, n, p]| Op::Select(g, n, p))?;
            return Ok(out.at_scale(scale));
        }
        let d = self.add(n, fallback.clone(), -1, span)?;
        let d = self.tidy(d, span)?;
        let moved = self.gated(&g, d, span)?.at_scale(scale);
        let mut out = self.add(moved, fallback, 1, span)?;
        // g is a bit, so that the sum is one of the two.
        if let Some(h) = hull {
            out.range = OnceCell::from(h);
            out = self.materialise(out, span)?;
        }
        Ok(out)
    }

    /// A number whose interval is everywhere what it is in the branches under way.
    pub(super) fn settled(&mut self, n: Num, span: Span) -> Res<Num> {
        let Some(innermost) = self.at.branches.last().map(|b| b.id) else { return Ok(n) };
        if n.is_const() || n.is_field() {
            return Ok(n);
        }
        let (plain, here) = (self.range(&n, span)?, self.range_here(&n, span)?);
        if plain == here {
            return Ok(n);
        }
        let at = (innermost, self.at.mode == Mode::Hint);
        let same = |other: &Num| other.scale == n.scale && super::emit::same_terms(other, &n);
        if let Some(known) = self.out.program.chosen.settled(at, same) {
            return Ok(known.clone());
        }
        let (declared, key) = (n.declared, n.clone());
        let other = nearest_to_zero(&here);
        let mut out = self.where_chosen(n, &other, Some(here), span)?;
        out.declared = declared;
        self.out.program.chosen.note_settled(at, key, out.clone());
        Ok(out)
    }

    /// The same of all numbers of a value.
    pub(super) fn settled_value(&mut self, v: Value, span: Span) -> Res<Value> {
        Ok(match v {
            Value::Num(n) if !self.at.unroll => Value::Num(self.settled(n, span)?),
            Value::Tuple(parts) => {
                let parts = parts.into_iter().map(|p| self.settled_value(p, span));
                Value::Tuple(parts.collect::<Res<_>>()?)
            }
            Value::Struct(id, generics, parts) => {
                let parts = parts.iter().map(|p| self.settled_value(p.clone(), span));
                Value::Struct(id, generics, Rc::new(parts.collect::<Res<_>>()?))
            }
            other => other,
        })
    }

    /// Holds a hint to a constant where its branch is not chosen: (1 − g)·(h − p) = 0.
    pub(super) fn hold_where_not_chosen(&mut self, h: &Num, p: &Int, span: Span) -> Res<()> {
        let Some(g) = self.guard_bit(span)? else { return Ok(()) };
        let not = self.add(Num::int(1), g, -1, span)?;
        let not = if h.is_field() { not.at_scale(None) } else { not };
        let fallback = Num::constant(p.clone(), h.scale.clone());
        let d = self.add(h.clone(), fallback, -1, span)?;
        self.enforce_no_product(&not, &d, Category::Select, span)
    }

    /// a·b = 0, for one number a.
    pub(super) fn enforce_no_product(
        &mut self,
        a: &Num,
        b: &Num,
        category: Category,
        span: Span,
    ) -> Res<()> {
        let loops = Self::joint_loops(&[a, b]);
        let shape = self.join_shapes(a, b, span)?;
        let (x, y) = (self.lin(a, &loops, &shape, span)?, self.lin(b, &loops, &shape, span)?);
        let zero = Num::constant(Int::zero(), b.scale.clone());
        let zero = self.lin(&zero, &loops, &shape, span)?;
        let full = self.full_shape(&loops, &shape, span)?;
        let origin = self.origin(span);
        self.enforce(full, Rule::Product(x, y, zero), category, origin);
        Ok(())
    }
}

/// The number of an interval that is nearest to 0.
pub(super) fn nearest_to_zero((lo, hi): &Interval) -> Int {
    Int::zero().clamp(lo.clone(), hi.clone())
}
