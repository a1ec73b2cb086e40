//! SkipLayerNormalization: y = LayerNormalization(x + skip + b). SkipSimplifiedLayerNormalization: the same with
//! RMSNormalization. Both may give the sum. SimplifiedLayerNormalization is RMSNormalization under another name.
//! Opset 1 of `com.microsoft`, the last of the default domain.
//!
//! Written as Add and the normalization, over the last dimension, or from `axis` on. Mean and inverse deviation as
//! results are refused: onnxruntime gives none of them on a processor.

use crate::context::{Composition, Scope};
use crate::fault::Import;
use crate::graph::{Attribute, Node};

/// ε where the node has none.
const EPSILON: f64 = 1e-12;

fn epsilon(n: &Node, otherwise: f64) -> Import<Attribute> {
    Ok(Attribute::Float(n.float_or("epsilon", otherwise)? as f32))
}

/// The sum of the input, what skips layers, and the bias that is input `k`.
fn sum(c: &mut Composition<'_, '_>, k: usize) -> Import<String> {
    let x = c.add("Add", &[c.input(0)?, c.input(1)?]);
    Ok(match c.optional(k) {
        Some(b) => c.add("Add", &[&x, b]),
        None => x,
    })
}

pub(super) fn layer(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let epsilon = epsilon(n, EPSILON)?;
    let mut c = Composition::new(n, s);
    let x = sum(&mut c, 4)?;
    let mut list = vec![x.as_str(), c.input(2)?];
    list.extend(c.optional(3));
    let y = c.with("LayerNormalization", &list, &[("epsilon", epsilon)]);
    c.give(&[&y, "", "", &x])
}

pub(super) fn rms(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let epsilon = epsilon(n, EPSILON)?;
    let mut c = Composition::new(n, s);
    let x = sum(&mut c, 3)?;
    let y = c.with("RMSNormalization", &[&x, c.input(2)?], &[("epsilon", epsilon)]);
    c.give(&[&y, "", "", &x])
}

pub(super) fn simplified(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let epsilon = epsilon(n, 1e-5)?;
    let axis = Attribute::Int(n.int_or("axis", -1)?);
    let mut c = Composition::new(n, s);
    let list = [c.input(0)?, c.input(1)?];
    let y = c.with("RMSNormalization", &list, &[("axis", axis), ("epsilon", epsilon)]);
    c.give(&[&y])
}
