//! Every kind of hostile structure is refused, each for its own reason.

mod common;

use common::{Builder, access, fill, int, lin, sign_of_dot_product, user, view};
use zirc_circuit::validate::{MAX_ELEMENTS, MAX_POINTS, MAX_USERS, Place};
use zirc_circuit::{
    AccessError, Circuit, CircuitError, ConstId, Ints, Kind, Lin, Op, OriginId, PortType, Step,
    TensorId, Term, Visibility, Weight, Width, scalar,
};

/// Tensors of the sample: 0 `ONE`, 1 x, 2 the sum, 3 the bits, 4 the sign. Steps assign 1 to 4 in
/// order. Blocks: boolean bits, recomposition, equality.
type Break = fn(&mut Circuit);

fn derived(c: &mut Circuit) -> &mut Term {
    let Kind::Linear(lin) = &mut c.tensors[2].kind else { panic!("not derived") };
    &mut lin.terms[0]
}

fn weight(term: &mut Term) -> (&mut zirc_circuit::Int, &mut ConstId, &mut zirc_circuit::Access) {
    let Weight::Tensor { factor, constant, access } = &mut term.weight else { panic!("scalar") };
    (factor, constant, access)
}

fn astray(place: Place, what: &'static str, error: AccessError) -> CircuitError {
    CircuitError::Access { place, term: 0, what, error }
}

fn unknown(place: Place, what: &'static str, id: u32, len: usize) -> CircuitError {
    CircuitError::Unknown { place, what, id, len }
}

fn read(place: Place, tensor: u32, reason: &'static str) -> CircuitError {
    CircuitError::Read { place, tensor: TensorId(tensor), reason }
}

fn operation(step: usize, reason: &'static str) -> CircuitError {
    CircuitError::Operation { step, reason }
}

fn port(place: Place, reason: &'static str) -> CircuitError {
    CircuitError::Port { place, reason }
}

