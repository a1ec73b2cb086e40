//! What small programs become: source and circuit side by side.

use std::fmt::Write;
use zirc_circuit::Kind;
use zirc_compiler::{NoFiles, Project};

/// The circuit in words: variables, then constraint blocks with the line that asked for them.
fn describe(text: &str, circuit: &str) -> String {
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let c = p.compile(circuit, &mut NoFiles).unwrap().circuit;
    let mut out = format!("{}\n---\n", text.trim());
    for (k, t) in c.tensors.iter().enumerate() {
        let kind = match &t.kind {
            Kind::One => "one",
            Kind::Public => "public",
            Kind::Witness => "witness",
            Kind::Model => "model",
            Kind::Carried => "carried",
            Kind::Challenge => "challenge",
            Kind::Evaluation => "evaluation",
            Kind::Response => "response",
            Kind::Linear(_) => "linear",
            Kind::Aux => continue,
        };
        let name = t.name.as_deref().unwrap_or("");
        let interval = t.interval.as_ref().map_or("field".into(), |(l, h)| format!("{l}..={h}"));
        let _ = writeln!(out, "t{k} {kind} {name}{:?} {interval}", t.shape);
    }
    for b in &c.blocks {
        let o = &c.origins[b.origin.0 as usize];
        let file = &c.sources[o.span.file as usize];
        let line = file.text[..o.span.start as usize].matches('\n').count() + 1;
        let _ = writeln!(
            out,
            "{:?} × {} ({} · {} = {} terms) {}:{line}",
            b.category,
            b.len(),
            b.a.terms.len(),
            b.b.terms.len(),
            b.c.terms.len(),
            file.name
        );
    }
    let _ = writeln!(out, "{} constraints", c.num_constraints());
    out
}

#[test]
fn dot_product() {
    insta::assert_snapshot!(describe(
        "circuit dot(private w: field[3], public x: field[3]) -> public out: _ {\n    sum i { w[i] * x[i] }\n}",
        "dot"
    ));
}

#[test]
fn relu() {
    insta::assert_snapshot!(describe(
        "circuit r(public x: q3.4[5]) -> public y: _[5] {\n    relu.(x)\n}",
        "r"
    ));
}

#[test]
fn clamp_and_argmax() {
    insta::assert_snapshot!(describe(
        "circuit c(public x: q7.4[3]) -> public best: _ {\n    argmax(clamp_to::<i4>.(x))\n}",
        "c"
    ));
}

#[test]
fn select_and_assert() {
    insta::assert_snapshot!(describe(
        "circuit c(private a: u4, public b: u4) -> public m: _ {\n    assert a in 2..=9;\n    if a < b { a } else { b * 3 }\n}",
        "c"
    ));
}
