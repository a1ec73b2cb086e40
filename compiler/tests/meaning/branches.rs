//! What a branch of an `if` knows and asks holds where it is chosen, and nowhere else.

use super::judge::{accepted, constraints, refused};

fn all(programs: &[&str]) {
    programs.iter().for_each(|p| accepted(p));
}

#[test]
fn a_condition_narrows_what_it_names() {
    all(&[
        "fn f(x: i8) -> u8 { if x > 0 { x as u8 } else { 0 } }
         circuit c(private x: i8) -> public y: _ { f(x) }
         test t { for k < 256 { assert f(at::<i8>(k)) == max(at::<i8>(k), 0); } }",
        "circuit c(private x: i8) -> public y: u8 { if x >= 0 { x } else { -x } }",
        "circuit c(private x: i8) -> public y: u8 { if x <= -1 { -x - 1 } else { x } }",
        "circuit c(private x: i8) -> public y: u8 { if 0 > x { 3 } else { x } }",
        "circuit c(private x: u4) -> public y: u4 { if x != 0 { x - 1 } else { 15 } }",
        "circuit c(private x: u4) -> public y: u4 { if x == 15 { 0 } else { x + 1 } }",
        "circuit c(private x: i4) -> public y: int<-7..=8> { if x == -8 { 8 } else { x } }",
        "circuit c(private x: i4, private z: i4) -> public y: u4 { if x < z { z - x } else { x - z } }",
        "circuit c(private x: i4, private z: i4) -> public y: u5 { if x <= z { 2 * (z - x) + 1 } else { x - z } }",
        "circuit c(private x: i5) -> public y: u4 { if x in 0..16 { x } else { 7 } }",
        "circuit c(private x: i5) -> public y: u4 { if x in 0..=9 { 15 - x } else { 7 } }",
        "circuit c(private x: q2.2) -> public y: uq2.2 { if x >= 0.3 { x - 0.5 } else { 0 } }",
    ]);
}

#[test]
fn conditions_are_known_by_any_name() {
    all(&[
        "circuit c(private x: i4) -> public y: u4 { let positive = x > 0; if positive { x } else { 0 } }",
        "circuit c(private x: i4) -> public y: u4 { let negative = x < 0; if !negative { x } else { 0 } }",
        "circuit c(private x: i4, private z: i4) -> public y: u4 { if x > 0 && z > 0 { x + z } else { 0 } }",
        "circuit c(private x: i4, private z: i4) -> public y: u4 { if x < 0 || z < 0 { 0 } else { x + z } }",
        "circuit c(private x: i4, private b: bit) -> public y: u4 { if b && x >= 0 { x } else { 1 } }",
        "struct P { x: i4, z: bit }
         circuit c(private p: P) -> public y: u4 { if p.x > 0 { p.x } else { p.z } }",
        "circuit c(private x: i3[3]) -> public y: u3[3] { for i { if x[i] > 0 { x[i] } else { 0 } } }",
        "circuit c(private x: i3[3]) -> public y: _ { sum i { if x[i] > 0 { (x[i] as u3) * x[0] } else { 0 } } }",
        "circuit c(private x: i4) -> public y: (u4, u4) { if x > 0 { (x, 2 * x) } else { (0, 1) } }",
    ]);
}

#[test]
fn branches_within_branches() {
    all(&[
        "circuit c(private x: i5) -> public y: u4 { if x < -3 { -3 - x } else { if x < 3 { 0 } else { x - 3 } } }",
        "circuit c(private x: i4, private z: i4) -> public y: u6 { if x > 0 { if z > 0 { x * z } else { 0 } } else { 1 } }",
        "circuit c(private x: i4, private z: i4) -> public y: u6 {
             if x > 0 { let w = if z > 0 { z } else { -z }; (x * w) as u6 } else { 1 }
         }",
        // What the inner choice gives is known only where the outer one is chosen.
        "circuit c(private x: i4, private z: i4) -> public y: u4 {
             if x > 0 { let w = if z > 2 { x } else { x + 1 }; (w - 1) as u4 } else { 3 }
         }",
        "circuit c(private x: i4, private z: i4) -> public y: _ {
             if x > 0 { (if z > x { z - x } else { x }) * 2 } else { z }
         }",
    ]);
}

