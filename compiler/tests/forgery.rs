//! Every hint of the standard library set wrong, every variable of the optimized circuits changed:
//! each must violate a constraint.

use zirc_circuit::{
    Assignment, Circuit, ForgeMode, Forgery, Int, Kind, TensorId, assign, assign_with, scalar,
    violations_up_to,
};
use zirc_compiler::{NoFiles, Options, Project};

/// Calls of each gadget with inputs that reach its cases.
const GADGETS: &[(&str, &[&[i64]])] = &[
    ("private x: u6) -> _ { bits::<6>(x)", &[&[0], &[37], &[63]]),
    ("private x: i8) -> _ { is_negative(x)", &[&[-128], &[-1], &[0], &[127]]),
    ("private x: u4[2]) -> _ { less_than(x[0], x[1])", &[&[0, 15], &[7, 7], &[9, 3]]),
    ("private x: u4[2]) -> _ { at_most(x[0], x[1])", &[&[0, 15], &[7, 7], &[9, 3]]),
    ("private x: i4) -> _ { is_zero(x)", &[&[0], &[-8], &[5]]),
    ("private x: i4[2]) -> _ { is_equal(x[0], x[1])", &[&[3, 3], &[-8, 7]]),
    (
        "private x: i6[2]) -> _ { max(x[0], x[1]) - min(x[0], x[1])",
        &[&[3, -9], &[-32, 31], &[4, 4]],
    ),
    ("private x: i6) -> _ { abs(x)", &[&[-32], &[0], &[31]]),
    ("private x: i8) -> _ { floor_div::<10>(x)", &[&[-128], &[-1], &[0], &[99]]),
    ("private x: q3.4) -> _ { floor_to::<i4>(x)", &[&[-128], &[-1], &[127]]),
    ("private x: q3.4) -> _ { round_to::<i5>(x)", &[&[-128], &[8], &[127]]),
    ("private x: q3.4) -> _ { even_to::<i5>(x)", &[&[-128], &[8], &[24], &[25], &[127]]),
    ("private x: q3.4) -> _ { away_to::<i5>(x)", &[&[-24], &[-8], &[8], &[127]]),
    ("private x: q7.4) -> _ { clamp_to::<i4>(x)", &[&[-2048], &[-100], &[5], &[112], &[2047]]),
    ("private x: u8) -> _ { clamp_to::<u4>(x)", &[&[0], &[15], &[16], &[255]]),
    ("private x: i5) -> _ { clamp_to::<u4>(x)", &[&[-16], &[0], &[15]]),
    ("private x: u5) -> _ { clamp_to::<u4>(x)", &[&[0], &[15], &[31]]),
    ("private x: i8) -> _ { relu(x)", &[&[-128], &[-1], &[0], &[1], &[127]]),
    ("private x: i8[3]) -> _[3] { relu.(x)", &[&[-128, 5, 0]]),
    // Channels of different widths are elaborated by group.
    (
        "private x: u4[2]) -> _[3] {
            relu.(linear(Linear([[1, -1], [50, -60], [-7, 2]], [0, 3, 1]), x))",
        &[&[0, 0], &[15, 1], &[2, 15], &[9, 9]],
    ),
    ("private x: i5[3]) -> _ { argmax(x)", &[&[1, 2, 3], &[7, 7, 7], &[-5, -16, 3], &[9, 9, -1]]),
    ("private x: u5) -> _ { assert x in 3..=20; x", &[&[3], &[9], &[20]]),
    ("private x: u5) -> _ { assert x != 7; x", &[&[3], &[31]]),
    ("private x: int<-3..=9>) -> _ { x * x", &[&[-3], &[4], &[9]]),
    ("private x: i8[2]) -> _ { if x[0] < x[1] { x[0] } else { 3 * x[1] }", &[&[3, 4], &[4, 3]]),
    // A hint of a branch: pinned by its equations where it is chosen, to a constant elsewhere.
    (
        "private x: i4) -> _ { if x > 2 {
            let q: u2 = hint div(x, 3);
            let r: int<0..=2> = hint mod(x, 3);
            assert x == 3 * q + r;
            q
        } else { 7 }",
        &[&[-8], &[2], &[3], &[7]],
    ),
    (
        "private x: u3[2]) -> _ { if x[1] > 3 { } else {
            let b: bit[3] = hint to_bits(x[0]);
            assert x[0] == sum i { 2 ** i * b[i] };
        } x",
        &[&[5, 0], &[5, 7], &[0, 3]],
    ),
    // What is checked in a branch: g·(x − p) + p.
    ("private x: i4) -> _ { if x > 0 { narrow::<u2>(x) } else { 0 }", &[&[-8], &[0], &[3]]),
    (
        "private x: i4) -> _ { if x < 0 { -narrow::<int<-5..=0>>(x) } else { x }",
        &[&[-5], &[0], &[7]],
    ),
    ("private x: i4[2]) -> _ { if x[0] > 0 { assert x[1] != 3; } x", &[&[1, 2], &[0, 3]]),
    ("private x: i4) -> _ { if x > 3 { assert false; } x", &[&[-8], &[3]]),
    ("private x: field[3]) -> _ { prod i { x[i] }", &[&[3, 4, 5], &[0, 1, 2]]),
    ("private x: u8) -> _[4] { above(x, [10, 20, 200, 230])", &[&[0], &[20], &[21], &[255]]),
    ("private x: i5) -> _[3] { above(x, [-9, 0, 4])", &[&[-16], &[0], &[1], &[15]]),
    ("private x: field[2]) -> _ { poseidon(x)", &[&[1, 2]]),
    ("private x: i8[2]) -> _ { poseidon_packed(x)", &[&[-128, 127]]),
];

