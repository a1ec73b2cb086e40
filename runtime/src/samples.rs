//! Circuits built by hand, for tests.

// Several test binaries share this file and each takes what it needs.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::ops::Add;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Block, Category, Circuit, ConstId, Constant, Int, Ints, Kind, Lin, Op, Origin,
    OriginId, Port, PortType, Signature, SourceFile, SourceSpan, Step, Tensor, TensorId, Term,
    Visibility, Weight, Width,
};

/// A circuit and inputs that satisfy it.
pub struct Sample {
    pub name: &'static str,
    pub circuit: Circuit,
    pub inputs: Vec<Vec<Int>>,
}

/// One of each shape.
pub fn all() -> Vec<Sample> {
    vec![dot(7), bits(), conv(6, 6), several_publics(), no_publics(), field(), private_output()]
}

/// A linear combination under construction.
#[derive(Clone)]
pub struct Sum(pub Vec<Term>);

impl Sum {
    pub fn lin(&self, width: Width) -> Lin {
        Lin { terms: self.0.clone(), width }
    }

    pub fn times(mut self, factor: i64) -> Sum {
        for term in &mut self.0 {
            if let Weight::Scalar(w) = &mut term.weight {
                *w *= factor;
            }
        }
        self
    }
}

impl Add for Sum {
    type Output = Sum;

    fn add(mut self, other: Sum) -> Sum {
        self.0.extend(other.0);
        self
    }
}

/// Every element of a tensor, in place.
pub fn each(src: TensorId, shape: &[usize]) -> Sum {
    term(src, shape, &[], row_major(shape))
}

/// The sum of a vector, as a scalar.
pub fn total(src: TensorId, len: usize) -> Sum {
    term(src, &[], &[len], vec![1])
}

/// The same number everywhere.
pub fn constant(value: i64, shape: &[usize]) -> Sum {
    term(TensorId::ONE, shape, &[], vec![0; shape.len()]).times(value)
}

/// Nothing.
pub fn zero() -> Sum {
    Sum(vec![])
}

fn term(src: TensorId, free: &[usize], bound: &[usize], strides: Vec<i64>) -> Sum {
    Sum(vec![Term {
        free: free.to_vec(),
        bound: bound.to_vec(),
        dst: Access::identity(free),
        src,
        src_access: Access { offset: 0, strides },
        weight: Weight::Scalar(1.into()),
    }])
}

/// A circuit under construction.
pub struct Builder(pub Circuit);

const HERE: OriginId = OriginId(0);

impl Builder {
    pub fn new(name: &str) -> Builder {
        let one = Tensor {
            shape: vec![],
            kind: Kind::One,
            interval: Some((1.into(), 1.into())),
            width: Width::I64,
            name: None,
            origin: HERE,
        };
        Builder(Circuit {
            constants: vec![],
            tensors: vec![one],
            blocks: vec![],
            program: vec![],
            signature: Signature::new(name, vec![], vec![]),
            sources: vec![SourceFile { name: "by hand".into(), text: String::new() }],
            origins: vec![Origin {
                span: SourceSpan { file: 0, start: 0, end: 0 },
                stack: vec![],
                layer: None,
                users: vec![],
            }],
        })
    }

    /// A tensor and how it is computed; no range means elements of the field.
    pub fn tensor(
        &mut self,
        shape: &[usize],
        kind: Kind,
        range: Option<(i64, i64)>,
        op: Op,
    ) -> TensorId {
        let tensor = TensorId(self.0.tensors.len() as u32);
        self.0.tensors.push(Tensor {
            shape: shape.to_vec(),
            kind,
            interval: range.map(|(lo, hi)| (lo.into(), hi.into())),
            width: if range.is_some() { Width::I64 } else { Width::Field },
            name: None,
            origin: HERE,
        });
        self.0.program.push(Step::Assign { tensor, op });
        tensor
    }

    fn port(name: &str, shape: &[usize], range: Option<(i64, i64)>, tensor: TensorId) -> Port {
        Port {
            name: name.into(),
            shape: shape.to_vec(),
            ty: match range {
                None => PortType::Field,
                Some((lo, hi)) => PortType::Fix {
                    lo: lo.into(),
                    hi: hi.into(),
                    numerator: 1.into(),
                    denominator: 16.into(),
                },
            },
            written: range.map_or("field".into(), |(lo, hi)| format!("{lo}..={hi} / 16")),
            visibility: Visibility::Private,
            tensor,
            file: None,
        }
    }

