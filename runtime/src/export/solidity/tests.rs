//! Keys that there is no contract for.

use super::*;
use crate::keys::CommitmentPoints;
use crate::progress::silent;
use crate::samples::{Sample, affine, carried, dot, range, several_publics};
use crate::setup::{SetupOptions, setup};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use rand::{SeedableRng, rngs::StdRng};

fn key(sample: Sample) -> VerifyingKey {
    let mut rng = StdRng::seed_from_u64(1);
    let (key, _) = setup(&sample.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    key.verifying_key().clone()
}

type Points = ark_groth16::VerifyingKey<ark_bn254::Bn254>;

/// The key with other points.
fn changed(key: &VerifyingKey, change: impl FnOnce(&mut Points, &mut G2Affine)) -> VerifyingKey {
    let mut points = key.points().clone();
    let own = key.commitment();
    let mut delta = own.map_or(G2Affine::generator(), |c| c.delta_g2);
    change(&mut points, &mut delta);
    let own = own.map(|c| CommitmentPoints { delta_g2: delta, ..c.clone() });
    let (circuit, interface) = (key.circuit(), key.interface().clone());
    VerifyingKey::new(circuit, interface, points, own, key.model().copied())
}

#[test]
fn what_loaders_refuse_is_refused() {
    for key in [range(3), dot(3), carried()].map(key) {
        assert!(contracts(&key, None).is_ok());
        let forgeable = |one, other| Err(SolidityError::Key(FileError::Forgeable { one, other }));
        let no = |changed: VerifyingKey| contracts(&changed, None).map(drop);
        let generator = G2Affine::generator();
        let equal = changed(&key, |p, _| p.delta_g2 = p.gamma_g2);
        assert_eq!(no(equal), forgeable("delta", "gamma"));
        let negative = changed(&key, |p, _| p.delta_g2 = -p.gamma_g2);
        assert_eq!(no(negative), forgeable("delta", "gamma"));
        let known = changed(&key, |p, _| p.delta_g2 = generator);
        assert_eq!(no(known), forgeable("delta", "the generator"));
        let known = changed(&key, |p, _| p.gamma_g2 = -generator);
        assert_eq!(no(known), forgeable("gamma", "the generator"));
        let known = changed(&key, |p, _| p.beta_g2 = generator);
        assert_eq!(no(known), forgeable("beta", "the generator"));
        if key.commitment().is_some() {
            let equal = changed(&key, |p, own| *own = p.delta_g2);
            assert_eq!(no(equal), forgeable("delta of the commitment", "delta"));
        }
        let none = changed(&key, |p, _| p.alpha_g1 = G1Affine::identity());
        assert!(matches!(
            no(none),
            Err(SolidityError::Key(FileError::Point { what: "alpha", .. }))
        ));
        let none = changed(&key, |p, _| p.delta_g2 = G2Affine::identity());
        assert!(matches!(no(none), Err(SolidityError::Key(FileError::Point { .. }))));
        let off = changed(&key, |p, _| {
            p.gamma_abc_g1[0] = G1Affine::new_unchecked(1.into(), 1.into());
        });
        assert!(matches!(no(off), Err(SolidityError::Key(FileError::Point { .. }))));
        let short = changed(&key, |p, _| p.gamma_abc_g1.truncate(1));
        assert!(matches!(no(short), Err(SolidityError::Key(FileError::Inconsistent { .. }))));
    }
}

#[test]
fn a_model_is_asked_for_where_there_is_one() {
    let point = (G1Affine::generator() * Fr::from(5u64)).into_affine();
    let model = ModelCommitment::from(&point);
    let hidden = key(affine(3));
    assert_eq!(contracts(&hidden, None), Err(SolidityError::NoModel));
    let [verifier, ..] = contracts(&hidden, Some(model)).unwrap();
    assert!(verifier.text.contains(&model.to_string()));
    assert_eq!(contracts(&key(range(3)), Some(model)), Err(SolidityError::NotHidden));
}

#[test]
fn a_contract_has_room_for_so_many_plain_values() {
    let key = key(several_publics());
    let with = |more: usize| {
        let mut interface = key.interface().clone();
        interface.public[0].shape = vec![more];
        let mut points = key.points().clone();
        // No two of them are one, or one and its negative.
        points.gamma_abc_g1.clear();
        let all = (1..=1 + interface.num_values() as u64).map(Fr::from);
        let points_of = all.map(|k| (G1Affine::generator() * k).into_affine());
        points.gamma_abc_g1.extend(points_of);
        VerifyingKey::new(key.circuit(), interface, points, None, None)
    };
    assert!(contracts(&with(150), None).is_ok());
    let refused = contracts(&with(794), None);
    assert!(matches!(refused, Err(SolidityError::TooLarge { plain: 800, .. })), "{refused:?}");
}

#[test]
fn one_key_gives_one_text() {
    let key = key(carried());
    assert_eq!(contracts(&key, None), contracts(&key, None));
}
