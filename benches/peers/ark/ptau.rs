//! Powers of tau, as `snarkjs groth16 setup` reads them.
//!
//! snarkjs makes such files itself, but takes minutes for 2^12 constraints and hours for 2^18, since a
//! ceremony must not know τ. This program draws τ and drops it: **keys made from its files can be forged**
//! by whoever kept it, and are good for measuring alone.
//!
//! The format is that of snarkjs's `powersoftau prepare phase2`: sections of a type, a length and points
//! in affine Montgomery form. `groth16 setup` reads the Lagrange bases of the one size that the circuit
//! has, and of twice that size for the quotient; the others and the plain powers stay zero, which most
//! file systems do not store.

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup, scalar_mul::ScalarMul};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::rngs::OsRng;
use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

/// Bytes of a point.
const G1: u64 = 64;
const G2: u64 = 128;

/// Writes a file for circuits whose rows are padded to exactly 2^power.
pub(crate) fn write(power: u32, path: &Path) -> Result<Value, Box<dyn Error>> {
    if !(1..=26).contains(&power) {
        return Err(format!("powers from 1 to 26 are possible, not {power}").into());
    }
    let start = Instant::now();
    let [tau, alpha, beta] = std::array::from_fn(|_| Fr::rand(&mut OsRng));
    let n = 1u64 << power;
    let basis = lagrange(n, tau);
    let scaled = |by: Fr| g1(&basis.iter().map(|l| *l * by).collect::<Vec<_>>());
    let mut out = Sections::new(path)?;
    out.section(1, 44, |f| {
        f.write_all(&32u32.to_le_bytes())?;
        f.write_all(&Fq::MODULUS.to_bytes_le())?;
        f.write_all(&[power.to_le_bytes(), power.to_le_bytes()].concat())
    })?;
    out.section(2, (2 * n - 1) * G1, |_| Ok(()))?;
    out.section(3, n * G2, |_| Ok(()))?;
    out.section(4, n * G1, |f| f.write_all(&g1(&[alpha])))?;
    out.section(5, n * G1, |f| f.write_all(&g1(&[beta])))?;
    out.section(6, G2, |f| f.write_all(&g2(&[beta])))?;
    out.section(7, 4, |f| f.write_all(&0u32.to_le_bytes()))?;
    let skip = |f: &mut BufWriter<File>, points: u64, size: u64| {
        f.seek(SeekFrom::Current((points * size).cast_signed())).map(|_| ())
    };
    // The bases of sizes 1, 2, 4, … come one after the other.
    out.section(12, (4 * n - 1) * G1, |f| {
        skip(f, n - 1, G1)?;
        f.write_all(&g1(&basis))?;
        f.write_all(&g1(&lagrange(2 * n, tau)))
    })?;
    out.section(13, (2 * n - 1) * G2, |f| {
        skip(f, n - 1, G2)?;
        f.write_all(&g2(&basis))
    })?;
    for (kind, by) in [(14, alpha), (15, beta)] {
        out.section(kind, (2 * n - 1) * G1, |f| {
            skip(f, n - 1, G1)?;
            f.write_all(&scaled(by))
        })?;
    }
    out.finish()?;
    Ok(json!({ "power": power, "ms": start.elapsed().as_secs_f64() * 1e3 }))
}

/// The Lagrange basis of a size at τ.
fn lagrange(size: u64, tau: Fr) -> Vec<Fr> {
    let domain = Radix2EvaluationDomain::<Fr>::new(usize::try_from(size).unwrap_or(usize::MAX));
    domain.map(|d| d.evaluate_all_lagrange_coefficients(tau)).unwrap_or_default()
}

fn fq(x: &Fq) -> impl Iterator<Item = u8> {
    x.0.0.into_iter().flat_map(u64::to_le_bytes)
}

/// Multiples of the generator, as bytes; infinity is zeros.
fn g1(scalars: &[Fr]) -> Vec<u8> {
    let points: Vec<G1Affine> = G1Projective::generator().batch_mul(scalars);
    let bytes = |p: &G1Affine| {
        let (x, y) = p.xy().unwrap_or_default();
        fq(&x).chain(fq(&y)).collect::<Vec<u8>>()
    };
    points.iter().flat_map(bytes).collect()
}

fn g2(scalars: &[Fr]) -> Vec<u8> {
    let points: Vec<G2Affine> = G2Projective::generator().batch_mul(scalars);
    let bytes = |p: &G2Affine| {
        let (x, y) = p.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1].iter().flat_map(fq).collect::<Vec<u8>>()
    };
    points.iter().flat_map(bytes).collect()
}

/// A file of sections whose lengths are known.
struct Sections {
    file: BufWriter<File>,
    /// Where the next one begins.
    end: u64,
}

impl Sections {
    fn new(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(b"ptau")?;
        file.write_all(&1u32.to_le_bytes())?;
        file.write_all(&11u32.to_le_bytes())?;
        Ok(Sections { file, end: 12 })
    }

    /// A section of so many bytes, of which `fill` writes some; the others are zero.
    fn section(
        &mut self,
        kind: u32,
        bytes: u64,
        fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&kind.to_le_bytes())?;
        self.file.write_all(&bytes.to_le_bytes())?;
        self.end += 12 + bytes;
        fill(&mut self.file)
    }

    fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().set_len(self.end)
    }
}
