//! Real functions of constants: what tables are made of.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::number::{Ratio, show};
use crate::real::{self, Real};
use crate::value::{Data, Num};
use num_traits::One;
use zirc_circuit::Int;
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// f(a) of every element, to the nearest multiple of 2^−128.
    pub(in crate::elaborate) fn real(&mut self, of: Real, a: Num, span: Span) -> Res<Num> {
        let name = of.name();
        let Some(scale) = a.scale.clone() else {
            return fail(Diagnostic::error("E0202", span, "a field element is not a real number"));
        };
        if a.varies() {
            return fail(
                super::constant::not_constant(span).help(format!(
                    "`{name}::<T>(x)` of the standard library looks it up in a table"
                )),
            );
        }
        let x = self.to_array(&a, span)?;
        // A step of these functions is worth some hundred additions.
        let count = self.list(&x, &a.loops(), &a.shape).len();
        self.spend(count.saturating_mul(100), span)?;
        let out = self.map(&x, &a.shape, span, &mut |v| {
            let at = Ratio::from(v.clone()) * &scale;
            real::apply(of, &at).or_else(|why| {
                fail(
                    Diagnostic::error("E0219", span, format!("`{name}` has no value here"))
                        .say(format!("{why}: {}", show(v, &scale))),
                )
            })
        })?;
        let step = Ratio::new(Int::one(), Int::one() << real::FRACTION);
        let marks = a.marks();
        Ok(Num::new(a.shape, Some(step), Data::Const(out)).marked(marks))
    }
}