    /// An input, public or private.
    pub fn input(
        &mut self,
        name: &str,
        shape: &[usize],
        range: Option<(i64, i64)>,
        visibility: Visibility,
    ) -> TensorId {
        let kind = match visibility {
            Visibility::Public => Kind::Public,
            Visibility::Private => Kind::Witness,
        };
        let op = Op::Input(self.0.signature.inputs.len() as u32);
        let tensor = self.tensor(shape, kind, range, op);
        let port = Port { visibility, ..Self::port(name, shape, range, tensor) };
        self.0.signature.inputs.push(port);
        tensor
    }

    /// A public output and how it is computed.
    pub fn output(
        &mut self,
        name: &str,
        shape: &[usize],
        range: Option<(i64, i64)>,
        op: Op,
    ) -> TensorId {
        let tensor = self.tensor(shape, Kind::Public, range, op);
        let visibility = Visibility::Public;
        let port = Port { visibility, ..Self::port(name, shape, range, tensor) };
        self.0.signature.outputs.push(port);
        tensor
    }

    /// A private output: a name for a tensor that exists.
    pub fn private_output(
        &mut self,
        name: &str,
        shape: &[usize],
        range: (i64, i64),
        tensor: TensorId,
    ) {
        self.0.signature.outputs.push(Self::port(name, shape, Some(range), tensor));
    }

    pub fn constants(&mut self, shape: &[usize], data: Vec<i64>) -> ConstId {
        self.0.constants.push(Constant { shape: shape.to_vec(), data: Ints::Small(data) });
        ConstId(self.0.constants.len() as u32 - 1)
    }

    /// a·b = c at every index.
    pub fn enforce(&mut self, shape: &[usize], [a, b, c]: [Sum; 3], category: Category) {
        let [a, b, c] = [a, b, c].map(|s| s.lin(Width::I64));
        self.0.blocks.push(Block { shape: shape.to_vec(), a, b, c, category, origin: HERE });
    }
}

fn ints(values: impl IntoIterator<Item = i64>) -> Vec<Int> {
    values.into_iter().map(Int::from).collect()
}

use Visibility::{Private, Public};

/// Private numbers that lie in 0..8 by a lookup in a table of 8 rows, and their public sum; a further
/// private input stands in no constraint.
///
/// Tensors: 1 the numbers, 2 the unused one, 3 their sum, 4 how often each row is looked up, 5 the
/// challenge, 6 the inverses of ρ − x, 8 the rows' multiplicity/(ρ − row).
pub fn range(n: usize) -> Sample {
    let mut b = Builder::new("range");
    let x = b.input("x", &[n], Some((0, 7)), Private);
    b.input("unused", &[2], Some((0, 7)), Private);
    let wide = Some((0, 7 * n as i64));
    let y = b.output("y", &[], wide, Op::Linear(total(x, n).lin(Width::I64)));
    let rows = b.constants(&[8], (0..8).collect());
    let keys = each(x, &[n]).lin(Width::I64);
    let count = Op::Count { keys, table: rows, len: n };
    let m = b.tensor(&[8], Kind::Witness, Some((0, n as i64)), count);
    let rho = b.tensor(&[], Kind::Challenge, None, Op::Challenge);
    let drawn = |shape: &[usize]| Sum(vec![spread(rho, shape)]);
    let apart = || drawn(&[n]) + each(x, &[n]).times(-1);
    let inverse = Op::Inverse(apart().lin(Width::Field));
    let v = b.tensor(&[n], Kind::Response, None, inverse);
    let mut table = each(TensorId::ONE, &[8]);
    table.0[0].src_access.strides = vec![0];
    table.0[0].weight = Weight::Tensor {
        factor: (-1).into(),
        constant: rows,
        access: Access { offset: 0, strides: vec![1] },
    };
    let row = || drawn(&[8]) + table.clone();
    let inverse = b.tensor(&[8], Kind::Aux, None, Op::Inverse(row().lin(Width::Field)));
    let share = Op::Mul(each(m, &[8]).lin(Width::Field), each(inverse, &[8]).lin(Width::Field));
    let q = b.tensor(&[8], Kind::Response, None, share);
    b.enforce(&[n], [each(v, &[n]), apart(), constant(1, &[n])], Category::Range);
    b.enforce(&[8], [each(q, &[8]), row(), each(m, &[8])], Category::Table);
    b.enforce(&[], [zero(), zero(), total(v, n) + total(q, 8).times(-1)], Category::Table);
    b.enforce(&[], [total(x, n), constant(1, &[]), each(y, &[])], Category::Equality);
    for block in &mut b.0.blocks {
        [&mut block.a, &mut block.b, &mut block.c].into_iter().for_each(|l| l.width = Width::Field);
    }
    let values = ints((0..n as i64).map(|i| i * 5 % 8));
    Sample { name: "range", circuit: b.0, inputs: vec![values, ints([1, 2])] }
}

