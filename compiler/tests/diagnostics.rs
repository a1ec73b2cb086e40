//! Programs that must be refused, with the exact code and place.

use zirc_compiler::{NoFiles, Outcome, Project};

/// `(code, text under the first label)` of every diagnostic of a check.
fn check(text: &str) -> Vec<(String, String)> {
    let out =
        Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles).map(|_| ()));
    let Err(r) = out else { return vec![] };
    r.diagnostics
        .iter()
        .map(|d| {
            let s = d.labels[0].span;
            let file = &r.files[s.file as usize].text;
            (d.code.to_string(), file[s.start as usize..s.end as usize].to_string())
        })
        .collect()
}

#[track_caller]
fn refused(text: &str, expected: &[(&str, &str)]) {
    let got = check(text);
    let got: Vec<(&str, &str)> = got.iter().map(|(c, t)| (c.as_str(), t.as_str())).collect();
    assert_eq!(got, expected, "in {text}");
}

#[test]
fn names() {
    refused("fn f(x: u8) -> _ { y }", &[("E0101", "y")]);
    refused("fn f(x: Foo) -> _ { 1 }", &[("E0101", "Foo")]);
    refused("fn f() -> _ { 1 } fn f() -> _ { 2 }", &[("E0102", "f")]);
    refused("use nothing::f;", &[("E0601", "use nothing::f;")]);
    refused("fn f(x: u8) -> _ { f(x) }", &[("E0106", "f(x)")]);
    refused("fn f<N: nat>(x: u8[N]) -> _ { z + 1 }", &[("E0101", "z")]);
}

#[test]
fn shapes() {
    refused("fn f(x: u8[3], y: u8[4]) -> _ { x + y }", &[("E0201", "x + y")]);
    refused("fn f(x: u8[3]) -> u8[4] { x }", &[("E0201", "x")]);
    refused("fn f(x: u8[3]) -> _ { x[3] }", &[("E0217", "3")]);
    refused("fn f(x: u8[3]) -> _ { for i < 3 { x[i + 1] } }", &[("E0217", "i + 1")]);
    refused("fn f(x: u8[3]) -> _ { x[0, 1] }", &[("E0201", "x[0, 1]")]);
    refused("fn f(x: u8[3], y: u8[4]) -> _ { sum i { x[i] * y[i] } }", &[("E0207", "i")]);
    refused("fn f(x: u8[3]) -> _ { for i { 1 } }", &[("E0208", "i")]);
    // What could not be made has no size, and that is said once.
    refused(
        "fn f(x: u8[3]) -> _ { let y = for i { x[i] + z }; for i { y[i] } }",
        &[("E0101", "z")],
    );
}

/// The titles and help of what a check refuses.
fn said(text: &str) -> Vec<String> {
    let out =
        Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles).map(|_| ()));
    let Err(r) = out else { return vec![] };
    let help = |d: &zirc_compiler::Diagnostic| d.help.clone().unwrap_or_default();
    r.diagnostics.iter().map(|d| format!("{}: {} ({})", d.code, d.title, help(d))).collect()
}

#[test]
fn generics_by_name() {
    let f = "fn f<step: nat = 1, first: nat = step, N: nat, T: num>(x: T[N]) -> _ { first * x[0] + step }";
    let call = |generics: &str| said(&format!("{f} fn g(x: u8[3]) -> _ {{ f::<{generics}>(x) }}"));
    let fine = ["2", "2, 5", "step: 2", "first: 2", "first: 2, step: 7", "2, T: i9", "N: 3"];
    for generics in fine.into_iter().chain(["2, 1, 3, u8"]) {
        assert_eq!(call(generics), [""; 0], "{generics}");
    }
    let one = |t: &str| vec![format!("E0213: {t}")];
    assert_eq!(
        call("stride: 2"),
        one("`f` has no generic `stride` (there are `step`, `first`, `N`, `T`)")
    );
    assert_eq!(call("2, step: 3"), one("`step` is given twice ()"));
    assert_eq!(
        call("step: 2, 3"),
        one("a generic argument without a name behind one with a name \
             (give those that go by order first, or name all)")
    );
    assert_eq!(call("1, 2, 3, u8, 5"), one("too many generic arguments ()"));
    assert_eq!(call("first: u8"), one("a size is expected here, not a type ()"));
    assert_eq!(call("T: 3"), one("a type is expected here, not a size ()"));
}

