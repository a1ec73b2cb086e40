//! `zirc export --solidity` and `--calldata`: a verifying key as contracts, and a proof as what to send them.

use crate::answer::Answer;
use crate::commands::verify::commitment;
use crate::error::Error;
use crate::load::files::{
    RECEIPT_LIMIT, io_words, must_be_file, must_be_folder, must_be_writable, read_bytes,
};
use crate::show::line;
use crate::show::number::bytes;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_circuit::Digest;
use zirc_runtime::export::solidity::{Calldata, SolidityError, calldata, contracts, write_sources};
use zirc_runtime::keys::Packed;
use zirc_runtime::optimistic::{self, result_digest};
use zirc_runtime::{ModelCommitment, PostedResult, ProofFile, Receipt, VerifyingKey};

/// What is about circuits, and so goes with nothing here. A group of clap does not hold the arguments of a
/// struct that has another in it: those of `Import` are named one by one.
pub(super) const OF_CIRCUITS: [&str; 17] = [
    "to",
    "input",
    "unoptimized",
    "circuit",
    "Lowering",
    "Fidelity",
    "Force",
    "calibrate",
    "calibration",
    "activation_bits",
    "weight_bits",
    "quantization",
    "no_rounding_search",
    "dims",
    "outputs",
    "as_written",
    "weights",
];

/// What is about contracts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For contracts on Ethereum")]
pub(crate) struct Ethereum {
    /// Write contracts that verify proofs under a verifying key, which stands in the place of CIRCUIT,
    /// into this folder; made if it is not there
    #[arg(long, value_name = "DIR", conflicts_with_all = OF_CIRCUITS)]
    pub(super) solidity: Option<PathBuf>,
    /// The commitment to the model that proofs must be about, in hexadecimal, where the circuit hides one
    #[arg(long, value_name = "COMMITMENT", value_parser = commitment, requires = "solidity",
          conflicts_with_all = ["to", "calldata"])]
    model: Option<ModelCommitment>,
    /// Say what to send to these contracts for a proof, a receipt, or a result that is posted without a proof, which
    /// stands in the place of CIRCUIT
    #[arg(long, requires = "vk", conflicts_with = "solidity", conflicts_with_all = OF_CIRCUITS,
          group = "of_proof")]
    pub(super) calldata: bool,
    /// The verifying key that the proof is under
    #[arg(long, value_name = "FILE", requires = "of_proof", conflicts_with_all = ["to", "solidity"])]
    pub(super) vk: Option<PathBuf>,
    /// The model's number in the registry of ERC-7992: also give the call of that contract
    #[arg(long, value_name = "N", requires = "calldata", conflicts_with_all = ["to", "solidity"])]
    model_id: Option<u64>,
    /// The number of a result in the optimistic contract: also give the calls that are about it
    #[arg(long, value_name = "N", requires = "calldata", conflicts_with_all = ["to", "solidity"])]
    result_id: Option<u64>,
}

/// Writes the contracts of a key.
pub(super) fn written(path: &Path, folder: &Path, args: &Ethereum) -> Result<Answer, Error> {
    let key = read_key(path)?;
    must_be_folder(folder)?;
    let sources = contracts(&key, args.model).map_err(|e| match e {
        SolidityError::NoModel => {
            Error::file(path, format!("{e} (`--model COMMITMENT`, as `zirc commit` prints it)"))
        }
        e => Error::file(path, e),
    })?;
    let words = |e: std::io::Error| Error::file(folder, io_words(e.kind(), &e.to_string()));
    std::fs::create_dir_all(folder).map_err(words)?;
    for source in &sources {
        must_be_writable(&folder.join(source.name), &[path])?;
    }
    let files = write_sources(&sources, folder).map_err(|e| match e {
        SolidityError::File { path, error } => Error::zirc_file(&path, &error),
        e => Error::file(folder, e),
    })?;
    Ok(answer(&key, args.model, &files))
}

