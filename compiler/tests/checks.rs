//! `#[checks(…)]`: other constraints, the same meaning.

use std::collections::BTreeMap;
use std::fmt::Write;
use zirc_circuit::{
    Assignment, Category, Circuit, ForgeMode, Forgery, Int, Kind, TensorId, assign, assign_with,
    violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Options, Project, Public, Strategy};

const DIGITS: &str = "#[checks(digits)]";
const LOOKUPS: &str = "#[checks(lookups)]";

const TABLE: &str = "const T: i16[64] = for k { mod(k ** 5 * 91 + 17, 4001) - 2000 };\n";

fn load(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics))
}

fn compile(text: &str, mode: Mode, always_look_up: bool) -> Circuit {
    let options =
        Options { mode, always_look_up, public: Some(Public::Plain), ..Options::default() };
    let made = load(text).compile_with("c", &mut NoFiles, &options);
    made.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics)).circuit
}

/// A function `f` of one number, for so many public numbers, whose ranges are the verifier's.
fn many(attribute: &str, f: &str, ty: &str, n: usize) -> String {
    format!(
        "{TABLE}{attribute}\nfn f(x: {ty}) -> _ {{ {f} }}\n\
         circuit c(public x: {ty}[{n}]) -> private y: _[{n}] {{ f.(x) }}"
    )
}

fn committed(text: &str) -> usize {
    compile(text, Mode::Commit, false).num_constraints()
}

#[test]
fn ranges_are_digits_or_queries_and_rows() {
    let f = "narrow::<u8>(x)";
    // n·8/w queries and 2^w rows are fewest for w = 2 and w = 8, and fewer than digits for the latter only.
    for (n, w) in [(3, 2), (1000, 8)] {
        let [digits, lookups] = [8 * n, 8 / w * n + (1 << w) + 1];
        let [asked_digits, asked_lookups, free] =
            [DIGITS, LOOKUPS, ""].map(|a| committed(&many(a, f, "u20", n)));
        assert_eq!((asked_digits, asked_lookups), (digits, lookups), "{n}");
        assert_eq!(free, if n == 3 { digits } else { lookups }, "{n}");
    }
}

#[test]
fn lookups_are_polynomials_or_queries_and_rows() {
    for n in [1, 3, 500] {
        // Monomials of two halves of the digits, and their products; or β·y and an inverse.
        let [digits, lookups] = [(6 + 4 + 4 + 7) * n, 2 * n + 64 + 1];
        for (attribute, expected) in [(DIGITS, digits), (LOOKUPS, lookups)] {
            assert_eq!(committed(&many(attribute, "T[x]", "u6", n)), expected, "{attribute} {n}");
        }
    }
}

#[test]
fn what_a_function_calls_is_asked_for_by_it() {
    let n = 3;
    // The product and the sign; three pieces of two digits, and a digit that is left.
    let [digits, lookups] = [(1 + 8) * n, (1 + 1 + 3 + 1) * n + (1 << 2) + 1];
    assert_eq!(committed(&many(DIGITS, "relu(x)", "i8", n)), digits);
    assert_eq!(committed(&many(LOOKUPS, "relu(x)", "i8", n)), lookups);
    // The innermost one that says something is asked.
    for (outer, inner, expected) in [(DIGITS, LOOKUPS, lookups), (LOOKUPS, DIGITS, digits)] {
        let text = format!(
            "{inner} fn g(x: i8) -> _ {{ relu(x) }}\n{outer} fn f(x: i8) -> _ {{ h(x) }}\n\
             fn h(x: i8) -> _ {{ g(x) }}\n\
             circuit c(public x: i8[{n}]) -> private y: _[{n}] {{ f.(x) }}"
        );
        assert_eq!(committed(&text), expected, "{outer}");
    }
    // A circuit, with what holds its inputs to their types.
    let text =
        format!("{LOOKUPS} circuit c(private x: u8[{n}]) -> public y: _ {{ sum i {{ x[i] }} }}");
    assert_eq!(committed(&text), 4 * n + (1 << 2) + 1);
}

