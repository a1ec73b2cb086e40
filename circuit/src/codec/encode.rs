//! A circuit to bytes. Order of fields here and in `decode` is the format.

use super::writer::Writer;
use crate::{
    Access, Block, Category, Circuit, Claims, Constant, Kind, Lin, Op, Origin, Port, PortType,
    Relation, Signature, SourceSpan, Step, Tensor, Term, Visibility, Weight, Width,
};

pub(super) fn semantic(w: &mut Writer, c: &Circuit) {
    signature(w, &c.signature);
    w.list(&c.constants, constant);
    w.list(&c.tensors, tensor);
    w.list(&c.blocks, block);
    w.list(&c.program, step);
    // A circuit without claims has the bytes, and so the digest, that it had before there were any.
    if !c.signature.claims.is_empty() {
        claims(w, &c.signature.claims);
    }
}

fn claims(w: &mut Writer, c: &Claims) {
    w.list(&c.conditions, |w, text| w.str(text));
    w.list(&c.independent_of, |w, part| {
        w.str(&part.input);
        w.list(&part.ranges, |w, (first, len)| {
            w.usize(*first);
            w.usize(*len);
        });
        shape(w, &part.shape);
    });
}

pub(super) fn provenance(w: &mut Writer, c: &Circuit) {
    w.uint(super::PROVENANCE);
    w.list(&c.sources, |w, s| {
        w.str(&s.name);
        w.str(&s.text);
    });
    w.list(&c.origins, origin);
    c.origin_ids().for_each(|id| w.uint(id.0.into()));
}

fn signature(w: &mut Writer, s: &Signature) {
    w.str(&s.name);
    w.list(&s.inputs, port);
    w.list(&s.outputs, port);
    w.list(&s.model, |w, m| {
        w.str(&m.name);
        w.str(&m.file);
        w.str(&m.digest);
    });
    w.list(&s.assumptions, |w, a| w.str(a));
    w.list(&s.nondet, |w, n| {
        w.str(&n.function);
        w.str(&n.hint);
        w.str(&n.reason);
    });
}

fn port(w: &mut Writer, p: &Port) {
    w.str(&p.name);
    shape(w, &p.shape);
    match &p.ty {
        PortType::Fix { lo, hi, numerator, denominator } => {
            w.u8(0);
            [lo, hi, numerator, denominator].into_iter().for_each(|x| w.int(x));
        }
        PortType::Field => w.u8(1),
    }
    w.str(&p.written);
    w.u8(match p.visibility {
        Visibility::Public => 0,
        Visibility::Private => 1,
    });
    w.uint(p.tensor.0.into());
    w.option(p.file.as_deref(), Writer::str);
}

fn shape(w: &mut Writer, shape: &[usize]) {
    w.list(shape, |w, n| w.usize(*n));
}

fn constant(w: &mut Writer, c: &Constant) {
    shape(w, &c.shape);
    w.ints(&c.data);
}

fn tensor(w: &mut Writer, t: &Tensor) {
    shape(w, &t.shape);
    match &t.kind {
        Kind::One => w.u8(0),
        Kind::Public => w.u8(1),
        Kind::Witness => w.u8(2),
        Kind::Linear(l) => {
            w.u8(3);
            lin(w, l);
        }
        Kind::Aux => w.u8(4),
        Kind::Challenge => w.u8(5),
        Kind::Response => w.u8(6),
        Kind::Model => w.u8(7),
        Kind::Carried => w.u8(8),
        Kind::Evaluation => w.u8(9),
    }
    w.option(t.interval.as_ref(), |w, (lo, hi)| {
        w.int(lo);
        w.int(hi);
    });
    width(w, t.width);
    w.option(t.name.as_deref(), Writer::str);
}

fn width(w: &mut Writer, width: Width) {
    w.u8(match width {
        Width::I64 => 0,
        Width::I128 => 1,
        Width::Field => 2,
    });
}

fn lin(w: &mut Writer, l: &Lin) {
    width(w, l.width);
    w.list(&l.terms, term);
}

