//! The command line's grammar.

pub(crate) mod onnx;
mod outputs;

use crate::commands;
use clap::{Parser, Subcommand};
use rand::rngs::{OsRng, StdRng};
use rand::{CryptoRng, RngCore, SeedableRng};
use std::path::PathBuf;
use zirc_compiler::{Mode, Products, Public, Strategy};

/// Proofs that a neural network, or any other arithmetic, was computed as claimed.
#[derive(Debug, Parser)]
#[command(
    name = "zirc",
    version,
    about = "Proofs that a neural network, or any other arithmetic, was computed as claimed",
    after_help = "\
Examples:
  zirc new first                           a folder to begin with
  zirc run examples/digits                 everything for one input
  zirc test examples/relu                  the tests in a program
  zirc inspect examples/digits             what costs
  zirc run examples/onnx/mlp               the same for an ONNX model

  zirc compile examples/digits -o digits.circuit
  zirc setup digits.circuit --pk digits.pk --vk digits.vk
  zirc prove digits.circuit --pk digits.pk --input examples/digits/input.json -o digits.proof
  zirc verify digits.proof --vk digits.vk

Exit codes: 0 accepted, 1 rejected (a proof that does not verify, an assertion that fails, a test
that fails), 2 bad input or usage."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print one JSON object on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Allow so many times the work and memory that compiling a circuit may take by default
    #[arg(long, global = true, value_name = "FACTOR", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) budget: u32,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(commands::new::Args),
    Run(commands::run::Args),
    Import(commands::import::Args),
    Check(commands::check::Args),
    Fmt(commands::fmt::Args),
    Doc(commands::doc::Args),
    Audit(commands::audit::Args),
    Compile(commands::compile::Args),
    Inspect(commands::inspect::Args),
    Explain(commands::explain::Args),
    Diff(commands::diff::Args),
    Setup(commands::setup::Args),
    Ceremony(commands::ceremony::Args),
    Commit(commands::commit::Args),
    Witness(commands::witness::Args),
    Prove(commands::prove::Args),
    Verify(commands::verify::Args),
    Break(commands::break_receipt::Args),
    Test(commands::test::Args),
    Eval(commands::eval::Args),
    Compare(commands::compare::Args),

    Export(commands::export::Args),
    CalibrateCost(commands::calibrate_cost::Args),
}

impl Command {
    /// As typed.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::New(_) => "new",
            Command::Run(_) => "run",
            Command::Import(_) => "import",
            Command::Check(_) => "check",
            Command::Fmt(_) => "fmt",
            Command::Doc(_) => "doc",
            Command::Audit(_) => "audit",
            Command::Compile(_) => "compile",
            Command::Inspect(_) => "inspect",
            Command::Explain(_) => "explain",
            Command::Diff(_) => "diff",
            Command::Setup(_) => "setup",
            Command::Ceremony(_) => "ceremony",
            Command::Commit(_) => "commit",
            Command::Witness(_) => "witness",
            Command::Prove(_) => "prove",
            Command::Verify(_) => "verify",
            Command::Break(_) => "break",
            Command::Test(_) => "test",
            Command::Eval(_) => "eval",
            Command::Compare(_) => "compare",

            Command::Export(_) => "export",
            Command::CalibrateCost(_) => "calibrate-cost",
        }
    }
}

/// A program, and which of its circuits.
#[derive(Debug, clap::Args)]
pub(crate) struct Program {
    /// A .zirc file or an .onnx model, or a folder with model.zirc or a single such file in it
    #[arg(value_name = "DIR|FILE")]
    pub(crate) program: PathBuf,
    /// Which circuit of the program
    #[arg(long, value_name = "NAME")]
    pub(crate) circuit: Option<String>,
    #[command(flatten)]
    pub(crate) lowering: Lowering,
    #[command(flatten)]
    pub(crate) import: onnx::Import,
}

