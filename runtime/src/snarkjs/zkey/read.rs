//! Reading a key that somebody else made.

use super::super::contribution::{self, Contribution, Hash};
use super::super::montgomery::{Identity, Montgomery, read_modulus, read_point, read_points};
use super::super::sections::{Named, Sections};
use super::super::{SnarkjsError, SnarkjsKey};
use super::write::{for_each_entry, store_entry};
use super::{
    A, B1, B2, C, COEFFICIENTS, CONTRIBUTIONS, ENTRY, GROTH16, H, HEADER, HEADER_SIZE, Header, IC,
    SYSTEM, Shape, ZKey,
};
use crate::curve::msm;
use crate::export::Wires;
use crate::files::Group;
use crate::files::points::point_size;
use crate::setup::accept;
use ark_bn254::{Bn254, Fq, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::short_weierstrass::Affine;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use zirc_circuit::Circuit;

impl ZKey {
    /// Reads a key file for a circuit.
    ///
    /// # Errors
    /// As [`ZKey::read`].
    pub fn load(
        path: &Path,
        circuit: &Circuit,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ZKey, SnarkjsError> {
        ZKey::read(BufReader::new(File::open(path)?), circuit, rng)
    }

    /// Reads a key for a circuit: every point is checked, A and B are compared with the circuit's
    /// entry by entry, and the contributions with each other and with δ. Random numbers find points
    /// of B that are not the same in both groups. The number of a beacon is computed again, which takes
    /// as many hashes as its file says: a tenth of a second for 2^20, minutes for 2^30, which is the most.
    ///
    /// # Errors A [`SnarkjsError`] that names the first part that is wrong.
    pub fn read(
        source: impl Read + Seek + Send,
        circuit: &Circuit,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ZKey, SnarkjsError> {
        accept(circuit)?;
        let (wires, shape) = (Wires::new(circuit)?, Shape::of(circuit)?);
        let mut file = Sections::open(source, "zkey")?;
        let (numbers, header) = read_header(&mut file)?;
        let sizes = [shape.wires, shape.public, shape.domain.size()];
        for ((what, expected), got) in
            ["number of wires", "number of public wires", "size of the domain"]
                .into_iter()
                .zip(sizes)
                .zip(numbers)
        {
            if expected as u64 != u64::from(got) {
                let (expected, got) = (expected as u64, got.into());
                return Err(SnarkjsError::Differs { what, expected, got });
            }
        }
        let header = read_ic(&mut file, header, numbers[1])?;
        // What is forgeable is called so before contributions are looked at.
        header.unchecked(circuit).check_trapdoors()?;
        let (circuit_hash, contributions) = read_contributions(&mut file, &header)?;
        let verifying = header.verifying(circuit, &circuit_hash, &contributions)?;
        let coefficients = compare_entries(&mut file, circuit, &wires)?;
        let a = read_section(&mut file, A, shape.wires, Identity::Allowed)?;
        let b1 = read_section(&mut file, B1, shape.wires, Identity::Allowed)?;
        let b2 = read_section(&mut file, B2, shape.wires, Identity::Allowed)?;
        same_in_both_groups(&b1, &b2, rng)?;
        let private = shape.wires - shape.public - 1;
        let c = read_section(&mut file, C, private, Identity::Allowed)?;
        let h = read_section(&mut file, H, shape.domain.size(), Identity::Refused)?;
        // What the key says of its contributions stands on this; last, as it may take minutes.
        contribution::check_numbers(&contributions)?;
        Ok(ZKey {
            verifying,
            header,
            shape,
            coefficients,
            a,
            b1,
            b2,
            c,
            h,
            circuit_hash,
            contributions,
        })
    }
}

impl SnarkjsKey {
    /// The verifying part of a `.zkey` of whatever circuit.
    ///
    /// # Errors
    /// A [`SnarkjsError`] that names the first part that is wrong.
    pub fn from_zkey(source: impl Read + Seek + Send) -> Result<SnarkjsKey, SnarkjsError> {
        let mut file = Sections::open(source, "zkey")?;
        let ([_, public, _], header) = read_header(&mut file)?;
        let header = read_ic(&mut file, header, public)?;
        let key = header.foreign()?;
        let (_, contributions) = read_contributions(&mut file, &header)?;
        contribution::has_secret(&contributions)?;
        Ok(key)
    }
}

/// Numbers of wires, of public wires, and of rows, and the points beside them; IC is still to be
/// read.
pub(super) fn read_header<R: Read + Seek + Send>(
    file: &mut Sections<R>,
) -> Result<([u32; 3], Header), SnarkjsError> {
    let mut system = file.exactly(SYSTEM, 4)?;
    let got = u32::from_le_bytes(system.array(SYSTEM.1)?);
    if got != GROTH16 {
        return Err(SnarkjsError::System { got });
    }
    let mut part = file.whole(HEADER)?;
    read_modulus::<Fq, _>(&mut part, "modulus of the coordinates")?;
    read_modulus::<Fr, _>(&mut part, "modulus of the scalars")?;
    // Now that the moduli are known, the rest has one length.
    let mut part = file.exactly(HEADER, HEADER_SIZE)?;
    part.array::<72>("moduli")?;
    let mut numbers = [0; 3];
    for number in &mut numbers {
        *number = u32::from_le_bytes(part.array(HEADER.1)?);
    }
    let header = Header {
        alpha_g1: read_point(&mut part, "alpha")?,
        beta_g1: read_point(&mut part, "beta in G1")?,
        beta_g2: read_point(&mut part, "beta")?,
        gamma_g2: read_point(&mut part, "gamma")?,
        delta_g1: read_point(&mut part, "delta in G1")?,
        delta_g2: read_point(&mut part, "delta")?,
        ic: vec![],
    };
    part.finish()?;
    let g2 = G2Affine::generator();
    for (in_g1, in_g2, what) in
        [(header.beta_g1, header.beta_g2, "beta"), (header.delta_g1, header.delta_g2, "delta")]
    {
        if !equal(in_g1, g2, G1Affine::generator(), in_g2) {
            return Err(SnarkjsError::Groups { what });
        }
    }
    Ok((numbers, header))
}

fn read_ic<R: Read + Seek + Send>(
    file: &mut Sections<R>,
    header: Header,
    public: u32,
) -> Result<Header, SnarkjsError> {
    let count = public as usize + 1;
    Ok(Header { ic: read_section(file, IC, count, Identity::Refused)?, ..header })
}

pub(super) fn read_contributions<R: Read + Seek + Send>(
    file: &mut Sections<R>,
    header: &Header,
) -> Result<(Hash, Vec<Contribution>), SnarkjsError> {
    let mut part = file.whole(CONTRIBUTIONS)?;
    let circuit_hash = part.array(CONTRIBUTIONS.1)?;
    let contributions = contribution::read_all(&mut part)?;
    part.finish()?;
    contribution::check(&circuit_hash, &contributions, header.delta_g1)?;
    Ok((circuit_hash, contributions))
}

/// A section of exactly `count` points.
fn read_section<P: Group<BaseField: Montgomery>, R: Read + Seek + Send>(
    file: &mut Sections<R>,
    named: Named,
    count: usize,
    identity: Identity,
) -> Result<Vec<Affine<P>>, SnarkjsError> {
    let mut part = file.exactly(named, count as u64 * point_size::<P>())?;
    Ok(read_points(&mut part, count, identity, named.1)?)
}

/// Refuses entries that are not the circuit's; says how many there are.
fn compare_entries<R: Read + Seek + Send>(
    file: &mut Sections<R>,
    circuit: &Circuit,
    wires: &Wires,
) -> Result<u64, SnarkjsError> {
    let mut part = file.whole(COEFFICIENTS)?;
    let got = u64::from(u32::from_le_bytes(part.array(COEFFICIENTS.1)?));
    let (mut count, mut expected, mut last) = (0, Vec::new(), (0, 'A'));
    for_each_entry(circuit, wires, |matrix, row, wire, x| {
        last = (row as usize, if matrix == 0 { 'A' } else { 'B' });
        expected.clear();
        store_entry((matrix, row, wire, x), &mut expected);
        count += 1;
        let there = count <= got && part.array::<ENTRY>(COEFFICIENTS.1)? == expected[..];
        let (row, matrix) = last;
        if there { Ok(()) } else { Err(SnarkjsError::OtherCircuit { row, matrix }) }
    })?;
    if count != got {
        let (row, matrix) = last;
        return Err(SnarkjsError::OtherCircuit { row, matrix });
    }
    part.finish()?;
    Ok(count)
}

/// Σ ρ_j·\[b_j\]₁ against Σ ρ_j·\[b_j\]₂, for random ρ_j.
fn same_in_both_groups(
    b1: &[G1Affine],
    b2: &[G2Affine],
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(), SnarkjsError> {
    let weights: Vec<Fr> = b1.iter().map(|_| Fr::rand(rng)).collect();
    let sum1 = sum(b1, &weights).into_affine();
    let sum2 = sum(b2, &weights).into_affine();
    if equal(sum1, G2Affine::generator(), G1Affine::generator(), sum2) {
        Ok(())
    } else {
        Err(SnarkjsError::Groups { what: "B points" })
    }
}

/// A sum without the variables that have no column.
pub(super) fn sum<P: Group<BaseField: Montgomery>>(
    points: &[Affine<P>],
    weights: &[Fr],
) -> ark_ec::short_weierstrass::Projective<P> {
    let there = points.iter().zip(weights).filter(|(p, _)| !p.is_zero());
    let (points, weights): (Vec<_>, Vec<_>) = there.map(|(p, w)| (*p, *w)).unzip();
    msm::full(&points, &weights)
}

/// e(a, b) = e(c, d)
pub(super) fn equal(a: G1Affine, b: G2Affine, c: G1Affine, d: G2Affine) -> bool {
    Bn254::multi_pairing([a, -c], [b, d]) == PairingOutput::default()
}
