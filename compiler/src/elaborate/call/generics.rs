//! Generic arguments of a call, found by matching parameter types with the arguments' types.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Frame, Res, fail};
use crate::number::to_integer;
use crate::types::{GenericValue, ItemId, Scalar, Type};
use crate::value::{Num, Value};
use num_integer::Integer;
use num_traits::Zero;
use std::collections::BTreeMap;
use zirc_circuit::Int;
use zirc_grammar::ast::{
    self, Expr, ExprKind, Function, GenericExpr, GenericKind, ItemKind, Span, TypeKind,
};

/// Generics found so far; sizes that could not be read off are kept for later.
#[derive(Default)]
pub(crate) struct Matching {
    pub(crate) found: BTreeMap<String, GenericValue>,
    pub(crate) fixed: Vec<String>,
    open: Vec<(Expr, usize)>,
}

impl Elaborator<'_> {
    /// All generics of a call, explicit ones first, then from arguments, then from the wanted type.
    pub(crate) fn infer_generics(
        &mut self,
        id: ItemId,
        f: &Function,
        given: &[Option<GenericValue>],
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Res<BTreeMap<String, GenericValue>> {
        if given.len() > f.generics.len() {
            return fail(
                Diagnostic::error("E0213", span, "too many generic arguments").say(format!(
                    "`{}` has {}",
                    f.name.name,
                    f.generics.len()
                )),
            );
        }
        let mut m = Matching::default();
        for (g, v) in f.generics.iter().zip(given) {
            let Some(v) = v else { continue };
            m.found.insert(g.name.name.clone(), v.clone());
            m.fixed.push(g.name.name.clone());
        }
        let kinds: BTreeMap<String, GenericKind> =
            f.generics.iter().map(|g| (g.name.name.clone(), g.kind)).collect();
        for (p, (v, at)) in f.params.iter().zip(args) {
            self.match_type(id.0, &kinds, &p.ty, v, &mut m, *at)?;
        }
        if let [out] = f.results.as_slice() {
            self.match_wanted(&kinds, &out.ty, want, &mut m);
        }
        self.default_generics(id, &f.generics, &mut m.found)?;
        for (e, size) in std::mem::take(&mut m.open) {
            self.solve(id.0, &kinds, &e, size, &mut m, span)?;
        }
        for g in &f.generics {
            if !m.found.contains_key(&g.name.name) {
                let name = &g.name.name;
                return fail(
                    Diagnostic::error("E0213", span, format!("cannot tell what `{name}` is"))
                        .label(g.name.span, "this generic")
                        .help(format!("give it: `{}::<…>(…)`", f.name.name)),
                );
            }
        }
        Ok(m.found)
    }

    fn match_type(
        &mut self,
        module: usize,
        kinds: &BTreeMap<String, GenericKind>,
        t: &ast::Type,
        v: &Value,
        m: &mut Matching,
        span: Span,
    ) -> Res<()> {
        match (&t.kind, v) {
            (TypeKind::Path(p), Value::Num(n)) => {
                if let Some(GenericKind::Num) = p.name().and_then(|s| kinds.get(s)) {
                    self.bind_num(&p.segments[0].name, n, m, span)?;
                }
                Ok(())
            }
            (TypeKind::Path(p), Value::Struct(id, values, _)) => {
                if let ItemKind::Struct { generics, .. } = &self.world.item(*id).kind
                    && self.world.lookup(module, &p.segments) == Some(*id)
                {
                    for (k, value) in values.iter().enumerate() {
                        if let Some(a) = p.given(generics, k) {
                            match_arg(kinds, a, value, m);
                        }
                    }
                }
                Ok(())
            }
            (TypeKind::Tensor { elem, dims }, Value::Num(n)) => {
                if let Some(GenericKind::Num) =
                    path_of(elem).and_then(ast::Path::name).and_then(|s| kinds.get(s))
                {
                    let TypeKind::Path(p) = &elem.kind else { return Ok(()) };
                    self.bind_num(&p.segments[0].name, n, m, span)?;
                }
                for (d, &size) in dims.iter().zip(&n.shape) {
                    match d.name() {
                        Some(name) if kinds.get(name) == Some(&GenericKind::Nat) => {
                            let size = GenericValue::Nat(Int::from(size));
                            m.found.entry(name.into()).or_insert(size);
                        }
                        _ => m.open.push((d.clone(), size)),
                    }
                }
                Ok(())
            }
            (TypeKind::Tuple(types), Value::Tuple(values)) => {
                for (t, v) in types.iter().zip(values) {
                    self.match_type(module, kinds, t, v, m, span)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Binds a type parameter to the type of an argument, or widens it to hold both.
    fn bind_num(&mut self, name: &str, n: &Num, m: &mut Matching, span: Span) -> Res<()> {
        if m.fixed.iter().any(|f| f == name) {
            return Ok(());
        }
        let r = if n.is_field() { (Int::zero(), Int::zero()) } else { self.range(n, span)? };
        let here = n.scalar_type(&r);
        let joined = match m.found.get(name) {
            Some(GenericValue::Num(before)) => match join(before, &here) {
                Some(s) => s,
                None => {
                    return fail(
                        Diagnostic::error("E0202", span, format!("`{name}` cannot be both types"))
                            .say(format!("`{}` and `{}`", before.name(), here.name())),
                    );
                }
            },
            _ => here,
        };
        m.found.insert(name.into(), GenericValue::Num(joined));
        Ok(())
    }

    fn match_wanted(
        &mut self,
        kinds: &BTreeMap<String, GenericKind>,
        t: &ast::Type,
        want: &Type,
        m: &mut Matching,
    ) {
        let Type::Num { elem, dims } = want else { return };
        let (elem_type, sizes): (Option<&ast::Path>, &[Expr]) = match &t.kind {
            TypeKind::Path(p) => (Some(p), &[]),
            TypeKind::Tensor { elem, dims } => (path_of(elem), dims),
            _ => return,
        };
        if let (Some(name), Some(s)) = (elem_type.and_then(ast::Path::name), elem)
            && kinds.get(name) == Some(&GenericKind::Num)
        {
            m.found.entry(name.into()).or_insert(GenericValue::Num(s.clone()));
        }
        for (d, size) in sizes.iter().zip(dims) {
            if let (Some(name), Some(size)) = (d.name(), size)
                && kinds.get(name) == Some(&GenericKind::Nat)
            {
                m.found.entry(name.into()).or_insert(GenericValue::Nat(Int::from(*size)));
            }
        }
    }

    /// Solves `e = size` for the one unknown of a linear size such as `2 * N + 1`.
    fn solve(
        &mut self,
        module: usize,
        kinds: &BTreeMap<String, GenericKind>,
        e: &Expr,
        size: usize,
        m: &mut Matching,
        span: Span,
    ) -> Res<()> {
        let mut names = vec![];
        names_in(e, &mut names);
        let missing: Vec<String> = names
            .into_iter()
            .filter(|n| kinds.get(n) == Some(&GenericKind::Nat) && !m.found.contains_key(n))
            .collect();
        let [name] = missing.as_slice() else { return Ok(()) };
        let mut at = |n: i64| -> Res<Int> {
            let mut generics = m.found.clone();
            generics.insert(name.clone(), GenericValue::Nat(n.into()));
            self.at.frames.push(Frame::new(module, generics));
            let out = self.integer(e);
            self.at.frames.pop();
            out
        };
        let (zero, one) = (at(0)?, at(1)?);
        let slope = one - &zero;
        let rest = Int::from(size) - zero;
        if !slope.is_zero() && rest.is_multiple_of(&slope) && rest.clone() / &slope >= Int::zero() {
            let n = rest / slope;
            m.found.insert(name.clone(), GenericValue::Nat(n));
            return Ok(());
        }
        fail(
            Diagnostic::error("E0201", span, format!("no `{name}` gives this size"))
                .label(e.span, format!("must be {size}")),
        )
    }

    /// The display name of an instance, e.g. `relu<q3.4>`.
    pub(crate) fn instance_name(&self, f: &Function, g: &BTreeMap<String, GenericValue>) -> String {
        if f.generics.is_empty() {
            return f.name.name.clone();
        }
        let args: Vec<String> =
            f.generics.iter().filter_map(|p| g.get(&p.name.name)).map(GenericValue::name).collect();
        format!("{}<{}>", f.name.name, args.join(", "))
    }

    /// What `T::lo` and the like mean.
    pub(crate) fn associated(&mut self, p: &ast::Path) -> Option<Num> {
        let [t, member] = p.segments.as_slice() else { return None };
        let scalar = match self.frame().generics.get(&t.name) {
            Some(GenericValue::Num(s)) => s.clone(),
            Some(GenericValue::Nat(_)) => return None,
            None => self.scalar_named(t)?,
        };
        let Scalar::Fix { lo, hi, scale } = scalar else {
            return (member.name == "bits").then(|| Num::int(254));
        };
        match member.name.as_str() {
            "lo" => Some(Num::int(lo)),
            "hi" => Some(Num::int(hi)),
            "bits" => Some(Num::int(crate::number::type_bits(&lo, &hi))),
            "scale" => Some(Num::constant(1.into(), Some(scale))),
            _ => None,
        }
    }

    /// The type that `Act` means in `Act::hi`: an alias, or one of the language's words.
    fn scalar_named(&mut self, name: &ast::Ident) -> Option<Scalar> {
        let world = self.world;
        let Some(id) = world.lookup(self.frame().module, std::slice::from_ref(name)) else {
            return Scalar::of_word(&name.name);
        };
        let ItemKind::TypeAlias { generics, ty, .. } = &world.item(id).kind else { return None };
        if !generics.is_empty() {
            return None;
        }
        let found = self.in_module(id.0, BTreeMap::new(), |e| e.resolve_type(ty)).ok()?;
        match found {
            Type::Num { elem: Some(scalar), dims } if dims.is_empty() => Some(scalar),
            _ => None,
        }
    }
}

fn match_arg(
    kinds: &BTreeMap<String, GenericKind>,
    a: &GenericExpr,
    value: &GenericValue,
    m: &mut Matching,
) {
    let name = match a {
        GenericExpr::Expr(e) => e.name(),
        GenericExpr::Type(t) => path_of(t).and_then(ast::Path::name),
    };
    if let Some(name) = name
        && kinds.contains_key(name)
    {
        m.found.entry(name.into()).or_insert(value.clone());
    }
    if let (GenericExpr::Expr(e), None, GenericValue::Nat(n)) = (a, name, value)
        && let Ok(n) = usize::try_from(n)
    {
        m.open.push((e.clone(), n));
    }
}

/// The smallest type that holds both, at the finer scale.
pub(crate) fn join(a: &Scalar, b: &Scalar) -> Option<Scalar> {
    let (Scalar::Fix { lo: l1, hi: h1, scale: s1 }, Scalar::Fix { lo: l2, hi: h2, scale: s2 }) =
        (a, b)
    else {
        return (a == b).then(|| a.clone());
    };
    let (scale, k1, k2) = if let Some(k) = to_integer(&(s1 / s2)) {
        (s2.clone(), k, Int::from(1))
    } else {
        (s1.clone(), Int::from(1), to_integer(&(s2 / s1))?)
    };
    Some(Scalar::Fix { lo: (l1 * &k1).min(l2 * &k2), hi: (h1 * k1).max(h2 * k2), scale })
}

fn path_of(t: &ast::Type) -> Option<&ast::Path> {
    match &t.kind {
        TypeKind::Path(p) => Some(p),
        _ => None,
    }
}

/// The names that the arithmetic of a size is made of.
fn names_in(e: &Expr, out: &mut Vec<String>) {
    match &e.kind {
        ExprKind::Path(p) => out.extend(p.name().map(String::from)),
        ExprKind::Paren(a) | ExprKind::Unary(_, a) => names_in(a, out),
        ExprKind::Binary(_, a, b) => {
            names_in(a, out);
            names_in(b, out);
        }
        _ => {}
    }
    out.sort();
    out.dedup();
}
