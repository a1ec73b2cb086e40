//! `zirc prove`: a proof for an input.

mod challenged;

use crate::answer::Answer;
use crate::args::{Effort, Rng, Seed, Source};
use crate::assertion::assign_honest;
use crate::commands::setup::load_zkey;
use crate::error::Error;
use crate::load::circuit::{Opened, open_to_write};
use crate::load::files::{
    RECEIPT_LIMIT, default_name, must_be_file, must_be_writable, read_bytes, same_file,
    starts_with, write_bytes,
};
use crate::load::inputs::Values;
use crate::load::salt::NewSalt;
use crate::show::forecast::announce;
use crate::show::measure::phases;
use crate::show::number::{bytes, millis};
use crate::show::profile::profile;
use crate::show::progress::Progress;
use crate::show::{line, values};
use challenged::Challenged;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::{Assignment, Circuit};
use zirc_runtime::machine::peak_memory;
use zirc_runtime::optimistic::Event;
use zirc_runtime::words::Named;
use zirc_runtime::{
    KeyFile, Opening, Phase, ProofFile, ProveError, ProveOptions, Proven, ProvingKey, Receipt,
    Timings, Validation, VerifyingKey, Work, ZKey, prove, prove_from, prove_with_zkey,
};

/// Make a proof for an input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An input file holds a tensor for each input, by name: .json, .npz, .safetensors, or .npy. The proof
file holds the public values, and nothing private.

Examples:
  zirc prove digits.circuit --pk digits.pk --input examples/digits/input.json -o digits.proof
  zirc prove digits.circuit --pk digits.pk --input input.json --receipt receipt.json

With --answer, also what to send to the optimistic contract that asks for the proof:
  zirc prove digits.circuit --pk digits.pk --input input.json --answer log.json")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The proving key, of ours or a .zkey of snarkjs
    #[arg(long, value_name = "FILE")]
    pk: PathBuf,
    /// The values of the inputs [default, for a program: input.json in its folder]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The file to write [default: the circuit's name, .proof]
    #[arg(short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write a receipt: the proof and what it says, as JSON
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// What opens the commitment to the circuit's model, as `zirc commit` wrote it
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
    /// Answer a challenge, the event of an optimistic contract as eth_getLogs gives it: prove that result or none,
    /// and say what to send
    #[arg(long, value_name = "LOG")]
    answer: Option<PathBuf>,
    /// Check every point of the proving key, for one that somebody else made
    #[arg(long)]
    check_key: bool,
    #[command(flatten)]
    effort: Effort,
    #[command(flatten)]
    salt: NewSalt,
    #[command(flatten)]
    seed: Seed,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let Ready { mut opened, input, output, opening } = ready(args)?;
    let forecast = announce(&opened.circuit, &opened.path, Work::Proof, args.effort.force)?;
    opened.folder.salts = args.salt.salts();
    let inputs = input.bind(&opened.circuit, &mut opened.folder)?;
    // Whoever has a wrong input hears so before a large key is read.
    let mut timings = Timings::default();
    let assignment = timings.run(Phase::Witness, || assign_honest(&opened.circuit, &inputs))?;
    let fidelity = opened.compare(&input, &assignment)?;
    drop((input, inputs));
    let (witness_ms, circuit) = (timings.total(), &opened.circuit);
    let mut key = timings.run(Phase::ReadKey, || Key::open(args, circuit))?;
    let model = opening.as_ref().map(Opening::commitment);
    let challenged = args.answer.as_deref().map(|log| {
        Challenged::read(log, key.verifying_key(), model, &assignment.public_inputs(circuit))
    });
    let challenged = challenged.transpose()?;
    let proven = with_progress(&args.pk, |progress| {
        let options = ProveOptions { check: false, opening: opening.as_ref() };
        let rng = &mut args.seed.rng();
        match &mut key {
            Key::Ours(key) => prove_from(key, circuit, &assignment, options, rng, progress),
            Key::Snarkjs(key) => prove_with_zkey(key, circuit, &assignment, options, rng, progress),
        }
    })?;
    let file = proven.to_file();
    let mut receipt = checked(key.verifying_key(), &args.pk, &file)?;
    receipt.notes.fidelity = fidelity;
    let answered = challenged.map(|c| c.answered(key.verifying_key(), &file, &output));
    let answered = answered.transpose()?;
    let encoded = file.encode();
    write_bytes(&output, &encoded)?;
    if let Some(path) = &args.receipt {
        write_bytes(path, receipt.to_json().as_bytes())?;
    }
    Ok(told(&Done {
        args,
        name: &circuit.signature.name,
        public: values::public(circuit, &assignment),
        output: &output,
        bytes: encoded.len(),
        receipt: &receipt,
        answered,
        proven: &proven,
        witness_ms,
        timings: timings.then(&proven.timings),
        forecast: json!(forecast),
    }))
}