fn term(w: &mut Writer, t: &Term) {
    shape(w, &t.free);
    shape(w, &t.bound);
    access(w, &t.dst);
    w.uint(t.src.0.into());
    access(w, &t.src_access);
    match &t.weight {
        Weight::Scalar(x) => {
            w.u8(0);
            w.int(x);
        }
        Weight::Tensor { factor, constant, access: a } => {
            w.u8(1);
            w.int(factor);
            w.uint(constant.0.into());
            access(w, a);
        }
    }
}

fn access(w: &mut Writer, a: &Access) {
    w.sint(a.offset);
    w.list(&a.strides, |w, s| w.sint(*s));
}

fn block(w: &mut Writer, b: &Block) {
    shape(w, &b.shape);
    [&b.a, &b.b, &b.c].into_iter().for_each(|l| lin(w, l));
    category(w, b.category);
}

fn step(w: &mut Writer, s: &Step) {
    match s {
        Step::Assign { tensor, op: o } => {
            w.u8(0);
            w.uint(tensor.0.into());
            op(w, o);
        }
        Step::Check { shape: s, left, relation, right, scale, message, origin: _ } => {
            w.u8(1);
            shape(w, s);
            lin(w, left);
            w.u8(match relation {
                Relation::Eq => 0,
                Relation::Ne => 1,
                Relation::Lt => 2,
                Relation::Le => 3,
            });
            lin(w, right);
            w.option(scale.as_ref(), |w, (numerator, denominator)| {
                w.int(numerator);
                w.int(denominator);
            });
            w.option(message.as_deref(), Writer::str);
        }
    }
}

/// Tag, linear arguments in order, then what else the operation has.
fn op(w: &mut Writer, o: &Op) {
    w.u8(match o {
        Op::Input(_) => 0,
        Op::Derive => 1,
        Op::Linear(_) => 2,
        Op::Mul(..) => 3,
        Op::FloorDiv(..) => 4,
        Op::Mod(..) => 5,
        Op::Lt(..) => 6,
        Op::Le(..) => 7,
        Op::Eq(..) => 8,
        Op::Select(..) => 9,
        Op::Min(..) => 10,
        Op::Max(..) => 11,
        Op::Bits(_) => 12,
        Op::CappedBits { .. } => 13,
        Op::ReduceMax(..) => 14,
        Op::ReduceMin(..) => 15,
        Op::ReduceProd(..) => 16,
        Op::ArgMax(..) => 17,
        Op::ArgMin(..) => 18,
        Op::Table(..) => 19,
        Op::Inverse(_) => 20,
        Op::Sqrt(_) => 21,
        Op::Challenge => 22,
        Op::Count { .. } => 23,
    });
    o.args().into_iter().for_each(|l| lin(w, l));
    match o {
        Op::Input(port) => w.uint((*port).into()),
        Op::CappedBits { last, .. } => w.int(last),
        Op::ReduceMax(_, n)
        | Op::ReduceMin(_, n)
        | Op::ReduceProd(_, n)
        | Op::ArgMax(_, n)
        | Op::ArgMin(_, n) => w.usize(*n),
        Op::Table(constant, _) => w.uint(constant.0.into()),
        Op::Count { table, len, .. } => {
            w.uint(table.0.into());
            w.usize(*len);
        }
        _ => {}
    }
}

fn category(w: &mut Writer, category: Category) {
    w.u8(match category {
        Category::Product => 0,
        Category::Boolean => 1,
        Category::Recompose => 2,
        Category::Range => 3,
        Category::Lookup => 4,
        Category::Select => 5,
        Category::Equality => 6,
        Category::InputRange => 7,
        Category::Commitment => 8,
        Category::Table => 9,
    });
}

fn origin(w: &mut Writer, o: &Origin) {
    span(w, o.span);
    w.list(&o.stack, |w, f| {
        w.str(&f.function);
        span(w, f.call);
    });
    w.option(o.layer.as_deref(), Writer::str);
    w.list(&o.users, |w, u| {
        w.uint(u.origin.0.into());
        category(w, u.category);
        w.uint(u.times.into());
    });
}

fn span(w: &mut Writer, s: SourceSpan) {
    [s.file, s.start, s.end].into_iter().for_each(|x| w.uint(x.into()));
}
