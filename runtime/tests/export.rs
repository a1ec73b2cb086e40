//! Exported files, read back.

mod circom;
#[path = "../src/samples.rs"]
mod samples;

use ark_bn254::Fr;
use ark_ff::Field;
use circom::{R1cs, Symbol, evaluate, read_r1cs, read_sym, read_wtns, satisfied};
use samples::{Sample, all, bits, dot, private_output, several_publics};
use std::collections::BTreeSet;
use std::io::Cursor;
use zirc_circuit::{Buffer, Circuit, Frame, Kind, Origin, OriginId, SourceSpan, assign, rows};
use zirc_runtime::FileError;
use zirc_runtime::export::{ExportError, Wires, export, write_r1cs, write_sym, write_wtns};

fn r1cs(circuit: &Circuit) -> R1cs {
    let mut out = Cursor::new(Vec::new());
    write_r1cs(circuit, &Wires::new(circuit).unwrap(), &mut out).unwrap();
    read_r1cs(&out.into_inner())
}

fn sym(circuit: &Circuit) -> Vec<Symbol> {
    let mut out = Vec::new();
    write_sym(circuit, &Wires::new(circuit).unwrap(), &mut out).unwrap();
    read_sym(std::str::from_utf8(&out).unwrap())
}

fn wtns(sample: &Sample) -> Vec<Fr> {
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let mut out = Vec::new();
    write_wtns(&assignment, &Wires::new(&sample.circuit).unwrap(), &mut out).unwrap();
    read_wtns(&out)
}

/// Name and wire of each symbol.
fn wires_by_name(circuit: &Circuit) -> Vec<(String, Option<usize>)> {
    sym(circuit).into_iter().map(|s| (s.name, s.wire)).collect()
}

#[test]
fn every_constraint_is_the_circuits() {
    for sample in all() {
        let circuit = &sample.circuit;
        let (read, wires) = (r1cs(circuit), Wires::new(circuit).unwrap());
        assert_eq!(read.constraints.len(), circuit.num_constraints(), "{}", sample.name);
        let renamed = |side: Vec<(usize, Fr)>| {
            let mut side: Vec<_> =
                side.into_iter().map(|(v, c)| (wires.of_variable(v), c)).collect();
            side.sort_unstable_by_key(|x| x.0);
            side
        };
        for (k, (row, read)) in rows(circuit).zip(&read.constraints).enumerate() {
            let expected = [row.a, row.b, row.c].map(renamed);
            assert_eq!(*read, expected, "{}: constraint {k}", sample.name);
        }
    }
}

