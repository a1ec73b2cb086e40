//! ONNX models as programs of the language.
//!
//! A model is decoded, its constants folded and its shapes found ([`Model`]); then every node
//! becomes a call of a layer of the standard library, in a program that can be read, changed and
//! checked ([`import`]). The compiler never sees ONNX: it elaborates that program statement by statement
//! ([`zirc_compiler::session`]), and says what it knows of each variable.

mod calibrate;
pub mod compare;
mod context;
mod control;
mod convert;
mod decode;
mod evaluate;
mod fault;
mod graph;
mod model;
#[cfg(test)]
mod mutated;
mod names;
#[cfg(test)]
mod numbers;
mod obey;
#[cfg(test)]
mod one_node;
mod ops;
mod program;
mod proto;
mod qdq;
pub mod quantize;
mod recognize;
mod room;
mod rounding;
mod schema;
mod simplify;
mod spread;
mod table;
mod tensor;

pub use calibrate::Calibrated;
pub use context::{Meaning, Visibility as WeightVisibility};
pub use fault::Fault;
pub use model::{Array, Misread, Model, ModelInput, Reading};
pub use names::circuit_name;
pub use program::{Imported, ImportedPort, ImportedTensor, InputVisibility, Options, import};
pub use rounding::rounded;

/// The operations that can be imported: group, domain (empty for the default one) and name.
#[must_use]
pub fn operations() -> Vec<(&'static str, &'static str, &'static str)> {
    table::names()
}
