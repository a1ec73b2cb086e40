//! zirc for JavaScript: what `web/js` calls, as WebAssembly.
//!
//! Two modules are made of this crate. The one verifies receipts, and is what a reader downloads; the other, with the
//! feature `prover`, commits and proves too. Every function takes bytes and texts and returns one JSON object,
//! `{"ok": …}` or `{"error": …}`, of which `web/js/index.d.ts` has the types. What is said stands in
//! [`zirc_runtime`], where `zirc verify` has it from too.
//!
//! All input is hostile, as everywhere. What memory does not suffice for ends the instance, and JavaScript starts a
//! new one; so no state is kept from call to call.

mod answer;
#[cfg(feature = "prover")]
mod commit;
#[cfg(feature = "prover")]
mod files;
mod inputs;
#[cfg(feature = "prover")]
mod prove;
mod verify;

use wasm_bindgen::prelude::wasm_bindgen;

/// Verifies a receipt (JSON, in UTF-8), as `zirc verify` does. `asked` is an object: `keyDigest`, unless the file of
/// the trusted `key` is given, and what the proof must be about, `model` (a commitment in hexadecimal) and `public`
/// (the text of a `.json` file of values).
#[wasm_bindgen]
#[must_use]
pub fn verify(receipt: &[u8], asked: &str, key: Option<Vec<u8>>) -> String {
    answer::text(verify::verify(receipt, asked, key.as_deref()))
}

/// Computes what `zirc commit` does of a circuit's file and the text of a `.json` file of values: hashes with the
/// salts that were made for them, or under a proving key a commitment and what opens it.
#[cfg(feature = "prover")]
#[wasm_bindgen]
#[must_use]
pub fn commit(circuit: &[u8], inputs: &[u8], key: Option<Vec<u8>>) -> String {
    answer::text(commit::commit(circuit, inputs, key.as_deref()))
}

/// Proves what `zirc prove` does, by the files of a circuit and of a proving key, the text of a `.json` file of values
/// and, for a hidden model, what opens its commitment. With `check` every point of the key is checked, as for one
/// that somebody else made.
#[cfg(feature = "prover")]
#[wasm_bindgen]
#[must_use]
pub fn prove(
    circuit: &[u8],
    key: &[u8],
    inputs: &[u8],
    opening: Option<Vec<u8>>,
    check: bool,
) -> String {
    answer::text(prove::prove(circuit, key, inputs, opening.as_deref(), check))
}
