//! Recurrent layers, unrolled over a sequence of fixed length.

mod activation;
mod cells;
mod compute;
mod form;
mod write;

use super::{Operation, known};
use form::Kind;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    known("RNN", &[form::LENGTHS], rnn::evaluate, rnn::convert),
    known("GRU", &[form::LENGTHS], gru::evaluate, gru::convert),
    known("LSTM", &[form::LENGTHS], lstm::evaluate, lstm::convert),
];

/// The two functions of an operation for a kind of cell.
macro_rules! operation {
    ($($name:ident, $kind:expr;)*) => {$(
        mod $name {
            use crate::context::Converter;
            use crate::context::Args;
            use crate::fault::Import;
            use crate::graph::Node;
            use crate::tensor::Tensor;

            pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
                super::compute::evaluate($kind, n, a)
            }

            pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
                super::write::convert($kind, n, c)
            }
        }
    )*};
}

operation! {
    rnn, super::Kind::Rnn;
    gru, super::Kind::Gru;
    lstm, super::Kind::Lstm;
}
