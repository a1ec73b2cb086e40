//! Elaboration: from syntax with resolved names to the tensor program.
//!
//! A `for` body is elaborated once, with the loop's index as a further dimension of every value in
//! it. Only when something in the body needs the index as a number is that loop unrolled. A run on
//! known values, the interpreter, does likewise.

pub(crate) mod arith;
mod assert;
mod binary;
mod bound;
mod branch;
mod budget;
mod builtin;
mod call;
mod cast;
mod channel;
mod claims;
mod commitment;
mod compare;
mod condition;
mod constant;
mod contract;
mod elementwise;
mod emit;
mod expr;
mod extent;
mod fuse;
mod generics;
mod given;
mod hint;
mod index;
pub(crate) mod instance;
mod isolate;
pub(crate) mod item;
mod kept;
mod known;
mod layer;
mod lookup;
mod loops;
mod misshapen;
mod pick;
mod real;
mod reshape;
mod rewrite;
mod select;
mod shown;
mod stack;
mod state;
mod statement;
pub(crate) mod tables;
pub(crate) mod testing;
mod trail;
mod trial;
mod typing;

pub(crate) use claims::INDEPENDENT_OF;
pub(crate) use kept::Kept;
pub(crate) use stack::unravel;
pub(crate) use state::Frame;
use state::{Memo, Output, Position, Used};
pub(crate) use tables::Tables;
pub(crate) use testing::Prints;
pub(crate) use trail::Record;

use crate::combination::{LTerm, LoopId};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::facts::Scope;
use crate::interval::Interval;
use crate::loader::Loader;
use crate::number::{half_order, show};
use crate::options::Strategy;
use crate::program::Program;
use crate::range::lin_range;
use crate::resolve::{World, sizes};
use crate::types::ItemId;
use crate::value::{Data, Num};
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use zirc_circuit::{Int, Origin, OriginId, SourceSpan};
use zirc_grammar::ast::Span;

/// Why elaboration of an expression stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// For this reason, still to be reported.
    Error(Box<Diagnostic>),
    /// For a reason that was reported where it arose.
    Reported,
    /// It needs the index of this loop as a number.
    NeedsNumber(LoopId),
}

/// The result of elaborating something.
pub(crate) type Res<T> = Result<T, Stop>;

/// How values are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Values of the circuit: products, ranges and assertions become constraints.
    Circuit,
    /// Inside a hint: plain integers, nothing is enforced.
    Hint,
}

/// Everything that elaboration carries along.
pub(crate) struct Elaborator<'a> {
    pub(crate) world: &'a World,
    pub(crate) loader: &'a mut dyn Loader,
    /// The strategy of lookups in calls that are measured, in place of the cheapest.
    pub(crate) lookup: Option<Strategy>,
    /// Which tables are worth looking up.
    pub(crate) tables: Tables,
    pub(crate) at: Position,
    pub(crate) out: Output,
    pub(crate) memo: Memo,
    pub(crate) used: Used,
}

/// An assertion that known values violate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The assertion.
    pub span: Span,
    /// Left side.
    pub left: Int,
    /// Right side.
    pub right: Int,
    /// The author's words.
    pub message: Option<String>,
}

/// Largest number of elements of one tensor.
pub(crate) const MAX_ELEMENTS: usize = 1 << 28;

