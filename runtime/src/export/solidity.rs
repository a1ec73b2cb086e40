//! Contracts that verify proofs under one key on a chain with Ethereum's virtual machine, and what to send
//! to them.
//!
//! A contract has the key's points as constants and accepts what [`verify`](crate::verify()) accepts: it checks
//! lengths, every public value against its type, every coordinate against the field's order, every point
//! against its curve, derives the challenges of a commitment round, and asks the pairing check of the
//! machine. Every refusal is an error that says why.
//!
//! - `layout`: where things are in the contract's memory;
//! - `numbers`: that, and the key's points, as text;
//! - `contract`: the templates beside this file, filled in;
//! - `calldata`: packed public values and the points of a proof, in calls as `abi` writes them.

pub(crate) mod abi;
mod calldata;
mod contract;
mod layout;
mod numbers;
#[cfg(test)]
mod tests;
mod text;

pub use calldata::{Calldata, calldata};

use crate::files::{FileError, write_atomically};
use crate::keys::VerifyingKey;
use crate::model::ModelCommitment;
use layout::Layout;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Bytes of code that a contract may have (EIP-170).
pub const CODE_LIMIT: usize = 24_576;
/// Bytes of code of the largest contract without ports, the optimistic one.
const CODE: usize = 6_900;
/// Bytes of code for a point that is multiplied: two numbers of 32 bytes and the call.
const CODE_OF_TERM: usize = 90;
/// Bytes of code for a port: two numbers of 32 bytes, five small ones, and the call; and what is there once
/// for all ports of its kind.
const CODE_OF_PORT: usize = 200;
/// Bytes of code for a commitment: its check, four numbers of 32 bytes, and challenges.
const CODE_OF_COMMITMENT: usize = 1_000;
/// Gas of a proof without public values and commitments, but for its pairing check.
const GAS: u64 = 4_000;
/// Gas of a port.
const GAS_OF_PORT: u64 = 500;
/// Gas of a commitment, but for its pairing: its check, and challenges.
const GAS_OF_COMMITMENT: u64 = 1_000;
/// Gas of a value that is a word, or carried and has to be compared with its type.
const GAS_OF_VALUE: u64 = 110;
/// Gas of a carried value that is any byte.
const GAS_OF_BYTE: u64 = 40;
/// Gas of calling both machine's contracts for a product and a sum, and of what they are given.
const GAS_OF_CALLS: u64 = 420;

/// A file with a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, which is that of the contract in it, with `.sol`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Why there is no contract for a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SolidityError {
    /// What loaders of keys refuse.
    #[error("the key cannot be trusted: {0}")]
    Key(#[from] FileError),
    /// A circuit with a hidden model: the contract has to ask for one.
    #[error("the circuit hides its model: which commitment must proofs be about?")]
    NoModel,
    /// A commitment to a model where the circuit has none.
    #[error("the circuit hides no model, so proofs cannot be about a certain one")]
    NotHidden,
    /// More public values than the contract has room for.
    #[error(
        "{plain} public values that are instance variables: the contract would be of {code} bytes or so, and {CODE_LIMIT} are allowed; have them carried (`--mode groth16-commit --public carried`)"
    )]
    TooLarge {
        /// Public values that are not carried.
        plain: usize,
        /// Estimated bytes of code.
        code: usize,
    },
    /// A file could not be written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: Box<FileError>,
    },
}

/// The contracts for a key: `ZircVerifier.sol`, and on top of it `ZircERC7992.sol`, `ZircERC8274.sol` and
/// `ZircOptimistic.sol`.
///
/// `model` is the model that proofs must be about, where the circuit hides one.
///
/// # Errors
/// [`SolidityError::Key`] for whatever loaders of keys refuse, forgeable keys among it; a model that is
/// missing or too much; a contract that would be too large to be deployed.
pub fn contracts(
    key: &VerifyingKey,
    model: Option<ModelCommitment>,
) -> Result<[Source; 4], SolidityError> {
    // A key in memory need not have come through a loader.
    VerifyingKey::decode(&key.encode())?;
    match (key.commitments().model, model) {
        (true, None) => return Err(SolidityError::NoModel),
        (false, Some(_)) => return Err(SolidityError::NotHidden),
        _ => {}
    }
    let layout = Layout::new(key);
    let code = code_size(key);
    if code > CODE_LIMIT {
        return Err(SolidityError::TooLarge { plain: layout.plain.len(), code });
    }
    let model = match model {
        None => None,
        Some(m) => Some((m.bytes(), m.point()?)),
    };
    Ok(contract::write(key, &layout, model))
}

/// Bytes of code that no contract for a key has more of, compiled by solc 0.8.30 with its optimizer.
#[must_use]
pub fn code_size(key: &VerifyingKey) -> usize {
    let layout = Layout::new(key);
    let commitments = key.commitments().count();
    let (terms, ports) = (layout.instance().count(), layout.ports.len());
    CODE + CODE_OF_TERM * terms + CODE_OF_PORT * ports + CODE_OF_COMMITMENT * commitments
}

/// Gas that no proof takes more of in `verifyProof`, without a transaction's 21,000 and its calldata: the
/// pairing check and the multiplications by what they cost (EIP-1108, EIP-2929), and values and the rest as
/// measured.
#[must_use]
pub fn gas(key: &VerifyingKey) -> u64 {
    let layout = Layout::new(key);
    let carried = layout.ports.iter().filter(|p| p.carried);
    let values =
        carried.map(|p| p.count as u64 * if p.is_bytes() { GAS_OF_BYTE } else { GAS_OF_VALUE });
    let plain = layout.plain.len() as u64 * GAS_OF_VALUE;
    let commitments = key.commitments().count() as u64;
    // Memory (Yellow Paper, appendix H): 3 for a word, and the square of their number over 512.
    let words = (layout.pairs + layout.pairs_bytes).div_ceil(layout::WORD) as u64;
    let memory = 3 * words + words * words / 512;
    memory
        + GAS
        + GAS_OF_COMMITMENT * commitments
        + GAS_OF_PORT * layout.ports.len() as u64
        + values.sum::<u64>()
        + plain
        + (6_000 + 150 + GAS_OF_CALLS) * layout.instance().count() as u64
        + 45_000
        + 34_000 * (4 + commitments)
}

/// Writes files into a folder that exists, each whole or not at all.
///
/// # Errors
/// [`SolidityError::File`]
pub fn write_sources(sources: &[Source], folder: &Path) -> Result<Vec<PathBuf>, SolidityError> {
    let mut files = vec![];
    for source in sources {
        let path = folder.join(source.name);
        let written = write_atomically(&path, |out| {
            std::io::Write::write_all(out, source.text.as_bytes())?;
            Ok(())
        });
        written.map_err(|e| SolidityError::File { path: path.clone(), error: Box::new(e) })?;
        files.push(path);
    }
    Ok(files)
}
