//! Circuits with a commitment round: the same values and ports as without, and every lie refused.

mod common;

use common::{compile, ints};
use std::collections::BTreeMap;
use zirc_circuit::{
    Assignment, Buffer, Category, Circuit, ForgeMode, Forgery, Int, Kind, PortType, TensorId,
    assign, assign_with, violations, violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Options, Products, Project, Public};

/// Constraints by category.
fn counts(c: &Circuit) -> BTreeMap<Category, usize> {
    let mut by = BTreeMap::new();
    c.blocks.iter().for_each(|b| *by.entry(b.category).or_insert(0) += b.len());
    by
}

/// Programs of one input, with every value that it may have or some of them.
const PROGRAMS: &[(&str, i64, i64, i64)] = &[
    ("private x: i8) -> public y: _ { relu(x)", -128, 127, 1),
    ("private x: q7.4) -> public y: _ { clamp_to::<i4>(x)", -2048, 2047, 7),
    ("private x: q7.4) -> public y: _ { relu(clamp_to::<q3.2>(x))", -2048, 2047, 7),
    ("private x: i12) -> public y: _ { tanh::<q1.6>(clamp_to::<i6>(x))", -2048, 2047, 9),
    ("private x: i10) -> public y: _ { floor_div::<13>(x)", -512, 511, 1),
    ("private x: u7) -> public y: _ { let b = bits::<7>(x); b[6] - b[0] + 3 * b[2]", 0, 127, 1),
    ("private x: int<-3..=90>) -> public y: _ { is_negative(x - 40)", -3, 90, 1),
    ("private x: u6) -> public y: _ { T[x] + T[63 - x]", 0, 63, 1),
    ("private x: i9) -> public y: _ { assert x != 3; max(x, 100 - x)", 4, 255, 3),
];

const TABLE: &str = "const T: i16[64] = for k { mod(k ** 5 * 91 + 17, 4001) - 2000 };\n";

#[test]
fn both_modes_have_the_same_values_and_ports() {
    for (body, lo, hi, step) in PROGRAMS {
        let text = format!("{TABLE}circuit c({body} }}");
        let plain = compile(&text, Mode::Groth16, false);
        let round = compile(&text, Mode::Commit, true);
        assert!(!plain.has_challenges() && round.has_challenges(), "{body}");
        let ports = |c: &Circuit| {
            let all = c.signature.inputs.iter().chain(&c.signature.outputs);
            all.map(|p| (p.name.clone(), p.ty.clone(), p.visibility)).collect::<Vec<_>>()
        };
        assert_eq!(ports(&plain), ports(&round), "{body}");
        let mut x = *lo;
        while x <= *hi {
            let inputs = vec![ints(&[x])];
            let (a, b) = (assign(&plain, &inputs).unwrap(), assign(&round, &inputs).unwrap());
            assert_eq!(a.public_inputs(&plain), b.public_inputs(&round), "{body} at {x}");
            assert_eq!(violations_up_to(&round, &b, 1), [], "{body} at {x}");
            x += step;
        }
    }
}

#[test]
fn inputs_that_one_mode_refuses_the_other_refuses() {
    let text = format!("{TABLE}circuit c(private x: i9) -> public y: _ {{ assert x != 3; x }}");
    for (mode, always) in [(Mode::Groth16, false), (Mode::Commit, true)] {
        assert!(assign(&compile(&text, mode, always), &[ints(&[3])]).is_err());
    }
}

