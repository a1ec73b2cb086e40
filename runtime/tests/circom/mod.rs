//! A reader of `.r1cs`, `.sym` and `.wtns` files that shares nothing with their writers. It panics on
//! what is not as the formats say.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

use ark_bn254::Fr;
use ark_ff::PrimeField;
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// Wires and coefficients of one side.
pub type Side = Vec<(usize, Fr)>;

/// An `.r1cs` file.
#[derive(Debug)]
pub struct R1cs {
    pub wires: usize,
    pub outputs: usize,
    pub public_inputs: usize,
    pub private_inputs: usize,
    pub labels: usize,
    pub constraints: Vec<[Side; 3]>,
    pub label_of: Vec<usize>,
}

/// A line of a `.sym` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub label: usize,
    pub wire: Option<usize>,
    pub component: usize,
    pub name: String,
}

/// Reads an `.r1cs` file.
pub fn read_r1cs(bytes: &[u8]) -> R1cs {
    let mut sections = sections(bytes, b"r1cs", 1);
    assert_eq!(sections.keys().collect::<Vec<_>>(), [&1, &2, &3]);
    let header = sections.get_mut(&1).unwrap();
    field_of(header);
    let [wires, outputs, public_inputs, private_inputs] = [(); 4].map(|()| header.u32());
    let (labels, count) = (header.u64(), header.u32());
    let rows = sections.get_mut(&2).unwrap();
    let constraints = (0..count).map(|_| [(); 3].map(|()| rows.side(wires))).collect();
    let map = sections.get_mut(&3).unwrap();
    let label_of = (0..wires).map(|_| map.u64()).collect();
    assert!(sections.values().all(|s| s.0.is_empty()), "bytes left in a section");
    R1cs { wires, outputs, public_inputs, private_inputs, labels, constraints, label_of }
}

/// Reads a `.wtns` file.
pub fn read_wtns(bytes: &[u8]) -> Vec<Fr> {
    let mut sections = sections(bytes, b"wtns", 2);
    assert_eq!(sections.keys().collect::<Vec<_>>(), [&1, &2]);
    let header = sections.get_mut(&1).unwrap();
    field_of(header);
    let count = header.u32();
    let values = sections.get_mut(&2).unwrap();
    let out = (0..count).map(|_| values.field()).collect();
    assert!(sections.values().all(|s| s.0.is_empty()), "bytes left in a section");
    out
}

/// Reads a `.sym` file.
pub fn read_sym(text: &str) -> Vec<Symbol> {
    let symbol = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [label, wire, component, name] = cells[..] else { panic!("four cells: {line}") };
        Symbol {
            label: label.parse().unwrap(),
            wire: if wire == "-1" { None } else { Some(wire.parse().unwrap()) },
            component: component.parse().unwrap(),
            name: name.into(),
        }
    };
    text.lines().map(symbol).collect()
}

/// The value of a side.
pub fn evaluate(side: &Side, values: &[Fr]) -> Fr {
    side.iter().map(|&(wire, c)| values[wire] * c).sum()
}

/// Whether values satisfy every constraint.
pub fn satisfied(r1cs: &R1cs, values: &[Fr]) -> bool {
    r1cs.constraints
        .iter()
        .all(|[a, b, c]| evaluate(a, values) * evaluate(b, values) == evaluate(c, values))
}

/// What is left of some bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n);
        self.0 = rest;
        taken
    }

    fn u32(&mut self) -> usize {
        u32::from_le_bytes(self.take(4).try_into().unwrap()) as usize
    }

    fn u64(&mut self) -> usize {
        u64::from_le_bytes(self.take(8).try_into().unwrap()) as usize
    }

    fn field(&mut self) -> Fr {
        let bytes = self.take(32);
        assert!(BigUint::from_bytes_le(bytes) < Fr::MODULUS.into(), "below the order");
        Fr::from_le_bytes_mod_order(bytes)
    }

    fn side(&mut self, wires: usize) -> Side {
        let count = self.u32();
        let side: Side = (0..count).map(|_| (self.u32(), self.field())).collect();
        assert!(side.windows(2).all(|w| w[0].0 < w[1].0), "wires ascend");
        assert!(side.iter().all(|(w, _)| *w < wires), "wires exist");
        side
    }
}

/// The sections of a file by their numbers.
fn sections<'a>(bytes: &'a [u8], magic: &[u8; 4], version: usize) -> BTreeMap<usize, Bytes<'a>> {
    let mut bytes = Bytes(bytes);
    assert_eq!(bytes.take(4), magic);
    assert_eq!(bytes.u32(), version);
    let count = bytes.u32();
    let mut found = BTreeMap::new();
    for _ in 0..count {
        let (kind, len) = (bytes.u32(), bytes.u64());
        assert!(found.insert(kind, Bytes(bytes.take(len))).is_none(), "section {kind} twice");
    }
    assert!(bytes.0.is_empty(), "bytes after the last section");
    found
}

/// The field is the scalar field of BN254.
fn field_of(header: &mut Bytes<'_>) {
    assert_eq!(header.u32(), 32);
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let read = BigUint::from_bytes_le(header.take(32)).to_string();
    assert_eq!(read, order);
}
