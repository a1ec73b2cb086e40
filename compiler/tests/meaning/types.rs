//! Generic arguments are those of the circuit's elaboration, whichever way a program is run.

use super::judge::{accepted, refused};

#[test]
fn like_terms_are_added_everywhere() {
    accepted(
        "fn g(a: u5) -> _ { bits::<6>(2 * a - a)[0] }
         circuit c(private a: u5) -> public o: _ { g(a) }
         test t { for a < 32 { assert g(at::<u5>(a)) == mod(a, 2); } }",
    );
    accepted(
        "fn width<T: num>(x: T) -> _ { T::bits }
         fn g(a: u5) -> _ { width(3 * a - 2 * a) + 100 * width(a - a) + 10000 * T(a) }
         fn T(a: u5) -> _ { width(a * a) }
         circuit c(private a: u5) -> public o: _ { a + g(a) }
         test t { assert g(at::<u5>(3)) == 5 + 0 + 100000; }",
    );
}

#[test]
fn two_values_are_two_values() {
    // As of two inputs of the type, the difference may be negative.
    refused(
        "fn g(a: u5, b: u5) -> _ { bits::<6>(2 * a - b)[0] }
         circuit c(private a: u5, private b: u5) -> public o: _ { g(a, b) }
         test t { assert g(at::<u5>(3), at::<u5>(3)) == 1; }",
        "E0206",
    );
}

#[test]
fn the_body_of_a_loop_has_one_type() {
    let program = |body: &str| {
        format!(
            "fn width<T: num>(x: T) -> _ {{ T::bits }}
             fn low<T: num>(x: T) -> _ {{ T::lo }}
             const W: i8[3] = [1, -20, 100];
             fn f(x: i4[3]) -> _ {{ {body} }}
             circuit c(private x: i4[3]) -> public o: _ {{ f(x) }}"
        )
    };
    accepted(&program("sum i { x[i] * width(W[i] * x[i]) }"));
    accepted(&program("sum i { x[i] + low(i * x[i]) }"));
    accepted(&program("sum i { if i == 0 { x[i] } else { x[i] * width(i * x[i]) } }"));
    accepted(&program("let y = for i { W[i] * x[i] }; sum i { y[i] + width(y[i]) }"));
    accepted(&program(
        "let y = for i, j < 2 { if j == 0 { x[i] } else { i * x[i] } }; sum i, j { y[i, j] * width(y[i, j]) }",
    ));
    accepted(&program("fold a = 0, i < 3 { 2 * a + x[i] * width(a) }"));
    accepted(&program("prod i { x[i] + width(W[i]) }"));
    accepted(&program("sum i < 1 { x[i] * width(W[i] * x[i]) }"));
}

#[test]
fn known_numbers_of_a_loop_have_one_scale() {
    let program = |body: &str| {
        format!(
            "const W: i8[3] = [8, -4, 12];
             fn quarter<T: num>(w: T) -> _ {{ w / 4 }}
             fn f(x: u4[3]) -> _ {{ raw({body}) }}
             circuit c(private x: u4[3]) -> public o: _ {{ f(x) }}"
        )
    };
    accepted(&program("sum i { (W[i] / 4) * x[i] }"));
    accepted(&program("sum i { ((2 * i) / 4) * x[i] }"));
    accepted(&program("sum i { (0 * i) / 4 + x[i] }"));
    accepted(&program("sum i { if i == 0 { x[i] } else { (W[i] / 4) * x[i] } }"));
    accepted(&program("sum i { if i == 0 { (W[i] / 4) * x[i] } else { 2 * (W[i] / 4) * x[i] } }"));
    accepted(&program("(sum i { W[i] }) / 4 * x[0]"));
    accepted(&program("sum i { ((sum j < 2 { W[j] }) / 4) * x[i] }"));
    accepted(&program("sum i { quarter(W[i]) * x[i] }"));
    accepted(&program("sum i { quarter.(W)[i] * x[i] }"));
    accepted(&program("(for i { W[i] / 4 })[0] / 2 * x[1]"));
    accepted(&program("quarter.(W)[0] / 2 * x[1]"));
    accepted(&program("(prod i { W[i] / 2 }) / 8 * x[1]"));
    accepted(&program("fold a = x[0], i < 3 { (i / 2) * x[i] + a }"));
    accepted(
        &program("sum i { ((i / 2) ** 2) * x[i] + quantize_it(i / 2) }").replace(
            "circuit",
            "fn quantize_it<T: num>(v: T) -> _ { quantize::<q3.4>(v) } circuit",
        ),
    );
    accepted(&program("sum i { W[mod(i + 1, 3)] / 4 * x[i] }"));
}