/// Every committed variable and every response set wrong, with and without what follows from it: refused,
/// or a true statement about another input.
#[test]
fn every_lie_violates_a_constraint() {
    let mut tried = 0;
    for (body, lo, hi, _) in PROGRAMS {
        let c = compile(&format!("{TABLE}circuit c({body} }}"), Mode::Commit, true);
        for x in [*lo, (lo + hi) / 2 + 1, *hi] {
            let honest = assign(&c, &[ints(&[x])]).unwrap();
            let mine = c.signature.inputs[0].tensor;
            for (k, t) in c.tensors.iter().enumerate() {
                let tensor = TensorId(k as u32);
                if !matches!(t.kind, Kind::Witness | Kind::Response) || tensor == mine {
                    continue;
                }
                // Of a table some rows, first and last among them.
                let step = 1 + t.len() / 12;
                for index in (0..t.len()).step_by(step).chain(t.len().checked_sub(1)) {
                    let was = honest.values[k].get_int(index);
                    let far: Int = Int::from(1) << 200u32;
                    let lies: [Int; 4] = [&was + 1, &was - 1, 7 - &was, &was + far];
                    for value in lies {
                        for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                            let lie = Forgery { tensor, index, value: value.clone() };
                            let forged = assign_with(&c, &[ints(&[x])], &[lie], mode).unwrap();
                            let bad = !violations_up_to(&c, &forged, 1).is_empty();
                            // The input may be derived from what was changed: then it is another
                            // input, and all else has to be what follows from it.
                            let claimed = forged.get_int(&c, mine, 0);
                            let honest = assign(&c, &[vec![claimed]]);
                            let public = |a: &Assignment| a.public_inputs(&c);
                            let true_of_it = honest.is_ok_and(|h| public(&h) == public(&forged));
                            assert!(bad || true_of_it, "{body} at {x}: {k}[{index}] = {value}");
                            tried += usize::from(bad);
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// The attacks on the argument itself, with all else as an honest prover has it.
#[test]
fn lookups_that_are_no_rows_are_refused() {
    let text = "circuit c(private x: u6[3]) -> public y: _ { sum i { x[i] } }";
    let c = compile(text, Mode::Commit, true);
    let inputs = vec![ints(&[5, 60, 17])];
    let honest = assign(&c, &inputs).unwrap();
    assert_eq!(violations(&c, &honest), []);
    let x = c.signature.inputs[0].tensor;
    let forge = |lies: &[(usize, i64)]| {
        let lies: Vec<Forgery> = lies
            .iter()
            .map(|&(index, value)| Forgery { tensor: x, index, value: value.into() })
            .collect();
        assign_with(&c, &inputs, &lies, ForgeMode::Propagate).unwrap()
    };
    // In range, it is another true statement; outside, a row is missing, also if others balance it.
    assert_eq!(violations(&c, &forge(&[(0, 7)])), []);
    for lies in [&[(0, 64)][..], &[(0, -1)], &[(0, 64), (1, 1)], &[(0, -1), (1, 66)]] {
        assert_ne!(violations(&c, &forge(lies)), [], "{lies:?}");
    }
    // Multiplicities that say something else, by integers or by elements of the field.
    let counts: Vec<usize> = (0..c.tensors.len())
        .filter(|&k| c.tensors[k].kind == Kind::Witness && honest.values[k].len() > 3)
        .collect();
    assert!(!counts.is_empty());
    for k in counts {
        for index in 0..honest.values[k].len() {
            for step in [1i64, -1, 1 << 40] {
                let value = honest.values[k].get_int(index) + Int::from(step);
                let lie = Forgery { tensor: TensorId(k as u32), index, value };
                let forged = assign_with(&c, &inputs, &[lie], ForgeMode::Propagate).unwrap();
                assert_ne!(violations(&c, &forged), [], "tensor {k}[{index}]");
            }
        }
    }
    // Responses of one challenge under another.
    let other = assign(&c, &[ints(&[5, 60, 18])]).unwrap();
    let mut mixed = honest.clone();
    for (k, t) in c.tensors.iter().enumerate() {
        if t.kind == Kind::Challenge {
            mixed.values[k] = other.values[k].clone();
        }
    }
    assert_ne!(violations(&c, &mixed), []);
    let Buffer::Field(drawn) = &honest.values[challenge(&c)] else { panic!() };
    let Buffer::Field(again) = &other.values[challenge(&c)] else { panic!() };
    assert_ne!(drawn, again);
}

fn challenge(c: &Circuit) -> usize {
    c.tensors.iter().position(|t| t.kind == Kind::Challenge).unwrap()
}

/// Ways to read tables and digits that once ended in an error of the compiler's own.
#[test]
fn unusual_reads_compile_in_every_mode() {
    for text in [
        // One column, and a table read along another dimension.
        "const T: u8[8, 1] = for k { [k * k] };
         circuit c(private i: u3[3]) -> public y: _ { sum k { T[i[k], 0] } + (sum k { T[i[k]][0] }) }",
        "const T: u8[1, 8] = for j { for k { k * k } };
         circuit c(private i: u3) -> public y: _ { T[0, i] + T[.., i][0] }",
        // Keys that are 0, or read only zeros behind digits.
        "const T: u8[4] = for k { k * k + 3 };
         circuit c(private x: u2, private z: u2) -> public y: _ { T[x - x] + T[z] + T[0 * z] }",
        "const T: u8[4] = for k { k * k + 3 };
         circuit c(private x: u4, private z: u2) -> public y: _ {
             let b = bits::<8>(x);
             T[sum i < 2 { 2 ** i * b[i + 5] }] + T[z] + b[1]
         }",
        // What a table gives, taken for digits; and a few elements that are boolean, taken for all.
        "const T: u4[8] = for k { mod(k * 3, 7) };
         circuit c(private i: u3[6], private v: u10) -> public y: _ {
             let b = for k { T[i[k]] };
             for k { assert b[k] in 0..=1; }
             assert v == sum k { 2 ** k * b[k] };
             v
         }",
        "const T: u4[8] = for k { mod(k * 3, 7) };
         circuit c(private i: u3[6], private v: u10) -> public y: _ {
             let b = for k { T[i[k]] };
             for k < 2 { assert b[k] in 0..=1; }
             assert v == sum k { 2 ** k * b[k] };
             v
         }",
        "circuit c(private v: u8, private d: u6[6]) -> public y: _ {
             for k < 2 { assert d[k] in 0..=1; }
             assert v == sum k { 2 ** k * d[k] };
             v
         }",
    ] {
        compile(text, Mode::Groth16, false);
        compile(text, Mode::Commit, false);
        compile(text, Mode::Commit, true);
    }
}

/// With it a program could say something else in each mode.
#[test]
fn only_the_library_asks_whether_a_table_is_looked_up() {
    let text = "const T: u8[4] = [1, 2, 3, 4];
        circuit c(private x: u2) -> public y: _ { T[x] + looks_up(T) }";
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    for mode in [Mode::Groth16, Mode::Commit] {
        let options = Options { mode, ..Options::default() };
        let refused = p.compile_with("c", &mut NoFiles, &options).unwrap_err();
        assert_eq!(refused.diagnostics[0].code, "E0306");
    }
}

/// A requantized, saturating activation from a 20-bit accumulator is three constraints, tables apart,
/// whatever function it is: (hi, f(hi)) is one lookup.
#[test]
fn an_activation_with_its_requantization_is_three_constraints() {
    let n = 20_000;
    for f in ["relu", "sigmoid::<uq0.8>", "tanh::<q0.8>", "silu::<q1.4>", "mish::<q1.4>"] {
        let text = format!(
            "circuit c(public x: q3.16[{n}]) -> private y: _[{n}] {{ {f}.(clamp_to::<q1.4>.(x)) }}"
        );
        // The input is public: its range is the verifier's.
        let c = compile(&text, Mode::Commit, false);
        let by = counts(&c);
        let apart: usize =
            by.iter().filter(|(k, _)| **k != Category::Table).map(|(_, n)| *n).sum::<usize>();
        assert!(apart <= 3 * n, "{f}: {by:?}");
        assert!(by[&Category::Table] < n, "{f}: {by:?}");
    }
}

/// What is inferred from intervals is the same in both modes, so that no program can tell them apart.
#[test]
fn intervals_are_those_of_plain_groth16() {
    for (from, to) in [("u3", "i3"), ("i8", "u4"), ("u8", "i5"), ("q5.4", "q2.1"), ("i9", "i4")] {
        let text = format!(
            "fn width<T: num>(x: T) -> _ {{ x * 2 + T::bits }}
             circuit c(private x: {from}) -> public y: _ {{ width(3 * clamp_to::<{to}>(x)) }}"
        );
        let both = [compile(&text, Mode::Groth16, false), compile(&text, Mode::Commit, true)];
        let [plain, round] = both.each_ref().map(|c| &c.signature.outputs[0].ty);
        assert_eq!(plain, round, "{from} to {to}");
        let PortType::Fix { lo, hi, .. } = &both[0].signature.inputs[0].ty else { panic!() };
        for x in [lo, hi] {
            let public =
                both.each_ref().map(|c| assign(c, &[vec![x.clone()]]).unwrap().public_inputs(c));
            assert_eq!(public[0], public[1], "{from} to {to} at {x}");
        }
    }
}

#[test]
fn a_circuit_too_small_for_a_table_needs_no_round() {
    let text = "circuit c(private x: i8) -> public y: _ { relu(x) }";
    let (plain, round) = (compile(text, Mode::Groth16, false), compile(text, Mode::Commit, false));
    assert_eq!(plain.digest(), round.digest());
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let options = Options { mode: Mode::Auto, ..Options::default() };
    let made = p.compile_with("c", &mut NoFiles, &options).unwrap();
    assert_eq!(made.choice.unwrap().mode, Mode::Groth16);
    assert_eq!(made.circuit.digest(), plain.digest());
}

#[test]
fn the_faster_mode_is_taken_where_tables_pay() {
    let text = "circuit c(private x: i16[4000]) -> private y: _[4000] { relu.(x) }";
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let options = Options { mode: Mode::Auto, ..Options::default() };
    let made = p.compile_with("c", &mut NoFiles, &options).unwrap();
    let choice = made.choice.unwrap();
    assert_eq!(choice.mode, Mode::Commit);
    assert!(choice.commit < choice.groth16 && made.circuit.has_challenges());
    assert!(choice.to_string().starts_with("mode groth16-commit: a proof is predicted to take"));
}

/// What nothing else needs a challenge for: the model's commitment is hashed into one all the same.
#[test]
fn a_circuit_with_a_model_has_a_challenge() {
    let with = |who: &str| {
        let text = format!(
            "circuit c({who} w: i4[2], private x: bit[2]) -> public y: _ {{ w[0] * x[0] + w[1] * x[1] }}"
        );
        let options = Options {
            mode: Mode::Commit,
            public: Some(Public::Plain),
            products: Some(Products::Single),
            ..Options::default()
        };
        let project = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
        project.compile_with("c", &mut NoFiles, &options).unwrap().circuit
    };
    let [model, none] = ["committed", "private"].map(with);
    assert!(model.has_model() && model.has_challenges() && !none.has_challenges());
    assert_eq!(model.num_constraints(), none.num_constraints());
    model.validate().unwrap();
}
