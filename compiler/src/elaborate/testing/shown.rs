//! Known values as people see them.

use crate::combination::Array;
use crate::cost::Cost;
use crate::elaborate::{Elaborator, Res, Stop};
use crate::shown::{Numbers, REST, Shown};
use crate::types::Type;
use crate::value::{Num, Value};
use zirc_circuit::Int;
use zirc_circuit::lin::row_major;
use zirc_grammar::ast::{ItemKind, Span};

/// Elements and parts that are kept of one value.
const KEPT: usize = 1000;

impl Elaborator<'_> {
    /// A known value as people see it.
    pub(crate) fn shown(&mut self, v: &Value, span: Span) -> Res<Shown> {
        let shown = self.shown_part(v, &mut { KEPT }, span)?;
        self.spend(shown.size(), span)?;
        Ok(shown)
    }

    fn shown_part(&mut self, v: &Value, left: &mut usize, span: Span) -> Res<Shown> {
        Ok(match v {
            Value::Num(n) => Shown::Numbers(self.shown_numbers(n, left, span)?),
            Value::Tuple(parts) => Shown::Tuple(self.shown_parts(parts, left, span)?),
            Value::Struct(id, generics, parts) => {
                let world = self.world;
                let name = self.type_name(&Type::Struct(*id, generics.clone()));
                let fields = match &world.item(*id).kind {
                    ItemKind::Struct { fields, .. } => fields.as_slice(),
                    _ => &[],
                };
                let names = fields.iter().map(|(n, _)| n.name.clone());
                let parts = self.shown_parts(parts, left, span)?;
                Shown::Struct(name, names.zip(parts).collect())
            }
            Value::Str(text) => Shown::Text(text.clone()),
            Value::Cost(cost) => shown_cost(cost),
            Value::Poison => return Err(Stop::Reported),
            other => Shown::Other(self.describe(other)),
        })
    }

    fn shown_parts(&mut self, parts: &[Value], left: &mut usize, span: Span) -> Res<Vec<Shown>> {
        let mut out = vec![];
        for part in parts {
            if *left == 0 {
                out.push(Shown::Other(REST.into()));
                break;
            }
            *left -= 1;
            out.push(self.shown_part(part, left, span)?);
        }
        Ok(out)
    }

    fn shown_numbers(&mut self, n: &Num, left: &mut usize, span: Span) -> Res<Numbers> {
        let array = self.to_array(n, span)?;
        let fix = match &n.scale {
            None => None,
            Some(scale) => {
                let (lo, hi) = self.range(n, span)?;
                Some((lo, hi, scale.clone()))
            }
        };
        let elem = match &fix {
            Some((lo, hi, _)) => n.scalar_type(&(lo.clone(), hi.clone())).name(),
            None => "field".into(),
        };
        let sizes = n.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let ty = if n.shape.is_empty() { elem } else { format!("{elem}[{sizes}]") };
        // A number that stands alone is shown; the parts of what it stands in are counted.
        let raw = first(&array, &n.shape, (*left).max(1));
        *left = left.saturating_sub(raw.len());
        Ok(Numbers { shape: n.shape.clone(), raw, fix, ty })
    }
}

/// The first elements, row-major.
fn first(a: &Array, shape: &[usize], most: usize) -> Vec<Int> {
    let strides = row_major(shape);
    let count = shape.iter().product::<usize>().min(most);
    let element = |k: usize| {
        let dims = shape.iter().zip(&strides).zip(&a.view.own);
        let at = dims.map(|((&n, &stride), own)| (k as i64 / stride) % (n as i64) * own);
        a.data.get((a.view.offset + at.sum::<i64>()) as usize)
    };
    (0..count).map(element).collect()
}

fn shown_cost(cost: &Cost) -> Shown {
    Shown::Cost { what: cost.what.clone(), total: cost.total(), by: cost.by.clone() }
}
