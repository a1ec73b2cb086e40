//! The file format: stable, canonical, and closed to everything that is not a circuit.

mod common;

use common::random::Rng;
use common::{Builder, fill, int, ints, lin, sign_of_dot_product, view};
use proptest::prelude::*;
use zirc_circuit::{
    Category, Circuit, DecodeError, Digest, DigestError, Ints, Kind, Lin, ModelPart, Op, PortType,
    Relation, Step, Width,
};

/// A circuit with every alternative that the format knows.
fn everything() -> Circuit {
    let mut b = Builder::new("everything");
    let table = b.constant(&[3], vec![300, -300, 0]);
    b.constant(&[0], vec![]);
    b.circuit.constants.push(zirc_circuit::Constant {
        shape: vec![2],
        data: Ints::Big(vec![int(-1) << 200u32, int(5)]),
    });
    let x = b.input("x", &[2], 0, 2, true);
    let y = b.input("y.field", &[2], 1, 4, false);
    b.circuit.signature.inputs[1].file = Some("image.npy".into());
    let read = |t| lin(vec![view(&[2], t, 1)]);
    let aux = |b: &mut Builder, shape: &[usize], op: Op| {
        b.hint(Kind::Aux, shape, Some((int(-300), int(300))), op);
    };
    for op in [
        Op::Linear(read(x)),
        Op::Mul(read(x), read(y)),
        Op::FloorDiv(read(x), read(y)),
        Op::Mod(read(x), read(y)),
        Op::Lt(read(x), read(y)),
        Op::Le(read(x), read(y)),
        Op::Eq(read(x), read(y)),
        Op::Select(read(x), read(y), read(x)),
        Op::Min(read(x), read(y)),
        Op::Max(read(x), read(y)),
        Op::Table(table, read(x)),
        Op::Sqrt(read(x)),
    ] {
        aux(&mut b, &[2], op);
    }
    aux(&mut b, &[2, 3], Op::Bits(read(x)));
    aux(&mut b, &[2, 3], Op::CappedBits { value: read(x), last: int(3) });
    for op in [
        Op::ReduceMax(read(x), 2),
        Op::ReduceMin(read(x), 2),
        Op::ReduceProd(read(x), 2),
        Op::ArgMax(read(x), 2),
        Op::ArgMin(read(x), 2),
    ] {
        aux(&mut b, &[], op);
    }
    let wide = Lin { terms: vec![view(&[2], y, 1)], width: Width::I128 };
    let sum = b.linear(&[2], Some((int(1), int(1) << 100u32)), wide);
    b.circuit.tensors[sum.0 as usize].name = Some("sum".into());
    let inverse = b.hint(
        Kind::Witness,
        &[2],
        None,
        Op::Inverse(Lin { terms: vec![view(&[2], sum, 1)], width: Width::Field }),
    );
    b.output("inverse", inverse);
    assert_eq!(b.circuit.signature.outputs[0].ty, PortType::Field);
    for category in [
        Category::Product,
        Category::Boolean,
        Category::Recompose,
        Category::Range,
        Category::Lookup,
        Category::Select,
        Category::Equality,
        Category::InputRange,
        Category::Commitment,
    ] {
        let one = lin(vec![fill(&[2], 1)]);
        b.enforce(&[2], read(sum), read(inverse), one, category);
    }
    let relations = [Relation::Eq, Relation::Ne, Relation::Lt, Relation::Le];
    for (i, relation) in relations.into_iter().enumerate() {
        b.circuit.program.push(Step::Check {
            shape: vec![2],
            left: read(x),
            relation,
            right: read(y),
            scale: (i > 0).then(|| (3.into(), 16.into())),
            message: (i > 1).then(|| "less".into()),
            origin: zirc_circuit::OriginId(i as u32 % 2),
        });
    }
    b.circuit.signature.model.push(ModelPart {
        name: "m".into(),
        file: "m.safetensors".into(),
        digest: "00ff".into(),
    });
    b.circuit.signature.assumptions.push("weights are rounded half to even".into());
    b.circuit.signature.nondet.push(zirc_circuit::Nondet {
        function: "root".into(),
        hint: "s".into(),
        reason: "either root will do".into(),
        origin: zirc_circuit::OriginId(1),
    });
    let shared = zirc_circuit::Origin {
        users: vec![common::user(1, 3), common::user(0, u32::MAX)],
        ..b.circuit.origins[0].clone()
    };
    b.circuit.origins.push(shared);
    b.circuit.blocks[0].origin = zirc_circuit::OriginId(2);
    b.build()
}

