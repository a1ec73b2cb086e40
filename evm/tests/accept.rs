//! Proofs that contracts accept, and what that takes.

mod common;

use common::samples::{self, Sample};
use common::{Case, Deployed, example, program};
use zirc_circuit::Int;
use zirc_compiler::{Mode, Options, Public};
use zirc_runtime::export::solidity::{CODE_LIMIT, code_size, gas};

/// 28×28 pixels and ten scores.
const PIXELS: &str = "
circuit pixels(public image: u8[784], private w: i8[10]) -> public scores: _[10] {
    for k { w[k] * (sum j { image[j] }) }
}
";

fn pixels() -> Case {
    let image = (0..784).map(|i| Int::from(i * i % 256)).collect();
    let w = (0..10).map(|i| Int::from(i * 23 - 100)).collect();
    let options =
        Options { mode: Mode::Commit, public: Some(Public::Carried), ..Options::default() };
    Case::new(program(PIXELS, "pixels", &options), vec![image, w])
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
}

#[test]
fn gas_of_digits() {
    let (circuit, inputs) = example("digits", Mode::Groth16);
    let (gas, size) = accepted(&Case::new(circuit, inputs), "digits");
    assert!(gas <= 192_000, "{gas}");
    assert!(size <= 2_600, "{size}");
}

#[test]
fn gas_of_an_image_and_ten_scores() {
    let case = pixels();
    assert_eq!(case.vk().interface().num_values(), 794);
    let (gas, size) = accepted(&case, "pixels");
    assert!(gas <= 265_000, "{gas}");
    assert!(size <= 3_700, "{size}");
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
