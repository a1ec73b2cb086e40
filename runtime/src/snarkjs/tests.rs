//! Files of snarkjs without snarkjs: made by hand with known trapdoors, read back, and broken in
//! every way. What snarkjs itself says of ours is asked in `tests/snarkjs.rs` of the root package.

mod ceremony;
mod forged;
mod hostile;
mod json;
mod keys;
mod phase1;
mod related;

use super::montgomery::{modulus, write_points};
use super::sections::write_frame;
use super::{Ptau, SnarkjsError, ZKey};
use crate::ceremony::Name;
use crate::progress::silent;
use crate::samples::Sample;
use crate::setup::Phase1;
use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, FftField, Field};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::{SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Sections of a file by their numbers, to be changed and put together again.
type Parts = BTreeMap<u32, Vec<u8>>;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// A file of these sections.
fn file(magic: &str, parts: &Parts) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(&mut out, magic, parts.len() as u32).unwrap();
    for (section, content) in parts {
        out.extend(section.to_le_bytes());
        out.extend((content.len() as u64).to_le_bytes());
        out.extend(content);
    }
    out
}

/// The sections of a file.
fn parts(bytes: &[u8]) -> Parts {
    let (mut rest, mut out) = (&bytes[12..], Parts::new());
    while !rest.is_empty() {
        let (head, after) = rest.split_at(12);
        let size = u64::from_le_bytes(head[4..].try_into().unwrap()) as usize;
        let section = u32::from_le_bytes(head[..4].try_into().unwrap());
        out.insert(section, after[..size].to_vec());
        rest = &after[size..];
    }
    out
}

/// Trapdoors of a first phase.
#[derive(Clone, Copy)]
struct Secrets {
    tau: Fr,
    alpha: Fr,
    beta: Fr,
}

const SECRETS: Secrets = Secrets {
    tau: ark_ff::MontFp!("1234567"),
    alpha: ark_ff::MontFp!("89"),
    beta: ark_ff::MontFp!("1011"),
};

fn g1(scalars: &[Fr]) -> Vec<u8> {
    let points: Vec<G1Affine> =
        scalars.iter().map(|s| (G1Projective::generator() * s).into_affine()).collect();
    let mut out = Vec::new();
    write_points(&mut out, &points).unwrap();
    out
}

fn g2(scalars: &[Fr]) -> Vec<u8> {
    let points: Vec<G2Affine> =
        scalars.iter().map(|s| (G2Projective::generator() * s).into_affine()).collect();
    let mut out = Vec::new();
    write_points(&mut out, &points).unwrap();
    out
}

/// 1, τ, τ², …
fn powers(tau: Fr, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(Fr::ONE), |x| Some(*x * tau)).take(count).collect()
}

/// Lagrange polynomials of 1, 2, 4, …, 2^logs roots of unity, from powers; what is missing is 0.
fn lagrange(powers: &[Fr], logs: u32) -> Vec<Fr> {
    let of = |log: u32| {
        let count = 1 << log;
        let mut values: Vec<Fr> = powers.iter().take(count).copied().collect();
        values.resize(count, Fr::ZERO);
        Radix2EvaluationDomain::<Fr>::new(count).unwrap().ifft_in_place(&mut values);
        values
    };
    (0..=logs).flat_map(of).collect()
}

/// A first phase for 2^`power` rows.
fn ptau(power: u32, secrets: Secrets, prepared: bool) -> Parts {
    let Secrets { tau, alpha, beta } = secrets;
    let rows = 1 << power;
    let all = powers(tau, 2 * rows - 1);
    let few = &all[..rows];
    let times = |k: Fr, powers: &[Fr]| powers.iter().map(|x| *x * k).collect::<Vec<Fr>>();
    let mut header = modulus::<Fq>().to_vec();
    header.extend([power.to_le_bytes(), power.to_le_bytes()].concat());
    let mut out = Parts::from([
        (1, header),
        (2, g1(&all)),
        (3, g2(few)),
        (4, g1(&times(alpha, few))),
        (5, g1(&times(beta, few))),
        (6, g2(&[beta])),
        (7, vec![0; 4]),
    ]);
    if prepared {
        let each = lagrange(few, power);
        out.insert(12, g1(&lagrange(&all, power + 1)));
        out.insert(13, g2(&each));
        out.insert(14, g1(&times(alpha, &each)));
        out.insert(15, g1(&times(beta, &each)));
    }
    out
}

/// The first points of a larger file, as its owner would cut them out: the polynomials keep the power 2n − 1.
fn cut(power: u32, mut parts: Parts) -> Parts {
    let rows = 1 << power;
    for (section, size) in [
        (2, 64 * (2 * rows - 1)),
        (3, 128 * rows),
        (4, 64 * rows),
        (5, 64 * rows),
        (12, 64 * (4 * rows - 1)),
        (13, 128 * (2 * rows - 1)),
        (14, 64 * (2 * rows - 1)),
        (15, 64 * (2 * rows - 1)),
    ] {
        parts.entry(section).and_modify(|content| content.truncate(size));
    }
    parts.get_mut(&1).unwrap()[36..40].copy_from_slice(&power.to_le_bytes());
    parts
}

fn read(parts: &Parts, log: u32) -> Result<Phase1, SnarkjsError> {
    Ptau::new(Cursor::new(file("ptau", parts)))?.phase1(log, &mut rng())
}

/// A key for a sample, and its sections.
fn made(sample: &Sample) -> (ZKey, Parts) {
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let phase1 = read(&ptau(log, SECRETS, true), log).unwrap();
    let (key, _) =
        ZKey::new(&sample.circuit, &phase1, &name("test"), &mut rng(), &mut silent).unwrap();
    let mut bytes = Vec::new();
    key.write(&sample.circuit, &mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, key.file_size());
    (key, parts(&bytes))
}

fn load(sample: &Sample, parts: &Parts) -> Result<ZKey, SnarkjsError> {
    ZKey::read(Cursor::new(file("zkey", parts)), &sample.circuit, &mut rng())
}
