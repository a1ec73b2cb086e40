//! Indexing and slicing: affine indices only move a view.

mod lookup;
mod pick;
mod reshape;

use super::{Elaborator, Res, Stop, fail};
use crate::combination::{Affine, Array, add_strides, scale_strides};
use crate::diagnostic::Diagnostic;
use crate::types::Type;
use crate::value::{Data, Made, Marks, Num, Value};
use num_traits::One;
use zirc_circuit::Int;
use zirc_grammar::ast::{Expr, Index, Span};

/// One evaluated index.
pub(super) enum Place {
    /// A number or a combination of loop indices.
    At(Affine, Span),
    /// A number that stands for an unknown one, and whether it depends on an input.
    Known(Affine, Span, bool),
    /// Known numbers that stand for unknown ones, one for each index of loops under way.
    Each(Num),
    /// A value of the circuit.
    Unknown(Num),
    /// `lo..hi`
    Slice(usize, usize),
}

impl Elaborator<'_> {
    pub(crate) fn index(&mut self, base: &Expr, indices: &[Index], span: Span) -> Res<Value> {
        let n = self.indexed(base, indices.len(), span)?;
        let mut places = vec![];
        let mut marks = Marks::default();
        for (k, i) in indices.iter().enumerate() {
            places.push(self.place(i, n.shape[k], &mut marks)?);
        }
        if places.iter().any(|p| matches!(p, Place::Unknown(..))) {
            return self.lookup(n, places, span);
        }
        if places.iter().any(|p| matches!(p, Place::Each(..))) {
            for (p, &size) in places.iter().zip(&n.shape) {
                if let Place::At(a, at) | Place::Known(a, at, _) = p {
                    self.check_bounds(a, size, *at)?;
                }
            }
            let out = self.picked(n, &places, span)?;
            return Ok(Value::Num(out.unknown_if(true).marked(marks)));
        }
        let known = places.iter().any(|p| matches!(p, Place::Known(..)));
        let unknown = places.iter().any(|p| matches!(p, Place::Known(.., true)));
        if unknown && n.varies() && !self.at.unroll {
            return fail(lookup::no_constant(span));
        }
        let table = n.is_const() && known;
        let mut shape = vec![];
        let mut moves = vec![];
        for (k, p) in places.into_iter().enumerate() {
            match p {
                Place::At(a, at) | Place::Known(a, at, _) => {
                    self.check_bounds(&a, n.shape[k], at)?;
                    moves.push(Some(a));
                }
                Place::Slice(lo, hi) => {
                    shape.push(hi - lo);
                    moves.push(Some(Affine::constant(lo as i64)));
                    // A slice keeps its dimension.
                    moves.push(None);
                }
                Place::Each(_) | Place::Unknown(_) => {}
            }
        }
        shape.extend(&n.shape[indices.len()..]);
        let whole = match &n.data {
            Data::Const(a) if table && !self.by_value(&n) && !(unknown && self.at.unroll) => {
                Some(self.const_range(a, &n.shape))
            }
            _ => None,
        };
        let out = moved(n, &moves, shape, span)?.unknown_if(unknown).marked(marks);
        Ok(Value::Num(match whole {
            // What a table gives at an unknown index may be any of its entries.
            Some((lo, hi)) if out.scale.is_some() => out.declare(lo, hi),
            _ => out,
        }))
    }

    /// A tensor of at least so many dimensions.
    fn indexed(&mut self, base: &Expr, indices: usize, span: Span) -> Res<Num> {
        let v = self.expr(base, &Type::Infer)?;
        let n = match v {
            Value::Tuple(_) | Value::Struct(..) => {
                let what = self.describe(&v);
                return fail(
                    Diagnostic::error("E0202", base.span, "only tensors are indexed")
                        .say(format!("this is {what}"))
                        .help("parts of a tuple are `t.0`, fields of a struct `s.name`"),
                );
            }
            v => self.as_number(v, base.span)?,
        };
        if indices > n.shape.len() {
            let said = format!("{indices} given, the tensor has sizes {:?}", n.shape);
            return fail(Diagnostic::error("E0201", span, "too many indices").say(said));
        }
        Ok(n)
    }

    /// The index of a lookup is proved in range by its type.
    fn demand_index(&mut self, n: &Num, size: usize, span: Span) -> Res<()> {
        if self.by_value(n) {
            let last = Int::from(size) - 1;
            // Beyond the tensor there is nothing to go on with.
            return if self.holds(n, &Int::from(0), &last, span)? {
                Ok(())
            } else {
                Err(Stop::Reported)
            };
        }
        let (lo, hi) = self.range(n, span)?;
        if lo >= Int::from(0) && hi < Int::from(size) {
            return Ok(());
        }
        let last = size - 1;
        fail(
            Diagnostic::error("E0217", span, "this index may leave the tensor")
                .say(format!("its values lie in {lo}..={hi}, the tensor has {size} elements"))
                .help(format!("`narrow::<int<0..={last}>>(…)` asserts that it does not")),
        )
    }

    /// In a branch that is never chosen an index of the tensor, whatever the number would be.
    fn somewhere(&mut self, n: Num, size: usize, span: Span) -> Res<Num> {
        let (lo, hi) = self.range(&n, span)?;
        let inside = (Int::from(0), Int::from(size) - 1);
        if lo >= inside.0 && hi <= inside.1 || size == 0 || !self.never_chosen() {
            return Ok(n);
        }
        self.where_chosen(n, &Int::from(0), Some(inside), span)
    }

    fn place(&mut self, i: &Index, size: usize, marks: &mut Marks) -> Res<Place> {
        match i {
            Index::Slice { lo, hi, inclusive, span } => {
                let lo = lo.as_ref().map_or(Ok(0), |e| self.size(e))?;
                let hi = hi.as_ref().map_or(Ok(size), |e| self.size(e))? + usize::from(*inclusive);
                if lo >= hi || hi > size {
                    return fail(
                        Diagnostic::error("E0217", *span, "this slice leaves the tensor")
                            .say(format!("{lo}..{hi} of {size} elements")),
                    );
                }
                Ok(Place::Slice(lo, hi))
            }
            Index::At(e) => {
                self.demand_extent(e, size)?;
                let n = self.number(e)?;
                *marks = marks.and(n.marks());
                if !n.shape.is_empty() {
                    return fail(Diagnostic::error(
                        "E0202",
                        e.span,
                        "an index is one number, not a tensor",
                    ));
                }
                let known = !n.varies() && n.as_scalar().is_some();
                if !n.scale.as_ref().is_some_and(One::is_one) && !known {
                    return fail(Diagnostic::error("E0202", e.span, "an index is a whole number"));
                }
                self.place_of(n, size, e.span)
            }
        }
    }

    /// The place that a whole number names.
    fn place_of(&mut self, n: Num, size: usize, span: Span) -> Res<Place> {
        match &n.data {
            Data::Index(a) => Ok(Place::At(a.clone(), span)),
            Data::Const(_) => {
                if let Some(l) = n.loops().first() {
                    if self.by_value(&n) {
                        self.demand_index(&n, size, span)?;
                        return Ok(Place::Each(n));
                    }
                    // A table of positions is not affine: each position is taken by itself.
                    return Err(Stop::NeedsNumber(*l));
                }
                let r = match n.as_scalar() {
                    Some(raw) if n.unknown => raw.into(),
                    _ => self.rational_of(&n, span)?,
                };
                let i = crate::number::to_integer(&r).and_then(|i| i64::try_from(i).ok());
                match i {
                    Some(i) if n.declared || n.unknown => {
                        self.demand_index(&n, size, span)?;
                        Ok(Place::Known(Affine::constant(i), span, n.unknown))
                    }
                    Some(i) => Ok(Place::At(Affine::constant(i), span)),
                    None => fail(
                        Diagnostic::error("E0217", span, "this index leaves the tensor")
                            .say(format!("{r} of {size} elements")),
                    ),
                }
            }
            Data::Lin(_) => {
                let n = self.settled(n, span)?;
                let n = self.somewhere(n, size, span)?;
                self.demand_index(&n, size, span)?;
                Ok(Place::Unknown(n))
            }
        }
    }

    fn check_bounds(&self, a: &Affine, size: usize, span: Span) -> Res<()> {
        let (mut lo, mut hi) = (i128::from(a.offset), i128::from(a.offset));
        for &(l, s) in &a.loops {
            let reach = i128::from(s) * (self.extent(l) as i128 - 1);
            if s < 0 { lo += reach } else { hi += reach }
        }
        if lo >= 0 && hi < size as i128 {
            return Ok(());
        }
        let reached = if lo == hi { format!("{lo}") } else { format!("{lo} to {hi}") };
        fail(
            Diagnostic::error("E0217", span, "this index leaves the tensor")
                .say(format!("{reached} of {size} elements")),
        )
    }
}

