//! Ceremonies by somebody who wants to know a trapdoor, or to change the keys.

use super::super::contribution::{Contribution, Proof};
use super::*;
use crate::files::FileError;

/// What becomes of a ceremony of two, with a beacon, of a circuit with all trapdoors.
fn refused(change: impl FnOnce(&mut Ceremony)) -> CeremonyError {
    let sample = with_model(carried(), 2);
    let mut ceremony = ceremony(&sample, &["one", "two"], true);
    change(&mut ceremony);
    let error = finish(&sample, &ceremony).unwrap_err();
    // Nothing is added to what is refused, as far as it can be seen without the circuit.
    if matches!(error, CeremonyError::Contribution { .. } | CeremonyError::Groups { .. }) {
        let next = ceremony.contribute(&name("next"), Source::Secret, &mut rng());
        let ended = ceremony.has_ended().then_some(CeremonyError::Ended);
        assert_eq!(next, Err(ended.unwrap_or(error.clone())));
    }
    error
}

fn wrong(number: usize, what: &'static str) -> CeremonyError {
    CeremonyError::Contribution { number, what }
}

const NOT_KNOWN: &str = "it does not show that its numbers were known";
const LEFT: &str = "it leaves a trapdoor as it was";

/// Multiplies by these numbers, with an honest proof, whatever they are.
fn push(ceremony: &mut Ceremony, numbers: &[Fr]) {
    let (before, transcript) = (ceremony.last(), ceremony.transcript());
    let mut rng = StdRng::seed_from_u64(99);
    let made = Contribution::secret(&name("x"), &before, numbers, &transcript, &mut rng);
    ceremony.parts.iter_mut().zip(numbers).for_each(|(p, s)| p.multiply(s).unwrap());
    ceremony.contributions.push(made);
}

fn response(c: &mut Contribution, k: usize) -> &mut Fr {
    match &mut c.proof {
        Proof::Known { responses, .. } => &mut responses[k],
        Proof::Public(_) => panic!(),
    }
}

#[test]
fn a_contribution_whose_numbers_are_not_known_is_refused() {
    // Any part of any of them.
    for k in 0..3 {
        let one = Fr::from(1);
        assert_eq!(refused(|c| *response(&mut c.contributions[0], k) += one), wrong(1, NOT_KNOWN));
        assert_eq!(refused(|c| *response(&mut c.contributions[1], k) += one), wrong(2, NOT_KNOWN));
        // [δ]₁ another, as one has it who takes what cancels the numbers of others.
        let other = (G1Affine::generator() * Fr::from(5)).into_affine();
        assert_eq!(refused(|c| c.contributions[1].after[k] = other), wrong(2, NOT_KNOWN));
    }
    let challenge = refused(|c| match &mut c.contributions[1].proof {
        Proof::Known { challenge, .. } => *challenge += Fr::from(1),
        Proof::Public(_) => panic!(),
    });
    assert_eq!(challenge, wrong(2, NOT_KNOWN));
    // A proof of zeros: T is the identity.
    let zeros = refused(|c| {
        let responses = vec![Fr::from(0); 3];
        c.contributions[0].proof = Proof::Known { challenge: Fr::from(0), responses };
    });
    assert_eq!(zeros, wrong(1, NOT_KNOWN));
}

/// Points that fit, and none of the others' numbers in them: what the proof is there for.
#[test]
fn nobody_begins_anew() {
    let sample = with_model(carried(), 2);
    let mut alone = start(&sample);
    push(&mut alone, &[2u64, 3, 5].map(Fr::from));
    assert!(finish(&sample, &alone).is_ok());
    let anew = |c: &mut Ceremony, proof: &dyn Fn(&Ceremony) -> Proof| {
        // In place of the beacon, behind the other two.
        c.contributions.pop();
        let after = alone.contributions[0].after.clone();
        let proof = proof(c);
        c.contributions.push(Contribution { name: name("x"), after, proof });
        c.parts = alone.parts.clone();
    };
    // With the proof of the numbers by the beginning's base, made for this place.
    let by_one = |c: &Ceremony| {
        let one = vec![G1Affine::generator(); 3];
        let numbers = [2u64, 3, 5].map(Fr::from);
        Contribution::secret(&name("x"), &one, &numbers, &c.transcript(), &mut rng()).proof
    };
    assert_eq!(refused(|c| anew(c, &by_one)), wrong(3, NOT_KNOWN));
    let same = |_: &Ceremony| alone.contributions[0].proof.clone();
    assert_eq!(refused(|c| anew(c, &same)), wrong(3, NOT_KNOWN));
}