#[test]
fn comes_back() {
    for circuit in [everything(), sign_of_dot_product()] {
        let bytes = circuit.encode();
        assert_eq!(Circuit::decode(&bytes).unwrap(), circuit);
        assert_eq!(Circuit::decode(&bytes).unwrap().encode(), bytes);
    }
}

/// A change of this value is a change of the format: raise `VERSION`.
#[test]
fn digest_is_stable() {
    let digest = everything().digest().to_string();
    assert_eq!(digest, "72e7b3fc5f27898fe43b9dd70422299e34d5001f5cf078c9fe2378e374bc3867");
    let digest = sign_of_dot_product().digest().to_string();
    assert_eq!(digest, "35a69370d76ae32817ee7794a8f5f401c48d1d6cb6da688dba2f9a4c02089c2c");
}

#[test]
fn a_digest_has_one_text() {
    let digest = everything().digest();
    let text = digest.to_string();
    assert_eq!(text.parse(), Ok(digest));
    let others = [
        text.to_uppercase(),
        text[1..].to_owned(),
        format!("{text}0"),
        format!("+{}", &text[1..]),
        format!("é{}", &text[2..]),
        String::new(),
    ];
    for other in others {
        assert_eq!(other.parse::<Digest>(), Err(DigestError), "{other}");
    }
}

#[test]
fn digest_covers_meaning_and_not_provenance() {
    let circuit = everything();
    let mut renamed = circuit.clone();
    renamed.sources[0].name = "elsewhere.zirc".into();
    renamed.origins.swap(0, 1);
    renamed.origins[2].users.pop();
    renamed.blocks[0].origin.0 ^= 1;
    renamed.tensors[1].origin.0 ^= 1;
    renamed.signature.nondet[0].origin.0 ^= 1;
    assert_eq!(renamed.digest(), circuit.digest());
    assert_ne!(renamed.encode(), circuit.encode());
    let changes: [fn(&mut Circuit); 9] = [
        |c| c.signature.nondet[0].reason.push('!'),
        |c| c.blocks[0].category = Category::Range,
        |c| c.blocks[0].a.width = Width::Field,
        |c| c.signature.name.push('2'),
        |c| c.signature.inputs[0].written.push('2'),
        |c| c.constants[0].data = Ints::Small(vec![300, -300, 1]),
        |c| c.tensors[1].interval = Some((int(0), int(3))),
        |c| c.program.swap(0, 1),
        |c| {
            c.blocks.pop();
        },
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let mut changed = circuit.clone();
        change(&mut changed);
        changed.validate().unwrap();
        assert_ne!(changed.digest(), circuit.digest(), "change {i}");
    }
}

#[test]
fn the_file_is_about_as_large_as_the_weights() {
    let (circuit, _) = common::squared_convolution(16, 16, 8, 3);
    let len = circuit.encode().len();
    assert!((16 * 16 * 9..16 * 16 * 9 + 1000).contains(&len), "{len} bytes");
}

#[test]
fn headers_of_other_files_are_named() {
    let bytes = sign_of_dot_product().encode();
    let with = |at: usize, value: u8| {
        let mut changed = bytes.clone();
        changed[at] = value;
        Circuit::decode(&changed).unwrap_err()
    };
    assert_eq!(with(0, b'P'), DecodeError::Magic { got: *b"PIRC" });
    assert_eq!(with(4, 2), DecodeError::Kind { got: 2 });
    assert_eq!(with(5, 9), DecodeError::Version { got: 9 });
    assert_eq!(with(7, 0), DecodeError::Field { got: 0 });
    // A section of 2^63 bytes.
    let (what, left) = ("semantic section", bytes.len() - 16);
    let semantic = u64::from_le_bytes(bytes[8..16].try_into().unwrap());
    let needed = semantic | 1 << 63;
    assert_eq!(with(15, 0x80), DecodeError::Truncated { what, needed, left });
    assert_eq!(with(20, !bytes[20]), DecodeError::Checksum);
    // Sources and origins as they were written before: their number comes first.
    let (at, mut older) = (16 + semantic as usize, bytes.clone());
    let length = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) - 1;
    older.splice(at..at + 10, length.to_le_bytes().into_iter().chain([1]));
    assert_eq!(Circuit::decode(&resealed(&older)).unwrap_err(), DecodeError::Provenance { got: 1 });
    let longer = [bytes.as_slice(), &[0]].concat();
    let trailing = DecodeError::Trailing { section: "file", bytes: 1 };
    assert_eq!(Circuit::decode(&longer).unwrap_err(), trailing);
}

