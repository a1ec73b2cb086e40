//! Commitments by hash: the outputs `NAME.commitment` of a circuit.

use crate::error::Error;
use crate::load::circuit::Opened;
use crate::load::inputs::Values;
use crate::load::salt::Salts;
use crate::show::{self, line};
use serde_json::{Map, Value};
use zirc_circuit::{Circuit, Port, assign_output, inputs_of};
use zirc_runtime::hashed::{commitments, salted};

/// Commitments as lines, and by the names of the outputs.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    pub(super) text: String,
    pub(super) all: Map<String, Value>,
}

/// Whether there are any.
pub(super) fn any(circuit: &Circuit) -> bool {
    commitments(circuit).next().is_some()
}

/// Computes them, from the committed values and their salts alone. Where a model is committed to as well, inputs may
/// be missing: there need be none yet.
pub(super) fn commit(opened: &mut Opened, input: &Values) -> Result<Hashes, Error> {
    opened.folder.salts = Salts::Made;
    let circuit = &opened.circuit;
    let mut made = Hashes::default();
    for output in commitments(circuit) {
        let ports = inputs_of(circuit, output).into_iter();
        let ports: Vec<Port> = ports.map(|k| circuit.signature.inputs[k].clone()).collect();
        if circuit.has_model() && !input.has_any(circuit, ports.iter().filter(own))? {
            let name = line(&output.name);
            show::stderr(&format!("note: no values are given for `{name}`"));
            continue;
        }
        let values = input.bind_only(circuit, ports, &mut opened.folder)?;
        let hash = assign_output(circuit, output, &values);
        let hash = hash.map_err(|e| Error::file(&input.path, e))?;
        let value = hash.first().map(ToString::to_string).unwrap_or_default();
        made.text.push_str(&format!("{}  {value}\n", line(&output.name)));
        made.all.insert(output.name.clone(), Value::String(value));
    }
    Ok(made)
}

/// Whether a port is one of the committed value, and not its salt.
fn own(port: &&Port) -> bool {
    salted(port).is_none()
}
