//! Everything that is read from files.

pub(crate) mod budget;
pub(crate) mod circuit;
pub(crate) mod costs;
pub(crate) mod fidelity;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod inputs;
pub(crate) mod integers;
pub(crate) mod onnx;
pub(crate) mod program;
pub(crate) mod quantization;
pub(crate) mod salt;
pub(crate) mod search;