/// Types and circuits have no arguments that could tell their generics.
#[test]
fn generics_of_types_by_name() {
    let wrong = ["E0213: wrong number of generic arguments ()"];
    let s = "struct P<m: nat, n: nat = 2, T: num = u8> { a: T[n + m] }";
    let of = |t: &str| said(&format!("{s} fn g(p: P<{t}>) -> u8[5] {{ p.a }}"));
    assert_eq!(of("m: 3"), [""; 0]);
    assert_eq!(of("3"), [""; 0]);
    assert_eq!(of("n: 4, m: 1"), [""; 0]);
    assert_eq!(of("n: 3"), wrong);
    // A struct is matched by names as by order.
    let h = "fn h<k: nat, T: num>(p: P<T: T, m: k>) -> _ { p.a[k] }";
    assert_eq!(said(&format!("{s} {h} fn g(p: P<3, 2, u4>) -> u4 {{ h(p) }}")), [""; 0]);
    let c = "circuit c<n: nat = 3, m: nat>(public x: u8[n + m]) -> public y: _ { x[n] }";
    assert_eq!(said(&format!("{c} circuit d = c::<m: 2>;")), [""; 0]);
    assert_eq!(said(&format!("{c} circuit d = c::<2>;")), wrong);
}

/// A default is what it says, and what an argument tells comes before it.
#[test]
fn defaults_of_generics() {
    let f = "fn f<n: nat = 4, k: nat = n + 1, T: num = i3>(x: i8[n]) -> _ { (n, k, T::hi) }";
    let text = format!(
        "{f} test t {{ let a = f([1, 2]); let b = f::<k: 0, T: u4>([1, 2, 3]); let c = f::<T: i5>([1]);
         assert a.0 == 2 && a.1 == 3 && a.2 == 3; assert b.0 == 3 && b.1 == 0 && b.2 == 15;
         assert c.0 == 1 && c.1 == 2 && c.2 == 15; }}"
    );
    let p = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
    let reports = p.test("", &mut NoFiles).0;
    assert!(reports.iter().all(|r| matches!(r.outcome, Outcome::Passed)), "{reports:?}");
    // It is checked where nothing calls it, too.
    let unused = "fn f<n: nat = nowhere, T: num = Elsewhere>() -> _ { n }";
    let unknown = [
        "E0101: there is no value `nowhere` here ()",
        "E0101: there is no type `Elsewhere` here ()",
    ];
    assert_eq!(said(unused), unknown);
    // One may name those before it, not those behind, whether they are given or not.
    for call in ["f()", "f::<m: 3>()"] {
        let later = format!("fn f<n: nat = m, m: nat = 2>() -> _ {{ n }} fn g() -> _ {{ {call} }}");
        assert_eq!(said(&later), ["E0101: there is no value `m` here ()"]);
    }
    let told = "fn f<n: nat = T::bits, T: num>(x: T) -> _ { n } fn g(x: u8) -> _ { f(x) }";
    assert_eq!(said(told)[0].split_whitespace().next(), Some("E0101:"));
    // None may call the function that it is of, by whatever way.
    let same = "E0106: `f` refers to itself (there is no recursion: write a `for` or a `fold`)";
    let own = "fn f<n: nat = f(1)>(x: u8) -> _ { x * n } fn g(x: u8) -> _ { f(x) }";
    assert_eq!(said(own), [same]);
    let both = "fn f<n: nat = h(1)>(x: u8) -> _ { x * n } fn h<n: nat = f(1)>(x: u8) -> _ { x * n }
        fn g(x: u8) -> _ { f(x) }";
    assert_eq!(said(both), [same]);
}

