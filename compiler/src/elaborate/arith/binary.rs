//! Infix operators.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Mode, Res, Stop, fail};
use crate::number::{Ratio, bit_length, to_integer};
use crate::value::{Data, Num, Value};
use num_traits::{One, Signed, Zero};
use zirc_circuit::{Category, Int};
use zirc_grammar::ast::{BinaryOp, Expr, Span};

/// Bytes of a side of an operator that a message repeats.
const WRITTEN: usize = 24;
/// Largest exponent of `**`.
const MAX_EXPONENT: u32 = 1 << 12;

impl Elaborator<'_> {
    pub(crate) fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr, span: Span) -> Res<Value> {
        use BinaryOp as O;
        let (x, y) = self.comparands(op, a, b)?;
        let out = match op {
            O::Add => self.add(x, y, 1, span)?,
            O::Sub => self.add(x, y, -1, span)?,
            O::Mul => self.mul(x, y, Category::Product, span)?,
            O::Div => self.divide(x, y, (a, b), span)?,
            O::Rem => self.modulo(x, y, (a, b), span)?,
            O::Pow => self.power(x, y, span)?,
            O::MatMul => self.matmul(x, y, span)?,
            O::Eq | O::Ne | O::Lt | O::Le | O::Gt | O::Ge => self.compare(op, x, y, span)?,
            O::And => {
                self.demand_bit(&x, a.span)?;
                self.demand_bit(&y, b.span)?;
                self.both(x, y, span)?
            }
            O::Or => {
                // a ∨ b = a + b − a·b
                self.demand_bit(&x, a.span)?;
                self.demand_bit(&y, b.span)?;
                let both = self.mul(x.clone(), y.clone(), Category::Product, span)?;
                let sum = self.add(x.clone(), y.clone(), 1, span)?;
                let mut out = self.add(sum, both, -1, span)?;
                let declared = out.declared;
                out.range = std::cell::OnceCell::from((Int::zero(), Int::one()));
                out = self.materialise(out, span)?;
                out.declared = declared;
                self.either(out, &x, &y)
            }
        };
        Ok(Value::Num(out))
    }

    /// a / b: by a constant it only changes the scale; in a hint it is ⌊a / b⌋.
    fn divide(&mut self, a: Num, b: Num, sides: (&Expr, &Expr), span: Span) -> Res<Num> {
        if !(b.varies() || self.at.mode == Mode::Hint && b.declared) {
            let r = self.rational_of(&b, span)?;
            if r.is_zero() {
                return fail(Diagnostic::error("E0219", span, "division by zero"));
            }
            let Some(s) = a.scale.clone() else {
                // In the field, division by n/d is multiplication by d·n⁻¹.
                let k = crate::number::centred(&(r.denom() * crate::number::inverse(r.numer())));
                return self.times(a, &k, span);
            };
            // Literals in lowest terms; of one of several numbers the scale is that of all.
            if let Some(raw) = a.as_scalar().filter(|_| !a.declared && !a.unknown && a.each == 0) {
                let v = Ratio::from(raw) * s / r;
                let scale = Ratio::new(Int::one(), v.denom().clone());
                return Ok(Num::constant(v.numer().clone(), Some(scale)));
            }
            let a = if r.is_negative() { self.negate(a, span)? } else { a };
            return Ok(a.at_scale(Some(s / r.abs())));
        }
        if self.at.mode == Mode::Hint {
            return self.hint_div(a, b, span);
        }
        let (a, b) = self.written(sides);
        let d = Diagnostic::error("E0219", span, "division by a value of the circuit")
            .say("only division by a constant is exact");
        fail(d.help(format!(
            "`div_round::<T>({a}, {b})` or `div_floor::<T>({a}, {b})` prove a rounded quotient"
        )))
    }

    fn modulo(&mut self, a: Num, b: Num, sides: (&Expr, &Expr), span: Span) -> Res<Num> {
        if self.at.mode == Mode::Hint || !(a.varies() || b.varies()) {
            return self.hint_mod(a, b, span);
        }
        let (a, b) = self.written(sides);
        let d = Diagnostic::error("E0219", span, "a remainder of a value of the circuit");
        fail(d.help(format!("`mod_floor({a}, {b})` proves it; `mod_trunc` has the sign of `{a}`")))
    }

    /// Both sides of an operator as they stand in the program, or letters for what is long.
    fn written(&self, (a, b): (&Expr, &Expr)) -> (&str, &str) {
        let short = |e: &Expr, letter| match self.world.text(e.span) {
            text if text.is_empty() || text.len() > WRITTEN || text.contains('\n') => letter,
            text => text,
        };
        (short(a, "a"), short(b, "b"))
    }

    fn power(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let whole = |n: &Num| n.scale.as_ref().is_none_or(One::is_one);
        let known = !a.varies() && !b.varies();
        if known && b.as_scalar().is_none() && whole(&a) && whole(&b) {
            // Powers over a loop index, such as the weights of binary digits.
            let shape = self.join_shapes(&a, &b, span)?;
            let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
            let field = a.is_field();
            let out = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |x, y| {
                let power = whole_power(x, exponent(y, span)?, span)?;
                Ok(if field { crate::number::centred(&power) } else { power })
            })?;
            let marks = a.marks().and(b.marks());
            return Ok(Num::new(shape, a.scale, Data::Const(out)).marked(marks));
        }
        let r = self.rational_of(&b, span)?;
        let e = exponent(&to_integer(&r).unwrap_or_else(|| Int::from(-1)), span)?;
        if let Some(raw) = a.as_scalar().filter(|_| !a.declared && !a.unknown) {
            let a_marks = a.marks();
            let scale = match a.scale {
                None => None,
                Some(s) => {
                    let (n, d) = (s.numer(), s.denom());
                    Some(Ratio::new(whole_power(n, e, span)?, whole_power(d, e, span)?))
                }
            };
            let raw = whole_power(&raw, e, span)?;
            let field = scale.is_none();
            let raw = if field { crate::number::centred(&raw) } else { raw };
            return Ok(Num::constant(raw, scale).marked(a_marks.and(b.marks())));
        }
        if e == 0 {
            return Ok(Num::int(1));
        }
        let base = self.tidy(a, span)?;
        let mut out: Option<Num> = None;
        let mut square = base;
        let mut left = e;
        while left > 0 {
            if left & 1 == 1 {
                out = Some(match out {
                    None => square.clone(),
                    Some(o) => self.mul(o, square.clone(), Category::Product, span)?,
                });
            }
            left >>= 1;
            if left > 0 {
                square = self.mul(square.clone(), square, Category::Product, span)?;
            }
        }
        out.ok_or(Stop::Reported)
    }

    /// a @ b for matrices and vectors.
    fn matmul(&mut self, a: Num, b: Num, span: Span) -> Res<Num> {
        let (ra, rb) = (a.shape.len(), b.shape.len());
        let wrong = |what: String| {
            fail(
                Diagnostic::error(
                    "E0201",
                    span,
                    "`@` multiplies matrices and vectors whose inner sizes agree",
                )
                .say(what),
            )
        };
        if !(1..=2).contains(&ra) || !(1..=2).contains(&rb) || a.shape[ra - 1] != b.shape[0] {
            return wrong(format!("{:?} @ {:?}", a.shape, b.shape));
        }
        let k = self.new_loop(b.shape[0]);
        let mut outer = vec![];
        let mut la = vec![];
        if ra == 2 {
            let m = self.new_loop(a.shape[0]);
            outer.push(m);
            la.push(m);
        }
        la.push(k);
        let mut lb = vec![k];
        if rb == 2 {
            let n = self.new_loop(b.shape[1]);
            outer.push(n);
            lb.push(n);
        }
        let a = a.map_views(vec![], |v| v.open(&la));
        let b = b.map_views(vec![], |v| v.open(&lb));
        let s = self.summed_product(a, b, &[k], span)?;
        match self.close_value(Value::Num(s), &outer, span)? {
            Value::Num(n) => Ok(n),
            _ => Err(Stop::Reported),
        }
    }
}

fn whole_power(base: &Int, exponent: u32, span: Span) -> Res<Int> {
    // n^e has at least e·(bits(n) − 1) bits, and ±1 and 0 do not grow.
    let bits = bit_length(base).saturating_sub(1).saturating_mul(exponent.into());
    crate::elaborate::budget::demand_bits(bits, span)?;
    Ok(num_traits::pow(base.clone(), exponent as usize))
}

fn exponent(e: &Int, span: Span) -> Res<u32> {
    match u32::try_from(e) {
        Ok(e) if e <= MAX_EXPONENT => Ok(e),
        _ => fail(
            Diagnostic::error("E0220", span, "an exponent is a whole number")
                .say(format!("from 0 to {MAX_EXPONENT}")),
        ),
    }
}