/// Digits that functions with and without a wish share are one function's matter.
#[test]
fn shared_digits_are_held_as_all_agree_who_say_something() {
    let n = 3;
    let text = |f: &str, g: &str| {
        format!(
            "{f}\nfn f(x: u20) -> _ {{ narrow::<u8>(x) }}\n{g}\nfn g(x: u20) -> _ {{ narrow::<u8>(x) }}\n\
             circuit c(public x: u20[{n}]) -> private y: _[{n}] {{ f.(x) + g.(x) }}"
        )
    };
    let [digits, lookups] = [8 * n, 4 * n + (1 << 2) + 1];
    for (f, g, expected) in [
        (LOOKUPS, "", lookups),
        ("", LOOKUPS, lookups),
        (LOOKUPS, LOOKUPS, lookups),
        // They do not agree: as is cheaper.
        (LOOKUPS, DIGITS, digits),
        (DIGITS, LOOKUPS, digits),
    ] {
        assert_eq!(committed(&text(f, g)), expected, "{f} {g}");
    }
    let many = text(DIGITS, LOOKUPS).replace(&format!("[{n}]"), "[1000]");
    assert_eq!(committed(&many), 1000 + (1 << 8) + 1);
}

#[test]
fn without_a_round_nothing_changes() {
    for f in ["relu(x)", "T[narrow::<u6>(x)]", "floor_div::<3>(x)"] {
        let [free, digits, lookups] =
            ["", DIGITS, LOOKUPS].map(|a| compile(&many(a, f, "i8", 3), Mode::Groth16, false));
        for c in [digits, lookups] {
            assert_eq!((&free.tensors, &free.blocks), (&c.tensors, &c.blocks), "{f}");
        }
    }
}

#[test]
fn the_mode_and_the_strategy_of_polynomials_are_not_the_functions_choice() {
    // Four queries and four rows are no faster than eight digits.
    let text = many(LOOKUPS, "narrow::<u8>(x)", "u20", 1);
    assert!(compile(&text, Mode::Commit, false).has_challenges());
    assert!(!compile(&text, Mode::Auto, false).has_challenges());
    // All monomials of six digits, as the command line may ask for.
    let lookup = Some(Strategy::Monomials);
    let public = Some(Public::Plain);
    let options = Options { mode: Mode::Commit, lookup, public, ..Options::default() };
    let text = many(LOOKUPS, "T[x]", "u6", 3);
    let made = load(&text).compile_with("c", &mut NoFiles, &options).unwrap();
    assert_eq!(made.circuit.num_constraints(), 3 * 63);
}

/// Functions of a private number, with some of the values that it may have.
const FUNCTIONS: &[(&str, &str, i64, i64, i64)] = &[
    ("relu(x)", "i8", -128, 127, 5),
    ("let i = narrow::<u6>(x); T[i] + T[63 - i]", "i8", -10, 70, 3),
    ("relu(clamp_to::<q3.2>(x))", "q7.4", -2048, 2047, 97),
    ("floor_div::<13>(x)", "i10", -512, 511, 37),
    ("assert x in -3..=90; is_negative(x - 40)", "i8", -12, 99, 3),
    ("let b = bits::<7>(x); b[6] - b[0] + 3 * b[2]", "u7", 0, 127, 9),
];

/// One program with either choice, with a round that is used wherever that is left open.
fn both(f: &str, ty: &str) -> [(String, Circuit); 2] {
    [DIGITS, LOOKUPS].map(|attribute| {
        let text = format!(
            "{TABLE}{attribute}\nfn f(x: {ty}) -> _ {{ {f} }}\n\
             circuit c(private x: {ty}) -> public y: _ {{ f(x) }}"
        );
        let c = compile(&text, Mode::Commit, true);
        (text, c)
    })
}

#[test]
fn values_and_refusals_are_those_of_the_interpreter() {
    for (f, ty, lo, hi, step) in FUNCTIONS {
        let choices = both(f, ty);
        let size = |c: &(String, Circuit)| c.1.num_constraints();
        assert_ne!(size(&choices[0]), size(&choices[1]), "{f}");
        for (text, c) in &choices {
            let p = load(text);
            for x in (*lo..=*hi).step_by(usize::try_from(*step).unwrap()) {
                let inputs = BTreeMap::from([("x".to_string(), vec![Int::from(x)])]);
                let run = p.interpret("c", &inputs, &mut NoFiles).unwrap();
                match assign(c, &[vec![Int::from(x)]]) {
                    Ok(a) => {
                        assert_eq!(run.refusals, [], "{text} at {x}");
                        assert_eq!(violations_up_to(c, &a, 1), [], "{text} at {x}");
                        let y = a.get_int(c, c.signature.outputs[0].tensor, 0);
                        assert_eq!(run.outputs, [vec![y]], "{text} at {x}");
                    }
                    Err(_) => assert!(!run.refusals.is_empty(), "{text} at {x}"),
                }
            }
        }
    }
}

