//! Groth16 over BN254 for zirc circuits: setup, proving, verification, and their files.
//!
//! A circuit is data ([`zirc_circuit::Circuit`]); nothing here knows a layer. [`setup()`] makes the
//! keys of one, [`prove()`] a proof of an assignment, and [`verify()`] accepts or says why not:
//!
//! - [`keys`], [`proof`] and [`files`]: the objects and their encodings;
//! - [`model`]: commitments to models, for all proofs; [`hashed`]: those that are outputs;
//! - [`receipt`]: a proof with its meaning, as JSON;
//! - [`words`]: what a reader is told of what was accepted;
//! - [`input`]: values from `.json`, `.npy`, `.npz` and `.safetensors` files;
//! - [`export`]: circuits in the formats of circom's tools;
//! - [`snarkjs`]: its keys and proofs, both ways;
//! - [`ceremony`]: the second phase of a setup, by many;
//! - [`ark`]: a circuit inside arkworks' constraint systems;
//! - [`domain`]: how many rows a circuit is padded to;
//! - [`forecast`]: what setup and proof will cost;
//! - [`progress`]: phases, timings and memory; [`machine`]: what the system says of the latter.
//!
//! Every file and every proof is untrusted: nothing panics on bytes from outside, and every refusal
//! is a typed error.

pub mod ark;
pub mod ceremony;
mod curve;
pub mod domain;
pub mod export;
pub mod files;
pub mod forecast;
pub mod hashed;
pub mod input;
pub mod keys;
pub mod machine;
pub mod model;
pub mod optimistic;
pub mod progress;
pub mod proof;
pub mod prove;
pub mod receipt;
#[cfg(test)]
mod samples;
pub mod setup;
pub mod snarkjs;
mod transcript;
pub mod verify;
pub mod words;

pub use ceremony::{Ceremony, CeremonyError};
pub use domain::DomainChoice;
pub use files::{FileError, PointError};
pub use forecast::{Costs, Forecast, Need, NoRoom, Room, Work, witness_fits, witness_memory};
pub use keys::{
    CommitmentPoints, HiddenPort, Interface, KeyCeremony, KeyFile, MadeIn, NondetUse, ProvingKey,
    PublicPort, Role, Validation, ValueError, VerifyingKey,
};
pub use model::{ModelCommitment, Opening};
pub use optimistic::PostedResult;
pub use progress::{Phase, Spent, Timings, silent};
pub use proof::{COMMITTED_PROOF_SIZE, Commitments, PROOF_SIZE, Proof, ProofFile};
pub use prove::{
    ProveError, ProveOptions, Proven, commit_model, commit_model_from, prove, prove_from,
};
pub use receipt::{Receipt, ReceiptError};
pub use setup::{Phase1, SetupError, SetupOptions, phase1_log_rows, setup, setup_by_phase1};
pub use snarkjs::{Ptau, SnarkjsError, SnarkjsKey, ZKey, prove_with_zkey};
pub use verify::{VerifyError, verify, verify_file, verify_model, verify_values};
