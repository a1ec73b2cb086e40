//! Results that are posted without a proof, and proved when somebody asks.
//!
//! A contract takes a result with a bond, and until a deadline anybody may challenge it; a proof settles it. What
//! is posted names by one digest what a receipt would bind, but for the proof: the key, the model, and the public
//! values ([`result_digest`]).
//!
//! - `result`: what is kept of a run beside what was posted, [`PostedResult`];
//! - `event`: what the contract says on the chain, [`Event`].
//!
//! The contract is `export/solidity/optimistic.sol`.

mod event;
mod result;
#[cfg(test)]
mod tests;

pub use event::{Event, EventError};
pub use result::{LAYOUT, PostedResult};

use crate::export::solidity::abi::{Arg, encode};
use crate::keys::{Packed, VerifyingKey};
use crate::model::ModelCommitment;
use sha3::{Digest as _, Keccak256};
use zirc_circuit::Digest;

/// What is in a digest before all else.
const TAG: &[u8] = b"zirc result v1";

/// Names a result: Keccak-256 of `zirc result v1` (zeros behind it, to 32 bytes), the digest of the verifying key,
/// the commitment to the model (or 32 zeros), and Keccak-256 of the packed inputs and of the packed outputs.
#[must_use]
pub fn result_digest(
    key: &VerifyingKey,
    model: Option<ModelCommitment>,
    values: &Packed,
) -> Digest {
    let mut tag = [0; 32];
    tag[..TAG.len()].copy_from_slice(TAG);
    let all = Keccak256::new()
        .chain_update(tag)
        .chain_update(key.digest().0)
        .chain_update(model.map_or([0; 32], |m| m.bytes()))
        .chain_update(Keccak256::digest(&values.inputs))
        .chain_update(Keccak256::digest(&values.outputs));
    Digest(all.finalize().into())
}

/// The call of `post(inputs, outputs, digest)`.
#[must_use]
pub fn post(values: &Packed, digest: Digest) -> Vec<u8> {
    let [inputs, outputs] = [&values.inputs, &values.outputs].map(|b| Arg::Bytes(b));
    encode("post(bytes,bytes,bytes32)", &[inputs, outputs, Arg::Word(digest.0)])
}

/// The call of `challenge(id, digest)`.
#[must_use]
pub fn challenge(id: u64, digest: Digest) -> Vec<u8> {
    encode("challenge(uint256,bytes32)", &[Arg::number(id), Arg::Word(digest.0)])
}

/// The call of `settle(id)`.
#[must_use]
pub fn settle(id: u64) -> Vec<u8> {
    encode("settle(uint256)", &[Arg::number(id)])
}
