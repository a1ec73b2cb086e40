//! `verification_key.json`, `proof.json` and `public.json`.
//!
//! Numbers are texts in decimal, with one way to write each: no sign, no zeros in front, below the
//! modulus. Points are `[x, y, "1"]`, in G2 with `[c0, c1]` for each. Public signals are public
//! outputs, then public inputs.

mod text;

use super::{SnarkjsError, signals};
use crate::files::FileError;
use crate::keys::{Interface, PublicPort, VerifyingKey};
use crate::proof::Proof;
use crate::verify::{VerifyError, verify};
use ark_bn254::{Bn254, Fr};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
#[cfg(test)]
pub(super) use text::g2_text as text_of_g2;
use text::{G1Text, G2Text, TargetText, alpha_beta, g1, g1_text, g2, g2_text, number, text};
use zirc_circuit::{Digest, PortType};

const PROTOCOL: &str = "groth16";
const CURVE: &str = "bn128";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    protocol: String,
    curve: String,
    #[serde(rename = "nPublic")]
    public: u64,
    vk_alpha_1: G1Text,
    vk_beta_2: G2Text,
    vk_gamma_2: G2Text,
    vk_delta_2: G2Text,
    #[serde(default)]
    vk_alphabeta_12: Option<TargetText>,
    #[serde(rename = "IC")]
    ic: Vec<G1Text>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofText {
    pi_a: G1Text,
    pi_b: G2Text,
    pi_c: G1Text,
    protocol: String,
    curve: String,
}

/// A `verification_key.json`: what verifies a proof of some circuit, and does not say which.
///
/// Its public signals are elements of the field without names and types.
#[derive(Clone, Debug, PartialEq)]
pub struct SnarkjsKey {
    /// With one public tensor of field elements, so that all checks of ours are made.
    key: VerifyingKey,
}

impl SnarkjsKey {
    /// Reads a `verification_key.json`.
    ///
    /// # Errors [`SnarkjsError::Json`] for what is no such text, [`SnarkjsError::File`] for points
    /// and numbers that will not do, and for a key under which anything can be proved.
    pub fn from_json(text: &str) -> Result<SnarkjsKey, SnarkjsError> {
        let kind = "verification key";
        let read: KeyText = parse(text, kind)?;
        of_this_kind(&read.protocol, &read.curve, kind)?;
        let (what, expected, got) = ("points of IC", read.ic.len() as u64, read.public);
        if got.checked_add(1) != Some(expected) {
            return Err(SnarkjsError::Differs {
                what,
                expected: got.saturating_add(1),
                got: expected,
            });
        }
        let ic = read.ic.iter().map(|p| g1(p, what)).collect::<Result<Vec<_>, _>>()?;
        let points = ark_groth16::VerifyingKey {
            alpha_g1: g1(&read.vk_alpha_1, "vk_alpha_1")?,
            beta_g2: g2(&read.vk_beta_2, "vk_beta_2")?,
            gamma_g2: g2(&read.vk_gamma_2, "vk_gamma_2")?,
            delta_g2: g2(&read.vk_delta_2, "vk_delta_2")?,
            gamma_abc_g1: ic,
        };
        let product = alpha_beta(&points);
        if read.vk_alphabeta_12.is_some_and(|given| given != product) {
            return Err(FileError::Invalid { what: "vk_alphabeta_12" }.into());
        }
        Self::of_points(points).map_err(SnarkjsError::File)
    }

    pub(super) fn of_points(
        points: ark_groth16::VerifyingKey<Bn254>,
    ) -> Result<SnarkjsKey, FileError> {
        let interface = Interface {
            name: String::new(),
            public: vec![PublicPort {
                name: "signals".into(),
                shape: vec![points.gamma_abc_g1.len().saturating_sub(1)],
                ty: PortType::Field,
                written: "field".into(),
                output: false,
                carried: false,
            }],
            hidden: vec![],
            model: vec![],
            assumptions: vec![],
            nondet: vec![],
            claims: vec![],
            independent_of: vec![],
        };
        let key = VerifyingKey::new(Digest([0; 32]), interface, points, None, None);
        key.check_trapdoors()?;
        Ok(SnarkjsKey { key })
    }

    /// The points of Groth16.
    #[must_use]
    pub fn points(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        self.key.points()
    }

    /// Verifies a proof of public signals, in the order of `public.json`.
    ///
    /// # Errors
    /// As [`verify`](crate::verify()).
    pub fn verify(&self, signals: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
        verify(&self.key, signals, proof)
    }
}

