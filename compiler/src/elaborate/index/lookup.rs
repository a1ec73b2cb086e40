//! Constant tensors indexed by values of the circuit: lookups, and table searches in hints.

use super::{Place, moved};
use crate::combination::{Affine, Array, LoopId};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Mode, Res, Stop, fail};
use crate::facts::Scope;
use crate::interval::Interval;
use crate::program::Rule;
use crate::value::{Data, Num, Value, pack};
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Category, Int, Kind, Lin, Op, TensorId, Term, Weight};
use zirc_grammar::ast::Span;

/// What is left of a table where the known indices are taken.
struct Searched {
    array: Array,
    sizes: Vec<usize>,
    /// The dimensions that are searched, each with its index.
    rows: Vec<(usize, Num)>,
}

/// The same with the rows in front: its entries, and the sizes of both.
struct Turned {
    entries: Vec<Int>,
    rows: Vec<usize>,
    columns: Vec<usize>,
}

impl Elaborator<'_> {
    /// The known indices of a lookup first; what is left of the table is a constant of its own.
    fn searched(&mut self, table: Num, places: Vec<Place>, span: Span) -> Res<Searched> {
        let mut moves = vec![];
        let mut sizes = vec![];
        let mut rows = vec![];
        for (k, p) in places.into_iter().enumerate() {
            match p {
                Place::At(a, _) | Place::Known(a, ..) => {
                    if let Some(l) = a.loops.first() {
                        return Err(Stop::NeedsNumber(l.0));
                    }
                    moves.push(Some(a));
                }
                Place::Slice(lo, hi) => {
                    sizes.push(hi - lo);
                    moves.extend([Some(Affine::constant(lo as i64)), None]);
                }
                Place::Each(_) => return Err(Stop::Reported),
                Place::Unknown(n) => {
                    rows.push((sizes.len(), n));
                    sizes.push(table.shape[k]);
                    moves.extend([Some(Affine::constant(0)), None]);
                }
            }
        }
        let given = moves.iter().filter(|m| m.is_some()).count();
        sizes.extend(&table.shape[given..]);
        let table = moved(table, &moves, sizes.clone(), span)?;
        let array = self.to_array(&table, span)?;
        match array.view.loops.first() {
            Some(l) => Err(Stop::NeedsNumber(l.0)),
            None => Ok(Searched { array, sizes, rows }),
        }
    }

    /// The rows of a table to the front, its columns behind.
    fn turned(&self, s: &Searched) -> Turned {
        let is_row = |k: &usize| s.rows.iter().any(|(r, _)| r == k);
        let columns: Vec<usize> = (0..s.sizes.len()).filter(|k| !is_row(k)).collect();
        let sizes = |dims: &[usize]| dims.iter().map(|&k| s.sizes[k]).collect::<Vec<_>>();
        let rows: Vec<usize> = s.rows.iter().map(|r| r.0).collect();
        let order = [rows.as_slice(), &columns].concat();
        let mut turned = s.array.clone();
        turned.view.own = order.iter().map(|&k| s.array.view.own[k]).collect();
        let entries = self.list(&turned, &[], &sizes(&order));
        Turned { entries, rows: sizes(&rows), columns: sizes(&columns) }
    }

    /// `table[places]` where some index is computed by the circuit and proved in range by its type.
    ///
    /// The dimensions of those indices are the table's rows, all others its columns.
    pub(in crate::elaborate) fn lookup(
        &mut self,
        table: Num,
        places: Vec<Place>,
        span: Span,
    ) -> Res<Value> {
        if table.varies() {
            return fail(no_constant(span));
        }
        let scale = table.scale.clone();
        // The entries themselves, whatever type they were declared with.
        let range = self.const_range(&self.to_array(&table, span)?, &table.shape);
        let searched = self.searched(table, places, span)?;
        let Turned { entries, rows, columns } = self.turned(&searched);
        self.spend(entries.len(), span)?;
        let range = self.reached(&searched, &entries).unwrap_or(range);
        let constant = self.out.program.table(pack(entries));

        let mut row = Num::int(0);
        for ((_, n), s) in searched.rows.into_iter().zip(row_major(&rows)) {
            let n = self.times(n, &Int::from(s), span)?;
            row = self.add(row, n, 1, span)?;
        }
        let interval = scale.as_ref().map(|_| range);
        let loops = Self::joint_loops(&[&row]);
        let index = self.lin(&row, &loops, &[], span)?;
        let outer = self.full_shape(&loops, &[], span)?;
        let flat = self.flat_index(row, &loops, &columns, span)?;
        let kind = if self.at.mode == Mode::Hint { Kind::Aux } else { Kind::Witness };
        let (id, out) = self.fresh(kind, &loops, &columns, interval, None, span)?;
        self.assign(id, Op::Table(constant, flat));
        if self.at.mode == Mode::Circuit {
            let origin = self.origin(span);
            let (rows, columns) = (rows.iter().product(), columns.iter().product());
            // out(e, c) = table[index(e), c]
            let rule = Rule::Lookup { index, table: constant, rows, columns, out: id };
            self.enforce(outer, rule, Category::Lookup, origin);
        }
        Ok(Value::Num(out.at_scale(scale)))
    }

    /// The interval of the entries that an index reaches of which equations say more than its type; nothing where they
    /// do not. Only rows of one dimension are looked at.
    fn reached(&self, s: &Searched, entries: &[Int]) -> Option<Interval> {
        let [(k, n)] = s.rows.as_slice() else { return None };
        let (Data::Lin(terms), true) = (&n.data, n.shape.is_empty()) else { return None };
        let (lo, hi) = self.by_equations(terms, Scope::Of(&[]))?;
        let size = s.sizes[*k];
        let lo = usize::try_from(&lo).unwrap_or(0);
        let hi = usize::try_from(&hi).map_or(size, |h| size.min(h + 1));
        let width = entries.len() / size.max(1);
        let reached = entries.get(lo * width..hi * width)?;
        Some((reached.iter().min()?.clone(), reached.iter().max()?.clone()))
    }

    /// The position of every entry of a row in the flat table.
    fn flat_index(
        &mut self,
        row: Num,
        loops: &[LoopId],
        columns: &[usize],
        span: Span,
    ) -> Res<Lin> {
        let width: usize = columns.iter().product();
        let scaled = self.times(row, &Int::from(width), span)?;
        let mut flat = self.lin(&scaled, loops, columns, span)?;
        if width <= 1 {
            return Ok(flat);
        }
        let full = self.full_shape(loops, columns, span)?;
        let along: Vec<Int> = (0..width).map(Int::from).collect();
        let mut strides = vec![0; loops.len()];
        strides.extend(row_major(columns));
        flat.terms.push(Term {
            free: full.clone(),
            bound: vec![],
            dst: Access::identity(&full),
            src: TensorId::ONE,
            src_access: Access { offset: 0, strides: vec![0; full.len()] },
            weight: Weight::Tensor {
                factor: 1.into(),
                constant: self.out.program.constant(&Rc::new(pack(along))),
                access: Access { offset: 0, strides },
            },
        });
        Ok(flat)
    }
}

/// The tensor and its index both depend on inputs.
pub(in crate::elaborate) fn no_constant(span: Span) -> Diagnostic {
    Diagnostic::error("E0209", span, "only constant tensors are searched")
        .say("both the tensor and the index depend on inputs")
        .help("`gather(x, i)` of the standard library selects by a one-hot vector")
}
