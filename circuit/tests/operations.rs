//! Every operation of the witness program in every width, and every way that it can refuse.

mod common;

use ark_ff::Field;
use common::{Builder, int, ints, view};
use zirc_circuit::{
    AssignError, Circuit, ConstId, Constant, ForgeMode, Int, Ints, Kind, Lin, Op, OriginId,
    Relation, Step, Tensor, TensorId, Width, assign, assign_with, scalar,
};

/// Values of `2^shift · x` combined: `op` of inputs `x` and `y` in a chosen width.
struct Case {
    shift: u32,
    x: Vec<i64>,
    y: Vec<i64>,
}

/// A circuit that computes one `Aux` tensor from inputs x, y.
fn circuit(case: &Case, shape: &[usize], op: &dyn Fn(Lin, Lin) -> Op) -> (Circuit, TensorId) {
    let mut b = Builder::new("op");
    let x = b.input("x", &[case.x.len()], -1000, 1000, false);
    let y = b.input("y", &[case.y.len()], -1000, 1000, false);
    let scaled = |src: TensorId, n: usize| {
        let mut term = view(&[n], src, 1);
        term.weight = zirc_circuit::Weight::Scalar(int(1) << case.shift);
        let width = match case.shift {
            0..=49 => Width::I64,
            50..=110 => Width::I128,
            _ => Width::Field,
        };
        Lin { terms: vec![term], width }
    };
    let op = op(scaled(x, case.x.len()), scaled(y, case.y.len()));
    let half = (scalar::order() - 1) / 2;
    let out = b.hint(Kind::Aux, shape, Some((-&half, half)), op);
    (b.build(), out)
}

fn run(case: &Case, shape: &[usize], op: &dyn Fn(Lin, Lin) -> Op) -> Vec<Int> {
    let (circuit, out) = circuit(case, shape, op);
    let inputs = [ints(&case.x), ints(&case.y)];
    let a = assign(&circuit, &inputs).unwrap();
    let lenient = assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).unwrap();
    let len = shape.iter().product();
    let read = |a: &zirc_circuit::Assignment| -> Vec<Int> {
        (0..len).map(|i| a.get_int(&circuit, out, i)).collect()
    };
    assert_eq!(read(&a), read(&lenient));
    read(&a)
}

/// Checks results that scale by `2^(shift·power)` in all widths.
fn check(
    x: &[i64],
    y: &[i64],
    power: u32,
    shape: &[usize],
    expected: &[i64],
    op: &dyn Fn(Lin, Lin) -> Op,
) {
    for shift in [0, 20, 60, 100, 120] {
        let case = Case { shift, x: x.to_vec(), y: y.to_vec() };
        let expected: Vec<Int> = expected.iter().map(|&e| int(e) << (shift * power)).collect();
        assert_eq!(run(&case, shape, op), expected, "shifted by {shift}");
    }
}

#[test]
fn arithmetic() {
    let (x, y) = ([7, -7, 7, -7, 0, 12], [2, 2, -2, -2, 5, 3]);
    check(&x, &y, 2, &[6], &[14, -14, -14, 14, 0, 36], &|a, b| Op::Mul(a, b));
    check(&x, &y, 0, &[6], &[3, -4, -4, 3, 0, 4], &|a, b| Op::FloorDiv(a, b));
    check(&x, &y, 1, &[6], &[1, 1, -1, -1, 0, 0], &|a, b| Op::Mod(a, b));
    check(&x, &y, 1, &[6], &[2, -7, -2, -7, 0, 3], &|a, b| Op::Min(a, b));
    check(&x, &y, 1, &[6], &[7, 2, 7, -2, 5, 12], &|a, b| Op::Max(a, b));
}

