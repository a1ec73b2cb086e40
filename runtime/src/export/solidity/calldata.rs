//! What a contract is sent: packed public values and the points of a proof.

use super::abi::{Arg, encode};
use super::text::{g1, g2, hex, word};
use crate::keys::{Packed, VerifyingKey};
use crate::proof::ProofFile;
use crate::verify::{VerifyError, verify_file};
use sha3::{Digest, Keccak256};

/// What says that a hash is of inputs, in the contract of ERC-7992.
const INPUT_TAG: &[u8] = b"zirc input commitment v1";

/// A proof for a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calldata {
    /// Public inputs, packed.
    pub inputs: Vec<u8>,
    /// Public outputs, packed.
    pub outputs: Vec<u8>,
    /// A, B, C, and Dₘ and D where there are any, uncompressed.
    pub proof: Vec<u8>,
    /// Digest of the verifying key.
    key: [u8; 32],
    /// The model's commitment, or zeros.
    model: [u8; 32],
}

/// What to send for a proof, which is verified first.
///
/// # Errors
/// As [`verify_file`].
pub fn calldata(key: &VerifyingKey, file: &ProofFile) -> Result<Calldata, VerifyError> {
    verify_file(key, file)?;
    let Packed { inputs, outputs } = key.interface().pack(&file.public);
    let p = &file.proof;
    let mut coordinates = g1(&p.a).to_vec();
    coordinates.extend(g2(&p.b));
    coordinates.extend(g1(&p.c));
    coordinates.extend(p.model.iter().chain(&p.commitment).flat_map(g1));
    let proof = coordinates.iter().flat_map(word).collect();
    let model = p.model_commitment().map_or([0; 32], |m| m.bytes());
    Ok(Calldata { inputs, outputs, proof, key: key.digest().0, model })
}

impl Calldata {
    /// The call of `verifyProof(inputs, outputs, proof)`.
    #[must_use]
    pub fn call(&self) -> Vec<u8> {
        let parts = [&self.inputs, &self.outputs, &self.proof].map(|p| Arg::Bytes(p));
        encode("verifyProof(bytes,bytes,bytes)", &parts)
    }

    /// What stands for the inputs in the contract of ERC-7992.
    #[must_use]
    pub fn input_commitment(&self) -> [u8; 32] {
        let mut tag = [0; 32];
        tag[..INPUT_TAG.len()].copy_from_slice(INPUT_TAG);
        Keccak256::new()
            .chain_update(tag)
            .chain_update(self.key)
            .chain_update(&self.inputs)
            .finalize()
            .into()
    }

    /// The call of `verifyInference(modelId, inputCommitment, output, proof)` of ERC-7992, for a model's
    /// number in the contract's registry.
    #[must_use]
    pub fn erc7992(&self, model: u64) -> Vec<u8> {
        let proof = [&self.inputs[..], &self.proof].concat();
        let commitment = self.input_commitment();
        let args = [
            Arg::number(model),
            Arg::Word(commitment),
            Arg::Bytes(&self.outputs),
            Arg::Bytes(&proof),
        ];
        encode("verifyInference(uint256,bytes32,bytes,bytes)", &args)
    }

    /// The call of `verify(inputHash, outputHash, metadata, proof)` of ERC-8274.
    #[must_use]
    pub fn erc8274(&self) -> Vec<u8> {
        let hash = |bytes: &[u8]| Arg::Word(Keccak256::digest(bytes).into());
        let metadata = [self.key, self.model].concat();
        let proof = [&self.inputs[..], &self.outputs, &self.proof].concat();
        let hashes = [hash(&self.inputs), hash(&self.outputs)];
        let [inputs, outputs] = hashes;
        let args = [inputs, outputs, Arg::Bytes(&metadata), Arg::Bytes(&proof)];
        encode("verify(bytes32,bytes32,bytes,bytes)", &args)
    }

    /// The call of `answer(id, inputs, outputs, proof)`, which settles a result of an optimistic contract.
    #[must_use]
    pub fn answer(&self, id: u64) -> Vec<u8> {
        let [inputs, outputs, proof] =
            [&self.inputs, &self.outputs, &self.proof].map(|p| Arg::Bytes(p));
        let args = [Arg::number(id), inputs, outputs, proof];
        encode("answer(uint256,bytes,bytes,bytes)", &args)
    }

    /// Bytes as contracts' tools take them: `0x` and hexadecimal digits.
    #[must_use]
    pub fn text(bytes: &[u8]) -> String {
        format!("0x{}", hex(bytes))
    }
}
