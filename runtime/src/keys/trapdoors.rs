//! Keys under which anything can be proved.
//!
//! Groth16 is sound because nobody can move a term from under one trapdoor to under another. Where two of
//! α, β, γ, δ, δ₀ and δₘ are one, or one of them is known, that is easy: with γ = δ a proof of one statement becomes
//! one of another by adding the difference of their public sums to C, and with δ = ±1 every C is a sum
//! that anybody can make. With α = ±1 or α = ±β the sums of A and B that ζ fixes no longer tell A from B. Such
//! keys come from ceremonies whose last phase was left out: γ and δ are then the generator. They verify honest
//! proofs like any other key.
//!
//! γ alone may be the generator, as in every key of a ceremony (eprint 2017/1050): with the powers of τ the
//! public ζⱼ are known anyway, and what keeps them apart from the others is that those are under δ, δ₀ and δₘ.
//! In A·B = αβ + Σ xⱼ·ζⱼ + D·δ₀ + C·δ, terms of A under 1/δ or 1/δ₀ would leave such ones on the left
//! alone, so there are none, and what is left without trapdoors on the right are ζⱼ that D and C have of
//! their own kind.
//!
//! α is in the other group than all else: it is X in β, γ, … where e(α, G₂) = e(G₁, X). Nor may α·β be one of
//! them, or ±1: with δ = ±αβ the sum of A = Σ xⱼ·ζⱼ/γ, B = γ and C = ∓1 is right for any x, and γ and δ₀ are alike.

use super::VerifyingKey;
use crate::files::FileError;
use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use rayon::prelude::*;
use std::collections::BTreeSet;

impl VerifyingKey {
    /// Refuses a key whose trapdoors are seen to be known or equal.
    pub(crate) fn check_trapdoors(&self) -> Result<(), FileError> {
        let points = self.points();
        let named = [
            ("beta", Some(points.beta_g2)),
            ("gamma", Some(points.gamma_g2)),
            ("delta", Some(points.delta_g2)),
            ("delta of the commitment", self.commitment().map(|c| c.delta_g2)),
            ("delta of the model", self.model().copied()),
        ];
        let mut seen = vec![("the generator", G2Affine::generator())];
        for (name, point) in named {
            let Some(point) = point else { continue };
            // The negative of a point is as good to a forger as the point itself.
            let same = |other: &G2Affine| point == *other || -point == *other;
            if name == "gamma" && point == G2Affine::generator() {
                seen.push((name, point));
                continue;
            }
            if let Some((other, _)) = seen.iter().find(|(_, other)| same(other)) {
                return Err(FileError::Forgeable { one: name, other });
            }
            seen.push((name, point));
        }
        let alpha = Bn254::pairing(points.alpha_g1, G2Affine::generator());
        let same = |(_, other): &&(&str, G2Affine)| {
            let other = Bn254::pairing(G1Affine::generator(), *other);
            alpha == other || -alpha == other
        };
        if let Some((other, _)) = seen.par_iter().find_first(same) {
            return Err(FileError::Forgeable { one: "alpha", other });
        }
        let product = Bn254::pairing(points.alpha_g1, points.beta_g2);
        let same = |(_, other): &&(&str, G2Affine)| {
            let other = Bn254::pairing(G1Affine::generator(), *other);
            product == other || -product == other
        };
        match seen.par_iter().find_first(same) {
            Some((other, _)) => Err(FileError::Forgeable { one: "alpha times beta", other }),
            None => self.check_public(),
        }
    }

