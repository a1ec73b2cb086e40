//! Commitments by hash: the outputs `NAME.commitment` of circuits in plain Groth16.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::circuit::Opened;
use crate::load::inputs::Values;
use crate::load::salt::Salts;
use crate::show::clean;
use serde_json::{Map, Value, json};
use zirc_circuit::{Circuit, assign_output, inputs_of};
use zirc_runtime::hashed::commitments;

/// Whether there are any.
pub(super) fn any(circuit: &Circuit) -> bool {
    commitments(circuit).next().is_some()
}

/// Computes them, from the committed values and their salts alone.
pub(super) fn commit(opened: &mut Opened, input: &Values) -> Result<Answer, Error> {
    opened.folder.salts = Salts::Made;
    let circuit = &opened.circuit;
    let mut text = format!("circuit  {}\n", clean(&circuit.signature.name));
    let mut all = Map::new();
    for output in commitments(circuit) {
        let ports = inputs_of(circuit, output);
        let ports = ports.into_iter().map(|k| circuit.signature.inputs[k].clone()).collect();
        let values = input.bind_only(circuit, ports, &mut opened.folder)?;
        let made = assign_output(circuit, output, &values);
        let made = made.map_err(|e| Error::file(&input.path, e))?;
        let value = made.first().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("{}  {value}\n", clean(&output.name)));
        all.insert(output.name.clone(), Value::String(value));
    }
    let json = json!({
        "circuit": circuit.signature.name,
        "digest": circuit.digest().to_string(),
        "commitments": all,
    });
    Ok(Answer::yes(text, json))
}
