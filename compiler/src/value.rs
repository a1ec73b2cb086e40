//! Values during elaboration.
//!
//! A number may depend on the indices of the loops around it. Such a *lifted* number stands for all
//! iterations at once: each of its parts holds a stride for every loop index it depends on.

use crate::builtins::Builtin;
use crate::cost::Cost;
use crate::facts::Says;
use crate::number::Ratio;
pub(crate) use crate::types::ItemId;
use crate::types::{GenericValue, Scalar};
use num_traits::{One, Zero};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{Int, Ints, TensorId};

/// Identity of one elaboration of one loop index.
pub(crate) type LoopId = u32;

/// Generic arguments of an instance.
pub(crate) type GenericValues = Rc<Vec<GenericValue>>;

/// What is given for each generic of a function; those left out are found by a call. May end early.
pub(crate) type GivenGenerics = Rc<Vec<Option<GenericValue>>>;

/// Any value.
#[allow(clippy::large_enum_variant, reason = "nearly every value is a number")]
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A scalar or tensor of numbers.
    Num(Num),
    /// Several values.
    Tuple(Vec<Value>),
    /// A struct with its generic arguments and fields in order.
    Struct(ItemId, Rc<Vec<GenericValue>>, Rc<Vec<Value>>),
    /// A function with the generic arguments given so far.
    Function(ItemId, GivenGenerics),
    /// A function that the compiler provides.
    Builtin(Builtin, Rc<Vec<GenericValue>>),
    /// Text.
    Str(String),
    /// Constraint counts, from `cost(…)`.
    Cost(Rc<Cost>),
    /// The result of an expression whose error was already reported.
    Poison,
}

impl Value {
    /// No value.
    pub(crate) fn unit() -> Value {
        Value::Tuple(vec![])
    }
}

/// A tensor of numbers (a scalar has no dimension).
#[derive(Clone, Debug)]
pub(crate) struct Num {
    /// Own dimensions, not counting loops.
    pub(crate) shape: Vec<usize>,
    /// What one raw step is worth; `None` for elements of the field.
    pub(crate) scale: Option<Ratio>,
    /// The raw values.
    pub(crate) data: Data,
    /// Interval of every element: declared when set at birth, otherwise computed on demand.
    pub(crate) range: OnceCell<(Int, Int)>,
    /// Whether `range` was declared: a constant then counts as any value of its interval.
    pub(crate) declared: bool,
    /// Whether it depends on an input although its value is known here: a comparison that intervals
    /// decide, or any value of the interpreter. What it is used for is typed as if it were not known.
    pub(crate) unknown: bool,
    /// Of a known number, the loops under way (by depth) whose index enters it: it is typed as the
    /// numbers of all iterations are, elaborated at once or one by one.
    pub(crate) each: u64,
    /// The elementwise call that gave it, where something may still be made of that.
    pub(crate) made: Option<Rc<Made>>,
    /// Of a comparison that intervals decide: what it says all the same.
    pub(crate) says: Option<Rc<Says>>,
}

/// What a known number depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks {
    unknown: bool,
    each: u64,
}

impl Marks {
    /// Of a number made of two.
    pub(crate) fn and(self, other: Marks) -> Marks {
        Marks { unknown: self.unknown | other.unknown, each: self.each | other.each }
    }

    /// Of a number made of several.
    pub(crate) fn of(parts: &[Num]) -> Marks {
        parts.iter().fold(Marks::default(), |m, p| m.and(p.marks()))
    }
}

/// `function(arg)`, element by element: a call that others may absorb or move behind them.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) function: ItemId,
    /// By name.
    pub(crate) generics: BTreeMap<String, GenericValue>,
    /// Of the shape of the result.
    pub(crate) arg: Num,
}

/// Calls that are remembered below one another. A chain is copied whenever its elements are seen in
/// another order, so that an endless one would make elaboration quadratic.
const REMEMBERED: usize = 16;

impl Made {
    /// Remembers a call, and of the calls that made its argument the last few.
    pub(crate) fn new(
        function: ItemId,
        generics: BTreeMap<String, GenericValue>,
        arg: Num,
    ) -> Made {
        let arg = if arg.remembered() < REMEMBERED { arg } else { arg.forgetting(REMEMBERED - 1) };
        Made { function, generics, arg }
    }
}

/// Raw values of a number.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Known now.
    Const(Array),
    /// An affine combination of loop indices; always a scalar of scale 1.
    Index(Affine),
    /// A linear combination of tensors.
    Lin(Vec<LTerm>),
}

/// `offset + Σ coefficient·index`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Affine {
    pub(crate) offset: i64,
    pub(crate) loops: Vec<(LoopId, i64)>,
}

/// A strided view over own dimensions and loop indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) offset: i64,
    pub(crate) own: Vec<i64>,
    /// Sorted by loop, no zero stride.
    pub(crate) loops: Vec<(LoopId, i64)>,
}

