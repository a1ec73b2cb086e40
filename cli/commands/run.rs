//! `zirc run`: everything for one input.

mod report;
mod unproved;

use crate::answer::Answer;
use crate::args::onnx::{FileOrInput, Seen, split};
use crate::args::{self, Effort, Rng, Seed};
use crate::assertion::assign_honest;
use crate::commands::{prove, setup};
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, io_words, must_be_folder, read_bytes, stem, write_bytes};
use crate::load::inputs::Values;
use crate::load::program::{Compiled, Program};
use crate::load::salt::{NewSalt, Salts};
use crate::show;
use crate::show::forecast::{announce, witness_room};
use crate::show::measure::timed;
use report::{Files, Ran};
use std::path::{Path, PathBuf};
use unproved::{Ready, Unproved};
use zirc_circuit::{Assignment, Circuit, Int};
use zirc_runtime::{
    Phase, PostedResult, Proven, ProvingKey, Receipt, Timings, Work, commit_model, silent,
    verify_file,
};

/// Compile, set up, prove and verify, all at once, and say what it costs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The keys are made on the spot and are fit for learning and testing: whoever makes keys could forge
proofs. Writes the proof, its receipt and the verifying key.

Examples:
  zirc run examples/digits
  zirc run examples/dot_product --circuit dot3 --out dot3-proof
  zirc run model.zirc --input other.json --json

With --no-proof, what an optimistic contract is told, and whether what it was told is right:
  zirc run examples/digits --no-proof --vk digits.vk
  zirc run examples/digits --no-proof --vk digits.vk --posted log.json")]
pub(crate) struct Args {
    #[command(flatten)]
    program: args::Program,
    /// The values of the inputs [default: input.json in the program's folder]; of an .onnx model
    /// also who sees them: public, private or committed
    #[arg(long, value_name = "FILE|WHO")]
    input: Vec<FileOrInput>,
    /// Where to write the proof, the receipt and the verifying key [default: zirc-out/CIRCUIT]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    effort: Effort,
    #[command(flatten)]
    salt: NewSalt,
    #[command(flatten)]
    seed: Seed,
    #[command(flatten)]
    unproved: Unproved,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let (mut program, values) = read(args)?;
    let name = choose(args, &mut program, &values)?;
    let out = args.out.clone().unwrap_or_else(|| Path::new("zirc-out").join(stem(&name)));
    must_be_folder(&out)?;
    let (compiled, compile_ms) = timed(|| program.compile(&name));
    let Compiled { circuit, warnings } = compiled?;
    let files = Files::in_folder(&out);
    // What somebody else has posted has no new commitment of ours.
    let kept = args.unproved.posted.is_some() || was_shown(&files, &circuit);
    program.folder.salts = if kept { args.salt.salts() } else { Salts::Made };
    if args.unproved.no_proof {
        witness_room(&circuit, &program.path, 0, args.effort.force)?;
        let (program, circuit, files) = (&mut program, &circuit, &files);
        let ready = Ready { program, values, circuit, warnings, files, out: &out };
        return unproved::run(&args.unproved, ready);
    }
    let circuit_bytes = circuit.encode().len();
    announce(&circuit, &program.path, Work::Both, args.effort.force)?;
    let inputs = values.bind(&circuit, &mut program.folder)?;
    let mut witness = Timings::default();
    let assignment = witness.run(Phase::Witness, || assign_honest(&circuit, &inputs))?;
    let fidelity = fidelity(&mut program, &circuit, &values, &assignment)?;
    drop((values, inputs));
    let (key, setup, proven) = proved(args, &program.path, &circuit, &assignment)?;
    let file = proven.to_file();
    let (verified, verify_ms) = timed(|| verify_file(key.verifying_key(), &file));
    verified.map_err(|e| Error::verify(&program.path, &e))?;
    let mut receipt = prove::checked(key.verifying_key(), &program.path, &file)?;
    receipt.notes.fidelity = fidelity;
    let proof_bytes = file.encode();
    let vk_bytes = key.verifying_key().encode();
    make_folder(&out)?;
    write_bytes(&files.verifying_key, &vk_bytes)?;
    write_bytes(&files.proof, &proof_bytes)?;
    write_bytes(&files.receipt, receipt.to_json().as_bytes())?;
    Ok(report::answer(&Ran {
        circuit: &circuit,
        program: &program.path,
        public: show::values::public(&circuit, &assignment),
        key_digest: key.verifying_key().digest(),
        model: receipt.model_commitment.clone(),
        warnings,
        circuit_bytes,
        proving_key_bytes: key.file_size(),
        verifying_key_bytes: vk_bytes.len(),
        proof_bytes: proof_bytes.len(),
        proof_size: zirc_runtime::proof::compress(&file.proof).len(),
        rows: key.domain_size(),
        compile_ms,
        witness: &witness,
        setup: &setup,
        prove: &proven.timings,
        verify_ms,
        profile: args.effort.profile,
        files: &files,
    }))
}

