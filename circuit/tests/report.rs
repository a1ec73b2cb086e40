//! Reports add up.

mod common;

use common::sign_of_dot_product;
use zirc_circuit::report::{Branch, By, Cost, NonZeros, Price, Prices, Strategy};
use zirc_circuit::{Circuit, Origin, OriginId, Report, rows};

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
        |by| report.groups(by).into_iter().map(|g| (g.key, g.cost.constraints)).collect::<Vec<_>>();
    let named = |groups: &[(&str, usize)]| -> Vec<(String, usize)> {
        groups.iter().map(|&(k, n)| (k.to_owned(), n)).collect()
    };
    assert_eq!(key(By::Layer), named(&[("block/Relu_3", 8), ("sign", 2)]));
    assert_eq!(key(By::Function), named(&[("relu", 8), ("sign", 2)]));
    assert_eq!(key(By::Line), named(&[("test.zirc:3", 8), ("test.zirc:1", 2)]));
    assert_eq!(key(By::Category), named(&[("boolean", 8), ("recompose", 1), ("equality", 1)]));
    assert_eq!(report.blocks[0].place.named.as_deref(), Some("block/Relu_3"));
    // The named layer as two branches, below it the calls; then what has no layer.
    let tree = report.tree();
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
    assert_eq!(sum, b.all, "{b:?}");
    b.branches.iter().for_each(adds_up);
}

/// Lets every third block and tensor be asked for by both origins, one of them twice.
fn share(circuit: &mut Circuit) {
    let users = vec![common::user(0, 1), common::user(1, 2)];
    circuit.origins.push(Origin { users, ..circuit.origins[0].clone() });
    circuit.blocks.iter_mut().step_by(3).for_each(|b| b.origin = OriginId(2));
    circuit.tensors.iter_mut().step_by(3).for_each(|t| t.origin = OriginId(2));
}

/// Any that are not alike.
fn prices(circuit: &Circuit) -> Prices {
    let price = |k: usize| Price { nanoseconds: 1_001 * k as u64, bytes: 7 + k as u64 };
    let of = |n: usize| (0..n).map(price).collect::<Vec<_>>();
    let mut tensors = of(circuit.tensors.len());
    // `ONE` is nobody's.
    tensors[0] = Price::default();
    Prices { blocks: of(circuit.blocks.len()), tensors }
}

#[test]
fn what_is_shared_is_divided_by_how_often_it_was_asked_for() {
    let mut circuit = sign_of_dot_product();
    let users = vec![common::user(0, 1), common::user(1, 2)];
    circuit.origins.push(Origin { users, ..circuit.origins[0].clone() });
    // The booleans, 8 of them; and their variables.
    circuit.blocks[0].origin = OriginId(2);
    let report = Report::new(&circuit);
    let of = |by| -> Vec<(String, usize, usize)> {
        let groups = report.groups(by).into_iter();
        groups.map(|g| (g.key, g.cost.constraints, g.cost.shared)).collect()
    };
    let named = |groups: &[(&str, usize, usize)]| -> Vec<(String, usize, usize)> {
        groups.iter().map(|&(k, n, s)| (k.to_owned(), n, s)).collect()
    };
    // ⌊8/3⌋ for one and the rest for the other, which asked twice; the category is what they need it for.
    assert_eq!(of(By::Layer), named(&[("sign", 4, 2), ("block/Relu_3", 6, 6)]));
    assert_eq!(
        of(By::Category),
        named(&[("range", 8, 8), ("recompose", 1, 0), ("equality", 1, 0)])
    );
    assert_eq!(of(By::Strategy), named(&[("digits", 9, 8), ("direct", 1, 0)]));
    let [shared] = report.shared.as_slice() else { panic!("{:?}", report.shared) };
    assert_eq!((shared.strategy, shared.cost.constraints), (Some(Strategy::Digits), 8));
    let paid: Vec<(u32, usize)> =
        shared.users.iter().map(|u| (u.times, u.cost.constraints)).collect();
    assert_eq!(paid, [(1, 2), (2, 6)]);
}

#[test]
fn a_report_notes_what_was_before() {
    let circuit = sign_of_dot_product();
    let mut fewer = circuit.clone();
    fewer.blocks.truncate(1);
    let mut report = Report::new(&fewer);
    report.after(&Report::new(&circuit));
    let total = report.total();
    assert_eq!((total.constraints, total.before), (8, 10));
    let groups = report.groups(By::Layer).into_iter();
    let found: Vec<(String, usize, usize)> =
        groups.map(|g| (g.key, g.cost.constraints, g.cost.before)).collect();
    assert_eq!(found, [("block/Relu_3".to_owned(), 8, 8), ("sign".into(), 0, 2)]);
}

