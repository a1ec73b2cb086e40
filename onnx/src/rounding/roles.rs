//! Tensors that are alike, as those of the blocks of a network are, and may be rounded together.

use super::widths::{Left, Widths};
use crate::context::Role as Operator;
use crate::model::Model;
use crate::quantize::{Fixed, Range, Settings};
use crate::table;
use std::collections::{BTreeMap, BTreeSet};

/// The most roles that are looked at, those with most digits first, and that are taken.
const LOOKED_AT: usize = 48;
const TAKEN: usize = 4;
/// Bits that a tensor must have beyond those that it would be left with.
const WIDER: f64 = 2.0;
/// What is spared is worth a trial from this part of all constraints on digits on.
const WORTH: f64 = 1.0 / 200.0;
/// A gap below values is that below which masks are, from this and from so many times what is above it on.
const GAP: f64 = 32.0;
const TIMES: f64 = 4.0;

/// Tensors of one role.
#[derive(Clone, Debug)]
pub(super) struct Role {
    tensors: Vec<String>,
    /// Whether a softmax reads them: what is far below the largest counts for nothing.
    softmax: bool,
}

impl Role {
    /// The types of the tensors with so many bits beside the usual ones, by calibration.
    pub(super) fn types(
        &self,
        model: &Model,
        settings: &Settings,
        more: u32,
    ) -> Option<BTreeMap<String, Fixed>> {
        let ranges = settings.ranges.as_ref()?;
        let bits = bits(settings) + more;
        let one = |name: &String| {
            let seen = ranges.tensors.get(name)?;
            let type_of = match self.softmax.then(|| above_masks(seen, settings)).flatten() {
                Some((lo, hi)) => Fixed::holding(lo, hi, bits),
                None => seen.fixed(ranges.method, bits),
            };
            model.samples.contains_key(name).then(|| (name.clone(), type_of))
        };
        self.tensors.iter().map(one).collect()
    }
}

fn bits(settings: &Settings) -> u32 {
    settings.choices.activation_bits.unwrap_or(settings.activation_bits)
}

/// What a softmax reads without what masks leave, and with room below it for them, where they count for nothing.
fn above_masks(seen: &Range, settings: &Settings) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = seen.values().collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let far = |pair: &[f64]| {
        let gap = pair[0] - pair[1];
        gap > GAP && gap > TIMES * (seen.hi - pair[0])
    };
    let masked = values.windows(2).find(|pair| far(pair)).map(|pair| pair[0]);
    let least = masked.or_else(|| seen.bottomless.then_some(seen.lo))?;
    // Exponentials have as many digits behind the point, and one more decides how the last is rounded.
    let reach = f64::from(bits(settings) + 4) * std::f64::consts::LN_2;
    Some((least - reach, seen.hi))
}

/// The roles that seem worth a rounding, by widths alone: one after the other, each beside those before it.
pub(super) fn roles(model: &Model, settings: &Settings, widths: &Widths) -> Vec<Role> {
    let mut open: Vec<(Role, Left)> = vec![];
    for role in alike(model, settings, widths) {
        let Some(types) = role.types(model, settings, 0) else { continue };
        let place = |name: &str| widths.known.iter().position(|k| k.name == name);
        let left = |(name, t): (&String, &Fixed)| {
            Some((place(name)?, (f64::from(t.bits), f64::from(t.frac))))
        };
        open.extend(types.iter().map(left).collect::<Option<Left>>().map(|left| (role, left)));
    }
    let (mut taken, mut left): (Vec<Role>, Left) = (vec![], Left::new());
    let whole = widths.cost(&left);
    let mut cost = whole;
    while taken.len() < TAKEN {
        let with = |own: &Left| {
            let all = left.iter().chain(own).map(|(k, v)| (*k, *v)).collect();
            widths.cost(&all)
        };
        let costs = open.iter().enumerate().map(|(k, (_, own))| (with(own), k));
        let Some((least, k)) = costs.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        if least > cost - WORTH * whole {
            break;
        }
        let (role, own) = open.remove(k);
        taken.push(role);
        left.extend(own);
        cost = least;
    }
    taken
}

/// Wide tensors that nothing rounds, by the operator that gives them, their shape and what reads them.
fn alike(model: &Model, settings: &Settings, widths: &Widths) -> Vec<Role> {
    let mut readers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut softmax: BTreeSet<&str> = BTreeSet::new();
    for n in &model.graph.nodes {
        for i in &n.inputs {
            readers.entry(i).or_default().insert(&n.op);
            if table::role(n) == Operator::Softmax {
                softmax.insert(i);
            }
        }
    }
    let bits = f64::from(bits(settings));
    let wide = |k: &&super::widths::Known| !k.chosen && k.bits > bits + WIDER;
    let wide: BTreeMap<&str, f64> =
        widths.known.iter().filter(wide).map(|k| (k.name.as_str(), k.len * k.bits)).collect();
    let mut all: BTreeMap<_, (f64, Role)> = BTreeMap::new();
    for n in &model.graph.nodes {
        for (k, o) in n.outputs.iter().enumerate() {
            let (Some(digits), Some(read)) = (wide.get(o.as_str()), readers.get(o.as_str())) else {
                continue;
            };
            if model.graph.outputs.contains(o) {
                continue;
            }
            let shape = model.samples.get(o).map(|t| t.shape());
            let softmax = softmax.contains(o.as_str());
            let empty = || (0.0, Role { tensors: vec![], softmax });
            let own = all.entry((n.op.as_str(), k, shape, read)).or_insert_with(empty);
            own.0 += digits;
            own.1.tensors.push(o.clone());
        }
    }
    let mut all: Vec<(f64, Role)> = all.into_values().collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.truncate(LOOKED_AT);
    all.into_iter().map(|(_, role)| role).collect()
}
