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

use super::{Elaborator, Mode, Res};
use crate::facts::{BranchId, Fact, Says, Scope};
use crate::program::Rule;
use crate::range::Interval;
use crate::value::{Data, LTerm, Num, Value};
use num_traits::Zero;
use std::cell::OnceCell;
use std::rc::Rc;
use zirc_circuit::{Category, Int, Op};
use zirc_grammar::ast::{BinaryOp, Span};

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
        let known = self.out.program.facts.interval(terms, scope, self.at.known_since, &beside);
        let Some((lo, hi)) = known else { return Ok(plain) };
        let (lo, hi) = (lo.max(plain.0.clone()), hi.min(plain.1.clone()));
        Ok(if lo > hi { plain } else { (lo, hi) })
    }

    /// The interval of a sum of terms without any facts.
    fn plain_range(&self, terms: &[LTerm]) -> Interval {
        crate::range::lin_range(terms, &[], &|l| self.extent(l), &|t| self.term_range(t, &[]))
    }

    /// Whether a value fits a type by what it is made of, in a branch.
    pub(super) fn fits_in_branch(&self, n: &Num, (lo, hi): (&Int, &Int)) -> bool {
        let Data::Lin(terms) = &n.data else { return false };
        if self.at.branches.is_empty() || !n.shape.is_empty() {
            return false;
        }
        let r = self.plain_range(terms);
        r.0 >= *lo && r.1 <= *hi
    }

    /// Whether intervals say that a branch under way is chosen for no input.
    pub(super) fn never_chosen(&self) -> bool {
        self.at.branches.iter().any(|b| b.condition.as_scalar().is_some_and(|c| c.is_zero()))
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
            let out = self.aux(&[&g, &n, &fallback], &shape, hull, span, |args| {
                let mut args = args.into_iter();
                match (args.next(), args.next(), args.next()) {
                    (Some(g), Some(n), Some(p)) => Op::Select(g, n, p),
                    _ => unreachable!("three arguments in, three out"),
                }
            })?;
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

/// What bits say.
impl Elaborator<'_> {
    /// Writes down what the bit of a comparison says of its sides, which have one scale.
    pub(super) fn note_condition(
        &mut self,
        bit: Num,
        op: BinaryOp,
        (a, b): (&Num, &Num),
        span: Span,
    ) -> Res<Num> {
        if a.is_field() {
            return Ok(bit);
        }
        let d = self.add(b.clone(), a.clone(), -1, span)?;
        let (ra, rb, rd) = (self.range(a, span)?, self.range(b, span)?, self.range(&d, span)?);
        let (yes, no) =
            (Sides::where_it_holds(op, &ra, &rb, &rd), Sides::where_not(op, &ra, &rb, &rd));
        let facts = |s: Sides| {
            let all = [(a, s.left), (b, s.right), (&d, s.difference)];
            all.iter().filter_map(|(n, r)| Fact::new(terms_of(n), r)).collect()
        };
        let (yes, no) = (facts(yes), facts(no));
        Ok(self.saying(bit, yes, no))
    }

    /// What is known where a bit is 1, and where it is 0.
    fn said(&self, bit: &Num) -> (Vec<Fact>, Vec<Fact>) {
        match &bit.data {
            Data::Lin(terms) => self.out.program.facts.of_bit(terms, self.at.known_since),
            _ => bit.says.as_ref().map_or((vec![], vec![]), |s| (s.yes.clone(), s.no.clone())),
        }
    }

    /// A bit about which this is known.
    fn saying(&mut self, bit: Num, yes: Vec<Fact>, no: Vec<Fact>) -> Num {
        if yes.is_empty() && no.is_empty() {
            return bit;
        }
        match &bit.data {
            Data::Lin(terms) => {
                self.out.program.facts.says(terms, yes, no);
                bit
            }
            // Which of them holds is known, but not by the types.
            _ => Num { says: Some(Rc::new(Says { yes, no })), ..bit },
        }
    }

    /// ¬a = 1 − a
    pub(super) fn not(&mut self, a: Num, span: Span) -> Res<Num> {
        let says = a.says.clone();
        let out = self.add(Num::int(1), a, -1, span)?;
        Ok(match says {
            Some(s) => self.saying(out, s.no.clone(), s.yes.clone()),
            None => out,
        })
    }

    /// a ∧ b = a·b: where it is 1, both are.
    pub(super) fn both(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let yes = [self.said(&a).0, self.said(&b).0].concat();
        let out = self.mul(a, b, Category::Product, span)?;
        Ok(self.saying(out, yes, vec![]))
    }

    /// Where a ∨ b is 0, both are.
    pub(super) fn either(&mut self, out: Num, a: &Num, b: &Num) -> Num {
        let no = [self.said(a).1, self.said(b).1].concat();
        self.saying(out, vec![], no)
    }
}

/// The terms of an unknown number; of a known one none.
fn terms_of(n: &Num) -> &[LTerm] {
    match &n.data {
        Data::Lin(terms) => terms,
        _ => &[],
    }
}

/// Where the sides of a comparison and their difference d = b − a lie, in raw steps of one scale.
struct Sides {
    left: Interval,
    right: Interval,
    difference: Interval,
}

impl Sides {
    fn where_it_holds(op: BinaryOp, a: &Interval, b: &Interval, d: &Interval) -> Sides {
        match op {
            BinaryOp::Lt => Sides::at_least(1, a, b, d),
            BinaryOp::Le => Sides::at_least(0, a, b, d),
            _ => {
                let both = (a.0.clone().max(b.0.clone()), a.1.clone().min(b.1.clone()));
                let zero = (Int::zero(), Int::zero());
                Sides { left: both.clone(), right: both, difference: zero }
            }
        }
    }

    fn where_not(op: BinaryOp, a: &Interval, b: &Interval, d: &Interval) -> Sides {
        // b − a < 1 is a − b ≥ 0, and b − a < 0 is a − b ≥ 1.
        let swapped = |least: i64| {
            let s = Sides::at_least(least, b, a, &(-&d.1, -&d.0));
            let (lo, hi) = s.difference;
            Sides { left: s.right, right: s.left, difference: (-hi, -lo) }
        };
        match op {
            BinaryOp::Lt => swapped(0),
            BinaryOp::Le => swapped(1),
            _ => Sides { left: without(a, b), right: without(b, a), difference: without_zero(d) },
        }
    }

    /// b − a ≥ `least`.
    fn at_least(least: i64, a: &Interval, b: &Interval, d: &Interval) -> Sides {
        let least = Int::from(least);
        Sides {
            left: (a.0.clone(), a.1.clone().min(&b.1 - &least)),
            right: (b.0.clone().max(&a.0 + &least), b.1.clone()),
            difference: (d.0.clone().max(least), d.1.clone()),
        }
    }
}

/// An interval without a value that it ends in.
fn without(of: &Interval, value: &Interval) -> Interval {
    let (lo, hi) = of.clone();
    match value.0 == value.1 {
        true if lo == value.0 => (lo + 1, hi),
        true if hi == value.0 => (lo, hi - 1),
        _ => (lo, hi),
    }
}

fn without_zero(d: &Interval) -> Interval {
    without(d, &(Int::zero(), Int::zero()))
}

/// The number of an interval that is nearest to 0.
pub(super) fn nearest_to_zero((lo, hi): &Interval) -> Int {
    Int::zero().clamp(lo.clone(), hi.clone())
}
