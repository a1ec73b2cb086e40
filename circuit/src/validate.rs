//! Refuses every structure that the rest of the crate could not survive, so that a circuit from an
//! untrusted file can be evaluated without further checks.

use crate::{AccessError, Circuit, Ints, Kind, TensorId, Width, scalar};
use num_traits::ToPrimitive;
use std::fmt;

mod carried;
mod program;
mod rounds;
mod signature;
mod space;

pub use carried::MAX_CARRIED;
use space::{Budget, elements};

/// Most dimensions that a shape or an index space may have.
pub const MAX_RANK: usize = 32;
/// Most elements, over all tensors, over all constants, and most constraints. Where addresses have 32 bits, as many
/// elements of the field as half of them reach.
pub const MAX_ELEMENTS: usize = by_width(1 << 32, 1 << 26);
/// Most multiply-accumulates, over all terms. An `isize` counts twice as many, and so does what walks over them.
pub const MAX_POINTS: usize = by_width(1 << 44, 1 << 30);
/// Times that a block or tensor may name one that asked for it, over all of them.
pub const MAX_USERS: usize = 1 << 22;
/// Most digits that a number may be taken apart into.
pub const MAX_DIGITS: usize = 256;

/// A limit where addresses have 64 bits, and where they have fewer.
const fn by_width(wide: u64, narrow: u64) -> usize {
    (if usize::BITS >= 64 { wide } else { narrow }) as usize
}

/// Part of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A constant, by index.
    Constant(usize),
    /// A tensor, by index.
    Tensor(usize),
    /// A block, by index.
    Block(usize),
    /// A step of the witness program, by index.
    Step(usize),
    /// An input port, by index.
    Input(usize),
    /// An output port, by index.
    Output(usize),
    /// A hint that need not be unique, by index in the signature.
    Nondet(usize),
    /// An origin, by index.
    Origin(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Constant(i) => write!(f, "constant {i}"),
            Place::Tensor(i) => write!(f, "tensor {i}"),
            Place::Block(i) => write!(f, "block {i}"),
            Place::Step(i) => write!(f, "step {i}"),
            Place::Input(i) => write!(f, "input {i}"),
            Place::Output(i) => write!(f, "output {i}"),
            Place::Nondet(i) => write!(f, "nondet {i}"),
            Place::Origin(i) => write!(f, "origin {i}"),
        }
    }
}