/// Reads a `proof.json`. Every point is on its curve, in its group and not the identity.
///
/// # Errors
/// [`SnarkjsError::Json`], [`SnarkjsError::File`]
pub fn read_proof(text: &str) -> Result<Proof, SnarkjsError> {
    let kind = "proof";
    let read: ProofText = parse(text, kind)?;
    of_this_kind(&read.protocol, &read.curve, kind)?;
    Ok(Proof {
        a: g1(&read.pi_a, "pi_a")?,
        b: g2(&read.pi_b, "pi_b")?,
        c: g1(&read.pi_c, "pi_c")?,
        model: None,
        commitment: None,
    })
}

/// Reads a `public.json`: signals in their order.
///
/// # Errors
/// [`SnarkjsError::Json`], [`SnarkjsError::File`]
pub fn read_public(text: &str) -> Result<Vec<Fr>, SnarkjsError> {
    /// One that is read as a number at once: a list of texts would take many times its room.
    struct Signal(Result<Fr, FileError>);
    impl<'de> Deserialize<'de> for Signal {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Signal, D::Error> {
            let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
            Ok(Signal(number(&text, "public signal")))
        }
    }
    let read: Vec<Signal> = parse(text, "list of public signals")?;
    Ok(read.into_iter().map(|s| s.0).collect::<Result<_, _>>()?)
}

/// Public values of a circuit from signals: those of our order.
///
/// # Errors
/// [`SnarkjsError::Differs`] for another number of them.
pub fn to_circuit_order(interface: &Interface, values: &[Fr]) -> Result<Vec<Fr>, SnarkjsError> {
    // A key says how many there are before it has a point for each.
    if interface.num_values() != values.len() {
        let (expected, got) = (interface.num_values() as u64, values.len() as u64);
        return Err(SnarkjsError::Differs { what: "number of public signals", expected, got });
    }
    let order = signals(interface);
    let mut out = vec![Fr::default(); values.len()];
    order.into_iter().zip(values).for_each(|(k, x)| out[k] = *x);
    Ok(out)
}

/// A verifying key as `verification_key.json`.
///
/// # Errors
/// [`SnarkjsError::Commitments`]
pub fn verification_key_json(key: &VerifyingKey) -> Result<String, SnarkjsError> {
    if key.commitments().count() > 0 {
        return Err(SnarkjsError::Commitments);
    }
    let points = key.points();
    let order = signals(key.interface());
    let ic = std::iter::once(0).chain(order.iter().map(|k| k + 1));
    let text = KeyText {
        protocol: PROTOCOL.into(),
        curve: CURVE.into(),
        public: order.len() as u64,
        vk_alpha_1: g1_text(&points.alpha_g1),
        vk_beta_2: g2_text(&points.beta_g2),
        vk_gamma_2: g2_text(&points.gamma_g2),
        vk_delta_2: g2_text(&points.delta_g2),
        vk_alphabeta_12: Some(alpha_beta(points)),
        ic: ic.filter_map(|k| points.gamma_abc_g1.get(k)).map(g1_text).collect(),
    };
    Ok(pretty(&json!(text)))
}

/// A proof as `proof.json`.
///
/// # Errors
/// [`SnarkjsError::Commitments`]
pub fn proof_json(proof: &Proof) -> Result<String, SnarkjsError> {
    if proof.commitments().count() > 0 {
        return Err(SnarkjsError::Commitments);
    }
    Ok(pretty(&json!(ProofText {
        pi_a: g1_text(&proof.a),
        pi_b: g2_text(&proof.b),
        pi_c: g1_text(&proof.c),
        protocol: PROTOCOL.into(),
        curve: CURVE.into(),
    })))
}

/// Public values, in our order, as `public.json`.
#[must_use]
pub fn public_json(interface: &Interface, public: &[Fr]) -> String {
    let order = signals(interface);
    let texts: Vec<String> = order.iter().filter_map(|k| public.get(*k)).map(text).collect();
    pretty(&json!(texts))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn parse<'t, T: Deserialize<'t>>(text: &'t str, kind: &'static str) -> Result<T, SnarkjsError> {
    let wrong = |e: serde_json::Error| SnarkjsError::Json { kind, message: e.to_string() };
    serde_json::from_str(text).map_err(wrong)
}

fn of_this_kind(protocol: &str, curve: &str, kind: &'static str) -> Result<(), SnarkjsError> {
    if protocol != PROTOCOL {
        let message = format!("protocol {protocol:?}, expected \"{PROTOCOL}\"");
        return Err(SnarkjsError::Json { kind, message });
    }
    if curve == CURVE { Ok(()) } else { Err(SnarkjsError::Curve { what: "curve" }) }
}