#[test]
fn assertions_bind_where_their_branch_is_chosen() {
    all(&[
        "circuit c(private x: i4, private k: u3) -> public y: _ { if x > 0 { assert k == 3; x } else { 2 * x } }",
        "circuit c(private x: i4, private k: u3) -> public y: _ { if x > 0 { x } else { assert k != 3; 2 * x } }",
        "circuit c(private x: i4, private k: u3) -> public y: _ { if x > 0 { assert k <= 3; x } else { assert x < k - 5; x } }",
        "circuit c(private x: i4, private k: u3) -> public y: _ { if x > 0 { assert k in 2..=4, \"k\"; } x }",
        "circuit c(private x: i4, private k: u3) -> public y: _ { if x > 0 { assert k in 2..=4 || x == 3; } x }",
        "circuit c(private x: i4, public f: bit) -> public y: _ {
             if x > 0 { assert (f as field) * 3 == 3; } else { assert f as field != 1; } x
         }",
        "circuit c(private x: i4, private k: u3) -> public y: _ {
             if x > 0 { if k > 2 { assert x == 3; } else { assert k == 1; } } x
         }",
        "circuit c(private x: i3[2], private k: u2) -> public y: _ { for i { if x[i] > 0 { assert k == x[i]; } } k }",
        "circuit c(private x: i4) -> public y: u3 { if x > 0 { narrow(x) } else { 0 } }",
        "circuit c(private x: i4) -> public y: i3 { if x > 0 { narrow::<u2>(x) } else { narrow::<int<-4..=0>>(x) } }",
    ]);
}

#[test]
fn what_is_asserted_of_calls_binds_there_too() {
    all(&[
        "fn small(x: i4) -> u2 { assert x in 0..4; narrow(x) }
         circuit c(private x: i4) -> public y: _ { if x > 0 { small(x) } else { 3 } }",
        "fn same<T: num, U: num>(a: T, b: U) -> T { assert a == b; a }
         circuit c(private x: i4, private z: u3) -> public y: _ { if x > 0 { same(x, z) } else { x } }",
        "circuit c(private x: u4, private z: u3) -> public y: _ { if z > 0 { div_floor::<u4>(x, z) } else { 0 } }",
        "circuit c(private x: i5) -> public y: _ { if x >= 0 { sqrt::<u3>(x) } else { 0 } }",
        "circuit c(private x: i4) -> public y: _ { if x > 2 { relu(x - 4) } else { abs(x) } }",
        "circuit c(private x: i4, private z: i4) -> public y: _ { if x > z { max(x, 3) } else { clip(z, -1, 2) } }",
    ]);
}

#[test]
fn hints_of_a_branch_have_one_value_where_it_is_not_chosen() {
    all(&[
        "circuit c(private x: i5) -> public y: _ {
             if x >= 0 {
                 let q: u3 = hint div(x, 3);
                 let r: int<0..=2> = hint mod(x, 3);
                 assert x == 3 * q + r;
                 q
             } else { 0 }
         }",
        "fn bits_of(x: i4) -> _ {
             if x > 0 {
                 let b: bit[3] = hint to_bits(x);
                 assert x == sum i < 3 { 2 ** i * b[i] };
                 b[0] + b[2]
             } else { -1 }
         }
         circuit c(private x: i4) -> public y: _ { bits_of(x) }",
        // A function with hints that refuses some values: nothing is asked of it where it is not chosen.
        "fn third(x: i5) -> i4 { let q: i4 = hint div(x, 3); assert x == 3 * q; q }
         circuit c(private x: i5, private b: bit) -> public y: _ { if b { third(x) } else { x } }",
        "fn root(x: field) -> u3 { let r: u3 = hint 2; assert (r * r) as field == x; r }
         circuit c(private b: bit, private k: u2) -> public y: _ { if b { root(4 as field) } else { k } }",
        "fn inv(x: field) -> field { let v: field = hint inverse(x); assert x * v == 1; v }
         circuit c(private x: u3, public k: u2) -> private y: field { if x != 0 { inv(x) } else { k as field } }",
    ]);
}

#[test]
fn hints_choose_as_well() {
    all(&[
        "circuit c(private x: u4, private d: u2) -> public y: _ {
             #[nondet(\"a test\")]
             let q: u4 = hint if d == 0 { 0 } else { div(x, d) };
             q
         }",
        "circuit c(private x: i4, private d: i3) -> public y: _ {
             #[nondet(\"a test\")]
             let q: i5 = hint if d != 0 { mod(x, d) } else { 7 };
             q
         }",
        "circuit c(private x: i5) -> public y: _ {
             #[nondet(\"a test\")]
             let q: u4 = hint if x >= 0 { isqrt(x) } else { if x < -3 { isqrt(-x) } else { 9 } };
             q
         }",
    ]);
}

