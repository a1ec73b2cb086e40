use super::*;
use crate::curve::arithmetic::Loosely;
use ark_bn254::{Fq, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::Projective;
use ark_std::UniformRand;
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Points among which doubling, cancelling and the identity are frequent; `rare` says how rare.
fn points<P: SWCurveConfig>(n: usize, rare: usize, rng: &mut StdRng) -> Vec<Affine<P>> {
    let base: Vec<Affine<P>> = (0..3).map(|_| Affine::rand(rng)).collect();
    let mut next = Projective::<P>::rand(rng);
    (0..n)
        .map(|_| match rng.gen_range(0..7 + rare) {
            0 => Affine::identity(),
            k @ 1..=3 => base[k - 1],
            k @ 4..=6 => -base[k - 4],
            _ => {
                next += base[0];
                next.into_affine()
            }
        })
        .collect()
}

/// The same points with coordinates that lie between p and 2p, but for the zeros of the identity.
fn loose(points: &[Affine<g1::Config>], rng: &mut StdRng) -> Vec<Affine<g1::Config>> {
    let mut lift = |a: Fq| if rng.r#gen() { a } else { a.plus_modulus() };
    let lift = |p: &Affine<g1::Config>| {
        if p.is_zero() { *p } else { Affine::new_unchecked(lift(p.x), lift(p.y)) }
    };
    points.iter().map(lift).collect()
}

fn added<P: SWCurveConfig<BaseField: Arithmetic>>(
    [p, q]: [&[Affine<P>]; 2],
    add: impl Fn(&mut Sums<P>, &Both<P>),
) -> Vec<Affine<P>> {
    let mut sums = Batch::new().sums;
    sums.next.resize(p.len(), Affine::identity());
    add(&mut sums, &Both(p, q));
    sums.next
}

fn expected<P: SWCurveConfig>(p: &[Affine<P>], q: &[Affine<P>]) -> Vec<Affine<P>> {
    p.iter().zip(q).map(|(p, q)| (p.into_group() + q).into_affine()).collect()
}

/// By lanes where there are any, and one by one.
pub(super) fn both_ways_agree<P: SWCurveConfig<BaseField: Arithmetic>>(
    given: [&[Affine<P>]; 2],
    expected: &[Affine<P>],
) {
    let single = added(given, |sums, pairs| sums.add_one_by_one(pairs));
    let any = added(given, |sums, pairs| sums.add(pairs));
    for (k, p) in expected.iter().enumerate() {
        assert_eq!(canonical(&single[k]), *p, "{k} of {}, one by one", expected.len());
        assert_eq!(canonical(&any[k]), *p, "{k} of {}", expected.len());
    }
    if P::BaseField::PARTS > 1 {
        assert_eq!(any, expected, "no element of the extension is loose");
    }
}

proptest! {
    #[test]
    fn additions_agree_with_projective_ones(
        seed: u64, n in 0usize..200, rare in prop_oneof![Just(0usize), Just(20), Just(400)],
    ) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (p, q) = (points::<g1::Config>(n, rare, rng), points(n, rare, rng));
        let sums = expected(&p, &q);
        both_ways_agree([&p, &q], &sums);
        both_ways_agree([&loose(&p, rng), &loose(&q, rng)], &sums);
        let (p, q) = (points::<g2::Config>(n, rare, rng), points(n, rare, rng));
        both_ways_agree([&p, &q], &expected(&p, &q));
    }
}

/// Chunks of lanes all of whose pairs are of one kind, and such in which only one pair is.
#[test]
fn whole_chunks_double_cancel_and_vanish() {
    let rng = &mut StdRng::seed_from_u64(3);
    let p = points::<g1::Config>(64, 1000, rng);
    let minus: Vec<_> = p.iter().map(|p| -*p).collect();
    let nothing = vec![Affine::identity(); p.len()];
    for other in [&p, &minus, &nothing] {
        both_ways_agree([&p, other], &expected(&p, other));
        both_ways_agree([other, &p], &expected(other, &p));
        for k in 0..p.len() {
            let mut q = points(p.len(), 1000, rng);
            q[k] = other[k];
            both_ways_agree([&p, &q], &expected(&p, &q));
        }
    }
    both_ways_agree([&nothing, &nothing], &nothing);
}

#[test]
fn segments_of_all_lengths_are_summed() {
    fn check<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(rng: &mut StdRng) {
        let mut lens: Vec<u32> = (0..40).map(|_| rng.gen_range(0..9)).collect();
        lens.extend([0, 1, 200, 0]);
        let all: Vec<Affine<P>> = points(lens.iter().sum::<u32>() as usize, 1, rng);
        let mut expected = Vec::new();
        let mut rest = &all[..];
        for &l in &lens {
            expected.push(rest[..l as usize].iter().sum::<Projective<P>>().into_affine());
            rest = &rest[l as usize..];
        }
        let mut sums = all.clone();
        let mut batch = Batch::<P>::new();
        // Twice, as what a first batch leaves behind must not show in a second.
        batch.sum_segments(&mut all.clone(), &mut lens.clone());
        batch.sum_segments(&mut sums, &mut lens.clone());
        assert_eq!(sums, expected);
    }
    check::<g1::Config>(&mut StdRng::seed_from_u64(2));
    check::<g2::Config>(&mut StdRng::seed_from_u64(2));
}
