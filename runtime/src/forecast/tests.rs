//! Predictions against what is then made.

use super::costs;
use super::*;
use crate::keys::ProvingKey;
use crate::machine::{Available, Limit};
use crate::progress::silent;
use crate::samples::{self, Sample};
use crate::setup::{SetupOptions, setup};
use rand::{SeedableRng, rngs::StdRng};

fn key(circuit: &Circuit) -> ProvingKey {
    let rng = &mut StdRng::seed_from_u64(1);
    setup(circuit, SetupOptions::default(), rng, &mut silent).unwrap().0
}

/// Circuits in which some variables stand in no constraint, or in one side only.
fn circuits() -> Vec<Sample> {
    let of_model = [samples::affine(5), samples::with_model(samples::range(6), 2)];
    let rounds = [samples::range(1), samples::range(30)];
    samples::all().into_iter().chain(rounds).chain(of_model).collect()
}

#[test]
fn the_size_of_the_key_is_the_size_of_its_file() {
    for Sample { name, circuit, .. } in circuits() {
        let forecast = Forecast::new(&circuit).unwrap();
        let key = key(&circuit);
        let mut bytes = Vec::new();
        key.write(&mut bytes).unwrap();
        assert!(forecast.exact);
        assert_eq!(forecast.proving_key, bytes.len() as u64, "{name}");
        assert_eq!(forecast.rows, key.domain_size(), "{name}");
        assert_eq!(forecast.verifying_key, key.verifying_key().encode().len() as u64, "{name}");
    }
}

#[test]
fn a_proof_has_as_many_bytes_and_pairings_as_it_has_commitments() {
    let of = |sample: Sample| Forecast::new(&sample.circuit).unwrap();
    // A, B and C: 32, 64 and 32 bytes; each commitment is a point more, and a pairing.
    let [round, model] = [samples::range(6), samples::with_model(samples::range(6), 2)].map(of);
    assert_eq!(of(samples::dot(7)).proof_size, 128);
    assert_eq!((round.proof_size, model.proof_size), (160, 192));
    let more = model.verify_ms - round.verify_ms;
    assert!((more - costs::PAIRING / 1e6).abs() < 1e-9, "{more}");
}

#[test]
fn every_query_has_the_points_that_were_counted() {
    for Sample { name, circuit, .. } in circuits() {
        let points = Points::of(&circuit, &circuit.layout(), u64::MAX);
        let key = key(&circuit);
        assert_eq!(points.a.total(), key.a.points.len(), "A of {name}");
        assert_eq!(points.b.total(), key.b.points.len(), "B of {name}");
        assert_eq!(points.c.total(), key.c.points.len(), "C of {name}");
        let of = |c: &Option<crate::keys::CommitmentQuery>| {
            c.as_ref().map_or((0, 0), |c| (c.blinders.pinned.len(), c.query.points.len()))
        };
        assert_eq!((points.pinned, points.d.total()), of(&key.commitment), "D of {name}");
        assert_eq!((points.model_pinned, points.m.total()), of(&key.model), "model of {name}");
        // Without a look at weights there are never fewer.
        let most = Points::of(&circuit, &circuit.layout(), 0);
        assert!(most.a.total() >= points.a.total() && most.b.total() >= points.b.total());
    }
}

#[test]
fn prices_add_up_to_the_proof_that_is_predicted() {
    for Sample { name, circuit, .. } in circuits() {
        let (forecast, prices) = Forecast::with_prices(&circuit, &Costs::BUILT_IN).unwrap();
        assert_eq!(
            (prices.blocks.len(), prices.tensors.len()),
            (circuit.blocks.len(), circuit.tensors.len())
        );
        let all = || prices.blocks.iter().chain(&prices.tensors);
        let time: u64 = all().map(|p| p.nanoseconds).sum();
        assert_eq!(time, (forecast.proof.ms * 1e6) as u64, "{name}");
        let memory: u64 = all().map(|p| p.bytes).sum();
        let own = forecast.proof.memory - costs::PROGRAM - memory::held(&circuit);
        assert_eq!(memory, own, "{name}");
        // Nobody pays for `ONE` but in the point that it has.
        assert_eq!(prices.tensors[0].bytes, 0);
        // Each tensor has the points that were counted.
        let points = Points::of(&circuit, &circuit.layout(), u64::MAX);
        let counted = [&points.m, &points.d, &points.a, &points.b, &points.c].map(|c| c.total());
        let sum = |k: usize| points.tensors.iter().map(|t| t[k]).sum::<usize>();
        assert_eq!(std::array::from_fn(sum), counted, "{name}");
    }
}

