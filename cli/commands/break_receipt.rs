//! `zirc break`: tamper with a receipt in every way that a deceiver would try, and show that each is seen.

use super::verify::{Trust, receipt_text};
use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, read_bytes};
use crate::show::line;
use crate::show::table::Table;
use serde_json::json;
use std::path::PathBuf;
use zirc_circuit::Digest;
use zirc_runtime::receipt::Tampered;
use zirc_runtime::{Receipt, ReceiptError};

/// Characters of an answer that are shown.
const SHOWN: usize = 72;

/// Tamper with a receipt in every way that a deceiver would try: each must be refused
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes every field, the ends of every list and public tensor, points of the proof and of the key, alone and together
with what follows from it, and verifies each as a reader would who trusts the receipt's key. Exit code 1 if anything that was
tampered with is accepted. Another proof of the same statement is no deceit, and not among them.

Examples:
  zirc run examples/digits
  zirc break zirc-out/digits/receipt.json
  zirc break receipt.json --with other.json --key-digest DIGEST")]
pub(crate) struct Args {
    /// A receipt
    receipt: PathBuf,
    /// The digest of the verifying key that is trusted [default: that of the receipt's own]
    #[arg(long, value_name = "DIGEST", value_parser = super::verify::digest)]
    key_digest: Option<Digest>,
    /// Another receipt, to exchange parts with
    #[arg(long, value_name = "FILE")]
    with: Option<PathBuf>,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let read = |path: &PathBuf| -> Result<String, Error> {
        let bytes = read_bytes(path, RECEIPT_LIMIT).map_err(|e| Error::file(path, e))?;
        receipt_text(path, bytes)
    };
    let text = read(&args.receipt)?;
    let refused = |e: ReceiptError| Error::receipt(&args.receipt, &e);
    let own = super::verify::digest(&Receipt::digest_in(&text).map_err(refused)?);
    let other = args
        .with
        .as_ref()
        .map(|path| Receipt::from_json(&read(path)?).map_err(|e| Error::receipt(path, &e)));
    let other = other.transpose()?;
    let digest = match (args.key_digest, own) {
        (Some(digest), _) | (None, Ok(digest)) => digest,
        (None, Err(why)) => {
            return Err(Error::Rejected(format!(
                "{}: verifying_key_digest: {why}",
                args.receipt.display()
            )));
        }
    };
    let trust = Trust::Digest(digest);
    let (receipt, key, _) = super::verify::check_receipt(&args.receipt, &text, trust)?;
    let tampered = receipt.tampered(&key, other.as_ref()).map_err(refused)?;
    let tried: Vec<(Tampered, Result<(), ReceiptError>)> = tampered
        .into_iter()
        .map(|t| {
            let answer = t.verify(digest);
            (t, answer)
        })
        .collect();
    answer(&tried)
}

fn answer(tried: &[(Tampered, Result<(), ReceiptError>)]) -> Result<Answer, Error> {
    let mut table = Table::new(3, ["part", "change", "answer"]);
    let said = |answer: &Result<(), ReceiptError>| match answer {
        Ok(()) => "ACCEPTED".to_owned(),
        Err(e) => format!("refused: {e}"),
    };
    for (t, answer) in tried {
        table.row([shortened(&t.part), shortened(&t.change), shortened(&said(answer))]);
    }
    let accepted = tried.iter().filter(|(_, answer)| answer.is_ok()).count();
    let table = table.render(0);
    if accepted > 0 {
        // Whoever reads this has found a fault of zirc: all of it is shown.
        return Err(Error::Rejected(format!(
            "{accepted} of {} receipts that were tampered with are accepted\n{table}",
            tried.len()
        )));
    }
    let rows = tried.iter().map(|(t, answer)| {
        json!({ "part": t.part, "change": t.change, "accepted": answer.is_ok(), "answer": said(answer) })
    });
    Ok(Answer::yes(
        format!("{table}\n{} receipts that were tampered with: all refused\n", tried.len()),
        json!({ "tried": tried.len(), "accepted": accepted, "attempts": rows.collect::<Vec<_>>() }),
    ))
}

fn shortened(text: &str) -> String {
    let text = line(text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}
