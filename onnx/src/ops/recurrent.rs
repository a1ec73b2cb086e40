//! Recurrent layers, unrolled over a sequence of fixed length.

mod activation;
mod cells;
mod compute;
mod form;
mod write;

use super::{Family, Operation, family};
use crate::context::{Args, Converter};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;
use form::Kind;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    family("RNN", &Kind::Rnn).known(&[form::LENGTHS]),
    family("GRU", &Kind::Gru).known(&[form::LENGTHS]),
    family("LSTM", &Kind::Lstm).known(&[form::LENGTHS]),
];

impl Family for Kind {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        compute::evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        write::convert(*self, n, c)
    }
}
