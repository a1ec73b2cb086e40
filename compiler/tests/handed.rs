//! A hint that the audit of its function shows unique is unique in every circuit that calls the function: whatever more
//! is known of the arguments there is not known in the function, so that it has the same assertions.

use zirc_circuit::{ForgeMode, Forgery, Int, assign, assign_with, violations_up_to};
use zirc_compiler::{NoFiles, Options, Project};

/// What the ends of a type decide.
const ENDS: &str = "fn hi<T: num>(t: T) -> _ { T::hi } fn lo<T: num>(t: T) -> _ { T::lo }";

/// Functions with a hint `q` that is pinned by an assertion which stands where an interval is wide, called so that the
/// circuit could know better.
const PROGRAMS: &[&str] = &[
    // Two arguments of one tensor.
    "fn f<X: num, Y: num>(x: X, y: Y) -> _ { let q: u1 = hint div(x, 16); if hi(x - y) > 0 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f(a, a) }",
    "fn f<X: num, Y: num>(x: X, y: Y) -> _ { let q: u1 = hint div(x, 16); if hi(x + y) > 8 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f(a, 4 - a) }",
    "fn f<X: num, Y: num>(x: X, y: Y) -> _ { let q: u1 = hint div(x, 16); if lo(x * y) < 0 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f(a - 3, a - 3) }",
    "fn f<X: num, Y: num>(x: X, y: Y) -> _ {
         let q: u1 = hint div(x, 16);
         if x > 3 { if lo(y + 0) < 3 { assert q == 0; } } else { assert q == 0; }
         q
     }
     circuit c(public a: u3) -> public y: _ { f(a, a) }",
    "struct S { a: u3, b: u3 }
     fn f(s: S) -> _ { let q: u1 = hint div(s.a, 16); if hi(s.a - s.b) > 0 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f(S(a, a)) }",
    "fn g<X: num, Y: num>(x: X, y: Y) -> _ { if hi(x - y) > 0 { 1 } else { 0 } }
     fn f<X: num, Y: num>(x: X, y: Y) -> _ { let q: u1 = hint div(x, 16); assert q * g(x, y) == 0; q }
     circuit c(public a: u3) -> public y: _ { f(a, a) }",
    // One element that is there twice, and elements of different intervals.
    "fn f<X: num>(x: X[2]) -> _ { let q: u1 = hint div(x[0], 16); if hi(x[0] - x[1]) > 0 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f(for i < 2 { a }) }",
    "fn f<X: num>(x: X[2]) -> _ { let q: u1 = hint div(x[0], 64); if hi(x[0] + 0) > 10 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { f([a, 9 * a]) }",
    "fn f<X: num, I: num>(i: I, x: X[2]) -> _ {
         let q: u1 = hint div(x[0], 64); if hi(x[0] + 0) > 10 { assert q == 0; } q + 0 * i
     }
     circuit c(public a: u3[2]) -> public y: _ { let w = for i { [1, 9][i] * a[i] }; let s = for i < 2 { f(i, w) }; s[0] }",
    "fn f<X: num, I: num>(i: I, x: X) -> _ {
         let q: u1 = hint div(x, 128); if hi(x - 9 * i * 7) > 62 { assert q == 0; } q
     }
     circuit c(public a: u3[2]) -> public y: _ { let s = for i < 2 { f(i, [1, 9][i] * a[i] + 63 * i) }; s[0] }",
    // Equations of the function and of its caller.
    "#[total] fn f<X: num>(x: X) -> _ {
         let h: u2 = hint div(x, 2); assert x == 2 * h;
         let q: u1 = hint div(x, 16); if hi(x + 1) > 8 { assert q == 0; } q
     }
     circuit c(public a: u3) -> public y: _ { let t: u4 = hint a; assert t == a; f(t) }",
    "#[total] fn f<X: num, Y: num>(x: X, y: Y) -> _ {
         let h: u4 = hint div(x + y, 2); assert x + y == 2 * h;
         let q: u1 = hint div(x, 16); if hi(h + 1) > 4 { assert q == 0; } q
     }
     circuit c(public a: u3) -> public y: _ { f(a, 4 - a) }",
    "fn f<X: num>(x: X) -> _ { let q: u1 = hint div(x, 32); if hi(x + 0) < 9 { assert q == 0; } q }
     circuit c(public a: u3) -> public y: _ { let t: u4 = hint a; assert t == a; f(t + 1) }",
];

/// Whether a one in place of a zero for any `q` satisfies the circuit.
fn is_forged(p: &Project) -> bool {
    let options = Options { optimize: false, ..Options::default() };
    let c = p.compile_with("c", &mut NoFiles, &options).unwrap().circuit;
    let input: Vec<Vec<Int>> =
        c.signature.inputs.iter().map(|i| vec![Int::from(4); i.shape.iter().product()]).collect();
    let honest = assign(&c, &input).unwrap();
    let mut tried = 0;
    for (k, t) in c.tensors.iter().enumerate().filter(|(_, t)| t.name.as_deref() == Some("q")) {
        for index in (0..t.len()).filter(|i| honest.values[k].get_int(*i) == Int::from(0)) {
            let tensor = zirc_circuit::TensorId(k as u32);
            let lie = Forgery { tensor, index, value: 1.into() };
            let forged = assign_with(&c, &input, &[lie], ForgeMode::Propagate).unwrap();
            tried += 1;
            if violations_up_to(&c, &forged, 1).is_empty() {
                return true;
            }
        }
    }
    assert!(tried > 0, "there is no q");
    false
}

#[test]
fn a_hint_that_is_unique_by_itself_is_unique_in_a_circuit() {
    let mut accepted = 0;
    for text in PROGRAMS {
        let p = Project::load("t.zirc", &format!("{ENDS} {text}"), &mut NoFiles).unwrap();
        match p.check(&mut NoFiles) {
            Err(r) => {
                assert!(r.diagnostics.iter().all(|d| d.code.starts_with("E030")), "{text}\n{r:?}")
            }
            Ok(_) => {
                accepted += 1;
                assert!(!is_forged(&p), "{text}");
            }
        }
    }
    assert!(accepted > 6, "only {accepted} are accepted");
}

/// What an equation of the caller says of an argument is its type, in a function without hints too.
#[test]
fn arguments_have_their_types_in_functions() {
    let of = |f: &str, y: &str| {
        let text = format!(
            "{ENDS} {f} circuit c(public a: u3) -> public y: {y} {{ let t: u4 = hint a; assert t == a; f(t + 1) }}"
        );
        let p = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
        p.check(&mut NoFiles).map(|_| ()).map_err(|r| r.diagnostics[0].code)
    };
    assert_eq!(
        of("fn f<X: num>(x: X) -> _ { (x + 1) as int<X::lo + 1..=X::hi + 1> }", "int<2..=9>"),
        Ok(())
    );
    assert_eq!(of("fn f<X: num>(x: X) -> _ { hi(x + 1) + 0 * x }", "int<9..=9>"), Ok(()));
}