/// What there is before anything is computed.
struct Ready {
    opened: Opened,
    input: Values,
    /// Where the proof goes.
    output: PathBuf,
    opening: Option<Opening>,
}

/// Reads what is small, and looks whether the files can be written.
fn ready(args: &Args) -> Result<Ready, Error> {
    let file = args.source.import.file(args.output.as_deref(), &args.source.path)?;
    let opened = open_to_write(&args.source)?;
    let output = file.unwrap_or_else(|| default_name(&opened.circuit.signature.name, "proof"));
    let mut input = Values::find(args.input.as_deref(), opened.usual_input.as_deref())?;
    input.rename(&opened.renamed);
    let mut read: Vec<&Path> = vec![&opened.path, &args.pk, &input.path];
    read.extend(args.opening.as_deref());
    read.extend(args.answer.as_deref());
    for path in std::iter::once(&output).chain(&args.receipt) {
        must_be_writable(path, &read)?;
    }
    if args.receipt.as_ref().is_some_and(|r| same_file(r, &output)) {
        return Err(Error::usage("the proof and the receipt need different files"));
    }
    let opening = args.opening.as_deref().map(open_commitment).transpose()?;
    match (&opening, opened.circuit.has_model()) {
        (None, true) => Err(no_opening()),
        (Some(_), false) => Err(Error::prove(&args.pk, &ProveError::NoModel)),
        _ => Ok(Ready { opened, input, output, opening }),
    }
}

/// Everything that was done.
struct Done<'a> {
    args: &'a Args,
    name: &'a str,
    public: Vec<Named>,
    output: &'a Path,
    /// Of the proof file.
    bytes: usize,
    receipt: &'a Receipt,
    /// The answer to a challenge, for people and for machines.
    answered: Option<(String, Value)>,
    proven: &'a Proven,
    witness_ms: f64,
    timings: Timings,
    forecast: Value,
}

/// What is said of it.
fn told(done: &Done<'_>) -> Answer {
    let Done { args, receipt, proven, .. } = done;
    let ms = proven.timings.total();
    let mut text = format!(
        "{}: proved in {} (witness {})\n\npublic values\n{}\nproof    {} ({})\n",
        line(done.name),
        millis(ms),
        millis(done.witness_ms),
        Named::to_text(&done.public),
        done.output.display(),
        bytes(done.bytes as u64),
    );
    text.push_str(&model_line(receipt));
    if let Some(path) = &args.receipt {
        text.push_str(&format!("receipt  {}\n", path.display()));
    }
    let (said, answer) = done.answered.as_ref().map(|(text, json)| (text.as_str(), json)).unzip();
    text.push_str(said.unwrap_or_default());
    if args.effort.profile {
        text.push_str(&format!("\n{}", profile("profile", &done.timings)));
    }
    let json = json!({
        "circuit": done.name,
        "digest": proven.circuit.to_string(),
        "verifying_key_digest": proven.verifying_key.to_string(),
        "public": Named::to_json(&done.public),
        "model_commitment": receipt.model_commitment,
        "proof": { "file": done.output.display().to_string(), "bytes": done.bytes },
        "receipt": args.receipt.as_ref().map(|p| p.display().to_string()),
        "answer": answer,
        "witness_ms": done.witness_ms,
        "prove_ms": ms,
        "phases": phases(&done.timings),
        "peak_memory_bytes": peak_memory(),
        "forecast": done.forecast,
    });
    Answer::yes(text, json)
}

