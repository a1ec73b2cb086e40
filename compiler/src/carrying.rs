//! Whether public values are carried where that was asked for: what cannot be had is said, and not left out.

use crate::diagnostic::{Diagnostic, Severity};
use crate::options::{Options, Public};
use zirc_circuit::{Circuit, Kind, MAX_CARRIED, Signature, Visibility};
use zirc_grammar::ast::Span;

const CODE: &str = "E0704";

/// Refuses more values than can be carried, in a circuit that may have a commitment round.
pub(crate) fn too_many(signature: &Signature, options: &Options, at: Span) -> Option<Diagnostic> {
    let all = signature.inputs.iter().chain(&signature.outputs);
    let public = all.filter(|p| p.visibility == Visibility::Public);
    let values = public.fold(0usize, |n, p| n.saturating_add(p.shape.iter().product()));
    if options.public != Some(Public::Carried) || values <= MAX_CARRIED {
        return None;
    }
    let title = format!("{values} public values cannot be carried");
    let d = Diagnostic::error(CODE, at, title);
    let d = d.say(format!("one evaluation binds {MAX_CARRIED} of them at most"));
    Some(d.help("leave `--public carried` out, or make some of them private"))
}

/// What is remarked of a circuit that carries nothing though it was asked to.
pub(crate) fn none(circuit: &Circuit, options: &Options, at: Span) -> Option<Diagnostic> {
    let has = |kind: Kind| circuit.tensors.iter().any(|t| t.kind == kind && !t.is_empty());
    let wanted = options.optimize && options.public == Some(Public::Carried);
    if !wanted || has(Kind::Carried) || !has(Kind::Public) {
        return None;
    }
    let mut d = Diagnostic::error(CODE, at, "public values are not carried");
    d.severity = Severity::Warning;
    let d = d.say("this is compiled for plain Groth16, in which nothing is");
    Some(d.help("`--mode groth16-commit` has the commitment round that `--public carried` takes"))
}
