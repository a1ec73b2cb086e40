//! Statements that are false, proved by a prover who skips the checks of the witness program: the
//! verifier refuses each.
//!
//! All programs are of the kind in which a constraint was once lost between the program and the
//! proof: one tensor of digits stands in the decompositions of several values.

use rand::SeedableRng;
use rand::rngs::StdRng;
use zirc_circuit::{AssignError, Circuit, ForgeMode, Int, assign, assign_with};
use zirc_compiler::{NoFiles, Project};
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify};

struct Case {
    what: &'static str,
    program: &'static str,
    /// Inputs for which every assertion holds, port by port.
    holds: &'static [&'static [i64]],
    /// Inputs for which one does not.
    fails: &'static [&'static [i64]],
}

const CASES: &[Case] = &[
    Case {
        what: "the digits of u are asserted to be those of v",
        program: "circuit c(private u: u8, private v: u8) -> (public a: _, public b: _) {
            let d = bits::<8>(u);
            assert v == sum i < 8 { 2 ** i * d[i] };
            (u, v)
        }",
        holds: &[&[5], &[5]],
        fails: &[&[5], &[9]],
    },
    Case {
        what: "digits of one hint recompose two public values",
        program: "circuit c(public u: u8, public v: u8) {
            let b: bit[8] = hint to_bits(u);
            assert u == sum i < 8 { 2 ** i * b[i] };
            assert v == sum i < 8 { 2 ** i * b[i] };
        }",
        holds: &[&[200], &[200]],
        fails: &[&[200], &[201]],
    },
    Case {
        what: "two hints, each of which recomposes both values",
        program: "circuit c(public u: u8, public v: u8) -> public o: _ {
            let b: bit[8] = hint to_bits(u);
            assert u == sum i < 8 { 2 ** i * b[i] };
            let c: bit[8] = hint to_bits(u);
            assert u == sum i < 8 { 2 ** i * c[i] };
            assert v == sum i < 8 { 2 ** i * c[i] };
            assert v == sum i < 8 { 2 ** i * b[i] };
            b[0] + 2 * c[1]
        }",
        holds: &[&[77], &[77]],
        fails: &[&[77], &[78]],
    },
    Case {
        what: "three values in a chain, with fewer digits in the middle",
        program: "circuit c(private u: u8, private v: u4, private w: u8) -> (public a: _, public b: _) {
            let b: bit[8] = hint to_bits(u);
            assert u == sum i < 8 { 2 ** i * b[i] };
            assert v == sum i < 4 { 2 ** i * b[i] };
            let e: bit[4] = hint to_bits(v);
            assert v == sum i < 4 { 2 ** i * e[i] };
            assert w == sum i < 8 { 2 ** i * b[i] };
            (u, w)
        }",
        holds: &[&[9], &[9], &[9]],
        fails: &[&[9], &[9], &[25]],
    },
    Case {
        what: "rows of a tensor, each equal to a row of another",
        program: "circuit c(private u: u4[3], private v: u4[3]) -> (public a: _, public b: _) {
            let b: bit[3, 4] = hint for i { to_bits(u[i]) };
            for i { assert u[i] == sum j < 4 { 2 ** j * b[i, j] }; }
            for i { assert v[i] == sum j < 4 { 2 ** j * b[i, j] }; }
            (sum i { u[i] }, sum i { v[i] })
        }",
        holds: &[&[1, 2, 15], &[1, 2, 15]],
        fails: &[&[1, 2, 15], &[1, 3, 15]],
    },
    Case {
        what: "products of one pair of factors that are asserted to be different variables",
        program: "circuit c(private x: u4, private y: u4, private z: u8, private w: u8) -> (public a: _, public b: _) {
            assert x * y == z;
            assert x * y == w;
            (z, w)
        }",
        holds: &[&[3], &[5], &[15], &[15]],
        fails: &[&[3], &[5], &[15], &[16]],
    },
    Case {
        what: "a value that relu, rounding and a comparison take apart",
        program: "circuit c(private x: i8, private n: u8) -> (public y: _, public m: _) {
            let y = relu(x);
            let b: bit[8] = hint to_bits(n);
            assert n == sum i < 8 { 2 ** i * b[i] };
            assert raw(x) + 128 == sum i < 8 { 2 ** i * b[i] };
            (y, n)
        }",
        holds: &[&[-3], &[125]],
        fails: &[&[-3], &[126]],
    },
];

fn circuit(c: &Case) -> Circuit {
    let project = Project::load("c.zirc", c.program, &mut NoFiles).expect(c.what);
    project.compile("c", &mut NoFiles).unwrap_or_else(|r| panic!("{}: {r:?}", c.what)).circuit
}

fn values(ports: &[&[i64]]) -> Vec<Vec<Int>> {
    ports.iter().map(|p| p.iter().map(|&v| Int::from(v)).collect()).collect()
}

#[test]
fn false_statements_are_refused_by_the_verifier() {
    for c in CASES {
        let circuit = circuit(c);
        let mut rng = StdRng::seed_from_u64(7);
        let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        let vk = key.verifying_key();
        let options = ProveOptions::default();
        // The honest prover is believed, and is told when there is nothing to prove.
        let honest = assign(&circuit, &values(c.holds)).expect(c.what);
        let proven = prove(&key, &circuit, &honest, options, &mut rng, &mut silent).unwrap();
        assert_eq!(verify(vk, &proven.public, &proven.proof), Ok(()), "{}", c.what);
        let told = assign(&circuit, &values(c.fails)).unwrap_err();
        assert!(matches!(told, AssignError::Check { .. }), "{}: {told}", c.what);
        // One who goes on regardless has nothing that verifies.
        let forged =
            assign_with(&circuit, &values(c.fails), &[], ForgeMode::Propagate).expect(c.what);
        let refused = match prove(&key, &circuit, &forged, options, &mut rng, &mut silent) {
            Ok(proven) => verify(vk, &proven.public, &proven.proof).is_err(),
            Err(_) => true,
        };
        assert!(refused, "{}: a proof of a false statement verifies", c.what);
    }
}
