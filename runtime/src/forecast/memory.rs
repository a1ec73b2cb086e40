//! Bytes that setup and prover hold at their peaks.

use super::points::{Counts, Points};
use super::{costs, witness};
use crate::curve::fixed;
use crate::domain::Domain;
use crate::keys::SLICE;
use ark_bn254::{Fr, G1Affine, G2Affine};
use zirc_circuit::{Circuit, Ints, Kind, Layout, Width};

/// An element of the field.
const ELEMENT: u64 = size_of::<Fr>() as u64;
/// Points in memory; with 4 bytes for the variable that one belongs to.
const G1: u64 = size_of::<G1Affine>() as u64;
const G2: u64 = size_of::<G2Affine>() as u64;
/// A value as a sum keeps it, by variable and sorted by width.
const VALUE: u64 = 8;
const SORTED: u64 = 16;
/// The same of one that fills the field; its list doubles as it grows.
const WIDE: u64 = 2 * 40;
/// A point in the sorting of a window: bucket and place twice.
const PICK: u64 = 12;

/// Bytes of the whole process.
pub(super) struct Memory {
    pub(super) setup: u64,
    /// By a key in a file.
    pub(super) proof: u64,
    /// Of setup and proof one after the other.
    pub(super) both: u64,
}

impl Memory {
    pub(super) fn of(
        circuit: &Circuit,
        layout: &Layout,
        domain: &Domain,
        points: &Points,
        threads: usize,
    ) -> Memory {
        let base = costs::PROGRAM + held(circuit);
        let n = domain.size() as u64;
        let setup = base + setup(n, layout.num_variables() as u64, points);
        let assignment = assignment(circuit) + inputs(circuit);
        let threads = threads as u64;
        let proof = base + assignment + sums(n, layout, points, SLICE as u64, threads);
        let whole = key(n, points) + base + assignment + sums(n, layout, points, 0, threads);
        // The assignment is there before setup begins.
        let both = (setup + assignment).max(whole);
        // A proof begins with a witness, which is compared with the constraints.
        let values = base + witness::values(circuit);
        let (proof, both) = (proof.max(values), both.max(values));
        let [setup, proof, both] = [setup, proof, both].map(|n| (n as f64 * costs::SLACK) as u64);
        Memory { setup, proof, both }
    }
}

/// The circuit itself.
pub(super) fn held(circuit: &Circuit) -> u64 {
    let data = |c: &zirc_circuit::Constant| match &c.data {
        Ints::Small(v) => 8 * v.len() as u64,
        // A number on the heap.
        Ints::Big(v) => 64 * v.len() as u64,
    };
    circuit.constants.iter().map(data).sum()
}

/// What reading inputs leaves behind.
pub(super) fn inputs(circuit: &Circuit) -> u64 {
    let ports = circuit.signature.inputs.iter();
    let elements = ports.map(|p| circuit.tensors[p.tensor.0 as usize].len() as u64);
    costs::INPUT * elements.sum::<u64>()
}

/// So many values in a native type.
pub(super) fn bytes(count: usize, width: Width) -> u64 {
    let size = match width {
        Width::I64 => 8,
        Width::I128 => 16,
        Width::Field => ELEMENT,
    };
    count as u64 * size
}

/// All values, those of derived tensors too; a second time once there are responses.
fn assignment(circuit: &Circuit) -> u64 {
    let tensors = circuit.tensors.iter();
    let once: u64 = tensors.filter(|t| t.kind != Kind::One).map(|t| bytes(t.len(), t.width)).sum();
    if circuit.has_challenges() { 2 * once } else { once }
}

/// Points of a key in memory.
fn key(n: u64, points: &Points) -> u64 {
    let in_g1 =
        [points.m, points.d, points.a, points.c].iter().map(|c| c.total() as u64).sum::<u64>();
    n * G1 + in_g1 * (G1 + 4) + points.b.total() as u64 * (G2 + 4)
}

/// The prover's vectors where they are most, besides assignment and key.
fn sums(n: u64, layout: &Layout, points: &Points, slice: u64, threads: u64) -> u64 {
    let variables = layout.num_variables() as u64;
    // Of a slice; points that lie in memory anyway are counted with the key.
    let held = |count: u64, point: u64| if slice == 0 { 0 } else { (count * point).min(slice) };
    let sorting = |count: u64, point: u64, scalar: u64| {
        let part = if slice == 0 { count } else { count.min(slice / point) };
        part * (scalar + (threads + 1) * PICK)
    };
    // Two sides and a copy of one of them.
    let transforms = 3 * n * ELEMENT;
    let quotient = n * ELEMENT + held(n, G1) + sorting(n, G1, ELEMENT);
    let query = |counts: &Counts, point: u64| {
        let (all, wide) = (counts.total() as u64, counts.wide() as u64);
        4 * all + held(all, point) + sorting(all, point, SORTED) + wide.min(all) * ELEMENT / 2
    };
    let most = [(points.m, G1), (points.d, G1), (points.a, G1), (points.b, G2), (points.c, G1)]
        .iter()
        .map(|(c, point)| query(c, *point))
        .max()
        .unwrap_or(0);
    let wide = points.a.wide().max(points.c.wide()).max(points.d.wide()) as u64;
    transforms.max(quotient).max(most + variables * VALUE + wide * WIDE)
}

/// Setup's vectors where they are most, and the key that has come of it by then.
fn setup(n: u64, variables: u64, points: &Points) -> u64 {
    let (_, table) = fixed::additions(2 * variables + n);
    let (_, twist) = fixed::additions(points.b.total() as u64);
    let (in_g1, in_g2) = (table as u64 * G1, twist as u64 * G2);
    let columns = 3 * variables * ELEMENT;
    let part = |c: &Counts, point: u64| c.total() as u64 * (point + 4 + ELEMENT);
    let a = part(&points.a, G1);
    let after_a = columns + in_g1 + points.a.total() as u64 * (G1 + 4);
    let b = after_a + in_g2 + part(&points.b, G2);
    let after_b = after_a + points.b.total() as u64 * (G2 + 4);
    // Values of Lagrange polynomials, their points, and the products of their denominators.
    let lagrange = 3 * n * ELEMENT;
    let parts = part(&points.c, G1).max(part(&points.d, G1)).max(part(&points.m, G1));
    let c = after_b + variables * ELEMENT + lagrange.max(variables * ELEMENT + parts);
    let h = key(n, points) + in_g1 + lagrange;
    (columns + lagrange).max(columns + in_g1 + a).max(b).max(c).max(h)
}
