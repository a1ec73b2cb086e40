//! Texts of random trees in which every node of the syntax occurs.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A text of some kind.
pub(crate) type Text = BoxedStrategy<String>;

fn one(list: &'static [&'static str]) -> Text {
    select(list).prop_map(str::to_owned).boxed()
}

fn name() -> Text {
    one(&["a", "bee", "long_name_of_something", "T", "q3", "u8x", "_x"])
}

fn path() -> Text {
    one(&["a", "b::c", "T::lo", "one::two::three", "i8::hi"])
}

/// A list with commas, and now and then one at the end.
fn list(element: Text, least: usize, most: usize) -> Text {
    let end = select(vec!["", "", ","]);
    let joined = vec(element, least..most).prop_map(|list| list.join(", "));
    let whole = (joined, end).prop_map(|(list, end)| match list.is_empty() {
        true => list,
        false => list + end,
    });
    whole.boxed()
}

fn maybe(before: &'static str, text: Text) -> Text {
    option::of(text).prop_map(move |t| t.map_or(String::new(), |t| format!("{before}{t}"))).boxed()
}

/// A type that may stand anywhere.
pub(crate) fn ty(expr: &Text) -> Text {
    prop_oneof![
        4 => plain_type(expr),
        1 => (plain_type(expr), list(plain_type(expr), 0, 3)).prop_map(|(a, b)| format!("({a}, {b})")),
    ]
    .boxed()
}

fn plain_type(expr: &Text) -> Text {
    let word = one(&["_", "field", "bit", "i8", "u253", "q3.4", "uq0.8", "T", "a::B"]);
    let range = (atom(), atom(), maybe(", ", atom()), any::<bool>());
    let range = range.prop_map(|(lo, hi, scale, comma)| {
        let word = if scale.is_empty() { "int" } else { "fix" };
        format!("{word}<{lo}..={hi}{scale}{}>", if comma { "," } else { "" })
    });
    let generic = list(argument(&atom()), 1, 4).prop_map(|list| format!("P<{list}>"));
    let scalar = prop_oneof![4 => word, 1 => range, 1 => generic].boxed();
    let dims = list(expr.clone(), 1, 4);
    (scalar, option::of(dims))
        .prop_map(|(scalar, dims)| dims.map_or(scalar.clone(), |dims| format!("{scalar}[{dims}]")))
        .boxed()
}

/// A generic argument.
fn argument(expr: &Text) -> Text {
    let value = prop_oneof![
        3 => expr.clone().prop_map(|e| format!("({e})")),
        2 => one(&["3", "N + 1", "q3.4", "_", "u8", "-1", "Foo<3, U>", "int<0..=5>", "{ 1 }"]),
    ];
    let value = value.boxed();
    prop_oneof![3 => value.clone(), 1 => value.prop_map(|v| format!("k: {v}"))].boxed()
}

/// An expression without operators.
fn atom() -> Text {
    one(&[
        "a",
        "b::c",
        "1",
        "0xf_f",
        "0b1",
        "1_000.5",
        "\"s\\n\\u{3b1}\"",
        "true",
        "false",
        "f(x)",
        "q3.4::lo",
        "t.0.1",
        "t.0",
        "(-1)",
        "f::<3, u8, N + 1>",
        "[]",
        "a.b.c",
        "-2",
    ])
}

