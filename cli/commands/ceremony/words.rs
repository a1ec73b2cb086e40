//! What is said of a ceremony that was verified.

use super::{Keys, Verified};
use crate::show::line;
use serde_json::{Value, json};
use zirc_runtime::ceremony::Contributor;

impl Verified {
    /// For people: whoever contributed, what was checked and what was not.
    pub(super) fn words(&self) -> String {
        let key = self.keys.verifying();
        let mut out = format!(
            "circuit        {}\ndigest         {}\nkey            {}\n\ncontributions\n",
            crate::show::line(&key.interface().name),
            key.circuit(),
            key.digest(),
        );
        for (k, c) in self.contributors.iter().enumerate() {
            out.push_str(&format!("  {}  {}\n     {}\n", k + 1, named(c), c.digest));
        }
        out.push_str(
            "\nchecked\n  \
             that the keys are of this circuit and this first phase, and nothing in them but the trapdoors was changed\n  \
             that each contribution follows from the one before, and whoever made it knew its numbers\n  \
             that every trapdoor was multiplied by each, and none is known or another\n  \
             that a beacon is the last, and gives its numbers\n\
             \nnot checked\n  \
             who the contributors are: ask them for the digests of their contributions\n  \
             that one of them forgot their numbers, as nobody can see\n  \
             the first phase's own contributions: `snarkjs powersoftau verify` does that\n",
        );
        if matches!(self.keys, Keys::ZKey(_)) {
            out.push_str("  their names, which nothing in a .zkey binds to their contributions\n");
        }
        out
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let key = self.keys.verifying();
        let one = |c: &Contributor| {
            let beacon = c.beacon.as_ref();
            let beacon =
                beacon.map(|b| json!({ "value": hex(b.source()), "log2_hashes": b.log_hashes() }));
            json!({ "name": c.name, "digest": c.digest, "beacon": beacon })
        };
        json!({
            "circuit": key.interface().name,
            "digest": key.circuit().to_string(),
            "verifying_key_digest": key.digest().to_string(),
            "transcript": key.ceremony().map(|made| made.transcript.to_string()),
            "contributions": self.contributors.iter().map(one).collect::<Vec<_>>(),
        })
    }
}

/// What a contribution calls itself, and where its numbers came from if everybody can know.
pub(super) fn named(c: &Contributor) -> String {
    let name = if c.name.is_empty() { "without a name".into() } else { line(&c.name) };
    match &c.beacon {
        None => name,
        Some(b) => {
            format!("{name}, a beacon: {} hashed 2^{} times", hex(b.source()), b.log_hashes())
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
