//! Provenance: which source text asked for a tensor or a constraint.

use crate::Category;
use serde::{Deserialize, Serialize};

/// Index into [`crate::Circuit::origins`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OriginId(pub u32);

/// A source file that an origin points into.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceFile {
    /// Name as shown to people, e.g. `model.zirc` or `std/nn/relu.zirc`.
    pub name: String,
    /// The text, so that reports can quote it.
    pub text: String,
}

/// A byte range of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceSpan {
    /// Index into [`crate::Circuit::sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A call that was under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// The function instance, e.g. `relu<q3.4>`.
    pub function: String,
    /// Where it was called.
    pub call: SourceSpan,
}

/// One of several that asked for the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct User {
    /// Where it asked.
    pub origin: OriginId,
    /// What it needs it for.
    pub category: Category,
    /// How often it asked, at least once: what the thing costs is shared in this proportion.
    pub times: u32,
}

/// Where something comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The expression or statement itself.
    pub span: SourceSpan,
    /// Calls from the circuit's body inwards.
    pub stack: Vec<Frame>,
    /// The layer that the program names; slashes make a tree of it. An imported model's are its nodes.
    pub layer: Option<String>,
    /// All that asked for it, if there were several; none of them has users in turn. The other fields are then
    /// those of the first.
    pub users: Vec<User>,
}
