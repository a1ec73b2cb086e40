//! FusedMatMul, which was TransposeMatMul: y = α·A′·B′, where A′ and B′ are their inputs with the last two dimensions
//! exchanged, with the first one taken behind those between (`transBatchA`), or both. FusedGemm: Gemm and an
//! activation. FusedConv: Conv, a sum with a fourth input, and an activation. Opset 1 of `com.microsoft`.
//!
//! Written as Transpose, MatMul and Mul, by which α is multiplied into a constant; as Gemm or Conv, Add, and the
//! activation's own operator.

use crate::context::{Composition, Scope};
use crate::fault::{Import, refuse};
use crate::graph::{Attribute, Node, show};

type Attributes<'n> = Vec<(&'n str, Attribute)>;

/// A factor in the order of its dimensions that is multiplied.
fn side(c: &mut Composition<'_, '_>, n: &Node, k: usize) -> Import<String> {
    let name = ["A", "B"][k.min(1)];
    let x = c.input(k)?;
    let rank = c.scope.shape(x)?.len();
    let mut order: Vec<usize> = (0..rank).collect();
    if n.flag(&format!("transBatch{name}"), false)? {
        if rank < 3 {
            return refuse(format!("`transBatch{name}` of a tensor of {rank} dimensions"));
        }
        order[..rank - 1].rotate_left(1);
    }
    // onnxruntime has nothing to exchange in a vector.
    if n.flag(&format!("trans{name}"), false)? && rank > 1 {
        order.swap(rank - 2, rank - 1);
    }
    if order.is_sorted() {
        return Ok(x.to_owned());
    }
    let order = order.iter().map(|d| *d as i64).collect();
    Ok(c.with("Transpose", &[x], &[("perm", Attribute::Ints(order))]))
}

pub(super) fn matmul(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let alpha = n.float_or("alpha", 1.0)?;
    let mut c = Composition::new(n, s);
    let element = c.float(c.input(0)?)?;
    let (mut a, mut b) = (side(&mut c, n, 0)?, side(&mut c, n, 1)?);
    let constant =
        [0, 1].map(|k| n.inputs.get(k).is_some_and(|i| c.scope.constants.contains_key(i)));
    if alpha == 1.0 {
        let y = c.add("MatMul", &[&a, &b]);
        return c.give(&[&y]);
    }
    let factor = c.number("alpha", alpha, element);
    match constant {
        [_, true] => b = c.add("Mul", &[&b, &factor]),
        [true, _] => a = c.add("Mul", &[&a, &factor]),
        _ => {}
    }
    let mut y = c.add("MatMul", &[&a, &b]);
    if constant == [false, false] {
        y = c.add("Mul", &[&y, &factor]);
    }
    c.give(&[&y])
}

/// The attributes that are the operator's own, and not the activation's.
fn own(n: &Node) -> Attributes<'_> {
    let own = n.attributes.iter().filter(|(name, _)| !name.starts_with("activation"));
    own.map(|(name, a)| (name.as_str(), a.clone())).collect()
}

/// The activation's operator, if there is one, and the parameters that it has, in order.
fn activation(n: &Node) -> Import<Option<(&str, &'static [&'static str])>> {
    let op = n.text("activation")?.filter(|a| !a.is_empty());
    Ok(op.map(|op| match op {
        "LeakyRelu" | "Elu" | "ThresholdedRelu" => (op, &["alpha"][..]),
        "HardSigmoid" => (op, &["alpha", "beta"][..]),
        "Selu" => (op, &["alpha", "gamma"][..]),
        "Clip" => (op, &["min", "max"][..]),
        _ => (op, &[][..]),
    }))
}

pub(super) fn gemm(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let mut c = Composition::new(n, s);
    let mut list = vec![c.input(0)?, c.input(1)?];
    list.extend(c.optional(2));
    let mut y = c.with("Gemm", &list, &own(n));
    if let Some((op, names)) = activation(n)? {
        // Others than the activation has mean nothing to onnxruntime either.
        let given = |name: &&'static str| {
            Some((*name, n.attributes.get(&format!("activation_{name}"))?.clone()))
        };
        let given: Attributes<'_> = names.iter().filter_map(given).collect();
        y = c.with(op, &[&y], &given);
    }
    c.give(&[&y])
}

pub(super) fn conv(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let mut c = Composition::new(n, s);
    let element = c.float(c.input(0)?)?;
    let mut list = vec![c.input(0)?, c.input(1)?];
    list.extend(c.optional(2));
    let mut y = c.with("Conv", &list, &own(n));
    if let Some(z) = c.optional(3) {
        y = c.add("Add", &[&y, z]);
    }
    let Some((op, names)) = activation(n)? else { return c.give(&[&y]) };
    let given = n.floats("activation_params")?.unwrap_or(&[]);
    if given.len() != names.len() {
        let text = format!("`{}` has {} parameters, not {}", show(op), given.len(), names.len());
        return refuse(text);
    }
    if op == "Clip" {
        // An end that a Clip has not is that of all floats.
        let [low, high] = [0, 1].map(|k| match given[k] {
            v if v.abs() < f32::MAX => c.number(names[k], f64::from(v), element),
            _ => String::new(),
        });
        y = c.add(op, &[&y, &low, &high]);
        return c.give(&[&y]);
    }
    let pairs = names.iter().zip(given);
    let given: Attributes<'_> = pairs.map(|(name, v)| (*name, Attribute::Float(*v))).collect();
    y = c.with(op, &[&y], &given);
    c.give(&[&y])
}