/// An expression.
pub(crate) fn expr() -> Text {
    let deeper = |inner: BoxedStrategy<String>| {
        let paren = inner.clone().prop_map(|a| format!("({a})")).boxed();
        let operand = prop_oneof![1 => atom(), 1 => paren].boxed();
        let op = one(&["+", "-", "*", "/", "%", "@", "&&", "||"]);
        let rest = vec((op, operand.clone()), 1..5);
        let rest =
            rest.prop_map(|l| l.iter().map(|(o, b)| format!(" {o} {b}")).collect::<String>());
        let compare = one(&["==", "!=", "<", "<=", ">", ">="]);
        let (block, binders) = (block(&inner), binders(&operand));
        let args = prop_oneof![
            3 => inner.clone(), 1 => inner.clone().prop_map(|a| format!("set: {a}"))
        ];
        let args = list(args.boxed(), 0, 4);
        let index = prop_oneof![
            3 => inner.clone(),
            2 => (maybe("", operand.clone()), maybe("", operand.clone()))
                .prop_map(|(a, b)| format!("{a}..{b}")),
            1 => (maybe("", operand.clone()), operand.clone())
                .prop_map(|(a, b)| format!("{a}..={b}")),
        ];
        let path_of = list(argument(&inner), 1, 3).prop_map(|list| format!("f::<{list}>"));
        prop_oneof![
            (operand.clone(), rest).prop_map(|(a, rest)| a + &rest),
            (operand.clone(), compare, operand.clone())
                .prop_map(|(a, o, b)| format!("{a} {o} {b}")),
            (operand.clone(), operand.clone()).prop_map(|(a, b)| format!("({a}) ** ({b})")),
            (operand.clone(), operand.clone(), any::<bool>()).prop_map(|(a, b, through)| {
                format!("a in {a}{}{b}", if through { "..=" } else { ".." })
            }),
            (one(&["-", "!"]), operand.clone()).prop_map(|(sign, a)| sign + &a),
            (operand.clone(), cast()).prop_map(|(a, t)| format!("{a} as {t}")),
            (path_of, args.clone()).prop_map(|(f, args)| format!("{f}({args})")),
            (path(), args.clone()).prop_map(|(f, args)| format!("{f}({args})")),
            (operand.clone(), args).prop_map(|(f, args)| format!("({f}).({args})")),
            (path(), list(index.boxed(), 1, 4)).prop_map(|(a, list)| format!("{a}[{list}]")),
            operand.clone().prop_map(|a| format!("({a}).name.0")),
            list(inner.clone(), 0, 5).prop_map(|list| format!("[{list}]")),
            (inner.clone(), list(inner.clone(), 1, 4)).prop_map(|(a, l)| format!("({a}, {l})")),
            (one(&["sum", "prod", "for"]), binders.clone(), block.clone())
                .prop_map(|(word, binders, block)| format!("{word} {binders} {block}")),
            (operand.clone(), binders, block.clone())
                .prop_map(|(a, binders, block)| format!("fold acc = {a}, {binders} {block}")),
            (operand.clone(), block.clone(), maybe(" else ", block.clone()))
                .prop_map(|(c, a, b)| format!("if {c} {a}{b}")),
            (operand, block.clone(), block.clone(), block.clone())
                .prop_map(|(c, a, b, d)| format!("if {c} {a} else if {c} {b} else {d}")),
            block,
        ]
        .boxed()
    };
    atom().prop_recursive(4, 60, 4, deeper).boxed()
}

fn cast() -> Text {
    one(&["u8", "q1.2", "T", "P::<3, k: U>", "int<0..=5>", "fix<0..=9, 1 / 4>", "bit"])
}

fn binders(expr: &Text) -> Text {
    let binder = (name(), 0..4_u8, expr.clone(), expr.clone());
    let binder = binder.prop_map(|(name, kind, lo, hi)| match kind {
        0 => name,
        1 => format!("{name} < {hi}"),
        2 => format!("{name} in {lo}..{hi}"),
        _ => format!("{name} in {lo}..={hi}"),
    });
    vec(binder, 1..4).prop_map(|list| list.join(", ")).boxed()
}

fn pattern() -> Text {
    let leaf = one(&["a", "_", "long_name"]);
    leaf.prop_recursive(2, 6, 3, |inner| {
        (inner.clone(), list(inner.boxed(), 0, 3)).prop_map(|(a, b)| format!("({a}, {b})"))
    })
    .boxed()
}

fn block(expr: &Text) -> Text {
    (vec(statement(expr), 0..3), option::of(expr.clone()))
        .prop_map(|(list, tail)| {
            let tail = tail.map_or(String::new(), |tail| format!("({tail})"));
            format!("{{ {} {tail} }}", list.join(" "))
        })
        .boxed()
}

fn attribute(expr: &Text) -> Text {
    let args = list(expr.clone(), 0, 3);
    (name(), option::of(args))
        .prop_map(|(name, args)| match args {
            Some(args) => format!("#[{name}({args})]"),
            None => format!("#[{name}]"),
        })
        .boxed()
}

