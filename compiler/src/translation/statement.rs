//! That the circuit speaks of the same public values and the same inputs.

use super::Lost;
use crate::draft::Draft;
use crate::lower::Lowered;
use zirc_circuit::{Kind, Port, TensorId};

/// Refuses a circuit whose ports are not those of the lowered form, or whose public values are not
/// variables of their own.
pub(super) fn same(lowered: &Draft, out: &Lowered) -> Result<(), Lost> {
    let place = |t: TensorId| out.places.get(&t).copied();
    let (old, new) = (&lowered.signature, &out.circuit.signature);
    let pairs = [(&old.inputs, &new.inputs), (&old.outputs, &new.outputs)];
    for (a, b) in pairs {
        let moved = |p: &Port| Some(Port { tensor: place(p.tensor)?, ..p.clone() });
        let all: Option<Vec<Port>> = a.iter().map(moved).collect();
        if all.as_ref() != Some(b) {
            return Err(Lost::statement("the ports are not those of the program".into()));
        }
    }
    let is_public = |k: &Kind| *k == Kind::Public;
    let wanted = lowered.tensors().iter().filter(|t| is_public(&t.kind)).count();
    let public = out.circuit.tensors.iter().filter(|t| is_public(&t.kind)).count();
    let kept =
        lowered.tensors().iter().enumerate().filter(|(_, t)| is_public(&t.kind)).all(|(k, t)| {
            let to = place(TensorId(k as u32)).map(|to| &out.circuit.tensors[to.0 as usize]);
            to.is_some_and(|to| {
                is_public(&to.kind) && (&to.shape, &to.interval) == (&t.shape, &t.interval)
            })
        });
    if wanted != public || !kept {
        return Err(Lost::statement("public values are lost or new".into()));
    }
    // 1 is 1 in both.
    if place(TensorId::ONE) != Some(TensorId::ONE) {
        return Err(Lost::statement("the constant 1 is lost".into()));
    }
    Ok(())
}