#[test]
fn tables_are_read_where_the_index_is_in_them() {
    all(&[
        "const T: u4[4] = [5, 6, 7, 11];
         circuit c(private x: i4) -> public y: _ { if x in 0..4 { T[x] } else { 1 } }",
        "const T: u4[4] = [5, 6, 7, 11];
         circuit c(private x: i4) -> public y: _ { if x > 3 { T[3] } else { if x < 0 { T[0] } else { T[x] } } }",
    ]);
}

#[test]
fn in_tests_too_only_the_chosen_branch_asserts() {
    accepted(
        "fn f(x: i4) -> _ { if x > 0 { assert x < 5; x } else { 0 } }
         circuit c(private x: i4) -> public y: _ { f(x) }
         test t {
             for k < 16 { let x = at::<i4>(k); if x < 5 { assert f(x) == max(x, 0); } else { assert x > 4; } }
         }",
    );
}

#[test]
fn what_fits_everywhere_costs_no_more() {
    let relu = |then: &str| {
        format!("circuit c(private x: i8) -> private y: _ {{ if x > 0 {{ {then} }} else {{ 0 }} }}")
    };
    // The sign of 0 − x, which takes 9 bits, and the choice.
    let plain = 9 + 1;
    assert_eq!(constraints(&relu("x")), plain);
    assert_eq!(constraints(&relu("3 * x + 1")), plain);
    // Asked to fit a narrower type, x is replaced once.
    assert_eq!(constraints(&relu("x as u8")), plain + 1);
    assert_eq!(constraints(&relu("(x as u8) + (x as u7)")), plain + 1);
    assert_eq!(constraints(&relu("assert x != 7; x")), plain + 2);
}

#[test]
fn a_branch_does_not_narrow_the_other_one() {
    refused("circuit c(private x: i8) -> public y: u8 { if x > 0 { 0 } else { x } }", "E0203");
    refused("circuit c(private x: i8) -> public y: u8 { if x > 0 { 1 } else { 0 }; x }", "E0203");
    refused(
        "circuit c(private x: i8, private z: i8) -> public y: u8 { if x > 0 { z } else { 0 } }",
        "E0203",
    );
    refused(
        "circuit c(private x: i8, private z: i8) -> public y: u8 { if x > 0 || z > 0 { x } else { 0 } }",
        "E0203",
    );
    refused(
        "circuit c(private x: i8, private z: i8) -> public y: u8 { if x > 0 && z > 0 { 0 } else { -x } }",
        "E0203",
    );
}

#[test]
fn one_element_twice_is_twice_that_element() {
    // Of 2·x[1] > 3 follows x[1] ≥ 2.
    accepted(
        "circuit c(private x: u3[3]) -> public y: int<4..=14> {
             let t = for k < 3 { x[k] + x[2 - k] };
             if t[1] > 3 { 2 * x[1] } else { 8 }
         }",
    );
    refused(
        "circuit c(private x: u3[3]) -> public y: int<8..=14> {
             let t = for k < 3 { x[k] + x[2 - k] };
             if t[1] > 3 { 2 * x[1] } else { 8 }
         }",
        "E0203",
    );
}

#[test]
fn a_function_means_the_same_in_a_branch() {
    let functions = "fn pos(x: i4) -> _ { if x > 0 { x } else { 0 } }
         fn lo<T: num>(x: T) -> _ { T::lo }
         fn bits<T: num>(x: T) -> _ { T::bits }";
    for value in ["lo(pos(x))", "bits(pos(x))", "lo(max(x, -3))", "bits(min(x, 3))", "bits(abs(x))"]
    {
        let outside = format!(
            "{functions} circuit c(private a: bit, private x: i4) -> public y: _ {{ {value} }}"
        );
        let inside = format!(
            "{functions} circuit c(private a: bit, private x: i4) -> public y: _ {{ if a {{ {value} }} else {{ {value} }} }}"
        );
        accepted(&outside);
        accepted(&inside);
        accepted(&format!(
            "{functions} circuit c(private a: bit, private x: i4) -> public y: int<0..=0> {{
                 let p = {value};
                 if a {{ {value} - p }} else {{ 0 }}
             }}"
        ));
    }
    all(&[
        "circuit c(private a: bit, private x: i4) -> public y: u4 { if a { abs(x) } else { 0 } }",
        "circuit c(private a: bit, private x: i4) -> public y: u2 { if a { max(min(x, 3), 0) } else { 0 } }",
        "circuit c(private a: bit, private x: i3[2]) -> public y: u3[2] { if a { abs.(x) } else { [0, 1] } }",
        "circuit c(private a: bit, private x: i3[2]) -> public y: u4 {
             if a { sum i { if x[i] > 0 { x[i] } else { 0 } } } else { 0 }
         }",
    ]);
}