#[test]
fn comparisons_and_selection() {
    let (x, y) = ([1, 2, 3, -1, 0], [2, 2, 2, 0, 0]);
    check(&x, &y, 0, &[5], &[1, 0, 0, 1, 0], &|a, b| Op::Lt(a, b));
    check(&x, &y, 0, &[5], &[1, 1, 0, 1, 1], &|a, b| Op::Le(a, b));
    check(&x, &y, 0, &[5], &[0, 1, 0, 0, 1], &|a, b| Op::Eq(a, b));
    check(&x, &y, 1, &[5], &[1, 2, 3, -1, 0], &|a, b| Op::Select(a.clone(), a, b));
    check(&x, &y, 1, &[5], &[1, 2, 3, 0, 0], &|a, b| Op::Select(b.clone(), a, b));
}

#[test]
fn reductions() {
    let x = [3, 1, 3, -5, 0, -5];
    check(&x, &[], 1, &[2], &[3, 0], &|a, _| Op::ReduceMax(a, 3));
    check(&x, &[], 1, &[2], &[1, -5], &|a, _| Op::ReduceMin(a, 3));
    check(&x, &[], 0, &[2], &[0, 1], &|a, _| Op::ArgMax(a, 3));
    check(&x, &[], 0, &[2], &[1, 0], &|a, _| Op::ArgMin(a, 3));
    let case = |shift| Case { shift, x: vec![3, -4, 5, 2, 0, 7], y: vec![] };
    for shift in [0, 30, 50, 70] {
        let expected = [int(-60) << (3 * shift), int(0)];
        assert_eq!(run(&case(shift), &[2], &|a, _| Op::ReduceProd(a, 3)), expected, "{shift}");
    }
}

#[test]
fn digits() {
    for shift in [0, 60, 100, 120] {
        let case = Case { shift, x: vec![5, 0, 11], y: vec![] };
        let n = shift as usize + 4;
        let bits = run(&case, &[3, n], &|a, _| Op::Bits(a));
        for (row, x) in bits.chunks(n).zip([5, 0, 11]) {
            let sum: Int = row.iter().enumerate().map(|(i, b)| b << i).sum();
            assert_eq!(sum, int(x) << shift);
            assert!(row.iter().all(|b| *b == int(0) || *b == int(1)));
        }
    }
    // Weights 1, 2, 4, 3 reach 0..=10.
    let x: Vec<i64> = (0..=10).collect();
    for shift in [0, 60, 120] {
        let case = Case { shift, x: x.clone(), y: vec![] };
        let n = 4 + shift as usize;
        let last: Int = (int(4) << shift) - 1;
        let op = |value, _| Op::CappedBits { value, last: last.clone() };
        let digits = run(&case, &[11, n], &op);
        for (row, x) in digits.chunks(n).zip(&x) {
            let (top, low) = row.split_last().unwrap();
            let sum: Int = low.iter().enumerate().map(|(i, b)| b << i).sum();
            assert_eq!(sum + top * &last, int(*x) << shift);
            assert!(row.iter().all(|b| *b == int(0) || *b == int(1)));
        }
    }
}

#[test]
fn roots_and_tables() {
    let squares = [0, 1, 2, 3, 4, 99, 100];
    for shift in [0, 60, 120] {
        let case = Case { shift, x: squares.to_vec(), y: vec![] };
        for (root, x) in run(&case, &[7], &|a, _| Op::Sqrt(a)).iter().zip(squares) {
            let x = int(x) << shift;
            assert!(root * root <= x && (root + 1) * (root + 1) > x, "√{x} is not {root}");
        }
    }
    let (mut circuit, out) =
        circuit(&Case { shift: 0, x: vec![2, 0, 1], y: vec![] }, &[3], &|a, _| Op::Linear(a));
    let Some(Step::Assign { op, .. }) = circuit.program.last_mut() else { panic!("no step") };
    let Op::Linear(index) = op.clone() else { panic!("not linear") };
    *op = Op::Table(ConstId(0), index);
    let wide = int(1) << 90u32;
    for data in [Ints::Small(vec![5, -6, 7]), Ints::Big(vec![int(5), int(-6), wide.clone()])] {
        let third = data.get(2);
        circuit.constants = vec![Constant { shape: vec![3], data }];
        circuit.validate().unwrap();
        let a = assign(&circuit, &[ints(&[2, 0, 1]), vec![]]).unwrap();
        let read: Vec<_> = (0..3).map(|i| a.get_int(&circuit, out, i)).collect();
        assert_eq!(read, [third, int(5), int(-6)]);
        let error = assign(&circuit, &[ints(&[2, 3, -1]), vec![]]).unwrap_err();
        let (origin, index, value) = (OriginId(0), vec![1], int(3));
        assert_eq!(error, AssignError::TableIndex { origin, index, value, len: 3 });
        let inputs = [ints(&[2, 3, -1]), vec![]];
        let a = assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).unwrap();
        assert_eq!(a.get_int(&circuit, out, 1), int(0));
    }
}

