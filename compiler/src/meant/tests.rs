//! What the tables recommend is the language's: it parses, and what it calls is there.

use super::words::{MEMBERS, TYPES, VALUES};
use super::{Place, help, width};
use crate::resolve::World;
use crate::{Budget, NoFiles};
use std::collections::BTreeSet;
use zirc_grammar::ast::{Expr, ExprKind};

fn world() -> World {
    World::of_library(Budget::default()).unwrap()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn what_is_recommended_parses_and_exists() {
    let world = world();
    let rows = [VALUES, TYPES, MEMBERS].into_iter().flatten();
    for text in rows.flat_map(|r| quoted(r.help)) {
        let as_type = format!("type A = {text};");
        let as_statement = format!("fn t() {{ {text} }}");
        let forms = [text, &as_type, &as_statement];
        assert!(
            zirc_grammar::parse_expression(text, 0).is_ok()
                || forms.iter().any(|t| zirc_grammar::parse(t, 0).is_ok()),
            "`{text}` is no zirc"
        );
        for called in called(text) {
            let known =
                world.names(0).any(|(n, _)| n == called) || crate::builtins().any(|b| b == called);
            assert!(known || called == "f", "`{text}` calls `{called}`");
        }
    }
}

/// The names before parentheses and generic arguments.
fn called(text: &str) -> Vec<String> {
    let Ok(e) = zirc_grammar::parse_expression(text, 0) else { return vec![] };
    match e {
        Expr { kind: ExprKind::Call { callee, .. }, .. } => match callee.kind {
            ExprKind::Path(p) => p.segments.iter().map(|s| s.name.clone()).collect(),
            _ => vec![],
        },
        Expr { kind: ExprKind::Path(p), .. } if text.chars().any(|c| c == '_') => {
            p.segments.iter().map(|s| s.name.clone()).collect()
        }
        _ => vec![],
    }
}

/// A word that means something already would never be asked about.
#[test]
fn words_are_those_that_mean_nothing() {
    let world = world();
    let known: BTreeSet<&str> =
        world.names(0).map(|(n, _)| n).chain(crate::builtins().map(|b| -> &str { b })).collect();
    let mut seen = BTreeSet::new();
    for word in VALUES.iter().flat_map(|r| r.words) {
        assert!(!known.contains(word), "`{word}` is there");
        assert!(seen.insert(word), "`{word}` is there twice");
    }
}

#[test]
fn widths() {
    let of = |name| width(name).unwrap_or_default();
    assert_eq!(of("int8"), "write `i8`");
    assert_eq!(of("uint16"), "write `u16`");
    assert_eq!(of("quint8"), "write `u8`");
    for none in ["int", "int0", "int254", "int8x", "float32", "x8", "8", "int99999999999", ""] {
        assert_eq!(width(none), None, "{none}");
    }
}

#[test]
fn what_is_meant_could_stand_there() {
    let text = "const RATE: _ = 3; fn rates(x: u8) -> _ { x } type Rate = u8; circuit rate(private x: u8) -> _ { x }";
    let (world, errors) = World::load("t.zirc", text, &mut NoFiles);
    assert_eq!(errors, []);
    let near = |place, name| help(&world, 0, (place, name), &["sortable".into()]);
    let meant = |near: &str| Some(format!("did you mean `{near}`?"));
    assert_eq!(near(Place::Value, "ratse"), meant("rates"));
    assert_eq!(near(Place::Type, "rate"), meant("Rate"));
    assert_eq!(near(Place::Circuit, "rat"), meant("rate"));
    assert_eq!(near(Place::Value, "srotable"), meant("sortable"));
    assert_eq!(near(Place::Type, "ratse"), None);
    assert_eq!(near(Place::Value, "q"), None);
}
