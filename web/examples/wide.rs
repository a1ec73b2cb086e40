//! Circuits that 64 bits hold and 32 do not, for the tests of the package: by their elements, by the steps of their
//! terms, and by the memory of their values.

use std::path::Path;
use zirc_circuit::{
    Access, Circuit, Kind, Lin, Op, Origin, OriginId, Signature, SourceFile, SourceSpan, Step,
    Tensor, TensorId, Term, Weight, Width,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: wide FOLDER")?;
    for (name, shape, bound, width) in [
        ("elements", vec![1 << 27], vec![], Width::I64),
        ("steps", vec![], vec![1 << 16, 1 << 15], Width::I64),
        ("memory", vec![(1 << 26) - 2], vec![], Width::Field),
    ] {
        let circuit = circuit(&shape, &bound, width);
        circuit.validate()?;
        let path = Path::new(&folder).join(format!("wide.{name}.circuit"));
        std::fs::write(path, circuit.encode())?;
    }
    Ok(())
}

/// One derived tensor, every element of which is as many times 1 as the bound indices are.
fn circuit(shape: &[usize], bound: &[usize], width: Width) -> Circuit {
    let tensor = |shape: &[usize], kind, interval, width| Tensor {
        shape: shape.to_vec(),
        kind,
        interval,
        width,
        name: None,
        origin: OriginId(0),
    };
    let term = Term {
        free: shape.to_vec(),
        bound: bound.to_vec(),
        dst: Access::identity(shape),
        src: TensorId::ONE,
        src_access: Access { offset: 0, strides: vec![0; shape.len() + bound.len()] },
        weight: Weight::Scalar(1.into()),
    };
    let all = bound.iter().product::<usize>();
    let interval = (width != Width::Field).then(|| (0.into(), all.into()));
    let lin = Lin { terms: vec![term], width };
    Circuit {
        constants: vec![],
        tensors: vec![
            tensor(&[], Kind::One, Some((1.into(), 1.into())), Width::I64),
            tensor(shape, Kind::Linear(lin), interval, width),
        ],
        blocks: vec![],
        program: vec![Step::Assign { tensor: TensorId(1), op: Op::Derive }],
        signature: Signature::new("wide", vec![], vec![]),
        sources: vec![SourceFile { name: "wide.zirc".into(), text: "circuit".into() }],
        origins: vec![Origin {
            span: SourceSpan { file: 0, start: 0, end: 7 },
            stack: vec![],
            layer: None,
            users: vec![],
        }],
    }
}
