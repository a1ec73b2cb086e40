//! `zirc ceremony`: keys that several parties make together, none of whom has to be trusted by all.

mod contribute;
mod finish;
mod start;
mod verify;
mod words;

use crate::answer::Answer;
use crate::args::{Lowering, Rng, Source, onnx};
use crate::error::Error;
use crate::load::circuit::{Opened, open};
use crate::load::files::{must_be_file, starts_with};
use crate::show::progress::Progress;
use std::path::{Path, PathBuf};
pub(crate) use words::counted;
use words::{beacon, hex, named};
use zirc_circuit::Circuit;
use zirc_runtime::ceremony::Contributor;
use zirc_runtime::{
    Ceremony, CeremonyError, ProvingKey, SetupError, SnarkjsError, VerifyingKey, ZKey,
    phase1_log_rows,
};

/// Make keys by contributions of several parties, of whom one honest one is enough
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A first phase that many took part in gives the secret numbers that no circuit is in. Whoever contributes to the
second one multiplies those of the circuit by numbers of their own, which are forgotten. Nobody can forge proofs
unless all who contributed kept theirs.

In plain Groth16 the file is a .zkey, to which snarkjs can contribute as well; a name that ends in .ceremony, and
every circuit with commitments, has a form of zirc's own.

Examples:
  zirc ceremony start digits.circuit --ptau pot.ptau -o digits_0.zkey
  zirc ceremony contribute digits_0.zkey -o digits_1.zkey --name \"Ada\"
  zirc ceremony contribute digits_1.zkey -o digits_2.zkey --name beacon --beacon 6ef9… --iterations 16
  zirc ceremony verify digits_2.zkey --circuit digits.circuit --ptau pot.ptau
  zirc ceremony finish digits_2.zkey --circuit digits.circuit --ptau pot.ptau --vk digits.vk")]
pub(crate) struct Args {
    #[command(subcommand)]
    step: Step,
}

/// The steps of a ceremony.
#[derive(Debug, clap::Subcommand)]
enum Step {
    Start(start::Args),
    Contribute(contribute::Args),
    Verify(verify::Args),
    Finish(finish::Args),
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    match &args.step {
        Step::Start(args) => start::run(args),
        Step::Contribute(args) => contribute::run(args),
        Step::Verify(args) => verify::run(args),
        Step::Finish(args) => finish::run(args),
    }
}

/// What a ceremony is verified against.
#[derive(Debug, clap::Args)]
struct Against {
    /// The ceremony's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The circuit: its file, or a program, which is then compiled
    #[arg(long, value_name = "CIRCUIT")]
    circuit: PathBuf,
    /// The first phase that it began with
    #[arg(long, value_name = "FILE")]
    ptau: PathBuf,
    #[command(flatten)]
    lowering: Lowering,
    #[command(flatten)]
    import: onnx::Import,
    #[command(flatten)]
    force: crate::args::Force,
}

impl Against {
    fn open(&self) -> Result<Opened, Error> {
        let (path, import) = (self.circuit.clone(), self.import.clone());
        open(&Source { path, circuit: None, lowering: self.lowering, import })
    }
}

/// A ceremony in which everything was found right.
struct Verified {
    contributors: Vec<Contributor>,
    keys: Keys,
}

/// The keys that it gives.
enum Keys {
    /// In zirc's own form.
    Own(Box<ProvingKey>),
    /// The file itself.
    ZKey(Box<ZKey>),
}

impl Keys {
    fn verifying(&self) -> &VerifyingKey {
        match self {
            Keys::Own(key) => key.verifying_key(),
            Keys::ZKey(key) => key.verifying_key(),
        }
    }
}

/// Whether a file is a `.zkey`.
fn is_zkey(path: &Path) -> Result<bool, Error> {
    must_be_file(path)?;
    starts_with(path, b"zkey")
}

fn has_commitments(circuit: &Circuit) -> bool {
    let layout = circuit.layout();
    layout.num_challenges > 0 || layout.num_model > 0
}

/// Verifies a ceremony, whatever its form.
fn verified(against: &Against, opened: &Opened) -> Result<Verified, Error> {
    let (file, circuit) = (against.file.as_path(), &opened.circuit);
    let mut rng = Rng::System;
    let refused = |e: CeremonyError| {
        of_beginning(&e, &against.ptau, &opened.path).unwrap_or_else(|| Error::ceremony(file, &e))
    };
    if is_zkey(file)? {
        let log = ZKey::log_rows(circuit).map_err(|e| Error::snarkjs(&opened.path, &e))?;
        let key = {
            let _progress = Progress::spinner("reading the ceremony");
            ZKey::load(file, circuit, &mut rng).map_err(|e| refused(e.into()))?
        };
        let phase1 = super::setup::phase1(&against.ptau, log, &mut rng)?;
        let _progress = Progress::spinner("verifying the ceremony");
        key.verify_with(circuit, &phase1, &mut rng).map_err(|e| refused(e.into()))?;
        return Ok(Verified { contributors: key.contributors(), keys: Keys::ZKey(Box::new(key)) });
    }
    let ceremony = {
        let _progress = Progress::spinner("reading the ceremony");
        Ceremony::load(file).map_err(refused)?
    };
    let log = phase1_log_rows(circuit, &mut rng).map_err(|e| Error::file(&opened.path, e))?;
    let phase1 = super::setup::phase1(&against.ptau, log, &mut rng)?;
    let progress = Progress::spinner("verifying the ceremony");
    let made = ceremony.finish(circuit, &phase1, &mut rng, &mut |p| progress.phase(p));
    let (key, _) = made.map_err(refused)?;
    Ok(Verified { contributors: ceremony.contributors(), keys: Keys::Own(Box::new(key)) })
}

/// What is not the ceremony's fault, but the first phase's or the circuit's.
fn of_beginning(e: &CeremonyError, ptau: &Path, circuit: &Path) -> Option<Error> {
    match e {
        CeremonyError::Setup(e @ SetupError::KnownSecrets) => Some(Error::file(ptau, e)),
        CeremonyError::Setup(e) => Some(Error::file(circuit, e)),
        CeremonyError::Snarkjs(e @ SnarkjsError::TooSmall { .. }) => Some(Error::snarkjs(ptau, e)),
        _ => None,
    }
}
