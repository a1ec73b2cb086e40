//! Calls that absorb the call before them, or move in front of it.
//!
//! The standard library says, by attributes of its functions, what may be done; the compiler knows
//! none of them by name:
//! - `#[monotone]` f(x): non-decreasing in x, never refuses.
//! - `#[selects]` s(x, …): one of its arguments, chosen by their order. So s(f(a), f(b)) is
//!   f(s(a, b)) for monotone f: f is computed once and not for every argument.
//! - `#[fuses(g, f)]` h(x) = g(f(x)), cheaper.
//!
//! What f(a) emitted stays in the program until it is known whether anything else reads it.

use super::{Elaborator, Mode, Res};
use crate::program::Checkpoint;
use crate::types::{GenericValue, Type};
use crate::value::{Data, GenericValues, ItemId, Made, Num, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_grammar::ast::{Function, ItemKind, Span, TypeKind};

impl Elaborator<'_> {
    /// The value of a call that is computed by other calls.
    pub(super) fn rewritten(
        &mut self,
        id: ItemId,
        given: &GenericValues,
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Res<Option<Value>> {
        if self.unroll || self.mode == Mode::Hint {
            return Ok(None);
        }
        let f = Value::Function(id, given.clone());
        if let Some((f, args)) = self.absorbed(&f, args) {
            return self.apply(&f, args, want, span).map(Some);
        }
        if !self.world.fusions.selects.contains(&id) {
            return Ok(None);
        }
        let Some(inner) = self.monotone_under(args) else { return Ok(None) };
        let moved = args.iter().map(|(v, at)| (argument(v).unwrap_or_else(|| v.clone()), *at));
        let moved: Vec<_> = moved.collect();
        let chosen = self.apply(&f, moved, &Type::Infer, span)?;
        let Some(decl) = self.function(inner.function) else { return Ok(None) };
        let generics = prefix(decl, |n| inner.generics.get(n).cloned());
        let outer = Value::Function(inner.function, Rc::new(generics));
        self.apply(&outer, vec![(chosen, span)], want, span).map(Some)
    }

    /// The monotone call that made every argument, if it is one and the same.
    fn monotone_under(&self, args: &[(Value, Span)]) -> Option<Rc<Made>> {
        let mut all = args.iter().map(|(v, _)| made(v));
        let first = all.next()??.clone();
        let decl = self.function(first.function)?;
        let key = |m: &Made| prefix(decl, |n| m.generics.get(n).cloned());
        let same = |m: Option<&Rc<Made>>| {
            m.is_some_and(|m| m.function == first.function && key(m) == key(&first))
        };
        let monotone = self.world.fusions.monotone.contains(&first.function);
        (monotone && all.all(same)).then_some(first)
    }

    /// `h` and x in place of `g` and f(x), where `h` fuses the two.
    pub(super) fn absorbed(
        &self,
        g: &Value,
        args: &[(Value, Span)],
    ) -> Option<(Value, Vec<(Value, Span)>)> {
        if self.unroll || self.mode == Mode::Hint {
            return None;
        }
        let (Value::Function(g, given), [(x, at)]) = (g, args) else { return None };
        let inner = made(x)?;
        let h = *self.world.fusions.fused.get(&(*g, inner.function))?;
        let (outer, decl) = (self.function(*g)?, self.function(h)?);
        let explicit: BTreeMap<&str, &GenericValue> =
            outer.generics.iter().map(|g| g.name.name.as_str()).zip(given.iter()).collect();
        let generics = prefix(decl, |n| {
            explicit.get(n).map(|v| (*v).clone()).or_else(|| inner.generics.get(n).cloned())
        });
        Some((Value::Function(h, Rc::new(generics)), vec![(Value::Num(inner.arg.clone()), *at)]))
    }

    /// Records that a tracked function made the value, and what it emitted for that.
    pub(super) fn made_by(&mut self, id: ItemId, out: Value, since: Checkpoint) -> Value {
        if self.unroll || self.mode == Mode::Hint || !self.world.fusions.tracked.contains(&id) {
            return out;
        }
        self.program.region_since(since);
        let frame = self.frame();
        let generics = frame.generics.clone();
        match (out, frame.variables.first()) {
            (Value::Num(n), Some((_, Value::Num(arg))))
                if matches!(arg.data, Data::Lin(_)) && arg.shape == n.shape =>
            {
                let made = Made { function: id, generics, arg: arg.clone() };
                Value::Num(Num { made: Some(Rc::new(made)), ..n })
            }
            (out, _) => out,
        }
    }

    /// An argument that a tracked function keeps is named before it is read more than once.
    pub(super) fn tidy_tracked(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
    ) -> Res<Vec<(Value, Span)>> {
        match (f, args.as_slice()) {
            (Value::Function(id, _), [_])
                if !self.unroll && self.world.fusions.tracked.contains(id) =>
            {
                let tidy = |(v, at): (Value, Span)| Ok((self.tidy_value(v, at)?, at));
                args.into_iter().map(tidy).collect()
            }
            _ => Ok(args),
        }
    }

    /// Records it of an elementwise call that was elaborated in parts.
    pub(super) fn made_elementwise(&self, f: &Value, args: &[(Value, Span)], out: Value) -> Value {
        let (Value::Function(id, given), [(Value::Num(arg), _)], Value::Num(n)) = (f, args, &out)
        else {
            return out;
        };
        let Some(decl) = self.function(*id) else { return out };
        let tracked = self.world.fusions.tracked.contains(id) && self.mode == Mode::Circuit;
        if !tracked || arg.shape != n.shape || !matches!(arg.data, Data::Lin(_)) {
            return out;
        }
        let names = decl.generics.iter().map(|g| g.name.name.clone());
        let generics = names.zip(given.iter().cloned()).collect();
        let made = Made { function: *id, generics, arg: arg.clone() };
        Value::Num(Num { made: Some(Rc::new(made)), ..n.clone() })
    }

    /// What made a tensor that is put together from parts, if the same made all of them; `join` puts
    /// their arguments together in the same way.
    pub(super) fn made_of_all(
        &mut self,
        parts: &[Num],
        join: impl FnOnce(&mut Self, Vec<Num>) -> Res<Num>,
    ) -> Res<Option<Rc<Made>>> {
        let Some(first) = parts.first().and_then(|p| p.made.clone()) else { return Ok(None) };
        let same = |p: &Num| {
            p.made.as_ref().is_some_and(|m| {
                let alike = m.arg.scale == first.arg.scale && !m.arg.is_const();
                m.function == first.function && m.generics == first.generics && alike
            })
        };
        if self.unroll || self.mode == Mode::Hint || !parts.iter().all(same) {
            return Ok(None);
        }
        let args = parts.iter().filter_map(|p| Some(p.made.as_ref()?.arg.clone()));
        let arg = join(self, args.collect())?;
        let (function, generics) = (first.function, first.generics.clone());
        Ok(Some(Rc::new(Made { function, generics, arg })))
    }

    fn function(&self, id: ItemId) -> Option<&Function> {
        match &self.world.item(id).kind {
            ItemKind::Fn(f) => Some(f),
            _ => None,
        }
    }
}

fn made(v: &Value) -> Option<&Rc<Made>> {
    match v {
        Value::Num(n) => n.made.as_ref(),
        _ => None,
    }
}

fn argument(v: &Value) -> Option<Value> {
    Some(Value::Num(made(v)?.arg.clone()))
}

/// The generic arguments that the caller has to give: those before the first that the arguments
/// determine.
fn prefix(f: &Function, value: impl Fn(&str) -> Option<GenericValue>) -> Vec<GenericValue> {
    let inferred = |name: &str| {
        f.params.iter().any(|p| match &p.ty.kind {
            TypeKind::Path(path) => {
                matches!(path.segments.as_slice(), [one] if one.name == name)
            }
            _ => false,
        })
    };
    f.generics
        .iter()
        .map(|g| g.name.name.as_str())
        .map_while(|n| if inferred(n) { None } else { value(n) })
        .collect()
}
