//! Calls of contracts, as Solidity's ABI writes them.

use sha3::{Digest, Keccak256};

/// An argument of a call.
pub(crate) enum Arg<'a> {
    Word([u8; 32]),
    Bytes(&'a [u8]),
}

impl Arg<'_> {
    /// An integer without a sign.
    pub(crate) fn number(n: u64) -> Self {
        let mut word = [0; 32];
        word[24..].copy_from_slice(&n.to_be_bytes());
        Arg::Word(word)
    }
}

/// A call: the function's selector, words and offsets, then what has a length.
pub(crate) fn encode(function: &str, args: &[Arg<'_>]) -> Vec<u8> {
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