/// A view of constants.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) data: Rc<Ints>,
    pub(crate) view: View,
}

/// One term of a linear combination: `Σ_bound factor · weight[…] · src[…]`.
#[derive(Clone, Debug)]
pub(crate) struct LTerm {
    pub(crate) src: TensorId,
    pub(crate) view: View,
    /// Loops that are summed over.
    pub(crate) bound: Vec<LoopId>,
    pub(crate) factor: Int,
    pub(crate) weight: Option<Array>,
}

impl Affine {
    pub(crate) fn constant(offset: i64) -> Affine {
        Affine { offset, loops: vec![] }
    }

    /// `self·k + other·m`; `None` when it leaves `i64`.
    pub(crate) fn combine(&self, k: i64, other: &Affine, m: i64) -> Option<Affine> {
        let offset = self.offset.checked_mul(k)?.checked_add(other.offset.checked_mul(m)?)?;
        let loops = add_strides(&scale_strides(&self.loops, k)?, &scale_strides(&other.loops, m)?)?;
        Some(Affine { offset, loops })
    }
}

/// Multiplies all strides.
pub(crate) fn scale_strides(a: &[(LoopId, i64)], k: i64) -> Option<Vec<(LoopId, i64)>> {
    a.iter().filter(|_| k != 0).map(|&(l, s)| Some((l, s.checked_mul(k)?))).collect()
}

/// Adds strides loop by loop.
pub(crate) fn add_strides(a: &[(LoopId, i64)], b: &[(LoopId, i64)]) -> Option<Vec<(LoopId, i64)>> {
    let mut sum: BTreeMap<LoopId, i64> = a.iter().copied().collect();
    for &(l, s) in b {
        let e = sum.entry(l).or_insert(0);
        *e = e.checked_add(s)?;
    }
    Some(sum.into_iter().filter(|&(_, s)| s != 0).collect())
}

impl View {
    pub(crate) fn scalar() -> View {
        View { offset: 0, own: vec![], loops: vec![] }
    }

    pub(crate) fn stride(&self, l: LoopId) -> i64 {
        self.loops.iter().find(|x| x.0 == l).map_or(0, |x| x.1)
    }

    /// Fixes one loop index to a number.
    pub(crate) fn substitute(&mut self, l: LoopId, value: i64) {
        self.offset += self.stride(l) * value;
        self.loops.retain(|x| x.0 != l);
    }

    /// Turns loop indices into leading own dimensions.
    pub(crate) fn close(&mut self, loops: &[LoopId]) {
        let mut own: Vec<i64> = loops.iter().map(|&l| self.stride(l)).collect();
        own.append(&mut self.own);
        self.own = own;
        self.loops.retain(|x| !loops.contains(&x.0));
    }

    /// Turns all own dimensions into loop indices.
    pub(crate) fn open(&mut self, loops: &[LoopId]) {
        for (&l, s) in loops.iter().zip(std::mem::take(&mut self.own)) {
            if s != 0 {
                self.loops.push((l, s));
            }
        }
        self.loops.sort_unstable();
    }

    /// Whether element addresses coincide for a value of this shape.
    pub(crate) fn same(&self, other: &View) -> bool {
        self == other
    }
}

impl Num {
    pub(crate) fn new(shape: Vec<usize>, scale: Option<Ratio>, data: Data) -> Num {
        Num {
            shape,
            scale,
            data,
            range: OnceCell::new(),
            declared: false,
            unknown: false,
            each: 0,
            made: None,
            says: None,
        }
    }

    /// A compile-time integer.
    pub(crate) fn int(n: impl Into<Int>) -> Num {
        Num::constant(n.into(), Some(Ratio::one()))
    }

    /// A compile-time scalar.
    pub(crate) fn constant(raw: Int, scale: Option<Ratio>) -> Num {
        Num::new(vec![], scale, Data::Const(Array::scalar(raw)))
    }

    /// A loop index.
    pub(crate) fn index(a: Affine) -> Num {
        Num::new(vec![], Some(Ratio::one()), Data::Index(a))
    }

    /// Sets the interval that the source declares.
    pub(crate) fn declare(mut self, lo: Int, hi: Int) -> Num {
        self.range = OnceCell::from((lo, hi));
        self.declared = true;
        self
    }

    /// Marks a known value as one that depends on an input.
    pub(crate) fn unknown_if(mut self, unknown: bool) -> Num {
        self.unknown |= unknown;
        self
    }

    /// What it depends on.
    pub(crate) fn marks(&self) -> Marks {
        Marks { unknown: self.unknown, each: self.each }
    }

    /// The number as one made of others.
    pub(crate) fn marked(mut self, by: Marks) -> Num {
        self.unknown |= by.unknown;
        self.each |= by.each;
        self
    }