fn compile(body: &str, optimize: bool) -> Circuit {
    let text = format!("circuit c({body} }}");
    let p = Project::load("t.zirc", &text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    p.compile_with("c", &mut NoFiles, &Options { optimize, ..Options::default() })
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics))
        .circuit
}

/// Values a liar may try in place of `honest`.
fn lies(honest: &Int) -> Vec<Int> {
    let mut all: Vec<Int> = [0, 1, 2, -1, 3, 16, 255].iter().map(|&n| Int::from(n)).collect();
    all.extend([honest + 1, honest - 1, -honest, honest + 256, honest + (Int::from(1) << 253u32)]);
    all.retain(|v| v != honest);
    all.dedup();
    all
}

fn every_lie_is_refused(
    body: &str,
    c: &Circuit,
    inputs: &[Vec<Int>],
    mode: ForgeMode,
    hints_only: bool,
) {
    let honest = assign(c, inputs).unwrap_or_else(|e| panic!("{body}: {e}"));
    assert!(violations_up_to(c, &honest, 1).is_empty(), "{body}: honest witness refused");
    let given: Vec<_> = c.signature.inputs.iter().map(|p| p.tensor).collect();
    for (k, t) in c.tensors.iter().enumerate() {
        let tensor = zirc_circuit::TensorId(k as u32);
        let skip = t.kind != Kind::Witness
            || (hints_only && (t.name.is_none() || given.contains(&tensor)));
        if skip || (given.contains(&tensor) && t.interval.is_none()) {
            continue;
        }
        for index in 0..t.len() {
            for value in lies(&honest.values[k].get_int(index)) {
                let lie = Forgery { tensor, index, value: value.clone() };
                let forged = assign_with(c, inputs, &[lie], mode).unwrap();
                // Digits of an interval that is no power of two may be written in two ways; they
                // have no name, and what has one must not move.
                let harmless = t.name.is_none() && same_named(c, &honest, &forged);
                assert!(
                    harmless || !violations_up_to(c, &forged, 1).is_empty(),
                    "{body} on {inputs:?}: {:?}[{index}] = {value} is accepted",
                    t.name
                );
            }
        }
    }
}

/// Whether everything that the source names has the same values.
fn same_named(c: &Circuit, a: &Assignment, b: &Assignment) -> bool {
    c.tensors
        .iter()
        .zip(a.values.iter().zip(&b.values))
        .all(|(t, (x, y))| t.name.is_none() || (0..t.len()).all(|i| x.get_int(i) == y.get_int(i)))
}

#[test]
fn hints_set_wrong_are_refused_whatever_follows() {
    for (body, inputs) in GADGETS {
        let c = compile(body, false);
        for x in *inputs {
            let x = vec![x.iter().map(|&v| Int::from(v)).collect::<Vec<_>>()];
            every_lie_is_refused(body, &c, &x, ForgeMode::Propagate, true);
            every_lie_is_refused(body, &c, &x, ForgeMode::Isolated, true);
        }
    }
}

