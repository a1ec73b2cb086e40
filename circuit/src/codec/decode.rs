//! Bytes to a circuit. Order of fields here and in `encode` is the format.

use super::DecodeError;
use super::reader::Reader;
use crate::{
    Access, Block, Category, Circuit, Claims, ConstId, Constant, Frame, Kind, Lin, ModelPart,
    Nondet, Op, Origin, OriginId, Part, Port, PortType, Relation, Signature, SourceFile,
    SourceSpan, Step, Tensor, TensorId, Term, User, Visibility, Weight, Width,
};

type Result<T> = std::result::Result<T, DecodeError>;

/// In place of origin ids until the provenance section is read.
const UNKNOWN: OriginId = OriginId(u32::MAX);

pub(super) fn semantic(r: &mut Reader<'_>) -> Result<Circuit> {
    let mut circuit = Circuit {
        signature: signature(r)?,
        constants: r.list("constants", constant)?,
        tensors: r.list("tensors", tensor)?,
        blocks: r.list("blocks", block)?,
        program: r.list("steps", step)?,
        sources: Vec::new(),
        origins: Vec::new(),
    };
    if r.left() > 0 {
        circuit.signature.claims = claims(r)?;
    }
    Ok(circuit)
}

/// Claims, of which there is one at least: none is written as nothing at all.
fn claims(r: &mut Reader<'_>) -> Result<Claims> {
    let conditions = r.list("claims", |r| r.str("claim"))?;
    let independent_of = r.list("parts that nothing depends on", |r| {
        let input = r.str("input of a part")?;
        let range = |r: &mut Reader<'_>| Ok((r.usize("first index")?, r.usize("indices")?));
        let ranges = r.list("ranges of a part", range)?;
        Ok(Part { input, ranges, shape: shape(r)? })
    })?;
    let claims = Claims { conditions, independent_of };
    match claims.is_empty() {
        true => Err(DecodeError::NotCanonical { what: "claims" }),
        false => Ok(claims),
    }
}

pub(super) fn provenance(r: &mut Reader<'_>, c: &mut Circuit) -> Result<()> {
    let got = r.uint("version of the provenance")?;
    if got != super::PROVENANCE {
        return Err(DecodeError::Provenance { got });
    }
    c.sources = r.list("sources", |r| {
        Ok(SourceFile { name: r.str("source name")?, text: r.str("source text")? })
    })?;
    c.origins = r.list("origins", origin)?;
    for id in c.origin_ids_mut() {
        *id = OriginId(r.u32("origin id")?);
    }
    Ok(())
}

fn signature(r: &mut Reader<'_>) -> Result<Signature> {
    Ok(Signature {
        name: r.str("circuit name")?,
        inputs: r.list("inputs", port)?,
        outputs: r.list("outputs", port)?,
        model: r.list("model parts", |r| {
            Ok(ModelPart {
                name: r.str("parameter name")?,
                file: r.str("parameter file")?,
                digest: r.str("parameter digest")?,
            })
        })?,
        assumptions: r.list("assumptions", |r| r.str("assumption"))?,
        nondet: r.list("hints that need not be unique", |r| {
            Ok(Nondet {
                function: r.str("function of a hint")?,
                hint: r.str("name of a hint")?,
                reason: r.str("reason of a hint")?,
                origin: UNKNOWN,
            })
        })?,
        claims: Claims::default(),
    })
}

fn port(r: &mut Reader<'_>) -> Result<Port> {
    Ok(Port {
        name: r.str("port name")?,
        shape: shape(r)?,
        ty: match r.u8("port type")? {
            0 => PortType::Fix {
                lo: r.int("lowest value")?,
                hi: r.int("highest value")?,
                numerator: r.int("numerator")?,
                denominator: r.int("denominator")?,
            },
            1 => PortType::Field,
            got => return Err(DecodeError::Tag { what: "port type", got }),
        },
        written: r.str("written type")?,
        visibility: match r.u8("visibility")? {
            0 => Visibility::Public,
            1 => Visibility::Private,
            got => return Err(DecodeError::Tag { what: "visibility", got }),
        },
        tensor: tensor_id(r)?,
        file: r.option("port file", |r| r.str("port file"))?,
    })
}

fn shape(r: &mut Reader<'_>) -> Result<Vec<usize>> {
    r.list("shape", |r| r.usize("extent"))
}

fn tensor_id(r: &mut Reader<'_>) -> Result<TensorId> {
    r.u32("tensor id").map(TensorId)
}

fn const_id(r: &mut Reader<'_>) -> Result<ConstId> {
    r.u32("constant id").map(ConstId)
}

fn constant(r: &mut Reader<'_>) -> Result<Constant> {
    Ok(Constant { shape: shape(r)?, data: r.ints("constant")? })
}

fn tensor(r: &mut Reader<'_>) -> Result<Tensor> {
    Ok(Tensor {
        shape: shape(r)?,
        kind: match r.u8("kind")? {
            0 => Kind::One,
            1 => Kind::Public,
            2 => Kind::Witness,
            3 => Kind::Linear(lin(r)?),
            4 => Kind::Aux,
            5 => Kind::Challenge,
            6 => Kind::Response,
            7 => Kind::Model,
            8 => Kind::Carried,
            9 => Kind::Evaluation,
            got => return Err(DecodeError::Tag { what: "kind", got }),
        },
        interval: r.option("interval", |r| Ok((r.int("interval")?, r.int("interval")?)))?,
        width: width(r)?,
        name: r.option("tensor name", |r| r.str("tensor name"))?,
        origin: UNKNOWN,
    })
}

