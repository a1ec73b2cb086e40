//! Inputs: what the prover or the verifier supplies, tensor by tensor.

use super::super::{Elaborator, Res, fail};
use super::{Entry, Ports, Supply, open_type};
use crate::combination::{Array, View};
use crate::diagnostic::Diagnostic;
use crate::interval::Interval;
use crate::number::Ratio;
use crate::program::Rule;
use crate::types::{Scalar, Type};
use crate::value::{Data, Num, Value};
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Category, Int, Kind, Op, Port, Visibility};

/// Bytes that a port takes beside its tensor: its type, its names, its value.
const PORT_BYTES: usize = 1024;

impl Elaborator<'_> {
    /// A tensor, or a struct of tensors, that the prover or verifier supplies.
    pub(crate) fn input(
        &mut self,
        name: &str,
        t: &Type,
        entry: Entry<'_>,
        ports: &mut Ports,
    ) -> Res<Value> {
        let span = entry.span;
        self.spend(crate::budget::CALL, span)?;
        match t {
            Type::Struct(id, args) => {
                let mut fields = vec![];
                for (field, t) in self.field_types(*id, args)? {
                    let name = format!("{name}.{field}");
                    fields.push(self.input(&name, &t, entry, ports)?);
                }
                Ok(Value::Struct(*id, args.clone(), Rc::new(fields)))
            }
            Type::Tuple(parts) => {
                let parts = parts.iter().enumerate();
                let parts = parts.map(|(k, t)| self.input(&format!("{name}.{k}"), t, entry, ports));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            Type::Num { elem: Some(scalar), dims } => {
                let shape: Option<Vec<usize>> = dims.iter().copied().collect();
                let Some(shape) = shape else { return fail(open_type(span)) };
                self.input_tensor(name, scalar, shape, entry, ports)
            }
            _ => fail(open_type(span)),
        }
    }

    fn input_tensor(
        &mut self,
        name: &str,
        scalar: &Scalar,
        shape: Vec<usize>,
        entry: Entry<'_>,
        ports: &mut Ports,
    ) -> Res<Value> {
        let Entry { visibility, model, file, supply, span } = entry;
        let count = self.elements(&shape, span)?;
        self.out.program.charge(PORT_BYTES + 4 * name.len());
        if count == 0 {
            return fail(Diagnostic::error("E0703", span, "an input has at least one element"));
        }
        let (interval, scale) = match scalar {
            Scalar::Field => (None, None),
            Scalar::Fix { lo, hi, scale } => (Some((lo.clone(), hi.clone())), Some(scale.clone())),
        };
        let tensor = match supply {
            Supply::Values(values) => {
                let Some(data) = values.get(name).filter(|d| d.len() == count) else {
                    let title = format!("no values for `{name}`");
                    return fail(Diagnostic::error("E0602", span, title));
                };
                return Ok(Value::Num(supplied(data, shape, scale, interval)));
            }
            Supply::Inputs => {
                let kind = match visibility {
                    Visibility::Public => Kind::Public,
                    Visibility::Private if model => Kind::Model,
                    Visibility::Private => Kind::Witness,
                };
                let label = Some(name.to_string());
                let (id, n) = self.fresh(kind, &[], &shape, interval.clone(), label, span)?;
                self.assign(id, Op::Input(ports.inputs.len() as u32));
                if let (Visibility::Private, Some((lo, hi))) = (visibility, interval.clone()) {
                    let value = self.lin(&n, &[], &shape, span)?;
                    let origin = self.origin(span);
                    let rule = Rule::Range { value, lo, hi };
                    self.enforce(shape.clone(), rule, Category::InputRange, origin);
                }
                let mut n = n.at_scale(scale);
                n.declared = interval.is_some();
                (id, n)
            }
        };
        ports.demand_new(name, span)?;
        ports.inputs.push(Port {
            name: name.into(),
            shape,
            ty: scalar.port(),
            written: scalar.name(),
            visibility,
            tensor: tensor.0,
            file: file.map(String::from),
        });
        Ok(Value::Num(tensor.1))
    }
}

/// Values of an input in a run on known ones.
fn supplied(
    data: &[Int],
    shape: Vec<usize>,
    scale: Option<Ratio>,
    interval: Option<Interval>,
) -> Num {
    let view = View { offset: 0, own: row_major(&shape), loops: vec![] };
    let data = Rc::new(crate::value::pack(data.to_vec()));
    let n = Num::new(shape, scale, Data::Const(Array { data, view })).unknown_if(true);
    match interval {
        Some((lo, hi)) => n.declare(lo, hi),
        None => n,
    }
}
