//! `#[hashed(x)]`: commitments by hash beside a model with a commitment of its own, the same as in plain Groth16.

mod common;

use common::{compile, ints};
use zirc_circuit::{
    Circuit, ForgeMode, Forgery, Int, Kind, Port, TensorId, assign, assign_output, assign_with,
    inputs_of, violations, violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Project};

/// A model, and an input of two tensors that the circuit reads in full.
const PROGRAM: &str = "struct Point { at: q3.4[6], tag: u4 }
#[named(x, \"input.1\")]
#[hashed(x)]
circuit c(committed w: i8[6], committed x: Point, private z: i9) -> public y: _ {
    assert z != 3;
    max((sum i { w[i] * x.at[i] }) + x.tag, z)
}";

const WEIGHTS: [i64; 6] = [3, -1, 4, 1, -5, 9];
const AT: [i64; 6] = [5, 60, -128, 7, 127, -9];
const TAG: i64 = 11;
const SALT: i64 = 123_456_789;

/// The values of a circuit's inputs, whatever their order.
fn inputs(c: &Circuit, at: &[i64], tag: i64, salt: i64) -> Vec<Vec<Int>> {
    let one = |p: &Port| match p.name.as_str() {
        "w" => ints(&WEIGHTS),
        "w.salt" => ints(&[5]),
        "input.1.at" => ints(at),
        "input.1.tag" => ints(&[tag]),
        "input.1.salt" => ints(&[salt]),
        "z" => ints(&[-7]),
        other => panic!("{other}"),
    };
    c.signature.inputs.iter().map(one).collect()
}

fn input<'c>(c: &'c Circuit, name: &str) -> &'c Port {
    c.signature.inputs.iter().find(|p| p.name == name).unwrap()
}

fn commitment(c: &Circuit) -> &Port {
    c.signature.outputs.iter().find(|p| p.name == "input.1.commitment").unwrap()
}

fn kind(c: &Circuit, port: &Port) -> Kind {
    c.tensors[port.tensor.0 as usize].kind.clone()
}

#[test]
fn the_hash_is_that_of_plain_groth16() {
    let plain = compile(PROGRAM, Mode::Groth16, false);
    for always in [false, true] {
        let round = compile(PROGRAM, Mode::Commit, always);
        assert!(round.has_model() && round.has_challenges());
        round.validate().unwrap();
        assert_eq!(kind(&round, input(&round, "w")), Kind::Model);
        for hashed in ["input.1.at", "input.1.tag", "input.1.salt"] {
            assert_ne!(kind(&round, input(&round, hashed)), Kind::Model, "{hashed}");
        }
        let names =
            |c: &Circuit| c.signature.outputs.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&plain), ["y", "w.commitment", "input.1.commitment"]);
        assert_eq!(names(&round), ["y", "input.1.commitment"]);
        for (at, tag, salt) in [(AT, TAG, SALT), ([0; 6], 0, 0), ([-1; 6], 15, i64::MAX)] {
            let shown = [&plain, &round].map(|c| {
                let a = assign(c, &inputs(c, &at, tag, salt)).unwrap();
                assert_eq!(violations(c, &a), []);
                let all = ["y", "input.1.commitment"].map(|name| {
                    let port = c.signature.outputs.iter().find(|p| p.name == name).unwrap();
                    a.get_int(c, port.tensor, 0)
                });
                // Alone, from the committed values and their salt, it is the same.
                let port = commitment(c);
                let own = inputs_of(c, port);
                let named: Vec<&str> =
                    own.iter().map(|&k| c.signature.inputs[k].name.as_str()).collect();
                assert_eq!(named, ["input.1.at", "input.1.tag", "input.1.salt"]);
                let given = inputs(c, &at, tag, salt);
                let given: Vec<Vec<Int>> = own.iter().map(|&k| given[k].clone()).collect();
                let alone = assign_output(c, port, &given).unwrap();
                assert_eq!((&alone[0] - &all[1]) % order(), Int::from(0));
                all
            });
            assert_eq!(shown[0], shown[1]);
        }
    }
}

fn order() -> Int {
    zirc_circuit::scalar::order()
}

