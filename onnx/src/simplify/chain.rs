//! A product with constants after another, or a sum after a sum: one. Exact products add up the digits of
//! every factor, and rounding them once is nearer to the model than rounding each.

use super::Simplifier;
use crate::context::Role;
use crate::graph::Node;
use crate::table::role;
use crate::tensor::Tensor;
use ndarray::ArrayD;

/// What a node does to input `at` with a constant.
struct Step {
    at: usize,
    sum: bool,
    constant: ArrayD<f64>,
}

fn step(s: &Simplifier<'_>, n: &Node) -> Option<Step> {
    let [a, b] = n.inputs.as_slice() else { return None };
    let constant = |name: &String| s.constants.get(name)?.floats().ok().cloned();
    let (at, c) = match (constant(a), constant(b)) {
        (None, Some(c)) => (0, c),
        (Some(c), None) => (1, c),
        _ => return None,
    };
    let (sum, constant) = match (role(n), at) {
        (Role::Product, _) => (false, c),
        (Role::Quotient, 0) => (false, c.mapv(|v| 1.0 / v)),
        (Role::Sum, _) => (true, c),
        (Role::Difference, 0) => (true, -c),
        _ => return None,
    };
    let good = constant.iter().all(|v| v.is_finite());
    good.then_some(Step { at, sum, constant })
}

/// Both constants as one, where they are of the same sizes or one of them is a single number.
fn joined(a: &Step, b: &Step) -> Option<ArrayD<f64>> {
    let (a, b, sum) = (&a.constant, &b.constant, a.sum);
    let (wide, one) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let fits = wide.shape() == one.shape() || one.len() == 1 && one.ndim() <= wide.ndim();
    let both = |v: f64, w: f64| if sum { v + w } else { v * w };
    let single = one.first().copied()?;
    let all = match one.len() {
        1 => wide.mapv(|v| both(v, single)),
        _ => ArrayD::from_shape_fn(wide.raw_dim(), |i| both(wide[&i], one[&i])),
    };
    (fits && all.iter().all(|v| v.is_finite())).then_some(all)
}

pub(super) fn merge(s: &mut Simplifier<'_>, n: Node) -> Node {
    let made = || {
        let own = step(s, &n)?;
        let (k, before) = s.giver(&n.inputs[own.at])?;
        let first = step(s, before).filter(|b| b.sum == own.sum)?;
        let constant = joined(&own, &first)?;
        let element = s.constants.get(&n.inputs[1 - own.at])?.element;
        Some((k, before.inputs[first.at].clone(), own.sum, Tensor::float(element, constant)))
    };
    let Some((k, x, sum, t)) = made() else { return n };
    let name = s.constant(&format!("{}_constant", n.outputs[0]), t);
    s.nodes[k] = None;
    let op = if sum { "Add" } else { "Mul" };
    Node { op: op.into(), inputs: vec![x, name], ..n }
}