/// The program, and the values of its inputs.
fn read(args: &Args) -> Result<(Program, Values), Error> {
    let given: Vec<_> = args.input.iter().map(|i| i.0.clone()).collect();
    let (input, inputs) = split("--input", &given)?;
    let seen = Seen { inputs, ..Seen::default() };
    let program = Program::named(&args.program, &seen)?;
    let usual = program.folder.root().join("input.json");
    let mut values = Values::find(input.as_deref(), Some(&usual))?;
    values.rename(&program.renamed);
    Ok((program, values))
}

/// How near the values are to those of the float model, where there is one.
fn fidelity(
    program: &mut Program,
    circuit: &Circuit,
    values: &Values,
    assignment: &Assignment,
) -> Result<Option<String>, Error> {
    let Some(reference) = program.reference.take() else { return Ok(None) };
    reference.on_input(circuit, values, assignment, &mut program.folder)?;
    Ok(reference.fidelity())
}

/// The folder that results go to, which need not be there.
fn make_folder(out: &Path) -> Result<(), Error> {
    let words = |e: std::io::Error| Error::file(out, io_words(e.kind(), &e.to_string()));
    std::fs::create_dir_all(out).map_err(words)
}

/// Keys that are made on the spot, what that took, and a proof under them.
fn proved(
    args: &Args,
    path: &Path,
    circuit: &Circuit,
    assignment: &Assignment,
) -> Result<(ProvingKey, Timings, Proven), Error> {
    let rng: &mut Rng = &mut args.seed.rng();
    let (key, setup) = setup::keys(circuit, path, rng)?;
    let opening = circuit.has_model().then(|| {
        let made = commit_model(&key, circuit, assignment, rng, &mut silent);
        made.map_err(|e| Error::prove(path, &e))
    });
    let opening = opening.transpose()?;
    let proven = prove::proof(&key, path, circuit, assignment, opening.as_ref(), rng)?;
    Ok((key, setup, proven))
}

/// Whether a receipt or a result about this circuit is there: a commitment that was shown is not replaced in
/// silence.
fn was_shown(files: &Files, circuit: &Circuit) -> bool {
    let text = |path: &Path| {
        String::from_utf8(read_bytes(path, RECEIPT_LIMIT).unwrap_or_default()).unwrap_or_default()
    };
    let receipt = Receipt::from_json(&text(&files.receipt));
    let result = PostedResult::from_json(&text(&files.result)).map(|r| r.receipt);
    let digest = circuit.digest().to_string();
    receipt.into_iter().chain(result).any(|r| r.circuit_digest == digest)
}

/// The circuit that is meant: named, the only one, or the first whose inputs the values fit.
fn choose(args: &Args, program: &mut Program, values: &Values) -> Result<String, Error> {
    let all = program.project.circuits();
    if args.program.circuit.is_some() || all.len() < 2 {
        return program.choose(args.program.circuit.as_deref());
    }
    let mut fit: Vec<String> = vec![];
    program.folder.salts = Salts::Passing;
    for name in &all {
        // Warnings are shown later, for the one that is chosen.
        let compiled = program.project.compile(name, &mut program.folder)?;
        let bound: Result<Vec<Vec<Int>>, Error> =
            values.bind(&compiled.circuit, &mut program.folder);
        if bound.is_ok() {
            fit.push(name.clone());
        }
    }
    match fit.as_slice() {
        [] => program.choose(None),
        [one] => Ok(one.clone()),
        [one, others @ ..] => {
            let others = others.join(", ");
            show::stderr(&format!("note: running circuit {one}; the input also fits {others}"));
            Ok(one.clone())
        }
    }
}
