//! Passes that make a circuit smaller without changing what it accepts.
//!
//! Each rewrites a draft and says the same afterwards; in which order they run, and between what, is a list
//! in [`crate::pipeline`].

pub(crate) mod eliminate;
pub(crate) mod merge;
