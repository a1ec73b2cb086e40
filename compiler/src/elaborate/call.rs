//! Calls: of functions, elementwise, and of struct constructors.

mod builtin;
pub(super) mod channel;
mod elementwise;
mod fuse;
mod generics;
mod given;
mod misshapen;
mod rewrite;

use super::trail::{Scope, Shared, place};
use super::{Elaborator, Frame, Mode, Res, fail, source_span};
use crate::diagnostic::Diagnostic;
use crate::types::{GenericValue, ItemId, Type};
use crate::value::{Data, GenericValues, GivenGenerics, Num, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Frame as CallFrame;
use zirc_grammar::ast::{Arg, Expr, ExprKind, Function, ItemKind, Output, Span};

impl Elaborator<'_> {
    pub(crate) fn call(
        &mut self,
        e: &Expr,
        callee: &Expr,
        elementwise: bool,
        args: &[Arg],
        want: &Type,
    ) -> Res<Value> {
        if let ExprKind::Field { base, name } = &callee.kind {
            return self.method(base, name, args, e.span);
        }
        let f = self.expr(callee, &Type::Infer)?;
        if let Value::Builtin(builtin, generics) = &f
            && !elementwise
        {
            return self.builtin(*builtin, generics, args, want, e.span);
        }
        if let Some(named) = args.iter().find_map(|a| a.name.as_ref()) {
            let d = Diagnostic::error("E0215", named.span, "arguments of functions have no names");
            return fail(d.help("give them in order"));
        }
        let wants = self.param_types(&f);
        let mut values = vec![];
        for (k, a) in args.iter().enumerate() {
            let want = wants.get(k).cloned().unwrap_or(Type::Infer);
            values.push((self.expr(&a.value, &want)?, a.value.span));
        }
        if elementwise {
            self.apply_elementwise(&f, values, want, e.span)
        } else {
            self.apply(&f, values, want, e.span)
        }
    }

    /// What is already known of the parameters' types: those of functions without generics.
    fn param_types(&mut self, f: &Value) -> Vec<Type> {
        let world = self.world;
        let Value::Function(id, _) = f else { return vec![] };
        let ItemKind::Fn(decl) = &world.item(*id).kind else { return vec![] };
        if !decl.generics.is_empty() {
            return vec![];
        }
        let types = self.in_module(id.0, Default::default(), |s| {
            Ok(decl.params.iter().map(|p| s.resolve_type(&p.ty).unwrap_or(Type::Infer)).collect())
        });
        types.unwrap_or_default()
    }

    pub(crate) fn apply(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let world = self.world;
        match f {
            Value::Function(id, generics) => match &world.item(*id).kind {
                ItemKind::Fn(decl) | ItemKind::Circuit(decl) => {
                    self.call_function(*id, decl, generics, args, want, span)
                }
                ItemKind::Struct { .. } => self.construct(*id, generics, args, span),
                _ => fail(Diagnostic::error("E0215", span, "this cannot be called")),
            },
            Value::Builtin(builtin, generics) => {
                let (builtin, generics) = (*builtin, generics.clone());
                self.builtin_values(builtin, &generics, args, want, span)
            }
            Value::Poison => Err(super::Stop::Reported),
            other => {
                let what = self.describe(other);
                fail(
                    Diagnostic::error("E0215", span, "this cannot be called")
                        .say(format!("it is {what}")),
                )
            }
        }
    }

    fn call_function(
        &mut self,
        id: ItemId,
        f: &Function,
        given: &GivenGenerics,
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        if f.params.len() != args.len() {
            return fail(
                Diagnostic::error("E0215", span, "wrong number of arguments")
                    .say(format!(
                        "`{}` takes {}, {} given",
                        f.name.name,
                        f.params.len(),
                        args.len()
                    ))
                    .label(f.name.span, "defined here"),
            );
        }
        if !self.at.branches.is_empty() {
            return self.call_in_branch((id, f, given), args, want, span);
        }
        self.call_anywhere((id, f, given), args, want, span)
    }

    /// A call in a branch on an unknown condition: the function sees values of the intervals that they have there.
    fn call_in_branch(
        &mut self,
        (id, f, given): (ItemId, &Function, &GivenGenerics),
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let args = self.settled_args(args)?;
        let call = |s: &mut Self| s.call_anywhere((id, f, given), args, want, span);
        if self.world.total.contains(&id) { self.outside(call) } else { call(self) }
    }

    /// Arguments with the intervals that they have in the branches under way.
    fn settled_args(&mut self, args: Vec<(Value, Span)>) -> Res<Vec<(Value, Span)>> {
        args.into_iter().map(|(v, at)| Ok((self.settled_value(v, at)?, at))).collect()
    }

    fn call_anywhere(
        &mut self,
        (id, f, given): (ItemId, &Function, &GivenGenerics),
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        if let Some(v) = self.rewritten(id, given, &args, want, span)? {
            return Ok(v);
        }
        if self.in_test() && self.at.calls.is_empty() {
            return self.trial(id, f, given, args, want, span);
        }
        self.call_typed(Scope::Call(id, place(span)), f, given, args, want, span)
    }

    /// A call in the scope that its types are recorded in or taken from.
    pub(super) fn call_typed(
        &mut self,
        scope: Scope,
        f: &Function,
        given: &GivenGenerics,
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let Scope::Call(id, _) = scope else { return Err(super::Stop::Reported) };
        self.spend(crate::budget::CALL, span)?;
        if f.params.is_empty() {
            // Nothing but its generic arguments enters.
            let generics = self.infer_generics(id, f, given, &args, want, span)?;
            let name = self.instance_name(f, &generics);
            let what = Shared::Made(id, name, self.at.mode == Mode::Hint);
            return self.shared(what, |s| s.instance(id, f, generics, args, span));
        }
        let generics = match self.typed_generics(scope, span)? {
            Some(g) => g,
            None => self.infer_generics(id, f, given, &args, want, span)?,
        };
        self.scoped(scope, span, |s| {
            s.note_generics(&generics);
            s.instance(id, f, generics, args, span)
        })
    }

    /// A call of an instance of a function.
    fn instance(
        &mut self,
        id: ItemId,
        f: &Function,
        generics: BTreeMap<String, GenericValue>,
        args: Vec<(Value, Span)>,
        span: Span,
    ) -> Res<Value> {
        let instance: Vec<GenericValue> =
            f.generics.iter().filter_map(|g| generics.get(&g.name.name).cloned()).collect();
        let key = (id, self.at.mode == Mode::Hint);
        let made = self.memo.made.get(&key).filter(|_| f.params.is_empty());
        if let Some(v) = made.and_then(|m| m.get(&instance)).cloned() {
            self.note_promise(id, f, instance);
            return Ok(v);
        }
        self.guard(id, span)?;
        let name = self.instance_name(f, &generics);
        let audited = self.note_instance(id, f, &name, &instance, &args, span)?;
        let args = match audited {
            Some(loops) => self.handed(args, loops == 0)?,
            None => self.narrowed(args)?,
        };
        // Made before anything of the call is.
        self.guard_bit(span)?;
        let start = (self.out.program.tensors.len(), self.out.program.enforce.len());
        let refused = self.out.refusals.len();
        self.at.calls.push(CallFrame { function: name, call: source_span(span) });
        self.at.frames.push(Frame::new(id.0, generics));
        let out = self.checked_as(id, |s| {
            s.as_function(|s| {
                s.bind_params(f, args)?;
                let at = s.out.program.checkpoint();
                let out = s.body(f)?;
                Ok(s.made_by(id, out, at))
            })
        });
        // The error is reported here, where the calls that led to it are known.
        let out = out.map_err(|s| self.report(s));
        self.at.frames.pop();
        self.at.calls.pop();
        self.at.active.pop();
        let out = out?;
        if audited.is_some() {
            self.note_region(start);
        }
        // Known numbers that follow from the generic arguments alone, and nothing beside them: in a branch that is never
        // chosen they may be any.
        if let Value::Num(Num { data: Data::Const(a), .. }) = &out
            && f.params.is_empty()
            && self.at.branches.is_empty()
            && a.view.loops.is_empty()
            && start == (self.out.program.tensors.len(), self.out.program.enforce.len())
            && refused == self.out.refusals.len()
        {
            self.memo.made.entry(key).or_default().insert(instance.clone(), out.clone());
        }
        self.note_promise(id, f, instance);
        Ok(out)
    }

    /// Notes an instance of a function with an `ensures`.
    fn note_promise(&mut self, id: ItemId, f: &Function, instance: Vec<GenericValue>) {
        let known = |(i, g): &(ItemId, GenericValues)| *i == id && **g == instance;
        if !f.ensures.is_empty() && !self.out.promised.iter().any(known) {
            self.out.promised.push((id, Rc::new(instance)));
        }
    }

    /// Gives the parameters their values.
    fn bind_params(&mut self, f: &Function, args: Vec<(Value, Span)>) -> Res<()> {
        for w in &f.wheres {
            self.check_where(w)?;
        }
        let places: Vec<Span> = args.iter().map(|(_, at)| *at).collect();
        for (k, (p, (v, at))) in f.params.iter().zip(args).enumerate() {
            let t = self.resolve_type(&p.ty)?;
            let is_tensor = matches!(&v, Value::Num(n) if !n.shape.is_empty());
            // A type that the arguments determined holds them by construction; what a person
            // wrote is checked at the argument.
            let v = self.convert(v, &t, at);
            let v = v.map_err(|s| self.misshapen(s, f, (k, is_tensor), &places))?;
            let v = silent(self.tidy_value(v, at)?);
            self.frame_mut().variables.push((p.name.name.clone(), v));
        }
        Ok(())
    }

    fn body(&mut self, f: &Function) -> Res<Value> {
        let want = self.result_type(&f.results)?;
        let out = self.block(&f.body, &want)?;
        let at = f.body.tail.as_ref().map_or(f.body.span, |t| t.span);
        let out = self.convert(out, &want, at)?;
        self.tidy_value(out, at).map(silent)
    }

    pub(crate) fn result_type(&mut self, results: &[Output]) -> Res<Type> {
        Ok(match results {
            [] => Type::Tuple(vec![]),
            [one] => self.resolve_type(&one.ty)?,
            many => Type::Tuple(many.iter().map(|o| self.resolve_type(&o.ty)).collect::<Res<_>>()?),
        })
    }

    fn check_where(&mut self, w: &Expr) -> Res<()> {
        let r = self.rational(w)?;
        if r == crate::number::Ratio::from(zirc_circuit::Int::from(1)) {
            return Ok(());
        }
        let generics: Vec<String> =
            self.frame().generics.iter().map(|(k, v)| format!("{k} = {}", v.name())).collect();
        let d = Diagnostic::error("E0206", w.span, "a `where` condition does not hold")
            .say("required here")
            .note(format!("with {}", generics.join(", ")));
        fail(match self.at.calls.last() {
            Some(c) => {
                let at = Span { file: c.call.file, start: c.call.start, end: c.call.end };
                d.label(at, "by this call")
            }
            None => d,
        })
    }

    /// Names a costly value before it is read more than once.
    pub(crate) fn tidy_value(&mut self, v: Value, span: Span) -> Res<Value> {
        Ok(match v {
            Value::Num(n) => Value::Num(self.tidy(n, span)?),
            Value::Tuple(parts) => Value::Tuple(
                parts.into_iter().map(|p| self.tidy_value(p, span)).collect::<Res<_>>()?,
            ),
            other => other,
        })
    }

    fn construct(
        &mut self,
        id: ItemId,
        given: &GivenGenerics,
        args: Vec<(Value, Span)>,
        span: Span,
    ) -> Res<Value> {
        let world = self.world;
        let ItemKind::Struct { name, generics, fields } = &world.item(id).kind else {
            return fail(Diagnostic::error("E0215", span, "this cannot be called"));
        };
        if fields.len() != args.len() {
            return fail(Diagnostic::error("E0215", span, "wrong number of fields").say(format!(
                "`{}` has {}, {} given",
                name.name,
                fields.len(),
                args.len()
            )));
        }
        let args = self.settled_args(args)?;
        // A constructor is a function from its fields; its generics are found the same way.
        let as_function = Function {
            name: name.clone(),
            generics: generics.clone(),
            params: fields
                .iter()
                .map(|(n, t)| zirc_grammar::ast::Param {
                    visibility: None,
                    name: n.clone(),
                    ty: t.clone(),
                    default: None,
                    span: n.span,
                })
                .collect(),
            results: vec![],
            wheres: vec![],
            ensures: vec![],
            body: zirc_grammar::ast::Block { statements: vec![], tail: None, span },
        };
        let scope = Scope::Call(id, place(span));
        let found = match self.typed_generics(scope, span)? {
            Some(g) => g,
            None => self.infer_generics(id, &as_function, given, &args, &Type::Infer, span)?,
        };
        self.scoped(scope, span, |s| {
            s.note_generics(&found);
            Ok(())
        })?;
        let values: Vec<GenericValue> =
            generics.iter().filter_map(|g| found.get(&g.name.name).cloned()).collect();
        let types = self.field_types(id, &values)?;
        let mut parts = vec![];
        for ((v, at), (_, t)) in args.into_iter().zip(&types) {
            parts.push(self.convert(v, t, at)?);
        }
        Ok(Value::Struct(id, Rc::new(values), Rc::new(parts)))
    }
}

/// A value of which nothing is known on the other side of a call but its type.
fn silent(v: Value) -> Value {
    match v {
        Value::Num(n) => Value::Num(Num { says: None, ..n }),
        Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(silent).collect()),
        Value::Struct(id, generics, parts) => {
            Value::Struct(id, generics, Rc::new(parts.iter().cloned().map(silent).collect()))
        }
        other => other,
    }
}
