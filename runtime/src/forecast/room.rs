//! Whether what is needed is there.

use super::{Forecast, Need};
use crate::machine::{Available, Limit, available_memory, held_memory};
use thiserror::Error;

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Setup.
    Setup,
    /// A proof by a key in a file.
    Proof,
    /// Setup and then a proof.
    Both,
}

impl Work {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Work::Setup => "setup",
            Work::Proof => "the proof",
            Work::Both => "setup and proof",
        }
    }
}

impl Work {
    fn needs(self) -> String {
        let verb = if self == Work::Both { "need" } else { "needs" };
        format!("{} {verb}", self.name())
    }
}

/// The memory that is there for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that it holds already.
    pub held: u64,
    /// Bytes that it can have more, and what says so.
    pub available: Available,
}

/// Memory does not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NoRoom {
    /// For what needs keys.
    #[error(
        "{} about {} of memory, and {} are there ({}); it would take about {:.0} s, and the proving \
         key has {}",
        work.needs(), size(need.memory), size(*there), limit.name(), (need.ms / 1e3).ceil(),
        size(*proving_key)
    )]
    Work {
        /// What was to be done.
        work: Work,
        /// What it would cost.
        need: Need,
        /// Bytes of the proving key's file.
        proving_key: u64,
        /// Bytes that the process has and can have.
        there: u64,
        /// What says so.
        limit: Limit,
    },
    /// For all values of a circuit.
    #[error(
        "the witness needs about {} of memory, and {} are there ({})",
        size(*memory), size(*there), limit.name()
    )]
    Witness {
        /// Bytes that it would take.
        memory: u64,
        /// Bytes that the process has and can have.
        there: u64,
        /// What says so.
        limit: Limit,
    },
}

impl NoRoom {
    /// Bytes that are needed.
    #[must_use]
    pub fn needed(&self) -> u64 {
        match self {
            NoRoom::Work { need, .. } => need.memory,
            NoRoom::Witness { memory, .. } => *memory,
        }
    }

    /// Bytes that the process has and can have.
    #[must_use]
    pub fn there(&self) -> u64 {
        match self {
            NoRoom::Work { there, .. } | NoRoom::Witness { there, .. } => *there,
        }
    }
}

/// In powers of ten.
fn size(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{:.1} GB", bytes as f64 / 1e9),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}

impl Room {
    /// As it is now; `None` where the system does not tell.
    #[must_use]
    pub fn now() -> Option<Room> {
        Some(Room { held: held_memory()?, available: available_memory()? })
    }

    /// Bytes that the process has and can have.
    #[must_use]
    pub fn there(self) -> u64 {
        self.held.saturating_add(self.available.bytes)
    }
}

impl Forecast {
    /// What some work costs.
    #[must_use]
    pub fn need(&self, work: Work) -> Need {
        match work {
            Work::Setup => self.setup,
            Work::Proof => self.proof,
            Work::Both => self.both,
        }
    }

    /// Whether there is room for it.
    ///
    /// # Errors
    /// [`NoRoom`] with the numbers.
    pub fn fits(&self, work: Work, room: Room) -> Result<(), NoRoom> {
        let need = self.need(work);
        let there = room.there();
        if need.memory <= there {
            return Ok(());
        }
        let (proving_key, limit) = (self.proving_key, room.available.limit);
        Err(NoRoom::Work { work, need, proving_key, there, limit })
    }
}