#[test]
fn a_proof_is_good_in_one_place_under_one_name() {
    assert_eq!(refused(|c| c.contributions[0].name = name("eve")), wrong(1, NOT_KNOWN));
    assert_eq!(refused(|c| c.contributions.swap(0, 1)), wrong(1, NOT_KNOWN));
    // Once more, and one left out: what follows is not of what came before.
    let again = refused(|c| {
        let first = c.contributions[0].clone();
        c.contributions.insert(1, first);
    });
    assert_eq!(again, wrong(2, LEFT));
    assert_eq!(refused(|c| drop(c.contributions.remove(0))), wrong(1, NOT_KNOWN));
    // The first one once more behind the second, by what it left.
    let replayed = refused(|c| {
        let first = c.contributions[0].clone();
        c.contributions.insert(2, first);
    });
    assert_eq!(replayed, wrong(3, NOT_KNOWN));
    // Of a ceremony of another circuit that began alike.
    let mut other = with_model(carried(), 2);
    other.circuit.signature.name.push('x');
    let other = ceremony(&other, &["one"], false);
    let taken = refused(|c| c.contributions[0] = other.contributions[0].clone());
    assert_eq!(taken, wrong(1, NOT_KNOWN));
    // Of the same circuit by another beginning.
    assert_eq!(refused(|c| c.start.0[0] ^= 1), wrong(1, NOT_KNOWN));
    assert_eq!(refused(|c| c.name.push('x')), wrong(1, NOT_KNOWN));
}

#[test]
fn every_trapdoor_is_multiplied() {
    let sample = with_model(carried(), 2);
    let [one, two, three] = [1u64, 2, 3].map(Fr::from);
    for numbers in [
        [one, two, three],
        [two, one, three],
        [two, three, one],
        [one, one, one],
        [-one, two, three],
    ] {
        let mut ceremony = ceremony(&sample, &["one"], false);
        push(&mut ceremony, &numbers);
        assert_eq!(finish(&sample, &ceremony).unwrap_err(), wrong(2, LEFT));
    }
    let mut good = ceremony(&sample, &["one"], false);
    push(&mut good, &[two, three, three]);
    assert!(finish(&sample, &good).is_ok());
    // A number that is 0 leaves nothing that could be written.
    let zero = good.parts[0].clone().multiply(&Fr::from(0));
    assert_eq!(zero, Err(CeremonyError::NoSecret));
}

#[test]
fn trapdoors_that_are_known_or_the_same_are_refused() {
    let sample = with_model(carried(), 2);
    let numbers = [2u64, 3, 5].map(Fr::from);
    let inverse = |x: Fr| x.inverse().unwrap();
    let after = |second: [Fr; 3]| {
        let mut ceremony = start(&sample);
        push(&mut ceremony, &numbers);
        push(&mut ceremony, &second);
        finish(&sample, &ceremony).map(drop)
    };
    let [two, three, five] = numbers;
    let is_one = Err(wrong(2, "a trapdoor after it is 1"));
    let same = Err(wrong(2, "two trapdoors after it are the same"));
    assert_eq!(after([inverse(two), three, five]), is_one);
    assert_eq!(after([-inverse(two), three, five]), is_one);
    assert_eq!(after([two, inverse(three), five]), is_one);
    assert_eq!(after([two, three, -inverse(five)]), is_one);
    assert_eq!(after([three, two, five]), same);
    assert_eq!(after([three, -two, five]), same);
    assert_eq!(after([two, five, three]), same);
    assert_eq!(after([five, three, two]), same);
    // In the first one already.
    let mut ceremony = start(&sample);
    push(&mut ceremony, &[two, two, five]);
    let first = wrong(1, "two trapdoors after it are the same");
    assert_eq!(finish(&sample, &ceremony).map(drop), Err(first));
    // Trapdoors of the first phase, which the key's own check sees.
    let mut ceremony = start(&sample);
    push(&mut ceremony, &[secrets()[2], three, five]);
    let known = FileError::Forgeable { one: "delta", other: "beta" };
    assert_eq!(finish(&sample, &ceremony).map(drop), Err(CeremonyError::File(known)));
}

