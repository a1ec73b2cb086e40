//! The scale and the bias behind a normalization, which are its own.

use crate::context::Role;
use crate::graph::Graph;
use crate::table::role;
use crate::tensor::Tensor;

/// The only reader of a tensor that is no result of the model: its place, and the constant that it reads
/// besides, if it has the sizes of rows and no more dimensions than `rank`, which would give the result more.
fn reader(
    g: &Graph,
    name: &str,
    (wanted, rank): (Role, usize),
    row: &[usize],
) -> Option<(usize, Tensor)> {
    if g.outputs.iter().any(|o| o == name) {
        return None;
    }
    let mut all = (0..g.nodes.len()).filter(|k| g.nodes[*k].inputs.iter().any(|i| i == name));
    let (k, None) = (all.next()?, all.next()) else { return None };
    let n = &g.nodes[k];
    let [a, b] = n.inputs.as_slice() else { return None };
    let constant = g.initializers.get(if a == name { b } else { a })?;
    let own = role(n) == wanted && constant.element.is_float() && constant.shape().len() <= rank;
    let sizes: Vec<usize> = constant.shape().iter().skip_while(|s| **s == 1).copied().collect();
    (own && sizes == row).then(|| Some((k, constant.reshaped(row).ok()?)))?
}

/// Makes a product with constants and a sum behind a normalization of a tensor of `rank` dimensions part of it.
pub(super) fn absorb(g: &mut Graph, at: usize, rank: usize) {
    let n = &g.nodes[at];
    let Some(scale) = n.inputs.get(1).cloned() else { return };
    let Some(row) = g.initializers.get(&scale).map(|t| t.shape().to_vec()) else { return };
    let product = (Role::Product, rank);
    if let Some((k, t)) = reader(g, &g.nodes[at].outputs[0].clone(), product, &row) {
        g.initializers.insert(scale.clone(), t);
        g.nodes[at].outputs = g.nodes.remove(k).outputs;
    }
    let bias = role(&g.nodes[at]) == Role::LayerNormalization;
    if let Some((k, t)) =
        reader(g, &g.nodes[at].outputs[0].clone(), (Role::Sum, rank), &row).filter(|_| bias)
    {
        let name = format!("{scale}.bias");
        g.initializers.insert(name.clone(), t);
        g.nodes[at].inputs.push(name);
        g.nodes[at].outputs = g.nodes.remove(k).outputs;
    }
}