fn width(r: &mut Reader<'_>) -> Result<Width> {
    match r.u8("width")? {
        0 => Ok(Width::I64),
        1 => Ok(Width::I128),
        2 => Ok(Width::Field),
        got => Err(DecodeError::Tag { what: "width", got }),
    }
}

fn lin(r: &mut Reader<'_>) -> Result<Lin> {
    let width = width(r)?;
    Ok(Lin { width, terms: r.list("terms", term)? })
}

fn term(r: &mut Reader<'_>) -> Result<Term> {
    Ok(Term {
        free: shape(r)?,
        bound: shape(r)?,
        dst: access(r)?,
        src: tensor_id(r)?,
        src_access: access(r)?,
        weight: match r.u8("weight")? {
            0 => Weight::Scalar(r.int("weight")?),
            1 => Weight::Tensor {
                factor: r.int("weight")?,
                constant: const_id(r)?,
                access: access(r)?,
            },
            got => return Err(DecodeError::Tag { what: "weight", got }),
        },
    })
}

fn access(r: &mut Reader<'_>) -> Result<Access> {
    Ok(Access { offset: r.sint("offset")?, strides: r.list("strides", |r| r.sint("stride"))? })
}

fn block(r: &mut Reader<'_>) -> Result<Block> {
    Ok(Block {
        shape: shape(r)?,
        a: lin(r)?,
        b: lin(r)?,
        c: lin(r)?,
        category: category(r)?,
        origin: UNKNOWN,
    })
}

fn step(r: &mut Reader<'_>) -> Result<Step> {
    match r.u8("step")? {
        0 => Ok(Step::Assign { tensor: tensor_id(r)?, op: op(r)? }),
        1 => Ok(Step::Check {
            shape: shape(r)?,
            left: lin(r)?,
            relation: match r.u8("relation")? {
                0 => Relation::Eq,
                1 => Relation::Ne,
                2 => Relation::Lt,
                3 => Relation::Le,
                got => return Err(DecodeError::Tag { what: "relation", got }),
            },
            right: lin(r)?,
            scale: r.option("scale", |r| Ok((r.int("numerator")?, r.int("denominator")?)))?,
            message: r.option("message", |r| r.str("message"))?,
            origin: UNKNOWN,
        }),
        got => Err(DecodeError::Tag { what: "step", got }),
    }
}

fn op(r: &mut Reader<'_>) -> Result<Op> {
    let length = |r: &mut Reader<'_>| r.usize("reduced dimension");
    Ok(match r.u8("operation")? {
        0 => Op::Input(r.u32("port")?),
        1 => Op::Derive,
        2 => Op::Linear(lin(r)?),
        3 => Op::Mul(lin(r)?, lin(r)?),
        4 => Op::FloorDiv(lin(r)?, lin(r)?),
        5 => Op::Mod(lin(r)?, lin(r)?),
        6 => Op::Lt(lin(r)?, lin(r)?),
        7 => Op::Le(lin(r)?, lin(r)?),
        8 => Op::Eq(lin(r)?, lin(r)?),
        9 => Op::Select(lin(r)?, lin(r)?, lin(r)?),
        10 => Op::Min(lin(r)?, lin(r)?),
        11 => Op::Max(lin(r)?, lin(r)?),
        12 => Op::Bits(lin(r)?),
        13 => Op::CappedBits { value: lin(r)?, last: r.int("last digit")? },
        14 => Op::ReduceMax(lin(r)?, length(r)?),
        15 => Op::ReduceMin(lin(r)?, length(r)?),
        16 => Op::ReduceProd(lin(r)?, length(r)?),
        17 => Op::ArgMax(lin(r)?, length(r)?),
        18 => Op::ArgMin(lin(r)?, length(r)?),
        19 => {
            let index = lin(r)?;
            Op::Table(const_id(r)?, index)
        }
        20 => Op::Inverse(lin(r)?),
        21 => Op::Sqrt(lin(r)?),
        22 => Op::Challenge,
        23 => {
            let keys = lin(r)?;
            Op::Count { keys, table: const_id(r)?, len: r.usize("number of keys")? }
        }
        got => return Err(DecodeError::Tag { what: "operation", got }),
    })
}

fn category(r: &mut Reader<'_>) -> Result<Category> {
    Ok(match r.u8("category")? {
        0 => Category::Product,
        1 => Category::Boolean,
        2 => Category::Recompose,
        3 => Category::Range,
        4 => Category::Lookup,
        5 => Category::Select,
        6 => Category::Equality,
        7 => Category::InputRange,
        8 => Category::Commitment,
        9 => Category::Table,
        got => return Err(DecodeError::Tag { what: "category", got }),
    })
}

fn origin(r: &mut Reader<'_>) -> Result<Origin> {
    Ok(Origin {
        span: span(r)?,
        stack: r
            .list("frames", |r| Ok(Frame { function: r.str("function name")?, call: span(r)? }))?,
        layer: r.option("layer name", |r| r.str("layer name"))?,
        users: r.list("users", |r| {
            let origin = OriginId(r.u32("origin id")?);
            Ok(User { origin, category: category(r)?, times: r.u32("times asked")? })
        })?,
    })
}

fn span(r: &mut Reader<'_>) -> Result<SourceSpan> {
    Ok(SourceSpan { file: r.u32("file")?, start: r.u32("span")?, end: r.u32("span")? })
}
