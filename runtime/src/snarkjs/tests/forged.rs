//! Keys that are not right: forgeable, of other circuits, damaged or put together.

use super::keys::proved;
use super::*;
use crate::files::{FileError, PointError};
use crate::samples::dot;
use crate::snarkjs::SnarkjsKey;
use crate::verify::VerifyError;

/// Where the points of a header lie, behind two moduli and three numbers.
const POINTS: usize = 72 + 12;
const BETA_G2: usize = POINTS + 2 * 64;
const GAMMA: usize = BETA_G2 + 128;
const DELTA_G1: usize = GAMMA + 128;
const DELTA_G2: usize = DELTA_G1 + 64;

/// What becomes of a key with changed sections.
fn changed(sample: &Sample, change: impl FnOnce(&mut Parts)) -> Result<ZKey, SnarkjsError> {
    let (_, mut parts) = made(sample);
    change(&mut parts);
    load(sample, &parts)
}

fn put(parts: &mut Parts, section: u32, at: usize, bytes: &[u8]) {
    parts.get_mut(&section).unwrap()[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Exchanges two points of a section.
fn swap(parts: &mut Parts, section: u32, size: usize, [one, other]: [usize; 2]) {
    let content = parts.get_mut(&section).unwrap();
    let first = content[size * one..size * (one + 1)].to_vec();
    content.copy_within(size * other..size * (other + 1), size * one);
    content[size * other..size * (other + 1)].copy_from_slice(&first);
}

#[test]
fn keys_under_which_anything_can_be_proved_are_refused() {
    let sample = dot(3);
    let refused = |change: &dyn Fn(&mut Parts)| changed(&sample, change).unwrap_err();
    let forgeable = |one, other| SnarkjsError::File(FileError::Forgeable { one, other });
    // γ = ±δ
    let delta = |p: &Parts| p[&2][DELTA_G2..DELTA_G2 + 128].to_vec();
    let same = refused(&|p| {
        let bytes = delta(p);
        put(p, 2, GAMMA, &bytes);
    });
    assert_eq!(same, forgeable("delta", "gamma"));
    // δ = ±1, as before any contribution.
    for (one, sign) in [(Fr::ONE, 1), (-Fr::ONE, -1)] {
        let known = refused(&|p| {
            put(p, 2, DELTA_G1, &g1(&[one]));
            put(p, 2, DELTA_G2, &g2(&[one]));
            put(p, 10, 64, &[0; 4]);
            p.get_mut(&10).unwrap().truncate(68);
        });
        assert_eq!(known, forgeable("delta", "the generator"), "{sign}");
    }
    let minus = refused(&|p| put(p, 2, GAMMA, &g2(&[-Fr::ONE])));
    assert_eq!(minus, forgeable("gamma", "the generator"));
    let alpha = refused(&|p| put(p, 2, POINTS, &g1(&[Fr::ONE])));
    assert_eq!(alpha, forgeable("alpha", "the generator"));
    let beta = refused(&|p| {
        put(p, 2, POINTS + 64, &g1(&[Fr::ONE]));
        put(p, 2, BETA_G2, &g2(&[Fr::ONE]));
    });
    assert_eq!(beta, forgeable("beta", "the generator"));
    // Also where no circuit is given.
    let (_, mut parts) = made(&sample);
    let bytes = delta(&parts);
    put(&mut parts, 2, GAMMA, &bytes);
    let foreign = SnarkjsKey::from_zkey(Cursor::new(file("zkey", &parts)));
    assert_eq!(foreign.map(drop).unwrap_err(), forgeable("delta", "gamma"));
}

#[test]
fn points_that_do_not_belong_together_are_refused() {
    let sample = dot(3);
    let refused = |change: &dyn Fn(&mut Parts)| changed(&sample, change).unwrap_err();
    let five = Fr::from(5);
    let groups = |what| SnarkjsError::Groups { what };
    assert_eq!(refused(&|p| put(p, 2, BETA_G2, &g2(&[five]))), groups("beta"));
    assert_eq!(refused(&|p| put(p, 2, DELTA_G2, &g2(&[five]))), groups("delta"));
    // Variables with a column in B.
    let (_, parts) = made(&sample);
    let there: Vec<usize> =
        (0..parts[&6].len() / 64).filter(|j| parts[&6][64 * j..64 * (j + 1)] != [0; 64]).collect();
    let pair = [there[0], there[1]];
    assert_eq!(refused(&|p| swap(p, 6, 64, pair)), groups("B points"));
    assert_eq!(refused(&|p| swap(p, 7, 128, pair)), groups("B points"));
    // δ by another contribution than those that are there.
    let other = refused(&|p| {
        put(p, 2, DELTA_G1, &g1(&[five]));
        put(p, 2, DELTA_G2, &g2(&[five]));
    });
    let what = "the last one does not lead to the delta of the key";
    assert_eq!(other, SnarkjsError::Contribution { number: 1, what });
}

/// With the first phase at hand all is told apart.
#[test]
fn keys_that_a_first_phase_does_not_give_are_refused() {
    let sample = dot(3);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let phase1 = read(&ptau(log, SECRETS, false), log).unwrap();
    let refused = |key: &ZKey, phase1: &Phase1| {
        key.verify_with(&sample.circuit, phase1, &mut rng()).unwrap_err()
    };
    let differ = |what| SnarkjsError::OtherPhase1 { what };
    for (section, pair, what) in [
        (3, [0, 1], "points of IC"),
        (5, [1, 2], "A points"),
        (8, [0, 1], "C points"),
        (9, [0, 1], "H points"),
    ] {
        let key = changed(&sample, |p| swap(p, section, 64, pair)).unwrap();
        assert_eq!(refused(&key, &phase1), differ(what));
    }
    let both = changed(&sample, |p| {
        let there: Vec<usize> =
            (0..p[&6].len() / 64).filter(|j| p[&6][64 * j..64 * (j + 1)] != [0; 64]).collect();
        swap(p, 6, 64, [there[0], there[1]]);
        swap(p, 7, 128, [there[0], there[1]]);
    });
    assert_eq!(refused(&both.unwrap(), &phase1), differ("B1 points"));
    // Of another first phase, of one with another β alone, and of too small a one.
    let (key, _) = made(&sample);
    for (secrets, what) in [
        (Secrets { tau: Fr::from(99), ..SECRETS }, "points of IC"),
        (Secrets { alpha: Fr::from(99), ..SECRETS }, "alpha"),
        (Secrets { beta: Fr::from(99), ..SECRETS }, "beta in G1"),
    ] {
        let other = read(&ptau(log, secrets, false), log).unwrap();
        assert_eq!(refused(&key, &other), differ(what));
    }
    let small = read(&ptau(log - 1, SECRETS, false), log - 1).unwrap();
    assert_eq!(refused(&key, &small), SnarkjsError::TooSmall { needed: log, got: log - 1 });
}

/// Every point of the key is one that a forger may use: what no honest quotient reads is compared too, by a first
/// phase with the power 2n − 1 of τ and by one without.
#[test]
fn quotient_points_are_compared_in_every_direction() {
    let sample = dot(3);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let (key, parts) = made(&sample);
    let rows = parts[&9].len() / 64;
    let omega = Radix2EvaluationDomain::<Fr>::new(2 * rows).unwrap().group_gen;
    let exact = read(&ptau(log, SECRETS, false), log).unwrap();
    let larger = read(&ptau(log + 1, SECRETS, false), log).unwrap();
    let of_larger =
        ZKey::new(&sample.circuit, &larger, &name("test"), &mut rng(), &mut silent).unwrap().0;
    assert_ne!(key.h, of_larger.h);
    for key in [&key, &of_larger] {
        for phase1 in [&exact, &larger] {
            assert_eq!(key.verify_with(&sample.circuit, phase1, &mut rng()), Ok(()));
        }
    }
    // Shares of a point that nobody knows the logarithm of, which honest quotients sum up to nothing; of the power
    // that one of the two has, three times more or less; and of that of the first phase, which is not under δ.
    let last = larger.powers_g1[2 * rows - 1];
    let thrice = (of_larger.h[0] - key.h[0]) * (Fr::from(3) * omega.inverse().unwrap());
    let generator = G1Projective::generator();
    let hidden = [generator * Fr::from(77), generator, last.into(), thrice, -thrice];
    for key in [&key, &of_larger] {
        for hidden in hidden {
            let mut key = key.clone();
            for (i, h) in key.h.iter_mut().enumerate() {
                *h = (*h + hidden * omega.pow([2 * i as u64 + 1])).into_affine();
            }
            for phase1 in [&exact, &larger] {
                let refused = key.verify_with(&sample.circuit, phase1, &mut rng());
                assert_eq!(refused, Err(SnarkjsError::OtherPhase1 { what: "H points" }));
            }
        }
        // And every single point.
        for i in 0..rows {
            let mut key = key.clone();
            key.h[i] = (key.h[i] + generator).into_affine();
            for phase1 in [&exact, &larger] {
                let refused = key.verify_with(&sample.circuit, phase1, &mut rng());
                assert_eq!(refused, Err(SnarkjsError::OtherPhase1 { what: "H points" }));
            }
        }
    }
    // A file that was cut to the circuit's size.
    let exactly = read(&cut(log, ptau(log + 1, SECRETS, true)), log).unwrap();
    for key in [&key, &of_larger] {
        assert_eq!(key.verify_with(&sample.circuit, &exactly, &mut rng()), Ok(()));
    }
}

/// A key repeats what its circuit claims: no way to one believes it.
#[test]
fn a_circuit_that_claims_an_independence_that_there_is_not_has_no_key() {
    use crate::setup::{SetupError, SetupOptions, setup, setup_by_phase1};
    let (sample, mut claimed) = (dot(3), dot(3));
    let port = claimed.circuit.signature.inputs[0].clone();
    let part = zirc_circuit::Part::whole(&port.name, &port.shape);
    claimed.circuit.signature.claims.independent_of = vec![part];
    let (circuit, part) = (&claimed.circuit, port.name);
    let refused = SetupError::Dependence { part };
    let made = setup(circuit, SetupOptions::default(), &mut rng(), &mut silent);
    assert_eq!(made.map(drop).unwrap_err(), refused);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let phase1 = read(&ptau(log, SECRETS, false), log).unwrap();
    let made = setup_by_phase1(circuit, &phase1, &mut rng(), &mut silent);
    assert_eq!(made.map(drop).unwrap_err(), refused);
    let refused = SnarkjsError::Setup(refused);
    assert_eq!(ZKey::log_rows(circuit).unwrap_err(), refused);
    let made = ZKey::new(circuit, &phase1, &name("test"), &mut rng(), &mut silent);
    assert_eq!(made.map(drop).unwrap_err(), refused);
    let (_, parts) = super::made(&sample);
    assert_eq!(load(&claimed, &parts).map(drop).unwrap_err(), refused);
}

/// A number from a public source is everybody's: with no other there is no secret δ.
#[test]
fn a_key_of_public_sources_alone_is_refused() {
    let sample = dot(3);
    let of_kind = |kind: u32| {
        changed(&sample, |p| {
            let at = 64 + 4 + 3 * 64 + 128 + 64;
            put(p, 10, at, &kind.to_le_bytes());
        })
    };
    assert!(of_kind(0).is_ok());
    let what = "everybody can compute its number, and there is no other";
    let refused = SnarkjsError::Contribution { number: 1, what };
    assert_eq!(of_kind(1).map(drop).unwrap_err(), refused);
}

/// A circuit that differs in C alone has the same A and B, and the file does not show it.
#[test]
fn another_c_is_seen_with_the_first_phase() {
    let (sample, mut other) = (dot(3), dot(3));
    let zirc_circuit::Weight::Scalar(weight) = &mut other.circuit.blocks[0].c.terms[0].weight
    else {
        panic!()
    };
    *weight *= 2;
    let (_, parts) = made(&sample);
    let key = load(&other, &parts).unwrap();
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let phase1 = read(&ptau(log, SECRETS, true), log).unwrap();
    let refused = key.verify_with(&other.circuit, &phase1, &mut rng());
    assert_eq!(refused, Err(SnarkjsError::OtherPhase1 { what: "C points" }));
}

/// What nothing in the file tells wrong from right gives no proof.
#[test]
fn swapped_points_give_no_proof() {
    let sample = dot(3);
    for (section, pair) in [(3, [0, 1]), (5, [1, 2]), (8, [0, 1]), (9, [0, 1])] {
        let key = changed(&sample, |p| swap(p, section, 64, pair)).unwrap();
        assert_eq!(proved(&sample, &key), Err(VerifyError::Equation), "section {section}");
    }
    let both = changed(&sample, |p| {
        let there: Vec<usize> =
            (0..p[&6].len() / 64).filter(|j| p[&6][64 * j..64 * (j + 1)] != [0; 64]).collect();
        swap(p, 6, 64, [there[0], there[1]]);
        swap(p, 7, 128, [there[0], there[1]]);
    });
    assert_eq!(proved(&sample, &both.unwrap()), Err(VerifyError::Equation));
}

#[test]
fn keys_of_other_circuits_are_refused() {
    let (sample, other) = (dot(3), dot(4));
    let (_, parts) = made(&other);
    let (what, expected, got) = (
        "number of wires",
        sample.circuit.num_variables() as u64,
        other.circuit.num_variables() as u64,
    );
    let refused = load(&sample, &parts).unwrap_err();
    assert_eq!(refused, SnarkjsError::Differs { what, expected, got });
    // As many of everything, and other entries.
    let entry = |k: usize| 4 + 44 * k;
    for (at, row, matrix) in
        [(entry(0) + 12, 0, 'A'), (entry(0) + 8, 0, 'A'), (entry(1) + 12, 0, 'B')]
    {
        let refused = changed(&sample, |p| p.get_mut(&4).unwrap()[at] ^= 1).unwrap_err();
        assert_eq!(refused, SnarkjsError::OtherCircuit { row, matrix });
    }
    // One entry less, or more, than it should have.
    let last = SnarkjsError::OtherCircuit {
        row: sample.circuit.num_constraints() + sample.circuit.layout().num_public,
        matrix: 'A',
    };
    for step in [-1i64, 1] {
        let refused = changed(&sample, |p| {
            let entries = p.get_mut(&4).unwrap();
            let count = i64::from(u32::from_le_bytes(entries[..4].try_into().unwrap())) + step;
            entries[..4].copy_from_slice(&(count as u32).to_le_bytes());
            entries.resize(entry(count as usize), 0);
        });
        assert_eq!(refused.unwrap_err(), last);
    }
}

#[test]
fn sizes_of_sections_are_compared_before_they_are_read() {
    let sample = dot(3);
    let wires = sample.circuit.num_variables() as u64;
    let public = sample.circuit.layout().num_public as u64;
    for (section, what, size, count) in [
        (3, "IC", 64, public + 1),
        (5, "A points", 64, wires),
        (6, "B1 points", 64, wires),
        (7, "B2 points", 128, wires),
        (8, "C points", 64, wires - public - 1),
        (9, "H points", 64, 1 << ZKey::log_rows(&sample.circuit).unwrap()),
    ] {
        for more in [false, true] {
            let refused = changed(&sample, |p| {
                let content = p.get_mut(&section).unwrap();
                let to = if more { content.len() + size } else { content.len() - size };
                content.resize(to, 0);
            });
            let size = size as u64;
            let (expected, got) =
                (count * size, if more { (count + 1) * size } else { (count - 1) * size });
            assert_eq!(refused.unwrap_err(), SnarkjsError::Differs { what, expected, got });
        }
        let missing = changed(&sample, |p| drop(p.remove(&section))).unwrap_err();
        assert_eq!(missing, SnarkjsError::Missing { section, what });
    }
    let plonk = changed(&sample, |p| put(p, 1, 0, &[2, 0, 0, 0])).unwrap_err();
    assert_eq!(plonk, SnarkjsError::System { got: 2 });
    let curve = changed(&sample, |p| p.get_mut(&2).unwrap()[36 + 5] ^= 1).unwrap_err();
    assert_eq!(curve, SnarkjsError::Curve { what: "modulus of the scalars" });
    // A key that announces 2^32 − 1 public values, and has room for a few.
    let (_, mut parts) = made(&sample);
    put(&mut parts, 2, 72 + 4, &[0xff; 4]);
    let foreign = SnarkjsKey::from_zkey(Cursor::new(file("zkey", &parts))).unwrap_err();
    let (what, got) = ("IC", parts[&3].len() as u64);
    assert_eq!(foreign, SnarkjsError::Differs { what, expected: 64 << 32, got });
}

#[test]
fn points_of_keys_are_checked() {
    let sample = dot(3);
    let refused = |change: &dyn Fn(&mut Parts)| changed(&sample, change).unwrap_err();
    let at = |problem, what| SnarkjsError::File(FileError::Point { what, problem });
    for (section, what) in [(3, "IC"), (9, "H points")] {
        let gone = refused(&|p| put(p, section, 0, &[0; 64]));
        assert_eq!(gone, at(PointError::Identity, what));
    }
    for (section, what) in [(3, "IC"), (5, "A points"), (8, "C points"), (9, "H points")] {
        let off = refused(&|p| put(p, section, 32, &[7; 8]));
        assert_eq!(off, at(PointError::NotOnCurve, what));
        let large = refused(&|p| put(p, section, 0, &[0xff; 32]));
        assert_eq!(large, at(PointError::NonCanonical, what));
    }
    for (place, what) in [(POINTS, "alpha"), (POINTS + 64, "beta in G1"), (GAMMA, "gamma")] {
        let gone = refused(&|p| put(p, 2, place, &vec![0; if place == GAMMA { 128 } else { 64 }]));
        assert_eq!(gone, at(PointError::Identity, what));
    }
}

#[test]
fn contributions_are_checked() {
    let sample = dot(3);
    let refused = |change: &dyn Fn(&mut Parts)| changed(&sample, change).unwrap_err();
    // Behind the digest of the circuit and the number: δ, P, s·P, s·R, the transcript, kind and
    // notes.
    let [after, base, multiple, proof, transcript] = [68, 132, 196, 260, 388];
    let five = Fr::from(5);
    let wrong = |what| SnarkjsError::Contribution { number: 1, what };
    let unlike = wrong("its transcript is not of what came before");
    assert_eq!(refused(&|p| p.get_mut(&10).unwrap()[0] ^= 1), unlike);
    assert_eq!(refused(&|p| put(p, 10, base, &g1(&[five]))), unlike);
    assert_eq!(refused(&|p| put(p, 10, multiple, &g1(&[five]))), unlike);
    assert_eq!(refused(&|p| put(p, 10, transcript, &[0; 64])), unlike);
    let unknown = wrong("it does not show that its number was known");
    assert_eq!(refused(&|p| put(p, 10, proof, &g2(&[five]))), unknown);
    let other = wrong("delta is not multiplied by its number");
    assert_eq!(refused(&|p| put(p, 10, after, &g1(&[five]))), other);
    let kind = refused(&|p| put(p, 10, transcript + 64, &[2]));
    let what = "kind of a contribution";
    assert_eq!(kind, SnarkjsError::File(FileError::Invalid { what }));
    // More are announced than there are.
    let more = refused(&|p| put(p, 10, 64, &[0xff; 4]));
    let (what, count, left) = ("contribution", 64, 0);
    assert_eq!(more, SnarkjsError::File(FileError::TooLarge { what, count, left }));
}
