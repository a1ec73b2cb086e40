//! Calls that absorb the call before them, or move in front of it.
//!
//! The standard library says, by attributes of its functions, what may be done; the compiler knows
//! none of them by name:
//! - `#[monotone]` f(x): non-decreasing in x, never refuses.
//! - `#[selects]` s(x, …): one of its arguments, chosen by their order. So s(f(a), f(b)) is
//!   f(s(a, b)) for monotone f: f is computed once and not for every argument.
//! - `#[fuses(g, f)]` h(x) = g(f(x)), cheaper.
//!
//! What f(a) emitted stays in the program until it is known whether anything else reads it. What
//! may be done is done by `rewrite`, which holds it to the program as written.

use crate::elaborate::{Elaborator, Mode, Res};
use crate::program::Checkpoint;
use crate::resolve::World;
use crate::types::{GenericValue, ItemId, Type};
use crate::value::{Data, GivenGenerics, Made, Num, Value};
use std::rc::Rc;
use zirc_grammar::ast::{Function, ItemKind, Span, TypeKind};

/// A function and its arguments, each with its place.
pub(in crate::elaborate) type Call = (Value, Vec<(Value, Span)>);

impl Elaborator<'_> {
    /// The value of a call that is computed by other calls.
    pub(in crate::elaborate) fn rewritten(
        &mut self,
        id: ItemId,
        given: &GivenGenerics,
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Res<Option<Value>> {
        if !self.fusing() {
            return Ok(None);
        }
        let f = Value::Function(id, given.clone());
        if let Some((h, moved)) = self.absorbed(&f, args, want, span)? {
            let fused = |s: &mut Self| s.apply(&h, moved, want, span);
            return self.rewrite(|s| s.apply(&f, plain(args), want, span), fused, span).map(Some);
        }
        if !self.world.fusions.selects.contains(&id) {
            return Ok(None);
        }
        let Some(inner) = self.monotone_under(args) else { return Ok(None) };
        let Some(decl) = self.function(inner.function) else { return Ok(None) };
        let generics = prefix(decl, |n| inner.generics.get(n).cloned());
        let outer = Value::Function(inner.function, Rc::new(generics));
        let moved = args.iter().map(|(v, at)| (argument(v).unwrap_or_else(|| v.clone()), *at));
        let moved: Vec<_> = moved.collect();
        let behind = |s: &mut Self| {
            let chosen = s.apply(&f, moved, &Type::Infer, span)?;
            s.apply(&outer, vec![(chosen, span)], want, span)
        };
        self.rewrite(|s| s.apply(&f, plain(args), want, span), behind, span).map(Some)
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
    ///
    /// The generic arguments of `h` that its own argument does not determine are those of g(f(x)) as
    /// written: of g, where they are not determined by what g is called with, and else of f.
    pub(in crate::elaborate) fn absorbed(
        &mut self,
        g: &Value,
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Res<Option<Call>> {
        if !self.fusing() {
            return Ok(None);
        }
        let (Value::Function(g, given), [(x, at)]) = (g, args) else { return Ok(None) };
        let Some(inner) = made(x) else { return Ok(None) };
        let Some(&h) = self.world.fusions.fused.get(&(*g, inner.function)) else { return Ok(None) };
        let world = self.world;
        let decls = (function(world, *g), function(world, inner.function), function(world, h));
        let (Some(outer), Some(under), Some(decl)) = decls else { return Ok(None) };
        let found = self.infer_generics(*g, outer, given, args, want, span)?;
        let (outer, under) = (undetermined(outer), undetermined(under));
        let generics = prefix(decl, |n| match () {
            () if outer.contains(&n) => found.get(n).cloned(),
            () if under.contains(&n) => inner.generics.get(n).cloned(),
            () => None,
        });
        let moved = vec![(Value::Num(inner.arg.clone()), *at)];
        Ok(Some((Value::Function(h, Rc::new(generics)), moved)))
    }

    /// Records that a tracked function made the value, and what it emitted for that.
    pub(in crate::elaborate) fn made_by(
        &mut self,
        id: ItemId,
        out: Value,
        since: Checkpoint,
    ) -> Value {
        if !self.fusing() || !self.world.fusions.tracked.contains(&id) {
            return out;
        }
        self.out.program.region_since(since);
        let frame = self.frame();
        let generics = frame.generics.clone();
        match (out, frame.variables.first()) {
            (Value::Num(n), Some((_, Value::Num(arg))))
                if matches!(arg.data, Data::Lin(_)) && arg.shape == n.shape =>
            {
                let made = Made::new(id, generics, arg.clone());
                Value::Num(Num { made: Some(Rc::new(made)), ..n })
            }
            (out, _) => out,
        }
    }

    /// An argument that a tracked function keeps is named before it is read more than once.
    pub(in crate::elaborate) fn tidy_tracked(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
    ) -> Res<Vec<(Value, Span)>> {
        match (f, args.as_slice()) {
            (Value::Function(id, _), [_])
                if !self.at.unroll && self.world.fusions.tracked.contains(id) =>
            {
                let tidy = |(v, at): (Value, Span)| Ok((self.tidy_value(v, at)?, at));
                args.into_iter().map(tidy).collect()
            }
            _ => Ok(args),
        }
    }

    /// Records it of an elementwise call that was elaborated in parts.
    pub(in crate::elaborate) fn made_elementwise(
        &mut self,
        f: &Value,
        args: &[(Value, Span)],
        out: Value,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let (Value::Function(id, given), [(Value::Num(arg), _)], Value::Num(n)) = (f, args, &out)
        else {
            return Ok(out);
        };
        let Some(decl) = function(self.world, *id) else { return Ok(out) };
        let tracked = self.world.fusions.tracked.contains(id) && self.fusing();
        if !tracked || arg.shape != n.shape || !matches!(arg.data, Data::Lin(_)) {
            return Ok(out);
        }
        // What the surroundings determine is as much a part of the call as what is written.
        let all = self.infer_generics(*id, decl, given, args, want, span)?;
        let names = undetermined(decl);
        let generics = all.into_iter().filter(|(n, _)| names.contains(&n.as_str())).collect();
        let made = Made::new(*id, generics, arg.clone());
        Ok(Value::Num(Num { made: Some(Rc::new(made)), ..n.clone() }))
    }

    /// What made a tensor that is put together from parts, if the same made all of them; `join` puts
    /// their arguments together in the same way.
    pub(in crate::elaborate) fn made_of_all(
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
        if !self.fusing() || !parts.iter().all(same) {
            return Ok(None);
        }
        let args = parts.iter().filter_map(|p| Some(p.made.as_ref()?.arg.clone()));
        let arg = join(self, args.collect())?;
        let (function, generics) = (first.function, first.generics.clone());
        Ok(Some(Rc::new(Made::new(function, generics, arg))))
    }

    /// Whether calls are moved and fused: in circuits.
    fn fusing(&self) -> bool {
        !self.at.unroll && self.at.mode == Mode::Circuit
    }

    fn function(&self, id: ItemId) -> Option<&Function> {
        function(self.world, id)
    }
}

fn function(world: &World, id: ItemId) -> Option<&Function> {
    match &world.item(id).kind {
        ItemKind::Fn(f) => Some(f),
        _ => None,
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

/// The arguments without what made them.
pub(in crate::elaborate) fn plain(args: &[(Value, Span)]) -> Vec<(Value, Span)> {
    let plain = |v: &Value| match v {
        Value::Num(n) => Value::Num(Num { made: None, ..n.clone() }),
        other => other.clone(),
    };
    args.iter().map(|(v, at)| (plain(v), *at)).collect()
}

/// The generics before the first that the arguments determine: the caller or its surroundings give
/// them.
fn undetermined(f: &Function) -> Vec<&str> {
    let inferred = |name: &str| {
        f.params.iter().any(|p| match &p.ty.kind {
            TypeKind::Path(path) => {
                matches!(path.segments.as_slice(), [one] if one.name == name)
            }
            _ => false,
        })
    };
    f.generics.iter().map(|g| g.name.name.as_str()).take_while(|n| !inferred(n)).collect()
}

/// Their values.
fn prefix(f: &Function, value: impl Fn(&str) -> Option<GenericValue>) -> Vec<Option<GenericValue>> {
    undetermined(f).into_iter().map(value).collect()
}
