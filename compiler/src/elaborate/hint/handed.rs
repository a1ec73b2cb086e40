//! What a function with hints of its own gets for its arguments: no more than its audit knows of them.
//!
//! The audit elaborates the function by itself, with a fresh input for each argument (`super::isolate`). In a circuit an
//! argument is a combination of tensors, of which more may be known: two arguments that share a tensor differ by less
//! than their intervals, an element that is there twice is one element, an equation of the caller narrows what the
//! caller's hints are part of. Intervals in the function would follow, and with them which assertions there are, so that
//! a hint that the audit has seen pinned could be free. An argument of which more could be known is given a tensor of its
//! own, which costs no variable.

use crate::combination::{LTerm, View};
use crate::elaborate::{Elaborator, Res};
use crate::value::{Data, Num, Value};
use std::collections::BTreeSet;
use std::rc::Rc;
use zirc_circuit::TensorId;
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// The arguments of a call whose function is audited by itself. Whether an audit knows the intervals of their
    /// channels is the same for all.
    pub(in crate::elaborate) fn handed(
        &mut self,
        args: Vec<(Value, Span)>,
        channels: bool,
    ) -> Res<Vec<(Value, Span)>> {
        let mut taken = BTreeSet::new();
        let hand = |(v, at)| Ok((self.handed_value(v, channels, &mut taken, at)?, at));
        args.into_iter().map(hand).collect()
    }

    fn handed_value(
        &mut self,
        v: Value,
        channels: bool,
        taken: &mut BTreeSet<TensorId>,
        span: Span,
    ) -> Res<Value> {
        Ok(match v {
            Value::Num(n) => match self.is_alone(&n, taken, span)? {
                true => Value::Num(Num { made: None, ..n }),
                false => Value::Num(self.own_tensor(n, channels, span)?),
            },
            Value::Tuple(parts) => {
                let parts = parts.into_iter().map(|p| self.handed_value(p, channels, taken, span));
                Value::Tuple(parts.collect::<Res<_>>()?)
            }
            Value::Struct(id, generics, parts) => {
                let parts =
                    parts.iter().map(|p| self.handed_value(p.clone(), channels, taken, span));
                Value::Struct(id, generics, Rc::new(parts.collect::<Res<_>>()?))
            }
            other => other,
        })
    }

    /// Whether nothing can be known of a number in a function but its interval. `taken` are the tensors of arguments
    /// before it.
    fn is_alone(&self, n: &Num, taken: &mut BTreeSet<TensorId>, span: Span) -> Res<bool> {
        let Data::Lin(terms) = &n.data else { return Ok(true) };
        let sources: BTreeSet<TensorId> =
            terms.iter().map(|t| t.src).filter(|t| *t != TensorId::ONE).collect();
        let apart = sources.iter().all(|t| {
            !taken.contains(t) && !self.is_hint(*t) && !self.out.program.channels.contains_key(t)
        });
        let plain = |t: &LTerm| {
            t.weight.as_ref().is_none_or(|w| w.view.loops.iter().all(|l| t.bound.contains(&l.0)))
        };
        if !apart || !terms.iter().all(plain) {
            return Ok(false);
        }
        let alone = match (n.shape.as_slice(), terms.as_slice()) {
            ([], _) => n.is_field() || self.range(n, span)? == self.plain_range(terms),
            (shape, [t]) => {
                let unit = t.weight.is_none() && t.bound.is_empty() && t.factor == 1.into();
                let same = n.is_field()
                    || Some(self.range(n, span)?) == self.out.program.tensor(t.src).interval;
                unit && same && tells_apart(&t.view, shape)
            }
            _ => false,
        };
        if alone {
            taken.extend(sources);
        }
        Ok(alone)
    }

    /// The number as a tensor of which nothing is known but its interval and, if asked for, those of its channels.
    fn own_tensor(&mut self, n: Num, channels: bool, span: Span) -> Res<Num> {
        let interval = if n.is_field() { None } else { Some(self.range(&n, span)?) };
        let ranges = if channels { self.channel_ranges(&n, span)? } else { None };
        let declared = interval.is_some() && ranges.is_none();
        let loops = n.loops();
        let lin = self.lin(&n, &loops, &n.shape, span)?;
        let (id, out) = self.derived(lin, &loops, &n.shape, interval, span)?;
        self.remember_channels(id, ranges);
        Ok(Num { scale: n.scale, declared, unknown: n.unknown, each: n.each, ..out })
    }

    /// Arguments with the intervals that equations of the caller give them: these are not known in the function.
    pub(in crate::elaborate) fn narrowed(
        &mut self,
        args: Vec<(Value, Span)>,
    ) -> Res<Vec<(Value, Span)>> {
        if !self.out.program.facts.has_equations(self.at.known_since) {
            return Ok(args);
        }
        let narrow = |(v, at)| match v {
            Value::Num(n) if self.is_narrowed(&n, at)? => {
                Ok((Value::Num(self.materialise(n, at)?), at))
            }
            v => Ok((v, at)),
        };
        args.into_iter().map(narrow).collect()
    }

    fn is_narrowed(&self, n: &Num, span: Span) -> Res<bool> {
        let (Data::Lin(terms), true) = (&n.data, n.shape.is_empty()) else { return Ok(false) };
        Ok(!n.is_field() && self.range(n, span)? != self.plain_range(terms))
    }
}

/// Whether all elements that a view reads at one place of its loops are different ones.
fn tells_apart(view: &View, shape: &[usize]) -> bool {
    let mut dims: Vec<(u64, u64)> = (view.own.iter().zip(shape))
        .filter(|(_, n)| **n > 1)
        .map(|(s, n)| (s.unsigned_abs(), *n as u64))
        .collect();
    dims.sort_unstable();
    let mut reach = 0u64;
    for (stride, n) in dims {
        if stride <= reach {
            return false;
        }
        reach = reach.saturating_add(stride.saturating_mul(n - 1));
    }
    true
}