#[test]
fn wires_are_a_permutation_of_variables() {
    for Sample { name, circuit, .. } in all() {
        let (wires, variables) = (Wires::new(&circuit).unwrap(), circuit.num_variables());
        let all: BTreeSet<usize> = (0..variables).map(|v| wires.of_variable(v)).collect();
        assert_eq!(all, (0..variables).collect(), "{name}");
        assert_eq!(wires.of_variable(0), 0, "{name}");
        let read = r1cs(&circuit);
        assert_eq!(read.wires, variables, "{name}");
        assert_eq!(read.outputs + read.public_inputs, circuit.layout().num_public, "{name}");
        assert_eq!(read.label_of, (0..variables).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn outputs_come_first_and_private_inputs_after_public_ones() {
    let Sample { circuit, .. } = several_publics();
    let wires = Wires::new(&circuit).unwrap();
    assert_eq!((wires.outputs, wires.public_inputs), (4, 4));
    let names: Vec<String> = sym(&circuit).into_iter().map(|s| s.name).take(8).collect();
    let expected = ["u[0]", "u[1]", "v[0]", "v[1]", "a[0]", "a[1]", "b[0]", "b[1]"]
        .map(|n| format!("main.{n}"));
    assert_eq!(names, expected);
    let wires = Wires::new(&dot(7).circuit).unwrap();
    assert_eq!(wires.private_inputs, private_elements(&dot(7).circuit));
}

/// Number of elements of private inputs.
fn private_elements(circuit: &Circuit) -> usize {
    let private = |p: &&zirc_circuit::Port| p.visibility == zirc_circuit::Visibility::Private;
    let inputs = circuit.signature.inputs.iter().filter(private);
    inputs.map(|p| p.shape.iter().product::<usize>()).sum()
}

#[test]
fn the_assignment_satisfies_and_a_changed_one_does_not() {
    for sample in all() {
        let (read, values) = (r1cs(&sample.circuit), wtns(&sample));
        assert_eq!(values.len(), read.wires, "{}", sample.name);
        assert_eq!(values[0], Fr::ONE, "{}", sample.name);
        assert!(satisfied(&read, &values), "{}", sample.name);
        for wire in 1..values.len() {
            let mut forged = values.clone();
            forged[wire] += Fr::from(5);
            let touched = read
                .constraints
                .iter()
                .any(|sides| sides.iter().any(|s| evaluate(s, &values) != evaluate(s, &forged)));
            assert_eq!(satisfied(&read, &forged), !touched, "{}: wire {wire}", sample.name);
        }
    }
}

#[test]
fn every_wire_has_one_name_of_its_own() {
    for Sample { name, circuit, .. } in all() {
        let (read, symbols) = (r1cs(&circuit), sym(&circuit));
        assert_eq!(symbols.len() + 1, read.labels, "{name}");
        let labels: Vec<usize> = symbols.iter().map(|s| s.label).collect();
        assert_eq!(labels, (1..read.labels).collect::<Vec<_>>(), "{name}");
        let wires: Vec<usize> = symbols.iter().filter_map(|s| s.wire).collect();
        assert_eq!(wires, (1..read.wires).collect::<Vec<_>>(), "{name}");
        let names: BTreeSet<&str> = symbols.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names.len(), symbols.len(), "{name}: {symbols:?}");
        assert!(names.iter().all(|n| n.starts_with("main.")), "{name}: {names:?}");
    }
}

#[test]
fn outputs_that_are_no_variables_have_a_label_only() {
    let symbols = wires_by_name(&private_output().circuit);
    let wire = |name: &str| symbols.iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(wire("main.x[2]"), Some(3));
    assert_eq!(wire("main.square[0]"), Some(4));
    assert_eq!(wire("main.shifted[1]"), None);
}

/// Makes the n-th witness tensor look as if it came from calls, under a name.
fn place(circuit: &mut Circuit, tensor: usize, calls: &[(&str, u32)], name: &str) {
    let span = |start| SourceSpan { file: 0, start, end: start };
    let stack = calls
        .iter()
        .map(|&(function, at)| Frame { function: function.into(), call: span(at) })
        .collect();
    circuit.origins.push(Origin { span: span(0), stack, layer: None, users: vec![] });
    circuit.tensors[tensor].origin = OriginId(circuit.origins.len() as u32 - 1);
    circuit.tensors[tensor].name = Some(name.into());
}

#[test]
fn names_say_the_path_of_calls() {
    let Sample { mut circuit, .. } = bits();
    let tensor = circuit
        .tensors
        .iter()
        .enumerate()
        .position(|(i, t)| {
            t.kind == Kind::Witness
                && circuit.signature.inputs.iter().all(|p| p.tensor.0 as usize != i)
        })
        .unwrap();
    let input = circuit.signature.inputs[0].name.clone();
    let mut name = |calls: &[(&str, u32)], name: &str| {
        place(&mut circuit, tensor, calls, name);
        let symbols = sym(&circuit);
        let first =
            Wires::new(&circuit).unwrap().of_variable(circuit.layout().offset[tensor].unwrap());
        symbols[first - 1].name.split('[').next().unwrap().to_owned()
    };
    assert_eq!(name(&[("net<8>", 3), ("relu<q3.4, 2>", 9)], "b"), "main.net.relu.b");
    // Names of tensors that only look like others, and what would break the format.
    assert_eq!(name(&[], &input), format!("main.{input}_2"));
    assert_eq!(name(&[], "a,b\n[0] c"), "main.a_b__0__c");
    assert_eq!(name(&[("", 0)], ""), "main._._");
}

#[test]
fn two_calls_of_a_function_are_two_components() {
    let mut b = samples::Builder::new("calls");
    let x = b.input("x", &[], Some((0, 1)), zirc_circuit::Visibility::Private);
    let copy = || zirc_circuit::Op::Linear(samples::each(x, &[]).lin(zirc_circuit::Width::I64));
    let made: Vec<usize> =
        (0..4).map(|_| b.tensor(&[], Kind::Witness, Some((0, 1)), copy()).0 as usize).collect();
    place(&mut b.0, made[0], &[("f<2>", 1)], "h");
    place(&mut b.0, made[1], &[("f<2>", 1)], "h");
    place(&mut b.0, made[2], &[("f<3>", 2)], "h");
    place(&mut b.0, made[3], &[("f_2", 3)], "h");
    let symbols: Vec<(usize, String)> =
        sym(&b.0).into_iter().map(|s| (s.component, s.name)).collect();
    let expected =
        [(0, "main.x"), (1, "main.f.h"), (1, "main.f.h_2"), (2, "main.f_2.h"), (3, "main.f_2_2.h")];
    assert_eq!(symbols, expected.map(|(c, n)| (c, n.to_owned())));
}

#[test]
fn files_are_written_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let sample = dot(7);
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let made = export(&sample.circuit, Some(&assignment), folder.path(), "dot").unwrap();
    let expected = ["dot.r1cs", "dot.sym", "dot.wtns"].map(|n| folder.path().join(n));
    assert_eq!(made.files, expected);
    let read = |k: usize| std::fs::read(&made.files[k]).unwrap();
    let values = read_wtns(&read(2));
    assert!(satisfied(&read_r1cs(&read(0)), &values));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn nothing_is_written_for_values_of_another_circuit() {
    let folder = tempfile::tempdir().unwrap();
    let (sample, other) = (dot(7), dot(8));
    let mut assignment = assign(&other.circuit, &other.inputs).unwrap();
    let failed = export(&sample.circuit, Some(&assignment), folder.path(), "dot");
    assert!(
        matches!(failed, Err(ExportError::Assignment { expected: 7, got: 8, .. })),
        "{failed:?}"
    );
    assignment.values = vec![Buffer::I64(vec![])];
    let failed = export(&sample.circuit, Some(&assignment), folder.path(), "dot");
    assert!(matches!(failed, Err(ExportError::Assignment { got: 0, .. })), "{failed:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("no/folder");
    let failed = export(&dot(7).circuit, None, &there, "dot").unwrap_err();
    let ExportError::File { path, error } = &failed else { panic!("{failed:?}") };
    assert_eq!(path, &there.join("dot.r1cs"));
    let not_found = std::io::ErrorKind::NotFound;
    assert!(matches!(**error, FileError::Io { kind, .. } if kind == not_found), "{error:?}");
}

#[test]
fn more_than_the_format_counts_is_refused() {
    let mut circuit = dot(7).circuit;
    let tensor = circuit.signature.inputs[0].tensor.0 as usize;
    circuit.tensors[tensor].shape = vec![1 << 20, 1 << 20];
    let failed = Wires::new(&circuit);
    assert!(
        matches!(failed, Err(ExportError::TooMany { what: "variables", count }) if count > 1 << 40),
        "{failed:?}"
    );
}