/// Another input, or another salt, is another commitment: under the one of before nothing satisfies the circuit.
#[test]
fn another_input_under_the_same_commitment_is_refused() {
    for (mode, always) in [(Mode::Groth16, false), (Mode::Commit, false), (Mode::Commit, true)] {
        let c = compile(PROGRAM, mode, always);
        let honest = assign(&c, &inputs(&c, &AT, TAG, SALT)).unwrap();
        assert_eq!(violations(&c, &honest), []);
        let port = commitment(&c);
        let shown =
            Forgery { tensor: port.tensor, index: 0, value: honest.get_int(&c, port.tensor, 0) };
        let mut other = vec![inputs(&c, &AT, TAG, SALT + 1), inputs(&c, &AT, TAG - 1, SALT)];
        for k in 0..AT.len() {
            let mut at = AT;
            at[k] -= at[k].signum();
            other.push(inputs(&c, &at, TAG, SALT));
        }
        // The same sum, and so the same answer, from an input whose elements change places.
        let mut at = AT;
        at.swap(1, 3);
        other.push(inputs(&c, &at, TAG, SALT));
        for (k, values) in other.iter().enumerate() {
            // All else is as it follows from the other input, the challenge included.
            let forged =
                assign_with(&c, values, std::slice::from_ref(&shown), ForgeMode::Propagate)
                    .unwrap();
            assert_eq!(forged.get_int(&c, port.tensor, 0), shown.value);
            assert_ne!(violations_up_to(&c, &forged, 1), [], "{mode:?}: {k}");
        }
    }
}

/// Whatever else is set wrong on the way to the hash is refused, or is no other statement.
#[test]
fn every_lie_about_the_hash_violates_a_constraint() {
    let c = compile(PROGRAM, Mode::Commit, true);
    let values = inputs(&c, &AT, TAG, SALT);
    let honest = assign(&c, &values).unwrap();
    let given: Vec<TensorId> = c.signature.inputs.iter().map(|p| p.tensor).collect();
    let mut tried = 0;
    for (k, t) in c.tensors.iter().enumerate() {
        let tensor = TensorId(k as u32);
        if !matches!(t.kind, Kind::Witness | Kind::Response) || given.contains(&tensor) {
            continue;
        }
        for index in (0..t.len()).step_by(1 + t.len() / 4) {
            for step in [1i64, -1] {
                let value = honest.values[k].get_int(index) + Int::from(step);
                let lie = Forgery { tensor, index, value };
                let forged = assign_with(&c, &values, &[lie], ForgeMode::Isolated).unwrap();
                assert_ne!(violations_up_to(&c, &forged, 1), [], "{k}[{index}]");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// What is not said to be hashed goes with the model, whether a file has its values or not.
#[test]
fn the_program_alone_says_what_is_hashed() {
    let text = "circuit c(committed w: i8[6], committed x: i8[6]) -> public y: _ { w @ x }";
    let both = compile(text, Mode::Commit, false);
    assert!(["w", "x"].iter().all(|n| kind(&both, input(&both, n)) == Kind::Model));
    assert_eq!(both.signature.outputs.len(), 1);
    let none = compile(&format!("#[hashed(w, x)] {text}"), Mode::Commit, false);
    assert!(!none.has_model());
    // In plain Groth16 the attribute says what is so anyway.
    let [a, b] = [text.to_owned(), format!("#[hashed(w)] {text}")];
    let [a, b] = [a, b].map(|t| compile(&t, Mode::Groth16, false));
    assert_eq!(a.digest(), b.digest());
}

#[test]
fn what_names_no_committed_parameter_is_refused() {
    let circuit = "circuit c(committed w: i8, private x: i8) -> public y: _ { w * x }";
    for (text, title) in [
        (format!("#[hashed] {circuit}"), "`#[hashed]` takes `committed` parameters"),
        (
            format!("#[hashed(x)] {circuit}"),
            "no `committed` parameter is called that: there are [w]",
        ),
        (
            format!("#[hashed(w[0])] {circuit}"),
            "no `committed` parameter is called that: there are [w]",
        ),
        (format!("#[hashed(w)] #[hashed(w)] {circuit}"), "`w` is said to be hashed twice"),
        (format!("#[hashed(w)] fn f(w: i8) -> _ {{ w }} {circuit}"), "`#[hashed]` is for circuits"),
    ] {
        let Err(r) = Project::load("t.zirc", &text, &mut NoFiles) else { panic!("{text}") };
        let all: Vec<_> = r.diagnostics.iter().map(|d| (d.code, d.title.as_str())).collect();
        assert_eq!(all, [("E0114", title)], "{text}");
    }
}
