//! A model's circuit beside the model: what the circuit says of samples in real numbers, how far that is
//! from the float model, and at which layer most is lost.
//!
//! ```
//! # fn of(
//! #     model: &zirc_onnx::Model,
//! #     imported: &zirc_onnx::Imported,
//! #     circuit: &zirc_circuit::Circuit,
//! #     samples: &[zirc_onnx::compare::Sample],
//! # ) -> Result<(), zirc_onnx::Fault> {
//! use zirc_onnx::compare::{ModelCircuit, agreement, some};
//!
//! let circuit = ModelCircuit::new(circuit, imported, &mut |_, _| Err("there is no file".into()))?;
//! let found = agreement(model, &circuit, &some(samples, &circuit))?;
//! println!("{}", found.words("the test data", 20.0));
//! assert!(!found.falls_short(0.95, 20.0));
//! # Ok(())
//! # }
//! ```

mod agreement;
mod circuit;
mod deviation;
mod evaluation;
mod integers;
mod largest;
mod lost;
mod one;
mod output;
mod score;
mod tail;

pub use agreement::{Agreement, agreement, some};
pub use circuit::{LayerPort, ModelCircuit, Weights};
pub use deviation::Deviation;
pub use evaluation::{Evaluation, Evaluator, Interpreted, LayerLoss};
pub use integers::Integers;
pub use largest::Largest;
pub use lost::{Lost, lost};
pub use one::{Left, OneInput, one_input};
pub(crate) use output::Ratios;
pub use output::{Drowned, OutputDeviation};
pub use score::{Judge, Score};
pub use tail::Tail;

use super::model::Array;
use std::collections::BTreeMap;

/// The inputs of a model by their names in the graph, or what it gives for them.
pub type Sample = BTreeMap<String, Array>;