fn statement(expr: &Text) -> Text {
    let types = one(&["i8", "_", "T[N, 2 * N]", "(u8, bit)", "P<int<0..=N>>[3]"]);
    let kind = prop_oneof![
        (pattern(), maybe(": ", types.clone()), expr.clone())
            .prop_map(|(p, t, e)| format!("let {p}{t} = {e};")),
        (name(), types, expr.clone()).prop_map(|(n, t, e)| format!("let {n}: {t} = hint {e};")),
        (expr.clone(), maybe(", ", one(&["\"why\"", "\"a \\\"b\\\" \\\\ c\""])))
            .prop_map(|(e, why)| format!("assert {e}{why};")),
        expr.clone().prop_map(|e| format!("({e});")),
        expr.clone().prop_map(|e| format!("for i < n {{ ({e}) }};")),
        expr.clone().prop_map(|e| format!("if a {{ ({e}); }}")),
    ];
    (vec(attribute(expr), 0..2), kind)
        .prop_map(|(attributes, kind)| format!("{} {kind}", attributes.join(" ")))
        .boxed()
}

fn generics() -> Text {
    let default = maybe(" = ", one(&["1", "N + 1", "q3.4", "_", "P<3>"]));
    let generic = (name(), one(&["nat", "num"]), default);
    let generic = generic.prop_map(|(name, kind, default)| format!("{name}: {kind}{default}"));
    maybe("", list(generic.boxed(), 1, 5).prop_map(|list| format!("<{list}>")).boxed())
}

fn visibility() -> Text {
    one(&["", "public ", "private ", "committed ", "const "])
}

fn function(expr: &Text) -> Text {
    let param = (visibility(), name(), ty(expr), maybe(" = ", expr.clone()));
    let param = param.prop_map(|(v, name, ty, default)| format!("{v}{name}: {ty}{default}"));
    let output = (visibility(), maybe("", one(&["y: ", "out: "])), ty(expr));
    let output = output.prop_map(|(v, name, ty)| format!("{v}{name}{ty}")).boxed();
    // Outside of brackets `const` begins an item.
    let seen = one(&["", "public ", "private "]);
    let single = (seen, maybe("", one(&["y: "])), plain_type(expr));
    let single = single.prop_map(|(v, name, ty)| format!(" -> {v}{name}{ty}"));
    let results = prop_oneof![
        Just(String::new()),
        single,
        list(output, 1, 4).prop_map(|list| format!(" -> ({list})")),
    ];
    let conditions = |word: &'static str| {
        maybe(word, list(expr.clone().prop_map(|e| format!("({e})")).boxed(), 1, 4))
    };
    let head = (one(&["fn", "circuit"]), name(), generics(), list(param.boxed(), 0, 5));
    (head, results, conditions(" where "), conditions(" ensures "), block(expr))
        .prop_map(|((word, name, generics, params), results, wheres, ensures, body)| {
            format!("{word} {name}{generics}({params}){results}{wheres}{ensures} {body}")
        })
        .boxed()
}

/// An item with its documentation.
pub(crate) fn item() -> Text {
    let expr = expr();
    let fields = (name(), ty(&expr)).prop_map(|(name, ty)| format!("{name}: {ty}"));
    let fields = list(fields.boxed(), 0, 5);
    let kind = prop_oneof![
        3 => function(&expr),
        1 => (name(), generics(), fields)
            .prop_map(|(name, generics, fields)| format!("struct {name}{generics} {{ {fields} }}")),
        1 => (name(), generics(), ty(&expr))
            .prop_map(|(name, generics, ty)| format!("type {name}{generics} = {ty};")),
        1 => (name(), maybe(": ", ty(&expr)), expr.clone())
            .prop_map(|(name, ty, value)| format!("const {name}{ty} = {value};")),
        1 => one(&["use a;", "use a::b::c;", "use a::*;", "use a::b::{c, d,};", "use a::{e};"]),
        1 => one(&["circuit c = a::d;", "circuit c = d::<3, k: q3.4, U>;"]),
        1 => block(&expr).prop_map(|body| format!("test t {body}")),
    ];
    let doc = one(&["/// Words.\n", "///   more\n", "///\n", "///close\n"]);
    let heads = vec(prop_oneof![2 => doc, 1 => attribute(&expr)].boxed(), 0..3);
    (heads, any::<bool>(), kind)
        .prop_map(|(heads, public, kind)| {
            format!("{}{}{kind}\n", heads.concat(), if public { " pub " } else { " " })
        })
        .boxed()
}
