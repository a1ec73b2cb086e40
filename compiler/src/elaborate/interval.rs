//! How far values reach: the interval of every number, from those of the tensors that it is made of.

use super::{Elaborator, Res, Stop, source_span};
use crate::combination::LTerm;
use crate::diagnostic::Diagnostic;
use crate::facts::Scope;
use crate::interval::Interval;
use crate::number::{half_order, show};
use crate::range::lin_range;
use crate::value::{Data, Num};
use num_traits::{One, Zero};
use zirc_circuit::Int;
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// The interval of every element, computed if it was not declared.
    pub(crate) fn range(&self, n: &Num, span: Span) -> Res<Interval> {
        if let Some(r) = n.range.get() {
            return Ok(r.clone());
        }
        let r = match &n.data {
            Data::Index(a) => {
                let mut r = (Int::from(a.offset), Int::from(a.offset));
                for &(l, s) in &a.loops {
                    let reach = Int::from(s) * (self.extent(l).max(1) - 1);
                    if s < 0 { r.0 += reach } else { r.1 += reach }
                }
                r
            }
            Data::Const(a) => self.const_range(a, &n.shape),
            Data::Lin(terms) => {
                let source = |t: &LTerm| self.term_range(t, &n.shape);
                let r = lin_range(terms, &n.shape, &|l| self.extent(l), &source);
                let scalar = n.shape.is_empty() && !n.is_field();
                let known = scalar.then(|| self.by_equations(terms, Scope::Of(&[]))).flatten();
                let both = known.map(|(lo, hi)| (lo.max(r.0.clone()), hi.min(r.1.clone())));
                both.filter(|(lo, hi)| lo <= hi).unwrap_or(r)
            }
        };
        // A known number only meets the field where a term reads it; that is checked there.
        let known = n.is_const() && !n.declared;
        if n.scale.is_some() && !known {
            let half = half_order();
            if r.1 > half || r.0 < -half {
                return Err(self.overflow(n, &r, span));
            }
        }
        Ok(n.range.get_or_init(|| r).clone())
    }

    pub(super) fn source_range(&self, t: &LTerm) -> Interval {
        match &self.out.program.tensor(t.src).interval {
            Some(r) => r.clone(),
            None => (Int::zero(), crate::number::order() - 1),
        }
    }

    pub(crate) fn overflow(&self, n: &Num, r: &Interval, span: Span) -> Stop {
        let bits = crate::number::type_bits(&r.0, &r.1);
        let mut d = Diagnostic::error("E0401", span, "this integer may leave the field")
            .say(format!("its interval needs {bits} bits; the field holds 253 and a sign"));
        let mut terms: Vec<LTerm> = match &n.data {
            Data::Lin(t) => t.clone(),
            _ => vec![],
        };
        let mut seen = vec![source_span(span)];
        for _ in 0..64 {
            let widest = terms.iter().max_by_key(|t| {
                let r = self.source_range(t);
                crate::number::type_bits(&r.0, &r.1)
            });
            let Some(t) = widest else { break };
            let tensor = self.out.program.tensor(t.src);
            let at = self.out.program.origins[tensor.origin.0 as usize].span;
            if let Some((lo, hi)) = &tensor.interval
                && !seen.contains(&at)
                && d.labels.len() < 6
                && t.src.0 != 0
            {
                seen.push(at);
                let bits = crate::number::type_bits(lo, hi);
                let span = Span { file: at.file, start: at.start, end: at.end };
                d = d.label(span, format!("{bits} bits here"));
            }
            terms = self.out.program.sources_of(t.src);
        }
        let one = crate::number::Ratio::one();
        d = d.note(format!("interval: {}..={}", show(&r.0, &one), show(&r.1, &one)));
        Stop::Error(Box::new(d.help(
            "rescale before it grows: `round_to::<T>(x)` or `clamp_to::<T>(x)` to a narrower type",
        )))
    }
}
