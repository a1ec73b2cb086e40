//! What was refused once is refused wherever it is asked for again, with its reason, and nothing passes for the reason
//! that it was not looked at.

use super::judge::{accepted, refused};
use zirc_compiler::{NoFiles, Outcome, Project, Verdict};

/// The codes of what is wrong with the first test of a program.
fn wrong(text: &str) -> Vec<&'static str> {
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    match &p.test("", &mut NoFiles).0[0].outcome {
        Outcome::Passed => vec![],
        Outcome::Failed(why) => why.iter().map(|d| d.code).collect(),
    }
}

#[test]
fn a_call_that_was_refused_where_it_does_not_count_is_refused_where_it_does() {
    let f = "fn f<T: num>(x: T) -> u4 { x }";
    let first = format!(
        "{f} test t {{ let g = -1 as i8; let z = if g >= 0 {{ f(3 as i8) }} else {{ 5 }}; assert f(3 as i8) == 77; }}"
    );
    assert_eq!(wrong(&first), ["E0203"]);
    assert_eq!(
        wrong(&format!("{f} test t {{ assert (sum i < 1 {{ 2 * f(3 as i8) }}) == 77; }}")),
        ["E0203"]
    );
}

#[test]
fn a_constant_that_was_refused_stays_refused() {
    let k = "const K: u8 = narrow::<u8>(300);";
    let text = format!(
        "struct S {{ a: u8 }} {k} fn f(s: S) -> _ {{ s.a + K }} test t {{ assert f(S(3 as u8)) == 77; }}"
    );
    assert_eq!(wrong(&text), ["E0501"]);
    let text = format!(
        "{k} test t {{ let g = -1 as i8; let z = if g >= 0 {{ K }} else {{ 5 }}; assert K == 255; }}"
    );
    assert_eq!(wrong(&text), ["E0501"]);
    refused(
        &format!(
            "{k} circuit c(public x: u8, public t: u8[3]) -> public y: _ {{
                 sum i < 3 {{ assert K == 7; let a = sum j < i + 1 {{ t[j] }}; a + x }}
             }}"
        ),
        "E0501",
    );
}

#[test]
fn a_value_of_a_branch_that_is_never_chosen_is_no_value_elsewhere() {
    let k = "fn k<N: nat>() -> u4 { N }";
    for body in [
        "let a = if x > 300 { k::<300>() } else { 0 }; a + k::<300>()",
        "let a = if x > 300 { k::<300>() } else { 0 }; if x > 5 { k::<300>() } else { a }",
    ] {
        refused(&format!("{k} circuit c(public x: u8) -> public y: _ {{ {body} }}"), "E0203");
    }
}

#[test]
fn a_loop_of_statements_without_an_iteration_asks_nothing() {
    accepted(
        "circuit c(public a: u2[3]) -> public y: _ { for i < 3 { for j < i { assert a[i] >= a[j]; } } a[0] }",
    );
    accepted(
        "circuit c(public a: u2[2]) -> public y: _ { for i < 2 { for j < i { if a[i] > 1 { assert a[j] < 3; } } } a[0] }",
    );
}

#[test]
fn what_an_attempt_says_is_taken_back_with_it() {
    accepted(
        "const W: u8[2] = [0, 100];
         fn f<T: num, U: num>(x: T, w: U) -> _ { let q = (x - w) as u4; if w > 1 { q } else { 2 * q } }
         circuit c(public a: u4, public b: u4) -> public y: _ { let x = [a, b + 100]; f.(x, W) }",
    );
}

#[test]
fn a_circuit_with_hints_is_audited_where_a_test_calls_it() {
    let text = "circuit c(public x: int<-3..=4>) -> public y: _ { let h: u3 = hint x + 3; assert h == 3 + x; h }
         test t { assert c(0 as int<-3..=4>) == 3; }";
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let audits = p.audit_tests("", &mut NoFiles);
    let hints: Vec<_> = audits.iter().flat_map(|a| &a.hints).collect();
    assert!(!hints.is_empty());
    assert!(hints.iter().all(|h| matches!(h.verdict, Verdict::Pinned(_))), "{audits:?}");
}

#[test]
fn field_elements_of_a_test_side_by_side_stand_for_inputs() {
    let k = "fn k(x: field[2]) -> field { x[0] * x[1] } circuit c(private x: field[2]) -> public y: _ { k(x) }";
    let cost = |x: &str| wrong(&format!("{k} test t {{ assert cost(k({x})).total == 1; }}"));
    assert_eq!(cost("[2 as field, 3 as field]"), cost("[2, 3] as field"));
}