#[test]
fn groups_add_up_to_the_totals() {
    for seed in 0..50 {
        let (mut circuit, _) = common::random::circuit(seed);
        share(&mut circuit);
        circuit.validate().unwrap();
        let prices = prices(&circuit);
        let report = Report::priced(&circuit, u64::MAX, Some(&prices));
        let counted = rows(&circuit).fold(NonZeros::default(), |sum, r| {
            sum + NonZeros { a: r.a.len(), b: r.b.len(), c: r.c.len() }
        });
        assert_eq!(report.nonzeros, Some(counted));
        assert_eq!(report.constraints, circuit.num_constraints());
        assert_eq!(report.variables, circuit.num_variables());
        assert_eq!(report.widths.total(), report.witness);
        let variables: usize = report.tensors.iter().map(|t| t.variables).sum();
        assert_eq!(variables, report.variables);
        let all = prices.blocks.iter().chain(&prices.tensors);
        let time = all.clone().map(|p| p.nanoseconds).sum::<u64>();
        let bytes = all.map(|p| p.bytes).sum::<u64>();
        let total = report.total();
        assert_eq!((total.constraints, total.nonzeros), (report.constraints, Some(counted)));
        assert_eq!((total.nanoseconds, total.bytes), (time, bytes));
        let shared: usize = report.shared.iter().map(|s| s.cost.constraints).sum();
        assert_eq!(total.shared, shared);
        for s in &report.shared {
            let mut sum = Cost::default();
            s.users.iter().for_each(|u| sum += u.cost);
            assert_eq!(Cost { shared: s.cost.shared, ..sum }, s.cost);
        }
        let tree = report.tree();
        assert_eq!(tree.all, total);
        assert_eq!((tree.all.variables, tree.all.nonzeros), (report.variables - 1, Some(counted)));
        adds_up(&tree);
        let lines = report.lines(&circuit);
        let own: usize = lines.iter().map(|l| l.own.constraints).sum();
        assert_eq!(own, report.constraints);
        assert!(lines.iter().all(|l| l.own.constraints <= l.all.constraints));
        for by in [By::Layer, By::Function, By::Line, By::Category, By::Strategy] {
            let groups = report.groups(by);
            let constraints: usize = groups.iter().map(|g| g.cost.constraints).sum();
            assert_eq!(constraints, report.constraints);
            let nonzeros: NonZeros = groups.iter().filter_map(|g| g.cost.nonzeros).sum();
            assert_eq!(nonzeros, counted);
            let variables: usize = groups.iter().map(|g| g.cost.variables).sum();
            assert_eq!(
                variables,
                if matches!(by, By::Category | By::Strategy) { 0 } else { report.variables - 1 }
            );
        }
    }
}

#[test]
fn what_is_too_much_to_expand_is_bounded() {
    let (circuit, _) = common::squared_convolution(8, 8, 16, 3);
    // A weight of 0 is no entry.
    let weights = 8 * 8 * 9;
    let zeros = (0..weights).filter(|i| (i * 37 + 11) % 255 == 127).count();
    let expected = (weights - zeros) * 16 * 16;
    let report = Report::new(&circuit);
    assert!(report.nonzeros_exact);
    assert_eq!(report.nonzeros.map(|n| (n.a, n.b)), Some((expected, expected)));
    // The sums are read twice, once on each side; to evaluate them once is half the work, and enough.
    let half = Report::with_expansion(&circuit, zirc_circuit::reads(&circuit));
    assert!(!half.nonzeros_exact);
    assert_eq!(half.nonzeros, report.nonzeros);
    let none = Report::with_expansion(&circuit, 10_000);
    assert_eq!((none.nonzeros, none.constraints), (None, 8 * 16 * 16));
}

#[test]
fn a_bound_is_never_too_low() {
    for seed in 0..50 {
        let (circuit, _) = common::random::circuit(seed);
        let exact = Report::with_expansion(&circuit, u64::MAX);
        let work = zirc_circuit::reads(&circuit);
        let bound = Report::with_expansion(&circuit, work);
        assert!(bound.nonzeros.is_some());
        for (e, b) in exact.blocks.iter().zip(&bound.blocks) {
            let (Some(e), Some(b)) = (e.nonzeros, b.nonzeros) else { panic!("not counted") };
            assert!(e.a <= b.a && e.b <= b.b && e.c <= b.c, "seed {seed}: {e:?} {b:?}");
        }
    }
}