/// Every variable set wrong, with and without what follows from it: refused, or a true statement about
/// another input.
#[test]
fn every_lie_is_refused_with_either_choice() {
    for (f, ty, lo, hi, _) in FUNCTIONS {
        for (text, c) in &both(f, ty) {
            let x = [vec![Int::from((lo + hi) / 2)]];
            let honest = assign(c, &x).unwrap();
            let mut refused = 0;
            for (k, t) in c.tensors.iter().enumerate() {
                let tensor = TensorId(k as u32);
                let input = tensor == c.signature.inputs[0].tensor;
                if !matches!(t.kind, Kind::Witness | Kind::Response) || input {
                    continue;
                }
                for index in (0..t.len()).step_by(1 + t.len() / 12) {
                    let was = honest.values[k].get_int(index);
                    let far: Int = Int::from(1) << 200u32;
                    for value in [&was + 1, &was - 1, 7 - &was, &was + 16, &was + far] {
                        for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                            let lie = Forgery { tensor, index, value: value.clone() };
                            let forged = assign_with(c, &x, &[lie], mode).unwrap();
                            let bad = !violations_up_to(c, &forged, 1).is_empty();
                            assert!(bad || is_true(c, &forged), "{text}: {k}[{index}] = {value}");
                            refused += usize::from(bad);
                        }
                    }
                }
            }
            assert!(refused > 10, "{text}: {refused}");
        }
    }
}

/// Whether an honest prover with the claimed input has the same public values.
fn is_true(c: &Circuit, forged: &Assignment) -> bool {
    let claimed = forged.get_int(c, c.signature.inputs[0].tensor, 0);
    let honest = assign(c, &[vec![claimed]]);
    honest.is_ok_and(|h| h.public_inputs(c) == forged.public_inputs(c))
}

/// A number out of range has no witness that any prover could find for it: also if all else follows from it.
#[test]
fn inputs_out_of_range_are_refused_with_either_choice() {
    for attribute in [DIGITS, LOOKUPS] {
        let c = compile(&many(attribute, "narrow::<u8>(x)", "u20", 3), Mode::Commit, false);
        let tables = c.blocks.iter().filter(|b| b.category == Category::Table).count();
        assert_eq!(tables > 0, attribute == LOOKUPS);
        let good = [vec![Int::from(0), Int::from(255), Int::from(17)]];
        for value in [256, 257, 511, 1 << 19, -1] {
            let tensor = c.signature.inputs[0].tensor;
            let lie = Forgery { tensor, index: 1, value: Int::from(value) };
            let forged = assign_with(&c, &good, &[lie], ForgeMode::Propagate).unwrap();
            assert_ne!(violations_up_to(&c, &forged, 1), [], "{attribute} {value}");
        }
    }
}

/// Diagnostics of programs, as they are told: source and message together.
#[test]
fn what_it_does_not_mean_is_said() {
    let mut out = String::new();
    for text in [
        "#[checks(bits)] fn f(x: u8) -> _ { x }",
        "#[checks] fn f(x: u8) -> _ { x }",
        "#[checks(digits, lookups)] fn f(x: u8) -> _ { x }",
        "#[checks(\"digits\")] fn f(x: u8) -> _ { x }",
        "#[checks(std::digits)] fn f(x: u8) -> _ { x }",
        "#[checks(digits)] #[checks(lookups)] fn f(x: u8) -> _ { x }",
        "#[checks(lookups)] const N: nat = 3;",
        "#[checks(lookups)] test t { assert 1 == 1; }",
        "fn f(x: u8) -> _ { #[checks(digits)] let y = relu(x - 3); y }",
    ] {
        let made = Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles));
        let refused = made.expect_err(text);
        let _ = writeln!(out, "{text}");
        for d in &refused.diagnostics {
            let _ = writeln!(out, "{}: {}", d.code, d.title);
            for l in &d.labels {
                let place = &text[l.span.start as usize..l.span.end as usize];
                let _ = writeln!(out, "    `{place}` {}", l.text);
            }
            let _ = writeln!(out, "  = help: {}", d.help.as_deref().unwrap_or("none"));
        }
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}
