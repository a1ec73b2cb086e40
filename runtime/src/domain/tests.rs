use super::*;
use ark_std::UniformRand;
use rand::{SeedableRng, rngs::StdRng};

/// Of one coset, and of two: with 1, 2, 3, 4, 6, 8, 9, 16 and 32 of the small ones in the large one.
const SIZES: [usize; 19] = [1, 2, 3, 6, 8, 9, 36, 64, 96, 288, 5, 10, 13, 40, 45, 68, 99, 297, 520];

fn evaluate(coefficients: &[Fr], x: Fr) -> Fr {
    coefficients.iter().rev().fold(Fr::zero(), |s, c| s * x + c)
}

fn points(domain: &Domain, odd: bool) -> Vec<Fr> {
    domain.cosets().flat_map(|c| c.powers(1, odd)).collect()
}

fn inner(l: &[Fr], v: &[Fr]) -> Fr {
    l.iter().zip(v).map(|(l, v)| *l * v).sum()
}

#[test]
fn circuits_are_padded_by_a_fourteenth_at_worst() {
    let size = |rows| Domain::for_rows(rows, DomainChoice::Cheapest).map(|d| d.size());
    for (rows, n) in [(1, 1), (6, 6), (8, 8), (9, 9), (16, 16), (72, 72), (78_323, 78_336)] {
        assert_eq!(size(rows), Some(n));
    }
    for rows in (1000..300_000).step_by(997) {
        let n = size(rows).unwrap();
        assert!(rows <= n && n <= rows + rows.div_ceil(14), "{rows} rows in {n}");
    }
    assert_eq!(size(9 << MAX_LOG), Some(9 << MAX_LOG));
    assert_eq!(size((9 << MAX_LOG) + 1), None);
    assert_eq!(size(usize::MAX), None);
    let two = |rows| Domain::for_rows(rows, DomainChoice::PowerOfTwo).map(|d| d.size());
    assert_eq!((two(70), two(usize::MAX)), (Some(128), None));
}

#[test]
fn a_size_tells_its_domain() {
    for rows in (1..200).chain((200..100_000).step_by(331)) {
        let domain = Domain::for_rows(rows, DomainChoice::Cheapest).unwrap();
        assert_eq!(Domain::of_size(domain.size()), Some(domain), "{rows}");
    }
    for none in [0, 11, 31, 125, usize::MAX] {
        assert_eq!(Domain::of_size(none), None, "{none}");
    }
}

#[test]
fn points_are_distinct() {
    for size in SIZES {
        let domain = Domain::of_size(size).unwrap();
        let mut all = points(&domain, false);
        all.extend(points(&domain, true));
        assert!(all.iter().all(|&x| domain.doubled_has(x)));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2 * size);
        assert!(!domain.doubled_has(Fr::zero()));
    }
}

#[test]
fn values_on_the_odd_points_and_lagrange_values_are_what_they_say() {
    let mut rng = StdRng::seed_from_u64(1);
    for size in SIZES {
        let domain = Domain::of_size(size).unwrap();
        assert_eq!(domain.size(), size);
        let c: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
        let at = |odd| points(&domain, odd).iter().map(|&x| evaluate(&c, x)).collect::<Vec<Fr>>();
        let mut v = at(false);
        domain.to_odd(&mut v);
        assert_eq!(v, at(true), "{size}");
        let x = Fr::rand(&mut rng);
        assert_eq!(inner(&domain.lagrange(x), &at(false)), evaluate(&c, x), "{size}");
        // Twice the degree, through the double domain.
        let c: Vec<Fr> = (0..2 * size).map(|_| Fr::rand(&mut rng)).collect();
        let at = |odd| points(&domain, odd).iter().map(|&x| evaluate(&c, x)).collect::<Vec<Fr>>();
        let even = inner(&domain.even_lagrange(x), &at(false));
        assert_eq!(even + inner(&domain.odd_lagrange(x), &at(true)), evaluate(&c, x), "{size}");
    }
}

#[test]
fn short_input_is_padded() {
    let domain = Domain::of_size(40).unwrap();
    let (mut short, mut long) = (vec![Fr::one(); 3], vec![Fr::one(); 3]);
    long.resize(40, Fr::zero());
    domain.to_odd(&mut short);
    domain.to_odd(&mut long);
    assert_eq!(short, long);
}