#[test]
fn where_conditions_in_loops() {
    // The hull over all iterations counts, not each of them.
    refused(
        "fn small<T: num>(x: T) -> _ where T::bits <= 6 { x }
         fn f(x: u4[3]) -> _ { sum i { small((8 * i + 1) * x[i]) } }
         circuit c(private x: u4[3]) -> public o: _ { f(x) }
         test t { assert f([1 as u4, 2 as u4, 3 as u4]) == 70; }",
        "E0206",
    );
    accepted(
        "fn odd<T: num>(x: T) -> _ where T::hi > 100 { x }
         fn f(x: u4[3]) -> _ { sum i { odd((8 * i + 1) * x[i]) } }
         circuit c(private x: u4[3]) -> public o: _ { f(x) }
         test t { assert f([1 as u4, 2 as u4, 3 as u4]) == 1 + 18 + 51; }",
    );
}

#[test]
fn elementwise_calls_by_groups_of_channels() {
    accepted(
        "const W: i8[4, 2] = [[1, 1], [100, 100], [1, -1], [127, 127]];
         fn width<T: num>(x: T) -> _ { T::bits + 0 * x }
         fn f(x: u4[2]) -> _ { relu.(for o { sum i { W[o, i] * x[i] } }) }
         fn g(x: u4[2]) -> _ { width.(for o { sum i { W[o, i] * x[i] } }) }
         circuit c(private x: u4[2]) -> (public a: _, public b: _) { (f(x), g(x)) }",
    );
    accepted(
        "const W: i8[4, 2] = [[1, 1], [100, 100], [1, -1], [127, 127]];
         fn width<T: num>(x: T) -> _ { T::bits * x }
         fn g(x: u4[2, 8]) -> _ { width.(for o, k { sum i { W[o, i] * x[i, k] } }) }
         circuit c(private x: u4[2, 8]) -> public b: _ { g(x) }",
    );
}

#[test]
fn structs_and_constants_are_typed_once() {
    accepted(
        "struct Pair<T: num> { a: T, b: T }
         fn width<T: num>(p: Pair<T>) -> _ { T::bits }
         circuit c(private a: u3, private b: u5) -> public o: _ { let p = Pair(2 * a - a, b); p.a + width(p) }",
    );
    accepted(
        "fn width<T: num>(x: T) -> _ { T::bits }
         const A: u8[3] = [1, 2, 200];
         const B: u8[3] = for i { width(A[i]) };
         circuit c(private x: u4[3]) -> public o: _ { sum i { B[i] * x[i] } }",
    );
    accepted(
        "circuit c(committed x: u4[3], committed y: u5) -> public o: _ { sum i { x[i] } + y }",
    );
}

#[test]
fn products_that_leave_the_field_are_refused_everywhere() {
    refused(
        "fn f<T: num>(x: T) -> _ { x * x }
         circuit c(private x: u200) -> public o: _ { f(x) }
         test t { assert f(3 as u200) == 9; }",
        "E0401",
    );
}

#[test]
fn promises_are_kept_on_the_types_of_the_circuit() {
    accepted(
        "fn double(a: u5) -> y: _ ensures y == a { bits_value(2 * a - a) }
         fn bits_value<T: num>(x: T) -> _ where T::lo >= 0 {
             let b: bit[T::bits] = hint to_bits(x);
             assert x == sum i < T::bits { 2 ** i * b[i] };
             sum i < T::bits { 2 ** i * b[i] }
         }
         circuit c(private a: u5) -> public o: _ { double(a) }",
    );
}
