//! The types that the circuit's elaboration gives its calls, for runs on known values.
//!
//! A circuit elaborates a loop's body once for all indices, adds like terms, and knows the interval
//! of a value only as far as the program's text says it. A run on known values goes through the
//! same text, index by index where it must. So that both mean the same, only the first one types: it *records* the
//! generic arguments of every call on a trail of scopes (calls, loops and their iterations,
//! elementwise calls and their groups of channels), and the second one *follows* that trail.

pub(super) mod kept;

use super::branch::select::Joined;
use super::{Elaborator, Mode, Res, fail};
use crate::diagnostic::Diagnostic;
use crate::types::{GenericValue, ItemId};
use crate::value::{Num, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_grammar::ast::Span;

/// A part of what is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// A call of a function or struct constructor, where it stands.
    Call(ItemId, Place),
    /// A loop over one index.
    Loop(Place),
    /// An elementwise call.
    Elementwise(Place),
    /// An `if` on a condition that is not known.
    Choice(Place),
    /// All iterations of a loop or elements of an elementwise call at once.
    Lifted,
    /// One of them.
    Iteration(usize),
    /// The elements of an elementwise call in one group of channels.
    Group(usize),
}

/// Where something stands in the text.
type Place = (u32, u32, u32);

/// What was recorded of one scope.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// Of a call, by name.
    generics: BTreeMap<String, GenericValue>,
    /// Of an elementwise call in groups: for each channel its group and its place there.
    groups: Vec<(usize, usize)>,
    /// Of an `if`, what comes of both branches.
    joined: Option<Joined>,
    /// What was entered, each time that it was.
    inner: BTreeMap<Scope, Vec<Rc<Typed>>>,
}

/// Everything that was recorded of one elaboration.
#[derive(Debug, Default)]
pub(crate) struct Record {
    root: Rc<Typed>,
    shared: BTreeMap<Shared, Rc<Typed>>,
}

/// What is computed once, wherever it is asked for first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shared {
    /// A constant of the program.
    Constant(ItemId),
    /// A function without parameters, with its generic arguments as text, in a hint or not.
    Made(ItemId, String, bool),
}

/// A scope that is followed, and how often each scope in it was entered.
#[derive(Debug)]
pub(super) struct Step {
    typed: Rc<Typed>,
    entered: BTreeMap<Scope, usize>,
}

/// What an elaboration does about types.
#[derive(Debug, Default)]
pub(super) enum Trail {
    /// It infers them.
    #[default]
    Infer,
    /// It infers and records them; the scopes under way.
    Record(Vec<Typed>, BTreeMap<Shared, Rc<Typed>>),
    /// It takes them from a record.
    Follow(Vec<Step>, Rc<Record>),
}

pub(super) fn place(s: Span) -> Place {
    (s.file, s.start, s.end)
}

impl Step {
    fn new(typed: Rc<Typed>) -> Step {
        Step { typed, entered: BTreeMap::new() }
    }
}