/// Circuits that refuse some of their inputs, with such inputs.
const REFUSING: &[(&str, &[&[&[i64]]])] = &[
    ("private x: i4) -> _ { if x > 3 { assert false; } x", &[&[&[4]], &[&[7]]]),
    ("private x: i4) -> _ { if x > 0 { narrow::<u2>(x) } else { 0 }", &[&[&[4]], &[&[7]]]),
    ("private x: i4) -> _ { if x > 0 { x } else { narrow::<int<-3..=0>>(x) }", &[&[&[-4]]]),
    (
        "private x: i4, private k: u3) -> _ { if x > 0 { if k > 2 { assert x == 3; } else { assert x != 2; } } x",
        &[&[&[2], &[1]], &[&[2], &[5]], &[&[7], &[3]]],
    ),
    (
        "private x: i4, private k: u3) -> _ { if x > 0 { assert k < x; } x",
        &[&[&[1], &[1]], &[&[7], &[7]]],
    ),
    ("private x: i4) -> _ { if x >= 0 { x } else { narrow::<u4>(-1) }", &[&[&[-1]], &[&[-8]]]),
    ("private x: field, private g: bit) -> _ { if g { assert x == 300; } x", &[&[&[299], &[1]]]),
    (
        "private x: i4[3]) -> _ { for i { if x[i] > 0 { assert i < 2; } } x",
        &[&[&[0, 0, 1]], &[&[7, 7, 7]]],
    ),
];

/// A prover to whom the program's own checks say nothing.
#[test]
fn what_a_branch_asks_is_asked_by_constraints() {
    for (body, inputs) in REFUSING {
        for optimize in [false, true] {
            let c = compile(body, optimize);
            for x in *inputs {
                let x: Vec<Vec<Int>> =
                    x.iter().map(|v| v.iter().map(|&v| Int::from(v)).collect()).collect();
                assert!(assign(&c, &x).is_err(), "{body} on {x:?}");
                let forged = assign_with(&c, &x, &[], ForgeMode::Propagate).unwrap();
                assert!(!violations_up_to(&c, &forged, 1).is_empty(), "{body} on {x:?}");
            }
        }
    }
}

/// A liar who follows the program of the circuit that is proved from a forged value on: a constraint
/// is violated, or the forged value is none that the circuit leaves to the prover and it stands
/// there as if nothing had been said.
#[test]
fn hints_of_optimized_circuits_set_wrong_are_refused() {
    let mut tried = 0;
    for (body, inputs) in GADGETS {
        // Private inputs may follow from a hint, which then is a claim about another input.
        let c = compile(&body.replace("private", "public"), true);
        let given: Vec<_> = c.signature.inputs.iter().map(|p| p.tensor).collect();
        let named = |t: &&TensorId| c.tensors[t.0 as usize].name.is_some() && !given.contains(t);
        let all: Vec<TensorId> = (0..c.tensors.len() as u32).map(TensorId).collect();
        for x in *inputs {
            let x = vec![x.iter().map(|&v| Int::from(v)).collect::<Vec<_>>()];
            let honest = assign(&c, &x).unwrap();
            for &tensor in all.iter().filter(named) {
                let k = tensor.0 as usize;
                for index in 0..c.tensors[k].len() {
                    for value in lies(&honest.values[k].get_int(index)) {
                        let lie = Forgery { tensor, index, value: value.clone() };
                        let forged = assign_with(&c, &x, &[lie], ForgeMode::Propagate).unwrap();
                        let stands = forged.values[k].get_fr(index) == scalar::to_fr(&value);
                        assert!(
                            !stands || !violations_up_to(&c, &forged, 1).is_empty(),
                            "{body} on {x:?}: {:?}[{index}] = {value} is accepted",
                            c.tensors[k].name
                        );
                        tried += usize::from(stands);
                    }
                }
            }
        }
    }
    assert!(tried > 1_000, "only {tried} lies stood as variables");
}

#[test]
fn no_variable_of_an_optimized_circuit_is_free() {
    for (body, inputs) in GADGETS {
        // A private input may be another one: only what it determines must not move. Public ones
        // are fixed, so that every variable is determined.
        let body = body.replace("private", "public");
        let c = compile(&body, true);
        for x in *inputs {
            let x = vec![x.iter().map(|&v| Int::from(v)).collect::<Vec<_>>()];
            every_lie_is_refused(&body, &c, &x, ForgeMode::Isolated, false);
        }
    }
}
