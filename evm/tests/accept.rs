//! Proofs that contracts accept, and what that takes.

mod common;

use common::samples::{self, Sample};
use common::{Case, Deployed, example, program};
use zirc_circuit::Int;
use zirc_compiler::{Mode, Options, Public};
use zirc_runtime::export::solidity::CODE_LIMIT;

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
    let call = case.calldata(2);
    let answer = chain.call(at, &call.call()).unwrap();
    assert!(answer.is_accepted(), "{what}: {:?}", answer.outcome);
    assert!(size < CODE_LIMIT, "{what}: {size} bytes");
    println!("{what}: {} gas, {size} bytes of code", answer.gas);
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
    let (gas, _) = accepted(&Case::new(circuit, inputs), "digits");
    assert!(gas <= 210_000, "{gas}");
}

#[test]
fn gas_of_an_image_and_ten_scores() {
    let case = pixels();
    assert_eq!(case.vk().interface().num_values(), 794);
    let (gas, _) = accepted(&case, "pixels");
    assert!(gas <= 320_000, "{gas}");
}
