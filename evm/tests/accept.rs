//! Proofs that contracts accept, and what that takes.

mod common;

use common::samples::{self, Sample};
use common::{Case, Deployed, example, mixed, program};
use zirc_circuit::Int;
use zirc_compiler::{Mode, Options, Public};
use zirc_runtime::export::solidity::{CODE_LIMIT, code_size, gas};

/// The guide's page, its program among it, and what was measured.
const PAGE: &str = include_str!("../../docs/src/ethereum.md");

/// 28×28 pixels and ten scores.
fn program_of_page() -> &'static str {
    let (_, rest) = PAGE.split_once("```zirc\n").unwrap();
    rest.split_once("```").unwrap().0
}

/// That the page says what was measured.
fn said(proof: &str, mode: &str, values: &str, (gas, size): (u64, usize)) {
    let number = |n: u64| format!("{},{:03}", n / 1000, n % 1000);
    let row =
        format!("| {proof} | `{mode}` | {values} | {} | {} |\n", number(gas), number(size as u64));
    assert!(PAGE.contains(&row), "docs/src/ethereum.md should say:\n{row}");
}

fn pixels() -> Case {
    let image = (0..784).map(|i| Int::from(i * i % 256)).collect();
    let w = (0..10).map(|i| Int::from(i * 23 - 100)).collect();
    let options =
        Options { mode: Mode::Commit, public: Some(Public::Carried), ..Options::default() };
    Case::new(program(program_of_page(), "pixels", &options), vec![image, w])
}

/// What a proof takes when it is verified, after it was seen to be accepted.
fn accepted(case: &Case, what: &str) -> (u64, usize) {
    let Deployed { mut chain, at, size } = case.deployed();
    let answer = chain.call(at, &case.calldata(2).call()).unwrap();
    assert!(answer.is_accepted(), "{what}: {:?}", answer.outcome);
    let (gas, code) = (gas(case.vk()), code_size(case.vk()));
    let largest = case.compiled().values().map(|c| c.size).max().unwrap();
    println!("{what}: {} gas of {gas}, {size} bytes of code, {largest} of {code}", answer.gas);
    assert!((answer.gas..answer.gas + answer.gas / 10).contains(&gas), "{what}: {gas}");
    assert!((largest..largest + largest / 2).contains(&code), "{what}: {code}");
    (answer.gas, size)
}

#[test]
fn every_sample_in_both_modes() {
    let mut all = samples::all();
    all.extend([samples::range(9), samples::carried(), samples::affine(5)]);
    for Sample { name, circuit, inputs } in all {
        accepted(&Case::new(circuit, inputs), name);
    }
    let both = samples::with_model(samples::carried(), 2);
    accepted(&Case::new(both.circuit, both.inputs), "both");
    let mixed = mixed();
    assert!(mixed.vk().interface().public.iter().any(|p| p.carried && p.written == "field"));
    accepted(&mixed, "mixed");
}

/// What is asked for: 210,000 gas for one public input in plain Groth16, 320,000 for 794 packed values with a
/// commitment round.
#[test]
fn gas_of_digits() {
    let (circuit, inputs) = example("digits", Mode::Groth16);
    let measured = accepted(&Case::new(circuit, inputs), "digits");
    assert!(measured.0 <= 210_000);
    said("`examples/digits`", "groth16", "1", measured);
}

#[test]
fn gas_of_an_image_and_ten_scores() {
    let case = pixels();
    assert_eq!(case.vk().interface().num_values(), 794);
    let measured = accepted(&case, "pixels");
    assert!(measured.0 <= 320_000);
    said("`pixels` above", "groth16-commit", "794, carried", measured);
}

/// All contracts, but for the numbers of the key.
#[test]
fn what_is_written() {
    for source in Case::of(samples::with_model(samples::carried(), 2)).sources() {
        insta::assert_snapshot!(source.name, without_numbers(&source.text));
    }
}

/// Long numbers in hexadecimal are those of a key.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let number = digits.strip_prefix("0x").unwrap_or(digits);
        if number.len() >= 60 && number.bytes().all(|b| b.is_ascii_hexdigit()) {
            out.push_str("(number)");
            out.push_str(&word[digits.len()..]);
        } else {
            out.push_str(word);
        }
    }
    out
}

/// The most plain values that there is a contract for: it can be deployed.
#[test]
fn the_largest_contract() {
    let of = |n: usize| {
        let text = format!("circuit many(public x: u8[{n}]) -> public y: _ {{ sum j {{ x[j] }} }}");
        let circuit = program(&text, "many", &Options::default());
        Case::new(circuit, vec![(0..n).map(|i| Int::from(i % 256)).collect()])
    };
    let largest = (150..260).rev().step_by(5).map(of).find(|c| code_size(c.vk()) <= CODE_LIMIT);
    let case = largest.unwrap();
    assert!(case.vk().interface().num_values() > 180);
    for (name, code) in case.compiled() {
        println!("{name}: {} bytes", code.size);
        assert!(code.size <= CODE_LIMIT, "{name}: {}", code.size);
    }
    accepted(&case, "many");
}
