//! Reports add up.

mod common;

use common::sign_of_dot_product;
use zirc_circuit::report::{Branch, By, NonZeros};
use zirc_circuit::{Report, rows};

#[test]
fn costs_of_a_small_circuit() {
    let circuit = sign_of_dot_product();
    let report = Report::new(&circuit);
    assert_eq!((report.constraints, report.variables), (10, 14));
    assert_eq!((report.public, report.witness), (1, 12));
    // Booleans: 1 − b and b; recomposition: 8 bits, 1, and 1 with 3 of 4 weights; equality: 1 each.
    let nonzeros = NonZeros { a: 8 * 2 + 8 + 1, b: 8 + 1 + 1, c: 4 + 1 };
    assert_eq!(report.nonzeros, Some(nonzeros));
    assert_eq!((report.widths.boolean, report.widths.bits8), (8, 4));
    assert_eq!(report.digest, circuit.digest().to_string());
    let key =
        |by| report.groups(by).into_iter().map(|g| (g.key, g.constraints)).collect::<Vec<_>>();
    let named = |groups: &[(&str, usize)]| -> Vec<(String, usize)> {
        groups.iter().map(|&(k, n)| (k.to_owned(), n)).collect()
    };
    assert_eq!(key(By::Layer), named(&[("block/Relu_3", 8), ("sign", 2)]));
    assert_eq!(key(By::Function), named(&[("relu", 8), ("sign", 2)]));
    assert_eq!(key(By::Line), named(&[("test.zirc:3", 8), ("test.zirc:1", 2)]));
    assert_eq!(key(By::Category), named(&[("boolean", 8), ("recompose", 1), ("equality", 1)]));
    assert_eq!(report.blocks[0].place.named.as_deref(), Some("block/Relu_3"));
    // The named layer as two branches, below it the calls; then what has no layer.
    let tree = report.tree(&circuit);
    let name = |b: &Branch| (b.name.clone(), b.line.clone(), b.own.constraints, b.all.constraints);
    let of = |name: &str, line: Option<&str>, own, all| {
        (name.to_owned(), line.map(str::to_owned), own, all)
    };
    let constraints = |b: &&Branch| b.all.constraints > 0;
    let top: Vec<_> = tree.branches.iter().filter(constraints).map(name).collect();
    assert_eq!(top, [of("block", None, 0, 8)]);
    let relu = &tree.branches[0].branches[0];
    assert_eq!(name(relu), of("Relu_3", None, 0, 8));
    let layer = &relu.branches[0];
    assert_eq!(name(layer), of("layer", Some("test.zirc:2"), 0, 8));
    assert_eq!(name(&layer.branches[0]), of("relu", Some("test.zirc:3"), 8, 8));
    assert_eq!(tree.own.constraints, 2);
    // What relu asks for is also what the lines cost that call it.
    let lines = report.lines(&circuit);
    let line = |n: usize| lines.iter().find(|l| l.number == n).unwrap();
    let cost = |n| (line(n).own.constraints, line(n).all.constraints);
    assert_eq!((cost(1), cost(2), cost(3)), ((2, 2), (0, 8), (8, 8)));
}

/// Each branch is itself and its branches.
fn adds_up(b: &Branch) {
    let mut sum = b.own;
    b.branches.iter().for_each(|branch| sum += branch.all);
    assert_eq!((sum.constraints, sum.variables), (b.all.constraints, b.all.variables), "{b:?}");
    b.branches.iter().for_each(adds_up);
}

#[test]
fn groups_add_up_to_the_totals() {
    for seed in 0..50 {
        let (circuit, _) = common::random::circuit(seed);
        let report = Report::with_expansion(&circuit, u64::MAX);
        let counted = rows(&circuit).fold(NonZeros::default(), |sum, r| {
            sum + NonZeros { a: r.a.len(), b: r.b.len(), c: r.c.len() }
        });
        assert_eq!(report.nonzeros, Some(counted));
        assert_eq!(report.constraints, circuit.num_constraints());
        assert_eq!(report.variables, circuit.num_variables());
        assert_eq!(report.widths.total(), report.witness);
        let variables: usize = report.tensors.iter().map(|t| t.variables).sum();
        assert_eq!(variables, report.variables);
        let tree = report.tree(&circuit);
        assert_eq!(tree.all.constraints, report.constraints);
        assert_eq!((tree.all.variables, tree.all.nonzeros), (report.variables - 1, Some(counted)));
        adds_up(&tree);
        let lines = report.lines(&circuit);
        let own: usize = lines.iter().map(|l| l.own.constraints).sum();
        assert_eq!(own, report.constraints);
        assert!(lines.iter().all(|l| l.own.constraints <= l.all.constraints));
        for by in [By::Layer, By::Function, By::Line, By::Category] {
            let groups = report.groups(by);
            let constraints: usize = groups.iter().map(|g| g.constraints).sum();
            assert_eq!(constraints, report.constraints);
            let nonzeros: NonZeros = groups.iter().filter_map(|g| g.nonzeros).sum();
            assert_eq!(nonzeros, counted);
            let variables: usize = groups.iter().map(|g| g.variables).sum();
            assert_eq!(variables, if by == By::Category { 0 } else { report.variables - 1 });
        }
    }
}

#[test]
fn counting_gives_up_where_it_is_told_to() {
    let (circuit, _) = common::squared_convolution(8, 8, 16, 3);
    let report = Report::with_expansion(&circuit, 10_000);
    assert_eq!(report.nonzeros, None);
    assert_eq!(report.constraints, 8 * 16 * 16);
    // A weight of 0 is no entry.
    let report = Report::new(&circuit);
    let weights = 8 * 8 * 9;
    let zeros = (0..weights).filter(|i| (i * 37 + 11) % 255 == 127).count();
    let expected = (weights - zeros) * 16 * 16;
    assert_eq!(report.nonzeros.map(|n| (n.a, n.b)), Some((expected, expected)));
}