/// Moves the view: `Some` consumes a leading dimension, a `None` behind it keeps that dimension.
pub(super) fn moved(n: Num, moves: &[Option<Affine>], shape: Vec<usize>, span: Span) -> Res<Num> {
    let mut failed = false;
    let step = |v: &mut crate::combination::View| -> Option<()> {
        let mut own = vec![];
        let mut rest = std::mem::take(&mut v.own).into_iter();
        let mut k = 0;
        while k < moves.len() {
            let stride = rest.next()?;
            let a = moves[k].as_ref()?;
            v.offset = v.offset.checked_add(stride.checked_mul(a.offset)?)?;
            v.loops = add_strides(&v.loops, &scale_strides(&a.loops, stride)?)?;
            if moves.get(k + 1).is_some_and(Option::is_none) {
                own.push(stride);
                k += 1;
            }
            k += 1;
        }
        own.extend(rest);
        v.own = own;
        Some(())
    };
    let reset = !n.declared && n.is_const();
    let mut out = n;
    if let Some(m) = out.made.take() {
        let arg = moved(m.arg.clone(), moves, shape.clone(), span)?;
        let (function, generics) = (m.function, m.generics.clone());
        out.made = Some(std::rc::Rc::new(Made::new(function, generics, arg)));
    }
    match &mut out.data {
        Data::Const(Array { view, .. }) => failed |= step(view).is_none(),
        Data::Index(_) => failed = true,
        Data::Lin(terms) => {
            for t in terms {
                failed |= step(&mut t.view).is_none();
                if let Some(w) = &mut t.weight {
                    failed |= step(&mut w.view).is_none();
                }
            }
        }
    }
    if failed {
        return fail(Diagnostic::error("E0217", span, "this index leaves the tensor"));
    }
    out.shape = shape;
    if reset {
        out.range = std::cell::OnceCell::new();
    }
    Ok(out)
}