/// A circuit: compiled, or a program.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Source {
    /// A circuit file, or a program (a .zirc file, an .onnx model or its folder), which is then
    /// compiled
    #[arg(value_name = "CIRCUIT")]
    pub(crate) path: PathBuf,
    /// Which circuit of the program
    #[arg(long, value_name = "NAME")]
    pub(crate) circuit: Option<String>,
    #[command(flatten)]
    pub(crate) lowering: Lowering,
    #[command(flatten)]
    pub(crate) import: onnx::Import,
}

/// How what must hold becomes constraints; values are the same whichever is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Lowering {
    /// The proof system: groth16 (proofs of 128 bytes, for every tool that knows it), groth16-commit
    /// (160 bytes; a commitment round gives lookups in place of digits), or auto, which takes the one
    /// that is predicted to prove faster [default: groth16]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub(crate) mode: Option<Mode>,
    /// How every lookup becomes constraints, where that applies, in place of the cheapest:
    /// interpolation, monomials or two-level
    #[arg(long, value_name = "STRATEGY", value_parser = strategy)]
    pub(crate) lookup: Option<Strategy>,
    /// How sums of products of two unknowns become constraints, where that applies, in place of the
    /// cheapest: single (each product), packed (several sums in one number) or random (at a random
    /// point, with a commitment round)
    #[arg(long, value_name = "STRATEGY")]
    pub(crate) products: Option<Products>,
    /// How the verifier is told public values, with a commitment round: plain (an instance variable
    /// each, which costs a contract 6,150 gas) or carried (one for all, and a constraint each); by
    /// default carried where that adds less than a tenth of the constraints
    #[arg(long, value_name = "WAY")]
    pub(crate) public: Option<Public>,
}

pub(crate) fn mode(name: &str) -> Result<Mode, String> {
    let all = [Mode::Groth16, Mode::Commit, Mode::Auto];
    all.into_iter()
        .find(|m| m.name() == name)
        .ok_or("expected groth16, groth16-commit or auto".into())
}

fn strategy(name: &str) -> Result<Strategy, String> {
    let found = Strategy::ALL.into_iter().find(|s| s.name() == name);
    found.ok_or("expected interpolation, monomials or two-level".into())
}

/// What to say and to dare before and after long work.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Effort {
    /// Show where time and memory went
    #[arg(long)]
    pub(crate) profile: bool,
    /// Begin even if memory is predicted not to suffice
    #[arg(long)]
    pub(crate) force: bool,
}

/// What to dare where there is no proof.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Force {
    /// Begin even if memory is predicted not to suffice
    #[arg(long)]
    pub(crate) force: bool,
}

/// Where randomness comes from.
#[derive(Debug, clap::Args)]
pub(crate) struct Seed {
    /// INSECURE, for tests only: the same random numbers on every run. Whoever knows the seed can
    /// forge proofs under the keys, and see through the proofs
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl Seed {
    /// Whether one is given: who can read what was made with it can guess the rest.
    pub(crate) fn is_given(&self) -> bool {
        self.seed.is_some()
    }

    /// The operating system's random numbers, unless a seed is given.
    pub(crate) fn rng(&self) -> Rng {
        match self.seed {
            None => Rng::System,
            Some(n) => Rng::Seeded(Box::new(StdRng::seed_from_u64(n))),
        }
    }
}

/// Random numbers.
#[derive(Debug)]
pub(crate) enum Rng {
    /// The operating system's.
    System,
    /// The same on every run.
    Seeded(Box<StdRng>),
}

impl RngCore for Rng {
    fn next_u32(&mut self) -> u32 {
        match self {
            Rng::System => OsRng.next_u32(),
            Rng::Seeded(r) => r.next_u32(),
        }
    }

    fn next_u64(&mut self) -> u64 {
        match self {
            Rng::System => OsRng.next_u64(),
            Rng::Seeded(r) => r.next_u64(),
        }
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        match self {
            Rng::System => OsRng.fill_bytes(out),
            Rng::Seeded(r) => r.fill_bytes(out),
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand::Error> {
        match self {
            Rng::System => OsRng.try_fill_bytes(out),
            Rng::Seeded(r) => r.try_fill_bytes(out),
        }
    }
}

impl CryptoRng for Rng {}