    /// Whether it depends on an input. This follows from the program's text and never from what
    /// happens to be known about the value.
    pub(crate) fn varies(&self) -> bool {
        self.unknown || matches!(self.data, Data::Lin(_))
    }

    pub(crate) fn is_field(&self) -> bool {
        self.scale.is_none()
    }

    /// Whether its elements are known now.
    pub(crate) fn is_const(&self) -> bool {
        !matches!(self.data, Data::Lin(_))
    }

    /// The raw value of a constant scalar that no loop index enters.
    pub(crate) fn as_scalar(&self) -> Option<Int> {
        match &self.data {
            Data::Const(a) if self.shape.is_empty() && a.view.loops.is_empty() => {
                Some(a.data.get(usize::try_from(a.view.offset).ok()?))
            }
            Data::Index(a) if a.loops.is_empty() => Some(a.offset.into()),
            _ => None,
        }
    }

    /// The loops it depends on, ascending.
    pub(crate) fn loops(&self) -> Vec<LoopId> {
        let mut all: Vec<LoopId> = match &self.data {
            Data::Const(a) => a.view.loops.iter().map(|x| x.0).collect(),
            Data::Index(a) => a.loops.iter().map(|x| x.0).collect(),
            Data::Lin(terms) => terms.iter().flat_map(LTerm::free_loops).collect(),
        };
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Applies a change of indices to every view.
    pub(crate) fn map_views(self, shape: Vec<usize>, f: impl Fn(&mut View)) -> Num {
        self.change_views(shape, &f)
    }

    /// How many calls are remembered that made it, one below the other.
    fn remembered(&self) -> usize {
        std::iter::successors(self.made.as_ref(), |m| m.arg.made.as_ref()).count()
    }

    /// The same value, of whose making only the last calls are remembered.
    fn forgetting(mut self, keep: usize) -> Num {
        self.made = match self.made {
            Some(m) if keep > 0 => {
                let arg = m.arg.clone().forgetting(keep - 1);
                Some(Rc::new(Made { function: m.function, generics: m.generics.clone(), arg }))
            }
            _ => None,
        };
        self
    }

    fn change_views(mut self, shape: Vec<usize>, f: &dyn Fn(&mut View)) -> Num {
        match &mut self.data {
            Data::Const(a) => f(&mut a.view),
            Data::Index(_) => {}
            Data::Lin(terms) => {
                for t in terms {
                    f(&mut t.view);
                    if let Some(w) = &mut t.weight {
                        f(&mut w.view);
                    }
                }
            }
        }
        // What holds element by element holds of the elements seen in another order.
        self.made = self.made.map(|m| {
            let arg = m.arg.clone().change_views(shape.clone(), f);
            Rc::new(Made { function: m.function, generics: m.generics.clone(), arg })
        });
        self.says = None;
        self.shape = shape;
        self
    }

    /// The scalar type of the elements, given their interval.
    pub(crate) fn scalar_type(&self, range: &(Int, Int)) -> Scalar {
        match &self.scale {
            None => Scalar::Field,
            Some(s) => Scalar::Fix { lo: range.0.clone(), hi: range.1.clone(), scale: s.clone() },
        }
    }
}

impl Array {
    pub(crate) fn scalar(raw: Int) -> Array {
        let data = match i64::try_from(&raw) {
            Ok(n) => Ints::Small(vec![n]),
            Err(_) => Ints::Big(vec![raw]),
        };
        Array { data: Rc::new(data), view: View::scalar() }
    }
}

impl LTerm {
    /// Loops that the term depends on and does not sum over.
    pub(crate) fn free_loops(&self) -> Vec<LoopId> {
        let weight = self.weight.iter().flat_map(|w| w.view.loops.iter());
        let all = self.view.loops.iter().chain(weight).map(|x| x.0);
        all.filter(|l| !self.bound.contains(l)).collect()
    }

    /// The constant `n` as a term.
    pub(crate) fn one(factor: Int, rank: usize) -> LTerm {
        let view = View { offset: 0, own: vec![0; rank], loops: vec![] };
        LTerm { src: TensorId::ONE, view, bound: vec![], factor, weight: None }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.factor.is_zero()
    }

    /// Whether two terms differ at most in their factors.
    pub(crate) fn alike(&self, other: &LTerm) -> bool {
        let weights = match (&self.weight, &other.weight) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(&a.data, &b.data) && a.view.same(&b.view),
            _ => false,
        };
        weights && self.src == other.src && self.bound == other.bound && self.view.same(&other.view)
    }
}

/// Narrow storage for a list of integers.
pub(crate) fn pack(data: Vec<Int>) -> Ints {
    match data.iter().map(i64::try_from).collect::<Result<Vec<_>, _>>() {
        Ok(small) => Ints::Small(small),
        Err(_) => Ints::Big(data),
    }
}
