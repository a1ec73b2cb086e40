//! Hints: values computed by ordinary code on plain integers, pinned by what the source asserts.
//! The declared type is emitted as constraints; nothing a hint says is believed.

mod handed;
mod instance;
mod isolate;

use super::branch::nearest_to_zero;
use super::{Elaborator, Mode, Refusal, Res, fail};
use crate::combination::LoopId;
use crate::diagnostic::Diagnostic;
use crate::interval::Interval;
use crate::program::{Hint, Rule};
use crate::types::{Scalar, Type};
use crate::value::{Data, Num, Value, pack};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};
use std::rc::Rc;
use zirc_circuit::{Category, Int, Kind, Lin, Op, Relation, TensorId};
use zirc_grammar::ast::{self, Expr, Ident, ItemKind, Span};

impl Elaborator<'_> {
    pub(crate) fn hint(
        &mut self,
        name: &Ident,
        ty: &ast::Type,
        value: &Expr,
        nondet: Option<String>,
        span: Span,
    ) -> Res<Value> {
        let want = self.resolve_type(ty)?;
        let Type::Num { elem: Some(scalar), .. } = &want else {
            return fail(
                Diagnostic::error("E0303", ty.span, "a hint needs the type of a number or tensor")
                    .say("this type is what is enforced")
                    .help("for example `let q: u8 = hint …` or `let b: bit[n] = hint …`"),
            );
        };
        let elsewhere = match scalar {
            Scalar::Field => Int::zero(),
            Scalar::Fix { lo, hi, .. } => nearest_to_zero(&(lo.clone(), hi.clone())),
        };
        let v = self.hinted(value, &want, &elsewhere)?;
        if self.at.mode == Mode::Hint {
            return Ok(Value::Num(v));
        }
        if v.is_const() {
            // Nothing unknown enters: the value itself takes its place, if its type holds it.
            return Ok(Value::Num(match scalar {
                Scalar::Field => v,
                Scalar::Fix { lo, hi, .. } => self.narrow(v, lo, hi, span)?,
            }));
        }
        let interval = match scalar {
            Scalar::Field => None,
            Scalar::Fix { lo, hi, .. } => Some((lo.clone(), hi.clone())),
        };
        let loops = v.loops();
        let lin = self.lin(&v, &loops, &v.shape, span)?;
        let label = Some(name.name.clone());
        let (id, out) =
            self.fresh(Kind::Witness, &loops, &v.shape, interval.clone(), label, name.span)?;
        self.assign(id, Op::Linear(lin));
        self.demand_audited(name)?;
        self.note_hint(name, id, (v.shape.len(), interval.is_none()), nondet);
        let scale = match scalar {
            Scalar::Field => None,
            Scalar::Fix { scale, .. } => Some(scale.clone()),
        };
        let mut out = out.at_scale(scale);
        if let Some((lo, hi)) = interval {
            self.enforce_hint_type(&out, &loops, lo, hi, name.span)?;
        }
        self.hold_where_not_chosen(&out, &elsewhere, name.span)?;
        out.declared = true;
        Ok(Value::Num(out))
    }

    /// The value of a hint's right side, as plain integers compute it; in a branch, where that is not chosen, `elsewhere`.
    fn hinted(&mut self, value: &Expr, want: &Type, elsewhere: &Int) -> Res<Num> {
        let outer = std::mem::replace(&mut self.at.mode, Mode::Hint);
        let v = self.expr(value, want);
        let chosen = (outer == Mode::Circuit).then_some(elsewhere);
        let v = v.and_then(|v| self.convert_hint(v, want, chosen, value.span));
        let v = v.and_then(|v| match v.is_const() || outer == Mode::Hint {
            true => Ok(v),
            false => self.where_chosen(v, elsewhere, None, value.span),
        });
        self.at.mode = outer;
        v
    }

    /// Notes a hint, of so many dimensions and an element of the field or not.
    fn note_hint(
        &mut self,
        name: &Ident,
        tensor: TensorId,
        (own, field): (usize, bool),
        nondet: Option<String>,
    ) {
        let mut functions: Vec<String> = self.at.calls.iter().map(|c| c.function.clone()).collect();
        functions.iter_mut().for_each(|f| f.truncate(f.find('<').unwrap_or(f.len())));
        let (name, span) = (name.name.clone(), name.span);
        self.out.program.hints.push(Hint { name, tensor, own, functions, nondet, span, field });
    }

    /// Whether a hint is shown unique is asked of functions in whose text one was seen.
    fn demand_audited(&mut self, name: &Ident) -> Res<()> {
        let world = self.world;
        if let Some(&id) = self.at.active.last()
            && let ItemKind::Fn(f) | ItemKind::Circuit(f) = &world.item(id).kind
            && self.has_hints(id, f)
        {
            return Ok(());
        }
        fail(
            Diagnostic::error("E0303", name.span, "a hint cannot stand here")
                .say("no function's audit would see it"),
        )
    }

    /// A value as one of the hint's type. `elsewhere` takes its place where the branch of the hint is not chosen.
    fn convert_hint(
        &mut self,
        v: Value,
        want: &Type,
        elsewhere: Option<&Int>,
        span: Span,
    ) -> Res<Num> {
        let whole = match (&v, want) {
            (Value::Num(n), Type::Num { elem: Some(Scalar::Fix { lo, hi, scale }), dims })
                if n.is_field() && scale.is_one() =>
            {
                let field = Type::Num { elem: Some(Scalar::Field), dims: dims.clone() };
                Some((field, (lo.clone(), hi.clone())))
            }
            _ => None,
        };
        match (self.convert(v, whole.as_ref().map_or(want, |(field, _)| field), span)?, whole) {
            (Value::Num(n), Some((_, interval))) => {
                let n = match elsewhere {
                    Some(p) if !n.is_const() => self.where_chosen(n, p, None, span)?,
                    _ => n,
                };
                self.whole(n, interval, span)
            }
            (Value::Num(n), None) => Ok(n),
            _ => fail(Diagnostic::error("E0303", span, "a hint gives a number or tensor")),
        }
    }

    /// Elements of the field as the integers that they stand for, the nearest to 0 of each class. What is no value of
    /// the hint's type is refused where every value of a hint is: nothing else than an assertion tells a class.
    fn whole(&mut self, n: Num, interval: Interval, span: Span) -> Res<Num> {
        if !n.is_const() {
            let shape = n.shape.clone();
            return self.aux([&n], &shape, Some(interval), span, |[n]| Op::Linear(n));
        }
        let a = self.to_array(&n, span)?;
        let a = self.map(&a, &n.shape, span, &mut |v| Ok(crate::number::centred(v)))?;
        let marks = n.marks();
        Ok(Num::new(n.shape, Some(One::one()), Data::Const(a)).marked(marks))
    }

    fn enforce_hint_type(
        &mut self,
        n: &Num,
        loops: &[LoopId],
        lo: Int,
        hi: Int,
        span: Span,
    ) -> Res<()> {
        let value = self.lin(n, loops, &n.shape, span)?;
        let shape = self.full_shape(loops, &n.shape, span)?;
        let bound = |v: &Int| Num::constant(v.clone(), n.scale.clone());
        let (l, h) = (bound(&lo), bound(&hi));
        self.check(&l, Relation::Le, n, Some("a hint left its type"), span)?;
        self.check(n, Relation::Le, &h, Some("a hint left its type"), span)?;
        let category =
            if lo.is_zero() && hi.is_one() { Category::Boolean } else { Category::Range };
        let origin = self.origin(span);
        // Until this holds nothing is known of the value: any field element may stand there.
        self.enforce(shape, Rule::Range { value, lo, hi }, category, origin);
        Ok(())
    }

    /// ⌊a / b⌋ of raw values.
    pub(crate) fn hint_div(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let (a, b) = self.align(a, b, span)?;
        if a.is_field() || b.is_field() {
            return fail(Diagnostic::error(
                "E0202",
                span,
                "field elements have no quotient; use `inverse`",
            ));
        }
        if self.by_value(&a) || self.by_value(&b) {
            return self.divided(a, b, span, |x, y| x.div_floor(y));
        }
        let (a, b) = (self.settled(a, span)?, self.divisor(b, span)?);
        let (ra, rb) = (self.range(&a, span)?, self.range(&b, span)?);
        let r = if rb.0.is_positive() {
            let all = [&ra.0, &ra.1].map(|x| [x.div_floor(&rb.0), x.div_floor(&rb.1)]).concat();
            (
                all.iter().min().cloned().unwrap_or_default(),
                all.into_iter().max().unwrap_or_default(),
            )
        } else {
            let m = ra.0.abs().max(ra.1.abs());
            (-&m, m)
        };
        self.plain(a, b, r, span, |x, y| x.div_floor(y), Op::FloorDiv)
    }

    /// a − b·⌊a / b⌋ of raw values.
    pub(crate) fn hint_mod(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let (a, b) = self.align(a, b, span)?;
        if a.is_field() || b.is_field() {
            return fail(Diagnostic::error("E0202", span, "field elements have no remainder"));
        }
        if self.by_value(&a) || self.by_value(&b) {
            return self.divided(a, b, span, |x, y| x.mod_floor(y));
        }
        let b = self.divisor(b, span)?;
        let rb = self.range(&b, span)?;
        let r = if rb.0.is_positive() {
            (Int::zero(), rb.1 - 1)
        } else {
            let m = rb.0.abs().max(rb.1.abs());
            (-&m, m)
        };
        self.plain(a, b, r, span, |x, y| x.mod_floor(y), Op::Mod)
    }

    /// A divisor: where its branch is not chosen, it must divide all the same.
    fn divisor(&mut self, b: Num, span: Span) -> Res<Num> {
        let b = self.settled(b, span)?;
        if self.at.branches.is_empty() || b.is_const() {
            return Ok(b);
        }
        let (lo, hi) = self.range(&b, span)?;
        let may_be_zero = lo <= Int::zero() && hi >= Int::zero();
        if may_be_zero { self.where_chosen(b, &Int::one(), None, span) } else { Ok(b) }
    }

    /// The same on values that stand for unknown ones: by 0 is a refusal, as of the witness program.
    fn divided(&mut self, a: Num, b: Num, span: Span, f: impl Fn(&Int, &Int) -> Int) -> Res<Num> {
        let shape = self.join_shapes(&a, &b, span)?;
        let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
        let mut by_zero = None;
        let out = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |x, y| {
            if y.is_zero() {
                by_zero.get_or_insert_with(|| x.clone());
                return Ok(Int::zero());
            }
            Ok(f(x, y))
        })?;
        if let Some(left) = by_zero {
            let message = Some("division by zero".into());
            self.out.refusals.push(Refusal { span, left, right: Int::zero(), message });
        }
        Ok(Num::new(shape, Some(One::one()), Data::Const(out)).unknown_if(true))
    }

    /// A division-like operation on whole numbers.
    fn plain(
        &mut self,
        a: Num,
        b: Num,
        r: Interval,
        span: Span,
        f: impl Fn(&Int, &Int) -> Int,
        op: impl FnOnce(Lin, Lin) -> Op,
    ) -> Res<Num> {
        let shape = self.join_shapes(&a, &b, span)?;
        if a.is_const() && b.is_const() {
            let declared = a.declared || b.declared;
            let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
            let out = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |x, y| {
                if y.is_zero() {
                    return fail(Diagnostic::error("E0219", span, "division by zero"));
                }
                Ok(f(x, y))
            })?;
            let out = Num::new(shape, Some(One::one()), Data::Const(out));
            let out = out.marked(a.marks().and(b.marks()));
            return Ok(if declared { out.declare(r.0, r.1) } else { out });
        }
        self.aux([&a, &b], &shape, Some(r), span, |[a, b]| op(a, b))
    }

    /// An operation on one number that gives a number of the same shape.
    pub(crate) fn hint_unary(
        &mut self,
        a: Num,
        interval: Option<Interval>,
        span: Span,
        f: impl Fn(&Int) -> Int,
        op: impl FnOnce(Lin) -> Op,
    ) -> Res<Num> {
        let scale = interval.as_ref().map(|_| One::one());
        if a.is_const() {
            let x = self.to_array(&a, span)?;
            let out = self.map(&x, &a.shape, span, &mut |v| Ok(f(v)))?;
            let marks = a.marks();
            let out = Num::new(a.shape, scale, Data::Const(out)).marked(marks);
            return Ok(match interval {
                Some((lo, hi)) if a.declared && !a.unknown => out.declare(lo, hi),
                _ => out,
            });
        }
        let shape = a.shape.clone();
        self.aux([&a], &shape, interval, span, |[a]| op(a))
    }

    /// A reduction of all elements to one.
    pub(crate) fn hint_reduce(
        &mut self,
        a: Num,
        interval: Interval,
        keep_scale: bool,
        span: Span,
        f: impl Fn(&[Int]) -> Int,
        op: impl FnOnce(Lin, usize) -> Op,
    ) -> Res<Num> {
        let count: usize = a.shape.iter().product();
        let scale = if keep_scale { a.scale.clone() } else { Some(One::one()) };
        if a.is_const() {
            let x = self.to_array(&a, span)?;
            let loops = a.loops();
            let list = self.listed(&x, &loops, &a.shape, span)?;
            let data: Vec<Int> = list.chunks(count.max(1)).map(f).collect();
            let extents: Vec<usize> = loops.iter().map(|&l| self.extent(l)).collect();
            let view = super::arith::constant::dense(&loops, &extents);
            let out = crate::combination::Array { data: Rc::new(pack(data)), view };
            let out = Num::new(vec![], scale, Data::Const(out)).marked(a.marks());
            return Ok(if a.declared && !a.unknown {
                out.declare(interval.0, interval.1)
            } else {
                out
            });
        }
        // Dense, so that its dimensions read as one.
        let dense = self.materialise(a, span)?;
        let flat = dense.map_views(vec![count], |v| v.own = vec![1]);
        let loops = flat.loops();
        let lin = self.lin(&flat, &loops, &[count], span)?;
        let (id, out) = self.fresh(Kind::Aux, &loops, &[], Some(interval), None, span)?;
        self.assign(id, op(lin, count));
        Ok(out.at_scale(scale))
    }

    /// The `n` low bits of a non-negative integer, along a new last dimension.
    pub(crate) fn hint_bits(&mut self, a: Num, n: usize, span: Span) -> Res<Num> {
        let mut shape = a.shape.clone();
        shape.push(n);
        if a.is_const() {
            let x = self.to_array(&a, span)?;
            let loops = a.loops();
            let list = self.listed(&x, &loops, &a.shape, span)?;
            let bits = list.len().saturating_mul(n);
            self.spend(bits, span)?;
            self.room_for(bits, span)?;
            let data: Vec<Int> = list
                .iter()
                .flat_map(|v| (0..n).map(move |k| Int::from(i64::from(v.bit(k as u64)))))
                .collect();
            let extents: Vec<usize> =
                loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
            let view = super::arith::constant::dense(&loops, &extents);
            let out = crate::combination::Array { data: Rc::new(pack(data)), view };
            let out = Num::new(shape, Some(One::one()), Data::Const(out)).marked(a.marks());
            return Ok(if a.declared { out.declare(Int::zero(), Int::one()) } else { out });
        }
        let loops = a.loops();
        let lin = self.lin(&a, &loops, &a.shape, span)?;
        let (id, out) =
            self.fresh(Kind::Aux, &loops, &shape, Some((Int::zero(), Int::one())), None, span)?;
        self.assign(id, Op::Bits(lin));
        Ok(out)
    }
}