impl Elaborator<'_> {
    /// Runs an elaboration whose types are recorded.
    pub(crate) fn record<T>(&mut self, f: impl FnOnce(&mut Self) -> Res<T>) -> Res<(T, Record)> {
        let start = Trail::Record(vec![Typed::default()], BTreeMap::new());
        let outer = std::mem::replace(&mut self.at.trail, start);
        let out = f(self);
        let trail = std::mem::replace(&mut self.at.trail, outer);
        let (Trail::Record(mut scopes, shared), out) = (trail, out?) else {
            return Err(super::Stop::Reported);
        };
        let root = Rc::new(scopes.pop().unwrap_or_default());
        Ok((out, Record { root, shared }))
    }

    /// Runs something on known values with the types of a record.
    pub(crate) fn follow<T>(
        &mut self,
        record: &Rc<Record>,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let start = Trail::Follow(vec![Step::new(record.root.clone())], record.clone());
        let outer = std::mem::replace(&mut self.at.trail, start);
        let out = f(self);
        self.at.trail = outer;
        out
    }

    /// Runs something whose types nobody will follow.
    pub(super) fn unrecorded<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.at.trail);
        let out = f(self);
        self.at.trail = outer;
        out
    }

    /// Whether known values stand directly in a test, outside of what it calls.
    pub(super) fn in_test(&self) -> bool {
        self.at.unroll && matches!(self.at.trail, Trail::Infer)
    }

    /// Runs a part of what is under way.
    pub(super) fn scoped<T>(
        &mut self,
        scope: Scope,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        match &mut self.at.trail {
            Trail::Infer => return f(self),
            Trail::Record(scopes, _) => scopes.push(Typed::default()),
            Trail::Follow(steps, _) => {
                let next = steps.last_mut().and_then(|s| {
                    let n = s.entered.entry(scope).or_insert(0);
                    let all = s.typed.inner.get(&scope)?;
                    // What was lifted is one scope, entered again for every index.
                    let again = matches!(scope, Scope::Lifted | Scope::Group(_));
                    let k = if again { 0 } else { *n };
                    *n += 1;
                    all.get(k).cloned()
                });
                match next {
                    Some(t) => steps.push(Step::new(t)),
                    None => return fail(untyped(span)),
                }
            }
        }
        let out = f(self);
        match &mut self.at.trail {
            Trail::Infer => {}
            Trail::Record(scopes, _) => {
                // What ended in an error is elaborated again or not at all.
                if let (Some(t), true) = (scopes.pop(), out.is_ok())
                    && let Some(s) = scopes.last_mut()
                {
                    s.inner.entry(scope).or_default().push(Rc::new(t));
                }
            }
            Trail::Follow(steps, _) => {
                steps.pop();
            }
        }
        out
    }

    /// One iteration of a loop, or one element, where the loop runs index by index.
    pub(super) fn iteration<T>(
        &mut self,
        k: usize,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let scope = if self.was_lifted() { Scope::Lifted } else { Scope::Iteration(k) };
        self.deeper(scope, span, f)
    }

    /// Whether the loop or elementwise call whose scope is followed was elaborated at once.
    pub(super) fn was_lifted(&self) -> bool {
        match &self.at.trail {
            Trail::Follow(steps, _) => {
                steps.last().is_some_and(|s| s.typed.inner.contains_key(&Scope::Lifted))
            }
            _ => false,
        }
    }

    /// How often each scope within the one that is followed was entered.
    pub(super) fn entered(&self) -> BTreeMap<Scope, usize> {
        match &self.at.trail {
            Trail::Follow(steps, _) => steps.last().map(|s| s.entered.clone()).unwrap_or_default(),
            _ => BTreeMap::new(),
        }
    }

    /// Follows from there again.
    pub(super) fn enter_again(&mut self, entered: BTreeMap<Scope, usize>) {
        if let Trail::Follow(steps, _) = &mut self.at.trail
            && let Some(s) = steps.last_mut()
        {
            s.entered = entered;
        }
    }

    /// All iterations of a loop at once.
    pub(super) fn lifted<T>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        self.deeper(Scope::Lifted, span, f)
    }

    fn deeper<T>(
        &mut self,
        scope: Scope,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        self.at.depth += 1;
        let out = self.scoped(scope, span, f);
        self.at.depth -= 1;
        out
    }

    /// The mark of what depends on the index of the next loop to be entered. Loops nested deeper than
    /// 64 share the last one.
    pub(super) fn next_loop(&self) -> u64 {
        1 << self.at.depth.min(63)
    }

    /// A value that leaves that loop.
    pub(super) fn leave(&self, v: Value) -> Value {
        let mark = self.next_loop();
        match v {
            Value::Num(n) => Value::Num(Num { each: n.each & !mark, ..n }),
            Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(|p| self.leave(p)).collect()),
            other => other,
        }
    }

    /// The elements of one group of channels: an elementwise call of its own.
    pub(super) fn group<T>(
        &mut self,
        g: usize,
        span: Span,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        self.scoped(Scope::Group(g), span, f)
    }

    /// Runs what is computed once, wherever it is asked for.
    pub(super) fn shared<T>(
        &mut self,
        what: Shared,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        match &mut self.at.trail {
            Trail::Infer => f(self),
            Trail::Record(scopes, _) => {
                scopes.push(Typed::default());
                let out = f(self);
                if let Trail::Record(scopes, shared) = &mut self.at.trail
                    && let (Some(t), true) = (scopes.pop(), out.is_ok())
                {
                    // The next time it is there already, and nothing is entered.
                    shared.entry(what).or_insert_with(|| Rc::new(t));
                }
                out
            }
            Trail::Follow(_, record) => {
                let record = record.clone();
                match record.shared.get(&what) {
                    Some(t) => {
                        let start = Trail::Follow(vec![Step::new(t.clone())], record.clone());
                        let outer = std::mem::replace(&mut self.at.trail, start);
                        let out = f(self);
                        self.at.trail = outer;
                        out
                    }
                    // It was there before anything was recorded: the circuit's elaboration it is.
                    None => {
                        let outer = std::mem::take(&mut self.at.trail);
                        let unroll = std::mem::replace(&mut self.at.unroll, false);
                        let out = f(self);
                        self.at.unroll = unroll;
                        self.at.trail = outer;
                        out
                    }
                }
            }
        }
    }

    /// A constant has one meaning wherever it stands, in hints and tests too.
    pub(super) fn constant_scope<T>(
        &mut self,
        id: ItemId,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let mode = std::mem::replace(&mut self.at.mode, Mode::Circuit);
        let unroll = self.at.unroll && !self.in_test();
        let unroll = std::mem::replace(&mut self.at.unroll, unroll);
        // Nor does it matter in which branch it is asked for first.
        let out = self.outside(|s| s.as_function(|s| s.shared(Shared::Constant(id), f)));
        self.at.mode = mode;
        self.at.unroll = unroll;
        out
    }

    /// The generic arguments that the circuit's elaboration gave the next such call, if they are
    /// followed.
    pub(super) fn typed_generics(
        &self,
        scope: Scope,
        span: Span,
    ) -> Res<Option<BTreeMap<String, GenericValue>>> {
        let Trail::Follow(steps, _) = &self.at.trail else { return Ok(None) };
        let next = steps.last().and_then(|s| {
            let n = s.entered.get(&scope).copied().unwrap_or(0);
            s.typed.inner.get(&scope)?.get(n)
        });
        match next {
            Some(t) => Ok(Some(t.generics.clone())),
            None => fail(untyped(span)),
        }
    }

    /// Notes the generic arguments of the call under way.
    pub(super) fn note_generics(&mut self, g: &BTreeMap<String, GenericValue>) {
        if let Trail::Record(scopes, _) = &mut self.at.trail
            && let Some(t) = scopes.last_mut()
        {
            t.generics = g.clone();
        }
    }

    /// Notes that the elementwise call under way is elaborated in groups of channels.
    pub(super) fn note_groups(&mut self, groups: Vec<(usize, usize)>) {
        if let Trail::Record(scopes, _) = &mut self.at.trail
            && let Some(t) = scopes.last_mut()
        {
            t.groups = groups;
        }
    }

    /// Notes what comes of both branches of the `if` under way.
    pub(super) fn note_joined(&mut self, v: &Value) {
        if let Trail::Record(scopes, _) = &mut self.at.trail
            && let Some(t) = scopes.last_mut()
        {
            t.joined = Joined::of(v);
        }
    }

    /// What comes of both branches of the `if` under way.
    pub(super) fn joined(&self) -> Option<Joined> {
        let Trail::Follow(steps, _) = &self.at.trail else { return None };
        steps.last()?.typed.joined.clone()
    }

    /// For each channel of the elementwise call under way its group and its place there, if it was
    /// elaborated in groups.
    pub(super) fn groups(&self) -> Vec<(usize, usize)> {
        let Trail::Follow(steps, _) = &self.at.trail else { return vec![] };
        steps.last().map(|s| s.typed.groups.clone()).unwrap_or_default()
    }

    /// The group of a channel of the elementwise call under way, and the channel's place there.
    pub(super) fn group_of(&self, channel: usize) -> Option<(usize, usize)> {
        let Trail::Follow(steps, _) = &self.at.trail else { return None };
        steps.last()?.typed.groups.get(channel).copied()
    }
}

fn untyped(span: Span) -> Diagnostic {
    Diagnostic::error("E0901", span, "the interpreter came where the circuit does not come")
        .say("this was never elaborated")
        .note("this is a bug in zirc")
}
