//! `zirc run --no-proof`: a result for an optimistic contract, or a look at somebody else's.

use super::report::Files;
use crate::answer::Answer;
use crate::assertion::assign_honest;
use crate::commands::prove::{open_commitment, open_event};
use crate::error::Error;
use crate::load::files::{must_be_file, must_be_writable, write_bytes};
use crate::load::inputs::Values;
use crate::load::program::Program;
use crate::show::{self, line};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::{Assignment, Circuit, Digest, Int};
use zirc_runtime::optimistic::{Event, result_digest};
use zirc_runtime::words::Named;
use zirc_runtime::{ModelCommitment, PostedResult, ReceiptError, VerifyingKey};

/// What is about results without proofs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For results that are posted without a proof")]
pub(super) struct Unproved {
    /// Prove nothing: write what an optimistic contract under this verifying key is told, `result.json`
    #[arg(long, requires = "vk", conflicts_with = "profile")]
    pub(super) no_proof: bool,
    /// The verifying key of the contract
    #[arg(long, value_name = "FILE", requires = "no_proof")]
    vk: Option<PathBuf>,
    /// What opens the commitment to the circuit's model, as `zirc commit` wrote it
    #[arg(long, value_name = "FILE", requires = "no_proof")]
    opening: Option<PathBuf>,
    /// Instead, run what somebody has posted, and say whether it is right: the contract's event as
    /// eth_getLogs gives it
    #[arg(long, value_name = "LOG", requires = "no_proof")]
    posted: Option<PathBuf>,
    /// The commitment to the model that a posted result is about, in hexadecimal, where the circuit hides one
    #[arg(long, value_name = "COMMITMENT", requires = "posted", conflicts_with = "opening",
          value_parser = crate::commands::verify::commitment)]
    model: Option<ModelCommitment>,
}

/// What has been read and compiled.
pub(super) struct Ready<'a> {
    pub(super) program: &'a mut Program,
    pub(super) values: Values,
    pub(super) circuit: &'a Circuit,
    pub(super) warnings: Value,
    pub(super) files: &'a Files,
    pub(super) out: &'a Path,
}

/// Carries it out.
pub(super) fn run(args: &Unproved, ready: Ready<'_>) -> Result<Answer, Error> {
    let Some(vk) = args.vk.as_deref() else {
        return Err(Error::usage("--no-proof needs --vk"));
    };
    must_be_file(vk)?;
    let key = VerifyingKey::load(vk).map_err(|e| Error::zirc_file(vk, &e))?;
    let (expected, got) = (key.circuit(), ready.circuit.digest());
    if expected != got {
        let message = format!("of another circuit: {expected}, where the program's is {got}");
        return Err(Error::file(vk, message));
    }
    let model = model(args, &key)?;
    match args.posted.as_deref() {
        None => {
            let read: Vec<&Path> = std::iter::once(vk).chain(args.opening.as_deref()).collect();
            made(ready, &key, &read, model)
        }
        Some(log) => looked_at(ready, &key, model, log),
    }
}

/// The model that the result is about.
fn model(args: &Unproved, key: &VerifyingKey) -> Result<Option<ModelCommitment>, Error> {
    let model = match &args.opening {
        None => args.model,
        Some(path) => {
            let opening = open_commitment(path)?;
            if opening.verifying_key() != key.digest() {
                return Err(Error::file(path, "made under another verifying key"));
            }
            Some(opening.commitment())
        }
    };
    match (key.commitments().model, model) {
        (true, None) => {
            let message = "the circuit has a model: which commitment is the result about?".into();
            let help = "name what opens it with --opening; of what somebody else has posted, name it with --model";
            Err(Error::Usage { message, help: Some(help.into()) })
        }
        (false, Some(_)) => {
            Err(Error::usage("the circuit has no model, and so no commitment to one"))
        }
        (_, model) => Ok(model),
    }
}

/// Runs the circuit and writes its result; `read` are files that stay as they are, the key's first.
fn made(
    mut ready: Ready<'_>,
    key: &VerifyingKey,
    read: &[&Path],
    model: Option<ModelCommitment>,
) -> Result<Answer, Error> {
    let path = &ready.files.result;
    must_be_writable(path, &[read, &[&ready.values.path]].concat())?;
    let (assignment, fidelity) = ready.assign()?;
    let wrong = |e: ReceiptError| Error::receipt(path, &e);
    let public = assignment.public_inputs(ready.circuit);
    let values = key.interface().to_values(&public).map_err(|e| wrong(e.into()))?;
    let mut result = PostedResult::new(key, &values, model).map_err(wrong)?;
    result.receipt.notes.fidelity = fidelity;
    result.receipt.notes.zirc = env!("CARGO_PKG_VERSION").into();
    super::make_folder(ready.out)?;
    write_bytes(path, result.to_json().as_bytes())?;
    let shown = show::values::public(ready.circuit, &assignment);
    let text = format!(
        "{}: run, and nothing is proved\n\npublic values\n{}\nresult  {}\nkey     {}\n\nwritten\n  {}\n\nto post it:\n  \
         zirc export {} --calldata --vk {}\nto prove it when it is challenged:\n  \
         zirc prove {} --pk FILE --answer LOG\n",
        line(&ready.circuit.signature.name),
        Named::to_text(&shown),
        result.digest,
        key.digest(),
        path.display(),
        path.display(),
        read[0].display(),
        ready.program.path.display(),
    );
    let json = json!({
        "circuit": ready.circuit.signature.name,
        "digest": ready.circuit.digest().to_string(),
        "verifying_key_digest": key.digest().to_string(),
        "model_commitment": model.map(|m| m.to_string()),
        "public": Named::to_json(&shown),
        "result": { "file": path.display().to_string(), "digest": result.digest },
        "warnings": ready.warnings,
    });
    Ok(Answer::yes(text, json))
}

