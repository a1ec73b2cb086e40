//! What elaboration has used of its budget.
//!
//! Work is counted before it is done. Memory is what was emitted and, on top of it, the values under
//! way: those of an expression's parts until it has its own, those of a block's names until its end.
//! No number grows without bound, as every expression's value is looked at.

use super::{Elaborator, Res, fail};
use crate::budget::Budget;
use crate::combination::LTerm;
use crate::diagnostic::Diagnostic;
use crate::number::{Ratio, bit_length};
use crate::value::{Data, Num, Value};
use std::rc::Rc;
use zirc_circuit::{Int, Ints};
use zirc_grammar::ast::Span;

/// Bits of the largest number: thirty times those of the field.
pub(crate) const MAX_BITS: u64 = 1 << 13;
/// How many times the work of a circuit the items of a module may take together.
const TOGETHER: u64 = 4;
/// Numbers in the largest value.
const MAX_PARTS: usize = 1 << 16;

impl Elaborator<'_> {
    /// Counts work that is about to be done, and refuses what leaves the budget in work or, by what
    /// was emitted so far, in memory.
    pub(crate) fn spend(&mut self, work: usize, span: Span) -> Res<()> {
        let work = (work as u64).saturating_add(self.used.seen.take()).saturating_add(1);
        let done = &mut self.used.work[usize::from(self.at.unroll)];
        *done = done.saturating_add(work);
        self.within_budget(0, span)
    }

    /// Work done in circuits so far.
    pub(crate) fn done(&self) -> u64 {
        self.used.work[0]
    }

    /// Starts after others have done so much: all together may do several times what one may.
    pub(crate) fn start_after(&mut self, done: u64) {
        let all = self.world.budget.work.saturating_mul(TOGETHER - 1);
        self.used.work[0] = done.saturating_sub(all);
    }

    /// Counts what was done in several starts.
    pub(crate) fn have_done(&mut self, work: u64) {
        self.used.work[0] = work;
    }

    /// Refuses to reserve so many elements of a computed constant if that would leave the budget.
    pub(crate) fn room_for(&self, elements: usize, span: Span) -> Res<()> {
        self.within_budget((elements as u64).saturating_mul(size_of::<Int>() as u64), span)
    }

    /// Runs something, after which only its value is held.
    pub(super) fn holding(
        &mut self,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<Value>,
    ) -> Res<Value> {
        let held = self.used.held;
        let out = f(self);
        self.used.held = held;
        let v = out?;
        self.hold(&v, span)?;
        Ok(v)
    }

    /// Runs something, after which nothing of it is held but what it gives back.
    pub(super) fn releasing<T>(&mut self, f: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        let held = self.used.held;
        let out = f(self);
        self.used.held = held;
        out
    }

    /// Counts a value that is held from now on, and refuses one that is too large.
    pub(super) fn hold(&mut self, v: &Value, span: Span) -> Res<()> {
        let mut parts = 0;
        self.hold_parts(v, &mut parts, span)?;
        self.spend(parts, span)
    }

    fn hold_parts(&mut self, v: &Value, parts: &mut usize, span: Span) -> Res<()> {
        *parts += 1;
        if *parts > MAX_PARTS {
            return fail(
                Diagnostic::error("E0701", span, "the program is too large to elaborate")
                    .say("this value has too many parts")
                    .note(format!(
                        "allowed {MAX_PARTS} numbers in tuples and structs of one value"
                    )),
            );
        }
        match v {
            Value::Num(n) => {
                self.used.held = self.used.held.saturating_add(size_of_num(n));
                self.demand_held(n, span)
            }
            Value::Tuple(all) => all.iter().try_for_each(|p| self.hold_parts(p, parts, span)),
            Value::Struct(_, _, all) => {
                let held = self.used.held;
                all.iter().try_for_each(|p| self.hold_parts(p, parts, span))?;
                if Rc::strong_count(all) > 1 {
                    self.used.held = held;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Refuses numbers that no circuit could need, before arithmetic on them takes for ever.
    fn demand_held(&mut self, n: &Num, span: Span) -> Res<()> {
        let scale = n.scale.as_ref().map_or(0, ratio_bits);
        let range = n.range.get().map_or(0, |(lo, hi)| bit_length(lo).max(bit_length(hi)));
        let factor = |t: &LTerm| bit_length(&t.factor);
        let data = match &n.data {
            Data::Const(a) if a.data.len() == 1 => bit_length(&a.data.get(0)),
            Data::Lin(terms) => terms.iter().map(factor).max().unwrap_or(0),
            _ => 0,
        };
        // Fractions are brought to lowest terms, which takes the square of their length.
        let words = (scale / 64) as usize;
        if words > 4 {
            self.spend(8 * words * words, span)?;
        }
        demand_bits(scale.max(range).max(data), span)
    }

    /// Refuses what leaves the budget, with `more` bytes on top of what is there.
    fn within_budget(&self, more: u64, span: Span) -> Res<()> {
        let Budget { work, memory } = self.world.budget;
        let work = if self.at.unroll { work.saturating_mul(self.used.run) } else { work };
        let done = self.used.work[usize::from(self.at.unroll)];
        let used = self.out.program.bytes().saturating_add(self.used.held).saturating_add(more);
        if done <= work && used <= memory {
            return Ok(());
        }
        let (what, used, allowed) = if used > memory {
            let mb = |n: u64| format!("{} MB", n >> 20);
            ("memory", mb(used), mb(memory))
        } else {
            let million = |n: u64| format!("{} million steps", n.div_ceil(1_000_000));
            ("work", million(done), million(work))
        };
        fail(
            Diagnostic::error("E0701", span, "the program is too large to elaborate")
                .say(format!("the {what} allowed for one circuit is used up here"))
                .note(format!("used {used}, allowed {allowed}"))
                .help("a loop over very many indices that cannot stay a tensor is the usual cause; `--budget 4` allows four times as much"),
        )
    }
}

/// Refuses a number of so many bits.
pub(super) fn demand_bits(bits: u64, span: Span) -> Res<()> {
    if bits <= MAX_BITS {
        return Ok(());
    }
    fail(
        Diagnostic::error("E0701", span, "this number is too large")
            .say(format!("{bits} bits, at most {MAX_BITS} are held; the field has 254")),
    )
}

fn ratio_bits(r: &Ratio) -> u64 {
    bit_length(r.numer()).max(bit_length(r.denom()))
}

/// Bytes of a number, less a constant that others hold as well.
fn size_of_num(n: &Num) -> u64 {
    let data = match &n.data {
        Data::Const(a) if Rc::strong_count(&a.data) == 1 => match &*a.data {
            Ints::Small(v) => size_of_val(v.as_slice()),
            Ints::Big(v) => 2 * size_of_val(v.as_slice()),
        },
        Data::Lin(terms) => size_of_val(terms.as_slice()),
        _ => 0,
    };
    (size_of::<Num>() + data) as u64
}
