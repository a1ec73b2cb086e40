//! Runs on known values: all indices of a loop at once say what index by index does, refusals with
//! their values and their order among them, and what the circuit says.

use std::collections::BTreeMap;
use zirc_circuit::{Int, PortType};
use zirc_compiler::{Interpreted, NoFiles, Project};

fn project(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

/// A generator of small random numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Both ways of the interpreter and the circuit on random inputs. Gives the runs.
fn alike(text: &str, seed: u64, times: usize) -> Vec<Interpreted> {
    let p = project(text);
    let compiled = p.compile("c", &mut NoFiles);
    let circuit = compiled.unwrap_or_else(|r| panic!("{text}\n{:#?}", r.diagnostics)).circuit;
    let mut at_once = p.interpreter("c", &mut NoFiles).unwrap();
    let mut each = p.interpreter("c", &mut NoFiles).unwrap();
    each.go_one_by_one();
    let mut random = Random(seed);
    let mut runs = vec![];
    for _ in 0..times {
        let mut list: Vec<Vec<Int>> = vec![];
        for port in &circuit.signature.inputs {
            let (lo, hi) = match &port.ty {
                PortType::Field => (Int::from(-3), Int::from(3)),
                PortType::Fix { lo, hi, .. } => (lo.clone(), hi.clone()),
            };
            let count: usize = port.shape.iter().product();
            list.push(
                (0..count).map(|_| &lo + Int::from(random.next()) % (&hi - &lo + 1)).collect(),
            );
        }
        let names = circuit.signature.inputs.iter().map(|p| p.name.clone());
        let named: BTreeMap<String, Vec<Int>> = names.zip(list.iter().cloned()).collect();
        let run = at_once.run(&named, &mut NoFiles).map_err(|r| r.diagnostics);
        let other = each.run(&named, &mut NoFiles).map_err(|r| r.diagnostics);
        assert_eq!(run, other, "{text} on {list:?}");
        let run = run.unwrap_or_else(|d| panic!("{text}\n{d:#?}"));
        match zirc_circuit::assign(&circuit, &list) {
            Ok(a) => {
                assert_eq!(run.refusals, vec![], "{text} on {list:?}");
                for (port, mine) in circuit.signature.outputs.iter().zip(&run.outputs) {
                    let theirs: Vec<Int> =
                        (0..mine.len()).map(|k| a.get_int(&circuit, port.tensor, k)).collect();
                    let same = mine.iter().zip(&theirs).all(|(a, b)| {
                        zirc_circuit::scalar::to_fr(a) == zirc_circuit::scalar::to_fr(b)
                    });
                    assert!(same, "{text} on {list:?}: {mine:?}, the circuit {theirs:?}");
                }
            }
            Err(_) => assert_ne!(run.refusals, vec![], "{text} on {list:?}"),
        }
        runs.push(run);
    }
    runs
}

fn never_refused(text: &str) {
    assert!(alike(text, 1, 8).iter().all(|r| r.refusals.is_empty()), "{text}");
}

fn sometimes_refused(text: &str) -> Vec<Interpreted> {
    let runs = alike(text, 1, 24);
    let refused = runs.iter().filter(|r| !r.refusals.is_empty()).count();
    assert!(refused > 0 && refused < runs.len(), "{text}: {refused} of {}", runs.len());
    runs
}

/// Convolutions as a program may ask for them.
fn convolution(r: &mut Random) -> String {
    let groups = 1 + r.below(2);
    let (o, c) = (groups * (1 + r.below(2)), groups * (1 + r.below(2)));
    let (kh, kw) = (1 + r.below(3), 1 + r.below(3));
    let (stride, dilation) = (1 + r.below(2), 1 + r.below(2));
    let pad = r.below(2);
    let (h, w) = (dilation * (kh - 1) + 1 + r.below(3), dilation * (kw - 1) + 1 + r.below(3));
    let after =
        ["y", "relu_of_clamp::<i6>.(y)", "clamp_to::<i6>.(y)", "abs.(y)"][r.below(4) as usize];
    let cg = c / groups;
    let (name, shape) = match r.below(2) {
        0 => ("conv2d_with", format!("{o}, {cg}")),
        _ => ("conv_transpose2d_with", format!("{c}, {}", o / groups)),
    };
    // What is cut off a transposed convolution must be there.
    let pad = if name == "conv2d_with" { pad } else { 0 };
    let weights = ["const k", "private k"][r.below(2) as usize];
    let (bound, ports) = match weights {
        "const k" => (
            format!(
                "const K: i5[{shape}, {kh}, {kw}] = for o, c, i, j {{ mod(7 * o + 5 * c + 3 * i + j, 31) - 15 }};"
            ),
            String::new(),
        ),
        _ => (String::new(), format!("private K: i5[{shape}, {kh}, {kw}], ")),
    };
    format!(
        "{bound}
        const B: i5[{o}] = for o {{ o - 2 }};
        circuit c({ports}private x: i4[{c}, {h}, {w}]) -> private y: _ {{
            let y = {name}::<stride: {stride}, dilation: {dilation}, pad: {pad}, groups: {groups}>(K, B, x);
            {after}
        }}"
    )
}

#[test]
fn convolutions() {
    let mut r = Random(7);
    for seed in 0..24 {
        let text = convolution(&mut r);
        let runs = alike(&text, seed, 3);
        assert!(runs.iter().all(|r| r.refusals.is_empty()), "{text}");
    }
}

#[test]
fn recurrent_layers() {
    for call in [
        "rnn::<q3.2>(Rnn(W, R, B, B), x, h)",
        "gru::<0, q3.2, uq0.4, q0.4>(Gru(W, R, B, B), x, h)",
        "gru::<1, q3.2, uq0.4, q0.4>(Gru(W, R, B, B), x, h)",
        "lstm::<q3.2, uq0.4, q0.4>(Lstm(W, R, B, B), x, h, h)",
    ] {
        let rows = match &call[..3] {
            "rnn" => 2,
            "gru" => 6,
            _ => 8,
        };
        let out =
            if call.starts_with("lstm") { "(public y: _, public last: _)" } else { "public y: _" };
        never_refused(&format!(
            "const W: q0.4[{rows}, 3] = for k, j {{ (mod(7 * k + 5 * j, 31) - 15) / 16 }};
            const R: q0.4[{rows}, 2] = for k, j {{ (mod(3 * k + 11 * j, 31) - 15) / 16 }};
            const B: q0.4[{rows}] = for k {{ (mod(9 * k, 31) - 15) / 16 }};
            circuit c(private x: q2.2[3, 3], private h: q0.4[2]) -> {out} {{ {call} }}"
        ));
    }
}

#[test]
fn loops_of_every_kind() {
    for body in [
        "for i, j { sum k { x[i, k] * x[k, j] } }",
        "for i { sum j { x[i, j] * x[i, j] } + i }",
        "sum i, j { i * x[i, j] }",
        "sum i, j { (x[i, j] + i) * (x[j, i] - j) }",
        "for i { prod j { x[i, j] + j } }",
        "for i < 2 { for j < 3 { if i == j { x[i, j] } else { x[j, i] + i } } }",
        "for i, j { if x[i, j] > 2 { x[i, j] * i } else { x[j, i] - j } }",
        "for i { for j { fold a = x[i, j], k < 2 { a * x[k, j] + k } } }",
        "x @ x[0] + x[1] @ x",
        "for i < 1 { sum j < 1 { x[i, j] * x[j, i] } }",
        "for i, j { 2 ** i * x[i, j] }",
        "sum i { (if i == 1 { x[i, 0] } else { 2 }) * x[0, i] } + sum i { i * x[i, i] }",
        "for i { sum j, k { (if j == i { x[i, j] } else { j }) * x[i, k] } }",
        "for i { sum j < 2 { (x[i, j] as field) * (x[j, i] as field) } }",
    ] {
        never_refused(&format!("circuit c(private x: i4[3, 3]) -> private y: _ {{ {body} }}"));
    }
}

#[test]
fn hints_in_loops() {
    never_refused(
        "fn halves(v: i6) -> _ {
            let q: i5 = hint div(v, 2);
            let r: bit = hint mod(v, 2);
            assert v == 2 * q + r;
            q
        }
        circuit c(private x: i6[2, 3]) -> private y: _ {
            for i, j { halves(x[i, j]) + sum k < 3 { halves.(x[i])[k] * k } }
        }",
    );
    // A hint whose type does not hold its value, in some elements.
    let runs = sometimes_refused(
        "fn small(v: i6) -> _ { let q: u5 = hint v; assert q == v; q }
        circuit c(private x: i6[3]) -> private y: _ { for i { small(x[i]) } }",
    );
    assert!(runs.iter().any(|r| r.refusals.len() > 1));
}

