//! Shapes of expressions.

use super::poly::Poly;
use super::{Abstract, Checker, differ};
use crate::builtins::{Builtin, print_outside};
use crate::diagnostic::Diagnostic;
use crate::meant::Place;
use zirc_grammar::ast::{
    BinaryOp, Binder, BinderRange, Block, Expr, ExprKind, Index, ItemKind, LoopKind, Path,
    StatementKind,
};

impl Checker<'_> {
    pub(crate) fn expr(&mut self, e: &Expr) -> Abstract {
        match &e.kind {
            ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Bool(_) => Abstract::Num(vec![]),
            ExprKind::Str(_) | ExprKind::Error => Abstract::Unknown,
            ExprKind::Path(p) => self.path(p),
            ExprKind::Paren(a) | ExprKind::Unary(_, a) => self.expr(a),
            ExprKind::Cast(a, t) => {
                self.type_of(t);
                self.expr(a)
            }
            ExprKind::Binary(op, a, b) => {
                let (x, y) = (self.expr(a), self.expr(b));
                self.binary(*op, x, y, e)
            }
            ExprKind::In { value, lo, hi, .. } => {
                self.expr(lo);
                self.expr(hi);
                self.expr(value)
            }
            ExprKind::Call { callee, elementwise, args } => {
                self.call(callee, *elementwise, args, e.span)
            }
            ExprKind::Index { base, indices } => self.index(base, indices, e),
            ExprKind::Field { base, name } => {
                let b = self.expr(base);
                self.field(&b, &name.name)
            }
            ExprKind::Loop { kind, binders, body } => self.loops(*kind, binders, body),
            ExprKind::Fold { acc, init, binders, body } => {
                let first = self.expr(init);
                let names = self.variables.len();
                self.indices(binders, body);
                self.variables.push((acc.name.clone(), first.clone()));
                self.block(body);
                self.variables.truncate(names);
                first
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                let a = self.block(then);
                let b = otherwise.as_ref().map_or(Abstract::Unknown, |o| self.expr(o));
                // A condition on the generics may choose between shapes.
                if a == b { a } else { Abstract::Unknown }
            }
            ExprKind::Block(b) => self.block(b),
            ExprKind::Tuple(parts) => Abstract::Tuple(parts.iter().map(|p| self.expr(p)).collect()),
            ExprKind::Array(parts) => self.array(parts),
        }
    }

    fn array(&mut self, parts: &[Expr]) -> Abstract {
        let last = parts.iter().map(|p| self.expr(p)).last();
        match last {
            Some(Abstract::Num(mut dims)) => {
                dims.insert(0, Some(Poly::constant(parts.len() as i64)));
                Abstract::Num(dims)
            }
            _ => Abstract::Unknown,
        }
    }

    fn path(&mut self, p: &Path) -> Abstract {
        if let [one] = p.segments.as_slice() {
            if let Some((_, t)) = self.variables.iter().rev().find(|v| v.0 == one.name) {
                return t.clone();
            }
            if self.scope.sizes.contains_key(&one.name) {
                return Abstract::Num(vec![]);
            }
        }
        if let [t, member] = p.segments.as_slice() {
            let known = ["lo", "hi", "bits", "scale"].contains(&member.name.as_str());
            if self.scope.types.contains(&t.name) && known {
                return Abstract::Num(vec![]);
            }
        }
        let world = self.world;
        match world.lookup(self.scope.module, &p.segments) {
            Some(id) => match &world.item(id).kind {
                ItemKind::Const { ty: Some(t), .. } => {
                    let scope = super::Scope { module: id.0, ..super::Scope::default() };
                    let outer = std::mem::replace(&mut self.scope, scope);
                    let out = self.type_of(t);
                    self.scope = outer;
                    out
                }
                _ => Abstract::Unknown,
            },
            None => {
                let builtin = match p.segments.as_slice() {
                    [one] => Builtin::named(&one.name),
                    _ => None,
                };
                if builtin == Some(Builtin::Print) {
                    self.errors.push(print_outside(p.span));
                }
                // `Alias::hi`, `q3.4::lo`
                let member = p.segments.len() == 2;
                if builtin.is_none() && !member {
                    self.unknown(Place::Value, &p.segments, p.span);
                }
                Abstract::Unknown
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, a: Abstract, b: Abstract, e: &Expr) -> Abstract {
        let (Abstract::Num(x), Abstract::Num(y)) = (&a, &b) else {
            return Abstract::Unknown;
        };
        if op == BinaryOp::MatMul {
            let inner = match (x.last(), y.first()) {
                (Some(Some(p)), Some(Some(q))) if p != q => Some(format!("{p} and {q}")),
                _ => None,
            };
            if let Some(why) = inner {
                let t = "`@` multiplies matrices and vectors whose inner sizes agree";
                self.errors.push(Diagnostic::error("E0201", e.span, t).say(why));
            }
            if x.is_empty() || y.is_empty() {
                return Abstract::Unknown;
            }
            let mut dims = x[..x.len() - 1].to_vec();
            dims.extend_from_slice(&y[1..]);
            return Abstract::Num(dims);
        }
        if x.is_empty() {
            return b;
        }
        if !y.is_empty()
            && let Some(why) = differ(x, y)
        {
            let t = "the shapes of the two sides differ";
            self.errors.push(Diagnostic::error("E0201", e.span, t).say(why));
        }
        a
    }

    fn index(&mut self, base: &Expr, indices: &[Index], e: &Expr) -> Abstract {
        let b = self.expr(base);
        let mut slices = vec![];
        for i in indices {
            match i {
                Index::At(x) => {
                    self.expr(x);
                    slices.push(None);
                }
                Index::Slice { lo, hi, inclusive, .. } => {
                    let first = match lo {
                        None => Some(Poly::constant(0)),
                        Some(x) => self.size(x),
                    };
                    slices.push(Some((first, hi.as_ref().map(|x| self.size(x)), *inclusive)));
                }
            }
        }
        let Abstract::Num(dims) = b else { return Abstract::Unknown };
        if indices.len() > dims.len() {
            let t = "too many indices";
            let why = format!("{} given, the tensor has {} dimensions", indices.len(), dims.len());
            self.errors.push(Diagnostic::error("E0201", e.span, t).say(why));
            return Abstract::Unknown;
        }
        let mut out = vec![];
        for (d, s) in dims.iter().zip(&slices) {
            let Some((lo, hi, inclusive)) = s else { continue };
            let end = match hi {
                None => d.clone(),
                Some(h) => h.clone().and_then(|h| h.add(&Poly::constant(i64::from(*inclusive)), 1)),
            };
            out.push(match (end, lo) {
                (Some(h), Some(l)) => h.add(l, -1),
                _ => None,
            });
        }
        out.extend_from_slice(&dims[indices.len()..]);
        Abstract::Num(out)
    }

    fn loops(&mut self, kind: LoopKind, binders: &[Binder], body: &Block) -> Abstract {
        let names = self.variables.len();
        let mut dims = self.indices(binders, body);
        let inner = self.block(body);
        self.variables.truncate(names);
        match (kind, inner) {
            (LoopKind::For, Abstract::Num(rest)) => {
                dims.extend(rest);
                Abstract::Num(dims)
            }
            (LoopKind::For, _) => Abstract::Unknown,
            (_, inner) => inner,
        }
    }

    /// Names the indices of a loop: their extents.
    fn indices(&mut self, binders: &[Binder], body: &Block) -> Vec<Option<Poly>> {
        let mut dims = vec![];
        for b in binders {
            dims.push(self.binder(b, body));
            self.variables.push((b.name.name.clone(), Abstract::Num(vec![])));
        }
        dims
    }

    /// The extent of a loop index.
    fn binder(&mut self, b: &Binder, body: &Block) -> Option<Poly> {
        match &b.range {
            BinderRange::Below(n) => {
                self.expr(n);
                self.size(n)
            }
            BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => {
                self.expr(lo);
                self.expr(hi);
                let more = i64::from(matches!(b.range, BinderRange::Through(..)));
                let (lo, hi) = (self.size(lo)?, self.size(hi)?);
                hi.add(&lo, -1)?.add(&Poly::constant(more), 1)
            }
            BinderRange::Inferred => self.first_use(&b.name.name, body),
        }
    }

    /// The size of the first dimension of a variable that the index stands for alone.
    fn first_use(&mut self, name: &str, body: &Block) -> Option<Poly> {
        let statements = body.statements.iter().filter_map(|s| match &s.kind {
            StatementKind::Let { value, .. } | StatementKind::Hint { value, .. } => Some(value),
            StatementKind::Assert { condition, .. } => Some(condition),
            StatementKind::Expr(e) => Some(e),
            StatementKind::Error => None,
        });
        let mut all: Vec<&Expr> = statements.collect();
        all.extend(body.tail.as_deref());
        let mut found = None;
        while let Some(e) = all.pop() {
            match &e.kind {
                ExprKind::Index { base, indices } => {
                    let at = indices.iter().position(|i| {
                        matches!(i, Index::At(Expr { kind: ExprKind::Path(p), .. })
                            if p.segments.len() == 1 && p.segments[0].name == name)
                    });
                    if let (Some(k), Some(Abstract::Num(dims))) = (at, self.peek(base))
                        && let Some(Some(d)) = dims.get(k)
                    {
                        found = Some(d.clone());
                    }
                }
                ExprKind::Paren(a) | ExprKind::Unary(_, a) | ExprKind::Cast(a, _) => all.push(a),
                ExprKind::Binary(_, a, b) => all.extend([&**a, &**b]),
                ExprKind::Call { args, .. } => all.extend(args.iter().map(|a| &a.value)),
                ExprKind::Loop { body, .. } => all.extend(body.tail.as_deref()),
                _ => {}
            }
        }
        found
    }

    /// The shape of a variable or a field of one.
    fn peek(&mut self, e: &Expr) -> Option<Abstract> {
        match &e.kind {
            ExprKind::Path(p) if p.segments.len() == 1 => {
                let name = &p.segments[0].name;
                self.variables.iter().rev().find(|v| v.0 == *name).map(|v| v.1.clone())
            }
            ExprKind::Field { base, name } => {
                let b = self.peek(base)?;
                Some(self.field(&b, &name.name))
            }
            _ => None,
        }
    }
}
