//! The keys that setup makes, and what they say about the circuit.

mod commitment;
mod head;
mod interface;
mod made;
mod proving;
mod query;
mod stream;
mod trapdoors;
mod verifying;

pub(crate) use commitment::Blinders;
pub use commitment::CommitmentQuery;
pub(crate) use head::Head;
pub(crate) use interface::raw;
pub use interface::{HiddenPort, Interface, NondetUse, Packed, PublicPort, Role, ValueError};
pub use made::{KeyCeremony, MadeIn};
pub(crate) use proving::Sizes;
pub use proving::{ProvingKey, Validation};
pub use query::Query;
pub use stream::KeyFile;
pub(crate) use stream::{SLICE, Sections};
pub use verifying::{CommitmentPoints, VerifyingKey};