fn table() -> Vec<(Break, CircuitError)> {
    use AccessError::{NotInjective, OutOfBounds, Overflow, Rank};
    use Place::{Block, Constant, Input, Origin, Output, Step as At, Tensor};
    let wide = "type is wider than its tensor's interval";
    let scale = "scale is not positive, or has more than 4,096 bits";
    let reach = "weight of the last digit is outside of what the others reach";
    let reduced = "length of the reduced dimension is zero or too large";
    vec![
        // `ONE`
        (|c| c.tensors.clear(), CircuitError::One(Tensor(0))),
        (|c| c.tensors[0].kind = Kind::Witness, CircuitError::One(Tensor(0))),
        (|c| c.tensors[0].shape = vec![1], CircuitError::One(Tensor(0))),
        (|c| c.tensors[3].kind = Kind::One, CircuitError::One(Tensor(3))),
        // Sizes
        (|c| c.tensors[3].shape = vec![1; 33], CircuitError::Rank { place: Tensor(3), rank: 33 }),
        (
            |c| c.tensors[3].shape = vec![usize::MAX, 2],
            CircuitError::TooLarge { place: Tensor(3), limit: MAX_ELEMENTS },
        ),
        (
            |c| c.tensors[3].shape = vec![0, usize::MAX],
            CircuitError::TooLarge { place: Tensor(3), limit: MAX_ELEMENTS },
        ),
        (
            |c| c.tensors[3].shape = vec![1 << 20, 1 << 20],
            CircuitError::TooLarge { place: Tensor(3), limit: MAX_ELEMENTS },
        ),
        // The digits of so many numbers, of which each has none.
        (
            |c| c.tensors[3].shape = vec![MAX_ELEMENTS, 2, 0],
            CircuitError::TooLarge { place: Tensor(3), limit: MAX_ELEMENTS },
        ),
        (
            |c| {
                c.tensors[1].shape = vec![MAX_ELEMENTS / 2];
                c.tensors[3].shape = vec![MAX_ELEMENTS / 2, 1];
            },
            CircuitError::TooLarge { place: Tensor(3), limit: MAX_ELEMENTS },
        ),
        (
            |c| c.blocks[1].shape = vec![MAX_ELEMENTS],
            CircuitError::TooLarge { place: Block(1), limit: MAX_ELEMENTS },
        ),
        (
            |c| derived(c).bound = vec![1 << 30, 1 << 30],
            CircuitError::TooLarge { place: Tensor(2), limit: MAX_POINTS },
        ),
        (
            |c| {
                let Kind::Linear(lin) = &mut c.tensors[2].kind else { panic!("not derived") };
                let mut long = fill(&[], 1);
                long.bound = vec![1 << 22, MAX_POINTS >> 23];
                long.src_access.strides = vec![0, 0];
                lin.terms = vec![long; 3];
            },
            CircuitError::TooLarge { place: Tensor(2), limit: MAX_POINTS },
        ),
        // Ids
        (|c| derived(c).src = TensorId(99), unknown(Tensor(2), "tensor", 99, 5)),
        (|c| *weight(derived(c)).1 = ConstId(7), unknown(Tensor(2), "constant", 7, 2)),
        (|c| c.tensors[3].origin = OriginId(2), unknown(Tensor(3), "origin", 2, 2)),
        (|c| c.blocks[2].origin = OriginId(9), unknown(Block(2), "origin", 9, 2)),
        (|c| c.origins[1].stack[1].call.file = 1, unknown(Origin(1), "file", 1, 1)),
        (|c| c.origins[1].stack[0].call.end = 12, CircuitError::Span(1)),
        (|c| c.origins[0].span.end = 10_000, CircuitError::Span(0)),
        (|c| c.sources[0].text.insert(6, 'ß'), CircuitError::Span(0)),
        (|c| c.origins[1].users = vec![user(0, 1), user(2, 1)], unknown(Origin(1), "origin", 2, 2)),
        (|c| c.origins[1].users = vec![user(0, 0)], CircuitError::Users(1)),
        (|c| c.origins[1].users = vec![user(1, 1)], CircuitError::Users(1)),
        (
            |c| {
                let users = vec![user(0, 1); MAX_USERS / 2 + 1];
                c.origins.push(zirc_circuit::Origin { users, ..c.origins[0].clone() });
                c.blocks.iter_mut().take(2).for_each(|b| b.origin = OriginId(2));
            },
            CircuitError::TooLarge { place: Block(1), limit: MAX_USERS },
        ),
        (|c| c.signature.outputs[0].tensor = TensorId(5), unknown(Output(0), "tensor", 5, 5)),
        // Who may read whom
        (|c| derived(c).src = TensorId(2), read(Tensor(2), 2, "which is not an earlier one")),
        (|c| derived(c).src = TensorId(3), read(Tensor(2), 3, "which is not an earlier one")),
        (
            |c| c.tensors[1].kind = Kind::Aux,
            read(Tensor(2), 1, "which only the witness program knows"),
        ),
        (
            |c| c.tensors[3].kind = Kind::Aux,
            read(Block(0), 3, "which only the witness program knows"),
        ),
        // Affine maps
        (
            |c| derived(c).src_access.offset = 1,
            astray(Tensor(2), "source", OutOfBounds { min: 1, max: 4, len: 4 }),
        ),
        (
            |c| derived(c).src_access.strides = vec![-1],
            astray(Tensor(2), "source", OutOfBounds { min: -3, max: 0, len: 4 }),
        ),
        (|c| derived(c).src_access.strides = vec![i64::MAX], astray(Tensor(2), "source", Overflow)),
        (
            |c| {
                derived(c).src_access = access(i64::MAX, &[1]);
            },
            astray(Tensor(2), "source", Overflow),
        ),
        (
            |c| derived(c).src_access.strides.push(0),
            astray(Tensor(2), "source", Rank { expected: 1, got: 2 }),
        ),
        (
            |c| derived(c).dst.offset = 1,
            astray(Tensor(2), "destination", OutOfBounds { min: 1, max: 1, len: 1 }),
        ),
        (
            |c| derived(c).dst.strides = vec![1],
            astray(Tensor(2), "destination", Rank { expected: 0, got: 1 }),
        ),
        (
            |c| weight(derived(c)).2.offset = -1,
            astray(Tensor(2), "weight", OutOfBounds { min: -1, max: 2, len: 4 }),
        ),
        (
            |c| c.blocks[0].b.terms[0].dst.strides = vec![0],
            astray(Block(0), "destination", NotInjective),
        ),
        (
            |c| {
                let t = &mut c.blocks[0].b.terms[0];
                t.free = vec![2, 3];
                t.dst.strides = vec![2, 1];
                t.src_access.strides = vec![2, 1];
            },
            astray(Block(0), "destination", NotInjective),
        ),
        // Integers
        (|c| *weight(derived(c)).0 = scalar::order(), CircuitError::Wide(Tensor(2))),
        (
            |c| c.blocks[2].a.terms[0].weight = Weight::Scalar(-scalar::order()),
            CircuitError::Wide(Block(2)),
        ),
        (
            |c| c.constants[0].data = Ints::Small(vec![1, 2]),
            CircuitError::ConstantLength { constant: 0, expected: 4, got: 2 },
        ),
        (
            |c| c.constants[0].data = Ints::Big(vec![scalar::order(); 4]),
            CircuitError::Wide(Constant(0)),
        ),
        (|c| c.constants[0].data = Ints::Big(vec![int(1); 4]), CircuitError::ConstantForm(0)),
        // Intervals
        (|c| c.tensors[1].interval = Some((int(1), int(0))), CircuitError::Interval(1)),
        (|c| c.tensors[1].interval = None, CircuitError::Interval(1)),
        (|c| c.tensors[1].interval = Some((int(0), int(1) << 62u32)), CircuitError::Interval(1)),
        (
            |c| {
                c.tensors[1].interval = Some((int(-1), scalar::order() - 1));
                c.tensors[1].width = Width::Field;
            },
            CircuitError::Interval(1),
        ),
        (
            |c| {
                c.tensors[1].interval = Some((int(0), scalar::order()));
                c.tensors[1].width = Width::Field;
            },
            CircuitError::Interval(1),
        ),
        // Program
        (
            |c| {
                c.program.pop();
            },
            CircuitError::Assigned { tensor: TensorId(4), times: 0 },
        ),
        (
            |c| {
                let again = c.program[2].clone();
                c.program.push(again);
            },
            CircuitError::Assigned { tensor: TensorId(3), times: 2 },
        ),
        (
            |c| c.program.push(Step::Assign { tensor: TensorId::ONE, op: Op::Derive }),
            CircuitError::Assigned { tensor: TensorId(0), times: 2 },
        ),
        (
            |c| c.program.push(Step::Assign { tensor: TensorId(6), op: Op::Derive }),
            unknown(At(4), "tensor", 6, 5),
        ),
        (|c| c.program.swap(0, 1), read(At(0), 1, "which is not assigned yet")),
        (|c| c.program.swap(1, 2), read(At(1), 2, "which is not assigned yet")),
        (|c| set(c, 2, Op::Derive), operation(2, "derives a tensor of another kind")),
        (|c| set(c, 0, Op::Input(1)), operation(0, "loads an input port of another tensor")),
        (|c| set(c, 2, Op::Input(0)), operation(2, "loads an input port of another tensor")),
        (|c| set(c, 0, Op::Linear(lin(vec![fill(&[4], 1)]))), port(Input(0), "no step loads it")),
        (|c| set(c, 3, Op::Table(ConstId(2), lin(vec![]))), unknown(At(3), "constant", 2, 2)),
        (|c| set(c, 3, Op::Bits(lin(vec![]))), operation(3, "digits have no dimension")),
        (|c| set(c, 2, capped(0)), operation(2, reach)),
        (|c| set(c, 2, capped(129)), operation(2, reach)),
        (|c| set(c, 3, Op::ArgMax(lin(vec![]), 0)), operation(3, reduced)),
        (|c| set(c, 2, Op::ReduceProd(lin(vec![]), usize::MAX)), operation(2, reduced)),
        (
            // Nine numbers are more than the tensor without its last dimension has.
            |c| set(c, 2, Op::Bits(lin(vec![fill(&[9], 1)]))),
            astray(At(2), "destination", OutOfBounds { min: 0, max: 8, len: 1 }),
        ),
        (
            |c| set(c, 2, Op::Mul(lin(vec![]), lin(vec![fill(&[9], 1)]))),
            astray(At(2), "destination", OutOfBounds { min: 0, max: 8, len: 8 }),
        ),
        (
            |c| push_check(c, &[2 * MAX_ELEMENTS], OriginId(0)),
            CircuitError::TooLarge { place: At(4), limit: MAX_ELEMENTS },
        ),
        (|c| push_check(c, &[2], OriginId(4)), unknown(At(4), "origin", 4, 2)),
        (
            |c| push_check(c, &[1], OriginId(0)),
            astray(At(4), "destination", OutOfBounds { min: 0, max: 1, len: 1 }),
        ),
        (
            |c| {
                push_check(c, &[2], OriginId(0));
                let Some(Step::Check { scale, .. }) = c.program.last_mut() else {
                    panic!("not a check")
                };
                *scale = Some((int(1), int(0)));
            },
            CircuitError::Operation {
                step: 4,
                reason: "has a scale that is not positive, or has more than 4,096 bits",
            },
        ),
        // Ports
        (
            |c| c.signature.inputs[0].shape = vec![2, 2],
            port(Input(0), "shape is not that of its tensor"),
        ),
        (
            |c| c.signature.inputs[0].visibility = Visibility::Public,
            port(Input(0), "visibility is not that of its tensor"),
        ),
        (
            |c| c.signature.outputs[0].visibility = Visibility::Private,
            port(Output(0), "visibility is not that of its tensor"),
        ),
        (|c| c.signature.outputs.clear(), CircuitError::Public { tensor: TensorId(4), ports: 0 }),
        (
            |c| {
                let again = c.signature.outputs[0].clone();
                c.signature.outputs.push(again);
            },
            CircuitError::Public { tensor: TensorId(4), ports: 2 },
        ),
        (|c| fix(c).0.clone_from(&int(8)), port(Input(0), "type is empty")),
        (|c| *fix(c).1 = int(8), port(Input(0), wide)),
        (|c| *fix(c).0 = int(-9), port(Input(0), wide)),
        (|c| *fix(c).2 = int(0), port(Input(0), scale)),
        (|c| *fix(c).3 = int(-1), port(Input(0), scale)),
        (|c| *fix(c).2 = int(1) << 4096, port(Input(0), scale)),
        (|c| *fix(c).3 = int(1) << 4096, port(Input(0), scale)),
        (|c| c.signature.inputs[0].ty = PortType::Field, port(Input(0), wide)),
    ]
}

