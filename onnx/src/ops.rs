//! The operations, a file for each or for a family that shares its formula, in the groups that ONNX
//! makes of them. Each file says the formula, what it accepts, what it refuses, and which layer of
//! the standard library it calls.

pub(crate) mod activations;
pub(crate) mod classical;
pub(crate) mod elementwise;
pub(crate) mod folded;
pub(crate) mod fused;
pub(crate) mod linear;
pub(crate) mod normalization;
pub(crate) mod pooling;
pub(crate) mod quantized;
pub(crate) mod recurrent;
pub(crate) mod reductions;
pub(crate) mod refused;
pub(crate) mod shape;
pub(crate) mod transformers;

pub(crate) use super::context::{
    Effect, Family, Meaning, Operation, Refusal, Role, Trees, Written, composed, family, known,
    plain,
};