#[test]
fn time_is_that_of_additions_butterflies_reads_and_bytes() {
    let Sample { circuit, .. } = samples::dot(7);
    let [one, two] = [1, 2].map(|t| Forecast::with_threads(&circuit, t).unwrap());
    // Twice the threads, half the time; the same key.
    assert!((one.setup.ms - 2.0 * two.setup.ms).abs() < 1e-9);
    assert!((one.proof.ms - 2.0 * two.proof.ms).abs() < 1e-9);
    assert_eq!(one.proving_key, two.proving_key);
    let points = Points::of(&circuit, &circuit.layout(), u64::MAX);
    let domain = Domain::of_size(one.rows).unwrap();
    let h = points::Counts::full(one.rows);
    let g1 = [points.a, points.c, h].iter().map(|c| c.additions::<g1::Config>(SLICE)).sum::<f64>();
    let g2 = points.b.additions::<g2::Config>(SLICE);
    let nanoseconds = g1 * costs::ADDITION_G1
        + g2 * costs::ADDITION_G2
        + domain.transforms(&Costs::BUILT_IN)
        + reads(&circuit) as f64 * costs::READ
        + one.proving_key as f64 * costs::BYTE;
    assert!((one.proof.ms * 1e6 - nanoseconds).abs() < 1e-6 * nanoseconds);
}

#[test]
fn slices_add_the_buckets_of_each() {
    let counts = points::Counts::full(1 << 12);
    let point = size_of::<ark_bn254::G1Affine>();
    let whole = counts.additions::<g1::Config>(usize::MAX);
    assert_eq!(whole, crate::curve::msm::additions(1 << 12, 254));
    let four = counts.additions::<g1::Config>(point << 10);
    assert_eq!(four, 4.0 * crate::curve::msm::additions(1 << 10, 254));
    assert!(four > whole);
}

#[test]
fn what_does_not_fit_is_refused_with_the_numbers() {
    let need = Need { ms: 41_200.0, memory: 5_230_000_000 };
    let small = Need { ms: 900.0, memory: 300_000_000 };
    let forecast = Forecast {
        rows: 1 << 22,
        proving_key: 1_940_000_000,
        exact: true,
        verifying_key: 500,
        proof_size: 128,
        verify_ms: 1.8,
        setup: need,
        proof: small,
        both: need,
    };
    let room = |held, bytes, limit| Room { held, available: Available { bytes, limit } };
    for there in
        [room(230_000_000, 5_000_000_000, Limit::Machine), room(0, u64::MAX, Limit::Machine)]
    {
        assert_eq!(forecast.fits(Work::Setup, there), Ok(()));
    }
    let there = room(30_000_000, 900_000_000, Limit::AddressSpace);
    assert_eq!(forecast.fits(Work::Proof, there), Ok(()));
    let refused = forecast.fits(Work::Setup, there).unwrap_err();
    assert_eq!((refused.there(), refused.needed()), (930_000_000, need.memory));
    assert_eq!(
        refused.to_string(),
        "setup needs about 5.2 GB of memory, and 930 MB are there (limit on address space); it would \
         take about 42 s, and the proving key has 1.9 GB"
    );
}

#[test]
fn a_witness_needs_its_values_twice() {
    for Sample { name, circuit, .. } in circuits() {
        let memory = witness_memory(&circuit);
        let variables = circuit.num_variables() as u64;
        assert!(memory >= costs::PROGRAM + 2 * 8 * (variables - 1), "{name}");
        // What a proof begins with.
        assert!(Forecast::new(&circuit).unwrap().proof.memory >= memory, "{name}");
        let limit = Limit::AddressSpace;
        let room = |bytes| Room { held: 1000, available: Available { bytes, limit } };
        assert_eq!(witness_fits(&circuit, 0, room(memory - 1000)), Ok(()), "{name}");
        let refused = witness_fits(&circuit, 1, room(memory - 1000)).unwrap_err();
        assert_eq!((refused.needed(), refused.there()), (memory + 1, memory), "{name}");
        assert!(witness_fits(&circuit, u64::MAX, room(1 << 40)).is_err(), "{name}");
    }
    let refused = NoRoom::Witness { memory: 34 << 30, there: 1 << 30, limit: Limit::AddressSpace };
    assert_eq!(
        refused.to_string(),
        "the witness needs about 36.5 GB of memory, and 1.1 GB are there (limit on address space)"
    );
}
