//! Sums of products of two unknowns: the same values whichever way they are proved, and every lie refused.

use proptest::prelude::*;
use std::collections::BTreeMap;
use zirc_circuit::{
    Circuit, ForgeMode, Forgery, Int, Kind, Tensor, TensorId, assign, assign_with, violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Options, Products, Project};

fn project(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{text}: {r:#?}"))
}

/// Each product, several sums in a number, and at a random point; in both modes where they are.
fn all(p: &Project) -> Vec<(String, Circuit)> {
    let plain = [Products::Single, Products::Packed].map(|p| (Mode::Groth16, p));
    let ways = plain.into_iter().chain(Products::ALL.map(|p| (Mode::Commit, p)));
    let made = ways.map(|(mode, products)| {
        let options = Options { mode, products: Some(products), ..Options::default() };
        let c = p.compile_with("c", &mut NoFiles, &options);
        let c = c.unwrap_or_else(|r| panic!("{mode:?} {products}: {:#?}", r.diagnostics));
        (format!("{} {products}", mode.name()), c.circuit)
    });
    made.collect()
}

fn drawn(seed: u64, c: &Circuit) -> Vec<Vec<Int>> {
    let mut state = seed | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let ports = c.signature.inputs.iter().map(|p| {
        let t = &c.tensors[p.tensor.0 as usize];
        let (lo, hi) = t.interval.clone().unwrap();
        // The ends, where sums are largest, as often as anything else.
        let mut one = || match next() % 4 {
            0 => lo.clone(),
            1 => hi.clone(),
            _ => &lo + Int::from(next()) % (&hi - &lo + 1),
        };
        (0..t.len()).map(|_| one()).collect()
    });
    ports.collect()
}

/// The values of every way are those of the interpreter.
fn agree(text: &str, seed: u64) -> Vec<(String, Circuit)> {
    let p = project(text);
    let circuits = all(&p);
    for k in 0..3 {
        let inputs = drawn(seed.wrapping_mul(31).wrapping_add(k), &circuits[0].1);
        let names = circuits[0].1.signature.inputs.iter().map(|p| p.name.clone());
        let named: BTreeMap<String, Vec<Int>> = names.zip(inputs.clone()).collect();
        let meant = p.interpret("c", &named, &mut NoFiles).unwrap();
        for (way, c) in &circuits {
            let a = assign(c, &inputs).unwrap_or_else(|e| panic!("{way}: {e}\n{text}"));
            assert_eq!(violations_up_to(c, &a, 1), [], "{way}\n{text}");
            for (port, wanted) in c.signature.outputs.iter().zip(&meant.outputs) {
                let len = wanted.len();
                let got: Vec<Int> = (0..len).map(|i| a.get_int(c, port.tensor, i)).collect();
                assert_eq!(&got, wanted, "{way}\n{text}");
            }
        }
    }
    circuits
}

const CONV: &str = "use std::nn::conv::conv2d_with;\n";

#[test]
fn layers_have_the_same_values_in_every_way() {
    let layers = [
        (
            "private w: i8[7, 5], private x: u8[5]) -> public y: _ { for i { sum j { w[i, j] * x[j] } }",
            true,
        ),
        (
            "private x: u4[1, 6], private w: i4[6, 9], private b: i9[9]) -> public y: _ {
            let s = x @ w;
            for j < 9 { relu(clamp_to::<i5>(s[0, j] + b[j])) }",
            true,
        ),
        (
            "private k: i4[3, 2, 2, 2], private b: i6[3], private x: u4[2, 5, 6]) -> public y: _ {
            conv2d_with::<1, 1, 1, 1, 1, 0, 1, 1, 1>(k, b, x)",
            true,
        ),
        (
            "private k: i3[2, 1, 3, 2], private b: i6[2], private x: i4[2, 7, 6]) -> public y: _ {
            conv2d_with::<2, 1, 1, 2, 1, 1, 0, 1, 2>(k, b, x)",
            true,
        ),
        (
            "private q: i5[3, 8], private k: i5[4, 8]) -> public y: _ {
            for h < 2, i < 3, j < 4 { sum d < 4 { q[i, 4 * h + d] * k[j, 4 * h + d] } }",
            true,
        ),
        ("private x: i6[4, 3]) -> public y: _ { x @ transpose(x)", true),
        // Windows over an image of four dimensions, and over sums, with zeros around them.
        (
            "private k: i4[3, 1, 3, 3], private b: i6[3], private x: u4[1, 1, 4, 5]) -> public y: _ {
            conv2d_with::<1, 1, 1, 1, 1, 1, 1, 1, 1>(k, b, x[0])",
            true,
        ),
        (
            "private k: i4[3, 2, 3, 3], private b: i6[3], private x: u4[2, 4, 5]) -> public y: _ {
            let pooled = for c < 2, i < 4, j < 4 { x[c, i, j] + 2 * x[c, i, j + 1] };
            conv2d_with::<1, 1, 1, 1, 1, 1, 1, 1, 1>(k, b, pooled)",
            true,
        ),
        // Sums of sums: the second reads what the first proves.
        (
            "private a: i4[3, 3], private b: i4[3, 3], private x: i4[3, 3]) -> public y: _ { a @ (b @ x)",
            true,
        ),
        // A part of the sums, and sums that are weighed.
        (
            "private a: i4[4, 5], private b: i4[5, 4]) -> public y: _ {
            let s = a @ b;
            3 * s[1] - s[2] + s[0]",
            true,
        ),
        // Products that something else reads as well stay.
        (
            "private a: i4[4], private b: i4[4]) -> public y: _ {
            let p = for i { a[i] * b[i] };
            (sum i { p[i] }) * p[2]",
            false,
        ),
        // Sums that leave something out, or weigh it otherwise.
        (
            "private a: i4[4], private b: i4[4, 3]) -> public y: _ {
            for j < 3 { sum i < 3 { a[i] * b[i, j] } }",
            true,
        ),
        (
            "private a: i4[4], private b: i4[4, 3]) -> public y: _ {
            let p = for i, j { a[i] * b[i, j] };
            for j < 3 { sum i { (i + 1) * p[i, j] } }",
            false,
        ),
        (
            "private a: i4[4], private b: i4[4, 3]) -> public y: _ {
            let p = for i, j { a[i] * b[i, j] };
            (for j < 3 { sum i { p[i, j] } }, for i < 4 { sum j { p[i, j] } })",
            false,
        ),
        // Values far from 0 in narrow intervals: sums have few bits, and the numbers many.
        ("private a: int<1000..=1001>[28, 9], private b: int<1000..=1001>[9]) -> public y: _ {
            for i { sum k { a[i, k] * b[k] } }", true),
        ("private a: int<-70000..=-69999>[5, 3], private b: int<90000..=90001>[3, 4]) -> public y: _ {
            a @ b", true),
        // Products of integers whose sums are elements of the field.
        ("private a: u125[6, 6], private b: u125[6, 6]) -> public y: field[6, 6] {
            for i, j { sum k { (a[i, k] * b[k, j]) as field } }", true),
        // In the field there are no intervals, and nothing to pack.
        (
            "private a: i4[4, 3], private x: i4[3, 2]) -> public y: _ {
            let f = (for i, j { a[i, j] as field }) @ (for i, j { x[i, j] as field });
            assert f[0, 0] == (sum k { a[0, k] * x[k, 0] }) as field;
            a[0, 0]",
            true,
        ),
    ];
    for (k, (body, changes)) in layers.iter().enumerate() {
        let circuits = agree(&format!("{CONV}circuit c({body} }}"), k as u64 + 1);
        let by =
            |way: &str| circuits.iter().find(|(w, _)| w == way).map(|(_, c)| c.num_constraints());
        let single = by("groth16-commit single");
        let other = [by("groth16-commit packed"), by("groth16-commit random")];
        assert_eq!(other.iter().any(|n| *n != single), *changes, "{body}");
    }
}

/// Zeros around what windows read take no product, whatever is inside of them.
#[test]
fn what_windows_read_is_all_that_takes_products() {
    let random = |ports: &str, image: &str| {
        let p = project(&format!(
            "{CONV}circuit c(private k: i60[30, 1, 3, 3], private b: i6[30], {ports}) -> public y: _ {{
                conv2d_with::<1, 1, 1, 1, 1, 1, 1, 1, 1>(k, b, {image}) }}"
        ));
        let all = all(&p);
        let random = &all.iter().find(|(way, _)| way == "groth16-commit random").unwrap().1;
        let responses = random.tensors.iter().filter(|t| t.kind == Kind::Response);
        let extents = |t: &Tensor| t.shape.iter().copied().filter(|n| *n > 1).collect();
        (responses.map(extents).collect::<Vec<Vec<usize>>>(), random.num_constraints())
    };
    // No range of the image, which is public.
    let plain = random("public x: u60[1, 5, 6]", "x");
    assert!(plain.0.contains(&vec![5, 6]), "{plain:?}");
    assert_eq!(random("public x: u60[1, 1, 5, 6]", "x[0]"), plain);
    let sums = "for c < 1, i < 5, j < 6 { x[c, i, j] + x[c, i + 1, j] }";
    assert_eq!(random("public x: u59[1, 6, 6]", sums), plain);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn matrices_of_any_size(
        (m, k, n) in (1usize..6, 1usize..6, 1usize..6),
        (a, b) in (2u32..9, 2u32..9),
        seed in any::<u64>(),
    ) {
        agree(&format!("circuit c(private a: i{a}[{m}, {k}], private b: u{b}[{k}, {n}]) -> public y: _ {{ a @ b }}"), seed);
    }

    #[test]
    fn windows_of_any_kind(
        (o, ch, h, w) in (1usize..4, 1usize..3, 3usize..7, 3usize..7),
        (kh, kw, sh, sw) in (1usize..4, 1usize..4, 1usize..3, 1usize..3),
        (top, left, bottom, right) in (0usize..2, 0usize..2, 0usize..2, 0usize..2),
        seed in any::<u64>(),
    ) {
        agree(&format!("{CONV}circuit c(
            private k: i3[{o}, {ch}, {kh}, {kw}], private b: i4[{o}], private x: i4[{ch}, {h}, {w}],
        ) -> public y: _ {{
            conv2d_with::<{sh}, {sw}, 1, 1, {top}, {left}, {bottom}, {right}, 1>(k, b, x)
        }}"), seed);
    }
}

/// Every variable of every way set wrong, with and without what follows from it: refused, or a true
/// statement about other inputs.
#[test]
fn every_lie_violates_a_constraint() {
    let mut tried = 0;
    for body in [
        "private w: i4[5, 3], private x: u3[3]) -> public y: _ { for i { sum j { w[i, j] * x[j] } }",
        "private w: i3[3, 2], private x: u3[2, 4]) -> public y: _ { w @ x",
        "private w: i3[4, 2], private x: u3[2, 3], private b: i4[4]) -> public y: _ {
            let s = w @ x;
            for i, j { relu(clamp_to::<i4>(s[i, j] + b[i])) }",
        "private k: i3[2, 1, 2, 2], private x: u3[1, 4, 3]) -> public y: _ {
            conv2d_with::<1, 1, 1, 1, 0, 1, 0, 0, 1>(k, [0, 0] as i2, x)",
    ] {
        for (way, c) in all(&project(&format!("{CONV}circuit c({body} }}"))) {
            let inputs = drawn(99, &c);
            let honest = assign(&c, &inputs).unwrap();
            for (k, t) in c.tensors.iter().enumerate() {
                if !matches!(t.kind, Kind::Witness | Kind::Response | Kind::Public) {
                    continue;
                }
                for index in (0..t.len()).step_by(1 + t.len() / 8) {
                    let was = honest.values[k].get_int(index);
                    for by in
                        [Int::from(1), Int::from(-1), Int::from(1) << 7u32, Int::from(1) << 200u32]
                    {
                        for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                            let (tensor, value) = (TensorId(k as u32), &was + &by);
                            let lie = Forgery { tensor, index, value };
                            let forged = assign_with(&c, &inputs, &[lie], mode).unwrap();
                            if !violations_up_to(&c, &forged, 1).is_empty() {
                                tried += 1;
                                continue;
                            }
                            let claimed = c.signature.inputs.iter().map(|p| {
                                let len = c.tensors[p.tensor.0 as usize].len();
                                (0..len).map(|i| forged.get_int(&c, p.tensor, i)).collect()
                            });
                            let again = assign(&c, &claimed.collect::<Vec<_>>());
                            let same = again
                                .is_ok_and(|a| a.public_inputs(&c) == forged.public_inputs(&c));
                            assert!(same, "{way}: {k}[{index}] by {by}\n{body}");
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}

/// The attack that ranges of sums are there for: what is added to one sum is taken from the next.
#[test]
fn sums_of_one_number_are_not_traded() {
    let text = "circuit c(private w: i4[4, 3], private x: u3[3]) -> public y: _ {
        for i { sum j { w[i, j] * x[j] } }
    }";
    let options = Options { products: Some(Products::Packed), ..Options::default() };
    let c = project(text).compile_with("c", &mut NoFiles, &options).unwrap().circuit;
    let inputs = drawn(5, &c);
    let honest = assign(&c, &inputs).unwrap();
    let y = c.signature.outputs[0].tensor;
    let value = |i: usize| honest.get_int(&c, y, i);
    // Sums of 3 products of −8..=7 and 0..=7 take 9 bits.
    for (first, second) in [(Int::from(512), Int::from(-1)), (Int::from(-512), Int::from(1))] {
        for k in 0..3 {
            let lies = [(k, value(k) + &first), (k + 1, value(k + 1) + &second)]
                .map(|(index, value)| Forgery { tensor: y, index, value });
            for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                let forged = assign_with(&c, &inputs, &lies, mode).unwrap();
                assert!(!violations_up_to(&c, &forged, 1).is_empty(), "rows {k} and {}", k + 1);
            }
        }
    }
}
