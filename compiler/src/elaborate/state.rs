//! What elaboration carries along, in four parts.
//!
//! Beside what never changes (the program's names, the loader, the choices of whoever asked) these are the
//! *position*, which is where in the text it stands and how values are computed there; the *output*, which is what
//! has come of it; the *memo*, what need not be computed twice; and what was *used* of the budget. Something that is
//! elaborated by itself in the midst of something else gets a position of its own: [`Elaborator::apart`] is the one
//! place that gives it.

use super::branch::Branch;
use super::testing::trial::Trial;
use super::trail::Trail;
use super::{Elaborator, Mode, Prints, Refusal, Res, source_span};
use crate::cost::Cost;
use crate::diagnostic::Diagnostic;
use crate::facts::{BranchId, Mark};
use crate::options::Checks;
use crate::program::Program;
use crate::types::{GenericValue, ItemId};
use crate::value::{GenericValues, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use zirc_circuit::{Frame as CallFrame, ModelPart, Origin};
use zirc_grammar::ast::Span;

/// A function under way: its names.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) module: usize,
    pub(crate) variables: Vec<(String, Value)>,
    /// Loop indices whose range was not written: their places among the variables, and how far each
    /// runs.
    pub(crate) inferred: Vec<(usize, usize)>,
    pub(crate) generics: BTreeMap<String, GenericValue>,
}

impl Frame {
    /// One without names so far.
    pub(crate) fn new(module: usize, generics: BTreeMap<String, GenericValue>) -> Frame {
        Frame { module, variables: vec![], inferred: vec![], generics }
    }
}

/// Where elaboration stands, and how values are computed there.
#[derive(Debug)]
pub(crate) struct Position {
    pub(crate) mode: Mode,
    /// Run on plain integers: the interpreter.
    pub(crate) unroll: bool,
    /// Run every loop index by index, also where all could be taken at once.
    pub(crate) one_by_one: bool,
    /// Whether indices are taken at once, on trial.
    pub(super) attempt: bool,
    /// How many combinations of indices are taken at once in what is under way.
    pub(super) taken: usize,
    pub(crate) frames: Vec<Frame>,
    /// Values of the body under way that get their fields one by one: the weights of an import.
    pub(crate) fields: BTreeMap<String, BTreeMap<String, Value>>,
    /// What is being elaborated, from the outside in: none of it may ask for itself.
    pub(crate) active: Vec<ItemId>,
    /// What was being elaborated where this was set apart: nor may it ask for that.
    pub(super) around: Vec<ItemId>,
    pub(crate) calls: Vec<CallFrame>,
    /// Branches on unknown conditions under way, in a circuit or a hint.
    pub(super) branches: Vec<Branch>,
    /// From where on facts are known, and branches are those of the function under way.
    pub(super) known_since: Mark,
    pub(super) own_branches: usize,
    /// Loops under way.
    pub(super) depth: u32,
    /// Where types come from.
    pub(super) trail: Trail,
    /// Calls from which on regions are noted: 1 while one function is elaborated by itself.
    pub(super) outermost: usize,
    /// The layer that the statements under way name.
    pub(super) layer: Option<String>,
    /// How the innermost function under way that says so wants its checks enforced.
    pub(crate) checks: Option<Checks>,
}

impl Position {
    /// At the start of a circuit.
    pub(super) fn start() -> Position {
        Position {
            mode: Mode::Circuit,
            unroll: false,
            one_by_one: false,
            attempt: false,
            taken: 1,
            frames: vec![],
            fields: BTreeMap::new(),
            active: vec![],
            around: vec![],
            calls: vec![],
            branches: vec![],
            known_since: Mark::default(),
            own_branches: 0,
            depth: 0,
            trail: Trail::Infer,
            outermost: 0,
            layer: None,
            checks: None,
        }
    }
}

/// What has come of elaboration.
pub(crate) struct Output {
    pub(crate) program: Program,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Calls of `narrow` and assertions that did not hold on known values.
    pub(crate) refusals: Vec<Refusal>,
    /// Instances of functions with an `ensures`.
    pub(crate) promised: Vec<(ItemId, GenericValues)>,
    /// Functions that were called in a circuit's or function's body.
    pub(crate) called: BTreeSet<ItemId>,
    pub(crate) model: Vec<ModelPart>,
    /// Costs that a test has read a number of, and where.
    pub(crate) costs_read: Vec<(Span, Rc<Cost>)>,
    /// Forgeries of a test that were accepted, in words, and where.
    pub(crate) forged: Vec<(Span, String)>,
    /// What a test has printed; nothing outside of tests.
    pub(crate) prints: Option<Prints>,
}

impl Output {
    pub(super) fn new() -> Output {
        Output {
            program: empty(Span { file: 0, start: 0, end: 0 }),
            diagnostics: vec![],
            refusals: vec![],
            promised: vec![],
            called: BTreeSet::new(),
            model: vec![],
            costs_read: vec![],
            forged: vec![],
            prints: None,
        }
    }
}

/// What functions without parameters gave, by their generic arguments.
pub(super) type Made = BTreeMap<Vec<GenericValue>, Value>;

/// What need not be computed twice, wherever it is asked for.
#[derive(Default)]
pub(crate) struct Memo {
    pub(super) constants: BTreeMap<ItemId, Value>,
    /// By the function and whether in a hint: a table is computed once.
    pub(super) made: BTreeMap<(ItemId, bool), Made>,
    /// The types of calls in tests, by what was called with what.
    pub(super) trials: BTreeMap<String, Rc<Trial>>,
    /// Which functions have hints of their own.
    pub(super) hinting: BTreeMap<ItemId, bool>,
    /// How far each loop runs, by its identity.
    pub(super) extents: Vec<usize>,
    /// How many branches there were: the identity of the next one.
    pub(super) branches: BranchId,
}

impl Memo {
    /// Forgets what could not be computed.
    pub(super) fn forget_failures(&mut self) {
        self.constants.retain(|_, v| !matches!(v, Value::Poison));
        self.trials.retain(|_, t| !t.is_refused());
    }
}

/// What was used of the budget.
pub(crate) struct Used {
    /// Elements that were looked at in runs on known values since work was last counted.
    pub(super) seen: std::cell::Cell<u64>,
    /// Work done so far, in circuits and on known values.
    pub(super) work: [u64; 2],
    /// How many times the work of a circuit a run on known values may take.
    pub(crate) run: u64,
    /// Bytes of the values that are held while others are computed, roughly.
    pub(super) held: u64,
}

impl Used {
    pub(super) fn nothing() -> Used {
        Used { seen: Default::default(), work: [0; 2], run: crate::budget::TEST, held: 0 }
    }
}

impl Elaborator<'_> {
    /// Elaborates something as a circuit of its own, whatever is under way.
    pub(super) fn apart<T>(
        &mut self,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> (Res<T>, Program) {
        let around = [self.at.around.as_slice(), &self.at.active].concat();
        let own = Position { around, ..Position::start() };
        let at = std::mem::replace(&mut self.at, own);
        let program = std::mem::replace(&mut self.out.program, empty(span));
        let out = f(self);
        self.at = at;
        (out, std::mem::replace(&mut self.out.program, program))
    }
}

/// A program in which there is nothing, of something that stands there.
fn empty(span: Span) -> Program {
    let span = source_span(span);
    Program::new(Origin { span, stack: vec![], layer: None, users: vec![] })
}
