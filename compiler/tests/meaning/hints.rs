//! Nothing inside a hint is believed: its value is compared with its type when it runs.

use super::judge::{accepted, refused};

#[test]
fn a_hint_is_judged_by_its_value() {
    accepted(
        "fn f(x: i8) -> u6 {
             let q: u6 = hint x + 16;
             assert q == x + 16, \"out of range\";
             q
         }
         circuit c(private x: i8) -> public o: _ { f(x) }
         test t { assert f(at::<i8>(130)) == 18; }",
    );
    accepted(
        "fn f(x: i16) -> i16 {
             let q: i16 = hint div(x, -13);
             let r: int<-12..=0> = hint mod(x, -13);
             assert x == -13 * q + r;
             q
         }
         circuit c(private x: i16) -> public r: _ { f(x) }
         test t { assert f(170 as i16) == -14; assert f(-170 as i16) == 13; assert f(13 as i16) == -1; }",
    );
    accepted(
        "fn f(x: i8) -> _ { let b: bit = hint x; assert b == x; b }
         circuit c(private x: i8) -> public r: _ { f(x) }
         test t { assert f(1 as i8) == 1; }",
    );
}

/// Known or not: what a hint says is one value, whatever its parts were declared to be.
#[test]
fn known_values_of_hints_are_judged_by_themselves() {
    let quotient = "fn quotient(x: i16) -> i16 {
        let q: i16 = hint div(x, -13);
        let r: int<-12..=0> = hint mod(x, -13);
        assert x == -13 * q + r;
        q
    }";
    accepted(&format!(
        "{quotient}
         const KNOWN: i16 = quotient(170);
         fn guessed(x: i16) -> _ {{ let q: i16 = hint quotient(x); assert q == quotient(x); q }}
         circuit c(private x: i16) -> public r: _ {{ quotient(x) + guessed(x) + quotient(-32767) + KNOWN }}
         test t {{
             assert KNOWN == -14 && quotient(170) == -14 && guessed(170 as i16) == -14;
             for x in -40..40 {{ assert quotient(x) == div(x, -13); }}
         }}"
    ));
    // What is known not to fit is refused before anything runs, and by its value.
    refused(
        "fn f(x: u8) -> u4 { let a: u4 = hint x + 9; assert a == x + 9; a }
         const KNOWN: u4 = f(7);
         circuit c(private x: u4) -> public r: _ { x + KNOWN }",
        "E0203",
    );
}

#[test]
fn divisors_of_any_sign() {
    for d in ["-7", "7", "-1", "1"] {
        accepted(&format!(
            "circuit c(private x: i6) -> public r: _ {{
                 let q: i7 = hint div(x, {d});
                 let r: int<-6..=6> = hint mod(x, {d});
                 assert x == {d} * q + r;
                 assert r * {d} >= 0 && r * r < {d} * {d};
                 q
             }}"
        ));
    }
}

#[test]
fn division_by_zero_is_a_refusal() {
    accepted(
        "circuit c(private x: u3, private y: u3) -> public r: _ {
             let q: u3 = hint div(x, y);
             let r: u3 = hint mod(x, y);
             assert x == y * q + r && r < y;
             q
         }",
    );
}

#[test]
fn both_branches_of_a_hint_are_computed() {
    // A divisor of 0 in the branch that is not chosen is a divisor of 0.
    accepted(
        "fn f(x: i5) -> _ {
             #[nondet(\"a test\")]
             let q: i8 = hint if x < 0 { div(10, x) } else { div(20, x + 1) };
             q
         }
         circuit c(private x: i5) -> private r: _ { f(x) }
         test t { assert f(-4 as i5) == -3; assert f(4 as i5) == 4; }",
    );
}

#[test]
fn searches_and_bits_in_hints() {
    accepted(
        "fn f(x: u4[3]) -> _ { #[nondet(\"a test\")] let m: u3 = hint maximum(x); m }
         circuit c(private x: u4[3]) -> private r: _ { f(x) }",
    );
    accepted(
        "fn f(x: u5) -> _ {
             let b: bit[5] = hint to_bits(2 * x - x);
             assert x == sum i < 5 { 2 ** i * b[i] };
             b[0]
         }
         circuit c(private x: u5) -> public r: _ { f(x) }
         test t { for x < 32 { assert f(at::<u5>(x)) == mod(x, 2); } }",
    );
    // Its interval says that it may be negative: refused in every way.
    refused(
        "fn f(x: i5) -> _ { let b: bit[5] = hint to_bits(x); assert x == sum i < 5 { 2 ** i * b[i] }; b[0] }
         circuit c(private x: i5) -> public r: _ { f(x) }
         test t { assert f(3 as i5) == 1; }",
        "E0203",
    );
}

#[test]
fn the_costs_of_a_call_are_known_in_a_hint() {
    accepted(
        "fn f(x: i8) -> _ { relu(x) }
         circuit c(private x: i8) -> public y: _ {
             let k: u8 = hint cost(f).total;
             x + k
         }",
    );
}

#[test]
fn what_leaves_its_type_later_is_a_refusal() {
    // The index is only in range while the assertion holds.
    accepted(
        "const T: u4[3] = [3, 1, 2];
         circuit c(private x: u4) -> public y: _ { let i: int<0..=2> = hint x; assert i == x; T[i] }",
    );
    accepted(
        "circuit c(private x: i5) -> public y: _ { let u = narrow::<u4>(x); let v = narrow::<u3>(u); v }",
    );
}

#[test]
fn a_cost_may_be_asked_for_in_a_hint() {
    accepted(
        "fn f(x: i8) -> _ { relu(x) }
         circuit c(private x: i8) -> public y: _ { let k: u8 = hint cost(f).total; x + k }
         test t { assert cost(f).total == 9; }",
    );
    // Not by what it costs.
    refused(
        "fn f(x: i8) -> _ { let k: u8 = hint cost(f).total; assert k == 3; x + k }
         circuit c(private x: i8) -> public y: _ { f(x) }",
        "E0106",
    );
}
