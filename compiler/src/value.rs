//! Values during elaboration.
//!
//! A number may depend on the indices of the loops around it. Such a *lifted* number stands for all
//! iterations at once: each of its parts holds a stride for every loop index it depends on.

use crate::builtins::Builtin;
use crate::combination::{Affine, Array, LTerm, LoopId, View};
use crate::cost::Cost;
use crate::facts::Says;
use crate::number::Ratio;
use crate::types::{GenericValue, ItemId, Scalar};
use num_traits::One;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{Int, Ints};

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

    /// The same raws at another scale.
    pub(crate) fn at_scale(mut self, scale: Option<Ratio>) -> Num {
        self.scale = scale;
        self.made = None;
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

/// Narrow storage for a list of integers.
pub(crate) fn pack(data: Vec<Int>) -> Ints {
    match data.iter().map(i64::try_from).collect::<Result<Vec<_>, _>>() {
        Ok(small) => Ints::Small(small),
        Err(_) => Ints::Big(data),
    }
}
