//! Elaboration: from syntax with resolved names to the tensor program.
//!
//! A `for` body is elaborated once, with the loop's index as a further dimension of every value in
//! it. Only when something in the body needs the index as a number is that loop unrolled. A run on
//! known values, the interpreter, does likewise.

pub(crate) mod arith;
mod assert;
mod binary;
mod bound;
mod budget;
mod builtin;
mod call;
mod cast;
mod channel;
mod claims;
mod commitment;
mod compare;
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
pub(crate) mod item;
mod kept;
mod known;
mod layer;
mod lookup;
mod loops;
mod pick;
mod real;
mod reshape;
mod rewrite;
mod select;
mod stack;
mod statement;
pub(crate) mod tables;
pub(crate) mod testing;
mod trail;
mod trial;
mod typing;

pub(crate) use builtin::NAMES as BUILTINS;
pub(crate) use claims::INDEPENDENT_OF;
pub(crate) use generics::bare as bare_name;
pub(crate) use kept::Kept;
pub(crate) use stack::unravel;
pub(crate) use tables::Tables;
pub(crate) use testing::{Cost, PINNED};
pub(crate) use trail::Record;

use crate::diagnostic::Diagnostic;
use crate::loader::Loader;
use crate::lower::lookup::Strategy;
use crate::number::{half_order, show};
use crate::options::Checks;
use crate::program::Program;
use crate::range::{Interval, lin_range};
use crate::resolve::World;
use crate::value::{Data, GenericValues, ItemId, LTerm, LoopId, Num, Value};
use num_traits::{One, Zero};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use zirc_circuit::{Frame as CallFrame, Int, ModelPart, Origin, OriginId, SourceSpan};
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

/// A function under way: its names.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) module: usize,
    pub(crate) variables: Vec<(String, Value)>,
    /// Loop indices whose range was not written: their places among the variables, and how far each
    /// runs.
    pub(crate) inferred: Vec<(usize, usize)>,
    pub(crate) generics: BTreeMap<String, crate::types::GenericValue>,
}

impl Frame {
    /// One without names so far.
    pub(crate) fn new(
        module: usize,
        generics: BTreeMap<String, crate::types::GenericValue>,
    ) -> Frame {
        Frame { module, variables: vec![], inferred: vec![], generics }
    }
}

/// What a function without parameters gave, by its generic arguments.
type Memo = BTreeMap<Vec<crate::types::GenericValue>, Value>;

