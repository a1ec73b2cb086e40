//! Gelu: y = x·Φ(x). BiasGelu: the same of x + b. FastGelu: of x or x + b, with Φ by a tanh. QuickGelu:
//! y = x·σ(α·x). Opset 1 of `com.microsoft`.
//!
//! Written as Add, Gelu (with `approximate` = "tanh" for FastGelu) and Swish.

use crate::context::{Composition, Scope};
use crate::fault::Import;
use crate::graph::{Attribute, Node};

pub(super) fn exact(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let mut c = Composition::new(n, s);
    let y = c.add("Gelu", &[c.input(0)?]);
    c.give(&[&y])
}

pub(super) fn bias(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let mut c = Composition::new(n, s);
    let x = c.add("Add", &[c.input(0)?, c.input(1)?]);
    let y = c.add("Gelu", &[&x]);
    c.give(&[&y])
}

pub(super) fn fast(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let mut c = Composition::new(n, s);
    let x = match c.optional(1) {
        Some(b) => c.add("Add", &[c.input(0)?, b]),
        None => c.input(0)?.to_owned(),
    };
    let y = c.with("Gelu", &[&x], &[("approximate", Attribute::Text("tanh".into()))]);
    c.give(&[&y])
}

pub(super) fn quick(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let alpha = n.float_or("alpha", f64::from(1.702f32))?;
    let mut c = Composition::new(n, s);
    let y = c.with("Swish", &[c.input(0)?], &[("alpha", Attribute::Float(alpha as f32))]);
    c.give(&[&y])
}
