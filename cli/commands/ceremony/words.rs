//! What is said of a ceremony that was verified.

use super::{Keys, Verified};
use serde_json::{Value, json};
use zirc_runtime::ceremony::Contributor;

impl Verified {
    /// For people: whoever contributed, what was checked and what was not.
    pub(super) fn words(&self) -> String {
        let key = self.keys.verifying();
        let mut out = format!(
            "circuit        {}\ndigest         {}\nkey            {}\n\ncontributions  {}\n",
            crate::show::line(&key.interface().name),
            key.circuit(),
            key.digest(),
            counted(&self.contributors),
        );
        for (k, c) in self.contributors.iter().enumerate() {
            out.push_str(&format!("  {}  {}\n     {}\n", k + 1, named(c), c.digest));
            beacon(c).iter().for_each(|words| out.push_str(&format!("     {words}\n")));
        }
        out.push_str(
            "\nchecked\n  \
             that the keys are of this circuit and this first phase, and nothing in them but the trapdoors was changed\n  \
             that each contribution follows from the one before, and whoever made it knew its numbers\n  \
             that every trapdoor was multiplied by each, and none is known or another\n  \
             that a beacon is the last, and gives its numbers\n  \
             that tau, alpha and beta do not follow from each other, as far as products of the first phase's points show\n\
             \nnot checked\n  \
             who the contributors are: ask them for the digests of their contributions\n  \
             that one of them forgot their numbers, as nobody can see\n  \
             the first phase's own contributions: `snarkjs powersoftau verify` does that\n",
        );
        if matches!(self.keys, Keys::ZKey(_)) {
            out.push_str(
                "  their names, and whether a contribution without the value of a beacon was one all the same: nothing in \
                 a .zkey binds either\n",
            );
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
            "secret_contributions": self.contributors.iter().filter(|c| c.beacon.is_none()).count(),
            "ended_by_beacon": self.contributors.iter().any(|c| c.beacon.is_some()),
            "contributions": self.contributors.iter().map(one).collect::<Vec<_>>(),
        })
    }
}

/// What a contribution calls itself, in quotes: a name says nothing that could be taken for ours.
pub(super) fn named(c: &Contributor) -> String {
    if c.name.is_empty() { "without a name".into() } else { format!("{:?}", c.name) }
}

/// Where its numbers came from, if everybody can know.
pub(super) fn beacon(c: &Contributor) -> Option<String> {
    let beacon = c.beacon.as_ref()?;
    let (value, log) = (hex(beacon.source()), beacon.log_hashes());
    Some(format!("a beacon: {value} hashed 2^{log} times"))
}

/// How many drew numbers of their own, and whether a beacon came behind them.
pub(crate) fn counted(all: &[Contributor]) -> String {
    let secret = all.iter().filter(|c| c.beacon.is_none()).count();
    let end = if secret < all.len() { ", then a beacon" } else { ", no beacon" };
    format!("{secret} with secret numbers{end}")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_runtime::ceremony::Beacon;

    #[test]
    fn a_name_does_not_look_like_a_beacon() {
        let one =
            |name: &str, beacon| Contributor { name: name.into(), beacon, digest: "d".into() };
        let posed = "end\"\n     a beacon: 00 hashed 2^10 times";
        let all = [one(posed, None), one("", Beacon::new(&[0], 10).ok())];
        assert_eq!(named(&all[0]), r#""end\"\n     a beacon: 00 hashed 2^10 times""#);
        assert_eq!((beacon(&all[0]), named(&all[1])), (None, "without a name".into()));
        assert_eq!(beacon(&all[1]), Some("a beacon: 00 hashed 2^10 times".into()));
        assert_eq!(counted(&all), "1 with secret numbers, then a beacon");
        assert_eq!(counted(&all[..1]), "1 with secret numbers, no beacon");
    }
}