/// Runs the circuit on the inputs of a posted result, and compares.
fn looked_at(
    mut ready: Ready<'_>,
    key: &VerifyingKey,
    model: Option<ModelCommitment>,
    log: &Path,
) -> Result<Answer, Error> {
    let Event::Posted { id, digest, deadline, values } = open_event(log)? else {
        return Err(Error::file(log, "a challenge, where a posted result is expected"));
    };
    let got = result_digest(key, model, &values);
    if got != digest {
        return Err(Error::file(log, not_ours(digest, got)));
    }
    let interface = key.interface();
    let inputs = interface.unpack(&values.inputs, false);
    let outputs = interface.unpack(&values.outputs, true);
    let (inputs, outputs) = match (inputs, outputs) {
        (Ok(inputs), Ok(outputs)) => (inputs, outputs),
        (Err(e), _) | (_, Err(e)) => {
            return Ok(verdict(id, deadline, Some(format!("{e}: no proof can be made"))));
        }
    };
    for (port, raw) in interface.public.iter().filter(|p| !p.output).zip(inputs) {
        ready.values.give(&port.name, &port.shape, raw);
    }
    // What was posted are the circuit's integers, which the float model knows nothing of.
    ready.program.reference = None;
    let assignment = match ready.assign() {
        Ok((assignment, _)) => assignment,
        Err(Error::Assertion(refused)) => {
            return Ok(verdict(id, deadline, Some(format!("{refused}: no proof can be made"))));
        }
        Err(e) => return Err(e),
    };
    let public = assignment.public_inputs(ready.circuit);
    if interface.pack(&public) == values {
        return Ok(verdict(id, deadline, None));
    }
    let ours = interface.to_values(&public).map_err(|e| Error::receipt(log, &e.into()))?;
    Ok(verdict(id, deadline, Some(difference(key, &ours, &outputs))))
}

fn not_ours(expected: Digest, got: Digest) -> String {
    format!(
        "its values have digest {got} under this key and model, where the event says {expected}: it is of another contract"
    )
}

/// The first output that differs.
fn difference(key: &VerifyingKey, ours: &[Vec<Int>], posted: &[Vec<Int>]) -> String {
    let all = key.interface().public.iter().zip(ours).filter(|(p, _)| p.output).zip(posted);
    for ((port, ours), posted) in all {
        if let Some(k) = ours.iter().zip(posted).position(|(a, b)| a != b) {
            let worth = |v: &[Int]| zirc_runtime::receipt::real(&v[k], &port.ty);
            return format!(
                "`{}`, value {k}: {} was posted, and the circuit gives {}",
                line(&port.name),
                worth(posted),
                worth(ours)
            );
        }
    }
    // Inputs are those that were posted.
    "the outputs differ".into()
}

fn verdict(id: u64, deadline: u64, wrong: Option<String>) -> Answer {
    let text = match &wrong {
        None => format!("result {id} is what the circuit gives\n"),
        Some(why) => format!(
            "result {id} is WRONG: {why}\n\nit can be challenged before {deadline} (seconds since 1970), with the contract's \
             `challenge({id})`\n"
        ),
    };
    let json =
        json!({ "result_id": id, "deadline": deadline, "right": wrong.is_none(), "why": wrong });
    Answer { accepted: wrong.is_none(), text, json }
}

impl Ready<'_> {
    /// All values of the run, and how near they are to those of the float model.
    fn assign(&mut self) -> Result<(Assignment, Option<String>), Error> {
        let inputs = self.values.bind(self.circuit, &mut self.program.folder)?;
        let assignment = assign_honest(self.circuit, &inputs)?;
        let mut fidelity = None;
        if let Some(reference) = self.program.reference.take() {
            reference.on_input(
                self.circuit,
                &self.values,
                &assignment,
                &mut self.program.folder,
            )?;
            fidelity = reference.fidelity();
        }
        Ok((assignment, fidelity))
    }
}
