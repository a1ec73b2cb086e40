//! Lossless conversions: a value takes a declared type if every value of its interval fits.

use crate::diagnostic::Diagnostic;
use crate::elaborate::branch::nearest_to_zero;
use crate::elaborate::{Elaborator, Mode, Res, fail};
use crate::interval::Interval;
use crate::number::{Ratio, show, to_integer};
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Data, Num, Value};
use num_traits::{One, Zero};
use zirc_circuit::Int;
use zirc_grammar::ast::{ItemKind, Span};

impl Elaborator<'_> {
    /// `v` as a value of type `t`; open parts of `t` accept anything.
    pub(crate) fn convert(&mut self, v: Value, t: &Type, span: Span) -> Res<Value> {
        match (v, t) {
            (Value::Poison, _) => Err(crate::elaborate::Stop::Reported),
            (v, Type::Infer) => {
                if let Value::Num(n) = &v
                    && !self.by_value(n)
                {
                    self.range(n, span)?;
                }
                Ok(v)
            }
            (Value::Num(n), Type::Num { elem, dims }) => {
                let fits = n.shape.len() == dims.len()
                    && n.shape.iter().zip(dims).all(|(a, d)| d.is_none_or(|d| *a == d));
                if !fits {
                    let have = format!("{:?}", n.shape);
                    return fail(
                        Diagnostic::error("E0201", span, "the shape is not the declared one")
                            .say(format!("this has sizes {have}, not `{}`", self.type_name(t))),
                    );
                }
                match elem {
                    None => {
                        if !self.by_value(&n) {
                            self.range(&n, span)?;
                        }
                        Ok(Value::Num(n))
                    }
                    Some(s) => Ok(Value::Num(self.cast(n, s, span)?)),
                }
            }
            (Value::Tuple(parts), Type::Tuple(types)) if parts.len() == types.len() => {
                let parts = parts.into_iter().zip(types);
                Ok(Value::Tuple(parts.map(|(v, t)| self.convert(v, t, span)).collect::<Res<_>>()?))
            }
            (Value::Struct(id, g, fields), Type::Struct(want, args)) if id == *want => {
                if g == *args {
                    return Ok(Value::Struct(id, g, fields));
                }
                let types = self.field_types(id, args)?;
                let fields = fields.iter().cloned().zip(&types);
                let fields: Vec<Value> =
                    fields.map(|(v, (_, t))| self.convert(v, t, span)).collect::<Res<_>>()?;
                Ok(Value::Struct(id, args.clone(), fields.into()))
            }
            (v, t) => fail(
                Diagnostic::error(
                    "E0202",
                    span,
                    format!("`{}` is expected here", self.type_name(t)),
                )
                .say(format!("this is {}", self.describe(&v))),
            ),
        }
    }

    /// The fields of a struct instance with their types.
    pub(crate) fn field_types(
        &mut self,
        id: crate::types::ItemId,
        args: &[GenericValue],
    ) -> Res<Vec<(String, Type)>> {
        let world = self.world;
        let ItemKind::Struct { generics, fields, .. } = &world.item(id).kind else {
            return Ok(vec![]);
        };
        let values = generics.iter().map(|g| g.name.name.clone()).zip(args.iter().cloned());
        self.guard(id, world.item(id).span)?;
        let out = self.in_module(id.0, values.collect(), |s| {
            fields.iter().map(|(n, t)| Ok((n.name.clone(), s.resolve_type(t)?))).collect()
        });
        self.at.active.pop();
        out
    }

    /// `n as T`: every value of the interval must be a value of T.
    pub(crate) fn cast(&mut self, n: Num, to: &Scalar, span: Span) -> Res<Num> {
        let Scalar::Fix { lo, hi, scale } = to else { return self.cast_to_field(n, span) };
        let Some(from) = n.scale.clone() else {
            return fail(
                Diagnostic::error("E0205", span, "a field element has no integer meaning")
                    .say(format!("it cannot become `{}`", to.name()))
                    .help("read the integer: `let n: u8 = hint x;`, and `assert n as field == x;`"),
            );
        };
        let n = self.cast_scale(n, &from, scale, to, span)?;
        // What a hint says is not believed, so neither is it refused here: its value is compared with
        // its type when it is there.
        if self.at.mode == Mode::Hint && (self.at.unroll || n.varies()) {
            return Ok(n);
        }
        if self.by_value(&n) {
            return self.narrow(n, lo, hi, span);
        }
        let r = match &n.data {
            // A known value of a hint is there now: of what was declared of its parts nothing follows for it.
            Data::Const(a) if self.at.mode == Mode::Hint => self.const_range(a, &n.shape),
            _ => self.range(&n, span)?,
        };
        let fits = |r: &Interval| r.0 >= *lo && r.1 <= *hi;
        if !fits(&r) && fits(&self.range_here(&n, span)?) {
            let n = self.settled(n, span)?;
            return Ok(n.declare(lo.clone(), hi.clone()));
        }
        // What is known of the value itself, whatever it was declared as, decides conditions as well.
        if !fits(&r) && self.fits_in_branch(&n, (lo, hi)) {
            return Ok(n.declare(lo.clone(), hi.clone()));
        }
        if !fits(&r) && self.never_chosen() {
            let nowhere = nearest_to_zero(&(lo.clone(), hi.clone()));
            let everywhere = Some((lo.clone(), hi.clone()));
            let n = self.where_chosen(n, &nowhere, everywhere, span)?;
            return Ok(n.declare(lo.clone(), hi.clone()));
        }
        if !fits(&r) {
            let (have, want) =
                ((show(&r.0, scale), show(&r.1, scale)), (show(lo, scale), show(hi, scale)));
            let d = Diagnostic::error("E0203", span, format!("this may not fit `{}`", to.name()))
                .say(format!("its values lie in {}..={}", have.0, have.1))
                .note(format!("`{}` holds {}..={}", to.name(), want.0, want.1));
            return fail(d.help("`narrow(x)` asserts that it fits, `clamp_to::<T>(x)` saturates"));
        }
        let n = Num { range: std::cell::OnceCell::new(), ..n };
        Ok(n.declare(lo.clone(), hi.clone()))
    }

    fn cast_scale(&mut self, n: Num, from: &Ratio, to: &Ratio, t: &Scalar, span: Span) -> Res<Num> {
        if from == to {
            return Ok(n);
        }
        let ratio = from / to;
        if let Some(k) = to_integer(&ratio) {
            return self.rescale(n, &k, to, span);
        }
        // Known values may happen to be multiples of the coarser step.
        if !n.varies() {
            let divisor = ratio.denom().clone();
            let a = self.to_array(&n, span)?;
            let mut bad: Option<Int> = None;
            let a = self.map(&a, &n.shape, span, &mut |v| {
                let v = v * ratio.numer();
                if !(&v % &divisor).is_zero() {
                    bad.get_or_insert_with(|| v.clone());
                }
                Ok(v / &divisor)
            })?;
            return match bad {
                None => {
                    let marks = n.marks();
                    Ok(Num::new(n.shape, Some(to.clone()), Data::Const(a)).marked(marks))
                }
                Some(v) => {
                    let (value, t) = (show(&(v / ratio.numer()), from), t.name());
                    let d = Diagnostic::error("E0205", span, format!("this is no value of `{t}`"))
                        .say(format!("{value} is no multiple of {to}"));
                    fail(d.help(format!("`quantize::<{t}>({value})` is the nearest that is one")))
                }
            };
        }
        fail(
            Diagnostic::error("E0205", span, format!("`as {}` would lose information", t.name()))
                .say(format!("one step is {from} here and {to} there"))
                .help(
                    "say how to round: `round_to`, `floor_to`, `even_to`, `away_to` or `clamp_to`",
                ),
        )
    }

    fn cast_to_field(&mut self, n: Num, span: Span) -> Res<Num> {
        match &n.scale {
            None => Ok(n),
            Some(s) if s.is_one() || self.at.mode == Mode::Hint => {
                // The integer interval is what makes the reading of a negative number well defined.
                self.range(&n, span)?;
                let marks = n.marks();
                let data = match n.data {
                    Data::Index(_) => Data::Const(self.to_array(&n, span)?),
                    other => other,
                };
                let mut out = Num::new(n.shape, None, data).marked(marks);
                out.declared = n.declared;
                if out.declared {
                    let top = crate::number::order() - 1;
                    out = out.declare(Int::zero(), top);
                }
                Ok(out)
            }
            Some(s) => fail(
                Diagnostic::error("E0205", span, "a scaled number is no field element")
                    .say(format!("one step is {s}"))
                    .help("take its integer first: `raw(x) as field`"),
            ),
        }
    }

    /// A value in words.
    pub(crate) fn describe(&self, v: &Value) -> String {
        match v {
            Value::Num(n) => {
                let elem = match (&n.scale, n.range.get()) {
                    (None, _) => "field".into(),
                    (Some(_), Some(r)) => n.scalar_type(r).name(),
                    (Some(s), None) if s.is_one() => "int".into(),
                    (Some(s), None) => format!("fix<_, {s}>"),
                };
                if n.shape.is_empty() {
                    format!("`{elem}`")
                } else {
                    format!("`{elem}{:?}`", n.shape)
                }
            }
            Value::Tuple(v) if v.is_empty() => "nothing".into(),
            Value::Tuple(v) => format!("a tuple of {}", v.len()),
            Value::Struct(id, g, _) => {
                format!("`{}`", self.type_name(&Type::Struct(*id, g.clone())))
            }
            Value::Function(..) | Value::Builtin(..) => "a function".into(),
            Value::Str(_) => "text".into(),
            Value::Cost(_) => "a cost".into(),
            Value::Poison => "an error".into(),
        }
    }
}
