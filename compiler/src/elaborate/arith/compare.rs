//! Comparisons as values: known now, free in hints, proved by the standard library in circuits.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Mode, Res, Stop, fail};
use crate::types::Type;
use crate::value::{Data, Num, Value};
use num_traits::{One, Zero};
use std::rc::Rc;
use zirc_circuit::{Int, Lin, Op};
use zirc_grammar::ast::{BinaryOp, Expr, Ident, Span};

impl Elaborator<'_> {
    /// A bit, elementwise.
    pub(crate) fn compare(&mut self, op: BinaryOp, a: Num, b: Num, span: Span) -> Res<Num> {
        use BinaryOp as O;
        let (a, b) = self.bounded(op, a, b, span)?;
        let (a, b) = self.align(a, b, span)?;
        let shape = self.join_shapes(&a, &b, span)?;
        let (a, b, op) = match op {
            O::Gt => (b, a, O::Lt),
            O::Ge => (b, a, O::Le),
            op => (a, b, op),
        };
        if a.is_field() && matches!(op, O::Lt | O::Le) {
            return fail(
                Diagnostic::error("E0202", span, "field elements have no order")
                    .help("compare integers: `let n: u8 = hint x;`, and `assert n as field == x;`"),
            );
        }
        if op == O::Ne {
            let equal = self.compare(O::Eq, a, b, span)?;
            return self.not(equal, span);
        }
        if a.is_const() && b.is_const() {
            let declared = a.declared || b.declared;
            let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
            let field = a.is_field();
            let out = self.zip((&x, &a.shape), (&y, &b.shape), &shape, span, &mut |x, y| {
                let holds = match op {
                    O::Lt => x < y,
                    O::Le => x <= y,
                    _ if field => crate::number::centred(&(x - y)).is_zero(),
                    _ => x == y,
                };
                Ok(Int::from(i64::from(holds)))
            })?;
            let out = Num::new(shape, Some(One::one()), Data::Const(out));
            let out = out.marked(a.marks().and(b.marks()));
            return Ok(if declared { out.declare(Int::zero(), Int::one()) } else { out });
        }
        if self.at.mode == Mode::Hint {
            let bit = Some((Int::zero(), Int::one()));
            let n = self.aux([&a, &b], &shape, bit, span, |[a, b]| relation(op, a, b))?;
            let one = shape.is_empty();
            return if one { self.note_condition(n, op, (&a, &b), span) } else { Ok(n) };
        }
        let n = self.compared(op, &a, &b, &shape, span)?;
        if shape.is_empty() { self.note_condition(n, op, (&a, &b), span) } else { Ok(n) }
    }

    /// The same as the standard library proves it. Whatever branch it stands in: it has a value for all numbers.
    fn compared(
        &mut self,
        op: BinaryOp,
        a: &Num,
        b: &Num,
        shape: &[usize],
        span: Span,
    ) -> Res<Num> {
        use BinaryOp as O;
        let name = match op {
            O::Lt => "less_than",
            O::Le => "at_most",
            _ if a.is_field() => "equal_fields",
            _ => "is_equal",
        };
        let segments = ["std", "num", "compare", name];
        let segments: Vec<Ident> =
            segments.iter().map(|s| Ident { name: (*s).into(), span }).collect();
        let Some(id) = self.world.lookup(0, &segments) else {
            return fail(Diagnostic::error(
                "E0902",
                span,
                "the standard library lacks comparisons",
            ));
        };
        let f = Value::Function(id, Rc::new(vec![]));
        let args = vec![(Value::Num(a.clone()), span), (Value::Num(b.clone()), span)];
        match self.outside(|s| s.elementwise_or_not(&f, args, shape, span))? {
            // It depends on an input also where the intervals decide it: which branch is chosen by
            // it must not change what the branches mean.
            Value::Num(n) => Ok(n.unknown_if(true)),
            _ => Err(Stop::Reported),
        }
    }

    fn elementwise_or_not(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        shape: &[usize],
        span: Span,
    ) -> Res<Value> {
        if shape.is_empty() {
            self.apply(f, args, &Type::Infer, span)
        } else {
            self.apply_elementwise(f, args, &Type::Infer, span)
        }
    }

    /// `a in lo..=hi`, or without `hi`, as a bit.
    pub(crate) fn within(
        &mut self,
        value: &Expr,
        lo: &Expr,
        (hi, inclusive): (&Expr, bool),
        span: Span,
    ) -> Res<Value> {
        let v = self.number(value)?;
        let v = self.tidy(v, value.span)?;
        let (l, h) = (self.number(lo)?, self.number(hi)?);
        let above = self.compare(BinaryOp::Le, l, v.clone(), span)?;
        let below = self.compare(upper(inclusive), v, h, span)?;
        Ok(Value::Num(self.both(above, below, span)?))
    }
}

/// How a value is to its upper end.
pub(in crate::elaborate) fn upper(inclusive: bool) -> BinaryOp {
    if inclusive { BinaryOp::Le } else { BinaryOp::Lt }
}

fn relation(op: BinaryOp, a: Lin, b: Lin) -> Op {
    match op {
        BinaryOp::Lt => Op::Lt(a, b),
        BinaryOp::Le => Op::Le(a, b),
        _ => Op::Eq(a, b),
    }
}