/// Why a circuit is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CircuitError {
    /// Tensor 0 is not the scalar `ONE`, or another tensor is.
    #[error("{0}: kind `One` belongs to the scalar tensor 0 and to no other")]
    One(Place),
    /// A shape or an index space of too many dimensions.
    #[error("{place}: {rank} dimensions, limit {MAX_RANK}")]
    Rank {
        /// Where.
        place: Place,
        /// Dimensions.
        rank: usize,
    },
    /// More elements or operations than a circuit may have.
    #[error("{place}: size past the limit of {limit}")]
    TooLarge {
        /// Where the limit is passed.
        place: Place,
        /// The limit.
        limit: usize,
    },
    /// An id of something that does not exist.
    #[error("{place}: {what} {id} of {len}")]
    Unknown {
        /// Where.
        place: Place,
        /// Kind of thing.
        what: &'static str,
        /// The id.
        id: u32,
        /// How many exist.
        len: usize,
    },
    /// A tensor read where it cannot be: `Aux` by a constraint or derived tensor, a later one by a
    /// derived tensor, one that is not assigned yet by a step.
    #[error("{place}: read of tensor {}, {reason}", .tensor.0)]
    Read {
        /// Where.
        place: Place,
        /// The tensor read.
        tensor: TensorId,
        /// Why it cannot be.
        reason: &'static str,
    },
    /// An affine map that leads astray.
    #[error("{place}: {what} of term {term}: {error}")]
    Access {
        /// Where.
        place: Place,
        /// Which term of the combination.
        term: usize,
        /// Which map.
        what: &'static str,
        /// How.
        error: AccessError,
    },
    /// An integer that is not smaller than the field's order.
    #[error("{0}: integer as wide as the field's order")]
    Wide(Place),
    /// A constant whose number of elements is not that of its shape.
    #[error("constant {constant}: expected {expected} elements, got {got}")]
    ConstantLength {
        /// Index.
        constant: usize,
        /// Product of the shape.
        expected: usize,
        /// Elements.
        got: usize,
    },
    /// A constant that is stored as wide integers but has none.
    #[error("constant {0}: narrow integers stored as wide ones")]
    ConstantForm(usize),
    /// An interval that is empty or wider than the tensor's native type.
    #[error("tensor {0}: interval is empty, ambiguous in the field or too wide for the width")]
    Interval(usize),
    /// A source span that is not a piece of its file.
    #[error("origin {0}: span outside of its file")]
    Span(usize),
    /// What several asked for, where one of them never asked, or has users in turn.
    #[error("origin {0}: users that ask for nothing, or have users themselves")]
    Users(usize),
    /// A tensor that is assigned a second time, or never.
    #[error("tensor {}: assigned {times} times", .tensor.0)]
    Assigned {
        /// The tensor.
        tensor: TensorId,
        /// 0 or 2.
        times: usize,
    },
    /// An operation that cannot be carried out as stated.
    #[error("step {step}: {reason}")]
    Operation {
        /// Index.
        step: usize,
        /// Why.
        reason: &'static str,
    },
    /// A challenge tensor without an element.
    #[error("tensor {0}: challenges without any element")]
    NoChallenge(usize),
    /// A response that a prover could choose after the challenges are known.
    #[error("tensor {}: {reason}", .tensor.0)]
    Response {
        /// The tensor.
        tensor: TensorId,
        /// Why.
        reason: &'static str,
    },
    /// Public values that are carried, but bound by nothing.
    #[error("carried public values: {0}")]
    Carried(&'static str),
    /// A port that does not fit its tensor.
    #[error("{place}: {reason}")]
    Port {
        /// Which.
        place: Place,
        /// Why.
        reason: &'static str,
    },
    /// A claim about a part of an input that there is not.
    #[error("claim of independence {claim}: {reason}")]
    Claim {
        /// Index.
        claim: usize,
        /// Why.
        reason: &'static str,
    },
    /// A public tensor that is no port's, or more than one port's.
    #[error("tensor {}: public, but in {ports} public ports", .tensor.0)]
    Public {
        /// The tensor.
        tensor: TensorId,
        /// In how many.
        ports: usize,
    },
}

impl Circuit {
    /// Checks everything that the other functions rely on: ids, shapes, sizes, bounds of all
    /// accesses, injective destinations, order of tensors and steps, intervals, ports, spans; that
    /// responses are functions of challenges and of what was committed to before; and that public values
    /// that are carried are bound.
    ///
    /// # Errors
    /// The first thing found.
    pub fn validate(&self) -> Result<(), CircuitError> {
        let mut budget = Budget::default();
        self.check_origins()?;
        self.check_constants()?;
        self.check_tensors(&mut budget)?;
        self.check_blocks(&mut budget)?;
        self.check_responses()?;
        self.check_program(&mut budget)?;
        self.check_signature()?;
        self.check_users()?;
        self.check_carried()
    }

    /// Each block and each tensor is shown with all that asked for it: a list that many share is read as often.
    fn check_users(&self) -> Result<(), CircuitError> {
        let blocks = self.blocks.iter().enumerate().map(|(i, b)| (Place::Block(i), b.origin));
        let tensors = self.tensors.iter().enumerate().map(|(i, t)| (Place::Tensor(i), t.origin));
        let mut total = 0usize;
        for (place, origin) in blocks.chain(tensors) {
            total = total.saturating_add(self.origins[origin.0 as usize].users.len());
            if total > MAX_USERS {
                return Err(CircuitError::TooLarge { place, limit: MAX_USERS });
            }
        }
        Ok(())
    }

    fn check_origins(&self) -> Result<(), CircuitError> {
        for (i, origin) in self.origins.iter().enumerate() {
            for span in std::iter::once(&origin.span).chain(origin.stack.iter().map(|f| &f.call)) {
                let (id, len) = (span.file, self.sources.len());
                let source = self.sources.get(id as usize);
                let place = Place::Origin(i);
                let source =
                    source.ok_or(CircuitError::Unknown { place, what: "file", id, len })?;
                if source.text.get(span.start as usize..span.end as usize).is_none() {
                    return Err(CircuitError::Span(i));
                }
            }
            for user in &origin.users {
                self.check_origin(user.origin, Place::Origin(i))?;
                let other = &self.origins[user.origin.0 as usize];
                if user.times == 0 || !other.users.is_empty() {
                    return Err(CircuitError::Users(i));
                }
            }
        }
        Ok(())
    }

