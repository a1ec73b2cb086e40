//! Types as written, with every size and bound evaluated.

use super::{Elaborator, MAX_ELEMENTS, Res, fail};
use crate::diagnostic::Diagnostic;
use crate::meant::{self, Place};
use crate::number::Ratio;
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Data, Num, Value};
use num_traits::{One, Signed};
use std::rc::Rc;
use zirc_circuit::Int;
use zirc_grammar::ast::{self, Expr, GenericExpr, GenericKind, ItemKind, Span, TypeKind};

/// How deep calls, constants and type aliases may be nested.
const MAX_CALLS: usize = 500;

impl Elaborator<'_> {
    /// A type in the scope of the function under way.
    pub(crate) fn resolve_type(&mut self, t: &ast::Type) -> Res<Type> {
        let scalar = |s| Type::Num { elem: Some(s), dims: vec![] };
        Ok(match &t.kind {
            TypeKind::Infer => Type::Infer,
            TypeKind::Field => scalar(Scalar::Field),
            TypeKind::Bit => scalar(Scalar::int(0, 1)),
            TypeKind::Int { signed, bits } => scalar(self.fixed(*signed, *bits, 0, t.span)?),
            TypeKind::Q { signed, int, frac } => {
                let bits = int.saturating_add(*frac).saturating_add(u32::from(*signed));
                scalar(self.fixed(*signed, bits, *frac, t.span)?)
            }
            TypeKind::Range { lo, hi, scale } => {
                let (l, h) = (self.integer(lo)?, self.integer(hi)?);
                let scale = match scale {
                    None => Ratio::one(),
                    Some(e) => self.rational(e)?,
                };
                if l > h {
                    return fail(
                        Diagnostic::error("E0211", t.span, "this type has no value")
                            .say(format!("{l} is above {h}")),
                    );
                }
                let half = crate::number::half_order();
                if !scale.is_positive() || h > half || l < -half {
                    let d = Diagnostic::error("E0211", t.span, "this is no numeric type");
                    return fail(d.say("bounds must fit the field and the scale be positive"));
                }
                scalar(Scalar::Fix { lo: l, hi: h, scale })
            }
            TypeKind::Path(p) => self.resolve_type_path(p)?,
            TypeKind::Tensor { elem, dims } => {
                let inner = self.resolve_type(elem)?;
                let mut sizes = vec![];
                for d in dims {
                    sizes.push(self.dimension(d)?);
                }
                match inner {
                    Type::Infer => Type::Num { elem: None, dims: sizes },
                    Type::Num { elem, dims } => {
                        sizes.extend(dims);
                        Type::Num { elem, dims: sizes }
                    }
                    _ => {
                        return fail(
                            Diagnostic::error("E0212", t.span, "a tensor holds numbers only")
                                .help("put the tensor inside the struct or tuple"),
                        );
                    }
                }
            }
            TypeKind::Tuple(parts) => {
                Type::Tuple(parts.iter().map(|p| self.resolve_type(p)).collect::<Res<_>>()?)
            }
        })
    }

    fn fixed(&self, signed: bool, bits: u32, frac: u32, span: Span) -> Res<Scalar> {
        if bits == 0 || bits > 253 || frac > 253 {
            let d = Diagnostic::error("E0211", span, "this is no numeric type");
            return fail(d.say(format!("{bits} bits; a type has 1 to 253")));
        }
        Ok(Scalar::fixed(signed, bits, frac))
    }

    /// `_` in a shape leaves the size open.
    fn dimension(&mut self, e: &Expr) -> Res<Option<usize>> {
        if let ast::ExprKind::Path(p) = &e.kind
            && p.segments.len() == 1
            && p.segments[0].name == "_"
        {
            return Ok(None);
        }
        Ok(Some(self.size(e)?))
    }

    fn resolve_type_path(&mut self, p: &ast::Path) -> Res<Type> {
        let name = &p.segments[0].name;
        if p.segments.len() == 1 {
            match self.frame().generics.get(name) {
                Some(GenericValue::Num(s)) => {
                    return Ok(Type::Num { elem: Some(s.clone()), dims: vec![] });
                }
                Some(GenericValue::Nat(_)) => {
                    return fail(Diagnostic::error(
                        "E0212",
                        p.span,
                        format!("`{name}` is a size, not a type"),
                    ));
                }
                None => {}
            }
        }
        let module = self.frame().module;
        let Some(id) = self.world.lookup(module, &p.segments) else {
            return fail(self.unknown_name(Place::Type, &p.segments, p.span));
        };
        let world = self.world;
        match &world.item(id).kind {
            ItemKind::TypeAlias { generics, ty, .. } => {
                let values = self.all_generics(id, generics, &p.generics, p.span)?;
                let values = generics.iter().zip(values).map(|(g, v)| (g.name.name.clone(), v));
                self.guard(id, p.span)?;
                let out = self.in_module(id.0, values.collect(), |s| s.resolve_type(ty));
                self.at.active.pop();
                out
            }
            ItemKind::Struct { generics, .. } => {
                let values = self.all_generics(id, generics, &p.generics, p.span)?;
                Ok(Type::Struct(id, Rc::new(values)))
            }
            _ => fail(Diagnostic::error("E0212", p.span, format!("`{name}` is not a type"))),
        }
    }

    /// Refuses recursion and remembers what is under way; the caller pops `active`.
    pub(crate) fn guard(&mut self, id: crate::types::ItemId, span: Span) -> Res<()> {
        let (around, active) = (&self.at.around, &self.at.active);
        if around.contains(&id) || active.contains(&id) {
            let name = self.world.name(id);
            return fail(
                Diagnostic::error("E0106", span, format!("`{name}` refers to itself"))
                    .help("there is no recursion: write a `for` or a `fold`"),
            );
        }
        if around.len() + active.len() >= MAX_CALLS {
            return fail(
                Diagnostic::error("E0701", span, "the program is too large to elaborate")
                    .say(format!("calls are nested deeper than {MAX_CALLS} here")),
            );
        }
        self.at.active.push(id);
        Ok(())
    }

    /// Runs `f` in another module with these generics.
    pub(crate) fn in_module<T>(
        &mut self,
        module: usize,
        generics: std::collections::BTreeMap<String, GenericValue>,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        self.at.frames.push(super::Frame::new(module, generics));
        let out = f(self);
        self.at.frames.pop();
        out
    }

    /// What is given for a generic of this kind.
    pub(crate) fn generic_value(
        &mut self,
        kind: GenericKind,
        value: &GenericExpr,
    ) -> Res<GenericValue> {
        match (kind, value) {
            (GenericKind::Nat, GenericExpr::Expr(e)) => self.natural(e),
            (GenericKind::Nat, GenericExpr::Type(t)) => {
                // A bare name may have been read as a type.
                if let TypeKind::Path(p) = &t.kind {
                    let e = Expr { kind: ast::ExprKind::Path(p.clone()), span: t.span };
                    return self.natural(&e);
                }
                fail(Diagnostic::error("E0213", t.span, "a size is expected here, not a type"))
            }
            (GenericKind::Num, GenericExpr::Type(t)) => self.scalar_arg(t),
            (GenericKind::Num, GenericExpr::Expr(e)) => match &e.kind {
                ast::ExprKind::Path(p) => {
                    let t = ast::Type { kind: TypeKind::Path(p.clone()), span: e.span };
                    self.scalar_arg(&t)
                }
                _ => {
                    fail(Diagnostic::error("E0213", e.span, "a type is expected here, not a size"))
                }
            },
        }
    }

    fn natural(&mut self, e: &Expr) -> Res<GenericValue> {
        let n = self.integer(e)?;
        if n.is_negative() {
            return fail(Diagnostic::error("E0214", e.span, format!("{n} cannot be a size")));
        }
        Ok(GenericValue::Nat(n))
    }

    fn scalar_arg(&mut self, t: &ast::Type) -> Res<GenericValue> {
        match self.resolve_type(t)? {
            Type::Num { elem: Some(s), dims } if dims.is_empty() => Ok(GenericValue::Num(s)),
            _ => fail(
                Diagnostic::error("E0213", t.span, "the type of one number is expected here")
                    .help("name the element type; sizes are generics of their own"),
            ),
        }
    }

    /// A compile-time integer.
    pub(crate) fn integer(&mut self, e: &Expr) -> Res<Int> {
        let r = self.rational(e)?;
        match crate::number::to_integer(&r) {
            Some(n) => Ok(n),
            None => fail(
                Diagnostic::error("E0214", e.span, "an integer is expected here")
                    .say(format!("{r}")),
            ),
        }
    }

    /// A compile-time number.
    pub(crate) fn rational(&mut self, e: &Expr) -> Res<Ratio> {
        let v = self.expr(e, &Type::Infer)?;
        let Value::Num(n) = v else {
            return fail(Diagnostic::error("E0214", e.span, "a number is expected here"));
        };
        self.rational_of(&n, e.span)
    }

    /// The value of a compile-time scalar; a loop index makes its loop unroll.
    pub(crate) fn rational_of(&mut self, n: &Num, span: Span) -> Res<Ratio> {
        if n.unknown && !self.at.unroll {
            return fail(super::arith::constant::not_constant(span));
        }
        if let Some(raw) = n.as_scalar() {
            // An index nearly always, which needs no fraction reduced.
            return Ok(match n.scale.as_ref().filter(|s| !s.is_one()) {
                Some(scale) => Ratio::from(raw) * scale,
                None => Ratio::from(raw),
            });
        }
        if n.is_const() && n.shape.is_empty() {
            return Err(super::Stop::NeedsNumber(n.loops()[0]));
        }
        if !matches!(n.data, Data::Lin(_)) {
            return fail(Diagnostic::error(
                "E0214",
                span,
                "one number is expected here, not a tensor",
            ));
        }
        fail(super::arith::constant::not_constant(span))
    }

    /// A compile-time size.
    pub(crate) fn size(&mut self, e: &Expr) -> Res<usize> {
        let n = self.integer(e)?;
        match usize::try_from(&n) {
            Ok(n) if n <= MAX_ELEMENTS => Ok(n),
            _ => fail(Diagnostic::error("E0214", e.span, format!("{n} cannot be a size"))),
        }
    }

    /// A type for people.
    pub(crate) fn type_name(&self, t: &Type) -> String {
        match t {
            Type::Infer => "_".into(),
            Type::Num { elem, dims } => {
                let elem = elem.as_ref().map_or("_".into(), Scalar::name);
                if dims.is_empty() {
                    return elem;
                }
                let dims: Vec<String> =
                    dims.iter().map(|d| d.map_or("_".into(), |n| n.to_string())).collect();
                format!("{elem}[{}]", dims.join(", "))
            }
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|p| self.type_name(p)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Struct(id, generics) => {
                let args: Vec<String> = generics.iter().map(GenericValue::name).collect();
                let name = self.world.name(*id);
                if args.is_empty() { name.into() } else { format!("{name}<{}>", args.join(", ")) }
            }
        }
    }

    /// The error for a name that means nothing.
    pub(crate) fn unknown_name(&self, place: Place, path: &[ast::Ident], span: Span) -> Diagnostic {
        let name = path.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("::");
        let frame = self.frame();
        let locals: Vec<String> = frame
            .variables
            .iter()
            .map(|v| v.0.clone())
            .chain(frame.generics.keys().cloned())
            .collect();
        meant::unknown(self.world, frame.module, (place, &name), &locals, span)
    }
}
