//! Tables with more rows than activations have values.
//!
//! A row for each value of an activation is enough for a function that changes by a few steps of its result from one
//! to the next, as most do on all that they are given. A logarithm of what comes close to 0 does not: its argument has
//! as many bits more as it needs, up to those that a table may have. What is steeper still follows lines between rows
//! ([`interpolate`](super::interpolate)).

use super::interpolate::{image, is_steep, rows_of};
use super::table::{ARGUMENT_BITS, Range, bent};
use crate::context::{Converter, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::Fixed;

/// What an argument's type is called among the choices.
const ROWS: &str = "rows";

/// The argument of a table of `f`, with more bits than those of activations; nothing where they are enough, or
/// nothing was seen of it.
pub(super) fn argument(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    range: Range,
    f: &dyn Fn(f64) -> f64,
) -> Import<Option<Operand>> {
    if x.literal || c.precision().is_some() {
        return Ok(None);
    }
    let bits = c.activation_bits();
    let open = bits < ARGUMENT_BITS && x.bits() > u64::from(bits);
    let wanted = c.decided_inside(ROWS).filter(|t| t.bits <= ARGUMENT_BITS);
    let t = match (wanted, c.reach(x).filter(|_| open)) {
        (Some(t), _) => t,
        (None, Some(ends)) => {
            let ends = bent(ends, ARGUMENT_BITS, f);
            let values = rows_of(ends, ARGUMENT_BITS, f);
            let image = image(&values);
            if image.0 > image.1 {
                return Ok(None);
            }
            let y = match (range, n.outputs.first()) {
                (Range::Calibrated, Some(name)) => c.calibrated(name, image, bits),
                _ => Fixed::holding(image.0, image.1, bits),
            };
            let enough = |b: &u32| !is_steep(&rows_of(ends, *b, f), y);
            let needed = (bits..ARGUMENT_BITS).find(enough).unwrap_or(ARGUMENT_BITS);
            if needed == bits {
                return Ok(None);
            }
            Fixed::holding(ends.0, ends.1, needed)
        }
        (None, None) => return Ok(None),
    };
    c.choose_inside(ROWS, t);
    c.clamp(x, t).map(Some)
}

#[cfg(test)]
mod tests {
    use crate::compare::Sample;
    use crate::model::Array;
    use crate::one_node::{read, run, value};
    use crate::proto::{GraphProto, NodeProto, TensorProto};
    use crate::quantize::{Method, Settings};
    use crate::{Imported, Model, Options, import};

    /// A function of x·w, which is an accumulator: it is the function's table that rounds it.
    fn model(op: &str) -> Model {
        let node = |op: &str, input: &[&str], output: &str| NodeProto {
            input: input.iter().map(ToString::to_string).collect(),
            output: vec![output.into()],
            op_type: op.into(),
            ..NodeProto::default()
        };
        let w = TensorProto {
            name: "w".into(),
            dims: vec![1, 1],
            data_type: 1,
            float_data: vec![0.7],
            ..TensorProto::default()
        };
        let graph = GraphProto {
            node: vec![node("MatMul", &["x", "w"], "a"), node(op, &["a"], "y")],
            input: vec![value("x", &[32, 1])],
            initializer: vec![w],
            output: vec![value("y", &[32, 1])],
            ..GraphProto::default()
        };
        read(graph, 18).unwrap()
    }

    /// Settings of 8 bits, calibrated, and how far the result is off for its largest number.
    fn off(op: &str, at: impl Fn(f64) -> f64) -> (Model, Settings, f64) {
        let model = model(op);
        let data: Vec<f64> = (0..32).map(|k| at(f64::from(k) / 31.0)).collect();
        let sample = Sample::from([("x".to_string(), Array { shape: vec![32, 1], data })]);
        let seen = model.calibrate(std::slice::from_ref(&sample), Method::MinMax, 8).unwrap();
        let settings = Settings { ranges: Some(seen.ranges), ..Settings::default() };
        let (_, here) = run(&model, &settings, &sample).unwrap();
        let float = &model.evaluate(&sample).unwrap()["y"].data;
        let largest = float.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let worst = float.iter().zip(&here.data).fold(0.0, |m: f64, (f, h)| m.max((f - h).abs()));
        (model, settings, worst / largest)
    }

    /// With a row for each of 256 values, all below 0.03 would be one number: it has more rows, or follows lines. What was
    /// chosen writes the same program again.
    #[test]
    fn a_logarithm_close_to_0() {
        let (model, settings, off) = off("Log", |part| libm::exp(7.0 * part - 4.0));
        // Half a row of 4,096 for 16 is 0.15 of the least number, whose logarithm is more than 4.
        assert!(off < 0.05, "{off}");
        let written = |s: &Settings| import(&model, s, &Options::default()).unwrap();
        let first = written(&settings);
        let chosen = |name| first.choices.tensors.contains_key(name);
        assert!(chosen("y#rows") || chosen("y#lines"), "{:?}", first.choices);
        let choices = first.choices.clone();
        let again = written(&Settings { choices, ..Settings::default() });
        // All but what it says of where its types are from.
        let body =
            |made: &Imported| made.source.split_once("\ncircuit ").map(|(_, s)| s.to_owned());
        assert!(body(&first).is_some(), "{}", first.source);
        assert_eq!((body(&again), again.choices), (body(&first), first.choices));
    }

    /// What a row for each value of an activation is enough for has no more.
    #[test]
    fn other_functions_have_the_rows_of_activations() {
        for op in ["Sigmoid", "Tanh", "Erf", "Softplus", "Sin"] {
            let model = off(op, |part| 12.0 * part - 6.0);
            let made = import(&model.0, &model.1, &Options::default()).unwrap();
            assert!(!made.choices.tensors.contains_key("y#rows"), "{op}: {:?}", made.choices);
        }
    }
}
