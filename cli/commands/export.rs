//! `zirc export`: a circuit in the formats of circom's tools, keys and proofs as snarkjs reads them, a verifying
//! key as contracts.

mod ethereum;
mod snarkjs;

use crate::answer::Answer;
use crate::args::onnx::Seen;
use crate::args::{Force, Source};
use crate::assertion::assign_honest;
use crate::error::Error;
use crate::load::circuit::open_with;
use crate::load::files::{default_name, io_words, must_be_folder, must_be_writable, stem};
use crate::load::inputs::Values;
use crate::load::salt::NewSalt;
use crate::show::forecast::witness_room;
use crate::show::number::{bytes, grouped};
use crate::show::{line, table::Table};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::{Assignment, Circuit};
use zirc_runtime::export::{ExportError, Exported, export};

/// Write a circuit, a key or a proof as files that circom's tools read, or a key as contracts for Ethereum
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes NAME.r1cs and NAME.sym; with --input also NAME.wtns, which holds private values.

The optimizer removes values that follow from others, private inputs among them. A checker that
asks whether outputs are determined by inputs needs them all: give it --unoptimized constraints.

Examples:
  zirc export examples/digits --to circom --input examples/digits/input.json
  snarkjs wtns check circom/digits.r1cs circom/digits.wtns
  zirc export examples/relu --to circom --unoptimized

With --snarkjs, verification_key.json of a key; of a proof or a receipt also proof.json and public.json:
  zirc export digits.vk --snarkjs out
  zirc export digits.proof --snarkjs out --vk digits.vk

With --solidity, contracts that accept what `zirc verify` accepts under a key, for solc 0.8.30; with
--calldata, what to send to them for a proof:
  zirc export digits.vk --solidity contracts
  zirc export digits.proof --calldata --vk digits.vk")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The folder to write into; made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present_any = ["solidity", "calldata", "snarkjs"])]
    to: Option<PathBuf>,
    /// Values of the inputs: also write all values, private ones too
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Keep every input and every hint as a variable
    #[arg(long)]
    unoptimized: bool,
    #[command(flatten)]
    salt: NewSalt,
    #[command(flatten)]
    memory: Force,
    #[command(flatten)]
    snarkjs: snarkjs::Snarkjs,
    #[command(flatten)]
    ethereum: ethereum::Ethereum,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let path = &args.source.path;
    if let Some(folder) = &args.ethereum.solidity {
        return ethereum::written(path, folder, &args.ethereum);
    }
    if let Some(folder) = &args.snarkjs.snarkjs {
        return snarkjs::written(path, folder, args.ethereum.vk.as_deref());
    }
    match &args.to {
        Some(folder) if !args.ethereum.calldata => circuit(args, folder),
        _ => ethereum::sent(path, &args.ethereum),
    }
}

/// Writes a circuit for circom's tools.
fn circuit(args: &Args, folder: &Path) -> Result<Answer, Error> {
    must_be_folder(folder)?;
    let mut opened = open_with(&args.source, !args.unoptimized, &Seen::default())?;
    let mut read = vec![opened.path.clone()];
    let assignment = match &args.input {
        None => None,
        Some(file) => {
            let values = Values::read(file)?;
            read.push(values.path.clone());
            witness_room(&opened.circuit, &opened.path, 0, args.memory.force)?;
            opened.folder.salts = args.salt.salts();
            let inputs = values.bind(&opened.circuit, &mut opened.folder)?;
            Some(assign_honest(&opened.circuit, &inputs)?)
        }
    };
    let made = write(&opened.circuit, assignment.as_ref(), folder, &read)?;
    let digest = opened.circuit.digest().to_string();
    let mut json = to_json(&made);
    json["circuit"] = opened.circuit.signature.name.clone().into();
    json["digest"] = digest.into();
    json["optimized"] = (!args.unoptimized).into();
    let name = line(&opened.circuit.signature.name);
    Ok(Answer::yes(format!("circuit {name}\n{}", to_text(&made)), json))
}

/// Writes the files of a circuit into a folder, which is made if it is not there; replaces none of
/// those that were read.
pub(crate) fn write(
    circuit: &Circuit,
    assignment: Option<&Assignment>,
    folder: &Path,
    read: &[PathBuf],
) -> Result<Exported, Error> {
    must_be_folder(folder)?;
    if circuit.is_committed() {
        return Err(Error::file(folder, ExportError::Challenges));
    }
    let words = |e: std::io::Error| Error::file(folder, io_words(e.kind(), &e.to_string()));
    std::fs::create_dir_all(folder).map_err(words)?;
    let name = &circuit.signature.name;
    let read: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
    for extension in ["r1cs", "sym", "wtns"] {
        must_be_writable(&folder.join(default_name(name, extension)), &read)?;
    }
    export(circuit, assignment, folder, stem(name)).map_err(|e| match e {
        ExportError::File { path, error } => Error::zirc_file(&path, &error),
        e => Error::file(folder, e),
    })
}

/// What was written, for people.
pub(crate) fn to_text(made: &Exported) -> String {
    let w = &made.wires;
    let mut table = Table::new(1, ["wires", ""]);
    for (what, count) in [
        ("public outputs", w.outputs),
        ("public inputs", w.public_inputs),
        ("private inputs", w.private_inputs),
        ("all, with the constant 1", w.count),
        ("constraints", w.constraints),
    ] {
        table.row([what.to_owned(), grouped(count)]);
    }
    let mut text = format!("\n{}\nwritten\n", table.render(2));
    for (file, size) in sizes(made) {
        text.push_str(&format!("  {} ({})\n", line(&file), bytes(size)));
    }
    text
}

/// What was written, for machines.
pub(crate) fn to_json(made: &Exported) -> Value {
    let w = &made.wires;
    let file = |(file, size): (String, u64)| json!({ "file": file, "bytes": size });
    json!({
        "wires": w.count,
        "public_outputs": w.outputs,
        "public_inputs": w.public_inputs,
        "private_inputs": w.private_inputs,
        "constraints": w.constraints,
        "files": sizes(made).into_iter().map(file).collect::<Vec<_>>(),
    })
}

fn sizes(made: &Exported) -> Vec<(String, u64)> {
    let size = |f: &PathBuf| std::fs::metadata(f).map_or(0, |m| m.len());
    made.files.iter().map(|f| (f.display().to_string(), size(f))).collect()
}
