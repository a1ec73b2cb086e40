//! Whole circuits: constraint counts, and witnesses against the interpreter and satisfaction.

use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, Ints};
use zirc_compiler::{InMemory, Loaded, NoFiles, Options, Project};

fn project(text: &str) -> Project {
    Project::load("test.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

fn compile(text: &str, circuit: &str) -> Circuit {
    let p = project(text);
    match p.compile(circuit, &mut NoFiles) {
        Ok(c) => c.circuit,
        Err(r) => panic!("{:#?}", r.diagnostics),
    }
}

fn ints(v: &[i64]) -> Vec<Int> {
    v.iter().map(|&x| Int::from(x)).collect()
}

/// Witness, satisfaction and interpreter agree; gives the outputs.
fn agree(text: &str, circuit: &str, inputs: &[(&str, Vec<Int>)]) -> Vec<Vec<Int>> {
    let p = project(text);
    let mut outputs = vec![];
    for optimize in [true, false] {
        let c = p
            .compile_with(circuit, &mut NoFiles, &Options { optimize, ..Options::default() })
            .unwrap()
            .circuit;
        let list: Vec<Vec<Int>> = c
            .signature
            .inputs
            .iter()
            .map(|port| inputs.iter().find(|i| i.0 == port.name).unwrap().1.clone())
            .collect();
        let a = zirc_circuit::assign(&c, &list).unwrap();
        let violated = zirc_circuit::violations(&c, &a);
        assert!(violated.is_empty(), "{} violated, first {:?}", violated.len(), violated[0]);
        let ports = c.signature.outputs.iter();
        outputs = ports
            .map(|port| {
                let b = &a.values[port.tensor.0 as usize];
                (0..b.len()).map(|i| b.get_int(i)).collect::<Vec<Int>>()
            })
            .collect();
        let named: BTreeMap<String, Vec<Int>> =
            inputs.iter().map(|(n, v)| ((*n).to_string(), v.clone())).collect();
        let plain = p
            .interpret(circuit, &named, &mut NoFiles)
            .unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
        assert_eq!(plain.refusals, vec![]);
        assert_eq!(plain.outputs, outputs, "interpreter and witness differ");
    }
    outputs
}

#[test]
fn dot_product_of_field_elements() {
    let text = "circuit dot<N: nat>(private w: field[N], public x: field[N]) -> public out: _ { sum i { w[i] * x[i] } }\ncircuit dot3 = dot::<3>;";
    let c = compile(text, "dot3");
    assert_eq!(c.num_constraints(), 3);
    let out = agree(text, "dot3", &[("w", ints(&[1, 2, 3])), ("x", ints(&[4, 5, 6]))]);
    assert_eq!(out, vec![ints(&[32])]);
}

#[test]
fn dot_product_of_integers() {
    let text = "circuit dot<N: nat>(private w: i8[N], public x: i8[N]) -> public out: _ { sum i { w[i] * x[i] } }\ncircuit dot3 = dot::<3>;";
    assert_eq!(compile(text, "dot3").num_constraints(), 3 + 24);
    let out = agree(text, "dot3", &[("w", ints(&[3, -1, 4])), ("x", ints(&[10, 20, -5]))]);
    assert_eq!(out, vec![ints(&[-10])]);
}

#[test]
fn a_linear_layer_with_private_weights_costs_its_products() {
    let text = "circuit lin(public w: i8[3, 4], public b: i8[3], public x: u8[4]) -> public y: _[3] { linear(Linear(w, b), x) }";
    assert_eq!(compile(text, "lin").num_constraints(), 12);
    let w: Vec<i64> = (0..12).map(|i| i * 17 % 256 - 128).collect();
    agree(text, "lin", &[("w", ints(&w)), ("b", ints(&[1, -2, 3])), ("x", ints(&[0, 9, 77, 255]))]);
}

#[test]
fn every_channel_pays_for_its_own_bits() {
    // Channel 0 lies in -30..=15 (6 bits), channel 1 in -1500..=3000 (13 bits), channel 2 in 0..=45.
    let text = "circuit c(public x: u4[3]) -> public s: _ {
        let w = [[1, -1, -1], [100, -100, 100], [1, 1, 1]];
        let h = relu.(linear(Linear(w, [0, 0, 0]), x));
        let g = clamp_to::<i4>.(for i { h[i] - 7 });
        sum i { (i + 1) * g[i] }
    }";
    let c = compile(text, "c");
    let digits = c
        .blocks
        .iter()
        .filter(|b| b.category == zirc_circuit::Category::Boolean && b.shape.len() == 2);
    assert_eq!(digits.map(|b| b.len()).sum::<usize>(), 6 + 13);
    for x in [[0, 0, 0], [15, 15, 15], [0, 15, 0], [3, 14, 7]] {
        agree(text, "c", &[("x", ints(&x))]);
    }
}

#[test]
fn relu_of_a_public_input() {
    let text = "circuit r(public x: q3.4[5]) -> public y: _[5] { relu.(x) }";
    assert_eq!(compile(text, "r").num_constraints(), 45);
    let out = agree(text, "r", &[("x", ints(&[-128, -1, 0, 1, 127]))]);
    assert_eq!(out, vec![ints(&[0, 0, 0, 1, 127])]);
}

#[test]
fn convolution_padding_and_fold() {
    let text = "
        circuit c(private x: i4[2, 4, 4]) -> (public y: _[3, 3, 3], public s: _) {
            let k = for o < 3, ch < 2, i < 2, j < 2 { 3 * o - ch + 2 * i - j };
            let padded = for ch < 2, r < 4, c < 4 { if r == 0 || c == 3 { 0 } else { x[ch, r - 1, c + 1] } };
            let z = conv2d(k, [1, 2, 3], padded);
            let total = fold acc = 0, i < 3, j < 3 { acc + z[i, j, 1] ** 2 };
            (z, total)
        }";
    let x: Vec<i64> = (0..32).map(|i| (i * 7) % 16 - 8).collect();
    agree(text, "c", &[("x", ints(&x))]);
}

#[test]
fn comparisons_selections_and_products() {
    let text = "
        circuit c(private x: i6[4], private y: q2.3, public z: u5) -> (public a: _, public b: _[4], public c: _) {
            let big = x[0] < x[1] && x[2] != 3;
            let s = if big { x[0] * x[1] } else { z + 1 };
            let m = for i { max(x[i], z) - min(x[i], z) };
            let p = prod i { x[i] };
            assert y in -4..=3.875;
            (s, m, p + raw(round_to::<i4>(y)))
        }";
    for k in 0..20i64 {
        let x: Vec<i64> = (0..4).map(|i| (k * 13 + i * 29) % 64 - 32).collect();
        agree(text, "c", &[("x", ints(&x)), ("y", ints(&[(k * 5) % 64 - 32])), ("z", ints(&[k]))]);
    }
}

/// Weights of these sizes.
fn weights(sizes: &[(&str, &[usize])]) -> InMemory {
    let tensors = sizes.iter().map(|(name, shape)| {
        let n: usize = shape.iter().product();
        let data = (0..n as i64).map(|i| (i * 7919 + 13) % 201 - 100).collect();
        ((*name).into(), Loaded { shape: shape.to_vec(), data: Ints::Small(data) })
    });
    InMemory::default().file("w", "00", tensors)
}

#[test]
fn a_large_convolution_stays_a_tensor() {
    let text = "
        circuit scale(const k: i8[64, 64, 3, 3] = file(\"w\"), private x: u8[64, 56, 56]) -> public out: _ {
            let y = for o < 64, r < 54, c < 54 { sum ch, i, j { k[o, ch, i, j] * x[ch, r + i, c + j] } };
            sum o, r, c { y[o, r, c] * y[o, r, c] }
        }";
    let mut files = weights(&[("k", &[64, 64, 3, 3])]);
    let p = Project::load("t.zirc", text, &mut files).unwrap();
    let c = p.compile("scale", &mut files).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
    let c = c.circuit;
    let outputs = 64 * 54 * 54;
    let inputs = 64 * 56 * 56;
    assert_eq!(c.num_constraints(), outputs + 8 * inputs);
    assert!(c.encode().len() < 1 << 20);
}

#[test]
fn a_wide_network_is_about_its_weights() {
    let text = "
        struct Mlp { l1: Linear<128, 784, i8, i8>, l2: Linear<10, 128, i8, i8> }
        circuit mlp(const m: Mlp = file(\"w\"), private x: u8[784]) -> public y: _[10] {
            linear(m.l2, relu.(clamp_to::<i8>.(linear(m.l1, x))))
        }";
    let sizes: [(&str, &[usize]); 4] =
        [("l1.w", &[128, 784]), ("l1.b", &[128]), ("l2.w", &[10, 128]), ("l2.b", &[10])];
    let mut files = weights(&sizes);
    let p = Project::load("t.zirc", text, &mut files).unwrap();
    let c = p.compile("mlp", &mut files).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
    let c = c.circuit;
    let weights = 784 * 128 + 128 + 1280 + 10;
    assert!(c.encode().len() < 2 * weights, "{}", c.encode().len());
}

#[test]
fn constants_of_the_field_above_half_its_order() {
    let text = "
        const C: field[2] = [21888242871839275222246405745257275088548364400416034343698204186575808495616, 0x10];
        circuit f(public x: field) -> public y: field[2] { for i { C[i] * x } }";
    assert_eq!(agree(text, "f", &[("x", ints(&[3]))]), [ints(&[-3, 48])]);
}

fn order() -> Int {
    "21888242871839275222246405745257275088548364400416034343698204186575808495617".parse().unwrap()
}

/// A path proves one leaf at one index under one root.
#[test]
fn a_merkle_path_proves_one_leaf_at_one_index() {
    let text = "
        circuit member(public root: field, private leaf: field, private path: field[3],
                       private index: bit[3]) {
            merkle_verify(root, leaf, path, index);
        }
        circuit tree(private leaf: field, private path: field[3], private index: bit[3])
            -> public root: field { merkle_root(leaf, path, index) }";
    let inputs = [ints(&[5]), ints(&[6, 7, 8]), ints(&[1, 0, 1])];
    let root = zirc_circuit::assign(&compile(text, "tree"), &inputs).unwrap();
    let tree = compile(text, "tree");
    let root = root.values[tree.signature.outputs[0].tensor.0 as usize].get_int(0);
    let c = compile(text, "member");
    assert_eq!(c.num_constraints(), 3 * 241 + 3 + 1);
    let of = |inputs: &[Vec<Int>]| zirc_circuit::assign(&c, inputs);
    // Inputs are written from 0 up, computed values are shown with a sign.
    let given = ((&root % order()) + order()) % order();
    let honest = [&[vec![given]][..], &inputs].concat();
    assert_eq!(zirc_circuit::violations(&c, &of(&honest).unwrap()), vec![]);
    for (input, element) in [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)] {
        let mut lie = honest.clone();
        let v = &mut lie[input][element];
        *v = if input == 3 { 1 - v.clone() } else { v.clone() + 1 };
        match of(&lie) {
            Err(zirc_circuit::AssignError::Check { left, right, .. }) => {
                let is_root = |n: &Int| (n - &root) % order() == Int::from(0);
                assert_eq!((is_root(&left), is_root(&right)), (input == 0, input != 0));
            }
            other => panic!("input {input}[{element}]: {other:?}"),
        }
    }
}

/// Two lookups at one index are one; what is asserted of a tensor that holds both stays.
#[test]
fn lookups_that_are_merged_keep_what_is_asserted_of_them() {
    let text = "const S: i4[4] = [1, 3, -2, 5];
        circuit c(private x: u2) -> public o: _ {
            let v = [S[x], S[x]];
            assert 3 * v[0] == 1 + 2 * v[1];
            v[0] + v[1]
        }
        circuit d(private x: u2) -> public o: _ {
            let v = [S[x], S[x]];
            narrow::<int<1..=2>>(v[0] * 2 - v[1])
        }";
    for circuit in ["c", "d"] {
        agree(text, circuit, &[("x", ints(&[0]))]);
        let c = compile(text, circuit);
        let refused = |x: i64| zirc_circuit::assign(&c, &[ints(&[x])]).is_err();
        assert_eq!([1, 2, 3].map(refused), [true; 3], "{circuit}");
    }
}

/// `==` of elements of the field is a value as that of integers is.
#[test]
fn elements_of_the_field_are_compared_as_values() {
    let text = "circuit c(private f: field, private g: field) -> (public o: _, public p: _) {
        (f == g, if f != g { 5 } else { 7 })
    }";
    let field = |v: i64| vec![if v < 0 { order() + v } else { Int::from(v) }];
    let equal = agree(text, "c", &[("f", field(-3)), ("g", field(-3))]);
    assert_eq!(equal, [ints(&[1]), ints(&[7])]);
    let apart = agree(text, "c", &[("f", field(-3)), ("g", field(3))]);
    assert_eq!(apart, [ints(&[0]), ints(&[5])]);
}

/// A lookup's index is computed ahead of what was emitted before it, which may be the same sum.
#[test]
fn sums_that_are_merged_are_computed_before_they_are_read() {
    let text = "const T: u4[3] = [0, 3, 10];
        circuit c(private u: bit, private v: u7, public w: int<0..=1>) -> (public o: _, public p: _) {
            let x = u + w;
            let y = T[x];
            (if y < -1 { v } else { x }, y)
        }";
    for (u, w) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let inputs = [("u", ints(&[u])), ("v", ints(&[99])), ("w", ints(&[w]))];
        let table = [0, 3, 10];
        assert_eq!(agree(text, "c", &inputs), [ints(&[u + w]), ints(&[table[(u + w) as usize]])]);
    }
}