impl<'a> Elaborator<'a> {
    pub(crate) fn new(world: &'a World, loader: &'a mut dyn Loader) -> Elaborator<'a> {
        Elaborator {
            world,
            loader,
            lookup: None,
            tables: Tables::default(),
            at: Position::start(),
            out: Output::new(),
            memo: Memo::default(),
            used: Used::nothing(),
        }
    }

    /// The same for texts that stand by themselves in a module.
    pub(crate) fn inside(
        world: &'a World,
        loader: &'a mut dyn Loader,
        module: usize,
    ) -> Elaborator<'a> {
        let mut e = Elaborator::new(world, loader);
        e.at.frames.push(Frame::new(module, BTreeMap::new()));
        e
    }

    /// What elaborating something gives, or all that is wrong with it.
    pub(crate) fn accepted<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Result<T, Vec<Diagnostic>> {
        let out = f(self).map_err(|stop| self.report(stop));
        match out {
            Ok(value) if !has_errors(&self.out.diagnostics) => Ok(value),
            _ => Err(std::mem::take(&mut self.out.diagnostics)),
        }
    }

    /// The program so far; what comes is another one's.
    pub(crate) fn take_program(&mut self) -> Program {
        let origin = self.out.program.origins[0].clone();
        std::mem::replace(&mut self.out.program, Program::new(origin))
    }

    /// Elaborates what a function or circuit consists of, with its checks as it says.
    pub(crate) fn checked_as<T>(&mut self, id: ItemId, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.at.checks;
        self.at.checks = self.world.checks.get(&id).copied().or(outer);
        let out = f(self);
        self.at.checks = outer;
        out
    }

    pub(crate) fn frame(&self) -> &Frame {
        // A frame is pushed before any expression is elaborated and popped after.
        self.at.frames.last().unwrap_or_else(|| unreachable!("no function under way"))
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.at.frames.last_mut().unwrap_or_else(|| unreachable!("no function under way"))
    }

    pub(crate) fn new_loop(&mut self, extent: usize) -> LoopId {
        self.memo.extents.push(extent);
        self.memo.extents.len() as LoopId - 1
    }

    /// How many there are so far: the identity of the next one.
    fn loops_so_far(&self) -> LoopId {
        self.memo.extents.len() as LoopId
    }

    pub(crate) fn extent(&self, l: LoopId) -> usize {
        self.memo.extents[l as usize]
    }

    /// The provenance of what is emitted for `span` now.
    pub(crate) fn origin(&mut self, span: Span) -> OriginId {
        let (span, at) = (source_span(span), &self.at);
        let same = |o: &Origin| o.span == span && o.stack == at.calls && o.layer == at.layer;
        self.out.program.last_origin(same).unwrap_or_else(|| {
            let (stack, layer) = (at.calls.clone(), at.layer.clone());
            self.out.program.add_origin(Origin { span, stack, layer, users: vec![] })
        })
    }

    /// Whether a number is the interpreter's value of something unknown: its type is the circuit's, and
    /// what is asked of its interval is asked of the value.
    pub(crate) fn by_value(&self, n: &Num) -> bool {
        self.at.unroll && n.unknown
    }

    /// The interval of every element, computed if it was not declared.
    pub(crate) fn range(&self, n: &Num, span: Span) -> Res<Interval> {
        if let Some(r) = n.range.get() {
            return Ok(r.clone());
        }
        let r = match &n.data {
            Data::Index(a) => {
                let mut r = (Int::from(a.offset), Int::from(a.offset));
                for &(l, s) in &a.loops {
                    let reach = Int::from(s) * (self.extent(l).max(1) - 1);
                    if s < 0 { r.0 += reach } else { r.1 += reach }
                }
                r
            }
            Data::Const(a) => self.const_range(a, &n.shape),
            Data::Lin(terms) => {
                let source = |t: &LTerm| self.term_range(t, &n.shape);
                let r = lin_range(terms, &n.shape, &|l| self.extent(l), &source);
                let scalar = n.shape.is_empty() && !n.is_field();
                let known = scalar.then(|| self.by_equations(terms, Scope::Of(&[]))).flatten();
                let both = known.map(|(lo, hi)| (lo.max(r.0.clone()), hi.min(r.1.clone())));
                both.filter(|(lo, hi)| lo <= hi).unwrap_or(r)
            }
        };
        // A known number only meets the field where a term reads it; that is checked there.
        let known = n.is_const() && !n.declared;
        if n.scale.is_some() && !known {
            let half = half_order();
            if r.1 > half || r.0 < -half {
                return Err(self.overflow(n, &r, span));
            }
        }
        Ok(n.range.get_or_init(|| r).clone())
    }

    fn source_range(&self, t: &LTerm) -> Interval {
        match &self.out.program.tensor(t.src).interval {
            Some(r) => r.clone(),
            None => (Int::zero(), crate::number::order() - 1),
        }
    }

    pub(crate) fn overflow(&self, n: &Num, r: &Interval, span: Span) -> Stop {
        let bits = crate::number::type_bits(&r.0, &r.1);
        let mut d = Diagnostic::error("E0401", span, "this integer may leave the field")
            .say(format!("its interval needs {bits} bits; the field holds 253 and a sign"));
        let mut terms: Vec<LTerm> = match &n.data {
            Data::Lin(t) => t.clone(),
            _ => vec![],
        };
        let mut seen = vec![source_span(span)];
        for _ in 0..64 {
            let widest = terms.iter().max_by_key(|t| {
                let r = self.source_range(t);
                crate::number::type_bits(&r.0, &r.1)
            });
            let Some(t) = widest else { break };
            let tensor = self.out.program.tensor(t.src);
            let at = self.out.program.origins[tensor.origin.0 as usize].span;
            if let Some((lo, hi)) = &tensor.interval
                && !seen.contains(&at)
                && d.labels.len() < 6
                && t.src.0 != 0
            {
                seen.push(at);
                let bits = crate::number::type_bits(lo, hi);
                let span = Span { file: at.file, start: at.start, end: at.end };
                d = d.label(span, format!("{bits} bits here"));
            }
            terms = self.out.program.sources_of(t.src);
        }
        let one = crate::number::Ratio::one();
        d = d.note(format!("interval: {}..={}", show(&r.0, &one), show(&r.1, &one)));
        Stop::Error(Box::new(d.help(
            "rescale before it grows: `round_to::<T>(x)` or `clamp_to::<T>(x)` to a narrower type",
        )))
    }

    /// Reports a stop as a diagnostic, unless it was reported or asks for a number.
    pub(crate) fn report(&mut self, stop: Stop) -> Stop {
        match stop {
            Stop::Error(d) => {
                let d = self.attribute(sizes::traced(self.world, *d));
                if !self.out.diagnostics.contains(&d) {
                    self.out.diagnostics.push(d);
                }
                Stop::Reported
            }
            other => other,
        }
    }

    /// An error inside the standard library is shown at the user's call first.
    fn attribute(&self, mut d: Diagnostic) -> Diagnostic {
        let inside = d.labels.first().is_some_and(|l| self.world.is_std(l.span.file));
        let user = self.at.calls.iter().rev().find(|c| !self.world.is_std(c.call.file));
        if let (true, Some(call)) = (inside, user) {
            let span = Span { file: call.call.file, start: call.call.start, end: call.call.end };
            let text = format!("in this call of `{}`", call.function);
            d.labels.insert(0, crate::diagnostic::Label { span, text });
        }
        d
    }
}

/// The span as provenance stores it.
pub(crate) fn source_span(s: Span) -> SourceSpan {
    SourceSpan { file: s.file, start: s.start, end: s.end }
}

/// Stops with a diagnostic.
pub(crate) fn fail<T>(d: Diagnostic) -> Res<T> {
    Err(Stop::Error(Box::new(d)))
}
