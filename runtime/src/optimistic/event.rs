//! What an optimistic contract says on the chain: an entry of its log, as Ethereum's nodes give it in JSON.

use crate::keys::Packed;
use serde::Deserialize;
use sha3::{Digest as _, Keccak256};
use thiserror::Error;
use zirc_circuit::Digest;

/// Bytes of a word.
const WORD: usize = 32;
/// The events that are read, as Solidity writes their types.
const POSTED: &str = "Posted(uint256,bytes32,address,uint256,bytes,bytes)";
const CHALLENGED: &str = "Challenged(uint256,bytes32,address,uint256)";

/// An event of an optimistic contract. Nothing says that it is of a certain contract, or on a certain chain: who
/// has it from a node trusts the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A result was posted.
    Posted {
        /// What it is called.
        id: u64,
        /// What it is: [`result_digest`](super::result_digest) as the contract computed it.
        digest: Digest,
        /// End of the time for challenges, in seconds since 1970.
        deadline: u64,
        /// Its public values.
        values: Packed,
    },
    /// The proof of a result is asked for.
    Challenged {
        /// What the result is called.
        id: u64,
        /// What it is.
        digest: Digest,
        /// End of the time for the answer, in seconds since 1970.
        deadline: u64,
    },
}

/// Why an entry of a log is no event that is read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventError {
    /// Not JSON of such an entry.
    #[error("not an entry of a log, as eth_getLogs gives it: {message}")]
    Json {
        /// What is wrong, and where.
        message: String,
    },
    /// Several entries, or none.
    #[error("expected one entry of a log, got {got}")]
    Count {
        /// How many there are.
        got: usize,
    },
    /// The chain has dropped the block that it was in.
    #[error("the entry is marked as removed: the block that it was in is no longer on the chain")]
    Removed,
    /// Of another event.
    #[error("neither Posted nor Challenged of an optimistic contract")]
    OtherEvent,
    /// A part that cannot be read.
    #[error("{part}: {problem}")]
    Part {
        /// Which.
        part: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

#[derive(Deserialize)]
struct Entry {
    topics: Vec<String>,
    data: String,
    #[serde(default)]
    removed: Option<bool>,
}

impl Event {
    /// Reads an entry of a log, or a list of one.
    ///
    /// # Errors
    /// An [`EventError`] for whatever is not one of the two events in full.
    pub fn from_json(text: &str) -> Result<Event, EventError> {
        let wrong = |e: serde_json::Error| EventError::Json { message: e.to_string() };
        let entry: Entry = if text.trim_start().starts_with('[') {
            let entries: Vec<Entry> = serde_json::from_str(text).map_err(wrong)?;
            let got = entries.len();
            let [one] = <[Entry; 1]>::try_from(entries).map_err(|_| EventError::Count { got })?;
            one
        } else {
            serde_json::from_str(text).map_err(wrong)?
        };
        if entry.removed == Some(true) {
            return Err(EventError::Removed);
        }
        let topics: Vec<Vec<u8>> =
            entry.topics.iter().map(|t| unhex("topics", t)).collect::<Result<_, _>>()?;
        let data = Data(&unhex("data", &entry.data)?);
        let is = |event: &str, topic: &[u8]| topic == Keccak256::digest(event).as_slice();
        let [event, id, digest, _who] = topics.as_slice() else {
            return Err(EventError::OtherEvent);
        };
        let id = number("id", id)?;
        let digest = <[u8; WORD]>::try_from(digest.as_slice()).map(Digest);
        let digest = digest.map_err(|_| part("digest", "not 32 bytes"))?;
        if is(CHALLENGED, event) {
            data.must_have(WORD)?;
            return Ok(Event::Challenged { id, digest, deadline: data.number(0)? });
        }
        if !is(POSTED, event) {
            return Err(EventError::OtherEvent);
        }
        let deadline = data.number(0)?;
        let (inputs, outputs) = (data.bytes(1)?.to_vec(), data.bytes(2)?.to_vec());
        Ok(Event::Posted { id, digest, deadline, values: Packed { inputs, outputs } })
    }
}

fn part(part: &'static str, problem: &'static str) -> EventError {
    EventError::Part { part, problem }
}

/// Bytes after `0x`, in digits of either case.
fn unhex(what: &'static str, text: &str) -> Result<Vec<u8>, EventError> {
    let wrong = || part(what, "not 0x and pairs of hexadecimal digits");
    let digits = text.strip_prefix("0x").ok_or_else(wrong)?.as_bytes();
    let value = |d: &u8| char::from(*d).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    };
    digits.chunks(2).map(byte).collect::<Option<_>>().ok_or_else(wrong)
}

/// A word as an integer.
fn number(what: &'static str, word: &[u8]) -> Result<u64, EventError> {
    let (high, low) = word.split_at_checked(WORD - 8).ok_or_else(|| part(what, "not 32 bytes"))?;
    let low = <[u8; 8]>::try_from(low).map_err(|_| part(what, "not 32 bytes"))?;
    if high.iter().any(|b| *b != 0) {
        return Err(part(what, "larger than any that there can be"));
    }
    Ok(u64::from_be_bytes(low))
}

/// Arguments that are not topics, as Solidity's ABI writes them.
struct Data<'a>(&'a [u8]);

impl<'a> Data<'a> {
    fn must_have(&self, bytes: usize) -> Result<(), EventError> {
        if self.0.len() == bytes {
            Ok(())
        } else {
            Err(part("data", "of another length than the event's"))
        }
    }

    /// The bytes from here on, at most as many as there are.
    fn at(&self, from: usize, len: usize) -> Result<&'a [u8], EventError> {
        let end = from.checked_add(len);
        end.and_then(|end| self.0.get(from..end))
            .ok_or_else(|| part("data", "shorter than it says"))
    }

    /// The word with this index.
    fn number(&self, index: usize) -> Result<u64, EventError> {
        number("data", self.at(WORD * index, WORD)?)
    }

    /// What the offset in this word leads to.
    fn bytes(&self, index: usize) -> Result<&'a [u8], EventError> {
        let size = |n: u64| usize::try_from(n).map_err(|_| part("data", "shorter than it says"));
        let from = size(self.number(index)?)?;
        let len = size(number("data", self.at(from, WORD)?)?)?;
        self.at(from.saturating_add(WORD), len)
    }
}
