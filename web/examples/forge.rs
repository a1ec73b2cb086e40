//! Every forgery that `zirc break` makes of a receipt, each with what the verifier on this machine says of it: one
//! line of JSON for each, for the tests of the package.

use serde_json::json;
use std::fs::read_to_string;
use zirc_runtime::Receipt;
use zirc_runtime::words::line;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [receipt, other] = args.as_slice() else {
        return Err("usage: forge RECEIPT.json OTHER.json".into());
    };
    let receipt = Receipt::from_json(&read_to_string(receipt)?)?;
    let other = Receipt::from_json(&read_to_string(other)?)?;
    let own = receipt.verifying_key_digest.parse()?;
    let key = receipt.verify_by_digest(own)?;
    for forged in receipt.tampered(&key, Some(&other))? {
        // As a reader has it, who gets a text.
        let (text, trusted) = (forged.receipt.to_json(), forged.trusted(own));
        let answer = Receipt::from_json(&text).and_then(|r| r.verify_by_digest(trusted));
        let Err(refused) = answer else {
            return Err(format!("{}, {}: accepted", forged.part, forged.change).into());
        };
        let one = json!({
            "part": forged.part,
            "change": forged.change,
            "keyDigest": trusted.to_string(),
            "message": line(&refused.to_string()),
            "wrong": line(&refused.part()),
            "receipt": text,
        });
        println!("{one}");
    }
    Ok(())
}
