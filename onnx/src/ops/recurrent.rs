//! Recurrent layers, unrolled over a sequence of fixed length.

mod activation;
mod cells;
mod compute;
mod form;
mod write;

use super::{Operation, plain};
use form::Kind;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation { known: &[form::LENGTHS], ..plain("RNN", rnn::evaluate, rnn::convert) },
    Operation { known: &[form::LENGTHS], ..plain("GRU", gru::evaluate, gru::convert) },
    Operation { known: &[form::LENGTHS], ..plain("LSTM", lstm::evaluate, lstm::convert) },
];

/// The two functions of an operation for a kind of cell.
macro_rules! operation {
    ($($name:ident, $kind:expr;)*) => {$(
        mod $name {
            use crate::convert::Converter;
            use crate::evaluate::Args;
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