/// The same sample with a private input as a model that is committed to once.
pub fn with_model(mut sample: Sample, tensor: usize) -> Sample {
    sample.circuit.tensors[tensor].kind = Kind::Model;
    sample
}

/// y = Σ wᵢ·xᵢ + b₀ + b₁ with public x and y and the model (w, b): b occurs in one sum only.
///
/// Tensors: 1 x, 2 w, 3 b, 4 the products, 5 y.
pub fn affine(n: usize) -> Sample {
    let mut b = Builder::new("affine");
    let range = Some((-128, 127));
    let x = b.input("x", &[n], range, Public);
    let (w, bias) = (b.input("w", &[n], range, Private), b.input("b", &[2], range, Private));
    b.0.tensors[w.0 as usize].kind = Kind::Model;
    b.0.tensors[bias.0 as usize].kind = Kind::Model;
    let product = Op::Mul(each(x, &[n]).lin(Width::I64), each(w, &[n]).lin(Width::I64));
    let p = b.tensor(&[n], Kind::Witness, Some((-16384, 16384)), product);
    let sum = || total(p, n) + total(bias, 2);
    let wide = Some((-16640 * n as i64, 16640 * n as i64));
    let y = b.output("y", &[], wide, Op::Linear(sum().lin(Width::I64)));
    b.enforce(&[n], [each(x, &[n]), each(w, &[n]), each(p, &[n])], Category::Product);
    b.enforce(&[], [sum(), constant(1, &[]), each(y, &[])], Category::Equality);
    let n = n as i64;
    let inputs = vec![ints((0..n).map(|i| i % 5)), ints((0..n).map(|i| 3 - i)), ints([7, -2])];
    Sample { name: "affine", circuit: b.0, inputs }
}

/// y = Σ wᵢ·xᵢ for four private w and four public x, which are carried: committed to, and bound by
/// e = Σ ρ^k·(x_k + 128).
///
/// Tensors: 1 x, 2 w, 3 the products, 4 y, 5 the challenge, 6 and 7 its powers, 8 to 10 the products with
/// them, 11 the evaluation.
pub fn carried() -> Sample {
    let mut b = Builder::new("carried");
    let range = Some((-128, 127));
    let x = b.input("x", &[4], range, Public);
    b.0.tensors[x.0 as usize].kind = Kind::Carried;
    let w = b.input("w", &[4], range, Private);
    let product = Op::Mul(each(x, &[4]).lin(Width::I64), each(w, &[4]).lin(Width::I64));
    let p = b.tensor(&[4], Kind::Witness, Some((-16384, 16384)), product);
    let sum = Op::Linear(total(p, 4).lin(Width::I64));
    let y = b.output("y", &[], Some((-65536, 65536)), sum);
    b.enforce(&[4], [each(x, &[4]), each(w, &[4]), each(p, &[4])], Category::Product);
    b.enforce(&[], [total(p, 4), constant(1, &[]), each(y, &[])], Category::Equality);
    let one = |t: TensorId| term(t, &[], &[], vec![]);
    let times = |b: &mut Builder, left: Sum, right: Sum| {
        let op = Op::Mul(left.lin(Width::Field), right.lin(Width::Field));
        let out = b.tensor(&[], Kind::Response, None, op);
        b.enforce(&[], [left, right, one(out)], Category::Equality);
        out
    };
    let value = |k: i64| {
        let mut read = one(x);
        read.0[0].src_access.offset = k;
        read + constant(128, &[])
    };
    let rho = b.tensor(&[], Kind::Challenge, None, Op::Challenge);
    let square = times(&mut b, one(rho), one(rho));
    let cube = times(&mut b, one(square), one(rho));
    let mut sum = value(0);
    for (k, power) in [(1, rho), (2, square), (3, cube)] {
        sum = sum + one(times(&mut b, one(power), value(k)));
    }
    let e = b.tensor(&[], Kind::Evaluation, None, Op::Linear(sum.lin(Width::Field)));
    b.enforce(&[], [zero(), zero(), sum + one(e).times(-1)], Category::Equality);
    for block in &mut b.0.blocks[2..] {
        [&mut block.a, &mut block.b, &mut block.c].into_iter().for_each(|l| l.width = Width::Field);
    }
    let inputs = vec![ints([3, -128, 127, 5]), ints([7, -2, 1, 100])];
    Sample { name: "carried", circuit: b.0, inputs }
}

