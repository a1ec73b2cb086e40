//! Many programs, one after the other, and what was found.

use crate::generate::program;
use crate::judge::{Judged, Subject, judge};
use crate::program::Program;
use crate::shrink::shrink;
use std::collections::BTreeMap;

/// Codes with which the compiler admits a bug.
const BUGS: &[&str] = &["E0900", "E0902", "E0904"];

/// A range of seeds.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// Of the first program.
    pub seed: u64,
    /// How many programs.
    pub programs: u64,
    /// Stop at so many findings.
    pub most: usize,
}

/// A program on which something is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// It makes the program again.
    pub seed: u64,
    /// How many programs were tried until then.
    pub after: u64,
    /// What is wrong.
    pub fault: String,
    /// The smallest program that was found to fail as well.
    pub program: Program,
}

/// What a campaign did.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Programs compiled.
    pub accepted: u64,
    /// Programs refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Statements of each kind in programs that were compiled.
    pub features: BTreeMap<&'static str, u64>,
    /// Inputs that programs accept, and assignments that may be dishonest.
    pub honest: usize,
    /// Assignments of circuits that were held against the program.
    pub dishonest: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Campaign {
    /// Runs it; `progress` is told the number of programs so far.
    pub fn run(&self, subject: &dyn Subject, progress: &mut dyn FnMut(u64, &Tally)) -> Tally {
        let mut tally = Tally::default();
        for k in 0..self.programs {
            let seed = self.seed.wrapping_add(k);
            let p = program(seed);
            if let Some(fault) = tally.one(subject, &p, seed) {
                let fails = |q: &Program| fault_of(subject, q, seed).is_some();
                let small = shrink(&p, &fails);
                let fault = fault_of(subject, &small, seed).unwrap_or(fault);
                tally.findings.push(Finding { seed, after: k + 1, fault, program: small });
            }
            progress(k + 1, &tally);
            if tally.findings.len() >= self.most {
                break;
            }
        }
        tally
    }
}

impl Tally {
    fn one(&mut self, subject: &dyn Subject, p: &Program, seed: u64) -> Option<String> {
        match subject.load(&p.text()) {
            Err(refused) => {
                let code = refused.codes.first().cloned().unwrap_or_default();
                let bug = BUGS.contains(&code.as_str());
                *self.refused.entry(code).or_default() += 1;
                bug.then_some(refused.message)
            }
            Ok(case) => {
                let Judged { dishonest, honest, fault } = judge(&case, p, seed);
                self.accepted += 1;
                self.honest += honest;
                self.dishonest += dishonest;
                if case.committed.has_challenges() {
                    *self.features.entry("commitment round").or_default() += 1;
                }
                if case.packed.is_some() {
                    *self.features.entry("packed products").or_default() += 1;
                }
                p.features.iter().for_each(|f| *self.features.entry(f).or_default() += 1);
                fault
            }
        }
    }

    /// Adds what another campaign did.
    pub fn add(&mut self, other: Tally) {
        self.accepted += other.accepted;
        self.honest += other.honest;
        self.dishonest += other.dishonest;
        other.refused.into_iter().for_each(|(c, n)| *self.refused.entry(c).or_default() += n);
        other.features.into_iter().for_each(|(f, n)| *self.features.entry(f).or_default() += n);
        self.findings.extend(other.findings);
    }

    /// Share of programs that were compiled.
    #[must_use]
    pub fn acceptance(&self) -> f64 {
        let refused: u64 = self.refused.values().sum();
        self.accepted as f64 / (self.accepted + refused).max(1) as f64
    }
}

/// What is wrong with a program, if anything.
fn fault_of(subject: &dyn Subject, p: &Program, seed: u64) -> Option<String> {
    Tally::default().one(subject, p, seed)
}
