//! Sizes and options of a recurrent layer.

use super::activation::Activation;
use crate::fault::{Import, refuse};
use crate::graph::Node;
pub(super) use crate::graph::show;
use crate::tensor::Tensor;

/// The inputs.
pub(super) const BIAS: usize = 3;
/// This one must be known.
pub(super) const LENGTHS: usize = 4;
pub(super) const HIDDEN: usize = 5;
pub(super) const CELL: usize = 6;
pub(super) const PEEPHOLES: usize = 7;

/// Which layer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rnn,
    Gru,
    Lstm,
}

impl Kind {
    /// Blocks of rows of a weight.
    pub(super) fn gates(self) -> usize {
        match self {
            Kind::Rnn => 1,
            Kind::Gru => 3,
            Kind::Lstm => 4,
        }
    }

    fn activations(self) -> &'static [&'static str] {
        match self {
            Kind::Rnn => &["Tanh"],
            Kind::Gru => &["Sigmoid", "Tanh"],
            Kind::Lstm => &["Sigmoid", "Tanh", "Tanh"],
        }
    }
}

/// One direction.
#[derive(Clone, Debug)]
pub(super) struct Direction {
    pub(super) reverse: bool,
    pub(super) activations: Vec<Activation>,
}

/// What does not depend on the values of the tensors.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) kind: Kind,
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) hidden: usize,
    pub(super) directions: Vec<Direction>,
    /// The batch is the first dimension of tensors (`layout` 1).
    pub(super) batch_first: bool,
    /// Steps of each sample.
    pub(super) lengths: Vec<usize>,
    pub(super) clip: Option<f64>,
    /// GRU: the reset gate comes after the product.
    pub(super) linear_before_reset: bool,
    /// LSTM: the forget gate is 1 less the input gate.
    pub(super) coupled: bool,
}

/// Whether each direction runs from the end.
fn directions(n: &Node) -> Import<Vec<bool>> {
    match n.text("direction")?.unwrap_or("forward") {
        "forward" => Ok(vec![false]),
        "reverse" => Ok(vec![true]),
        "bidirectional" => Ok(vec![false, true]),
        other => refuse(format!("there is no direction `{}`", show(other))),
    }
}

/// Steps of each sample: as the tensor says, or all.
fn lengths_of(given: Option<&Tensor>, steps: usize, batch: usize) -> Import<Vec<usize>> {
    let Some(t) = given else { return Ok(vec![steps; batch]) };
    let list = t.int_list()?;
    let fits = |v: &i64| usize::try_from(*v).ok().filter(|v| *v <= steps);
    let counts: Vec<usize> = list.iter().filter_map(fits).collect();
    if counts.len() != batch || list.len() != batch {
        return refuse(format!("`sequence_lens` is {list:?}"));
    }
    Ok(counts)
}

impl Form {
    /// `shape` gives the shapes of the inputs that are there.
    pub(super) fn new<'a>(
        kind: Kind,
        n: &Node,
        shape: &dyn Fn(usize) -> Option<&'a [usize]>,
        lengths: Option<&Tensor>,
    ) -> Import<Form> {
        let reverse = directions(n)?;
        let d = reverse.len();
        let batch_first = n.flag("layout", false)?;
        let (steps, batch, inputs) = match shape(0) {
            Some(&[n, t, i]) if batch_first => (t, n, i),
            Some(&[t, n, i]) => (t, n, i),
            x => return refuse(format!("sequences of shape {x:?} are none")),
        };
        let rows = match shape(1) {
            Some(&[_, rows, _]) => rows,
            w => return refuse(format!("weights of shape {w:?} do not suit")),
        };
        let hidden = rows / kind.gates();
        if [steps, batch, inputs, hidden].contains(&0) {
            return refuse("a tensor is empty");
        }
        if n.int("hidden_size")?.is_some_and(|h| usize::try_from(h) != Ok(hidden)) {
            return refuse(format!("attribute `hidden_size` is not {hidden}"));
        }
        let clip = n.float("clip")?;
        if clip.is_some_and(|c| c <= 0.0) {
            return refuse("attribute `clip` is not positive");
        }
        let activations = Activation::list(n, kind.activations(), d)?;
        let directions = reverse.into_iter().zip(activations);
        let directions =
            directions.map(|(reverse, activations)| Direction { reverse, activations });
        let f = Form {
            kind,
            steps,
            batch,
            inputs,
            hidden,
            directions: directions.collect(),
            batch_first,
            lengths: lengths_of(lengths, steps, batch)?,
            clip,
            linear_before_reset: kind == Kind::Gru && n.int_or("linear_before_reset", 0)? != 0,
            coupled: kind == Kind::Lstm && n.flag("input_forget", false)?,
        };
        f.check(shape)?;
        Ok(f)
    }

    /// Refuses inputs that have not the sizes that the first two say.
    fn check<'a>(&self, shape: &dyn Fn(usize) -> Option<&'a [usize]>) -> Import<()> {
        let (d, hidden, batch) = (self.directions.len(), self.hidden, self.batch);
        let state = if self.batch_first { [batch, d, hidden] } else { [d, batch, hidden] };
        let rows = self.kind.gates() * hidden;
        let wanted: [(usize, &[usize]); 6] = [
            (1, &[d, rows, self.inputs]),
            (2, &[d, rows, hidden]),
            (BIAS, &[d, 2 * rows]),
            (HIDDEN, &state),
            (CELL, &state),
            (PEEPHOLES, &[d, 3 * hidden]),
        ];
        for (k, want) in wanted {
            match shape(k) {
                Some(s) if s != want => {
                    return refuse(format!("input {k} has the shape {s:?}, not {want:?}"));
                }
                None if k < BIAS => return refuse(format!("input {k} is missing")),
                _ => {}
            }
        }
        Ok(())
    }

    /// Where step `s` of a sample stands in its sequence.
    pub(super) fn place(&self, d: &Direction, sample: usize, s: usize) -> usize {
        let length = self.lengths[sample];
        if d.reverse && s < length { length - 1 - s } else { s }
    }

    /// Whether every sample has all steps.
    pub(super) fn full(&self) -> bool {
        self.lengths.iter().all(|l| *l == self.steps)
    }
}