/// What a loop was found to run over is what it runs through: no element is left out in silence.
#[test]
fn loops_run_through_what_their_index_indexes() {
    for body in [
        "sum i { x[i] * w[0..4][i] }",
        "sum i { let x = w; x[i] }",
        "sum i { let y = relu.(w); x[i] * y[i] }",
        "sum i { x[i] * (w + 1)[i] }",
        "sum i { x[i] * (if x[0] == 1 { w } else { w + 1 })[i] }",
        "sum i { x[i] * [w, w][1, i] }",
        "fold a = 0, i { let x = w; a + x[i] }",
    ] {
        let got = check(&format!("fn f(x: u8[2], w: u8[4]) -> _ {{ {body} }}"));
        assert_eq!(got.iter().map(|d| d.0.as_str()).collect::<Vec<_>>(), ["E0207"], "{body}");
    }
    refused("fn f(w: u8[4]) -> _ { let y: u8[2] = for i { relu.(w)[i] }; y }", &[("E0207", "i")]);
    for body in [
        "sum i < 2 { let x = w; x[i] }",
        "sum i { x[i] * w[i + 1] }",
        "sum i { let x = x + 1; x[i] }",
        "sum i { sum j { x[i] * w[j] } }",
        "sum i { x[i] * (sum i { w[i] }) }",
        "sum i { let i = 3; w[i] * x[0] } * (sum i { x[i] })",
    ] {
        let text = format!("fn f(x: u8[2], w: u8[4]) -> _ {{ {body} }}");
        let got = check(&text);
        let wrong = got.iter().any(|d| d.0 == "E0207");
        assert!(!wrong, "{body}: {got:?}");
    }
}

#[test]
fn intervals_without_a_number_hold_of_nothing() {
    let assertion = "circuit c(private x: u3) -> public o: _ { assert x in 5..=3; x }";
    refused(assertion, &[("E0402", "assert x in 5..=3;")]);
    refused("fn f(x: i8) -> _ { assert x in 2..=1; x }", &[("E0402", "assert x in 2..=1;")]);
}

#[test]
fn ports_have_names_of_their_own() {
    for text in [
        "circuit c(private x: u3) -> public x: _ { x }",
        "circuit c(private x: u3) -> (public y: _, public y: _) { (x, x + 1) }",
        "struct S { salt: u8 } circuit c(committed x: S) -> public y: _ { x.salt }",
    ] {
        assert_eq!(
            check(text).iter().map(|d| d.0.as_str()).collect::<Vec<_>>(),
            ["E0102"],
            "{text}"
        );
    }
}

/// `#[monotone]` is what the library says of its tables; it is asserted of each.
#[test]
fn tables_finer_than_real_functions_do_not_fall() {
    let call = |x: &str, y: &str| {
        format!(
            "type X = {x};
             circuit c(private a: X, private b: X) -> public o: _ {{
                 max(softplus::<{y}>(a), softplus::<{y}>(b))
             }}"
        )
    };
    let codes = |text: &str| check(text).into_iter().map(|d| d.0).collect::<Vec<_>>();
    assert_eq!(codes(&call("fix<0..=15, 1 / 2 ** 131>", "uq1.131")), ["E0501"]);
    assert_eq!(codes(&call("fix<0..=15, 1 / 2 ** 120>", "uq1.120")), [""; 0]);
}

#[test]
fn generic_shapes_are_polynomials() {
    let ok = "fn f<N: nat>(x: u8[2 * N + 1]) -> u8[N + 1 + N] { x }
              fn g<N: nat>(x: u8[N], y: u8[N]) -> _ { f(for i < 2 * N + 1 { x[0] }) }";
    refused(ok, &[]);
    refused("fn f<N: nat>(x: u8[N]) -> u8[N + 1] { x }", &[("E0201", "x")]);
    refused("fn f<N: nat>(x: u8[N], y: u8[N + 1]) -> _ { x + y }", &[("E0201", "x + y")]);
    refused(
        "fn f<N: nat>(x: u8[N, N]) -> _ { 1 } fn g<N: nat>(x: u8[N, N + 1]) -> _ { f(x) }",
        &[("E0201", "x")],
    );
}