/// A scalar, at every index.
fn spread(src: TensorId, shape: &[usize]) -> Term {
    Term {
        free: shape.to_vec(),
        bound: vec![],
        dst: Access::identity(shape),
        src,
        src_access: Access { offset: 0, strides: vec![0; shape.len()] },
        weight: Weight::Scalar(1.into()),
    }
}

/// y = Σ xᵢ·wᵢ, public y.
pub fn dot(n: usize) -> Sample {
    let mut b = Builder::new("dot");
    let range = Some((-128, 127));
    let (x, w) = (b.input("x", &[n], range, Private), b.input("w", &[n], range, Private));
    let product = Op::Mul(each(x, &[n]).lin(Width::I64), each(w, &[n]).lin(Width::I64));
    let p = b.tensor(&[n], Kind::Witness, Some((-16384, 16384)), product);
    let wide = Some((-16384 * n as i64, 16384 * n as i64));
    let y = b.output("y", &[], wide, Op::Linear(total(p, n).lin(Width::I64)));
    let sides = [each(x, &[n]), each(w, &[n]), each(p, &[n])];
    b.enforce(&[n], sides, Category::Product);
    b.enforce(&[], [total(p, n), constant(1, &[]), each(y, &[])], Category::Equality);
    let n = n as i64;
    let inputs = vec![ints((0..n).map(|i| i * 37 % 256 - 128)), ints((0..n).map(|i| 100 - i))];
    Sample { name: "dot", circuit: b.0, inputs }
}

/// The bits of a public number.
pub fn bits() -> Sample {
    let mut b = Builder::new("bits");
    let v = b.input("v", &[2], Some((0, 255)), Public);
    let value = each(v, &[2]).lin(Width::I64);
    let d = b.tensor(&[2, 8], Kind::Witness, Some((0, 1)), Op::Bits(value));
    let bits = || each(d, &[2, 8]);
    let less_one = bits() + constant(-1, &[2, 8]);
    b.enforce(&[2, 8], [bits(), less_one, zero()], Category::Boolean);
    // Σ 2^i·d_i · 1 = v, with the powers from a constant tensor.
    let powers = b.constants(&[8], (0..8).map(|i| 1 << i).collect());
    let weight = Weight::Tensor {
        factor: 1.into(),
        constant: powers,
        access: Access { offset: 0, strides: vec![0, 1] },
    };
    let mut sum = term(d, &[2], &[8], vec![8, 1]);
    sum.0[0].weight = weight;
    b.enforce(&[2], [sum, constant(1, &[2]), each(v, &[2])], Category::Recompose);
    Sample { name: "bits", circuit: b.0, inputs: vec![ints([200, 7])] }
}

/// A 3×3 convolution of a private image by a constant kernel, squared and summed.
pub fn conv(height: usize, width: usize) -> Sample {
    let mut b = Builder::new("conv");
    let image = b.input("image", &[height, width], Some((-8, 7)), Private);
    let kernel = b.constants(&[3, 3], vec![1, -2, 3, 0, 5, -1, 2, 2, -4]);
    let (h, w) = (height - 2, width - 2);
    let row = width as i64;
    let mut sum = term(image, &[h, w], &[3, 3], vec![row, 1, row, 1]);
    sum.0[0].weight = Weight::Tensor {
        factor: 1.into(),
        constant: kernel,
        access: Access { offset: 0, strides: vec![0, 0, 3, 1] },
    };
    let linear = Kind::Linear(sum.lin(Width::I64));
    let z = b.tensor(&[h, w], linear, Some((-160, 160)), Op::Derive);
    let side = || each(z, &[h, w]);
    let square = Op::Mul(side().lin(Width::I64), side().lin(Width::I64));
    let q = b.tensor(&[h, w], Kind::Witness, Some((0, 25600)), square);
    let most = 25600 * (h * w) as i64;
    let s = b.output("s", &[], Some((0, most)), Op::Linear(total(q, h * w).lin(Width::I64)));
    b.enforce(&[h, w], [side(), side(), each(q, &[h, w])], Category::Product);
    b.enforce(&[], [total(q, h * w), constant(1, &[]), each(s, &[])], Category::Equality);
    let pixels = (0..(height * width) as i64).map(|i| (i * i + 3 * i) % 16 - 8);
    Sample { name: "conv", circuit: b.0, inputs: vec![ints(pixels)] }
}

