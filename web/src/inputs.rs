//! Values by name, from the text of a `.json` file.

use crate::answer::{Kind, Refusal};
use std::collections::BTreeMap;
use zirc_runtime::input::{RawTensor, read_json};

/// Tensors by name.
pub(crate) type Tensors = BTreeMap<String, RawTensor>;

/// Reads them.
pub(crate) fn read(text: &[u8]) -> Result<Tensors, Refusal> {
    read_json(text).map_err(|e| Refusal::new(Kind::Input, e))
}

#[cfg(feature = "prover")]
pub(crate) use of_circuits::{bind_all, bind_only};

#[cfg(feature = "prover")]
mod of_circuits {
    use super::{Refusal, Tensors};
    use zirc_circuit::{Circuit, Int, Port, Signature};
    use zirc_runtime::hashed;
    use zirc_runtime::input::{InputError, bind, by_name};

    /// The raw integers of all inputs of a circuit, in order.
    pub(crate) fn bind_all(circuit: &Circuit, tensors: &Tensors) -> Result<Vec<Vec<Int>>, Refusal> {
        bind(&circuit.signature, tensors)
            .map_err(|errors| refused(&circuit.signature, tensors, &errors))
    }

    /// The raw integers of some of a circuit's inputs, in order; others may be missing.
    pub(crate) fn bind_only(
        circuit: &Circuit,
        ports: Vec<Port>,
        tensors: &Tensors,
    ) -> Result<Vec<Vec<Int>>, Refusal> {
        let ordered = by_name(&circuit.signature, tensors);
        let ordered = ordered.map_err(|e| refused(&circuit.signature, tensors, &[e]))?;
        let mut wanted = ordered.unwrap_or_else(|| tensors.clone());
        let other = |name: &String| circuit.signature.inputs.iter().any(|p| p.name == *name);
        // A name that the circuit does not know stays, to be refused.
        wanted.retain(|name, _| ports.iter().any(|p| p.name == *name) || !other(name));
        let signature = Signature { inputs: ports, ..circuit.signature.clone() };
        bind(&signature, &wanted).map_err(|errors| refused(&signature, &wanted, &errors))
    }

    fn refused(signature: &Signature, tensors: &Tensors, errors: &[InputError]) -> Refusal {
        let refusal = Refusal::input("the values do not fit the circuit's inputs", errors);
        let missing = |p: &&Port| hashed::salted(p).is_some() && !tensors.contains_key(&p.name);
        match signature.inputs.iter().find(missing) {
            None => refusal,
            Some(p) => {
                let name = zirc_runtime::words::line(&p.name);
                refusal.help(format!(
                    "the commitment depends on `{name}`: it is among the salts that `commit` gave, and is kept \
                     with the values"
                ))
            }
        }
    }
}
