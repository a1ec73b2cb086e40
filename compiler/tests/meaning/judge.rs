//! Runs a program in every way there is and compares what each says.

use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, PortType};
use zirc_compiler::{NoFiles, Options, Outcome, Project, Rejected};

/// The circuit of a program, `c`.
const NAME: &str = "c";

fn project(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

fn codes(r: &Rejected) -> Vec<&'static str> {
    r.diagnostics.iter().map(|d| d.code).collect()
}

fn compiled(p: &Project, optimize: bool) -> Result<Circuit, Rejected> {
    let options = Options { optimize, ..Options::default() };
    p.compile_with(NAME, &mut NoFiles, &options).map(|c| c.circuit)
}

/// Inputs: all of them where there are few, the ends of the types and a spread otherwise.
fn inputs(c: &Circuit) -> Vec<Vec<Vec<Int>>> {
    let order = order();
    let ranges: Vec<(Int, Int)> = c
        .signature
        .inputs
        .iter()
        .flat_map(|p| {
            let r = match &p.ty {
                PortType::Field => (Int::from(0), &order - 1u32),
                PortType::Fix { lo, hi, .. } => (lo.clone(), hi.clone()),
            };
            vec![r; p.shape.iter().product()]
        })
        .collect();
    let sizes: Vec<Int> = ranges.iter().map(|(lo, hi)| hi - lo + 1).collect();
    let all: Int = sizes.iter().product();
    let few = Int::from(256);
    let count = if all <= few { u64::try_from(&all).unwrap() } else { 64 };
    let pick = |k: u64| -> Vec<Int> {
        let mut rest = Int::from(k);
        let mut state = k.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let values = sizes.iter().zip(&ranges).map(|(size, (lo, hi))| {
            if all <= few {
                let v = &rest % size;
                rest = &rest / size;
                return lo + v;
            }
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match k {
                0 => lo.clone(),
                1 => hi.clone(),
                _ => lo + (Int::from(state) * Int::from(state)) % size,
            }
        });
        values.collect()
    };
    (0..count)
        .map(|k| {
            let mut flat = pick(k).into_iter();
            let ports = c.signature.inputs.iter();
            ports.map(|p| flat.by_ref().take(p.shape.iter().product()).collect()).collect()
        })
        .collect()
}

/// What the circuit gives out, or nothing if it refuses; satisfied whenever it does not.
fn proved(c: &Circuit, input: &[Vec<Int>]) -> Option<Vec<Vec<Int>>> {
    let a = zirc_circuit::assign(c, input).ok()?;
    assert_eq!(zirc_circuit::violations(c, &a), vec![]);
    let ports = c.signature.outputs.iter();
    let read = |t: zirc_circuit::TensorId| {
        let b = &a.values[t.0 as usize];
        (0..b.len()).map(|i| residue(&b.get_int(i))).collect()
    };
    Some(ports.map(|p| read(p.tensor)).collect())
}

fn order() -> Int {
    let digits = b"21888242871839275222246405745257275088548364400416034343698204186575808495617";
    Int::parse_bytes(digits, 10).unwrap()
}

fn residue(n: &Int) -> Int {
    let order = order();
    ((n % &order) + &order) % &order
}

/// The program is accepted and means the same in every way; its tests pass.
pub(super) fn accepted(text: &str) {
    let p = project(text);
    if let Err(r) = p.check(&mut NoFiles) {
        panic!("{text}\n{:#?}", r.diagnostics);
    }
    for optimize in [true, false] {
        let c = compiled(&p, optimize).unwrap_or_else(|r| panic!("{text}\n{:#?}", r.diagnostics));
        let mut at_once = p.interpreter(NAME, &mut NoFiles).unwrap();
        let mut each = p.interpreter(NAME, &mut NoFiles).unwrap();
        each.go_one_by_one();
        for input in inputs(&c) {
            let names = c.signature.inputs.iter().map(|port| port.name.clone());
            let named: BTreeMap<String, Vec<Int>> = names.zip(input.iter().cloned()).collect();
            let plain = at_once.run(&named, &mut NoFiles);
            let each = each.run(&named, &mut NoFiles);
            assert_eq!(plain.as_ref().ok(), each.as_ref().ok(), "{text} on {input:?}");
            let plain = plain.unwrap_or_else(|r| panic!("{text}\n{:#?}", r.diagnostics));
            match proved(&c, &input) {
                Some(out) => {
                    assert_eq!(plain.refusals, vec![], "{text} on {input:?}");
                    let mine: Vec<Vec<Int>> =
                        plain.outputs.iter().map(|o| o.iter().map(residue).collect()).collect();
                    assert_eq!(mine, out, "{text} on {input:?}");
                }
                None => assert_ne!(plain.refusals, vec![], "{text} on {input:?}"),
            }
        }
    }
    let (tests, promises) = p.test("", &mut NoFiles);
    for t in tests {
        assert_eq!(t.outcome, Outcome::Passed, "{text}: {}", t.name);
    }
    assert!(promises.iter().all(|p| p.failure.is_none()), "{promises:#?}");
}

/// The program is refused with one code in every way, and so is its test if it has one.
pub(super) fn refused(text: &str, code: &str) {
    let p = project(text);
    let found = codes(&p.check(&mut NoFiles).expect_err(text));
    assert_eq!(found, vec![code], "{text}");
    assert_eq!(codes(&compiled(&p, true).expect_err(text)), found, "{text}");
    let plain = p.interpret(NAME, &BTreeMap::new(), &mut NoFiles);
    assert_eq!(codes(&plain.expect_err(text)), found, "{text}");
    for t in p.test("", &mut NoFiles).0 {
        let Outcome::Failed(why) = t.outcome else { panic!("{text}: {} passes", t.name) };
        assert!(why.iter().any(|d| d.code == code), "{text}: {why:#?}");
    }
}

/// The constraints that are not range checks of inputs.
pub(super) fn constraints(text: &str) -> usize {
    let c = compiled(&project(text), true).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
    let own = c.blocks.iter().filter(|b| b.category != zirc_circuit::Category::InputRange);
    own.map(|b| b.len()).sum()
}