/// Two public inputs and two public outputs: u = a·b, v = (a + 2b)·(a − 3).
pub fn several_publics() -> Sample {
    let mut b = Builder::new("several");
    let (x, y) =
        (b.input("a", &[2], Some((-10, 10)), Public), b.input("b", &[2], Some((-10, 10)), Public));
    let (x, y) = (each(x, &[2]), each(y, &[2]));
    let mul = |p: &Sum, q: &Sum| Op::Mul(p.lin(Width::I64), q.lin(Width::I64));
    let u = b.output("u", &[2], Some((-100, 100)), mul(&x, &y));
    b.enforce(&[2], [x.clone(), y.clone(), each(u, &[2])], Category::Product);
    let (p, q) = (x.clone() + y.times(2), x + constant(-3, &[2]));
    let v = b.output("v", &[2], Some((-390, 390)), mul(&p, &q));
    b.enforce(&[2], [p, q, each(v, &[2])], Category::Product);
    Sample { name: "several", circuit: b.0, inputs: vec![ints([3, -4]), ints([-5, 9])] }
}

/// A square root of 1764, with nothing public.
pub fn no_publics() -> Sample {
    let mut b = Builder::new("none");
    let x = b.input("x", &[], Some((-100, 100)), Private);
    let x = each(x, &[]);
    b.enforce(&[], [x.clone(), x, constant(1764, &[])], Category::Product);
    Sample { name: "none", circuit: b.0, inputs: vec![ints([-42])] }
}

/// A public field element and its inverse.
pub fn field() -> Sample {
    let mut b = Builder::new("field");
    let x = b.input("x", &[], None, Public);
    let inverse = Op::Inverse(each(x, &[]).lin(Width::Field));
    let y = b.output("y", &[], None, inverse);
    b.enforce(&[], [each(x, &[]), each(y, &[]), constant(1, &[])], Category::Product);
    for block in &mut b.0.blocks {
        (block.a.width, block.b.width) = (Width::Field, Width::Field);
    }
    let x: Int = zirc_circuit::scalar::order() - 12345;
    Sample { name: "field", circuit: b.0, inputs: vec![vec![x]] }
}

/// A public input, and private outputs: one with variables and one without.
pub fn private_output() -> Sample {
    let mut b = Builder::new("private output");
    let x = b.input("x", &[3], Some((-50, 49)), Public);
    let side = each(x, &[3]);
    let square = Op::Mul(side.lin(Width::I64), side.lin(Width::I64));
    let q = b.tensor(&[3], Kind::Witness, Some((0, 2500)), square);
    b.enforce(&[3], [side.clone(), side.clone(), each(q, &[3])], Category::Product);
    let linear = (each(q, &[3]).times(2) + side + constant(7, &[3])).lin(Width::I64);
    let t = b.tensor(&[3], Kind::Linear(linear), Some((-43, 5056)), Op::Derive);
    b.private_output("square", &[3], (0, 2500), q);
    b.private_output("shifted", &[3], (-43, 5056), t);
    Sample { name: "private output", circuit: b.0, inputs: vec![ints([-50, 3, 49])] }
}

/// The square of a private number of 8 bits, of which only the bits are variables: the number was solved for.
///
/// Tensors: 1 the bits, 2 the number, 3 its square.
pub fn solved_input() -> Sample {
    let mut b = Builder::new("solved input");
    let (d, x) = (TensorId(1), TensorId(2));
    b.tensor(&[8], Kind::Witness, Some((0, 1)), Op::Bits(each(x, &[]).lin(Width::I64)));
    b.input("x", &[], Some((0, 255)), Private);
    // The number is given before its bits are computed, and is what they say.
    b.0.program.swap(0, 1);
    let powers = b.constants(&[8], (0..8).map(|i| 1 << i).collect());
    let mut sum = total(d, 8);
    sum.0[0].weight = Weight::Tensor {
        factor: 1.into(),
        constant: powers,
        access: Access { offset: 0, strides: vec![1] },
    };
    b.0.tensors[x.0 as usize].kind = Kind::Linear(sum.lin(Width::I64));
    let side = each(x, &[]).lin(Width::I64);
    let y = b.output("y", &[], Some((0, 65025)), Op::Mul(side.clone(), side));
    let less_one = each(d, &[8]) + constant(-1, &[8]);
    b.enforce(&[8], [each(d, &[8]), less_one, zero()], Category::Boolean);
    b.enforce(&[], [each(x, &[]), each(x, &[]), each(y, &[])], Category::Product);
    Sample { name: "solved input", circuit: b.0, inputs: vec![ints([200])] }
}
