//! What a receipt says in sentences, computed from the key and the values so that they can be checked.

use super::{Direction, ReceiptPort};
use crate::keys::{Interface, Role, VerifyingKey};

/// Values of a tensor that a sentence lists.
const LISTED: usize = 8;

/// Characters of a name that a sentence has.
const LONGEST: usize = 100;

/// Who made the key, as far as the key says: γ is 1 in those of two phases, and drawn by whoever makes one alone.
pub(super) fn key_made_by(key: &VerifyingKey) -> String {
    if let Some(made) = key.ceremony() {
        let count = match made.contributions {
            1 => "one contribution".to_owned(),
            n => format!("{n} contributions"),
        };
        let beacon = if made.beacon { " and a public source of randomness" } else { "" };
        return format!(
            "a ceremony with {count}{beacon}, as the key itself says: the file of the ceremony with transcript {} shows \
             it, or that it is not so; if all who contributed kept what they drew, or all who took part in the first \
             phase did, they have what proofs of false statements are made with",
            made.transcript
        );
    }
    let words = if key.has_two_phases() {
        "those who took part in one of the two phases of its setup, which the key does not name and of whom there may have \
         been one alone: if all of one phase kept what they drew, they have what proofs of false statements are made with"
    } else {
        "a single party, who could have kept what proofs of false statements are made with"
    };
    words.to_owned()
}

/// What no proof of this kind says.
pub(super) const NOT_CLAIMED: [&str; 5] = [
    "truth: that the model is right, or its answer",
    "training data: that the model was trained on what anybody says, or at all",
    "provenance: that the inputs are genuine, or whose they are",
    "fairness: that the answer does not depend on what it should not depend on, or on what goes with that",
    "freshness: when the proof was made, or for whom; it can be shown again by anybody who has it",
];

/// The proof system, as the command line names it.
pub(super) fn proof_system(key: &VerifyingKey) -> &'static str {
    if key.commitments().count() > 0 { "groth16-commit over BN254" } else { "groth16 over BN254" }
}

/// What the model is known by.
pub(super) fn model_identity(key: &VerifyingKey) -> String {
    let constants = "circuit_digest names the circuit and all of its constants, weights among them";
    // The compiler gives such names to nothing else.
    let hashes = key.interface().public.iter().filter(|p| p.output);
    let hashes = hashes
        .filter_map(|p| p.name.strip_suffix(".commitment"))
        .map(|of| format!("{} names {}", quoted(&format!("{of}.commitment")), quoted(of)));
    let rest = if hashes.clone().next().is_some() { "all other" } else { "the" };
    let model = key.model().is_some();
    let model = model.then(|| format!("model_commitment names {rest} committed parameters"));
    let names: Vec<String> = model.into_iter().chain(hashes).collect();
    match names.is_empty() {
        true => constants.to_owned(),
        false => format!("{}; {constants}", names.join(", ")),
    }
}

/// The statement in a sentence.
pub(super) fn statement(key: &VerifyingKey, public: &[ReceiptPort]) -> String {
    let interface = key.interface();
    let of = |direction: Direction| {
        let all = public.iter().filter(move |p| p.direction == direction);
        all.map(valued).collect::<Vec<String>>()
    };
    let hidden = |role: Role| {
        let all = interface.hidden.iter().filter(move |p| p.role == role);
        all.map(|p| quoted(&p.name)).collect::<Vec<String>>()
    };
    let mut known = vec![];
    if !hidden(Role::Input).is_empty() {
        known.push(format!("private inputs {}", listed(&hidden(Role::Input))));
    }
    if !hidden(Role::Model).is_empty() {
        known.push(format!("a model {} behind model_commitment", listed(&hidden(Role::Model))));
    }
    let who = match known.is_empty() {
        true => "It is proved".into(),
        false => format!("The prover knows {}, of their types,", known.join(" and ")),
    };
    let inputs = match of(Direction::Input) {
        none if none.is_empty() => String::new(),
        some => format!(" on {}", listed(&some)),
    };
    let outputs = match of(Direction::Output) {
        none if none.is_empty() => String::new(),
        some => format!(", and it gives {}", listed(&some)),
    };
    let with = if known.is_empty() { "that" } else { "with which" };
    format!(
        "{who} {with} circuit {} runs{inputs} without a failed assertion{outputs}.{}",
        quoted(&interface.name),
        claimed(interface)
    )
}

/// What is claimed of values, shown or not, in sentences.
fn claimed(interface: &Interface) -> String {
    let mut text = String::new();
    let claims: Vec<String> = interface.claims.iter().map(|c| condition(c)).collect();
    if !claims.is_empty() {
        text.push_str(&format!(" It holds that {}.", listed(&claims)));
    }
    let parts: Vec<String> = interface.independent_of.iter().map(|p| condition(p)).collect();
    if !parts.is_empty() {
        // A commitment to an input is an output that depends on all of it, and shows nothing.
        let committed =
            interface.public.iter().any(|p| p.output && p.name.ends_with(".commitment"));
        let what = if committed { "No output but a commitment" } else { "No output" };
        text.push_str(&format!(" {what} depends on {}.", listed(&parts)));
    }
    text
}

/// A condition between marks that it does not contain, in full: of half of it nothing could be believed.
fn condition(text: &str) -> String {
    // What has no visible form is escaped, and nothing else is.
    let one = |c: char| match c {
        '\'' | '"' | '\\' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    let text: String = text.replace("``", "`\\u{60}").chars().map(one).collect();
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// `x` = 1, or `x` = [1, 2, 3, …] (10 values); a number that has a name with it, as 1 ("granted").
fn valued(port: &ReceiptPort) -> String {
    let one = |k: usize| match port.names.get(k).filter(|name| **name != port.values[k]) {
        Some(name) => format!("{} ({})", port.values[k], said(name)),
        None => port.values[k].clone(),
    };
    let name = quoted(&port.name);
    if port.shape.is_empty() && port.values.len() == 1 {
        return format!("{name} = {}", one(0));
    }
    let first: Vec<String> = (0..port.values.len().min(LISTED)).map(one).collect();
    let rest = if port.values.len() > LISTED { ", …" } else { "" };
    format!("{name} = [{}{rest}] ({} values)", first.join(", "), port.values.len())
}

/// A name of the program, in which nothing can be taken for the sentence around it: letters, digits and the signs
/// that names have are as they are, all else is escaped.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.-/:[]".contains(c);
    let one = |c: char| if plain(c) { c.to_string() } else { c.escape_unicode().to_string() };
    let text: String = name.chars().take(LONGEST).map(one).collect();
    let rest = if name.chars().count() > LONGEST { "…" } else { "" };
    format!("`{text}{rest}`")
}

/// What a number is called, as a string of the language.
fn said(name: &str) -> String {
    let text: String = name.chars().take(LONGEST).collect();
    let rest = if name.chars().count() > LONGEST { "…" } else { "" };
    format!("{text:?}{rest}")
}

fn listed(all: &[String]) -> String {
    match all {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.concat(),
    }
}
