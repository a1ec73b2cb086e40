//! What setup and proof of a circuit will cost: time, memory and the size of the key, before any of it
//! is spent.
//!
//! The size of the key is a sum of known lengths: which variables have a point in which query follows
//! from the constraints. Times are numbers of curve additions, butterflies and reads, times what one of
//! each costs (`forecast/costs.rs`), divided by the threads. Memory is the sum of the vectors that are held
//! together where most of them are.

pub(crate) mod costs;
mod measure;
mod memory;
mod points;
mod prices;
mod room;
#[cfg(test)]
mod tests;
mod verify;
mod witness;

use crate::curve::fixed;
use crate::domain::{Domain, DomainChoice};
use crate::files::container;
use crate::keys::{Interface, SLICE, Sizes, VerifyingKey};
use ark_bn254::{g1, g2};
pub use costs::Costs;
pub use measure::{MeasureError, measure};
use memory::Memory;
use points::Points;
pub use room::{NoRoom, Room, Work};
use serde::Serialize;
use verify::{proof_size, verify_time};
pub use witness::{witness_fits, witness_memory};
use zirc_circuit::report::Prices;
use zirc_circuit::{Circuit, reads};

/// Steps that a look at the weights of one side may take.
const LIMIT: u64 = 1 << 26;

/// What one thing costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Need {
    /// Milliseconds by the clock, with the threads that there are.
    pub ms: f64,
    /// Most bytes of memory of the whole process.
    pub memory: u64,
}

/// What setup and proof of a circuit will cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// Rows of the domain.
    pub rows: usize,
    /// Bytes of the proving key's file.
    pub proving_key: u64,
    /// Whether that is exact: there were not too many weights to look for zeros among them, which would
    /// make it less. (Entries of a column that cancel are not seen; compilers leave none.)
    pub exact: bool,
    /// Bytes of the verifying key's file.
    pub verifying_key: u64,
    /// Bytes of a compressed proof, as a contract reads it.
    pub proof_size: usize,
    /// Milliseconds of verifying one, on one core.
    pub verify_ms: f64,
    /// Setup.
    pub setup: Need,
    /// A proof by a key that stays in its file, witness apart.
    pub proof: Need,
    /// Setup and a proof one after the other, with the key in memory.
    pub both: Need,
}

impl Forecast {
    /// For as many threads as there are; `None` if no domain has so many rows.
    ///
    /// Takes a byte of memory for each variable, and about as long as writing the circuit's file.
    #[must_use]
    pub fn new(circuit: &Circuit) -> Option<Forecast> {
        Forecast::with(circuit, &Costs::BUILT_IN)
    }

    /// The same by what steps take on some machine.
    #[must_use]
    pub fn with(circuit: &Circuit, costs: &Costs) -> Option<Forecast> {
        Forecast::made_of(circuit, rayon::current_num_threads(), costs).map(|made| made.forecast)
    }

    /// For so many threads.
    #[must_use]
    pub fn with_threads(circuit: &Circuit, threads: usize) -> Option<Forecast> {
        Forecast::made_of(circuit, threads, &Costs::BUILT_IN).map(|made| made.forecast)
    }

    /// The same, with what each block and each tensor has of the proof's time, and of its memory beyond the circuit's
    /// own. They add up to those of the forecast, in whole nanoseconds and bytes.
    #[must_use]
    pub fn with_prices(circuit: &Circuit, costs: &Costs) -> Option<(Forecast, Prices)> {
        let made = Forecast::made_of(circuit, rayon::current_num_threads(), costs)?;
        let prices = prices::prices(circuit, &made, costs);
        Some((made.forecast, prices))
    }

    fn made_of(circuit: &Circuit, threads: usize, costs: &Costs) -> Option<Made> {
        let layout = circuit.layout();
        let points = Points::of(circuit, &layout, LIMIT);
        let extra = 1 + layout.num_instance() + points.pinned + points.model_pinned;
        let rows = circuit.num_constraints().checked_add(extra)?;
        let domain = Domain::for_rows(rows, DomainChoice::default())?;
        let interface = Interface::of(circuit);
        let verifying =
            VerifyingKey::payload_len(&interface, layout.num_challenges, layout.num_model > 0);
        let committed = circuit.has_challenges().then(|| (points.pinned, points.d.total()));
        let model = circuit.has_model().then(|| (points.model_pinned, points.m.total()));
        let commitments = usize::from(committed.is_some()) + usize::from(model.is_some());
        let sizes = Sizes {
            m: model,
            d: committed,
            h: domain.size(),
            a: points.a.total(),
            b: points.b.total(),
            c: points.c.total(),
        };
        let proving_key = container::size(sizes.payload_len(verifying));
        let reads = reads(circuit) as f64;
        let memory = Memory::of(circuit, &layout, &domain, &points, threads);
        let need = |nanoseconds: f64, memory: u64| Need {
            ms: nanoseconds / 1e6 / threads.max(1) as f64,
            memory,
        };
        let setup = setup_time(&sizes, layout.num_variables(), committed.is_some(), reads, costs);
        let in_memory = proof_time(&domain, &points, reads, usize::MAX, costs);
        let proof = proof_time(&domain, &points, reads, SLICE, costs);
        let proof = proof + proving_key as f64 * costs.byte;
        let forecast = Forecast {
            rows: domain.size(),
            proving_key,
            exact: points.complete,
            verifying_key: container::size(verifying),
            proof_size: proof_size(commitments),
            verify_ms: verify_time(layout.num_instance(), commitments, costs),
            setup: need(setup, memory.setup),
            proof: need(proof, memory.proof),
            both: need(setup + in_memory, memory.both),
        };
        Some(Made { forecast, points, domain })
    }
}

/// A forecast with what it was made of.
struct Made {
    forecast: Forecast,
    points: Points,
    domain: Domain,
}

/// Nanoseconds of setup on one core.
fn setup_time(sizes: &Sizes, variables: usize, committed: bool, reads: f64, costs: &Costs) -> f64 {
    // With a commitment a second time, to find what stands in no constraint.
    let passes = if committed { 2.0 } else { 1.0 };
    let columns = passes * reads * costs.read_backwards + 3.0 * sizes.h as f64 * costs.lagrange;
    let of = |q: Option<(usize, usize)>| q.map_or(0, |(_, points)| points);
    let in_g1 = sizes.h + sizes.a + sizes.c + of(sizes.d) + of(sizes.m);
    // One table serves all of G1, as setup sizes it.
    let all = 2 * variables as u64 + sizes.h as u64;
    let (planned, _) = fixed::additions(all);
    let for_each = planned / all as f64;
    let (in_g2, _) = fixed::additions(sizes.b as u64);
    columns + in_g1 as f64 * for_each * costs.fixed_addition_g1 + in_g2 * costs.fixed_addition_g2
}

/// Nanoseconds of a proof on one core, where so many bytes of points are held at a time.
fn proof_time(domain: &Domain, points: &Points, reads: f64, slice: usize, costs: &Costs) -> f64 {
    let h = points::Counts::full(domain.size());
    let in_g1: f64 = [points.m, points.d, h, points.a, points.c]
        .iter()
        .map(|c| c.additions::<g1::Config>(slice))
        .sum();
    reads * costs.read
        + domain.transforms(costs)
        + in_g1 * costs.addition_g1
        + points.b.additions::<g2::Config>(slice) * costs.addition_g2
}
