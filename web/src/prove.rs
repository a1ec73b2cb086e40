//! `prove`: from inputs to a proof and its receipt, for circuits that memory suffices for.

use crate::answer::{Kind, Refusal};
use crate::files::{self, hex, unassigned, unproved};
use crate::inputs::{self, bind_all};
use rand::rngs::OsRng;
use serde_json::{Value, json};
use zirc_circuit::{Circuit, assign};
use zirc_runtime::words::Named;
use zirc_runtime::{Opening, ProveError, ProveOptions, Receipt, prove_from, silent};

/// Makes it, and verifies it before it is handed out.
pub(crate) fn prove(
    circuit: &[u8],
    key: &[u8],
    values: &[u8],
    opening: Option<&[u8]>,
    check: bool,
) -> Result<Value, Refusal> {
    let files = circuit.len() + key.len() + values.len();
    let circuit = files::circuit(circuit)?;
    let opening = opening.map(Opening::decode).transpose();
    let opening = opening.map_err(|e| Refusal::new(Kind::File, format!("the opening: {e}")))?;
    belongs(&circuit, opening.as_ref())?;
    files::room(&circuit, files)?;
    let inputs = bind_all(&circuit, &inputs::read(values)?)?;
    let assignment = assign(&circuit, &inputs).map_err(|e| unassigned(&circuit, &e))?;
    let mut key = files::key(key, check)?;
    let options = ProveOptions { check: true, opening: opening.as_ref() };
    let proven = prove_from(&mut key, &circuit, &assignment, options, &mut OsRng, &mut silent);
    let proven = proven.map_err(|e| unproved(&circuit, &e))?;
    let file = proven.to_file();
    let key = key.verifying_key();
    let wrong = |e: String| {
        let message = format!("proofs made with this key do not verify ({e}): a wrong key");
        Refusal::new(Kind::File, message)
    };
    let receipt = Receipt::new(key, &file).map_err(|e| wrong(e.to_string()))?;
    let public = key.interface().to_values(&file.public).map_err(|e| wrong(e.to_string()))?;
    Ok(json!({
        "circuit": circuit.signature.name,
        "digest": proven.circuit.to_string(),
        "verifying_key_digest": proven.verifying_key.to_string(),
        "model_commitment": receipt.model_commitment,
        "public": Named::to_json(&Named::of_key(key, &public)),
        "proof": hex(&file.encode()),
        "receipt": receipt.to_json(),
    }))
}

/// Whoever lacks an opening hears so before long work.
fn belongs(circuit: &Circuit, opening: Option<&Opening>) -> Result<(), Refusal> {
    match (opening, circuit.has_model()) {
        (None, true) => {
            let message = "the circuit has a model: a proof needs the opening of its commitment";
            Err(Refusal::new(Kind::Usage, message).help("`commit` gives it: pass it on as opening"))
        }
        (Some(_), false) => Err(Refusal::new(Kind::Usage, ProveError::NoModel)),
        _ => Ok(()),
    }
}