/// A proving key.
enum Key {
    Ours(Box<KeyFile>),
    Snarkjs(Box<ZKey>),
}

impl Key {
    /// Opens whichever it is. That of snarkjs is always checked whole.
    fn open(args: &Args, circuit: &Circuit) -> Result<Key, Error> {
        must_be_file(&args.pk)?;
        if starts_with(&args.pk, b"zkey")? {
            return Ok(Key::Snarkjs(Box::new(load_zkey(&args.pk, circuit)?)));
        }
        Ok(Key::Ours(Box::new(open_key(&args.pk, args.check_key)?)))
    }

    fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Key::Ours(key) => key.verifying_key(),
            Key::Snarkjs(key) => key.verifying_key(),
        }
    }
}

/// Reads what an optimistic contract says on the chain.
pub(crate) fn open_event(path: &Path) -> Result<Event, Error> {
    let bytes = read_bytes(path, RECEIPT_LIMIT).map_err(|e| Error::file(path, e))?;
    let text = String::from_utf8(bytes).map_err(|_| Error::file(path, "not UTF-8"))?;
    Event::from_json(&text).map_err(|e| Error::file(path, e))
}

/// Reads what opens a model's commitment.
pub(crate) fn open_commitment(path: &Path) -> Result<Opening, Error> {
    must_be_file(path)?;
    Opening::load(path).map_err(|e| Error::zirc_file(path, &e))
}

fn no_opening() -> Error {
    let message = "the circuit has a model: a proof needs the opening of its commitment".into();
    let help = Some("make it with `zirc commit`, and name it with --opening".into());
    Error::Usage { message, help }
}

/// The commitment to the model that a proof is about, in one line.
pub(crate) fn model_line(receipt: &Receipt) -> String {
    let line = |c: &String| format!("model    {c}\n");
    receipt.model_commitment.as_ref().map(line).unwrap_or_default()
}

pub(crate) fn open_key(path: &Path, full: bool) -> Result<KeyFile, Error> {
    must_be_file(path)?;
    let progress = Progress::spinner("reading the proving key");
    let validation = if full { Validation::Full } else { Validation::Canonical };
    let key = KeyFile::open(path, validation).map_err(|e| Error::zirc_file(path, &e));
    drop(progress);
    key
}

/// Makes a proof by a key in memory. The assignment has been checked.
pub(crate) fn proof(
    key: &ProvingKey,
    path: &Path,
    circuit: &Circuit,
    assignment: &Assignment,
    opening: Option<&Opening>,
    rng: &mut Rng,
) -> Result<Proven, Error> {
    let options = ProveOptions { check: false, opening };
    with_progress(path, |progress| prove(key, circuit, assignment, options, rng, progress))
}

/// Makes a proof by the key of a file, with signs of life.
fn with_progress(
    path: &Path,
    prove: impl FnOnce(&mut dyn FnMut(Phase)) -> Result<Proven, ProveError>,
) -> Result<Proven, Error> {
    let progress = Progress::spinner("prove");
    prove(&mut |p| progress.phase(p)).map_err(|e| Error::prove(path, &e))
}

/// Verifies a proof that was just made: with a proving key that was made up it would not, and
/// nothing is written then.
pub(crate) fn checked(key: &VerifyingKey, path: &Path, file: &ProofFile) -> Result<Receipt, Error> {
    let wrong = |e: String| {
        Error::file(path, format!("proofs made with this key do not verify ({e}): a wrong key"))
    };
    Receipt::new(key, file).map_err(|e| wrong(e.to_string()))
}