#[test]
fn every_change_of_a_byte_is_refused() {
    let bytes = sign_of_dot_product().encode();
    let mut rng = Rng(3);
    for i in 0..bytes.len() {
        for flip in [1, 0x80, 1 + rng.below(255) as u8] {
            let mut changed = bytes.clone();
            changed[i] ^= flip;
            assert!(Circuit::decode(&changed).is_err(), "byte {i} ^ {flip:#x}");
        }
        assert!(Circuit::decode(&bytes[..i]).is_err(), "first {i} bytes");
    }
}

/// The bytes with a checksum that is right, so that decoding gets past it.
fn resealed(bytes: &[u8]) -> Vec<u8> {
    let body = &bytes[..bytes.len() - 32];
    [body, blake3::hash(body).as_bytes()].concat()
}

/// What decodes encodes to the same bytes, and can be used without a panic.
fn survives(bytes: &[u8]) -> bool {
    let Ok(circuit) = Circuit::decode(bytes) else { return false };
    assert_eq!(circuit.encode(), bytes);
    if circuit.tensors.iter().map(|t| t.len()).sum::<usize>() < 100_000
        && circuit.num_constraints() < 10_000
    {
        let zeros = circuit.signature.inputs.iter().map(|p| {
            let lowest = match &p.ty {
                PortType::Fix { lo, .. } => lo.clone(),
                PortType::Field => int(0),
            };
            vec![lowest; p.shape.iter().product()]
        });
        if let Ok(a) = zirc_circuit::assign(&circuit, &zeros.collect::<Vec<_>>()) {
            let _ = zirc_circuit::violations(&circuit, &a);
            let _ = zirc_circuit::Report::with_expansion(&circuit, 10_000);
        }
    }
    true
}

#[test]
fn changes_under_a_right_checksum_never_panic() {
    let mut accepted = 0;
    for circuit in [everything(), sign_of_dot_product()] {
        let bytes = circuit.encode();
        for i in 0..bytes.len() - 32 {
            for flip in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80] {
                let mut changed = bytes.clone();
                changed[i] ^= flip;
                let changed = resealed(&changed);
                let other = Circuit::decode(&changed).map(|c| c != circuit);
                assert_ne!(other, Ok(false), "byte {i} ^ {flip:#x} means nothing");
                accepted += usize::from(survives(&changed));
            }
        }
    }
    // Names and small weights, for instance, may well be others.
    assert!(accepted > 100, "{accepted} changes accepted");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn noise_never_panics(noise: Vec<u8>) {
        prop_assert!(Circuit::decode(&noise).is_err());
        let header = &sign_of_dot_product().encode()[..8];
        prop_assert!(Circuit::decode(&[header, &noise].concat()).is_err());
    }

    #[test]
    fn many_changes_never_panic(seed: u64) {
        let mut rng = Rng(seed);
        let mut bytes = common::random::circuit(seed % 50).0.encode();
        for _ in 0..1 + rng.below(4) {
            let at = 8 + rng.below(bytes.len() - 40);
            match rng.below(3) {
                0 => bytes[at] = rng.next() as u8,
                1 => {
                    bytes.remove(at);
                }
                _ => bytes.insert(at, rng.next() as u8),
            }
            // Lengths of sections that are right get further.
            let end = bytes.len() - 32;
            let semantic = u64::from_le_bytes(bytes[8..16].try_into().unwrap());
            if let Some(rest) = (end as u64).checked_sub(24 + semantic) {
                let length = (semantic + 16) as usize;
                bytes[length..length + 8].copy_from_slice(&rest.to_le_bytes());
            }
        }
        survives(&resealed(&bytes));
    }
}

#[test]
fn honest_inputs_satisfy_everything() {
    let circuit = everything();
    let inputs = [ints(&[1, 2]), ints(&[2, 3])];
    // x = y fails first: that check is there for the format's sake.
    assert!(zirc_circuit::assign(&circuit, &inputs).is_err());
    let mode = zirc_circuit::ForgeMode::Propagate;
    let a = zirc_circuit::assign_with(&circuit, &inputs, &[], mode).unwrap();
    assert_eq!(zirc_circuit::violations(&circuit, &a), []);
}