#[test]
fn elements_of_the_field() {
    let mut b = Builder::new("field");
    let x = b.input("x", &[3], -5, 5, false);
    let in_field = || Lin { terms: vec![view(&[3], x, 1)], width: Width::Field };
    let inverse = b.hint(Kind::Witness, &[3], None, Op::Inverse(in_field()));
    // A field element has the digits of its residue.
    let bits = b.witness(&[3, 254], 0, 1, Op::Bits(in_field()));
    let circuit = b.build();
    let inputs = [ints(&[-1, 0, 4])];
    let honest = assign(&circuit, &inputs).unwrap();
    let lenient = assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).unwrap();
    for a in [honest, lenient] {
        let i = inverse.0 as usize;
        let quarter = common::fr(4).inverse().unwrap();
        assert_eq!(a.values[i].to_field(), [common::fr(-1), common::fr(0), quarter]);
        assert_eq!(a.get_int(&circuit, inverse, 0), scalar::order() - 1);
        let digits = |row: usize| -> Int {
            (0..254).map(|k| a.values[bits.0 as usize].get_int(row * 254 + k) << k).sum()
        };
        assert_eq!([digits(0), digits(1), digits(2)], [scalar::order() - 1, int(0), int(4)]);
    }
}

fn refusal(x: &[i64], y: &[i64], shape: &[usize], op: &dyn Fn(Lin, Lin) -> Op) -> AssignError {
    let mut found = None;
    for shift in [0, 60, 120] {
        let case = Case { shift, x: x.to_vec(), y: y.to_vec() };
        let (circuit, out) = circuit(&case, shape, op);
        let inputs = [ints(x), ints(y)];
        let error = assign(&circuit, &inputs).unwrap_err();
        // A dishonest prover goes on.
        let a = assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).unwrap();
        assert_eq!(a.values[out.0 as usize].len(), shape.iter().product::<usize>());
        if shift == 0 {
            found = Some(error);
        }
    }
    found.unwrap()
}

#[test]
fn operations_without_a_result_are_refused() {
    let origin = OriginId(0);
    let error = refusal(&[1, 2], &[1, 0], &[2], &|a, b| Op::FloorDiv(a, b));
    assert_eq!(error, AssignError::DivisionByZero { origin, index: vec![1] });
    let error = refusal(&[1, 2], &[1, 0], &[2], &|a, b| Op::Mod(a, b));
    assert_eq!(error, AssignError::DivisionByZero { origin, index: vec![1] });
    let error = refusal(&[4, -4], &[], &[2], &|a, _| Op::Sqrt(a));
    assert_eq!(error, AssignError::Domain { origin, index: vec![1], value: int(-4) });
    let capped = |value, _| Op::CappedBits { value, last: int(3) };
    let error = refusal(&[10, 11], &[], &[2, 4], &capped);
    assert_eq!(error, AssignError::Domain { origin, index: vec![1, 0], value: int(11) });
    let error = refusal(&[-1], &[], &[1, 4], &capped);
    assert_eq!(error, AssignError::Domain { origin, index: vec![0, 0], value: int(-1) });
    let (circuit, _) =
        circuit(&Case { shift: 0, x: vec![1, -1], y: vec![] }, &[2, 3], &|a, _| Op::Bits(a));
    let error = assign(&circuit, &[ints(&[1, -1]), vec![]]).unwrap_err();
    assert_eq!(error, AssignError::Domain { origin, index: vec![1, 0], value: int(-1) });
}

