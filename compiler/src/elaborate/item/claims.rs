//! What a circuit claims: conditions on its inputs and outputs, and that outputs do not depend on a part of
//! an input.

use super::Ports;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::types::ItemId;
use crate::value::Value;
use zirc_circuit::Part;
use zirc_grammar::ast::{Attribute, Expr, ExprKind, Function, Index, Span};

/// The attribute's name.
pub(crate) const INDEPENDENT_OF: &str = "independent_of";
const CODE: &str = "E0113";
/// What an honest prover is told whose values are not as claimed.
const MESSAGE: &str = "the circuit ensures this";

impl Elaborator<'_> {
    /// Asserts what a circuit ensures, in which inputs and outputs are known by their names and nothing else is.
    pub(in crate::elaborate) fn claims(
        &mut self,
        id: ItemId,
        f: &Function,
        values: &[Value],
    ) -> Res<()> {
        let world = self.world;
        let Some(claims) = world.claims.get(&id) else { return Ok(()) };
        let before = self.frame_mut().variables.len();
        for (o, v) in f.results.iter().zip(values) {
            if let Some(name) = &o.name {
                self.frame_mut().variables.push((name.name.clone(), v.clone()));
            }
        }
        let mut out = Ok(());
        for c in claims {
            let one = self.assert(&c.condition, Some(MESSAGE), c.condition.span);
            if let Err(stop) = one {
                self.report(stop);
                out = Err(crate::elaborate::Stop::Reported);
            }
        }
        self.frame_mut().variables.truncate(before);
        out
    }

    /// The parts of inputs that a circuit says its outputs do not depend on.
    pub(in crate::elaborate) fn independent_of(
        &mut self,
        attributes: &[Attribute],
        f: &Function,
        ports: &Ports,
    ) -> Res<Vec<Part>> {
        let mut all = vec![];
        for a in attributes.iter().filter(|a| a.name.name == INDEPENDENT_OF) {
            if a.args.is_empty() {
                return fail(
                    Diagnostic::error(CODE, a.span, "`#[independent_of]` takes inputs")
                        .help("for example `#[independent_of(applicant[3])]`"),
                );
            }
            for e in &a.args {
                all.extend(self.parts(e, f, ports)?);
            }
        }
        Ok(all)
    }

    /// The parts of ports that an expression names: one of a tensor, or all fields of a struct.
    fn parts(&mut self, e: &Expr, f: &Function, ports: &Ports) -> Res<Vec<Part>> {
        let (base, indices) = match &e.kind {
            ExprKind::Index { base, indices } => (base.as_ref(), indices.as_slice()),
            _ => (e, &[][..]),
        };
        let Some(name) = self.port_name(base, f) else {
            let title = "an input is named, a field of one, or elements of it";
            let d = Diagnostic::error(CODE, base.span, title);
            return fail(d.help("for example `applicant`, `applicant.age`, `applicant[3]`"));
        };
        let inside = format!("{name}.");
        let of = |n: &str| n == name || indices.is_empty() && n.starts_with(&inside);
        let own: Vec<_> = ports.inputs.iter().filter(|p| of(&p.name)).cloned().collect();
        if own.is_empty() {
            let all: Vec<&str> = ports.inputs.iter().map(|p| p.name.as_str()).collect();
            let title = format!("no input is called `{name}`: there are [{}]", all.join(", "));
            return fail(Diagnostic::error(CODE, base.span, title));
        }
        let mut parts = vec![];
        for port in own {
            let mut part = Part::whole(&port.name, &port.shape);
            for (k, index) in indices.iter().enumerate() {
                let size = port.shape.get(k).copied().unwrap_or(0);
                let range = self.index_range(index, size)?;
                if let Some(own) = part.ranges.get_mut(k) {
                    *own = range;
                }
            }
            if indices.len() > port.shape.len() || !part.fits(&port.shape) {
                let title = format!("`{name}` has no such elements");
                let d = Diagnostic::error(CODE, e.span, title);
                return fail(d.say(format!("its shape is {:?}", port.shape)));
            }
            parts.push(part);
        }
        Ok(parts)
    }

    /// `x`, `x.field`: the port's name outside of the program.
    fn port_name(&self, e: &Expr, f: &Function) -> Option<String> {
        match &e.kind {
            ExprKind::Path(p) if p.generics.is_empty() && p.segments.len() == 1 => {
                let own = p.segments[0].name.as_str();
                let input = f.params.iter().any(|p| p.name.name == own);
                let names = self.at.active.last().and_then(|id| self.world.named.get(id));
                input.then(|| names.map_or(own, |n| n.input(own)).to_owned())
            }
            ExprKind::Field { base, name } => {
                Some(format!("{}.{}", self.port_name(base, f)?, name.name))
            }
            _ => None,
        }
    }

    fn index_range(&mut self, index: &Index, size: usize) -> Res<(usize, usize)> {
        match index {
            Index::At(e) => Ok((self.size(e)?, 1)),
            Index::Slice { lo, hi, inclusive, span } => {
                let lo = lo.as_ref().map_or(Ok(0), |e| self.size(e))?;
                let end = match hi {
                    None => size,
                    Some(e) => self.size(e)?.saturating_add(usize::from(*inclusive)),
                };
                match end.checked_sub(lo) {
                    Some(len) => Ok((lo, len)),
                    None => fail(empty(*span)),
                }
            }
        }
    }
}

fn empty(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, span, "there is nothing between these")
}
