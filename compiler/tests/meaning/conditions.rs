//! What depends on an input is unknown, whatever is known about its value.

use super::judge::{accepted, constraints, refused};

#[test]
fn a_condition_that_an_interval_decides_chooses_between_both_branches() {
    // The second branch has a finer step, so the result has it too.
    accepted(
        "fn pick(x: bit) -> _ { raw(select(x > (-1 / 2), x, (1 / 4))) }
         circuit c(private x: bit) -> public y: _ { pick(x) }
         test t { for x < 2 { assert pick(at::<bit>(x)) == 4 * x; } }",
    );
    accepted(
        "fn f(x: u4) -> _ { raw(if x >= 0 { x } else { 0.5 }) }
         circuit c(private x: u4) -> public y: _ { f(x) }
         test t { for x < 16 { assert f(at::<u4>(x)) == 2 * x; } }",
    );
    accepted(
        "fn f(x: u4) -> _ { raw(if x > 20 { x } else { 1 / 3 }) }
         circuit c(private x: u4) -> public y: _ { f(x) }
         test t { assert f(at::<u4>(9)) == 1; }",
    );
    accepted(
        "fn f(x: i4) -> _ { raw(if x == 9 { 0.25 } else { x }) }
         circuit c(private x: i4) -> public y: _ { f(x) }
         test t { for x < 16 { assert f(at::<i4>(x)) == 4 * (x - 8); } }",
    );
    accepted("circuit c(private x: u4) -> public y: _ { raw(if x in 0..=15 { x } else { 0.5 }) }");
    accepted(
        "circuit c(private x: u4, private b: bit) -> public y: _ {
             raw(if b || x >= 0 { x } else { 0.5 }) + raw(if b && x < 0 { 0.25 } else { x })
         }",
    );
}

#[test]
fn such_a_choice_costs_nothing() {
    assert_eq!(
        constraints("circuit c(private x: u4) -> private y: _ { if x >= 0 { x } else { 7 } }"),
        0
    );
    assert_eq!(
        constraints(
            "circuit c(private x: u4) -> private y: _ { if x < 0 { x } else { 2 * x + 1 } }"
        ),
        0
    );
}

#[test]
fn products_and_differences_that_vanish_are_unknown() {
    accepted(
        "fn f(x: u4) -> _ { raw(if x - x == 0 { x } else { 0.5 }) }
         circuit c(private x: u4) -> public y: _ { f(x) }
         test t { assert f(at::<u4>(3)) == 6; }",
    );
    accepted("circuit c(private x: u4) -> public y: _ { raw(if x * 0 == 0 { x } else { 0.5 }) }");
    accepted(
        "circuit c(private x: u4) -> public y: _ { raw(if (x - x) * x == 1 { x } else { 0.5 }) }",
    );
    // Only a known zero has every step.
    refused(
        "fn f(x: u4) -> _ { (x - x) / 3 + x / 2 }
         circuit c(private x: u4) -> public y: _ { f(x) }
         test t { assert f(at::<u4>(0)) == 0; }",
        "E0204",
    );
}

#[test]
fn a_value_on_an_unknown_condition_needs_both_branches() {
    refused("circuit c(private x: u4) -> public y: u4 { if x >= 3 { 2 * x } }", "E0218");
    refused("circuit c(private x: u4) -> public y: u4 { let z = if x >= 3 { 2 * x }; x }", "E0218");
}

#[test]
fn unknowns_are_no_sizes() {
    refused(
        "fn f(x: u4) -> _ { sum i < (x >= 0) { i + x } }
         circuit c(private x: u4) -> public y: _ { f(x) }",
        "E0209",
    );
    refused("circuit c(private x: u4) -> public y: _ { x ** (x >= 0) }", "E0209");
    refused("circuit c(private x: u4) -> public y: _ { x / (1 + (x >= 0)) }", "E0219");
}

#[test]
fn an_unknown_index_reads_constants_only() {
    accepted(
        "const T: int<0..=9>[2] = [3, 9];
         fn f(x: u4) -> _ { T[x >= 0] }
         circuit c(private x: u4) -> public y: _ { f(x) }
         test t { assert f(at::<u4>(3)) == 9; }",
    );
    refused("circuit c(private x: u4[2]) -> public y: _ { x[x[0] >= 0] }", "E0209");
}

#[test]
fn typed_constants_are_known() {
    // A constant of a declared type depends on no input: one branch is taken everywhere.
    accepted(
        "circuit c(private x: u4) -> public y: _ { raw(if (3 as u4) == 3 { x } else { x / 4 }) }",
    );
    accepted(
        "const K: u4 = 3; circuit c(private x: u4) -> public y: _ { raw(if K > 2 { x } else { x / 4 }) }",
    );
}

#[test]
fn field_elements_are_unknown_too() {
    accepted(
        "fn is_three(x: field) -> bit {
             let d = x - 3;
             let z: bit = hint d == 0;
             let v: field = hint inverse(d);
             assert d * v == (1 - z) as field;
             assert (z as field) * (d + v) == 0;
             z
         }
         fn f(x: field, y: u4) -> _ { raw(if is_three(x) { y } else { 0.5 }) }
         circuit c(public x: field, private y: u4) -> public z: _ { f(x, y) }
         test t { assert f(3 as field, 5 as u4) == 10; assert f(4 as field, 5 as u4) == 1; }",
    );
    // In a hint both branches are aligned as well.
    accepted(
        "fn f(x: field) -> _ {
             #[nondet(\"a test\")]
             let h: u8 = hint raw(if x == 3 { 1 } else { 0.5 });
             h
         }
         circuit c(public x: field) -> private z: _ { f(x) }
         test t { assert f(3 as field) == 2; assert f(4 as field) == 1; }",
    );
}

#[test]
fn conditions_in_loops_and_tensors() {
    accepted(
        "circuit c(private x: u3[3]) -> public y: _[3] { raw(for i { if x[i] >= 0 { x[i] } else { 0.5 } }) }",
    );
    accepted(
        "circuit c(private x: u3[3]) -> public y: _ {
             raw(fold a = x[0], i < 3 { if x[i] < 0 { a / 2 } else { a } })
         }",
    );
    accepted(
        "circuit c(private x: u3[2]) -> public y: _ {
             let b = for i { x[i] >= 0 };
             sum i { raw(if b[i] { x[i] } else { 0.5 }) }
         }",
    );
}