#[test]
fn inputs_must_fit_the_signature() {
    let circuit = common::sign_of_dot_product();
    let error = assign(&circuit, &[]).unwrap_err();
    assert_eq!(error, AssignError::InputCount { expected: 1, got: 0 });
    let error = assign(&circuit, &[ints(&[1, 2, 3])]).unwrap_err();
    assert_eq!(error, AssignError::InputLength { port: "x".into(), expected: 4, got: 3 });
    let error = assign(&circuit, &[ints(&[1, 2, 8, -9])]).unwrap_err();
    let (lo, hi) = (Box::new(int(-8)), Box::new(int(7)));
    let expected = AssignError::OutOfRange { port: "x".into(), index: 2, value: int(8), lo, hi };
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), "input `x`, value 2: 8 is outside -8..=7");
    let error = assign(&circuit, &[ints(&[-8, 7, 0, -9])]).unwrap_err();
    assert_eq!(error.to_string(), "input `x`, value 3: -9 is outside -8..=7");
    // A forger's inputs are no different; forging is how he changes them.
    assert_eq!(
        assign_with(&circuit, &[], &[], ForgeMode::Isolated).unwrap_err().to_string(),
        "number of inputs: expected 1, got 0"
    );
}

#[test]
fn values_must_lie_in_their_intervals() {
    let case = Case { shift: 0, x: vec![3, 4], y: vec![] };
    let (mut circuit, out) = circuit(&case, &[2], &|a, _| Op::Linear(a));
    let tensor: &mut Tensor = &mut circuit.tensors[out.0 as usize];
    tensor.interval = Some((int(0), int(3)));
    tensor.width = Width::I64;
    circuit.validate().unwrap();
    let error = assign(&circuit, &[ints(&[3, 4]), vec![]]).unwrap_err();
    let (lo, hi) = (Box::new(int(0)), Box::new(int(3)));
    let (origin, index, value) = (OriginId(0), vec![1], int(4));
    assert_eq!(error, AssignError::Interval { tensor: out, origin, index, value, lo, hi });
    assert!(assign(&circuit, &[ints(&[3, 3]), vec![]]).is_ok());
}

#[test]
fn checks_name_the_first_failure_and_count_all() {
    let relations =
        [(Relation::Eq, 1, 2), (Relation::Ne, 0, 1), (Relation::Lt, 0, 2), (Relation::Le, 2, 1)];
    for shift in [0, 60, 120] {
        // Against 5: equal, less, greater.
        let x = [5, 4, 6];
        for (relation, first, count) in relations {
            let case = Case { shift, x: x.to_vec(), y: vec![5; 3] };
            let (mut circuit, _) = circuit(&case, &[3], &|a, b| Op::Min(a, b));
            let Some(Step::Assign { op: Op::Min(left, right), .. }) = circuit.program.last() else {
                panic!("no step")
            };
            let (left, right) = (left.clone(), right.clone());
            let message = Some("x against five".to_owned());
            let origin = OriginId(1);
            let shape = vec![3];
            circuit.program.push(Step::Check {
                shape,
                left,
                relation,
                right,
                scale: None,
                message,
                origin,
            });
            circuit.validate().unwrap();
            let inputs = [ints(&x), ints(&[5; 3])];
            let error = assign(&circuit, &inputs).unwrap_err();
            let expected = AssignError::Check {
                origin,
                index: vec![first],
                left: Box::new(int(x[first]) << shift),
                right: Box::new(int(5) << shift),
                relation,
                scale: None,
                message: Some("x against five".to_owned()),
                failures: count,
            };
            assert_eq!(error, expected);
            assert!(assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).is_ok());
        }
    }
    let text = AssignError::Check {
        origin: OriginId(0),
        index: vec![1],
        left: Box::new(int(4)),
        right: Box::new(int(5)),
        relation: Relation::Le,
        scale: None,
        message: None,
        failures: 3,
    };
    let expected = "assertion at [1]: 4 ≤ 5 does not hold, nor for 2 more elements";
    assert_eq!(text.to_string(), expected);
}
