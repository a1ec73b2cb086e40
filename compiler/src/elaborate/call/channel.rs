//! Intervals channel by channel, and elementwise calls that use them.
//!
//! The weights of a layer give every output channel an interval of its own. A tensor remembers them
//! along its first dimension, and an elementwise call is elaborated once for each number of bits
//! among its channels, so that a channel pays for its own bits and not for those of the widest.

use crate::combination::LTerm;
use crate::elaborate::{Elaborator, Res};
use crate::interval::Interval;
use crate::number::type_bits;
use crate::types::Type;
use crate::value::{Data, Num, Value};
use num_traits::Signed;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::TensorId;
use zirc_grammar::ast::Span;

/// Channels beyond this many share one interval.
const MAX_CHANNELS: usize = 4096;
/// Weights that do not vary along the first dimension are summed again for every channel, up to
/// this many.
const MAX_REPEATED: usize = 4096;

impl Elaborator<'_> {
    /// The interval of what a term reads, by the channels that its view can reach.
    pub(crate) fn term_range(&self, t: &LTerm, shape: &[usize]) -> Interval {
        let whole = self.source_range(t);
        let Some(channels) = self.out.program.channels.get(&t.src) else { return whole };
        let chunk = (self.out.program.tensor(t.src).len() / channels.len()).max(1) as i64;
        let (mut first, mut last) = (t.view.offset, t.view.offset);
        let own = shape.iter().copied().zip(t.view.own.iter().copied());
        let loops = t.view.loops.iter().map(|&(l, s)| (self.extent(l), s));
        for (extent, stride) in own.chain(loops) {
            let reach = stride * (extent.max(1) as i64 - 1);
            if reach < 0 { first += reach } else { last += reach }
        }
        let top = channels.len() as i64 - 1;
        let (first, last) = ((first / chunk).clamp(0, top), (last / chunk).clamp(0, top));
        let mut reached = channels[first as usize..=last as usize].iter().cloned();
        let start = reached.next().unwrap_or(whole);
        reached.fold(start, |a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The interval of each index of the first dimension, unless all are the same.
    pub(crate) fn channel_ranges(&self, n: &Num, span: Span) -> Res<Option<Vec<Interval>>> {
        let Data::Lin(terms) = &n.data else { return Ok(None) };
        let channels = n.shape.first().copied().unwrap_or(0);
        let varies = |t: &LTerm| {
            t.weight.as_ref().is_none_or(|w| w.view.own[0] != 0 || w.data.len() <= MAX_REPEATED)
        };
        let known = n.declared || n.is_field() || !n.loops().is_empty();
        if known || !(2..=MAX_CHANNELS).contains(&channels) || !terms.iter().all(varies) {
            return Ok(None);
        }
        let whole = self.range(n, span)?;
        let mut all = vec![];
        for k in 0..channels {
            let r = self.range(&channel(n, k), span)?;
            // What is known of the whole (after `narrow`, say) holds for each.
            all.push((r.0.max(whole.0.clone()), r.1.min(whole.1.clone())));
        }
        let uniform = all.windows(2).all(|w| w[0] == w[1]);
        Ok((!uniform).then_some(all))
    }

    /// Remembers the intervals of a tensor's channels.
    pub(crate) fn remember_channels(&mut self, id: TensorId, ranges: Option<Vec<Interval>>) {
        if let Some(ranges) = ranges {
            self.out.program.channels.insert(id, Rc::new(ranges));
        }
    }

    /// An elementwise call by groups of channels with equally many bits, where that saves more
    /// digits than there are channels.
    pub(crate) fn apply_by_channel(
        &mut self,
        f: &Value,
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Res<Option<Value>> {
        let tensor = |v: &Value| matches!(v, Value::Num(n) if !n.shape.is_empty());
        let mut tensors = (0..args.len()).filter(|&k| tensor(&args[k].0));
        let (Some(at), None) = (tensors.next(), tensors.next()) else { return Ok(None) };
        let Value::Num(n) = &args[at].0 else { return Ok(None) };
        let Some(ranges) = self.channel_ranges(n, span)? else { return Ok(None) };
        let whole = self.range(n, span)?;
        let widest = type_bits(&whole.0, &whole.1);
        let mut groups: BTreeMap<(u64, bool, bool), Vec<usize>> = BTreeMap::new();
        for (k, (lo, hi)) in ranges.iter().enumerate() {
            let key = (type_bits(lo, hi), lo.is_negative(), hi.is_positive());
            groups.entry(key).or_default().push(k);
        }
        let per_channel: u64 = n.shape[1..].iter().product::<usize>() as u64;
        let saved: u64 =
            groups.iter().map(|(g, c)| widest.saturating_sub(g.0) * c.len() as u64).sum();
        // What reads the result through a regrouped tensor may cost one constraint an element.
        if groups.len() < 2 || saved * per_channel <= n.shape.iter().product::<usize>() as u64 {
            return Ok(None);
        }
        let n = self.tidy(n.clone(), span)?;
        let mut parts: Vec<Option<Value>> = vec![None; ranges.len()];
        let mut places = vec![(0, 0); ranges.len()];
        for (g, members) in groups.values().enumerate() {
            members.iter().enumerate().for_each(|(i, &k)| places[k] = (g, i));
        }
        self.note_groups(places);
        for (g, members) in groups.values().enumerate() {
            let slices = members.iter().map(|&k| channel(&n, k)).collect();
            let group = self.stack(slices, &[members.len()], span)?;
            let mut args = args.to_vec();
            args[at].0 = Value::Num(group);
            let out = self.group(g, span, |s| s.apply_elementwise(f, args, want, span))?;
            for (i, &k) in members.iter().enumerate() {
                parts[k] = Some(channel_of(&out, i));
            }
        }
        let parts: Vec<Value> = parts.into_iter().flatten().collect();
        let count = parts.len();
        Ok(Some(self.stack_values(parts, &[count], span)?))
    }
}

/// One index of the first dimension, with an interval of its own unless one was declared.
fn channel(n: &Num, k: usize) -> Num {
    let shape = n.shape[1..].to_vec();
    let mut out = n.clone().map_views(shape, |v| {
        if !v.own.is_empty() {
            v.offset += v.own.remove(0) * k as i64;
        }
    });
    if !out.declared {
        out.range = std::cell::OnceCell::new();
    }
    out
}

/// One index of the first dimension of every tensor in a value.
pub(in crate::elaborate) fn channel_of(v: &Value, k: usize) -> Value {
    match v {
        Value::Num(n) if !n.shape.is_empty() => Value::Num(channel(n, k)),
        Value::Tuple(parts) => Value::Tuple(parts.iter().map(|p| channel_of(p, k)).collect()),
        other => other.clone(),
    }
}
