//! A contract that is offered what it accepts, with changes.

use super::samples::{affine, carried, range, several_publics, with_model};
use super::{Case, Deployed, mixed};
use ark_bn254::{G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use zirc_evm::{Outcome, failure};
use zirc_runtime::export::solidity::Calldata;

/// A contract, and a call that it accepts.
pub struct Room {
    pub deployed: Deployed,
    pub call: Calldata,
}

pub fn room(case: &Case) -> Room {
    let mut room = Room { deployed: case.deployed(), call: case.calldata(2) };
    let honest = room.call.clone();
    assert_eq!(room.outcome(&honest), Outcome::Returned(vec![]));
    room
}

impl Room {
    pub fn outcome(&mut self, call: &Calldata) -> Outcome {
        self.deployed.verify(call).outcome
    }

    /// What becomes of the call with a change.
    pub fn changed(&mut self, change: impl FnOnce(&mut Calldata)) -> Outcome {
        let mut call = self.call.clone();
        change(&mut call);
        self.outcome(&call)
    }

    /// Offsets of the proof's points in G1.
    pub fn of_g1(&self) -> Vec<usize> {
        [0, 192].into_iter().chain((256..self.call.proof.len()).step_by(64)).collect()
    }
}

/// One in each mode, one with carried values, and two with a hidden model, without and with challenges.
pub fn cases() -> Vec<Case> {
    let both = with_model(carried(), 2);
    let all = [several_publics(), range(9), carried(), affine(4), both].map(Case::of);
    all.into_iter().chain([mixed()]).collect()
}

pub fn bytes(x: &impl PrimeField) -> Vec<u8> {
    let bytes = x.into_bigint().to_bytes_be();
    bytes[bytes.len() - 32..].to_vec()
}

pub fn g1(point: G1Affine) -> Vec<u8> {
    [point.x, point.y].iter().flat_map(bytes).collect()
}

pub fn g2(point: G2Affine) -> Vec<u8> {
    [point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(bytes).collect()
}

/// 32 bytes, big-endian, with a number added; what does not fit is lost.
pub fn add(word: &mut [u8], more: &[u8]) {
    let mut carry = 0;
    for (x, y) in word.iter_mut().zip(more).rev() {
        let sum = u16::from(*x) + u16::from(*y) + carry;
        (*x, carry) = (sum as u8, sum >> 8);
    }
}

pub fn invalid() -> Outcome {
    failure("InvalidProof()", &[])
}
