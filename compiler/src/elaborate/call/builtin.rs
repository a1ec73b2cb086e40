//! Functions that the compiler provides: reading raws, narrowing, and the plain-integer operations
//! that hints are made of.

use crate::builtins::{Builtin, Place, Takes};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Mode, Res, fail};
use crate::interval::Interval;
use crate::number::{Ratio, inverse, show, to_integer};
use crate::options::Checks;
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Data, Num, Value};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};
use zirc_circuit::{Int, Op};
use zirc_grammar::ast::{Arg, Span};

impl Elaborator<'_> {
    pub(crate) fn builtin(
        &mut self,
        f: Builtin,
        generics: &[GenericValue],
        args: &[Arg],
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        self.demand_place(f, span)?;
        match f {
            Builtin::Rejects => return self.rejects(args, span),
            Builtin::Cost => return self.cost(args, span),
            // The table is not even computed where it is not wanted.
            Builtin::LooksUp if !self.may_look_up() || self.at.checks == Some(Checks::Digits) => {
                return Ok(Value::Num(Num::int(0)));
            }
            Builtin::File => {
                let title = "`file(…)` binds a parameter of a circuit";
                let d = Diagnostic::error("E0602", span, title);
                return fail(
                    d.help("write `const w: T = file(\"weights.npz\")` among the parameters"),
                );
            }
            _ => {}
        }
        if let Some(named) = args.iter().find_map(|a| a.name.as_ref()) {
            let d = Diagnostic::error("E0215", named.span, "arguments of functions have no names");
            return fail(d.help("give them in order"));
        }
        let mut values = vec![];
        for a in args {
            values.push((self.expr(&a.value, &Type::Infer)?, a.value.span));
        }
        self.builtin_values(f, generics, values, want, span)
    }

    /// Refuses the library's own functions elsewhere.
    fn demand_place(&self, f: Builtin, span: Span) -> Res<()> {
        if f.place() != Place::Library || self.world.is_std(span.file) {
            return Ok(());
        }
        let title = format!("`{}` is for functions of the standard library", f.name());
        fail(
            Diagnostic::error("E0306", span, title)
                .say("both ways of a function must have the same values")
                .help(
                    "`table[i]` is looked up by itself where a commitment round makes that cheaper",
                ),
        )
    }

    pub(crate) fn builtin_values(
        &mut self,
        f: Builtin,
        generics: &[GenericValue],
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        self.demand_place(f, span)?;
        let needed = match (f.takes(), f) {
            (Takes::Numbers(n), _) => n,
            (Takes::Values, Builtin::Concat) => return self.concat(args, span),
            (Takes::Values, _) => return self.print(args, span),
            (Takes::Written, _) => {
                let title = format!("`{}` reads its arguments as they are written", f.name());
                let d = Diagnostic::error("E0215", span, title);
                return fail(d.help("call it by itself, and not on elements"));
            }
        };
        if args.len() != needed {
            return fail(
                Diagnostic::error("E0215", span, "wrong number of arguments").say(format!(
                    "`{}` takes {needed}, {} given",
                    f.name(),
                    args.len()
                )),
            );
        }
        let mut numbers = vec![];
        for (v, at) in args {
            numbers.push(self.as_number(v, at)?);
        }
        self.demand_plain(f, &numbers, span)?;
        let target = match generics.first() {
            Some(GenericValue::Num(s)) => Some(s.clone()),
            _ => want.elem().cloned(),
        };
        let out = match <[Num; 2]>::try_from(numbers) {
            Ok([a, b]) => self.of_two(f, a, b, span),
            Err(one) => match one.into_iter().next() {
                Some(a) => self.of_one(f, a, (target, want), span),
                None => Err(crate::elaborate::Stop::Reported),
            },
        };
        out.map(Value::Num)
    }

    /// What works on plain integers does not work on values of the circuit.
    fn demand_plain(&self, f: Builtin, numbers: &[Num], span: Span) -> Res<()> {
        let plain = self.at.mode == Mode::Hint || !numbers.iter().any(Num::varies);
        if f.place() != Place::Plain || plain {
            return Ok(());
        }
        let name = f.name();
        fail(
            Diagnostic::error("E0304", span, format!("`{name}` works on plain integers only"))
                .say("its argument depends on an input of the circuit")
                .help(format!("guess it, `let y: T = hint {name}(…)`, and assert what pins it")),
        )
    }

    fn of_two(&mut self, f: Builtin, a: Num, b: Num, span: Span) -> Res<Num> {
        match f {
            Builtin::LooksUp => self.looks_up(&a, &b, span),
            Builtin::FirstRow | Builtin::LastRow => {
                self.end_row(&a, &b, f == Builtin::LastRow, span)
            }
            Builtin::Div => self.hint_div(a, b, span),
            _ => self.hint_mod(a, b, span),
        }
    }

    fn of_one(
        &mut self,
        f: Builtin,
        a: Num,
        (target, want): (Option<Scalar>, &Type),
        span: Span,
    ) -> Res<Num> {
        match f {
            Builtin::Raw => self.raw(a),
            Builtin::Len => match a.shape.first() {
                Some(n) => Ok(Num::int(*n as u64)),
                None => fail(Diagnostic::error("E0201", span, "a single number has no length")),
            },
            Builtin::At => self.at(a, target, span),
            Builtin::Narrow => {
                let (lo, hi, scale) = self.target("narrow", target, span)?;
                let to = Scalar::Fix { lo: lo.clone(), hi: hi.clone(), scale: scale.clone() };
                let a = self.same_scale(a, &scale, &to, span)?;
                self.narrow(a, &lo, &hi, span)
            }
            Builtin::Quantize => self.quantize(a, target, false, span),
            Builtin::QuantizeClamped => self.quantize(a, target, true, span),
            Builtin::Reshape => self.reshape(a, want, span),
            Builtin::Real(of) => self.real(of, a, span),
            Builtin::ToBits => {
                // Where its branch is not chosen it must have bits all the same.
                let a = self.settled(a, span)?;
                self.bits_of(a, want, span)
            }
            Builtin::Inverse => {
                let a = self.cast(a, &Scalar::Field, span)?;
                self.hint_unary(a, None, span, inverse, Op::Inverse)
            }
            Builtin::Isqrt => self.isqrt(a, span),
            _ => self.reduction(f, a, span),
        }
    }

    fn isqrt(&mut self, a: Num, span: Span) -> Res<Num> {
        // Where its branch is not chosen it must have a root all the same.
        let a = self.settled(a, span)?;
        let r = self.hint_interval(&a, span)?;
        if r.0.is_negative() {
            let title = "the root of a number that may be negative";
            let d = Diagnostic::error("E0203", span, title);
            return fail(d.say(format!("its values lie in {}..={}", r.0, r.1)));
        }
        let root = Some((r.0.sqrt(), r.1.sqrt()));
        self.hint_unary(a, root, span, |v| v.abs().sqrt(), Op::Sqrt)
    }

    /// The interval of what must not be negative. Of a known value that stands for an unknown one
    /// the circuit's interval is right, and the value may only be wrong where an assertion fails.
    fn hint_interval(&mut self, a: &Num, span: Span) -> Res<Interval> {
        if !self.by_value(a) {
            return self.range(a, span);
        }
        let (lo, hi) = (Int::zero(), crate::number::half_order());
        self.holds(a, &lo, &hi, span)?;
        Ok((lo, hi))
    }

    fn reduction(&mut self, f: Builtin, a: Num, span: Span) -> Res<Num> {
        if a.is_field() {
            return fail(Diagnostic::error("E0202", span, "field elements have no order"));
        }
        let r = if self.by_value(&a) { (Int::zero(), Int::zero()) } else { self.range(&a, span)? };
        let last = Int::from(a.shape.iter().product::<usize>().max(1) - 1);
        let places = (Int::zero(), last);
        let first = |v: &[Int], best: Option<&Int>| {
            Int::from(v.iter().position(|x| Some(x) == best).unwrap_or(0))
        };
        match f {
            Builtin::Maximum => self.hint_reduce(
                a,
                r,
                true,
                span,
                |v| v.iter().max().cloned().unwrap_or_default(),
                Op::ReduceMax,
            ),
            Builtin::Minimum => self.hint_reduce(
                a,
                r,
                true,
                span,
                |v| v.iter().min().cloned().unwrap_or_default(),
                Op::ReduceMin,
            ),
            Builtin::IndexOfMax => {
                self.hint_reduce(a, places, false, span, |v| first(v, v.iter().max()), Op::ArgMax)
            }
            _ => self.hint_reduce(a, places, false, span, |v| first(v, v.iter().min()), Op::ArgMin),
        }
    }

    /// The integer behind a scaled number: free.
    fn raw(&mut self, a: Num) -> Res<Num> {
        match &a.scale {
            // A field element is its own raw.
            None => Ok(a),
            Some(_) => Ok(a.at_scale(Some(Ratio::one()))),
        }
    }

    /// The k-th value of a type, counted from its lowest.
    fn at(&mut self, k: Num, target: Option<Scalar>, span: Span) -> Res<Num> {
        let (lo, hi, scale) = self.target("at", target, span)?;
        let n = self.add(k, Num::int(lo.clone()), 1, span)?;
        if self.by_value(&n) {
            self.holds(&n, &lo, &hi, span)?;
        }
        let r = if self.by_value(&n) { (lo.clone(), hi.clone()) } else { self.range(&n, span)? };
        if r.0 < lo || r.1 > hi {
            return fail(
                Diagnostic::error("E0203", span, "the type has no such value")
                    .say(format!("it has {}", &hi - &lo + 1)),
            );
        }
        let n = match n.data {
            Data::Index(_) => Num { data: Data::Const(self.to_array(&n, span)?), ..n },
            _ => n,
        };
        let marks = n.marks();
        let n = Num::new(n.shape, Some(scale), n.data).marked(marks);
        Ok(n.declare(lo, hi))
    }

    /// The nearest value of a type, half to even; for known values only. Outside of the type: an
    /// error, or with `clamp` its nearer end.
    fn quantize(&mut self, a: Num, target: Option<Scalar>, clamp: bool, span: Span) -> Res<Num> {
        let (lo, hi, to) = self.target("quantize", target, span)?;
        let Some(from) = a.scale.clone().filter(|_| !a.varies()) else {
            return fail(crate::elaborate::arith::constant::not_constant(span));
        };
        let ratio = &from / &to;
        let x = self.to_array(&a, span)?;
        let out = self.map(&x, &a.shape, span, &mut |v| {
            let q = half_even(&(Ratio::from(v.clone()) * &ratio));
            if clamp {
                return Ok(q.clamp(lo.clone(), hi.clone()));
            }
            if q < lo || q > hi {
                return fail(
                    Diagnostic::error("E0203", span, "a value leaves the type it is quantized to")
                        .say(show(v, &from)),
                );
            }
            Ok(q)
        })?;
        let marks = a.marks();
        Ok(Num::new(a.shape, Some(to), Data::Const(out)).marked(marks))
    }

    fn bits_of(&mut self, a: Num, want: &Type, span: Span) -> Res<Num> {
        let rank = a.shape.len();
        let whole = a.scale.as_ref().is_some_and(One::is_one);
        if !whole {
            let d = Diagnostic::error("E0202", span, "only whole numbers have bits");
            return fail(d.help("take the integer first: `to_bits(raw(x) - T::lo)`"));
        }
        let Some(n) = want.dim(rank) else {
            return fail(
                Diagnostic::error("E0303", span, "how many bits?").help(
                    "declare the hint's type with its size: `let b: bit[n] = hint to_bits(u)`",
                ),
            );
        };
        let r = self.hint_interval(&a, span)?;
        if r.0.is_negative() {
            let d = Diagnostic::error("E0203", span, "the bits of a number that may be negative");
            return fail(
                d.say(format!("its values lie in {}..={}", r.0, r.1))
                    .help("add an offset first: `to_bits(raw(x) - T::lo)`"),
            );
        }
        self.hint_bits(a, n, span)
    }

    fn same_scale(&mut self, a: Num, scale: &Ratio, to: &Scalar, span: Span) -> Res<Num> {
        let Some(from) = a.scale.clone() else {
            let d = Diagnostic::error("E0205", span, "a field element has no integer meaning");
            return fail(d.help("guess the integer with a `hint` and assert that it is equal"));
        };
        match to_integer(&(&from / scale)) {
            Some(k) => self.rescale(a, &k, scale, span),
            None => fail(
                Diagnostic::error(
                    "E0205",
                    span,
                    format!("`narrow` to `{}` would lose information", to.name()),
                )
                .say(format!("one step is {from} here and {scale} there"))
                .help(
                    "say how to round: `round_to`, `floor_to`, `even_to`, `away_to` or `clamp_to`",
                ),
            ),
        }
    }

    fn target(&self, name: &str, t: Option<Scalar>, span: Span) -> Res<(Int, Int, Ratio)> {
        match t {
            Some(Scalar::Fix { lo, hi, scale }) => Ok((lo, hi, scale)),
            _ => fail(
                Diagnostic::error("E0213", span, format!("`{name}` needs a type"))
                    .help(format!("give it: `{name}::<T>(…)`")),
            ),
        }
    }
}

/// The nearest integer, half to even.
pub(crate) fn half_even(r: &Ratio) -> Int {
    let floor = r.floor().to_integer();
    let rest = r - Ratio::from(floor.clone());
    let half = Ratio::new(Int::one(), Int::from(2));
    if rest > half || (rest == half && floor.is_odd()) { floor + 1 } else { floor }
}
