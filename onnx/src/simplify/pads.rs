//! Zeros around a convolution's input are part of the convolution, and so is −∞ around that of a
//! maximum under windows.

use super::{Simplifier, set_ints};
use crate::context::Role;
use crate::graph::Node;
use crate::table::role;

/// How many times a Pad node adds `fill` before and behind each dimension, if that is all it does.
fn added(s: &Simplifier<'_>, n: &Node, fill: f64) -> Option<Vec<usize>> {
    if role(n) != Role::Pad || n.text("mode").ok()?.unwrap_or("constant") != "constant" {
        return None;
    }
    let known = |k: usize| n.inputs.get(k).filter(|i| !i.is_empty());
    let list = if n.opset < 11 {
        if n.extended("value", 0.0).ok()? != fill {
            return None;
        }
        n.ints("pads").ok()??.to_vec()
    } else {
        match known(2) {
            None if fill != 0.0 => return None,
            Some(v) if s.constants.get(v)?.floats().ok()?.iter().any(|v| *v != fill) => {
                return None;
            }
            _ => {}
        }
        if known(3).is_some() {
            return None;
        }
        s.constants.get(known(1)?)?.int_list().ok()?
    };
    list.iter().map(|v| usize::try_from(*v).ok()).collect()
}

/// The padding of both, if they go together.
fn together(s: &Simplifier<'_>, pad: &Node, conv: &Node, fill: f64) -> Option<Vec<usize>> {
    let list = added(s, pad, fill)?;
    let rank = list.len() / 2;
    let auto = conv.text("auto_pad").ok()?.unwrap_or("NOTSET");
    if rank < 3 || list.len() != 2 * rank || !["NOTSET", "VALID"].contains(&auto) {
        return None;
    }
    let (before, behind) = list.split_at(rank);
    // Padding of samples and channels is no padding of windows.
    if before[..2].iter().chain(&behind[..2]).any(|v| *v != 0) {
        return None;
    }
    let own: Vec<usize> = match conv.ints("pads").ok()?.filter(|_| auto == "NOTSET") {
        Some(p) => p.iter().map(|v| usize::try_from(*v).ok()).collect::<Option<_>>()?,
        None => vec![0; 2 * (rank - 2)],
    };
    let added = before[2..].iter().chain(&behind[2..]);
    let all = own.iter().zip(added).map(|(a, b)| a.checked_add(*b).filter(|v| *v < 1 << 30));
    let all = all.collect::<Option<Vec<usize>>>()?;
    (own.len() == 2 * (rank - 2)).then_some(all)
}

pub(super) fn merge(s: &mut Simplifier<'_>, n: Node) -> Option<Node> {
    merge_with(s, n, 0.0)
}

/// The same for a maximum, unless what else it gives counts the padding.
pub(super) fn merge_largest(s: &mut Simplifier<'_>, n: Node) -> Option<Node> {
    let plain = n.outputs.len() == 1 && n.int_or("ceil_mode", 0) == Ok(0);
    if plain { merge_with(s, n, f64::NEG_INFINITY) } else { Some(n) }
}

fn merge_with(s: &mut Simplifier<'_>, mut n: Node, fill: f64) -> Option<Node> {
    let Some((k, pad)) = n.inputs.first().and_then(|i| s.giver(i)) else { return Some(n) };
    let Some(pads) = together(s, pad, &n, fill) else { return Some(n) };
    n.inputs[0] = pad.inputs[0].clone();
    s.nodes[k] = None;
    n.attributes.remove("auto_pad");
    set_ints(&mut n, "pads", &pads);
    Some(n)
}
