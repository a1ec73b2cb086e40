//! `commit`: what every proof about the `committed` parameters of a circuit will name.

use crate::answer::{Kind, Refusal};
use crate::files::{self, hex, unassigned, unproved};
use crate::inputs::{self, Tensors, bind_only};
use rand::rngs::OsRng;
use serde_json::{Map, Value};
use zirc_circuit::{Circuit, Port, assign_model, assign_output, inputs_of};
use zirc_runtime::hashed::{commitments, salt, salted};
use zirc_runtime::input::{RawData, RawTensor};
use zirc_runtime::{commit_model_from, silent};

/// Computes them.
pub(crate) fn commit(circuit: &[u8], values: &[u8], key: Option<&[u8]>) -> Result<Value, Refusal> {
    let files = circuit.len() + values.len() + key.map_or(0, <[u8]>::len);
    let circuit = files::circuit(circuit)?;
    let values = inputs::read(values)?;
    files::room(&circuit, files)?;
    let hashed = commitments(&circuit).next().is_some();
    match (circuit.has_model(), hashed, key) {
        (true, _, Some(key)) => {
            let mut made = by_hash(&circuit, values.clone())?;
            let model = under_a_key(&circuit, &values, key)?;
            made.extend(model);
            Ok(made.into())
        }
        (true, false, None) => Err(usage(
            "a commitment beside the proof is one under a key: give the proving key as key",
        )),
        (_, true, None) => by_hash(&circuit, values).map(Value::Object),
        (false, true, Some(_)) => Err(usage(
            "the commitments of this circuit are hashes, under no key: leave the key out",
        )),
        (false, false, _) => Err(usage("the circuit has nothing to commit to")
            .help("declare a parameter `committed`, or import with --weights committed")),
    }
}

fn usage(message: &str) -> Refusal {
    Refusal::new(Kind::Usage, message)
}

/// Hashes, from the committed values and their salts alone; a salt that is not given is made. Where a model is
/// committed to as well, inputs may be missing: there need be none yet.
fn by_hash(circuit: &Circuit, mut values: Tensors) -> Result<Map<String, Value>, Refusal> {
    let (mut all, mut salts) = (Map::new(), Map::new());
    for output in commitments(circuit) {
        let ports: Vec<Port> = inputs_of(circuit, output)
            .into_iter()
            .map(|k| circuit.signature.inputs[k].clone())
            .collect();
        let own = ports.iter().filter(|p| salted(p).is_none());
        if circuit.has_model() && !own.clone().any(|p| values.contains_key(&p.name)) {
            continue;
        }
        for port in ports.iter().filter(|p| salted(p).is_some()) {
            if !values.contains_key(&port.name) {
                let made = salt(&mut OsRng);
                salts.insert(port.name.clone(), made.to_string().into());
                let data = RawData::Big(vec![made]);
                values.insert(port.name.clone(), RawTensor { shape: vec![], data });
            }
        }
        let given = bind_only(circuit, ports, &values)?;
        let made = assign_output(circuit, output, &given).map_err(|e| unassigned(circuit, &e))?;
        let made = made.first().map(ToString::to_string).unwrap_or_default();
        all.insert(output.name.clone(), made.into());
    }
    let mut out = Map::new();
    out.insert("circuit".into(), circuit.signature.name.clone().into());
    out.insert("digest".into(), circuit.digest().to_string().into());
    out.insert("commitments".into(), all.into());
    out.insert("salts".into(), salts.into());
    Ok(out)
}

/// The commitment to a hidden model, and what opens it.
fn under_a_key(
    circuit: &Circuit,
    values: &Tensors,
    key: &[u8],
) -> Result<[(String, Value); 3], Refusal> {
    let model = bind_only(circuit, circuit.model_ports().cloned().collect(), values)?;
    let assignment = assign_model(circuit, &model).map_err(|e| unassigned(circuit, &e))?;
    let mut key = files::key(key, false)?;
    let opening = commit_model_from(&mut key, circuit, &assignment, &mut OsRng, &mut silent);
    let opening = opening.map_err(|e| unproved(circuit, &e))?;
    Ok([
        ("verifying_key_digest".into(), opening.verifying_key().to_string().into()),
        ("commitment".into(), opening.commitment().to_string().into()),
        ("opening".into(), hex(&opening.encode()).into()),
    ])
}