#[test]
fn all_that_made_a_bit_is_known_of_it() {
    all(&[
        "circuit c(private x: u4) -> public y: int<0..=5> {
             let p = x > 5; let q = p && x >= 0; if p { 0 } else { x }
         }",
        "const T: u4[4] = [5, 6, 7, 11];
         circuit c(private x: u3[2]) -> public y: _ { for i { if x[i] - i in 0..4 { T[x[i] - i] } else { 0 } } }",
        "circuit c(private x: u2[5]) -> public y: int<5..=15> {
             if x[0] > 0 && x[1] > 0 && x[2] > 0 && x[3] > 0 && x[4] > 0 {
                 x[0] + x[1] + x[2] + x[3] + x[4]
             } else { 5 }
         }",
    ]);
}

#[test]
fn what_is_known_to_fail_says_that_its_branch_is_not_chosen() {
    all(&[
        "circuit c(private x: i4[3]) -> public y: _ {
             for i { if x[i] > 0 { assert i < 2, \"only the first two may be positive\"; } }
             x
         }",
        "circuit c(private x: i4) -> public y: _ { if x > 3 { assert false, \"too large\"; } x }",
        "circuit c(private x: i4) -> public y: u4 { if x >= 0 { x } else { narrow::<u4>(-1) } }",
        "circuit c(private x: i4, private g: bit) -> public y: _ { if g { assert x == 300; } x }",
        "circuit c(private x: i4, private g: bit) -> public y: _ { if g { assert x > 300; } x }",
    ]);
}

#[test]
fn a_condition_is_one_bit() {
    let two = "circuit c(private g: bit[2], private x: i4[2], private z: i4[2]) -> public y: _";
    refused(&format!("{two} {{ if g {{ assert x == z; }} x }}"), "E0202");
    refused(&format!("{two} {{ if g[0..1] {{ x }} else {{ z }} }}"), "E0202");
    accepted(&format!("{two} {{ select.(g, x, z) }}"));
    accepted(&format!("{two} {{ for i {{ if g[i] {{ x[i] }} else {{ z[i] }} }} }}"));
}

#[test]
fn fields_and_tests_know_conditions_too() {
    all(&[
        "struct P<T: num> { x: T, z: bit }
         fn low<T: num>(p: P<T>) -> u4 where T::lo >= 0 { p.x }
         circuit c(private x: i4, private z: bit) -> public y: _ { if x > 0 { low(P(x, z)) } else { 0 } }",
        "const T: u4[4] = [5, 6, 7, 11];
         circuit c(private x: i4) -> public y: _ { x }
         test t {
             let g = -1 as i8;
             assert (if g >= 0 { g as u8 } else { 5 }) == 5;
             assert (if g in 0..4 { T[g] } else { 2 }) == 2;
         }",
    ]);
}

#[test]
fn constants_stand_in_no_branch() {
    // Asked for in a branch first, they are what they are everywhere.
    refused(
        "const K: u8 = narrow::<u8>(300);
         circuit c(private x: i4, private z: i4) -> public y: _ {
             (if x > 0 { K } else { 0 }) + (if z > 0 { K } else { 1 })
         }",
        "E0501",
    );
    refused(
        "fn small(v: int<0..=300>) -> _ { assert v < 10; v }
         const V = small(300);
         circuit c(private x: i4, public t: u2[3]) -> public z: _ {
             sum i < 3 { let a = if x > 0 { V } else { 0 }; a + sum j < i + 1 { t[j] } }
         }",
        "E0501",
    );
}

#[test]
fn what_intervals_decide_is_known_too() {
    let abs = "fn absolute(x: i6) -> u6 { if x < 0 { (-x) as u6 } else { x as u6 } }";
    all(&[
        &format!("{abs} circuit c(private x: i6) -> public y: _ {{ absolute(x) }}"),
        &format!(
            "{abs} circuit c(private x: u4) -> public y: _ {{ absolute(x) }} test t {{ assert absolute(3 as u4) == 3; }}"
        ),
        &format!(
            "{abs} circuit c(private x: i6) -> public y: _ {{ if x > 3 {{ absolute(x) }} else {{ 0 }} }}"
        ),
        "circuit c(private x: u4) -> public y: _ { let z = x as i6; if z >= 0 { z as u4 } else { 0 } }",
    ]);
}

#[test]
fn in_a_branch_that_is_never_chosen_anything_may_be_asked() {
    all(&[
        "const P: u8[4] = [20, 25, 40, 90];
         fn price<T: num>(g: T) -> u8 { if g in 0..4 { P[g] } else { 0 } }
         circuit c(public x: int<10..=20>) -> public y: _ { price(x) }",
        "fn price<T: num>(g: T, h: bit) -> u8 { if h && g > 30 { (g - 31) as u2 } else { 0 } }
         circuit c(public x: int<10..=20>, public h: bit) -> public y: _ { price(x, h) }",
        "circuit c(public x: int<10..=20>, public h: bit) -> public y: _ { if h { assert x in 5..=3; } x }",
    ]);
}

#[test]
fn a_function_sees_nothing_of_the_branch_of_its_call() {
    let f = "fn f<T: num>(x: T) -> _ { let y = x as i6; y as u4 }";
    refused(&format!("{f} circuit c(public x: u4) -> public y: _ {{ f(x) }}"), "E0203");
    refused(
        &format!(
            "{f} circuit c(public x: u4, public g: bit) -> public y: _ {{ if g {{ f(x) }} else {{ 0 }} }}"
        ),
        "E0203",
    );
    accepted(
        "fn lo<T: num>(x: T) -> _ { T::lo }
         struct S { c: bit }
         fn f(s: S, x: i6) -> _ { lo(if s.c { x } else { 0 }) + 0 * x }
         circuit c(public x: u4) -> public y: _ { f(S(x >= 0), x) }
         test t { assert f(S(1 as bit), 3 as i6) == -32; }",
    );
}

/// What is made of so many bits says what all of them say, and says it once.
#[test]
fn bits_of_bits_are_no_burden() {
    let mut doubled = String::from("let b0 = x > 3;");
    for k in 1..60 {
        doubled.push_str(&format!(" let b{k} = b{} && b{};", k - 1, k - 1));
    }
    accepted(&format!(
        "circuit c(private x: u4) -> public y: int<0..=15> {{ {doubled} if b59 {{ x - 4 }} else {{ 0 }} }}"
    ));
    accepted(
        "circuit c(private x: u3) -> public y: _ {
             if (fold b = true, k < 500 { b && x != k }) { x } else { 0 }
         }",
    );
}

