//! What is told where onnxruntime gives something else than ONNX says.

use super::super::ensemble::{Ensemble, Test};
use super::super::scores::Post;
use crate::context::{Converter, Trees};
use crate::fault::Import;
use crate::graph::Node;

/// Integers up to this are 32-bit floats.
const WHOLE: f64 = (1 << 24) as f64;

/// A short list of outputs.
fn listed(outputs: &[usize]) -> String {
    let list: Vec<String> = outputs.iter().take(8).map(usize::to_string).collect();
    let more = if outputs.len() > 8 { ", …" } else { "" };
    format!("{}{more}", list.join(", "))
}

/// What is true of all ensembles.
pub(super) fn of_trees(
    n: &Node,
    c: &mut Converter<'_>,
    (e, base): (&Ensemble, &[f64]),
) -> Import<()> {
    let mut say = |text: String| c.warnings.insert(format!("{}: {text}", n.place()));
    let bare = e.bare(base);
    if !bare.is_empty() {
        say(format!(
            "where no tree has a value for output {}, here it is its base value, as ONNX has it, and 0 in onnxruntime",
            listed(&bare)
        ));
    }
    let twice = e.twice();
    if !twice.is_empty() {
        say(format!(
            "a leaf has several values for output {}: here they are added, as ONNX has it; onnxruntime takes the first",
            listed(&twice)
        ));
    }
    let x = c.operand(0)?.element;
    let mut say = |text: &str| c.warnings.insert(format!("{}: {text}", n.place()));
    let far = |t: &Test| t.values().iter().any(|v| v.is_finite() && v.abs() >= WHOLE);
    if !x.is_float() && e.branches().any(|(_, t)| far(t)) {
        say(
            "integers are compared with thresholds of 2^24 and more: here as they are, as ONNX has it; onnxruntime \
             rounds them to 32-bit floats first",
        );
    }
    if x.is_float() && n.tensor("membership_values")?.is_some_and(|t| t.len() > 0) {
        say(
            "a branch asks for a member of a set: here a number between two members is none, as ONNX has it; \
             onnxruntime may take it for the one below",
        );
    }
    Ok(())
}

/// Of a transformation of several scores.
pub(super) fn of_post(own: Trees, n: &Node, c: &mut Converter<'_>, post: Post) {
    let (is, other) = match post {
        Post::Softmax => ("SOFTMAX", "LOGISTIC"),
        Post::Logistic => ("LOGISTIC", "SOFTMAX"),
        _ => return,
    };
    if own == Trees::Leaves {
        c.warnings.insert(format!(
            "{}: its post transform is {is}, as ONNX numbers them; onnxruntime takes that number for {other}",
            n.place()
        ));
    }
}

/// Of a label, where every class has a score of its own: `based` says that each has a base value too.
pub(super) fn of_label(n: &Node, c: &mut Converter<'_>, e: &Ensemble, based: bool) {
    let mut say = |text: &str| c.warnings.insert(format!("{}: {text}", n.place()));
    if e.targets == 1 {
        say(
            "it has one class, which is the label here whatever the score is; onnxruntime gives 1 or 0 by the score's sign",
        );
    }
    if e.targets == 2 {
        say(
            "its trees have values for both of two classes: here the label is that of the larger score, as ONNX has \
             it; onnxruntime takes the second class wherever its score is positive, and adds its base value to the \
             score of the first",
        );
    }
    let least = e.values().fold(f64::INFINITY, f64::min);
    if e.targets > 2 && !based && least <= 0.0 && !e.unscored(e.given().into_iter()).is_empty() {
        say(
            "where no tree has a value for a class its score is 0, as ONNX has it, and here it may be the label: \
             onnxruntime takes the largest score of the other classes, also if all are negative",
        );
    }
}
