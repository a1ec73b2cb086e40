//! Circuits for tests: a builder, and what is expected of them computed one index at a time.
#![allow(dead_code, unreachable_pub)]

pub mod random;
pub mod reference;

use zirc_circuit::{
    Access, Block, Category, Circuit, ConstId, Constant, Fr, Frame, Int, Ints, Kind, Lin, Op,
    Origin, OriginId, Port, PortType, Signature, SourceFile, SourceSpan, Step, Tensor, TensorId,
    Term, User, Visibility, Weight, Width,
};

pub const SOURCE: &str = "circuit test\nline two\nline three\nline four\n";

/// Builds circuits tensor by tensor.
pub struct Builder {
    pub circuit: Circuit,
}

pub fn int(x: i64) -> Int {
    Int::from(x)
}

pub fn fr(x: i64) -> Fr {
    Fr::from(x)
}

/// A sum of terms into `I64`.
pub fn lin(terms: Vec<Term>) -> Lin {
    Lin { terms, width: Width::I64 }
}

/// `weight · src`, element by element.
pub fn view(shape: &[usize], src: TensorId, weight: i64) -> Term {
    Term {
        free: shape.to_vec(),
        bound: vec![],
        dst: Access::identity(shape),
        src,
        src_access: Access::identity(shape),
        weight: Weight::Scalar(int(weight)),
    }
}

/// The same number everywhere.
pub fn fill(shape: &[usize], value: i64) -> Term {
    Term {
        src_access: Access { offset: 0, strides: vec![0; shape.len()] },
        ..view(shape, TensorId::ONE, value)
    }
}

pub fn access(offset: i64, strides: &[i64]) -> Access {
    Access { offset, strides: strides.to_vec() }
}

/// One input of integers in `lo..=hi` each.
pub fn ints(values: &[i64]) -> Vec<Int> {
    values.iter().map(|&x| int(x)).collect()
}

impl Builder {
    pub fn new(name: &str) -> Builder {
        let span = |start, end| SourceSpan { file: 0, start, end };
        let one = Tensor {
            shape: vec![],
            kind: Kind::One,
            interval: Some((int(1), int(1))),
            width: Width::I64,
            name: None,
            origin: OriginId(0),
        };
        let frame = |function: &str, start, end| Frame {
            function: function.to_owned(),
            call: span(start, end),
        };
        Builder {
            circuit: Circuit {
                constants: vec![],
                tensors: vec![one],
                blocks: vec![],
                program: vec![],
                signature: Signature::new(name, vec![], vec![]),
                sources: vec![SourceFile { name: "test.zirc".into(), text: SOURCE.into() }],
                origins: vec![
                    Origin { span: span(0, 7), stack: vec![], layer: None, users: vec![] },
                    Origin {
                        span: span(22, 26),
                        stack: vec![frame("layer", 13, 17), frame("relu", 22, 26)],
                        layer: Some("block/Relu_3".into()),
                        users: vec![],
                    },
                ],
            },
        }
    }

    fn push(&mut self, shape: &[usize], kind: Kind, range: Option<(Int, Int)>) -> TensorId {
        let width = range.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
        self.circuit.tensors.push(Tensor {
            shape: shape.to_vec(),
            kind,
            interval: range,
            width,
            name: None,
            origin: OriginId(0),
        });
        TensorId(self.circuit.tensors.len() as u32 - 1)
    }

    pub fn constant(&mut self, shape: &[usize], data: Vec<i64>) -> ConstId {
        assert_eq!(shape.iter().product::<usize>(), data.len());
        self.circuit.constants.push(Constant { shape: shape.to_vec(), data: Ints::Small(data) });
        ConstId(self.circuit.constants.len() as u32 - 1)
    }

    pub fn input(
        &mut self,
        name: &str,
        shape: &[usize],
        lo: i64,
        hi: i64,
        public: bool,
    ) -> TensorId {
        let kind = if public { Kind::Public } else { Kind::Witness };
        let tensor = self.push(shape, kind, Some((int(lo), int(hi))));
        let ty = PortType::Fix { lo: int(lo), hi: int(hi), numerator: int(1), denominator: int(4) };
        let number = self.circuit.signature.inputs.len() as u32;
        self.circuit.signature.inputs.push(port(name, shape, ty, tensor, public));
        self.assign(tensor, Op::Input(number));
        tensor
    }

    pub fn output(&mut self, name: &str, tensor: TensorId) {
        let t = &self.circuit.tensors[tensor.0 as usize];
        let ty = match &t.interval {
            None => PortType::Field,
            Some((lo, hi)) => PortType::Fix {
                lo: lo.clone(),
                hi: hi.clone(),
                numerator: int(1),
                denominator: int(4),
            },
        };
        let public = t.kind == Kind::Public;
        let port = port(name, &t.shape.clone(), ty, tensor, public);
        self.circuit.signature.outputs.push(port);
    }

    pub fn assign(&mut self, tensor: TensorId, op: Op) {
        self.circuit.program.push(Step::Assign { tensor, op });
    }

    /// A tensor of a kind, computed by an operation.
    pub fn hint(
        &mut self,
        kind: Kind,
        shape: &[usize],
        range: Option<(Int, Int)>,
        op: Op,
    ) -> TensorId {
        let tensor = self.push(shape, kind, range);
        self.assign(tensor, op);
        tensor
    }

