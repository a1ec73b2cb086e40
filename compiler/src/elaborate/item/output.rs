//! Outputs: what the circuit gives out.

use super::super::{Elaborator, Mode, Res, fail};
use super::Ports;
use crate::diagnostic::Diagnostic;
use crate::types::Scalar;
use crate::value::{Num, Value};
use zirc_circuit::{Category, Kind, Op, Port, TensorId, Visibility};
use zirc_grammar::ast::{self, Output, Span};

impl Elaborator<'_> {
    pub(super) fn output(
        &mut self,
        o: &Output,
        k: usize,
        v: &Value,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        let names = self.at.active.last().and_then(|id| self.world.named.get(id));
        let outer = |own: &str| names.map_or(own, |n| n.output(own)).to_owned();
        let name = o.name.as_ref().map_or_else(|| format!("out{k}"), |n| outer(&n.name));
        let visibility = match o.visibility {
            None | Some(ast::Visibility::Public) => Visibility::Public,
            Some(ast::Visibility::Private) => Visibility::Private,
            Some(ast::Visibility::Committed) => {
                return fail(
                    Diagnostic::error("E0602", o.span, "parameters are committed, not outputs")
                        .help("`public` shows the value; give the hash of it to show less"),
                );
            }
            Some(ast::Visibility::Const) => {
                return fail(Diagnostic::error("E0602", o.span, "an output is not a constant"));
            }
        };
        self.output_value(&name, v, visibility, ports, span)
    }

    /// A value that the circuit gives out; a public one is equal to instance variables.
    pub(crate) fn output_value(
        &mut self,
        name: &str,
        v: &Value,
        visibility: Visibility,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        match v {
            Value::Tuple(parts) => parts.iter().enumerate().try_for_each(|(k, v)| {
                self.output_value(&format!("{name}.{k}"), v, visibility, ports, span)
            }),
            Value::Struct(id, args, fields) => {
                let types = self.field_types(*id, args)?;
                types.iter().zip(fields.iter()).try_for_each(|((f, _), v)| {
                    self.output_value(&format!("{name}.{f}"), v, visibility, ports, span)
                })
            }
            v => {
                let n = self.as_number(v.clone(), span)?;
                self.output_tensor(name, n, visibility, ports, span)
            }
        }
    }

    fn output_tensor(
        &mut self,
        name: &str,
        n: Num,
        visibility: Visibility,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        debug_assert_eq!(self.at.mode, Mode::Circuit, "outputs are values of the circuit");
        let r = if n.is_field() { None } else { Some(self.range(&n, span)?) };
        let scalar = match (&r, &n.scale) {
            (Some((lo, hi)), Some(s)) => {
                Scalar::Fix { lo: lo.clone(), hi: hi.clone(), scale: s.clone() }
            }
            _ => Scalar::Field,
        };
        let shape = n.shape.clone();
        let lin = self.lin(&n, &[], &shape, span)?;
        let label = Some(name.to_string());
        let tensor: TensorId = match visibility {
            Visibility::Public => {
                let (id, out) = self.fresh(Kind::Public, &[], &shape, r, label, span)?;
                self.assign(id, Op::Linear(lin));
                let d = self.add(n.clone(), out.at_scale(n.scale.clone()), -1, span)?;
                // output = value
                self.enforce_zero(&d, Category::Equality, span)?;
                id
            }
            Visibility::Private => {
                let (id, _) = self.fresh(Kind::Linear(lin), &[], &shape, r, label, span)?;
                self.assign(id, Op::Derive);
                id
            }
        };
        ports.demand_new(name, span)?;
        ports.outputs.push(Port {
            name: name.into(),
            shape,
            ty: scalar.port(),
            written: scalar.name(),
            visibility,
            tensor,
            file: None,
        });
        Ok(())
    }
}
