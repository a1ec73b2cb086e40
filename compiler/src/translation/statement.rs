//! That the circuit speaks of the same public values and the same inputs.

use super::{Lost, Translation};
use std::collections::BTreeSet;
use zirc_circuit::{Circuit, Kind, Lin, Port, Tensor, TensorId};

/// Refuses a circuit that draws other challenges, or in which something that was fixed before them now
/// follows from them. Responses are the circuit's own to show, by its validation.
fn rounds(t: Translation<'_>) -> Result<(), Lost> {
    let Translation { lowered, optimized, circuit, places } = t;
    let none = |t: &Tensor| t.kind != Kind::Challenge && t.kind != Kind::Response;
    if lowered.tensors().iter().all(none) && circuit.tensors.iter().all(none) {
        return Ok(());
    }
    let drawn = circuit.tensors.iter().filter(|t| t.kind == Kind::Challenge).count();
    let mut wanted = 0;
    for (k, t) in lowered.tensors().iter().enumerate() {
        let id = TensorId(k as u32);
        let place = places.get(&id).map(|to| &circuit.tensors[to.0 as usize]);
        match &t.kind {
            Kind::Challenge => {
                wanted += usize::from(place.is_some());
                if place.is_some_and(|p| p.kind != Kind::Challenge || p.shape != t.shape) {
                    return Err(Lost::statement("a challenge is chosen otherwise".into()));
                }
            }
            Kind::Witness => {
                let late = |p: &Tensor| match &p.kind {
                    Kind::Challenge | Kind::Response => true,
                    Kind::Linear(lin) => circuit_is_late(circuit, lin),
                    _ => false,
                };
                if optimized.is_late(std::iter::once(id)) || place.is_some_and(late) {
                    let what = "a value that is committed to would follow from challenges";
                    return Err(Lost::statement(what.into()));
                }
            }
            _ => {}
        }
    }
    if wanted != drawn {
        return Err(Lost::statement("challenges are lost or new".into()));
    }
    Ok(())
}

/// Whether a combination of the circuit depends on challenges.
fn circuit_is_late(circuit: &Circuit, lin: &Lin) -> bool {
    let mut stack: Vec<TensorId> = lin.terms.iter().map(|t| t.src).collect();
    let mut seen = BTreeSet::new();
    while let Some(t) = stack.pop() {
        match &circuit.tensors[t.0 as usize].kind {
            Kind::Challenge | Kind::Response => return true,
            Kind::Linear(lin) if seen.insert(t) => stack.extend(lin.terms.iter().map(|t| t.src)),
            _ => {}
        }
    }
    false
}

/// Refuses a circuit in which something else is committed to as the model.
fn model(t: Translation<'_>) -> Result<(), Lost> {
    let Translation { lowered, circuit, places, .. } = t;
    let of = |t: &&Tensor| t.kind == Kind::Model;
    let wanted = lowered.tensors().iter().filter(of).count();
    let mut kept: BTreeSet<TensorId> = BTreeSet::new();
    for (k, t) in lowered.tensors().iter().enumerate().filter(|(_, t)| t.kind == Kind::Model) {
        let place = places.get(&TensorId(k as u32));
        let tensor = place.map(|to| &circuit.tensors[to.0 as usize]);
        let same = |p: &&Tensor| {
            p.kind == Kind::Model && (&p.shape, &p.interval) == (&t.shape, &t.interval)
        };
        kept.extend(place.filter(|_| tensor.filter(same).is_some()));
    }
    if kept.len() != wanted || circuit.tensors.iter().filter(of).count() != wanted {
        return Err(Lost::statement("values of a model are lost or new".into()));
    }
    Ok(())
}

/// Refuses a circuit whose ports are not those of the lowered form, or whose public values are not
/// variables of their own.
pub(super) fn same(t: Translation<'_>) -> Result<(), Lost> {
    let Translation { lowered, circuit, places, .. } = t;
    let place = |t: TensorId| places.get(&t).copied();
    let (old, new) = (&lowered.signature, &circuit.signature);
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
    let public = circuit.tensors.iter().filter(|t| is_public(&t.kind)).count();
    let kept =
        lowered.tensors().iter().enumerate().filter(|(_, t)| is_public(&t.kind)).all(|(k, t)| {
            let to = place(TensorId(k as u32)).map(|to| &circuit.tensors[to.0 as usize]);
            to.is_some_and(|to| {
                is_public(&to.kind) && (&to.shape, &to.interval) == (&t.shape, &t.interval)
            })
        });
    if wanted != public || !kept {
        return Err(Lost::statement("public values are lost or new".into()));
    }
    model(t)?;
    rounds(t)?;
    // 1 is 1 in both.
    if place(TensorId::ONE) != Some(TensorId::ONE) {
        return Err(Lost::statement("the constant 1 is lost".into()));
    }
    Ok(())
}