    pub fn witness(&mut self, shape: &[usize], lo: i64, hi: i64, op: Op) -> TensorId {
        self.hint(Kind::Witness, shape, Some((int(lo), int(hi))), op)
    }

    pub fn linear(&mut self, shape: &[usize], range: Option<(Int, Int)>, lin: Lin) -> TensorId {
        self.hint(Kind::Linear(lin), shape, range, Op::Derive)
    }

    pub fn enforce(&mut self, shape: &[usize], a: Lin, b: Lin, c: Lin, category: Category) {
        let origin = OriginId((category == Category::Boolean) as u32);
        self.circuit.blocks.push(Block { shape: shape.to_vec(), a, b, c, category, origin });
    }

    /// The circuit, which must be valid.
    pub fn build(self) -> Circuit {
        self.circuit.validate().expect("a valid circuit");
        self.circuit
    }
}

fn port(name: &str, shape: &[usize], ty: PortType, tensor: TensorId, public: bool) -> Port {
    Port {
        name: name.to_owned(),
        shape: shape.to_vec(),
        ty,
        written: "q3.2".into(),
        visibility: if public { Visibility::Public } else { Visibility::Private },
        tensor,
        file: None,
    }
}

/// `sign = [x ≥ 0]` of the dot product x of a private vector and constant weights, by the bits of
/// x + 128; the bits are public, the sign is an output.
/// One of several that asked for the same, so often.
pub fn user(origin: u32, times: u32) -> User {
    User { origin: OriginId(origin), category: Category::Range, times }
}

pub fn sign_of_dot_product() -> Circuit {
    let mut b = Builder::new("sign");
    let w = b.constant(&[4], vec![3, -1, 0, 2]);
    let x = b.input("x", &[4], -8, 7, false);
    let dot = Term {
        free: vec![],
        bound: vec![4],
        dst: access(0, &[]),
        src: x,
        src_access: access(0, &[1]),
        weight: Weight::Tensor { factor: int(1), constant: w, access: access(0, &[1]) },
    };
    let sum = b.linear(&[], Some((int(-128), int(127))), lin(vec![dot]));
    let shifted = || lin(vec![view(&[], sum, 1), fill(&[], 128)]);
    let bits = b.witness(&[8], 0, 1, Op::Bits(shifted()));
    // (1 − b)·b = 0
    b.enforce(
        &[8],
        lin(vec![fill(&[8], 1), view(&[8], bits, -1)]),
        lin(vec![view(&[8], bits, 1)]),
        lin(vec![]),
        Category::Boolean,
    );
    let powers = b.constant(&[8], (0..8).map(|i| 1 << i).collect());
    let recomposed = Term {
        free: vec![],
        bound: vec![8],
        dst: access(0, &[]),
        src: bits,
        src_access: access(0, &[1]),
        weight: Weight::Tensor { factor: int(1), constant: powers, access: access(0, &[1]) },
    };
    // (Σ 2^i·b_i)·1 = x + 128
    b.enforce(&[], lin(vec![recomposed]), lin(vec![fill(&[], 1)]), shifted(), Category::Recompose);
    let top = Term { src_access: access(7, &[]), ..view(&[], bits, 1) };
    let sign =
        b.hint(Kind::Public, &[], Some((int(0), int(1))), Op::Linear(lin(vec![top.clone()])));
    // b_7·1 = sign
    b.enforce(
        &[],
        lin(vec![top]),
        lin(vec![fill(&[], 1)]),
        lin(vec![view(&[], sign, 1)]),
        Category::Equality,
    );
    b.output("sign", sign);
    b.build()
}

/// A convolution of `ci` channels of `n + k − 1` squared into `co` of `n` squared, followed by a
/// product of each result with itself, so that the convolution is read by a constraint.
pub fn squared_convolution(ci: usize, co: usize, n: usize, k: usize) -> (Circuit, TensorId) {
    let mut b = Builder::new("conv");
    let m = n + k - 1;
    let weights = (0..co * ci * k * k).map(|i| (i as i64 * 37 + 11) % 255 - 127).collect();
    let w = b.constant(&[co, ci, k, k], weights);
    let x = b.input("x", &[ci, m, m], -128, 127, false);
    let (row, plane, kernel) = (m as i64, (m * m) as i64, (k * k) as i64);
    let conv = Term {
        free: vec![co, n, n],
        bound: vec![ci, k, k],
        dst: Access::identity(&[co, n, n]),
        src: x,
        src_access: access(0, &[0, row, 1, plane, row, 1]),
        weight: Weight::Tensor {
            factor: int(1),
            constant: w,
            access: access(0, &[ci as i64 * kernel, 0, 0, kernel, k as i64, 1]),
        },
    };
    let bound = (ci * k * k * 127 * 128) as i64;
    let y = b.linear(&[co, n, n], Some((int(-bound), int(bound))), lin(vec![conv]));
    let len = &[co * n * n];
    let square = || lin(vec![view(len, y, 1)]);
    let z = b.witness(len, 0, bound * bound, Op::Mul(square(), square()));
    b.enforce(len, square(), square(), lin(vec![view(len, z, 1)]), Category::Product);
    (b.build(), y)
}
