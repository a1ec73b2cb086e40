//! Files that come as bytes, and go as text.

use crate::answer::{Kind, Refusal};
use std::io::Cursor;
use zirc_circuit::{AssignError, Circuit, OriginId, report};
use zirc_runtime::words::no_circuit;
use zirc_runtime::{Forecast, KeyFile, ProveError, Room, Validation, Work, witness_fits};

/// A proving key that lies in memory, and is read as one in a file is.
pub(crate) type Key<'k> = KeyFile<Cursor<&'k [u8]>>;

/// A circuit's file.
pub(crate) fn circuit(bytes: &[u8]) -> Result<Circuit, Refusal> {
    let no = |e| Refusal::new(Kind::File, format!("the circuit: {}", no_circuit(&e)));
    Circuit::decode(bytes).map_err(no)
}

/// A proving key's file.
pub(crate) fn key(bytes: &[u8], check: bool) -> Result<Key<'_>, Refusal> {
    let validation = if check { Validation::Full } else { Validation::Canonical };
    let key = KeyFile::new(Cursor::new(bytes), validation);
    key.map_err(|e| Refusal::new(Kind::File, format!("the proving key: {e}")))
}

/// Refuses a proof that memory does not suffice for, beside so many bytes of files.
pub(crate) fn room(circuit: &Circuit, files: usize) -> Result<(), Refusal> {
    let Some(room) = Room::now() else { return Ok(()) };
    let fits = match Forecast::new(circuit) {
        None => witness_fits(circuit, files as u64, room),
        Some(mut forecast) => {
            forecast.proof.memory = forecast.proof.memory.saturating_add(files as u64);
            forecast.fits(Work::Proof, room)
        }
    };
    fits.map_err(|e| Refusal::new(Kind::Memory, e))
}

/// A proof or a commitment that could not be made.
pub(crate) fn unproved(circuit: &Circuit, e: &ProveError) -> Refusal {
    match e {
        ProveError::Unsatisfied(v) => Refusal::new(
            Kind::Rejected,
            format!("the values violate constraint {:?} of block {}: no proof", v.index, v.block),
        ),
        ProveError::Respond(e) => unassigned(circuit, e),
        e => Refusal::new(Kind::File, e),
    }
}

/// Values that the witness program has no answer for, with the line of the program that says so.
pub(crate) fn unassigned(circuit: &Circuit, e: &AssignError) -> Refusal {
    let (kind, origin) = match e {
        AssignError::InputCount { .. }
        | AssignError::InputLength { .. }
        | AssignError::OutOfRange { .. }
        | AssignError::ChallengeCount { .. } => (Kind::Input, None),
        AssignError::Check { origin, .. }
        | AssignError::DivisionByZero { origin, .. }
        | AssignError::TableIndex { origin, .. }
        | AssignError::Domain { origin, .. }
        | AssignError::NoSuchRow { origin, .. }
        | AssignError::Interval { origin, .. } => (Kind::Assertion, Some(*origin)),
    };
    let message = match e {
        AssignError::Check { message: Some(words), .. } => {
            format!("assertion fails: {words} ({e})")
        }
        e => e.to_string(),
    };
    let refusal = Refusal::new(kind, message);
    match origin {
        None => refusal,
        Some(origin) => refusal.place(place(circuit, origin)),
    }
}

/// The line of the program: outside of the standard library, where that was called.
fn place(circuit: &Circuit, origin: OriginId) -> String {
    let lines = report::Trace::of(circuit, origin).lines();
    let own = lines.iter().rev().find(|line| !line.starts_with("std/"));
    own.or(lines.last()).cloned().unwrap_or_default()
}

/// Bytes as text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
