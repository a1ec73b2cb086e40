//! Elaboration: from syntax with resolved names to the tensor program.
//!
//! *Loops are lifted.* The body of a `for` is elaborated once, with the loop's index as a further dimension of every
//! value in it. Only when something in the body needs the index as a number ([`Stop::NeedsNumber`]) is that loop
//! unrolled.
//!
//! *One text has three meanings,* which all files here keep together:
//! - In a circuit ([`Mode::Circuit`]) values are linear combinations of tensors, and products, ranges and assertions
//!   become constraints.
//! - In a hint ([`Mode::Hint`]) they are plain integers, which the witness program computes; nothing is enforced.
//! - On known values ([`Position::unroll`]) every value is a constant, and assertions are judged: the interpreter,
//!   tests, and what functions promise. Types are those of the circuit, which left them on a trail ([`trail`]).
//!
//! A circuit is an `item`, made of `statement`s and what an `expr`ession is: a `call`, `loops`, a `branch`, an `index`,
//! `arith`metic, in hints as outside of them. They stand on what is carried along (`state`), what has been used
//! (`budget`), types (`typing`), intervals (`interval`), and what is emitted (`emit`). `tables` and `testing` elaborate
//! parts of a program by themselves and count what they cost.

pub(crate) mod arith;
mod branch;
mod budget;
mod call;
mod emit;
mod expr;
mod hint;
mod index;
mod interval;
pub(crate) mod item;
mod loops;
mod state;
mod statement;
pub(crate) mod tables;
pub(crate) mod testing;
mod trail;
mod typing;

pub(crate) use item::claims::INDEPENDENT_OF;
pub(crate) use loops::stack::unravel;
pub(crate) use state::Frame;
use state::{Memo, Output, Position, Used};
pub(crate) use tables::Tables;
pub(crate) use testing::Prints;
pub(crate) use trail::Record;
pub(crate) use trail::kept::Kept;

use crate::combination::LoopId;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::loader::Loader;
use crate::options::Strategy;
use crate::program::Program;
use crate::resolve::{World, sizes};
use crate::types::ItemId;
use crate::value::Num;
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
            Ok(_) => Err(std::mem::take(&mut self.out.diagnostics)),
            Err(_) => {
                self.demand_reason(Span::default());
                Err(std::mem::take(&mut self.out.diagnostics))
            }
        }
    }

    /// What has stopped must have said why: nothing that was refused counts as accepted.
    pub(crate) fn demand_reason(&mut self, span: Span) {
        if !has_errors(&self.out.diagnostics) && self.out.refusals.is_empty() {
            let d = Diagnostic::error("E0900", span, "this is refused without a reason");
            self.out.diagnostics.push(d.note("this is a bug in zirc"));
        }
    }

    /// Takes back what was said since there were so many diagnostics. What failed and is remembered as that, since it
    /// was said, is tried again where it is asked for.
    pub(crate) fn forget_errors(&mut self, since: usize) {
        self.out.diagnostics.truncate(since);
        self.memo.forget_failures();
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
