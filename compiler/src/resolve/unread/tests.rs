//! What is warned about, and what is not.

use super::{of_modules, warnings};
use crate::diagnostic::Severity;
use crate::loader::{InMemory, Loader, NoFiles};
use crate::resolve::World;

/// `CODE text` of every warning.
fn said_with(text: &str, loader: &mut dyn Loader) -> Vec<String> {
    let (world, errors) = World::load("t.zirc", text, loader);
    assert_eq!(errors, [], "{text}");
    let all = warnings(&world);
    assert!(all.iter().all(|d| d.severity == Severity::Warning));
    all.iter().map(|d| format!("{} {}", d.code, world.text(d.labels[0].span))).collect()
}

#[track_caller]
fn says(text: &str, expected: &[&str]) {
    assert_eq!(said_with(text, &mut NoFiles), expected, "in {text}");
}

#[test]
fn variables() {
    says("fn f(x: u8) -> _ { let y = 2 * x; x }", &["E0117 y"]);
    says("fn f(x: u8, k: u8) -> _ { x }", &["E0117 k"]);
    says("fn f<T: num>(x: T, k: T) -> T { x }", &["E0117 k"]);
    says("fn f(x: u8) -> _ { let (a, b) = (x, 2 * x); b }", &["E0117 a"]);
    says("fn f(x: u8) -> _ { let (a, _) = (x, 2 * x); a }", &[]);
    says("fn f(x: u8) -> _ { let b: bit[8] = hint to_bits(x); x }", &["E0117 b"]);
    says("fn f(x: u8[3]) -> _ { fold a = 0, i { x[i] } }", &["E0117 a"]);
    says("test t { let y = 2; let z = 3; assert z == 3; }", &["E0117 y"]);
    says("fn f(x: u8) -> _ { let _y = 2 * x; x }", &[]);
    // Of two of one name, it is the first that is not read.
    says("fn f(x: u8) -> _ { let y = x; let y = 2 * x; y }", &["E0117 y"]);
}

#[test]
fn what_reads_a_name() {
    for text in [
        "fn f(x: u8, n: u8) -> u8[2] where n > 1 { [x, x] }",
        "fn f(x: u8) -> y: u8 ensures y <= x { 3 }",
        "fn f(t: u8[4], i: u2) -> _ { t[0..2][i] }",
        "fn f(lo: u8) -> _ { assert 3 in lo..=9; 1 }",
        "fn f<n: nat>(x: u8) -> u8[n] { for i < n { x } }",
        "fn f(n: u8) -> u8[n] { for i { 1 } }",
        "fn f(x: u8) -> _ { x as int<0..=255> } fn g(t: u8) -> _ { f::<t>(1) }",
        "fn f(x: u8[3]) -> _ { for i < 3 { 1 } } test t { let x = [1, 2, 3]; assert f(x)[0] == 1; }",
        "fn top<T: num>(k: T) -> _ { T::hi }",
        "fn count<N: nat>(k: u8[N]) -> _ { N }",
        "#[independent_of(x)] circuit c(private x: u8, private y: u8) -> public o: _ { y }",
    ] {
        let (world, _) = World::load("t.zirc", text, &mut NoFiles);
        let read =
            |d: &&crate::Diagnostic| d.code == "E0117" && world.text(d.labels[0].span) != "x";
        assert_eq!(warnings(&world).iter().find(read), None, "{text}");
    }
}

#[test]
fn inputs() {
    says("circuit c(private x: u8, public y: u8) -> public o: _ { x }", &["E0118 y"]);
    says("circuit c(private x: u8, public _y: u8) -> public o: _ { x }", &[]);
    // A name for files is no use of the input.
    says("#[named(y, \"in.1\")] circuit c(private x: u8, public y: u8) -> _ { x }", &["E0118 y"]);
    says(
        "circuit c(const w: u8[2], private x: u8[2]) -> public o: _ { for i < 2 { x[i] } }",
        &["E0118 w"],
    );
}

