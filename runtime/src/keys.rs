//! The keys that setup makes, and what they say about the circuit.

mod commitment;
mod interface;
mod proving;
mod query;
mod trapdoors;
mod verifying;

pub use commitment::CommitmentQuery;
pub(crate) use interface::raw;
pub use interface::{Interface, NondetUse, PublicPort, ValueError};
pub use proving::{ProvingKey, Validation};
pub use query::Query;
pub use verifying::{CommitmentPoints, VerifyingKey};
