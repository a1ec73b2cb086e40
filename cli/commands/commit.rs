//! `zirc commit`: the commitment to a model or an input, before any proof.

mod hashed;

use super::prove::open_key;
use crate::answer::Answer;
use crate::args::{Seed, Source};
use crate::error::Error;
use crate::load::circuit::{Opened, open_to_write};
use crate::load::files::{default_name, must_be_writable, write_secret};
use crate::load::inputs::Values;
use crate::show::progress::Progress;
use crate::show::{line, stderr};
use hashed::Hashes;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_circuit::{Circuit, assign_model};
use zirc_runtime::{Opening, commit_model_from};

/// Commit to the `committed` parameters of a circuit: what every proof about them will name
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In plain Groth16 each of them has a hash, which is printed: Poseidon of its values and of a salt. The salt
is made if there is none yet, beside the program, and is as secret as the values; nobody but you needs it.

With a commitment round those that the program calls `hashed` have the same hash, which takes no key; all
others are one commitment to a model beside the proof, under a key. The opening is as secret as the weights,
and proofs about the model need it: keep it with them. Publish the commitment. With --pk only hashes are left
out whose values are not given, and without it the model.

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
    let (model, hashes) = (opened.circuit.has_model(), hashed::any(&opened.circuit));
    match (&args.pk, model, hashes) {
        (_, false, false) => Err(no_model()),
        (Some(_), false, true) => {
            let why = "the commitments of this circuit are hashes, under no key: leave --pk out";
            Err(Error::usage(why))
        }
        (None, true, false) => {
            let why =
                "a commitment beside the proof is one under a key: name the proving key with --pk";
            Err(Error::usage(why))
        }
        (None, _, true) => {
            if model {
                stderr("note: the commitment to the model is one under a key, --pk");
            }
            let hashes = hashed::commit(&mut opened, &input)?;
            Ok(answer(&opened.circuit, hashes, None))
        }
        (Some(pk), true, _) => {
            must_be_writable(&output, &[&opened.path, pk, &input.path])?;
            if output.exists() {
                let why = "exists: proofs about a model that it opens could no longer be made";
                return Err(Error::file(&output, why));
            }
            let hashes = hashed::commit(&mut opened, &input)?;
            let opening = under_a_key(args, pk, &mut opened, &input)?;
            write_secret(&output, &opening.encode())?;
            Ok(answer(&opened.circuit, hashes, Some((&opening, &output))))
        }
    }
}

/// The commitment to the model, with what opens it.
fn under_a_key(
    args: &Args,
    pk: &Path,
    opened: &mut Opened,
    input: &Values,
) -> Result<Opening, Error> {
    let model = input.bind_model(&opened.circuit, &mut opened.folder)?;
    let circuit = &opened.circuit;
    let assignment = assign_model(circuit, &model).map_err(|e| Error::file(&input.path, e))?;
    let mut key = open_key(pk, args.check_key)?;
    let progress = Progress::spinner("commit");
    let (rng, seen) = (&mut args.seed.rng(), &mut |p| progress.phase(p));
    let made = commit_model_from(&mut key, circuit, &assignment, rng, seen);
    drop(progress);
    made.map_err(|e| Error::prove(pk, &e))
}

fn answer(circuit: &Circuit, hashes: Hashes, model: Option<(&Opening, &Path)>) -> Answer {
    let name = &circuit.signature.name;
    let mut json = json!({
        "circuit": name,
        "digest": circuit.digest().to_string(),
        "commitments": hashes.all,
    });
    let mut text = format!("circuit     {}\n", line(name));
    if let Some((opening, file)) = model {
        let (key, file) = (opening.verifying_key(), file.display());
        let commitment = opening.commitment();
        text.push_str(&format!(
            "key         {key}\ncommitment  {commitment}\nopening     {file} (keep it secret, with the weights)\n",
        ));
        json["verifying_key_digest"] = key.to_string().into();
        json["commitment"] = commitment.to_string().into();
        json["opening"] = file.to_string().into();
    }
    text.push_str(&hashes.text);
    Answer::yes(text, json)
}

/// That there is nothing to commit to.
fn no_model() -> Error {
    let message = "the circuit has nothing to commit to".into();
    let help = "declare a parameter `committed`, or import with --weights committed";
    Error::Usage { message, help: Some(help.into()) }
}