#[test]
fn tables_in_loops() {
    never_refused(
        "const T: i8[16] = for k { k * k - 7 * k };
        const S: i8[3, 16, 2] = for i, k, j { i + k - j };
        circuit c(private x: u4[3]) -> private y: _ {
            for i { T[x[i]] + sum j { S[i, x[j], j - j] * x[i] } + S[i, x[i]][1] }
        }",
    );
    sometimes_refused(
        "const T: i8[5] = [3, 1, 4, 1, 5];
        circuit c(private x: u3[3]) -> private y: _ { for i { T[narrow::<int<0..=4>>(x[i])] } }",
    );
}

#[test]
fn assertions_that_fail_in_loops() {
    for body in [
        "for i { assert x[i] < 7; }",
        "for i { assert x[i] < 7, \"too large\"; assert x[i] > -8; }",
        "for i { for j { assert x[i] + x[j] != 4; } }",
        "for i { if x[i] > 0 { assert_small(x[i]) } else { assert_small(-x[i] - 1) }; }",
        "assert (sum i { x[i] * x[i] }) < 90;",
        "for i { let y = narrow::<int<-8..=6>>(x[i]); assert y == x[i]; }",
        "for i { assert (x[i] - 7) as field != 0 as field; }",
        "assert_small.(x);",
        "assert (sum i { assert_small(x[i]) * x[i] }) < 90;",
        "for i { let y: i4[2] = reshape([[x[i]], [6]]); assert (maximum_of(y)) <= 6; }",
        "fold a = 0, i < 3 { assert x[i] <= 6; a + x[i] };",
    ] {
        sometimes_refused(&format!(
            "fn maximum_of(v: i4[2]) -> _ {{ #[nondet(\"any bound will do\")] let m: i4 = hint maximum(v); assert m >= v[0]; m }}
            fn assert_small(v: _) -> bit {{ assert v <= 6; true }}
            circuit c(private x: i4[3]) -> private y: _ {{ {body} x[0] }}"
        ));
    }
}

#[test]
fn the_next_run_begins_anew() {
    let p =
        project("circuit c(private x: u4[2]) -> public y: _ { for i { assert x[i] < 9; x[i] } }");
    let mut run = p.interpreter("c", &mut NoFiles).unwrap();
    let on = |x: [i64; 2]| [("x".to_string(), x.map(Int::from).to_vec())].into();
    assert_eq!(run.run(&on([9, 10]), &mut NoFiles).unwrap().refusals.len(), 2);
    let fine = run.run(&on([1, 2]), &mut NoFiles).unwrap();
    assert_eq!((fine.outputs, fine.refusals), (vec![vec![1.into(), 2.into()]], vec![]));
}