fn set(c: &mut Circuit, step: usize, new: Op) {
    let Step::Assign { op, .. } = &mut c.program[step] else { panic!("not an assignment") };
    *op = new;
}

fn capped(last: i64) -> Op {
    Op::CappedBits { value: lin(vec![]), last: int(last) }
}

fn push_check(c: &mut Circuit, shape: &[usize], origin: OriginId) {
    let (left, right) = (lin(vec![]), lin(vec![fill(&[2], 1)]));
    let relation = zirc_circuit::Relation::Eq;
    let shape = shape.to_vec();
    c.program.push(Step::Check {
        shape,
        left,
        relation,
        right,
        scale: None,
        message: None,
        origin,
    });
}

type Numbers<'c> = [&'c mut zirc_circuit::Int; 4];

fn fix(
    c: &mut Circuit,
) -> (&mut zirc_circuit::Int, &mut zirc_circuit::Int, &mut zirc_circuit::Int, &mut zirc_circuit::Int)
{
    let PortType::Fix { lo, hi, numerator, denominator } = &mut c.signature.inputs[0].ty else {
        panic!("not a number")
    };
    let [a, b, c, d]: Numbers<'_> = [lo, hi, numerator, denominator];
    (a, b, c, d)
}

#[test]
fn hostile_structures() {
    let sample = sign_of_dot_product();
    for (i, (change, expected)) in table().into_iter().enumerate() {
        let mut circuit = sample.clone();
        change(&mut circuit);
        assert_eq!(circuit.validate(), Err(expected), "case {i}");
        // A file cannot smuggle it in either.
        assert!(Circuit::decode(&circuit.encode()).is_err(), "case {i}");
    }
}