/// What was written.
fn answer(key: &VerifyingKey, model: Option<ModelCommitment>, files: &[PathBuf]) -> Answer {
    let size = |f: &PathBuf| std::fs::metadata(f).map_or(0, |m| m.len());
    let name = &key.interface().name;
    let mut text = format!(
        "circuit {}\n\ndigest  {}\nkey     {}\n{}\nwritten\n",
        line(name),
        key.circuit(),
        key.digest(),
        model.map(|m| format!("model   {m}\n")).unwrap_or_default(),
    );
    for file in files {
        text.push_str(&format!(
            "  {} ({})\n",
            line(&file.display().to_string()),
            bytes(size(file))
        ));
    }
    let file = |f: &PathBuf| json!({ "file": f.display().to_string(), "bytes": size(f) });
    let json = json!({
        "circuit": name,
        "digest": key.circuit().to_string(),
        "verifying_key_digest": key.digest().to_string(),
        "model_commitment": model.map(|m| m.to_string()),
        "files": files.iter().map(file).collect::<Vec<_>>(),
    });
    Answer::yes(text, json)
}

/// Says what to send for a proof, which is verified first.
pub(super) fn sent(path: &Path, args: &Ethereum) -> Result<Answer, Error> {
    let Some(vk) = &args.vk else {
        return Err(Error::usage("--calldata needs --vk"));
    };
    let key = read_key(vk)?;
    if let Some(result) = read_result(path)? {
        let values = result.check(&key).map_err(|e| Error::receipt(path, &e))?;
        let digest = result_digest(&key, result.model(), &values);
        return Ok(told(&of_result(digest, &values, args.result_id)));
    }
    let proof = read_proof(path, &key)?;
    let sent = calldata(&key, &proof).map_err(|e| Error::verify(path, &e))?;
    let hex = Calldata::text;
    let mut parts = vec![
        ("inputs", hex(&sent.inputs)),
        ("outputs", hex(&sent.outputs)),
        ("proof", hex(&sent.proof)),
        ("input_commitment", hex(&sent.input_commitment())),
        ("verify_proof", hex(&sent.call())),
        ("erc8274", hex(&sent.erc8274())),
    ];
    if let Some(id) = args.model_id {
        parts.push(("erc7992", hex(&sent.erc7992(id))));
    }
    if let Some(id) = args.result_id {
        parts.push(("answer", hex(&sent.answer(id))));
    }
    Ok(told(&parts))
}

/// Parts and whole calls by their names.
fn told(parts: &[(&str, String)]) -> Answer {
    let text = parts.iter().map(|(name, hex)| format!("{name}\n  {hex}\n")).collect::<String>();
    let parts = parts.iter().map(|(name, hex)| ((*name).to_owned(), hex.as_str().into()));
    Answer::yes(text, serde_json::Value::Object(parts.collect()))
}

/// What is sent of a result that nobody has proved.
fn of_result(digest: Digest, values: &Packed, id: Option<u64>) -> Vec<(&'static str, String)> {
    let hex = Calldata::text;
    let mut parts = vec![
        ("inputs", hex(&values.inputs)),
        ("outputs", hex(&values.outputs)),
        ("digest", format!("0x{digest}")),
        ("post", hex(&optimistic::post(values, digest))),
    ];
    if let Some(id) = id {
        parts.push(("challenge", hex(&optimistic::challenge(id, digest))));
        parts.push(("settle", hex(&optimistic::settle(id))));
    }
    parts
}

/// A posted result, if the file is one.
fn read_result(path: &Path) -> Result<Option<PostedResult>, Error> {
    let bytes = read_bytes(path, RECEIPT_LIMIT).map_err(|e| Error::file(path, e))?;
    let Some(text) = String::from_utf8(bytes).ok().filter(|t| PostedResult::is_one(t)) else {
        return Ok(None);
    };
    PostedResult::from_json(&text).map(Some).map_err(|e| Error::receipt(path, &e))
}

pub(super) fn read_key(path: &Path) -> Result<VerifyingKey, Error> {
    must_be_file(path)?;
    VerifyingKey::load(path).map_err(|e| Error::zirc_file(path, &e))
}

/// The proof of a proof file or a receipt.
pub(super) fn read_proof(path: &Path, key: &VerifyingKey) -> Result<ProofFile, Error> {
    let bytes = read_bytes(path, RECEIPT_LIMIT).map_err(|e| Error::file(path, e))?;
    if bytes.first() != Some(&b'{') {
        return ProofFile::decode(&bytes).map_err(|e| Error::zirc_file(path, &e));
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::file(path, "not UTF-8"))?;
    let receipt = Receipt::from_json_under(&text, key).map_err(|e| Error::receipt(path, &e))?;
    receipt.to_proof(key).map_err(|e| Error::receipt(path, &e))
}