#[test]
fn lossy_steps_are_written() {
    refused("fn f(x: u8) -> u4 { x }", &[("E0203", "x")]);
    refused("fn f(x: q3.4) -> i8 { x as i8 }", &[("E0205", "x as i8")]);
    refused("fn f(x: field) -> i8 { x as i8 }", &[("E0205", "x as i8")]);
    refused("fn f(x: u8, y: u8) -> _ { x / y }", &[("E0219", "x / y")]);
    refused(
        "fn f(x: u8) -> _ { x + 0.1 * x * (1 / 3) + x / 7 * 0.2 }",
        &[("E0204", "x + 0.1 * x * (1 / 3) + x / 7 * 0.2")],
    );
}

#[test]
fn integers_stay_in_the_field() {
    let text = "fn f(x: u64) -> _ { let a = x ** 2; let b = a ** 2; b }";
    refused(text, &[("E0401", "a ** 2")]);
    refused(
        "fn f(x: u8) -> _ { let b: bit[300] = hint to_bits(x); assert x == sum i { 2 ** i * b[i] }; b[0] }",
        &[("E0401", "assert x == sum i { 2 ** i * b[i] };")],
    );
    refused("fn f(x: u4) -> _ { assert x >= 16; x }", &[("E0402", "assert x >= 16;")]);
}

#[test]
fn hints_and_later_features() {
    refused("fn f(x: u8) -> _ { let h: _ = hint x; h }", &[("E0303", "_")]);
    refused("fn f(x: u8) -> _ { maximum([x, x]) }", &[("E0304", "maximum([x, x])")]);
    // An index is proved in range by its type, and the tensor behind it is constant.
    refused("const T: u8[4] = [1, 2, 3, 4]; fn f(x: u3) -> _ { T[x] }", &[("E0217", "x")]);
    refused("const T: u8[4] = [1, 2, 3, 4]; fn f(x: i2) -> _ { T[x] }", &[("E0217", "x")]);
    refused("fn f(t: u8[4], x: u2) -> _ { t[x] }", &[("E0209", "t[x]")]);
    refused("fn f(x: u2) -> _ { exp(x) }", &[("E0209", "exp(x)")]);
    refused("const L: _ = ln(0);", &[("E0219", "ln(0)")]);
    refused("circuit c(private x: u8) -> committed y: u8 { x }", &[("E0602", "committed y: u8")]);
}

#[test]
fn several_errors_in_one_run() {
    refused(
        "fn f(x: u8) -> _ { let a = y; let b: u4 = x; a + b }
         fn g(x: u8[2]) -> _ { x[7] }",
        &[("E0101", "y"), ("E0203", "x"), ("E0217", "7")],
    );
}

#[test]
fn errors_in_the_library_show_the_callers_line_first() {
    refused(
        "circuit c(private x: i64) -> _ { floor_div::<0>(x) }",
        &[("E0206", "floor_div::<0>(x)")],
    );
}

/// An element of the field is written as a number below its order, 2188…5617.
#[test]
fn field_literals() {
    const LAST: &str =
        "21888242871839275222246405745257275088548364400416034343698204186575808495616";
    const ORDER: &str =
        "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    refused(&format!("fn f() -> field[2] {{ [1, {LAST}] }}"), &[]);
    refused(&format!("fn f() -> field[2] {{ [1, {ORDER}] }}"), &[("E0203", ORDER)]);
    refused(&format!("fn f() -> field {{ {ORDER} as field }}"), &[("E0203", ORDER)]);
    // Without a wanted type it is an integer, and those have a sign.
    let sum = format!("x + {LAST}");
    refused(&format!("fn f(x: u8) -> _ {{ {sum} }}"), &[("E0401", &sum)]);
}

#[test]
fn integers_and_field_elements() {
    // A whole number is an element of the field; a scaled one is not.
    let text = "fn f(x: i8, y: field) -> field { assert y == 3 * x + y; x * y + 1 }";
    refused(text, &[]);
    refused("fn f(x: q3.4, y: field) -> field { x + y }", &[("E0210", "x + y")]);
}
