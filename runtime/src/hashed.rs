//! Commitments by hash: what a circuit says of its `committed` parameters in plain Groth16, and of those that are
//! `hashed` in every mode.

use rand::{CryptoRng, RngCore};
use zirc_circuit::{Circuit, Int, Port, PortType};

/// What the name of such an output ends in; nothing else can be called so.
const COMMITMENT: &str = ".commitment";
/// What the name of the input ends in that hides what could be guessed.
const SALT: &str = ".salt";
/// Random bytes of a salt: as many as an element of the field holds whole.
const BYTES: usize = 31;

/// The outputs that are commitments, in the order of the signature.
pub fn commitments(circuit: &Circuit) -> impl Iterator<Item = &Port> {
    circuit.signature.outputs.iter().filter(|o| o.name.ends_with(COMMITMENT))
}

/// The committed parameter that an input is the salt of.
#[must_use]
pub fn salted(port: &Port) -> Option<&str> {
    port.name.strip_suffix(SALT).filter(|_| port.ty == PortType::Field)
}

/// A new salt.
pub fn salt(rng: &mut (impl RngCore + CryptoRng)) -> Int {
    let mut bytes = [0; BYTES];
    rng.fill_bytes(&mut bytes);
    Int::from_bytes_le(num_bigint::Sign::Plus, &bytes)
}
