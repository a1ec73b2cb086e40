//! EmbedLayerNormalization: y = LayerNormalization(word[ids] + position[p] + segment[segments]), with p = 0, 1, 2, …
//! along a sentence where no places are given; how many words of each sentence the mask keeps; and the sum before it
//! is normalized. Opset 1 of `com.microsoft`.
//!
//! Written as Gather, Slice, Add and LayerNormalization, and as Equal, Cast and ReduceSum of the mask.

use crate::context::{Composition, Scope};
use crate::fault::{Import, refuse};
use crate::graph::{Attribute, Node};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// The code of 32-bit integers in `TensorProto.DataType`.
const INT32: i64 = 6;

pub(super) fn compose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let epsilon = Attribute::Float(n.float_or("epsilon", 1e-12)? as f32);
    let mut c = Composition::new(n, s);
    let ids = c.input(0)?;
    let [sentences, words] = *c.scope.shape(ids)? else {
        return refuse("its ids are no sentences of words: they must have two dimensions");
    };
    let word = c.add("Gather", &[c.input(2)?, ids]);
    let position = match c.optional(8) {
        Some(places) => c.add("Gather", &[c.input(3)?, places]),
        None => {
            let from = c.constant("first", Tensor::int64s(&[0]));
            let to = c.constant("words", Tensor::int64s(&[words as i64]));
            c.add("Slice", &[c.input(3)?, &from, &to, &from])
        }
    };
    let mut sum = c.add("Add", &[&word, &position]);
    if let Some(segments) = c.optional(1) {
        let segment = c.add("Gather", &[c.input(4)?, segments]);
        sum = c.add("Add", &[&sum, &segment]);
    }
    let list = [sum.as_str(), c.input(5)?, c.input(6)?];
    let y = c.with("LayerNormalization", &list, &[("epsilon", epsilon)]);
    let kept = if c.wants(1) { kept(&mut c, sentences)? } else { String::new() };
    c.give(&[&y, &kept, &sum])
}

/// How many words of each sentence the mask keeps; without a mask 0, as onnxruntime has it.
fn kept(c: &mut Composition<'_, '_>, sentences: usize) -> Import<String> {
    let ints = |shape: &[usize], v| Tensor::int(Element::Int32, ArrayD::from_elem(IxDyn(shape), v));
    let Some(mask) = c.optional(7) else {
        return Ok(c.constant("kept", ints(&[sentences], 0)));
    };
    let one = c.constant("one", ints(&[], 1));
    let last = c.constant("last", Tensor::int64s(&[1]));
    let is = c.add("Equal", &[mask, &one]);
    let is = c.with("Cast", &[&is], &[("to", Attribute::Int(INT32))]);
    Ok(c.with("ReduceSum", &[&is, &last], &[("keepdims", Attribute::Int(0))]))
}
