//! `zirc commit`: the commitment to a model or an input, before any proof.

mod hashed;

use super::prove::open_key;
use crate::answer::Answer;
use crate::args::{Seed, Source};
use crate::error::Error;
use crate::load::circuit::open_to_write;
use crate::load::files::{default_name, must_be_writable, write_secret};
use crate::load::inputs::Values;
use crate::show::clean;
use crate::show::progress::Progress;
use serde_json::json;
use std::path::PathBuf;
use zirc_circuit::{Circuit, assign_model};
use zirc_runtime::commit_model_from;

/// Commit to the `committed` parameters of a circuit: what every proof about them will name
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In plain Groth16 each of them has a hash, which is printed: Poseidon of its values and of a salt. The salt
is made if there is none yet, beside the program, and is as secret as the values; nobody but you needs it.

With a commitment round all of them are one commitment beside the proof, under a key. The opening is as
secret as the weights, and proofs about the model need it: keep it with them. Publish the commitment.

Examples:
  zirc commit examples/score
  zirc commit model.circuit --pk model.pk --input weights.safetensors -o model.opening
  zirc prove model.circuit --pk model.pk --input input.json --opening model.opening
  zirc verify model.proof --vk model.vk --model COMMITMENT")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The proving key, for circuits with a commitment round
    #[arg(long, value_name = "FILE")]
    pk: Option<PathBuf>,
    /// The values of the committed parameters [default: the files that the program binds them to]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The file to write [default: the circuit's name, .opening]
    #[arg(short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// Check every point of the proving key, for one that somebody else made
    #[arg(long)]
    check_key: bool,
    #[command(flatten)]
    seed: Seed,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let file = args.source.import.file(args.output.as_deref(), &args.source.path)?;
    let mut opened = open_to_write(&args.source)?;
    let name = opened.circuit.signature.name.clone();
    let output = file.unwrap_or_else(|| default_name(&name, "opening"));
    let mut input = Values::find(args.input.as_deref(), opened.usual_input.as_deref())?;
    input.rename(&opened.renamed);
    if !opened.circuit.has_model() && hashed::any(&opened.circuit) {
        if args.pk.is_some() {
            let why = "in plain Groth16 a commitment is a hash, under no key: leave --pk out";
            return Err(Error::usage(why));
        }
        return hashed::commit(&mut opened, &input);
    }
    let Some(pk) = &args.pk else { return Err(no_key(&opened.circuit)) };
    must_be_writable(&output, &[&opened.path, pk, &input.path])?;
    if output.exists() {
        let why = "exists: proofs about a model that it opens could no longer be made";
        return Err(Error::file(&output, why));
    }
    if !opened.circuit.has_model() {
        return Err(no_model());
    }
    let model = input.bind_model(&opened.circuit, &mut opened.folder)?;
    let circuit = &opened.circuit;
    let assignment = assign_model(circuit, &model).map_err(|e| Error::file(&input.path, e))?;
    let mut key = open_key(pk, args.check_key)?;
    let progress = Progress::spinner("commit");
    let (rng, seen) = (&mut args.seed.rng(), &mut |p| progress.phase(p));
    let made = commit_model_from(&mut key, circuit, &assignment, rng, seen);
    drop(progress);
    let opening = made.map_err(|e| Error::prove(pk, &e))?;
    write_secret(&output, &opening.encode())?;
    let commitment = opening.commitment().to_string();
    let text = format!(
        "circuit     {}\nkey         {}\ncommitment  {commitment}\nopening     {} (keep it secret, with \
         the weights)\n",
        clean(&name),
        opening.verifying_key(),
        output.display(),
    );
    Ok(Answer::yes(
        text,
        json!({
            "circuit": name,
            "digest": circuit.digest().to_string(),
            "verifying_key_digest": opening.verifying_key().to_string(),
            "commitment": commitment,
            "opening": output.display().to_string(),
        }),
    ))
}

/// That there is nothing to commit to.
fn no_model() -> Error {
    let message = "the circuit has nothing to commit to".into();
    let help = "declare a parameter `committed`, or import with --weights committed";
    Error::Usage { message, help: Some(help.into()) }
}

/// That a commitment beside the proof needs a key.
fn no_key(circuit: &Circuit) -> Error {
    if !circuit.has_model() {
        return no_model();
    }
    Error::usage("a commitment beside the proof is one under a key: name the proving key with --pk")
}
