//! What setup and proof will cost, before they begin.

use super::number::{bytes, millis};
use crate::error::Error;
use crate::load::costs::costs;
use std::path::Path;
use zirc_circuit::Circuit;
use zirc_runtime::{Forecast, NoRoom, Room, Work, witness_fits};

/// Milliseconds from which on a line says what is coming.
const LONG: f64 = 10_000.0;
/// Bytes for each value that is shown or written, as a number and as text.
const SHOWN: u64 = 100;

/// Says on standard error what some work will cost if it takes long, and refuses what memory does not
/// suffice for, unless it is to be tried all the same.
pub(crate) fn announce(
    circuit: &Circuit,
    path: &Path,
    work: Work,
    force: bool,
) -> Result<Option<Forecast>, Error> {
    let Some(forecast) = Forecast::with(circuit, &costs()?.costs) else {
        // A circuit of too many rows is refused by setup, with its number; but values come first.
        if work != Work::Setup {
            witness_room(circuit, path, 0, force)?;
        }
        return Ok(None);
    };
    refuse(path, force, |room| forecast.fits(work, room))?;
    if forecast.need(work).ms > LONG {
        super::stderr(&line(&forecast, work));
    }
    Ok(Some(forecast))
}

/// Refuses a witness that memory does not suffice for, unless it is to be tried all the same. So many of
/// its values are shown or written.
pub(crate) fn witness_room(
    circuit: &Circuit,
    path: &Path,
    shown: usize,
    force: bool,
) -> Result<(), Error> {
    let more = SHOWN.saturating_mul(shown as u64);
    refuse(path, force, |room| witness_fits(circuit, more, room))
}

/// Where the system does not tell how much memory there is, nothing is refused.
fn refuse(
    path: &Path,
    force: bool,
    fits: impl FnOnce(Room) -> Result<(), NoRoom>,
) -> Result<(), Error> {
    let Some(room) = Room::now().filter(|_| !force) else { return Ok(()) };
    fits(room).map_err(|refused| Error::NoRoom { path: path.to_owned(), refused })
}

fn line(forecast: &Forecast, work: Work) -> String {
    let need = forecast.need(work);
    format!(
        "note: {} will take about {:.0} s and {} of memory; the proving key has {}",
        work.name(),
        need.ms / 1e3,
        bytes(need.memory),
        bytes(forecast.proving_key),
    )
}

/// Milliseconds below which what every setup and every proof takes is most of it: to check the key, and to
/// blind a proof. That is in no prediction.
const LEAST: f64 = 5.0;

/// Lines of a summary: name and value.
pub(crate) fn lines(forecast: &Forecast) -> [(&'static str, String); 3] {
    let need = |work| {
        let n = forecast.need(work);
        let time = if n.ms < LEAST {
            format!("under {LEAST:.0} ms")
        } else {
            format!("about {}", millis(n.ms))
        };
        format!("{time} and {} of memory", bytes(n.memory))
    };
    let most = if forecast.exact { "" } else { "at most " };
    [
        ("proving key", format!("{most}{}", bytes(forecast.proving_key))),
        ("setup", need(Work::Setup)),
        ("proof", need(Work::Proof)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_runtime::Need;

    fn forecast() -> Forecast {
        Forecast {
            rows: 1 << 20,
            proving_key: 1_940_000_000,
            exact: false,
            verifying_key: 500,
            proof_size: 128,
            verify_ms: 1.8,
            setup: Need { ms: 41_200.0, memory: 5_230_000_000 },
            proof: Need { ms: 900.0, memory: 300_000_000 },
            both: Need { ms: 42_100.0, memory: 6_000_000_000 },
        }
    }

    #[test]
    fn a_line_has_time_memory_and_size() {
        assert_eq!(
            line(&forecast(), Work::Setup),
            "note: setup will take about 41 s and 5.2 GB of memory; the proving key has 1.9 GB"
        );
        let [key, setup, proof] =
            lines(&forecast()).map(|(name, value)| format!("{name}: {value}"));
        assert_eq!(key, "proving key: at most 1.9 GB");
        assert_eq!(setup, "setup: about 41.20 s and 5.2 GB of memory");
        assert_eq!(proof, "proof: about 900.0 ms and 300.0 MB of memory");
        let small = Forecast { proof: Need { ms: 0.04, memory: 9_000_000 }, ..forecast() };
        let [_, _, (_, proof)] = lines(&small);
        assert_eq!(proof, "under 5 ms and 9.0 MB of memory");
    }
}
