//! `zirc export --snarkjs`: a verifying key, and a proof with its public values, as snarkjs reads
//! them.

use super::ethereum::{OF_CIRCUITS, read_key, read_proof};
use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{io_words, must_be_folder, must_be_writable, write_bytes};
use crate::show::line;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_runtime::snarkjs::{proof_json, public_json, verification_key_json};
use zirc_runtime::{VerifyingKey, verify_file};

/// What is about files of snarkjs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For snarkjs")]
pub(crate) struct Snarkjs {
    /// Write verification_key.json of a verifying key, which stands in the place of CIRCUIT, into
    /// this folder; with --vk, of a proof or a receipt there, also proof.json and public.json
    #[arg(long, value_name = "DIR", conflicts_with_all = OF_CIRCUITS, group = "of_proof",
          conflicts_with_all = ["solidity", "calldata", "model_id"])]
    pub(super) snarkjs: Option<PathBuf>,
}

/// Writes what there is.
pub(super) fn written(path: &Path, folder: &Path, vk: Option<&Path>) -> Result<Answer, Error> {
    must_be_folder(folder)?;
    let key = read_key(vk.unwrap_or(path))?;
    let mut files = vec![("verification_key.json", of_key(vk.unwrap_or(path), &key)?)];
    if vk.is_some() {
        let proof = read_proof(path, &key)?;
        // What does not verify here is not handed to others.
        verify_file(&key, &proof).map_err(|e| Error::verify(path, &e))?;
        let text = proof_json(&proof.proof).map_err(|e| Error::snarkjs(path, &e))?;
        files.push(("proof.json", text));
        files.push(("public.json", public_json(key.interface(), &proof.public)));
    }
    let words = |e: std::io::Error| Error::file(folder, io_words(e.kind(), &e.to_string()));
    std::fs::create_dir_all(folder).map_err(words)?;
    let mut read = vec![path];
    read.extend(vk);
    for (name, _) in &files {
        must_be_writable(&folder.join(name), &read)?;
    }
    let mut text = format!(
        "circuit {}\n\ndigest  {}\nkey     {}\n\nwritten\n",
        line(&key.interface().name),
        key.circuit(),
        key.digest(),
    );
    let mut made = vec![];
    for (name, content) in files {
        let file = folder.join(name);
        write_bytes(&file, content.as_bytes())?;
        text.push_str(&format!("  {}\n", line(&file.display().to_string())));
        made.push(json!({ "file": file.display().to_string(), "bytes": content.len() }));
    }
    let json = json!({
        "circuit": key.interface().name,
        "digest": key.circuit().to_string(),
        "verifying_key_digest": key.digest().to_string(),
        "files": made,
    });
    Ok(Answer::yes(text, json))
}

fn of_key(path: &Path, key: &VerifyingKey) -> Result<String, Error> {
    verification_key_json(key).map_err(|e| Error::snarkjs(path, &e))
}
