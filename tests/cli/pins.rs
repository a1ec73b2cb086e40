//! Pins: what functions are said to cost, and how it is told that they do not.

use crate::room::Room;

const PROGRAM: &str = r#"/// Twice the positive part of what is left of x without y.
#[cost(gap::<i8>, 10)]
#[cost(gap::<i8>, product == 1, boolean == 8)]
#[cost(gap::<i16>, groth16_commit <= 3)]
#[cost(gap(3 as i8, 1), 9)]
fn gap<T: num>(x: T, y: T) -> _ { relu(x - y) * 2 }

#[cost(2)]
fn cube(x: i8) -> _ { x ** 3 }

#[cost(exp_of, 21, lookup == 21, table == 65)]
fn exp_of(x: q3.2) -> _ { exp::<uq4.8>(x) }

test pinned_by_hand {
    assert cost(gap::<i8>).total == 9;
}
test bounded {
    assert cost(cube).total <= 2;
    let c = cost(gap::<i8>, mode: "groth16-commit");
    assert c.total == 3, "a table is enough";
    assert c.total == 4;
}
"#;

#[test]
fn differences_say_what_was_pinned_what_it_is_and_where_it_is_paid() {
    let room = Room::with(PROGRAM, "{}");
    let ended = room.zirc("test .");
    assert_eq!(ended.code, 1);
    let out: Vec<&str> = ended.out.lines().filter(|l| !l.contains(" passed, ")).collect();
    insta::assert_snapshot!("differences", format!("{}\n\n{}", out.join("\n"), ended.err));
}

#[test]
fn pins_are_tests() {
    let room = Room::with(PROGRAM, "{}");
    // Named after their functions, as the filter finds them.
    let json = room.json("test . cube");
    assert_eq!(json["tests"].as_array().unwrap().len(), 1);
    assert_eq!(json["tests"][0]["name"], "cube #[cost(2)]");
    let json = room.json("test . exp_of");
    assert_eq!(json["tests"][0]["name"], "exp_of #[cost(exp_of, 21, lookup == 21, table == 65)]");
    assert_eq!(json["tests"][0]["ok"], true);
}

#[test]
fn attributes_that_say_nothing() {
    let room = Room::new();
    let of = |attribute: &str, item: &str| {
        room.write("model.zirc", format!("{attribute}\n{item}\n"));
        let ended = room.zirc("check .");
        assert_eq!(ended.code, 2, "{attribute}: {ended:#?}");
        ended.err
    };
    let f = "fn f(x: i8) -> _ { x * x }";
    for (attribute, code, words) in [
        ("#[cost]", "E0112", "`#[cost]` says no number"),
        ("#[cost(f)]", "E0112", "`#[cost]` says no number"),
        ("#[cost(g, 1)]", "E0112", "`#[cost]` on `f` is about another function"),
        (
            "#[cost(f, \"1\")]",
            "E0112",
            "a number, or a part of the cost with `==` or `<=`, is expected",
        ),
        (
            "#[cost(f, 1 + 1)]",
            "E0112",
            "a number, or a part of the cost with `==` or `<=`, is expected",
        ),
        (
            "#[cost(f, product >= 1)]",
            "E0112",
            "a number, or a part of the cost with `==` or `<=`, is expected",
        ),
        ("#[cost(f, product == x)]", "E0112", "a part of the cost and a number are expected"),
        ("#[cost(f, products == 1)]", "E0105", "there is no part `products` of a cost"),
    ] {
        let said = of(attribute, f);
        assert!(said.contains(&format!("error[{code}]: {words}")), "{attribute}: {said}");
    }
    let said = of("#[cost(f, products == 1)]", f);
    let parts = "parts: product, boolean, recompose, range, lookup, select, equality, table, total, groth16_commit";
    assert!(said.contains(parts), "{said}");
    let said = of("#[cost(1)]", "circuit c(public x: i8) -> private y: _ { x * x }");
    assert!(said.contains("error[E0112]: `#[cost]` is for functions"), "{said}");
    // An instance that is not one fails when it is measured.
    room.write("model.zirc", "#[cost(3)]\nfn f<T: num>(x: T) -> _ { x }\n");
    let ended = room.zirc("test .");
    assert!(
        ended.code == 1
            && ended.err.contains("error[E0213]: the cost depends on all generic arguments"),
        "{ended:#?}"
    );
}