#[test]
fn equal_names_of_inputs() {
    let mut b = Builder::new("names");
    b.input("x", &[], 0, 1, false);
    b.input("x", &[], 0, 1, false);
    let error = b.circuit.validate().unwrap_err();
    assert_eq!(error, port(Place::Input(1), "name is that of an earlier input"));
    assert_eq!(error.to_string(), "input 1: name is that of an earlier input");
}

#[test]
fn a_program_may_read_what_constraints_may_not() {
    let mut b = Builder::new("aux");
    let x = b.input("x", &[2], 0, 9, false);
    let read = |t| lin(vec![view(&[2], t, 1)]);
    let aux = b.hint(Kind::Aux, &[2], Some((int(0), int(81))), Op::Mul(read(x), read(x)));
    let out = b.witness(&[2], 0, 81, Op::Linear(read(aux)));
    b.enforce(&[2], read(x), read(x), read(out), zirc_circuit::Category::Product);
    let mut circuit = b.build();
    circuit.blocks[0].c = Lin { terms: vec![view(&[2], aux, 1)], width: Width::I64 };
    let reason = "which only the witness program knows";
    assert_eq!(circuit.validate(), Err(read_error(aux, reason)));
}

fn read_error(tensor: TensorId, reason: &'static str) -> CircuitError {
    CircuitError::Read { place: Place::Block(0), tensor, reason }
}
