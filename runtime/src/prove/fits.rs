//! Whether key, circuit and assignment belong together.

use super::ProveError;
use crate::keys::Head;
use zirc_circuit::{Assignment, Circuit, Kind};

/// Refuses a key of another circuit, and one whose numbers are not those of its circuit.
pub(super) fn check_key(head: Head<'_>, circuit: &Circuit) -> Result<(), ProveError> {
    let digest = circuit.digest();
    if digest != head.verifying.circuit() {
        return Err(ProveError::WrongCircuit {
            key: head.verifying.circuit(),
            key_name: head.verifying.interface().name.clone(),
            circuit: digest,
            circuit_name: circuit.signature.name.clone(),
        });
    }
    let layout = circuit.layout();
    for (what, expected, got) in [
        ("constraints", circuit.num_constraints(), head.num_constraints),
        ("variables", layout.num_variables(), head.num_variables),
        (
            "public values",
            layout.num_public + layout.num_evaluations,
            head.verifying.interface().num_instance(),
        ),
        (
            "models",
            usize::from(layout.num_model > 0),
            usize::from(head.verifying.model().is_some()),
        ),
        ("challenges", layout.num_challenges, head.verifying.num_challenges()),
    ] {
        if expected != got {
            return Err(ProveError::KeySize { what, expected, got });
        }
    }
    // Ascending, as the loader has checked.
    for (blinders, own) in [(head.model, layout.model()), (head.blinders, layout.committed())] {
        let pinned = blinders.map_or(&[][..], |c| &c.pinned);
        let stray = pinned.iter().map(|&j| j as usize).find(|j| !own.contains(j));
        if let Some(got) = stray {
            let (what, expected) = ("variables without a constraint", own.start);
            return Err(ProveError::KeySize { what, expected, got });
        }
    }
    Ok(())
}

/// Refuses an assignment of another circuit.
pub(super) fn check_lengths(circuit: &Circuit, assignment: &Assignment) -> Result<(), ProveError> {
    let (expected, got) = (circuit.tensors.len(), assignment.values.len());
    if expected != got {
        return Err(ProveError::AssignmentLength { expected, got });
    }
    for (tensor, (t, v)) in circuit.tensors.iter().zip(&assignment.values).enumerate() {
        let (expected, got) = (t.len(), v.len());
        let late = t.kind.is_late() || matches!(t.kind, Kind::Linear(_));
        // What depends on challenges may be missing; the proof computes its own.
        if expected != got && t.kind != Kind::Aux && !(late && got == 0 && circuit.has_challenges())
        {
            return Err(ProveError::TensorLength { tensor, expected, got });
        }
    }
    Ok(())
}