    /// Refuses two public values, or a value and the constant, under one point: what one of them gains the other
    /// may lose. Every one has a row of its own, so that no setup gives such a key.
    fn check_public(&self) -> Result<(), FileError> {
        // A point and its negative have the same x.
        let mut seen = BTreeSet::new();
        match self.points().gamma_abc_g1.iter().all(|p| seen.insert(p.x)) {
            true => Ok(()),
            false => Err(FileError::Forgeable {
                one: "the point of a public value",
                other: "that of another",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{CommitmentPoints, ProvingKey, Validation};
    use crate::progress::silent;
    use crate::setup::{SetupOptions, setup};
    use ark_bn254::Fr;
    use ark_ec::CurveGroup;
    use rand::{SeedableRng, rngs::StdRng};

    fn key(sample: crate::samples::Sample) -> ProvingKey {
        let mut rng = StdRng::seed_from_u64(1);
        setup(&sample.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap().0
    }

    /// The key with other points at γ, δ and, if it has one, δ₀.
    fn changed(key: &VerifyingKey, [gamma, delta, own]: [G2Affine; 3]) -> VerifyingKey {
        let mut points = key.points().clone();
        (points.gamma_g2, points.delta_g2) = (gamma, delta);
        let own = key.commitment().map(|c| CommitmentPoints { delta_g2: own, ..c.clone() });
        VerifyingKey::new(key.circuit(), key.interface().clone(), points, own, key.model().copied())
    }

    #[test]
    fn equal_and_known_trapdoors_are_refused_by_every_loader() {
        let g = G2Affine::generator();
        let [p, q, r] = [5u64, 6, 7].map(|k| (g * Fr::from(k)).into_affine());
        let refused = |one, other| Err(FileError::Forgeable { one, other });
        let (own, generator) = ("delta of the commitment", "the generator");
        for (points, expected) in [
            ([-g, q, r], refused("gamma", generator)),
            ([p, g, r], refused("delta", generator)),
            ([p, -g, r], refused("delta", generator)),
            ([g, g, r], refused("delta", generator)),
            ([g, -g, r], refused("delta", generator)),
            ([g, q, g], refused(own, generator)),
            ([p, p, r], refused("delta", "gamma")),
            ([p, -p, r], refused("delta", "gamma")),
            ([p, q, g], refused(own, generator)),
            ([p, q, p], refused(own, "gamma")),
            ([p, q, q], refused(own, "delta")),
            ([p, q, -q], refused(own, "delta")),
        ] {
            for sample in [crate::samples::range(3), crate::samples::dot(3)] {
                let key = key(sample);
                if key.verifying.commitment().is_none() && points[2] != r {
                    continue;
                }
                let forged = changed(&key.verifying, points);
                let read = VerifyingKey::decode(&forged.encode()).map(drop);
                assert_eq!(read, expected);
                let mut bytes = Vec::new();
                ProvingKey { verifying: forged, ..key }.write(&mut bytes).unwrap();
                for validation in [Validation::Canonical, Validation::Full] {
                    assert_eq!(ProvingKey::decode(&bytes, validation).map(drop), expected);
                }
            }
        }
    }

    /// With δ = αβ anything is proved by A = Σ, B = γ, C = −1.
    #[test]
    fn an_alpha_times_beta_that_is_a_trapdoor_is_refused() {
        let key = key(crate::samples::range(3)).verifying;
        let [alpha, beta] = [Fr::from(11), Fr::from(13)];
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let at = |k: Fr| (g2 * k).into_affine();
        let own = key.commitment().unwrap().delta_g2;
        let [gamma, delta] = [key.points().gamma_g2, key.points().delta_g2];
        for (points, named) in [
            ([at(alpha * beta), delta, own], "gamma"),
            ([gamma, at(alpha * beta), own], "delta"),
            ([gamma, at(-alpha * beta), own], "delta"),
            ([gamma, delta, at(alpha * beta)], "delta of the commitment"),
        ] {
            let made = changed(&key, points);
            let mut points = made.points().clone();
            (points.alpha_g1, points.beta_g2) = ((g1 * alpha).into_affine(), at(beta));
            let (own, interface) = (made.commitment().cloned(), key.interface().clone());
            let forged = VerifyingKey::new(key.circuit(), interface, points, own, None);
            let refused = FileError::Forgeable { one: "alpha times beta", other: named };
            assert_eq!(VerifyingKey::decode(&forged.encode()), Err(refused));
        }
    }

    /// With x₁ and x₂ under one point, x₁ + 1 and x₂ − 1 have the proof of x₁ and x₂.
    #[test]
    fn public_values_under_one_point_are_refused() {
        let key = key(crate::samples::several_publics()).verifying;
        for (from, to, negative) in [(1, 2, false), (0, 1, false), (2, 1, true)] {
            let mut points = key.points().clone();
            let point = points.gamma_abc_g1[from];
            points.gamma_abc_g1[to] = if negative { -point } else { point };
            let interface = key.interface().clone();
            let forged = VerifyingKey::new(key.circuit(), interface, points, None, None);
            let (one, other) = ("the point of a public value", "that of another");
            let refused = Err(FileError::Forgeable { one, other });
            assert_eq!(VerifyingKey::decode(&forged.encode()), refused);
        }
    }

    /// As a ceremony leaves it; its negative nobody does.
    #[test]
    fn gamma_may_be_the_generator() {
        for sample in [crate::samples::range(3), crate::samples::dot(3)] {
            let key = key(sample);
            let points = key.verifying.points();
            let own = key.verifying.commitment().map_or(points.delta_g2, |c| c.delta_g2);
            let made = changed(&key.verifying, [G2Affine::generator(), points.delta_g2, own]);
            assert_eq!(VerifyingKey::decode(&made.encode()), Ok(made.clone()));
            let mut bytes = Vec::new();
            ProvingKey { verifying: made, ..key }.write(&mut bytes).unwrap();
            assert!(ProvingKey::decode(&bytes, Validation::Full).is_ok());
        }
    }

    /// With β = δ anything is proved by A = Σ, B = γ + k·δ, C = k·A − α, and with β = γ alike.
    #[test]
    fn a_beta_that_is_another_trapdoor_is_refused() {
        let key = key(crate::samples::range(3)).verifying;
        let own = key.commitment().unwrap().clone();
        let points = key.points();
        for (other, named) in [
            (points.gamma_g2, "gamma"),
            (-points.gamma_g2, "gamma"),
            (points.delta_g2, "delta"),
            (own.delta_g2, "delta of the commitment"),
        ] {
            let mut points = points.clone();
            points.beta_g2 = other;
            let (circuit, interface) = (key.circuit(), key.interface().clone());
            let forged = VerifyingKey::new(circuit, interface, points, Some(own.clone()), None);
            let refused = FileError::Forgeable { one: named, other: "beta" };
            assert_eq!(VerifyingKey::decode(&forged.encode()), Err(refused));
        }
    }

    #[test]
    fn a_commitment_key_whose_groups_disagree_is_refused() {
        let mut key = key(crate::samples::range(3));
        let good = key.commitment.clone().unwrap().blinders;
        let decode = |key: &ProvingKey| {
            let mut bytes = Vec::new();
            key.write(&mut bytes).unwrap();
            ProvingKey::decode(&bytes, Validation::Canonical).map(drop)
        };
        assert_eq!(decode(&key), Ok(()));
        // An identity in the place of δ would leave commitments unblinded.
        let none = ark_bn254::G1Affine::identity();
        key.commitment.as_mut().unwrap().blinders.delta_g1 = none;
        assert!(matches!(decode(&key), Err(FileError::Point { what: "delta in G1", .. })));
        for (delta, own, what) in [
            (good.own_delta_g1, good.own_delta_g1, "delta in G1"),
            (good.delta_g1, good.delta_g1, "delta of the commitment in G1"),
            (-good.delta_g1, good.own_delta_g1, "delta in G1"),
        ] {
            let blinders = &mut key.commitment.as_mut().unwrap().blinders;
            (blinders.delta_g1, blinders.own_delta_g1) = (delta, own);
            assert_eq!(decode(&key), Err(FileError::Invalid { what }));
        }
    }
}
