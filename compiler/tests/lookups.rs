//! Lookups: every strategy gives the table's value at every index, and nothing else can be proved.

use num_bigint::BigInt;
use zirc_circuit::{Circuit, ForgeMode, Forgery, Int, Kind};
use zirc_compiler::{NoFiles, Options, Project, Strategy};

const STRATEGIES: [Option<Strategy>; 4] =
    [None, Some(Strategy::Interpolation), Some(Strategy::Monomials), Some(Strategy::TwoLevel)];

fn compile(text: &str, lookup: Option<Strategy>, optimize: bool) -> Circuit {
    let p = Project::load("t.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
    p.compile_with("c", &mut NoFiles, &Options { optimize, lookup, ..Options::default() })
        .unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
        .circuit
}

fn output(c: &Circuit, input: &[Int]) -> Vec<Int> {
    let a = zirc_circuit::assign(c, &[input.to_vec()]).unwrap();
    assert_eq!(zirc_circuit::violations(c, &a), vec![]);
    let b = &a.values[c.signature.outputs[0].tensor.0 as usize];
    (0..b.len()).map(|i| b.get_int(i)).collect()
}

/// Entries without structure, some negative.
fn entry(row: usize, column: usize) -> i64 {
    ((row * 7919 + column * 104_729 + 31) % 251) as i64 - 90
}

fn program(rows: usize, columns: usize) -> String {
    let row = |r| (0..columns).map(|c| entry(r, c).to_string()).collect::<Vec<_>>().join(", ");
    let table: Vec<String> = (0..rows).map(|r| format!("[{}]", row(r))).collect();
    format!(
        "const T: i9[{rows}, {columns}] = [{}];
         circuit c(private i: int<0..={}>[3]) -> public y: _ {{ for k {{ T[i[k]] }} }}",
        table.join(", "),
        rows - 1,
    )
}

#[test]
fn every_index_under_every_strategy() {
    for (rows, columns) in [(1, 1), (2, 1), (3, 2), (4, 1), (5, 1), (8, 3), (13, 1), (32, 2)] {
        for lookup in STRATEGIES {
            for optimize in [true, false] {
                let c = compile(&program(rows, columns), lookup, optimize);
                for i in 0..rows {
                    let input: Vec<Int> =
                        [i, (i * 5 + 1) % rows, rows - 1].iter().map(|&k| Int::from(k)).collect();
                    let expected: Vec<Int> = input
                        .iter()
                        .flat_map(|k| {
                            let r = usize::try_from(k).unwrap();
                            (0..columns).map(move |c| Int::from(entry(r, c)))
                        })
                        .collect();
                    assert_eq!(output(&c, &input), expected, "{rows}×{columns} {lookup:?} at {i}");
                }
            }
        }
    }
}

/// Whatever variable of a lookup is changed, alone or with all that is computed from it, some
/// constraint fails, unless the output is what it was.
#[test]
fn forged_variables_are_refused() {
    for lookup in STRATEGIES {
        let c = compile(&program(13, 2), lookup, true);
        let input: Vec<Int> = [3, 12, 0].iter().map(|&k| Int::from(k)).collect();
        let honest = output(&c, &input);
        let inputs = vec![input];
        let out = c.signature.outputs[0].tensor.0 as usize;
        for (t, tensor) in c.tensors.iter().enumerate() {
            if tensor.kind != Kind::Witness {
                continue;
            }
            for index in 0..tensor.len() {
                for value in [-1i64, 0, 1, 2, 77] {
                    for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                        let forgery = Forgery {
                            tensor: zirc_circuit::TensorId(t as u32),
                            index,
                            value: value.into(),
                        };
                        let a = zirc_circuit::assign_with(&c, &inputs, &[forgery], mode).unwrap();
                        let b = &a.values[out];
                        let now: Vec<Int> = (0..b.len()).map(|i| b.get_int(i)).collect();
                        let accepted = zirc_circuit::violations_up_to(&c, &a, 1).is_empty();
                        assert!(
                            !accepted || now == honest,
                            "{lookup:?}: tensor {t}[{index}] = {value}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn columns_of_two_indices_and_known_ones() {
    let text = "const T: u8[4, 3, 5] = for a, b, c { 40 * a + 7 * b + c * c };
        circuit c(private i: int<0..=4>) -> public y: _ { for b { T[2, b, i] } }";
    for i in 0..5 {
        let c = compile(text, None, true);
        let expected: Vec<Int> = (0..3).map(|b| Int::from(80 + 7 * b + i * i)).collect();
        assert_eq!(output(&c, &[Int::from(i)]), expected);
    }
    let text = "const T: u8[4, 3, 5] = for a, b, c { 40 * a + 7 * b + c * c };
        circuit c(private i: u2[2]) -> public y: _ { T[i[0], .., i[1]] }";
    for (a, k) in [(0, 0), (3, 2), (1, 3)] {
        let c = compile(text, None, true);
        let expected: Vec<Int> = (0..3).map(|b| Int::from(40 * a + 7 * b + k * k)).collect();
        assert_eq!(output(&c, &[Int::from(a), Int::from(k)]), expected);
    }
}

#[test]
fn field_tables_hold_full_width_entries() {
    let p: Int = BigInt::parse_bytes(
        b"21888242871839275222246405745257275088548364400416034343698204186575808495617",
        10,
    )
    .unwrap();
    let rows: Vec<Int> = (0..8).map(|k| &p - Int::from(1 + k * k * k)).collect();
    let list: Vec<String> = rows.iter().map(|r| format!("{r}")).collect();
    let text = format!(
        "const T: field[8] = [{}];
         circuit c(private i: u3) -> public y: _ {{ T[i] }}",
        list.join(", ")
    );
    for lookup in STRATEGIES {
        let c = compile(&text, lookup, true);
        for (k, row) in rows.iter().enumerate() {
            let got = output(&c, &[Int::from(k)]).remove(0);
            assert_eq!((got - row) % &p, Int::from(0), "{lookup:?} row {k}");
        }
    }
}

/// Digits that a type already needs are not paid again, and two tables share their monomials.
#[test]
fn digits_and_monomials_are_shared() {
    let table = "const A: u8[256] = for k { mod(k * 7919, 251) };
                 const B: u8[256] = for k { mod(k * 104729, 241) };";
    let count = |body: &str| {
        let text = format!("{table} circuit c(private i: u8) -> public y: _ {{ {body} }}");
        compile(&text, None, true).num_constraints()
    };
    // 8 digits of the input, 26 + 4 monomials, 7 products, 1 for the public output.
    assert_eq!(count("A[i]"), 8 + 30 + 7 + 1);
    assert_eq!(count("A[i] + B[i]"), 8 + 30 + 14 + 1);
    assert_eq!(count("A[i] + A[i]"), 8 + 30 + 7 + 1);
}
