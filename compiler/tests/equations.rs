//! Equations say what the expanded rows say, and names are those of the source.

use std::collections::BTreeMap;
use zirc_circuit::equation::{Element, Names, Sum};
use zirc_circuit::{Circuit, Fr, TensorId, rows, scalar};
use zirc_compiler::{Mode, NoFiles, Options, Project, Public};

const LAYERS: &str =
    "circuit c(private x: q3.4[3, 5, 5], private w: q1.4[2, 3, 2, 2], public k: u4) -> (
    public y: _, public z: _) {
    let h = conv2d_with::<stride: 2, pad: 1>(w, [1, -2], x);
    let s = clamp_to::<q3.4>.(h);
    let t: _[9] = reshape(s[0]);
    (max_pool2d::<2>(s), for i < 4 { softmax(t[0..4])[i] ** 2 + k })
}";
const SMALL: &str =
    "circuit c(private x: q3.4, private y: i8) -> public z: _ { relu(x) * abs(y) + max(x, y) }";

fn compiled(text: &str, mode: Mode) -> Circuit {
    let options = Options { mode, public: Some(Public::Plain), ..Options::default() };
    let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    project.compile_with("c", &mut NoFiles, &options).unwrap().circuit
}

/// A sum over variables alone, as rows have it.
fn expanded(circuit: &Circuit, sum: &Sum) -> BTreeMap<usize, Fr> {
    let layout = circuit.layout();
    let all = sum.rewritten(&|e| circuit.definition(e));
    let variable = |e: &Element| layout.offset[e.tensor.0 as usize].unwrap() + e.index;
    all.terms.iter().map(|(w, e)| (variable(e), scalar::to_fr(w))).collect()
}

#[test]
fn every_equation_is_its_row() {
    for (text, mode) in [
        (SMALL, Mode::Groth16),
        (SMALL, Mode::Commit),
        (LAYERS, Mode::Groth16),
        (LAYERS, Mode::Commit),
    ] {
        let circuit = compiled(text, mode);
        let mut all = rows(&circuit);
        for (k, block) in circuit.blocks.iter().enumerate() {
            for at in 0..block.len() {
                let (row, e) = (all.next().unwrap(), circuit.equation(k, at).unwrap());
                for (row, side) in [(row.a, &e.a), (row.b, &e.b), (row.c, &e.c)] {
                    assert_eq!(expanded(&circuit, side), row.into_iter().collect(), "{k}[{at}]");
                }
            }
            assert_eq!(circuit.equation(k, block.len()), None);
        }
        assert!(all.next().is_none());
        assert_eq!(circuit.equation(circuit.blocks.len(), 0), None);
    }
}

#[test]
fn tensors_have_the_names_of_the_source() {
    let circuit = compiled(SMALL, Mode::Groth16);
    let names = Names::of(&circuit);
    let ids = 0..circuit.tensors.len() as u32;
    let all: Vec<&str> = ids.filter_map(|t| names.own(TensorId(t))).collect();
    for name in ["x", "y", "z", "y.bits"] {
        assert!(all.contains(&name), "{name} in {all:?}");
    }
    // No two inputs or outputs have one name.
    let ports = circuit.signature.inputs.iter().chain(&circuit.signature.outputs);
    assert!(ports.clone().all(|p| names.tensor(p.tensor) == p.name));
    // An element beyond the circuit has no definition, and no name of its own.
    let beyond = TensorId(circuit.tensors.len() as u32);
    assert_eq!(circuit.definition(Element { tensor: beyond, index: 0 }), None);
    assert_eq!(names.own(beyond), None);
}