#[test]
fn points_that_the_trapdoors_do_not_give_are_refused() {
    let points = |trapdoor| CeremonyError::Points { trapdoor };
    let groups = |trapdoor| CeremonyError::Groups { trapdoor };
    let names = ["delta", "delta of the model", "delta of the commitment"];
    for (k, trapdoor) in names.into_iter().enumerate() {
        // One point, the first and the last; two exchanged.
        let double = |p: &mut G1Affine| *p = (*p + *p).into_affine();
        assert_eq!(refused(|c| double(&mut c.parts[k].points[0])), points(trapdoor));
        assert_eq!(refused(|c| double(c.parts[k].points.last_mut().unwrap())), points(trapdoor));
        assert_eq!(refused(|c| c.parts[k].points.swap(0, 1)), points(trapdoor));
        // All of them divided once more, and [δ]₂ another.
        let again = |c: &mut Ceremony| {
            let point = c.parts[k].point;
            c.parts[k].multiply(&Fr::from(2)).unwrap();
            c.parts[k].point = point;
        };
        assert_eq!(refused(again), points(trapdoor));
        let alone = |c: &mut Ceremony| {
            let point = c.parts[k].point;
            c.parts[k].point = (point + point).into_affine();
        };
        assert_eq!(refused(alone), groups(trapdoor));
        let both = refused(|c| c.parts[k].multiply(&Fr::from(2)).unwrap());
        assert_eq!(both, groups(trapdoor));
        let mut expected = 0;
        let fewer = refused(|c| {
            expected = c.parts[k].points.len() as u64;
            c.parts[k].points.pop();
        });
        let what = "points under a trapdoor";
        assert_eq!(fewer, CeremonyError::Differs { what, expected, got: expected - 1 });
    }
}

#[test]
fn a_beacon_is_the_last_and_what_it_says() {
    let ended = |what| wrong(3, what);
    let numbers = "its numbers are not those of its beacon";
    let other = Beacon::new(b"another", 10).unwrap();
    let more = Beacon::new(beacon().source(), 11).unwrap();
    for beacon in [other, more] {
        let refused = refused(|c| c.contributions[2].proof = Proof::Public(beacon));
        assert_eq!(refused, ended(numbers));
    }
    // Its numbers are bound to the place and to its name.
    assert_eq!(refused(|c| c.contributions[2].name = name("eve")), ended(numbers));
    let moved = refused(|c| {
        let last = c.contributions[2].clone();
        c.contributions.insert(1, last);
    });
    assert_eq!(moved, wrong(2, "a beacon is the last contribution, and this one is not"));
    let sample = range(3);
    let mut over = ceremony(&sample, &["one"], true);
    for source in [Source::Secret, Source::Beacon(&beacon())] {
        let next = over.contribute(&name("late"), source, &mut rng());
        assert_eq!(next, Err(CeremonyError::Ended));
    }
    // A contribution that calls itself a beacon, and a beacon that calls itself a contribution.
    let posed = refused(|c| {
        c.contributions.pop();
        c.contributions[1].proof = Proof::Public(beacon());
    });
    assert_eq!(posed, wrong(2, numbers));
}

#[test]
fn a_ceremony_without_a_secret_gives_no_key() {
    let sample = range(3);
    for ceremony in [start(&sample), ceremony(&sample, &[], true)] {
        assert_eq!(finish(&sample, &ceremony).map(drop), Err(CeremonyError::NoSecret));
    }
}

#[test]
fn another_circuit_and_another_first_phase_are_seen() {
    let (sample, other) = (range(3), range(4));
    let one = ceremony(&sample, &["one"], false);
    let refused = finish(&other, &one).map(drop).unwrap_err();
    assert_eq!(
        refused,
        CeremonyError::File(FileError::WrongCircuit {
            expected: other.circuit.digest(),
            expected_name: other.circuit.signature.name.clone(),
            got: sample.circuit.digest(),
            got_name: sample.circuit.signature.name.clone(),
        })
    );
    let log = phase1_log_rows(&sample.circuit, &mut rng()).unwrap();
    let other = Phase1::known(log, true, [7u64, 8, 9].map(Fr::from));
    let refused = one.finish(&sample.circuit, &other, &mut rng(), &mut silent).map(drop);
    assert_eq!(refused, Err(CeremonyError::OtherStart));
    let small = Phase1::known(log - 1, true, [7u64, 8, 9].map(Fr::from));
    let refused = one.finish(&sample.circuit, &small, &mut rng(), &mut silent).map(drop);
    let size = crate::SetupError::Phase1 { expected: 1 << log, got: 1 << (log - 1) };
    assert_eq!(refused, Err(CeremonyError::Setup(size)));
}
