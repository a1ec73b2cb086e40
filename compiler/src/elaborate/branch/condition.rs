//! What bits say: of the sides of the comparison that made one, and of the bits that it is made of.
//!
//! It is written down where the bit is made (`crate::facts`), and known in the branches on it (`super`).

use crate::combination::LTerm;
use crate::elaborate::{Elaborator, Res};
use crate::facts::{Fact, Says};
use crate::interval::Interval;
use crate::value::{Data, Num};
use num_traits::Zero;
use std::rc::Rc;
use zirc_circuit::{Category, Int};
use zirc_grammar::ast::{BinaryOp, Span};

impl Elaborator<'_> {
    /// Writes down what the bit of a comparison says of its sides, which have one scale.
    pub(in crate::elaborate) fn note_condition(
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
    pub(in crate::elaborate) fn said(&self, bit: &Num) -> (Vec<Fact>, Vec<Fact>) {
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
    pub(in crate::elaborate) fn not(&mut self, a: Num, span: Span) -> Res<Num> {
        let says = a.says.clone();
        let out = self.add(Num::int(1), a, -1, span)?;
        Ok(match says {
            Some(s) => self.saying(out, s.no.clone(), s.yes.clone()),
            None => out,
        })
    }

    /// a ∧ b = a·b: where it is 1, both are.
    pub(in crate::elaborate) fn both(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let yes = Fact::joined([self.said(&a).0, self.said(&b).0]);
        let out = self.mul(a, b, Category::Product, span)?;
        Ok(self.saying(out, yes, vec![]))
    }

    /// Where a ∨ b is 0, both are.
    pub(in crate::elaborate) fn either(&mut self, out: Num, a: &Num, b: &Num) -> Num {
        let no = Fact::joined([self.said(a).1, self.said(b).1]);
        self.saying(out, vec![], no)
    }
}

/// The terms of an unknown number; of a known one none.
pub(super) fn terms_of(n: &Num) -> &[LTerm] {
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
