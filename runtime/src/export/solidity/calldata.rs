//! What a contract is sent: packed public values and the points of a proof.

use super::text::{g1, g2, hex, word};
use crate::keys::VerifyingKey;
use crate::proof::ProofFile;
use crate::verify::{VerifyError, verify_file};
use ark_ff::{BigInteger, PrimeField};
use sha3::{Digest, Keccak256};
use zirc_circuit::Fr;

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
    let mut packed = [vec![], vec![]];
    for (port, values) in key.interface().split(&file.public) {
        let (least, width) = (port.least(), port.bytes());
        let distance = |x: &Fr| (*x - least).into_bigint().to_bytes_be();
        let out = &mut packed[usize::from(port.output)];
        values.iter().for_each(|x| out.extend(&distance(x)[32 - width..]));
    }
    let [inputs, outputs] = packed;
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
        let mut id = [0; 32];
        id[24..].copy_from_slice(&model.to_be_bytes());
        let proof = [&self.inputs[..], &self.proof].concat();
        let commitment = self.input_commitment();
        let args =
            [Arg::Word(id), Arg::Word(commitment), Arg::Bytes(&self.outputs), Arg::Bytes(&proof)];
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

    /// Bytes as contracts' tools take them: `0x` and hexadecimal digits.
    #[must_use]
    pub fn text(bytes: &[u8]) -> String {
        format!("0x{}", hex(bytes))
    }
}

/// An argument of a call.
enum Arg<'a> {
    Word([u8; 32]),
    Bytes(&'a [u8]),
}

/// A call: the function's selector, words and offsets, then what has a length.
fn encode(function: &str, args: &[Arg<'_>]) -> Vec<u8> {
    let number = |n: usize| {
        let mut out = [0; 32];
        out[24..].copy_from_slice(&(n as u64).to_be_bytes());
        out
    };
    let mut head = Keccak256::digest(function)[..4].to_vec();
    let mut tail = vec![];
    for arg in args {
        match arg {
            Arg::Word(word) => head.extend(word),
            Arg::Bytes(bytes) => {
                head.extend(number(32 * args.len() + tail.len()));
                tail.extend(number(bytes.len()));
                tail.extend_from_slice(bytes);
                tail.resize(tail.len().next_multiple_of(32), 0);
            }
        }
    }
    head.extend(tail);
    head
}
