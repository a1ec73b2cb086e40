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
use zirc_circuit::{Assignment, Circuit, Digest, Int, Port, Visibility};
use zirc_runtime::optimistic::{Event, result_digest};
use zirc_runtime::words::Named;
use zirc_runtime::{ModelCommitment, Opening, PostedResult, ReceiptError, VerifyingKey};

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
    pub(super) posted: Option<PathBuf>,
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
            made(ready, &key, &read, &model)
        }
        Some(log) => looked_at(ready, &key, &model, log),
    }
}

/// The model that a result is about.
enum Hidden {
    /// There is none.
    None,
    /// The values are compared with what opens it.
    Opened(PathBuf, Box<Opening>),
    /// Its commitment alone is known.
    Named(ModelCommitment),
}

impl Hidden {
    fn commitment(&self) -> Option<ModelCommitment> {
        match self {
            Hidden::None => None,
            Hidden::Opened(_, opening) => Some(opening.commitment()),
            Hidden::Named(model) => Some(*model),
        }
    }

    /// Refuses values of another model, of which no proof could be made.
    fn check(&self, circuit: &Circuit, assignment: &Assignment) -> Result<(), Error> {
        match self {
            Hidden::Opened(path, opening) if !opening.is_of(circuit, assignment) => Err(
                Error::file(path, "it opens the commitment to another model than these values are"),
            ),
            _ => Ok(()),
        }
    }
}

/// The model that the result is about.
fn model(args: &Unproved, key: &VerifyingKey) -> Result<Hidden, Error> {
    let model = match (&args.opening, args.model) {
        (Some(path), _) => {
            let opening = open_commitment(path)?;
            if opening.verifying_key() != key.digest() {
                return Err(Error::file(path, "made under another verifying key"));
            }
            Hidden::Opened(path.clone(), Box::new(opening))
        }
        (None, Some(model)) => Hidden::Named(model),
        (None, None) => Hidden::None,
    };
    match (key.commitments().model, &model) {
        (true, Hidden::None) => {
            let message = "the circuit has a model: which commitment is the result about?".into();
            let help = "name what opens it with --opening; of what somebody else has posted, name it with --model";
            Err(Error::Usage { message, help: Some(help.into()) })
        }
        (false, Hidden::Opened(..) | Hidden::Named(_)) => {
            Err(Error::usage("the circuit has no model, and so no commitment to one"))
        }
        _ => Ok(model),
    }
}

/// Runs the circuit and writes its result; `read` are files that stay as they are, the key's first.
fn made(
    mut ready: Ready<'_>,
    key: &VerifyingKey,
    read: &[&Path],
    model: &Hidden,
) -> Result<Answer, Error> {
    let path = &ready.files.result;
    if ready.out.exists() {
        must_be_writable(path, &[read, &[&ready.values.path]].concat())?;
    }
    let (assignment, fidelity) = ready.assign()?;
    model.check(ready.circuit, &assignment)?;
    let model = model.commitment();
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
         zirc export {} --calldata --vk {}\nto prove it when it is challenged, of the same input, model \
         and salts:\n  zirc prove {} --pk FILE --answer LOG\n",
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
    model: &Hidden,
    log: &Path,
) -> Result<Answer, Error> {
    let Event::Posted { id, digest, deadline, values } = open_event(log)? else {
        return Err(Error::file(log, "a challenge, where a posted result is expected"));
    };
    let got = result_digest(key, model.commitment(), &values);
    if got != digest {
        return Err(Error::file(log, not_ours(digest, got)));
    }
    let told = |found: Found| Ok(verdict(id, deadline, &found));
    let interface = key.interface();
    let inputs = interface.unpack(&values.inputs, false);
    let outputs = interface.unpack(&values.outputs, true);
    let (inputs, outputs) = match (inputs, outputs) {
        (Ok(inputs), Ok(outputs)) => (inputs, outputs),
        (Err(e), _) | (_, Err(e)) => {
            return told(Found::Wrong(format!("{e}: no proof can be made")));
        }
    };
    for (port, raw) in interface.public.iter().filter(|p| !p.output).zip(inputs) {
        ready.values.give(&port.name, &port.shape, raw);
    }
    // What was posted are the circuit's integers, which the float model knows nothing of.
    ready.program.reference = None;
    let open = open_questions(ready.circuit, model);
    let differs = |why: String| match open.is_empty() {
        true => Found::Wrong(why),
        false => Found::Other { why, open: open.clone() },
    };
    let assignment = match ready.assign() {
        Ok((assignment, _)) => assignment,
        Err(Error::Assertion(refused)) => {
            return told(differs(format!("{refused}: no proof can be made of it")));
        }
        Err(e) => return Err(e),
    };
    model.check(ready.circuit, &assignment)?;
    let public = assignment.public_inputs(ready.circuit);
    if interface.pack(&public) == values {
        let unseen = matches!(model, Hidden::Named(_));
        return told(Found::Right { unseen });
    }
    let ours = interface.to_values(&public).map_err(|e| Error::receipt(log, &e.into()))?;
    told(differs(difference(key, &ours, &outputs)))
}

/// What a run says of a posted result.
enum Found {
    /// It is what the circuit gives; whether the weights are those of the commitment may not have been seen.
    Right { unseen: bool },
    /// It has no proof.
    Wrong(String),
    /// It is not what this run gives, and others of what nobody was shown may give it.
    Other { why: String, open: Vec<&'static str> },
}

/// What else than the public inputs a result follows from.
fn open_questions(circuit: &Circuit, model: &Hidden) -> Vec<&'static str> {
    let of_model: Vec<_> = circuit.model_ports().map(|p| &p.name).collect();
    let private = |p: &&Port| p.visibility == Visibility::Private && !of_model.contains(&&p.name);
    let mut open = vec![];
    if circuit.signature.inputs.iter().any(|p| private(&p)) {
        open.push("private inputs, which may be others than yours");
    }
    if matches!(model, Hidden::Named(_)) {
        open.push("weights, which were not compared with the commitment");
    }
    if !circuit.signature.nondet.is_empty() {
        open.push("hints that may take several values");
    }
    open
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

fn verdict(id: u64, deadline: u64, found: &Found) -> Answer {
    let (right, text) = match found {
        Found::Right { unseen: false } => {
            (Some(true), format!("result {id} is what the circuit gives\n"))
        }
        Found::Right { unseen: true } => {
            let but = "whether they are those of the commitment was not seen";
            (
                Some(true),
                format!("result {id} is what the circuit gives with these weights; {but}\n"),
            )
        }
        Found::Wrong(why) => {
            (Some(false), format!("result {id} is WRONG: {why}\n\n{}", until(id, deadline)))
        }
        Found::Other { why, open } => {
            let open = open.join("; ");
            let text = format!(
                "result {id} is not what this run gives: {why}\n\nit may be right all the same, as it follows from more \
                 than is shown: {open}\n{}",
                until(id, deadline)
            );
            (None, text)
        }
    };
    let why = match found {
        Found::Right { .. } => None,
        Found::Wrong(why) | Found::Other { why, .. } => Some(why),
    };
    let json = json!({ "result_id": id, "deadline": deadline, "right": right, "why": why });
    Answer { accepted: right == Some(true), text, json }
}

/// Until when a proof can be asked for.
fn until(id: u64, deadline: u64) -> String {
    if deadline <= crate::show::now() {
        return format!(
            "by this machine's clock the time for challenges ended at {deadline} (seconds since 1970)\n"
        );
    }
    format!(
        "it can be challenged before {deadline} (seconds since 1970), `challenge({id}, digest)`\n"
    )
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
