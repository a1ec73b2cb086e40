//! Expressions.

use super::{Elaborator, Res, Stop, fail};
use crate::builtins::Builtin;
use crate::diagnostic::Diagnostic;
use crate::meant::{self, Place};
use crate::number::{Ratio, centred, order};
use crate::real::Real;
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Num, Value};
use num_traits::One;
use std::rc::Rc;
use zirc_circuit::{Category, Int};
use zirc_grammar::ast::{self, Expr, ExprKind, GenericKind, ItemKind, Span, UnaryOp};

impl Elaborator<'_> {
    /// The value of an expression; `want` is what its surroundings know of its type.
    pub(crate) fn expr(&mut self, e: &Expr, want: &Type) -> Res<Value> {
        self.spend(crate::budget::EXPRESSION, e.span)?;
        self.holding(e.span, |s| s.expression(e, want))
    }

    fn expression(&mut self, e: &Expr, want: &Type) -> Res<Value> {
        match &e.kind {
            ExprKind::Int(text) => match parse_int(text) {
                Some(n) if want.elem() == Some(&Scalar::Field) => field_literal(n, e.span),
                Some(n) => Ok(Value::Num(Num::int(n))),
                None => fail(Diagnostic::error("E0216", e.span, "this is no number zirc can hold")),
            },
            ExprKind::Decimal(text) => match parse_decimal(text) {
                Some(r) => {
                    let scale = Ratio::new(Int::one(), r.denom().clone());
                    Ok(Value::Num(Num::constant(r.numer().clone(), Some(scale))))
                }
                None => fail(Diagnostic::error("E0216", e.span, "this is no number zirc can hold")),
            },
            ExprKind::Str(s) => Ok(Value::Str(s.clone())),
            ExprKind::Bool(b) => {
                Ok(Value::Num(Num::int(i64::from(*b)).declare(0.into(), 1.into())))
            }
            ExprKind::Path(p) => self.path(p),
            ExprKind::Paren(inner) => self.expr(inner, want),
            ExprKind::Unary(op, a) => self.unary(*op, a, e.span),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, e.span),
            ExprKind::In { value, lo, hi, inclusive } => {
                self.within(value, lo, (hi, *inclusive), e.span)
            }
            ExprKind::Call { callee, elementwise, args } => {
                self.call(e, callee, *elementwise, args, want)
            }
            ExprKind::Index { base, indices } => self.index(base, indices, e.span),
            ExprKind::Field { base, name } => self.field(base, name),
            ExprKind::Cast(a, t) => self.cast_expr(a, t, e.span),
            ExprKind::Loop { kind, binders, body } => {
                self.loops(*kind, binders, body, want, e.span)
            }
            ExprKind::Fold { acc, init, binders, body } => {
                self.fold(acc, init, binders, body, want, e.span)
            }
            ExprKind::If { condition, then, otherwise } => {
                self.choose(condition, then, otherwise.as_deref(), want, e.span)
            }
            ExprKind::Block(b) => self.block(b, want),
            ExprKind::Tuple(parts) => {
                let wants = match want {
                    Type::Tuple(t) if t.len() == parts.len() => t.clone(),
                    _ => vec![Type::Infer; parts.len()],
                };
                let parts = parts.iter().zip(&wants);
                Ok(Value::Tuple(parts.map(|(p, t)| self.expr(p, t)).collect::<Res<_>>()?))
            }
            ExprKind::Array(parts) => self.array(parts, want, e.span),
            ExprKind::Error => Err(Stop::Reported),
        }
    }

    fn unary(&mut self, op: UnaryOp, a: &Expr, span: Span) -> Res<Value> {
        let a = self.number(a)?;
        Ok(Value::Num(match op {
            UnaryOp::Neg => self.negate(a, span)?,
            UnaryOp::Not => {
                self.demand_bit(&a, span)?;
                self.not(a, span)?
            }
        }))
    }

    fn cast_expr(&mut self, a: &Expr, t: &ast::Type, span: Span) -> Res<Value> {
        let t = self.resolve_type(t)?;
        let v = self.expr(a, &t)?;
        match (v, t.elem()) {
            // A simple type casts every element.
            (Value::Num(n), Some(s)) => {
                let n = self.cast(n, s, span)?;
                // In a test it stands for an input, as what `as u8` gives does.
                let input = *s == Scalar::Field && n.is_const() && self.in_test();
                Ok(Value::Num(if input { n.declare(0.into(), order() - 1) } else { n }))
            }
            (v, _) => self.convert(v, &t, span),
        }
    }

    fn array(&mut self, parts: &[Expr], want: &Type, span: Span) -> Res<Value> {
        if parts.is_empty() {
            return fail(Diagnostic::error("E0703", span, "a tensor has at least one element"));
        }
        let inner = want.inner(1);
        let parts: Vec<Value> = parts.iter().map(|p| self.expr(p, &inner)).collect::<Res<_>>()?;
        let count = parts.len();
        self.stack_values(parts, &[count], span)
    }

    /// An expression that must be a number.
    pub(crate) fn number(&mut self, e: &Expr) -> Res<Num> {
        let v = self.expr(e, &Type::Infer)?;
        self.as_number(v, e.span)
    }

    pub(crate) fn as_number(&self, v: Value, span: Span) -> Res<Num> {
        match v {
            Value::Num(n) => Ok(n),
            Value::Poison => Err(Stop::Reported),
            other => {
                let what = self.describe(&other);
                fail(
                    Diagnostic::error("E0202", span, "a number is expected here")
                        .say(format!("this is {what}")),
                )
            }
        }
    }

    /// Refuses what is not provably 0 or 1.
    pub(crate) fn demand_bit(&self, n: &Num, span: Span) -> Res<()> {
        if n.is_field() {
            return fail(Diagnostic::error(
                "E0202",
                span,
                "a bit is expected here, not a field element",
            ));
        }
        if self.by_value(n) {
            return Ok(());
        }
        let r = self.range(n, span)?;
        let whole = n.scale.as_ref().is_some_and(One::is_one);
        if whole && r.0 >= Int::from(0) && r.1 <= Int::from(1) {
            return Ok(());
        }
        fail(
            Diagnostic::error("E0202", span, "a bit is expected here")
                .say(format!("this is `{}`", n.scalar_type(&r).name()))
                .help("a comparison is one: `x != 0`"),
        )
    }

    fn path(&mut self, p: &ast::Path) -> Res<Value> {
        if let [one] = p.segments.as_slice() {
            let frame = self.frame();
            if let Some((_, v)) = frame.variables.iter().rev().find(|v| v.0 == one.name) {
                return match v {
                    Value::Poison => Err(Stop::Reported),
                    v => Ok(v.clone()),
                };
            }
            if let Some(GenericValue::Nat(n)) = frame.generics.get(&one.name) {
                return Ok(Value::Num(Num::int(n.clone())));
            }
        }
        if let Some(n) = self.associated(p) {
            return Ok(Value::Num(n));
        }
        let module = self.frame().module;
        let found = self.world.lookup(module, &p.segments);
        // `exp(x)` is the real function of a constant, `exp::<T>(x)` the library's table.
        let real = p.generics.is_empty()
            && matches!(p.segments.as_slice(), [one] if Real::named(&one.name).is_some());
        if let Some(id) = found.filter(|id| !(real && self.world.is_std(id.0 as u32))) {
            return self.item_value(id, p);
        }
        if let [one] = p.segments.as_slice()
            && let Some(builtin) = Builtin::named(&one.name)
        {
            let mut generics = vec![];
            for g in &p.generics {
                if let Some(name) = &g.name {
                    let title = "generic arguments of built-in functions have no names";
                    return fail(Diagnostic::error("E0213", name.span, title));
                }
                generics.push(self.generic_value(GenericKind::Num, &g.value)?);
            }
            return Ok(Value::Builtin(builtin, Rc::new(generics)));
        }
        fail(self.unknown_name(Place::Value, &p.segments, p.span))
    }

    fn item_value(&mut self, id: crate::types::ItemId, p: &ast::Path) -> Res<Value> {
        let world = self.world;
        match &world.item(id).kind {
            ItemKind::Fn(f) | ItemKind::Circuit(f) => {
                let given = self.given_generics(id, &f.generics, &p.generics, p.span)?;
                Ok(Value::Function(id, Rc::new(given)))
            }
            ItemKind::Struct { generics, .. } => {
                let given = self.given_generics(id, generics, &p.generics, p.span)?;
                Ok(Value::Function(id, Rc::new(given)))
            }
            ItemKind::Const { ty, value, .. } => self.constant(id, ty.as_ref(), value, p.span),
            ItemKind::TypeAlias { .. } => {
                fail(Diagnostic::error("E0202", p.span, "a value is expected here, not a type"))
            }
            _ => fail(self.unknown_name(Place::Value, &p.segments, p.span)),
        }
    }

    fn constant(
        &mut self,
        id: crate::types::ItemId,
        ty: Option<&ast::Type>,
        value: &Expr,
        span: Span,
    ) -> Res<Value> {
        if let Some(v) = self.memo.constants.get(&id) {
            return match v {
                Value::Poison => Err(Stop::Reported),
                v => Ok(v.clone()),
            };
        }
        self.guard(id, span)?;
        let out = self.constant_scope(id, |s| {
            s.in_module(id.0, Default::default(), |s| {
                let want = match ty {
                    Some(t) => s.resolve_type(t)?,
                    None => Type::Infer,
                };
                let v = s.expr(value, &want)?;
                s.convert(v, &want, value.span)
            })
        });
        self.at.active.pop();
        let out = match out {
            Ok(Value::Num(n)) if !n.is_const() => {
                fail(super::arith::constant::not_constant(value.span))
            }
            other => other,
        };
        let out = out.map_err(|s| self.report(s));
        self.memo.constants.insert(id, out.as_ref().map_or(Value::Poison, Clone::clone));
        out
    }

    /// A field of what has its fields one by one.
    pub(super) fn single_field(&self, base: &Expr, name: &ast::Ident) -> Option<Value> {
        let ExprKind::Path(p) = &base.kind else { return None };
        let [one] = p.segments.as_slice() else { return None };
        // Within a function, the same names are others.
        let here = self.at.frames.len() == 1;
        let of = self.at.fields.get(&one.name).filter(|_| here)?;
        of.get(&name.name).cloned()
    }

    fn field(&mut self, base: &Expr, name: &ast::Ident) -> Res<Value> {
        if let Some(v) = self.single_field(base, name) {
            return Ok(v);
        }
        let v = self.expr(base, &Type::Infer)?;
        match &v {
            Value::Struct(id, _, fields) => {
                let world = self.world;
                let ItemKind::Struct { fields: names, .. } = &world.item(*id).kind else {
                    return Err(Stop::Reported);
                };
                if let Some(k) = names.iter().position(|(n, _)| n.name == name.name) {
                    return Ok(fields[k].clone());
                }
                let all: Vec<&str> = names.iter().map(|(n, _)| n.name.as_str()).collect();
                let t = format!("`{}` has no field `{}`", self.world.name(*id), name.name);
                fail(
                    Diagnostic::error("E0105", name.span, t)
                        .note(format!("fields: {}", all.join(", "))),
                )
            }
            Value::Tuple(parts) => match name.name.parse::<usize>().ok().and_then(|k| parts.get(k))
            {
                Some(v) => Ok(v.clone()),
                None => fail(
                    Diagnostic::error(
                        "E0105",
                        name.span,
                        format!("there is no part `{}`", name.name),
                    )
                    .say(format!("the tuple has {}", parts.len())),
                ),
            },
            Value::Cost(c) => {
                let (c, all) = (c.clone(), c.total());
                self.out.costs_read.push((name.span, c));
                match name.name.as_str() {
                    "total" | "constraints" => Ok(Value::Num(Num::int(all as u64))),
                    _ => fail(Diagnostic::error(
                        "E0105",
                        name.span,
                        "a cost has `total` and `by(\"category\")`",
                    )),
                }
            }
            other => {
                let what = self.describe(other);
                let t = format!("there is no field `{}`", name.name);
                let d =
                    Diagnostic::error("E0105", name.span, t).say(format!("the value is {what}"));
                fail(match meant::member(self.world, self.frame().module, &name.name) {
                    Some(help) => d.help(help),
                    None => d,
                })
            }
        }
    }

    pub(crate) fn method(
        &mut self,
        base: &Expr,
        name: &ast::Ident,
        args: &[ast::Arg],
        span: Span,
    ) -> Res<Value> {
        let v = self.expr(base, &Type::Infer)?;
        if let (Value::Cost(c), "by", [arg]) = (&v, name.name.as_str(), args) {
            let Value::Str(key) = self.expr(&arg.value, &Type::Infer)? else {
                return fail(Diagnostic::error(
                    "E0202",
                    arg.value.span,
                    "a category in quotes is expected",
                ));
            };
            let names = Category::ALL.map(Category::name);
            if !names.contains(&key.as_str()) {
                let all = names.join(", ");
                return fail(
                    Diagnostic::error(
                        "E0105",
                        arg.value.span,
                        format!("there is no category `{key}`"),
                    )
                    .note(format!("categories: {all}")),
                );
            }
            self.out.costs_read.push((name.span, c.clone()));
            return Ok(Value::Num(Num::int(c.by.get(&key).copied().unwrap_or(0) as u64)));
        }
        let t = format!("there is no method `{}` here", name.name);
        let help = meant::member(self.world, self.frame().module, &name.name);
        let help = help.unwrap_or_else(|| "functions take their argument in parentheses".into());
        fail(Diagnostic::error("E0105", span, t).help(help))
    }
}

const MAX_DIGITS: usize = 400;

fn parse_int(text: &str) -> Option<Int> {
    if text.len() > MAX_DIGITS {
        return None;
    }
    match text.as_bytes() {
        [b'0', b'x' | b'X', hex @ ..] => Int::parse_bytes(hex, 16),
        [b'0', b'b' | b'B', bin @ ..] => Int::parse_bytes(bin, 2),
        all => Int::parse_bytes(all, 10),
    }
}

/// An element of the field as it is written: a number below the order.
fn field_literal(n: Int, span: Span) -> Res<Value> {
    if n >= order() {
        let d = Diagnostic::error("E0203", span, "this is no element of the field");
        return fail(d.say(format!("the order of the field is {}", order())));
    }
    Ok(Value::Num(Num::constant(centred(&n), None)))
}

fn parse_decimal(text: &str) -> Option<Ratio> {
    let (whole, part) = text.split_once('.')?;
    if text.len() > MAX_DIGITS {
        return None;
    }
    let digits = Int::parse_bytes(format!("{whole}{part}").as_bytes(), 10)?;
    Some(Ratio::new(digits, num_traits::pow(Int::from(10), part.len())))
}
