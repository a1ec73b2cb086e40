//! The tensor form of R1CS: what the zirc compiler hands to the prover.
//!
//! A [`Circuit`] is data: tensors, constraint blocks, a witness program and the provenance of each.
//! It holds no layer and no row that could be expanded from a tensor.
//!
//! What can be done with one:
//! - [`Circuit::validate`] refuses every structure that the other functions could not survive;
//! - [`assign()`] runs the witness program, [`assign_with`] runs it with forged values;
//! - [`violations`] and [`side_values`] evaluate the constraints forward;
//! - [`adjoint()`] evaluates them backward, [`rows()`] expands them one row at a time;
//! - [`Circuit::encode`], [`Circuit::decode`] and [`Circuit::digest`] are the file format;
//! - [`Report`] says what each source line costs, [`equation`] what a constraint says.
//!
//! All functions other than `validate` and `decode` expect a circuit that `validate` accepts, and
//! may panic on any other.

pub mod access;
pub mod adjoint;
pub mod assign;
pub mod assignment;
pub mod buffer;
pub mod circuit;
pub mod claims;
pub mod codec;
mod element;
pub mod equation;
mod evaluate;
mod hint;
pub mod independence;
mod invert;
mod kernel;
pub mod labels;
pub mod layout;
pub mod lin;
mod nest;
pub mod origin;
pub mod program;
pub mod reach;
pub mod report;
pub mod rows;
pub mod satisfy;
pub mod scalar;
pub mod signature;
pub mod tensor;
pub mod validate;
mod wide;

pub use access::AccessError;
pub use adjoint::adjoint;
pub use assign::{
    AssignError, ForgeMode, Forgery, assign, assign_committed, assign_model, assign_output,
    assign_with, derive, inputs_of, respond,
};
pub use assignment::Assignment;
pub use buffer::Buffer;
pub use circuit::{Block, Category, Circuit};
pub use claims::{Claims, Part};
pub use codec::{DecodeError, Digest, DigestError};
pub use evaluate::Combinations;
pub use independence::{Dependence, independence};
pub use labels::Labels;
pub use layout::Layout;
pub use lin::{Access, Lin, Term, Weight, Width};
pub use origin::{Frame, Origin, OriginId, SourceFile, SourceSpan, User};
pub use program::{Op, Relation, Step};
pub use reach::{Reach, reach, reads};
pub use report::Report;
pub use rows::{Row, Rows, rows};
pub use satisfy::{Side, Violation, side_buffers, side_values, violations, violations_up_to};
pub use signature::{
    LONGEST_ASSUMPTION, MAX_SCALE_BITS, ModelPart, Nondet, Port, PortType, Signature, Visibility,
    is_scale,
};
pub use tensor::{ConstId, Constant, Ints, Kind, Tensor, TensorId};
pub use validate::{CircuitError, MAX_CARRIED};

/// An integer of any size.
pub type Int = num_bigint::BigInt;
/// The scalar field of BN254.
pub type Fr = ark_bn254::Fr;
