//! Activations, requantization and maxima in any order: one decomposition an element, and one
//! activation a window, with the values that the source says.

use std::collections::BTreeMap;
use zirc_circuit::{Category, Circuit, Int};
use zirc_compiler::{NoFiles, Options, Project};

const PRELUDE: &str = "
    type Act = fix<-128..=127, 64>;
    fn pool<C: nat, H: nat, W: nat, T: num>(x: T[C, 2 * H, 2 * W]) -> _[C, H, W] {
        for c, i, j {
            max(max(x[c, 2 * i, 2 * j], x[c, 2 * i, 2 * j + 1]),
                max(x[c, 2 * i + 1, 2 * j], x[c, 2 * i + 1, 2 * j + 1]))
        }
    }
    const K: i8[3, 1, 3, 3] = for o, c, i, j { 17 * i - 9 * j + 5 * o - 20 + 3 * c };
    fn layer(x: u8[1, 6, 6]) -> _[3, 4, 4] { conv2d(K, [1, 2, 3], x) }
";

fn project(body: &str) -> Project {
    let text = format!("{PRELUDE} circuit c(private x: u8[1, 6, 6]) -> public y: _ {{ {body} }}");
    Project::load("t.zirc", &text, &mut NoFiles).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

fn compile(p: &Project, optimize: bool) -> Circuit {
    let options = Options { optimize, ..Options::default() };
    let c = p.compile_with("c", &mut NoFiles, &options);
    c.unwrap_or_else(|r| panic!("{:#?}", r.diagnostics)).circuit
}

/// Numbers without structure.
fn images() -> impl Iterator<Item = Vec<Int>> {
    (1..12u64).map(|seed| {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Int::from(state >> 56)
        };
        (0..36).map(|_| next()).collect()
    })
}

/// Witness, satisfaction and interpreter agree, with and without the passes.
fn agree(p: &Project) -> usize {
    let small = compile(p, true);
    for image in images() {
        let named = BTreeMap::from([("x".to_string(), image.clone())]);
        let plain = p.interpret("c", &named, &mut NoFiles).unwrap();
        for c in [&small, &compile(p, false)] {
            let a = zirc_circuit::assign(c, std::slice::from_ref(&image)).unwrap();
            assert_eq!(zirc_circuit::violations(c, &a), vec![]);
            let out = &a.values[c.signature.outputs[0].tensor.0 as usize];
            let got: Vec<Int> = (0..out.len()).map(|i| out.get_int(i)).collect();
            assert_eq!(plain.outputs, vec![got]);
        }
    }
    small.num_constraints()
}

#[test]
fn whichever_order_the_model_has() {
    let orders = [
        "relu.(clamp_to::<Act>.(pool::<3, 2, 2>(layer(x))))",
        "pool::<3, 2, 2>(relu.(clamp_to::<Act>.(layer(x))))",
        "pool::<3, 2, 2>(clamp_to::<Act>.(relu.(layer(x))))",
        "relu.(pool::<3, 2, 2>(clamp_to::<Act>.(layer(x))))",
        "clamp_to::<Act>.(pool::<3, 2, 2>(relu.(layer(x))))",
        "let h = layer(x); let a = for c, i, j { relu(clamp_to::<Act>(h[c, i, j])) }; pool::<3, 2, 2>(a)",
    ];
    let counts: Vec<usize> = orders.iter().map(|body| agree(&project(body))).collect();
    assert!(counts.windows(2).all(|w| w[0] == w[1]), "{counts:?}");
}

#[test]
fn one_decomposition_for_activation_and_requantization() {
    let digits = |body: &str| {
        let p = project(body);
        agree(&p);
        let c = compile(&p, true);
        let wanted = [Category::Boolean, Category::Range];
        let blocks = c.blocks.iter().filter(|b| wanted.contains(&b.category));
        blocks.map(|b| b.len()).sum::<usize>()
    };
    let clamp = digits("clamp_to::<Act>.(layer(x))");
    // The narrower result may take a digit and a test for zero more above it; two decompositions
    // would take nearly twice as many.
    let elements = 48;
    assert!(digits("relu.(clamp_to::<Act>.(layer(x)))") <= clamp + 2 * elements);
    assert!(digits("clamp_to::<Act>.(relu.(layer(x)))") <= clamp + 2 * elements);
    let relu = digits("relu.(layer(x))");
    assert!(digits("relu.(floor_to::<fix<-8192..=8191, 64>>.(layer(x)))") <= relu);
    assert!(digits("floor_to::<fix<-8192..=8191, 64>>.(relu.(layer(x)))") <= relu);
}

/// What is moved behind the maximum but read elsewhere as well stays where it is read.
#[test]
fn a_value_with_another_reader_stays() {
    agree(&project(
        "let a = relu.(clamp_to::<Act>.(layer(x)));
         let m = pool::<3, 2, 2>(a);
         for c { sum i, j { m[c, i, j] } + a[c, 3, 3] }",
    ));
}

/// A function that may refuse is computed for every element, whoever reads it.
#[test]
fn assertions_stay() {
    let p = project("let a = narrow::<int<-4000..=4000>>.(layer(x)); pool::<3, 2, 2>(a)");
    let c = compile(&p, true);
    let bright = vec![Int::from(255); 36];
    assert!(zirc_circuit::assign(&c, &[bright]).is_err());
}

#[test]
fn the_attributes_are_the_librarys() {
    for attribute in ["monotone", "selects", "fuses(f, f)", "commits(elements)"] {
        let text = format!("#[{attribute}] fn f(x: u8) -> u8 {{ x }}");
        let refused = Project::load("t.zirc", &text, &mut NoFiles).err();
        let all: Vec<_> = refused.into_iter().flat_map(|r| r.diagnostics).collect();
        let [d] = all.as_slice() else { panic!("{attribute}: {all:?}") };
        let name = attribute.split('(').next().unwrap();
        assert_eq!(
            (d.code, &d.title),
            ("E0107", &format!("`#[{name}]` is for the standard library"))
        );
    }
}
