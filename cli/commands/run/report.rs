//! What `zirc run` says in the end.

use crate::answer::Answer;
use crate::show::cost::{by_operation, by_operation_json};
use crate::show::line;
use crate::show::measure::phases;
use crate::show::number::{bytes, grouped, millis};
use crate::show::profile::profile;
use crate::show::table::Table;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zirc_circuit::{Circuit, Digest, Report};
use zirc_runtime::Timings;
use zirc_runtime::machine::peak_memory;
use zirc_runtime::words::Named;

/// The files written.
#[derive(Debug)]
pub(super) struct Files {
    /// The proof file.
    pub(super) proof: PathBuf,
    /// The proof with its meaning.
    pub(super) receipt: PathBuf,
    /// What is posted without a proof.
    pub(super) result: PathBuf,
    /// What it takes to verify either.
    pub(super) verifying_key: PathBuf,
}

impl Files {
    /// Their names in a folder.
    pub(super) fn in_folder(folder: &Path) -> Files {
        Files {
            proof: folder.join("proof"),
            receipt: folder.join("receipt.json"),
            result: folder.join("result.json"),
            verifying_key: folder.join("verifying-key"),
        }
    }
}

/// Everything that was done.
#[derive(Debug)]
pub(super) struct Ran<'a> {
    pub(super) circuit: &'a Circuit,
    pub(super) program: &'a Path,
    pub(super) public: Vec<Named>,
    /// Digest of the verifying key.
    pub(super) key_digest: Digest,
    /// The commitment to the model, where there is one.
    pub(super) model: Option<String>,
    pub(super) warnings: Value,
    pub(super) circuit_bytes: usize,
    pub(super) proving_key_bytes: u64,
    pub(super) verifying_key_bytes: usize,
    pub(super) proof_bytes: usize,
    /// Bytes of the proof by itself.
    pub(super) proof_size: usize,
    pub(super) rows: usize,
    pub(super) compile_ms: f64,
    pub(super) witness: &'a Timings,
    pub(super) setup: &'a Timings,
    pub(super) prove: &'a Timings,
    pub(super) verify_ms: f64,
    /// Whether to show the phases.
    pub(super) profile: bool,
    pub(super) files: &'a Files,
}

/// As text and for machines.
pub(super) fn answer(ran: &Ran<'_>) -> Answer {
    let report = Report::new(ran.circuit);
    let memory = peak_memory();
    Answer::yes(text(ran, &report, memory), to_json(ran, &report, memory))
}

fn text(ran: &Ran<'_>, report: &Report, memory: Option<u64>) -> String {
    let name = line(&report.circuit);
    let mut out = format!(
        "{name} ({}): proved and verified\n\npublic values\n{}{}\nconstraints\n{}",
        ran.program.display(),
        Named::to_text(&ran.public),
        ran.model.as_ref().map(|m| format!("\nmodel  {m}\n")).unwrap_or_default(),
        by_operation(ran.circuit, report).render(2),
    );
    let size = |n: usize| bytes(n as u64);
    let variables =
        format!("{} public, {} witness", grouped(report.public), grouped(report.witness));
    let mut sizes = Table::new(2, ["sizes", "", ""]);
    for (what, note, value) in [
        (
            "constraints",
            format!("padded to {} rows", grouped(ran.rows)),
            grouped(report.constraints),
        ),
        ("variables", variables, grouped(report.variables)),
        ("circuit file", String::new(), size(ran.circuit_bytes)),
        ("proving key", String::new(), bytes(ran.proving_key_bytes)),
        ("verifying key", String::new(), size(ran.verifying_key_bytes)),
        ("proof", format!("in a file of {}", size(ran.proof_bytes)), size(ran.proof_size)),
    ] {
        sizes.row([format!("  {what}"), note, value]);
    }
    let _ = write!(out, "\n{}", sizes.render(0));
    let mut times = Table::new(1, ["times", ""]);
    for (what, ms) in [
        ("compile", ran.compile_ms),
        ("witness", ran.witness.total()),
        ("setup", ran.setup.total()),
        ("prove", ran.prove.total()),
        ("verify", ran.verify_ms),
    ] {
        times.row([format!("  {what}"), millis(ms)]);
    }
    let _ = write!(out, "\n{}", times.render(0));
    if ran.profile {
        let prove = ran.witness.clone().then(ran.prove);
        let _ = write!(out, "\n{}\n{}", profile("setup", ran.setup), profile("prove", &prove));
    }
    if let Some(memory) = memory {
        let _ = writeln!(out, "\npeak memory {}", bytes(memory));
    }
    let Files { proof, receipt, verifying_key, .. } = ran.files;
    let _ = write!(
        out,
        "\nwritten\n  {}\n  {}\n  {}\n\nto verify again, by whoever has the receipt and trusts this digest:\n  \
         zirc verify {} --key-digest {}\n",
        proof.display(),
        receipt.display(),
        verifying_key.display(),
        receipt.display(),
        ran.key_digest,
    );
    out
}

fn to_json(ran: &Ran<'_>, report: &Report, memory: Option<u64>) -> Value {
    let file = |p: &Path| p.display().to_string();
    json!({
        "circuit": report.circuit,
        "digest": report.digest,
        "program": file(ran.program),
        "public": Named::to_json(&ran.public),
        "verifying_key_digest": ran.key_digest.to_string(),
        "model_commitment": ran.model,
        "constraints": report.constraints,
        "layers": by_operation_json(ran.circuit, report),
        "variables": report.variables,
        "public_variables": report.public,
        "witness_variables": report.witness,
        "nonzeros": report.nonzeros,
        "sizes": {
            "rows": ran.rows,
            "circuit_bytes": ran.circuit_bytes,
            "proving_key_bytes": ran.proving_key_bytes,
            "verifying_key_bytes": ran.verifying_key_bytes,
            "proof_bytes": ran.proof_size,
            "proof_file_bytes": ran.proof_bytes,
        },
        "times_ms": {
            "compile": ran.compile_ms,
            "witness": ran.witness.total(),
            "setup": ran.setup.total(),
            "prove": ran.prove.total(),
            "verify": ran.verify_ms,
        },
        "setup_phases": phases(ran.setup),
        "prove_phases": phases(&ran.witness.clone().then(ran.prove)),
        "peak_memory_bytes": memory,
        "files": {
            "proof": file(&ran.files.proof),
            "receipt": file(&ran.files.receipt),
            "verifying_key": file(&ran.files.verifying_key),
        },
        "warnings": ran.warnings,
    })
}
