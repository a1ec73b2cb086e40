//! Coefficients are elements of the field: programs whose sums multiply them compile.

use super::judge::{accepted, refused};

#[test]
fn weights_of_interpolated_tables_are_multiplied() {
    accepted(
        "circuit c(private a: i5, private d: int<-3..=1>) -> public o: _ { max(atan::<q1.2>(d), a) }",
    );
    accepted(
        "const T: i8[5] = [3, -7, 100, 4, 5];
         circuit c(private d: int<0..=4>, private e: int<0..=4>) -> public o: _ { 1000003 * T[d] - 77 * T[e] }",
    );
    accepted(
        "const T: i8[3] = [3, -7, 100];
         const U: i8[3] = [1, 2, 4];
         circuit c(private d: int<0..=2>) -> public o: _ { let t = 3 * T[d] + 7 * U[d]; max(t, 5 * t - 3) }",
    );
}

#[test]
fn field_constants_are_reduced() {
    accepted("circuit c(private x: field) -> public o: _ { x * 7 ** 200 + 3 ** 300 }");
    accepted(
        "circuit c(private x: field[3]) -> public o: _ { sum i { x[i] * (5 as field) ** (100 * i) } }",
    );
    accepted(
        "const P: field = 2; circuit c(private x: field) -> public o: _ { P ** 4000 * (x * P ** 3000) }",
    );
}

#[test]
fn integers_beyond_the_field_are_refused_by_name() {
    refused("circuit c(private x: u8) -> public o: _ { assert x != 2 ** 300; x }", "E0401");
    refused(
        "circuit c(private x: u8) -> public o: _ { let b: bit = hint x < 2 ** 300; b }",
        "E0401",
    );
    refused(
        "const T: field[1] = [0]; const U: _[2] = [2 ** 300, 1];
         circuit c(private x: bit) -> public o: _ { U[x] + 1 }",
        "E0401",
    );
    accepted("circuit c(private x: int<0..=0>) -> public o: _ { 2 ** 300 * x }");
    accepted("circuit c(private x: u8) -> public o: _ { 2 ** 300 * x - (2 ** 300 - 1) * x }");
}

#[test]
fn operations_of_hints_stay_in_hints() {
    refused("circuit c(private x: u8) -> public o: _ { div(100, x + 1) }", "E0304");
    refused("circuit c(private x: u8) -> public o: _ { mod(100, x + 1) }", "E0304");
}