#[test]
fn a_hint_of_a_branch_asks_nothing_of_the_circuit() {
    all(&[
        "fn f(x: u4) -> u8 { let q: u8 = hint if x > 5 { narrow::<u8>(300) } else { 2 }; assert q == 2; q }
         circuit c(public x: u4) -> public y: _ { f(x) }",
        "fn f(x: u4, b: bit) -> u8 { let q: u8 = hint if b { narrow::<u8>(300) } else { 2 }; assert q == 2; q }
         circuit c(public x: u4, public b: bit) -> public y: _ { f(x, b) }",
    ]);
}

#[test]
fn a_field_is_read_where_the_hint_is_chosen() {
    all(&[
        "fn f(x: field, b: bit) -> int<-5..=200> {
             if b { let n: int<-5..=200> = hint x; assert n as field == x; n } else { 3 }
         }
         circuit c(private x: field, private b: bit) -> public y: _ { f(x, b) }
         test t { assert f(1000 as field, 0 as bit) == 3; assert f(100 as field, 1 as bit) == 100; }",
    ]);
}

#[test]
fn types_do_not_tell_what_intervals_decide() {
    // x is below 0 for every input; its type does not say so.
    let negative = "fn low(x: i6) -> _ { if x < 0 { -x } else { x } }
         fn other(x: i6) -> _ { if !(x >= 0) && x < 20 { -x } else { 0 } }";
    for call in ["low(x - 9)", "other(x - 9)", "abs(clamp_to::<i6>(x - 9))"] {
        accepted(&format!("{negative} circuit c(private x: u3) -> public y: u6 {{ {call} }}"));
    }
}