#[test]
fn items() {
    let unused = "fn f(x: u8) -> _ { g(x) } fn g(x: u8) -> _ { x } fn h(x: u8) -> _ { x }
                  circuit c(private x: u8) -> public y: _ { h(x) }";
    says(unused, &["E0119 f", "E0119 g"]);
    says(
        "const N: _ = 3; type T = u8; struct S { a: u8 } pub fn f(x: T) -> _ { x }",
        &["E0119 N", "E0119 S"],
    );
    says("type T = i9; fn f() -> _ { T::hi } test t { assert f() == 255; }", &[]);
    says("fn _f(x: u8) -> _ { x } test t { assert 1 == 1; }", &[]);
    says("fn big<n: nat>() -> _ { n } circuit c(private x: u8) -> _ { x + big::<n: 3>() }", &[]);
    // Without an entry nobody can tell.
    says("fn f(x: u8) -> _ { x } const N: _ = 3;", &[]);
    says(
        "const N: _ = 3; circuit dot<n: nat>(private x: u8[n]) -> _ { x[0] } circuit d = dot::<N>;",
        &[],
    );
}

#[test]
fn hidden_names() {
    says("fn f(x: u8) -> _ { let y = { let x = 3; x }; x + y }", &["E0120 x"]);
    says("fn f(x: u8[2, 2]) -> _ { for i { sum i < 2 { x[i, i] } } }", &["E0120 i"]);
    says("const N: _ = 3; fn f(x: u8) -> _ { let N = 2; N + x }", &["E0120 N"]);
    says("fn f(x: u8) -> _ { let x = 3; x }", &["E0117 x", "E0120 x"]);
    says("const N: _ = 3; fn f<N: nat>(x: u8[N]) -> _ { x[N - 1] }", &[]);
    says("test t { let y = 1; assert y == 1; let y = 2; assert y == 2; }", &[]);
    // What is made of the old value takes its place; what stands side by side hides nothing.
    says("fn f(x: u8) -> _ { let x = 2 * x; let x = { let y = x; y + 1 }; x }", &[]);
    says("fn f(x: u8[2]) -> _ { fold x = x[0], i in 0..2 { x + i } }", &[]);
    says("fn f(x: u8[2]) -> _ { (sum i { x[i] }) * (sum i { x[i] }) }", &[]);
    says("fn f(x: u8) -> _ { let _a = 1; { let _a = 2; x } }", &[]);
    // The library's names are everybody's to take.
    says("fn relu(x: u8) -> _ { let softmax = 2 * x; softmax }", &[]);
}

/// A text may have a name at every second byte, each of which is looked up.
#[test]
fn many_names() {
    const MANY: usize = 20_000;
    let names: Vec<String> = (0..MANY).map(|k| format!("a{k}")).collect();
    let lets: String = names.iter().map(|n| format!("let {n} = x + a0;\n")).collect();
    let list = names.join(", ");
    let text = format!(
        "fn f(x: u8, a0: u8) -> _ {{ {lets} let _t = {{ let ({list}) = ({list}); a1 }}; x }}"
    );
    let said = said_with(&text, &mut NoFiles);
    // Inside, all but one; outside none, as the values inside are made of them.
    assert_eq!(said.len(), MANY - 1);
}

const OTHER: &str =
    "pub fn f(x: u8) -> _ { g(x) } fn g(x: u8) -> _ { x } fn h(x: u8) -> _ { let y = x; x }";

/// Files that the program takes from are its own; the library is not.
#[test]
fn other_files() {
    let text = "use other::f; circuit c(private x: u8) -> public y: _ { f(x) }";
    assert_eq!(
        said_with(text, &mut InMemory::default().module("other.zirc", OTHER)),
        ["E0119 h", "E0117 y"]
    );
}

#[test]
fn the_library_gives_none() {
    let (world, errors) = World::load("", "", &mut NoFiles);
    assert_eq!(errors, []);
    let all = of_modules(&world, 0..world.modules.len());
    let told = all.iter().map(|d| {
        let at = d.labels[0].span;
        let file = &world.files[at.file as usize];
        let line = file.text[..at.start as usize].matches('\n').count() + 1;
        format!("{}:{line}: {}", file.name, d.title)
    });
    let told: Vec<String> = told.collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