/// Everything that elaboration carries along.
pub(crate) struct Elaborator<'a> {
    pub(crate) world: &'a World,
    pub(crate) loader: &'a mut dyn Loader,
    pub(crate) program: Program,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) mode: Mode,
    /// Run on plain integers: the interpreter.
    pub(crate) unroll: bool,
    /// Run every loop index by index, also where all could be taken at once.
    pub(crate) one_by_one: bool,
    /// Whether indices are taken at once, on trial.
    attempt: bool,
    /// How many combinations of indices are taken at once in what is under way.
    taken: usize,
    /// Elements that were looked at in runs on known values since work was last counted.
    seen: std::cell::Cell<u64>,
    pub(crate) frames: Vec<Frame>,
    /// Values of the body under way that get their fields one by one: the weights of an import.
    pub(crate) fields: BTreeMap<String, BTreeMap<String, Value>>,
    pub(crate) active: Vec<ItemId>,
    pub(crate) calls: Vec<CallFrame>,
    extents: Vec<usize>,
    /// Work done so far, in circuits and on known values.
    work: [u64; 2],
    /// How many times the work of a circuit a run on known values may take.
    pub(crate) run: u64,
    /// Bytes of the values that are held while others are computed, roughly.
    held: u64,
    constants: BTreeMap<ItemId, Value>,
    /// What functions without parameters gave, in a hint or not and by their generic arguments: a
    /// table is computed once.
    made: BTreeMap<(ItemId, bool), Memo>,
    /// Loops under way.
    depth: u32,
    /// Where types come from.
    trail: trail::Trail,
    /// The types of calls in tests, by what was called with what.
    trials: BTreeMap<String, Rc<trial::Trial>>,
    /// Instances of functions with an `ensures`.
    pub(crate) promised: Vec<(ItemId, GenericValues)>,
    /// Functions that were called in a circuit's or function's body.
    pub(crate) called: BTreeSet<ItemId>,
    /// Which functions have hints of their own.
    hinting: BTreeMap<ItemId, bool>,
    /// Calls from which on regions are noted: 1 while one function is elaborated by itself.
    outermost: usize,
    pub(crate) model: Vec<ModelPart>,
    last_origin: Option<(SourceSpan, OriginId, usize)>,
    /// The layer that the statements under way name.
    layer: Option<String>,
    /// Calls of `narrow` and assertions that did not hold on known values.
    pub(crate) refusals: Vec<Refusal>,
    /// Costs that a test has read a number of, and where.
    pub(crate) costs_read: Vec<(Span, Rc<Cost>)>,
    /// The strategy of lookups in calls that are measured, in place of the cheapest.
    pub(crate) lookup: Option<Strategy>,
    /// Which tables are worth looking up.
    pub(crate) tables: Tables,
    /// How the innermost function under way that says so wants its checks enforced.
    pub(crate) checks: Option<Checks>,
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
        let origin = Origin {
            span: SourceSpan { file: 0, start: 0, end: 0 },
            stack: vec![],
            layer: None,
            users: vec![],
        };
        Elaborator {
            world,
            loader,
            program: Program::new(origin),
            diagnostics: vec![],
            mode: Mode::Circuit,
            unroll: false,
            one_by_one: false,
            attempt: false,
            taken: 1,
            seen: Default::default(),
            frames: vec![],
            fields: BTreeMap::new(),
            active: vec![],
            calls: vec![],
            extents: vec![],
            work: [0; 2],
            run: crate::budget::TEST,
            held: 0,
            constants: BTreeMap::new(),
            made: BTreeMap::new(),
            depth: 0,
            trail: trail::Trail::Infer,
            trials: BTreeMap::new(),
            promised: vec![],
            called: BTreeSet::new(),
            hinting: BTreeMap::new(),
            outermost: 0,
            model: vec![],
            last_origin: None,
            layer: None,
            refusals: vec![],
            costs_read: vec![],
            lookup: None,
            tables: Tables::default(),
            checks: None,
        }
    }

    /// Elaborates what a function or circuit consists of, with its checks as it says.
    pub(crate) fn checked_as<T>(&mut self, id: ItemId, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.checks;
        self.checks = self.world.checks.get(&id).copied().or(outer);
        let out = f(self);
        self.checks = outer;
        out
    }

    pub(crate) fn frame(&self) -> &Frame {
        // A frame is pushed before any expression is elaborated and popped after.
        self.frames.last().unwrap_or_else(|| unreachable!("no function under way"))
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or_else(|| unreachable!("no function under way"))
    }

    pub(crate) fn new_loop(&mut self, extent: usize) -> LoopId {
        self.extents.push(extent);
        self.extents.len() as LoopId - 1
    }

    /// How many there are so far: the identity of the next one.
    fn loops_so_far(&self) -> LoopId {
        self.extents.len() as LoopId
    }

    pub(crate) fn extent(&self, l: LoopId) -> usize {
        self.extents[l as usize]
    }

    /// Takes back everything that was emitted since a checkpoint.
    fn roll_back(&mut self, to: crate::program::Checkpoint) {
        self.program.roll_back(to);
        // The place of the last origin may be another's soon.
        self.last_origin = None;
    }

    /// The provenance of what is emitted for `span` now.
    pub(crate) fn origin(&mut self, span: Span) -> OriginId {
        let span = source_span(span);
        if let Some((s, id, depth)) = self.last_origin
            && s == span
            && depth == self.calls.len()
            && self
                .program
                .origins
                .get(id.0 as usize)
                .is_some_and(|o| o.span == span && o.stack == self.calls && o.layer == self.layer)
        {
            return id;
        }
        let id = self.program.add_origin(Origin {
            span,
            stack: self.calls.clone(),
            layer: self.layer.clone(),
            users: vec![],
        });
        self.last_origin = Some((span, id, self.calls.len()));
        id
    }

    /// Whether a number is the interpreter's value of something unknown: its type is the circuit's, and
    /// what is asked of its interval is asked of the value.
    pub(crate) fn by_value(&self, n: &Num) -> bool {
        self.unroll && n.unknown
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
                lin_range(terms, &n.shape, &|l| self.extent(l), &source)
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
        match &self.program.tensor(t.src).interval {
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
            let tensor = self.program.tensor(t.src);
            let at = self.program.origins[tensor.origin.0 as usize].span;
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
            terms = self.program.sources_of(t.src);
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
                let d = self.attribute(*d);
                if !self.diagnostics.contains(&d) {
                    self.diagnostics.push(d);
                }
                Stop::Reported
            }
            other => other,
        }
    }

    /// An error inside the standard library is shown at the user's call first.
    fn attribute(&self, mut d: Diagnostic) -> Diagnostic {
        let inside = d.labels.first().is_some_and(|l| self.world.is_std(l.span.file));
        let user = self.calls.iter().rev().find(|c| !self.world.is_std(c.call.file));
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
