//! Linear nodes with constant weights: what a scale and an offset of their result do to them.

use super::Simplifier;
use super::affine::Affine;
use crate::context::Role;
use crate::graph::{Attribute, Node};
use crate::table::role;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// A node whose weights are constant.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) role: Role,
    /// Channels of its result.
    pub(super) channels: usize,
    /// How many dimensions come behind the channels, and how many there are, at least.
    pub(super) behind: usize,
    pub(super) rank: usize,
    /// The weights: outer and inner number of elements around the channels, and groups of which each
    /// has its own channels along the outer one.
    groups: usize,
    inner: usize,
    /// The bias, for each channel; 0 if there is none.
    bias: Vec<f64>,
}

/// What can be said of a node, if weights and bias are constant.
pub(super) fn linear(s: &Simplifier<'_>, n: &Node) -> Option<Linear> {
    let constant = |k: usize| s.constants.get(n.inputs.get(k)?);
    let w = constant(1)?;
    w.floats().ok()?;
    let shape = w.shape();
    if shape.len() < 2 || w.len() == 0 {
        return None;
    }
    let spatial: usize = shape[2..].iter().product();
    let (channels, behind, rank, groups, inner) = match role(n) {
        Role::Conv => (shape[0], shape.len() - 2, shape.len(), 1, shape[1] * spatial),
        Role::ConvTranspose => {
            let groups = usize::try_from(n.int_or("group", 1).ok()?).ok()?;
            if groups == 0 || !shape[0].is_multiple_of(groups) {
                return None;
            }
            (shape[1].checked_mul(groups)?, shape.len() - 2, shape.len(), groups, spatial)
        }
        Role::Gemm if shape.len() == 2 => match n.flag("transB", false).ok()? {
            true => (shape[0], 0, 2, 1, shape[1]),
            false => (shape[1], 0, 2, 1, 1),
        },
        // On the left may be a vector.
        Role::MatMul => (*shape.last()?, 0, 1, 1, 1),
        _ => return None,
    };
    let given = n.inputs.get(2).is_some_and(|i| !i.is_empty());
    let bias = match (given, role(n)) {
        (false, _) | (_, Role::MatMul) => vec![0.0; channels],
        (true, role) => {
            let t = constant(2)?;
            let v: Vec<f64> = t.floats().ok()?.iter().copied().collect();
            let row = t.shape().iter().rev().skip(1).all(|d| *d == 1);
            let beta = if role == Role::Gemm { n.float_or("beta", 1.0).ok()? } else { 1.0 };
            match v.as_slice() {
                [one] => vec![beta * one; channels],
                v if row && v.len() == channels => v.iter().map(|v| beta * v).collect(),
                _ => return None,
            }
        }
    };
    Some(Linear { role: role(n), channels, behind, rank, groups, inner, bias })
}

/// Puts a scale and an offset into weights and bias.
pub(super) fn apply(s: &mut Simplifier<'_>, n: &mut Node, l: &Linear, f: &Affine) {
    let Some(w) = s.constants.get(&n.inputs[1]).cloned() else { return };
    let Ok(values) = w.floats() else { return };
    let own = l.channels / l.groups;
    // Elements that one group's weights have.
    let group = values.len() / l.groups;
    let scaled = values.iter().enumerate().map(|(k, v)| {
        let channel = k / group * own + k / l.inner % own;
        v * f.a[channel]
    });
    let scaled: Vec<f64> = scaled.collect();
    let Ok(scaled) = ArrayD::from_shape_vec(values.raw_dim(), scaled) else { return };
    n.inputs[1] = s.replace(&n.inputs[1], Tensor::float(w.element, scaled));
    let given = n.inputs.get(2).is_some_and(|i| !i.is_empty());
    if l.role == Role::MatMul || !given && f.b.iter().all(|v| *v == 0.0) {
        return;
    }
    let bias =
        ArrayD::from_shape_fn(IxDyn(&[l.channels]), |i| f.a[i[0]] * l.bias[i[0]] + f.b[i[0]]);
    let bias = Tensor::float(w.element, bias);
    let name = if given {
        s.replace(&n.inputs[2], bias)
    } else {
        s.constant(&format!("{}_bias", n.inputs[1]), bias)
    };
    n.inputs.truncate(2);
    n.inputs.push(name);
    if l.role == Role::Gemm {
        n.attributes.insert("beta".into(), Attribute::Float(1.0));
    }
}
