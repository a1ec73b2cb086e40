//! A call computed by other calls means what it means as written.
//!
//! The call is elaborated as written first: its errors are the program's, and the type of its result
//! is the type. Only then is it elaborated in the other form, which is taken if it is elaborated
//! without an error and fits that type. Whatever a form that is not taken has emitted is taken back.

use crate::elaborate::{Elaborator, Res};
use crate::interval::Interval;
use crate::program::Checkpoint;
use crate::types::ItemId;
use crate::value::{Num, Value};
use std::collections::BTreeSet;
use zirc_grammar::ast::Span;

/// Everything that elaboration of a call adds to.
struct Mark {
    program: Checkpoint,
    diagnostics: usize,
    promised: usize,
    called: BTreeSet<ItemId>,
}

/// What is known of a number.
#[derive(PartialEq)]
struct Known {
    range: Option<Interval>,
    channels: Option<Vec<Interval>>,
}

impl Known {
    /// Whether nothing is possible for it that is not for the other.
    fn is_within(&self, other: &Known) -> bool {
        let inside = |a: &Interval, b: &Interval| a.0 >= b.0 && a.1 <= b.1;
        let range = match (&self.range, &other.range) {
            (Some(a), Some(b)) => inside(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let channels = match (&self.channels, &other.channels) {
            (_, None) => true,
            (None, Some(all)) => self.range.iter().all(|r| all.iter().all(|c| inside(r, c))),
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| inside(a, b)),
        };
        range && channels
    }
}

impl Elaborator<'_> {
    /// The value of a call in a form that is cheaper, with the type that it has as written.
    pub(in crate::elaborate) fn rewrite(
        &mut self,
        written: impl Fn(&mut Self) -> Res<Value>,
        other: impl FnOnce(&mut Self) -> Res<Value>,
        span: Span,
    ) -> Res<Value> {
        let start = self.mark();
        let value = written(self)?;
        let Value::Num(plain) = &value else { return Ok(value) };
        let known = self.known(plain, span)?;
        self.take_back(&start);
        // A run on known values makes the calls as written; of this form it needs the result's type.
        self.unrecorded(|s| {
            if let Ok(Value::Num(n)) = other(s)
                && let Ok(Some(n)) = s.with_type(n, plain, &known, span)
            {
                return Ok(Value::Num(n));
            }
            s.take_back(&start);
            written(s)
        })
    }

    fn mark(&self) -> Mark {
        Mark {
            program: self.out.program.checkpoint(),
            diagnostics: self.out.diagnostics.len(),
            promised: self.out.promised.len(),
            called: self.out.called.clone(),
        }
    }

    fn take_back(&mut self, to: &Mark) {
        self.out.program.roll_back(to.program);
        self.forget_errors(to.diagnostics);
        self.out.promised.truncate(to.promised);
        self.out.called.clone_from(&to.called);
    }

    fn known(&mut self, n: &Num, span: Span) -> Res<Known> {
        let range = if n.is_field() { None } else { Some(self.range(n, span)?) };
        Ok(Known { range, channels: self.channel_ranges(n, span)? })
    }

    /// The number with the type of the same one as written; nothing if it does not fit that type.
    fn with_type(&mut self, n: Num, plain: &Num, known: &Known, span: Span) -> Res<Option<Num>> {
        let alike = n.shape == plain.shape && n.scale == plain.scale;
        if !alike || n.varies() != plain.varies() {
            return Ok(None);
        }
        let mine = self.known(&n, span)?;
        if mine == *known {
            return Ok(Some(Num { declared: plain.declared, ..n }));
        }
        if n.is_const() {
            return Ok(None);
        }
        // What its own constraints show of it is enough where the call as written says no more, whatever type its
        // function declares.
        let shown = Num { range: Default::default(), declared: false, ..n.clone() };
        if !self.known(&shown, span)?.is_within(known) {
            return Ok(None);
        }
        let loops = n.loops();
        let lin = self.lin(&n, &loops, &n.shape, span)?;
        let (id, out) = self.derived(lin, &loops, &n.shape, known.range.clone(), span)?;
        self.remember_channels(id, known.channels.clone());
        Ok(Some(Num { scale: n.scale, declared: plain.declared, made: n.made, ..out }))
    }
}