    fn check_constants(&self) -> Result<(), CircuitError> {
        let mut total = 0;
        let order = scalar::order();
        for (i, constant) in self.constants.iter().enumerate() {
            let place = Place::Constant(i);
            let (expected, got) = (elements(&constant.shape, place)?, constant.data.len());
            if expected != got {
                return Err(CircuitError::ConstantLength { constant: i, expected, got });
            }
            total += got;
            if total > MAX_ELEMENTS {
                return Err(CircuitError::TooLarge { place, limit: MAX_ELEMENTS });
            }
            if let Ints::Big(data) = &constant.data {
                if data.iter().any(|x| *x.magnitude() >= *order.magnitude()) {
                    return Err(CircuitError::Wide(place));
                }
                if data.iter().all(|x| x.to_i64().is_some()) {
                    return Err(CircuitError::ConstantForm(i));
                }
            }
        }
        Ok(())
    }

    fn check_tensors(&self, budget: &mut Budget) -> Result<(), CircuitError> {
        let first = self.tensors.first();
        if !first.is_some_and(|t| t.kind == Kind::One && t.shape.is_empty()) {
            return Err(CircuitError::One(Place::Tensor(0)));
        }
        let mut total = 0;
        for (i, tensor) in self.tensors.iter().enumerate() {
            let place = Place::Tensor(i);
            if i > 0 && tensor.kind == Kind::One {
                return Err(CircuitError::One(place));
            }
            let len = elements(&tensor.shape, place)?;
            // Without an element there would be a round of no challenges.
            if len == 0 && tensor.kind == Kind::Challenge {
                return Err(CircuitError::NoChallenge(i));
            }
            total += len;
            if total > MAX_ELEMENTS || u32::try_from(i).is_err() {
                return Err(CircuitError::TooLarge { place, limit: MAX_ELEMENTS });
            }
            self.check_origin(tensor.origin, place)?;
            if !interval_fits(tensor) {
                return Err(CircuitError::Interval(i));
            }
        }
        // After all shapes are known to be sane, since terms read other tensors.
        for (i, tensor) in self.tensors.iter().enumerate() {
            if let Kind::Linear(lin) = &tensor.kind {
                let place = Place::Tensor(i);
                budget.check(self, lin, tensor.len(), place, &|source| {
                    if source.0 as usize >= i {
                        return Err("which is not an earlier one");
                    }
                    self.constrained(source)
                })?;
            }
        }
        Ok(())
    }

    fn check_blocks(&self, budget: &mut Budget) -> Result<(), CircuitError> {
        let mut total = 0;
        for (i, block) in self.blocks.iter().enumerate() {
            let place = Place::Block(i);
            let len = elements(&block.shape, place)?;
            total += len;
            if total > MAX_ELEMENTS {
                return Err(CircuitError::TooLarge { place, limit: MAX_ELEMENTS });
            }
            self.check_origin(block.origin, place)?;
            for lin in [&block.a, &block.b, &block.c] {
                budget.check(self, lin, len, place, &|source| self.constrained(source))?;
            }
        }
        Ok(())
    }

    /// Whether constraints may read a tensor.
    fn constrained(&self, tensor: TensorId) -> Result<(), &'static str> {
        match self.tensors[tensor.0 as usize].kind {
            Kind::Aux => Err("which only the witness program knows"),
            _ => Ok(()),
        }
    }

    fn check_origin(&self, id: crate::OriginId, place: Place) -> Result<(), CircuitError> {
        let len = self.origins.len();
        if (id.0 as usize) < len {
            return Ok(());
        }
        Err(CircuitError::Unknown { place, what: "origin", id: id.0, len })
    }
}

/// Whether the interval is not empty, means one element of the field each, and fits the width.
fn interval_fits(tensor: &crate::Tensor) -> bool {
    let Some((lo, hi)) = &tensor.interval else { return tensor.width == Width::Field };
    lo <= hi && crate::signature::unique(lo, hi) && Width::of(lo, hi) <= tensor.width
}
