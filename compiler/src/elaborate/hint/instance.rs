//! Instances of functions: what a call hands to a function with hints of its own, and the same
//! function elaborated by itself, for the audit of its hints.
//!
//! Arguments that are constants stay the constants they are, also where they depend on the indices
//! of loops around the call; everything else becomes a fresh input of its type and interval.

use crate::combination::LoopId;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Mode, Res, fail, source_span};
use crate::instances::{Given, Instance, Unknown};
use crate::program::AuditedCall;
use crate::types::{GenericValue, ItemId};
use crate::value::{Data, Num, Value};
use std::fmt::Write;
use std::rc::Rc;
use zirc_grammar::ast::{
    Attribute, Expr, ExprKind, Function, Item, ItemKind, Span, Statement, StatementKind,
};

/// Constants of more elements than this are told apart by where they are kept.
const LISTED: usize = 4096;

impl Elaborator<'_> {
    /// Notes a call of a function with hints of its own, if it is one; says on how many loops its constants depend.
    pub(crate) fn note_instance(
        &mut self,
        id: ItemId,
        f: &Function,
        name: &str,
        generics: &[GenericValue],
        args: &[(Value, Span)],
        span: Span,
    ) -> Res<Option<usize>> {
        // What runs on known values was noted where it was typed.
        if self.at.mode == Mode::Hint || self.at.unroll {
            return Ok(None);
        }
        self.out.called.insert(id);
        if !self.has_hints(id, f) {
            return Ok(None);
        }
        let mut loops: Vec<LoopId> = vec![];
        args.iter().for_each(|(v, _)| constant_loops(v, &mut loops));
        loops.sort_unstable();
        loops.dedup();
        let loops: Vec<(LoopId, usize)> = loops.iter().map(|&l| (l, self.extent(l))).collect();
        let mut key = format!("{id:?}");
        for g in generics {
            let _ = write!(key, "|{}", g.name());
        }
        for (_, n) in &loops {
            let _ = write!(key, "*{n}");
        }
        let (count, mut given) = (loops.len(), vec![]);
        for (v, at) in args {
            given.push(self.given(v, &loops, &mut key, *at)?);
        }
        // Of constants nothing unknown is made: there is no hint variable.
        if !given.iter().any(Given::unknown) {
            return Ok(None);
        }
        if !self.out.program.has_instance(&key) {
            let calls = self.at.calls.iter().map(|c| (c.function.clone(), c.call));
            let calls = calls.chain([(name.to_string(), source_span(span))]).collect();
            let generics = Rc::new(generics.to_vec());
            let name = name.to_string();
            let i = Instance { id, generics, args: given, loops, name, key, calls };
            self.out.program.add_instance(i);
        }
        Ok(Some(count))
    }

    /// Notes what a call of such a function has added to the program.
    pub(crate) fn note_region(&mut self, start: (usize, usize)) {
        if self.at.calls.len() >= self.at.outermost {
            self.out.program.audited.push(AuditedCall {
                tensors: start.0..self.out.program.tensors.len(),
                enforce: start.1..self.out.program.enforce.len(),
            });
        }
    }

    pub(crate) fn has_hints(&mut self, id: ItemId, f: &Function) -> bool {
        *self.memo.hinting.entry(id).or_insert_with(|| f.has_hint())
    }

    pub(in crate::elaborate) fn given(
        &self,
        v: &Value,
        loops: &[(LoopId, usize)],
        key: &mut String,
        span: Span,
    ) -> Res<Given> {
        Ok(match v {
            Value::Num(n) => {
                // While tests run, known values of a declared type stand for unknown ones.
                let known = !(n.varies() || self.at.unroll && n.declared);
                if known {
                    self.describe_constant(n, loops, key, span)?;
                    return Ok(Given::Known(v.clone()));
                }
                let r = self.range(n, span)?;
                let scalar = n.scalar_type(&r);
                let channels = self.channel_ranges(n, span)?;
                let shape = n.shape.clone();
                let given = Given::Unknown(Unknown { scalar, shape, channels });
                given.describe(key);
                given
            }
            Value::Tuple(parts) => {
                key.push('(');
                let parts = parts.iter().map(|p| self.given(p, loops, key, span));
                let parts = parts.collect::<Res<_>>()?;
                key.push(')');
                Given::Tuple(parts)
            }
            Value::Struct(id, generics, parts) => {
                let _ = write!(key, "|{id:?}{{");
                for g in generics.iter() {
                    let _ = write!(key, "{},", g.name());
                }
                let parts = parts.iter().map(|p| self.given(p, loops, key, span));
                let parts = parts.collect::<Res<_>>()?;
                key.push('}');
                Given::Struct(*id, generics.clone(), parts)
            }
            other => {
                match other {
                    Value::Function(id, g) => {
                        let _ = write!(key, "|{id:?}");
                        for g in g.iter() {
                            let _ = write!(key, ",{}", g.as_ref().map_or("_".into(), |g| g.name()));
                        }
                    }
                    other => {
                        let _ = write!(key, "|{other:?}");
                    }
                }
                Given::Known(other.clone())
            }
        })
    }

    /// A constant in full, or where it is kept.
    fn describe_constant(
        &self,
        n: &Num,
        loops: &[(LoopId, usize)],
        key: &mut String,
        span: Span,
    ) -> Res<()> {
        let declared = if n.declared { n.range.get() } else { None };
        let _ = write!(key, "|={:?}{:?}{declared:?}", n.shape, n.scale);
        if n.each != 0 {
            key.push('~');
        }
        let at = |l: LoopId| loops.iter().position(|x| x.0 == l);
        match &n.data {
            Data::Index(a) => {
                let _ = write!(key, "{}", a.offset);
                for (l, s) in &a.loops {
                    let _ = write!(key, "+{:?}*{s}", at(*l));
                }
            }
            Data::Const(a) => {
                for (l, s) in &a.view.loops {
                    let _ = write!(key, "+{:?}*{s}", at(*l));
                }
                let ids: Vec<LoopId> = a.view.loops.iter().map(|x| x.0).collect();
                let count = ids.iter().map(|&l| self.extent(l)).chain(n.shape.iter().copied());
                if count.fold(1usize, usize::saturating_mul) <= LISTED {
                    let list = self.list(&self.to_array(n, span)?, &ids, &n.shape);
                    let _ = write!(key, "{list:?}");
                } else {
                    // The instance keeps the array, so that its address stays its own.
                    let _ = write!(key, "{:p}{:?}", Rc::as_ptr(&a.data), a.view.own);
                    let _ = write!(key, "{}", a.view.offset);
                }
            }
            Data::Lin(_) => {}
        }
        Ok(())
    }

    /// `#[nondet]` on an item gives a reason, and the item has a hint.
    pub(crate) fn check_nondet(&mut self, item: &Item) -> Res<()> {
        if nondet_reason(&item.attributes)?.is_none() {
            return Ok(());
        }
        match &item.kind {
            ItemKind::Fn(f) | ItemKind::Circuit(f) if f.has_hint() => Ok(()),
            _ => {
                let at = item.attributes.iter().find(|a| a.name.name == "nondet");
                let at = at.map_or(item.span, |a| a.span);
                fail(
                    Diagnostic::error("E0304", at, "`#[nondet]` without a hint")
                        .say("it lets the hints that stand in a function be anything")
                        .help("calls of other functions are not covered: mark those functions"),
                )
            }
        }
    }

    /// The reason in `#[nondet("…")]` on a statement.
    pub(crate) fn nondet(&mut self, s: &Statement) -> Res<Option<String>> {
        let here = nondet_reason(&s.attributes)?;
        let StatementKind::Hint { .. } = &s.kind else {
            return match s.attributes.iter().find(|a| a.name.name == "nondet") {
                None => Ok(None),
                Some(a) => fail(
                    Diagnostic::error("E0304", a.span, "`#[nondet]` without a hint")
                        .say("it lets a hint be anything that its constraints allow")
                        .help("put it on a `let … = hint …` statement, or on a function with one"),
                ),
            };
        };
        if here.is_some() {
            return Ok(here);
        }
        let world = self.world;
        match self.at.active.last() {
            Some(&id) => nondet_reason(&world.item(id).attributes),
            None => Ok(None),
        }
    }
}

/// The reason that `#[nondet("…")]` gives.
pub(crate) fn nondet_reason(attributes: &[Attribute]) -> Res<Option<String>> {
    let Some(a) = attributes.iter().find(|a| a.name.name == "nondet") else { return Ok(None) };
    match a.args.as_slice() {
        [Expr { kind: ExprKind::Str(s), .. }] if !s.trim().is_empty() => Ok(Some(s.clone())),
        _ => fail(
            Diagnostic::error("E0304", a.span, "`#[nondet]` needs a reason")
                .say("every report lists it")
                .help("for example `#[nondet(\"either root will do\")]`"),
        ),
    }
}

/// The loops that constants depend on.
fn constant_loops(v: &Value, out: &mut Vec<LoopId>) {
    match v {
        Value::Num(n) if !n.varies() => out.extend(n.loops()),
        Value::Tuple(parts) => parts.iter().for_each(|p| constant_loops(p, out)),
        Value::Struct(_, _, parts) => parts.iter().for_each(|p| constant_loops(p, out)),
        _ => {}
    }
}
