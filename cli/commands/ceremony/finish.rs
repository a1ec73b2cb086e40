//! `zirc ceremony finish`: the keys, after the ceremony was verified.

use super::{Against, Keys, verified};
use crate::answer::Answer;
use crate::commands::setup::{write_keys, write_zkey};
use crate::error::Error;
use crate::load::files::{default_name, must_be_writable, same_file};
use crate::show::forecast::announce;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_runtime::Work;

/// Verify a ceremony and write its keys
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    against: Against,
    /// Where to write the proving key [default: the circuit's name, .pk]; of a .zkey, which is a proving key
    /// already, a copy, and none unless this is given
    #[arg(long, value_name = "FILE")]
    pk: Option<PathBuf>,
    /// Where to write the verifying key [default: the circuit's name, .vk]
    #[arg(long, value_name = "FILE")]
    vk: Option<PathBuf>,
}

/// Carries it out.
pub(super) fn run(args: &Args) -> Result<Answer, Error> {
    let against = &args.against;
    let opened = against.open()?;
    let name = &opened.circuit.signature.name;
    let vk = args.vk.clone().unwrap_or_else(|| default_name(name, "vk"));
    let pk = match super::is_zkey(&against.file)? {
        true => args.pk.clone(),
        false => Some(args.pk.clone().unwrap_or_else(|| default_name(name, "pk"))),
    };
    let read: [&Path; 3] = [&opened.path, &against.file, &against.ptau];
    for out in pk.iter().chain([&vk]) {
        must_be_writable(out, &read)?;
    }
    if pk.as_ref().is_some_and(|pk| same_file(pk, &vk)) {
        return Err(Error::usage("the proving key and the verifying key need different files"));
    }
    announce(&opened.circuit, &opened.path, Work::Setup, against.force.force)?;
    let verified = verified(against, &opened)?;
    match (&verified.keys, &pk) {
        (Keys::Own(key), Some(pk)) => write_keys(key, pk, &vk, false)?,
        (Keys::ZKey(key), Some(pk)) => write_zkey(key, &opened.circuit, pk, &vk, false)?,
        (keys, None) => keys.verifying().save(&vk).map_err(|e| Error::zirc_file(&vk, &e))?,
    }
    let pk = pk.unwrap_or_else(|| against.file.clone());
    let text = format!(
        "proving key    {}\nverifying key  {}\n{}",
        pk.display(),
        vk.display(),
        verified.words()
    );
    let mut json = verified.json();
    json["proving_key"] = json!({ "file": pk.display().to_string() });
    json["verifying_key"] = json!({ "file": vk.display().to_string() });
    Ok(Answer::yes(text, json))
}
