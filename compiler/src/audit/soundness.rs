//! Random systems: what the lemmas call determined has one value for every input that is tried.

use super::engine::Engine;
use super::form::Var;
use super::fuel::Fuel;
use super::modulus::Real;
use super::search::{Found, search};
use super::system::Role;
use super::testing::Build;
use crate::budget::Budget;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn coefficient(&mut self) -> i64 {
        [1, -1, 1, -1, 2, -2, 3, 4][self.below(8) as usize]
    }

    fn terms(&mut self, all: &[Var], most: u64) -> Vec<(Var, i64)> {
        let n = 1 + self.below(most);
        let mut out: Vec<(Var, i64)> = vec![];
        for _ in 0..n {
            let v = all[self.below(all.len() as u64) as usize];
            if out.iter().all(|t| t.0 != v) {
                out.push((v, self.coefficient()));
            }
        }
        out
    }
}

/// A few small arguments, some hints, most of them in small ranges, and a few constraints.
fn system(r: &mut Random) -> Build {
    let mut b = Build::default();
    let mut all = vec![];
    for _ in 0..1 + r.below(2) {
        all.push(b.given(-(r.below(2) as i64), 1 + r.below(3) as i64));
    }
    let mut hints = vec![];
    for _ in 0..1 + r.below(4) {
        let v = b.hint();
        if r.below(8) > 0 {
            b.range(
                &[(v, 1)],
                0,
                -(r.below(3) as i64 / 2),
                [1, 1, 1, 2, 3, 7][r.below(6) as usize],
            );
        }
        hints.push(v);
        all.push(v);
    }
    if hints.len() > 1 && r.below(3) == 0 {
        let sum: Vec<_> = hints.iter().map(|v| (*v, 1)).collect();
        b.zero(&sum, -1);
    }
    for _ in 0..1 + r.below(4) {
        let constant = r.below(4) as i64 - 1;
        match r.below(6) {
            0 | 1 => {
                let f = r.terms(&all, 4);
                b.zero(&f, constant);
            }
            2 | 3 => {
                let (x, y) = (r.terms(&all, 2), r.terms(&all, 2));
                let z = if r.below(3) == 0 { vec![] } else { r.terms(&all, 2) };
                let shift = r.below(3) as i64 - 1;
                b.product((&x, shift), (&y, 0), (&z, if r.below(2) == 0 { 0 } else { constant }));
            }
            4 => {
                let z = b.other();
                let (x, y) = (r.terms(&all, 2), r.terms(&all, 2));
                b.product((&x, 0), (&y, constant), (&[(z, 1)], 0));
                let mut f = r.terms(&all, 2);
                f.push((z, r.coefficient()));
                b.range(&f, constant, 0, 1 + r.below(9) as i64);
            }
            _ => {
                let f = r.terms(&all, 3);
                b.range(&f, constant, 0, 1 + r.below(6) as i64);
            }
        }
    }
    b
}

#[test]
fn what_is_called_determined_has_one_value() {
    let mut r = Random(0x1234_5678_9abc_def1);
    let (mut claims, mut whole, mut refuted) = (0, 0, 0);
    for round in 0..20_000 {
        let mut system = system(&mut r).system;
        system.finish();
        let fuel = Fuel::new(Budget::default());
        let mut e = Engine::new(&system, &fuel);
        e.run();
        let is_hint = |v: &Var| system.variables[*v as usize].role == Role::Target;
        let hints: Vec<Var> = (0..system.variables.len() as Var).filter(is_hint).collect();
        let shown: Vec<Var> = hints.iter().copied().filter(|v| e.determined[*v as usize]).collect();
        claims += shown.len();
        whole += usize::from(shown.len() == hints.len());
        if !shown.is_empty() {
            let found = search(&system, Real, &shown, 4000);
            let steps: Vec<_> = e.proofs.iter().map(|p| (p.lemma, &p.variables)).collect();
            assert!(
                !matches!(found, Found::Two(_)),
                "round {round}: {steps:?} {:?} {found:?}",
                system.constraints.iter().map(|c| &c.kind).collect::<Vec<_>>()
            );
        }
        if shown.len() < hints.len() {
            let left: Vec<Var> = hints.into_iter().filter(|v| !shown.contains(v)).collect();
            refuted += usize::from(matches!(search(&system, Real, &left, 4000), Found::Two(_)));
        }
    }
    // The systems are neither trivial nor hopeless.
    assert!(claims > 2000 && whole > 500 && refuted > 500, "{claims} {whole} {refuted}");
}
