//! From real numbers to integers of a known scale: how wide, and with which step.
//!
//! Steps are powers of two. A type is chosen from what a tensor was seen to hold ([`Ranges`]), from
//! the user's own choice ([`Choices`]), or from the interval that the compiler inferred.

mod choices;
mod file;
pub(crate) mod fixed;
mod ranges;
mod settings;

pub use choices::{Choice, Choices, Origin};
pub use file::FileDigest;
pub use fixed::Fixed;
pub use ranges::{Method, Range, Ranges};
pub use settings::Settings;
