//! Tensors and constraints over a shape, for lowerings that need several of each.

use crate::draft::{Constraint, Draft, Form};
use num_traits::One;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, ConstId, Int, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight,
    Width,
};

/// Builds over `shape`; every tensor has it, with dimensions of its own behind.
pub(super) struct Builder<'d> {
    d: &'d mut Draft,
    shape: Vec<usize>,
    origin: OriginId,
}

impl<'d> Builder<'d> {
    pub(super) fn new(d: &'d mut Draft, shape: &[usize], origin: OriginId) -> Builder<'d> {
        Builder { d, shape: shape.to_vec(), origin }
    }

    fn full(&self, own: &[usize]) -> Vec<usize> {
        [&self.shape, own].concat()
    }

    fn add(
        &mut self,
        shape: Vec<usize>,
        kind: Kind,
        interval: Option<(Int, Int)>,
        op: Op,
    ) -> TensorId {
        let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
        let origin = self.origin;
        let tensor = self.d.push(Tensor { shape, kind, interval, width, name: None, origin });
        self.d.steps.push(Step::Assign { tensor, op });
        tensor
    }

    /// A tensor without variables.
    pub(super) fn derived(
        &mut self,
        own: &[usize],
        lin: Lin,
        interval: Option<(Int, Int)>,
    ) -> TensorId {
        self.add(self.full(own), Kind::Linear(lin), interval, Op::Derive)
    }

    /// A variable for a·b, and a·b = variable.
    pub(super) fn product(
        &mut self,
        own: &[usize],
        a: Lin,
        b: Lin,
        interval: Option<(Int, Int)>,
    ) -> TensorId {
        let op = Op::Mul(a.clone(), b.clone());
        let id = self.add(self.full(own), Kind::Witness, interval, op);
        let c = self.read(id);
        self.d.constraints.push(Constraint {
            shape: self.full(own),
            form: Form::Product(a, b, c),
            category: Category::Lookup,
            origin: self.origin,
        });
        id
    }

    /// A whole tensor.
    pub(super) fn read(&self, id: TensorId) -> Lin {
        let t = self.d.tensor(id);
        Lin { terms: vec![Term::whole(id, &t.shape)], width: t.width }
    }

    pub(super) fn constant(&mut self, data: Vec<Int>) -> ConstId {
        self.d.constant(data)
    }

    /// A term that reads `src` over `shape ++ own`, `strides` giving those of `own`; `stride` is what
    /// one element of `shape` takes in `src`.
    pub(super) fn spread(
        &self,
        src: TensorId,
        stride: usize,
        own: &[usize],
        offset: i64,
        strides: &[i64],
    ) -> Term {
        let full = self.full(own);
        let mut all: Vec<i64> =
            row_major(&self.shape).into_iter().map(|s| s * stride as i64).collect();
        all.extend(strides);
        Term::read(src, &full, &[], Access { offset, strides: all })
    }

    /// `k·src` written to place `at` of `own` many values behind each element of the shape; `src`
    /// has the shape itself or is `ONE`.
    pub(super) fn place(&self, src: TensorId, own: usize, at: usize, k: Int) -> Term {
        let strides = row_major(&self.shape).iter().map(|s| s * own as i64).collect();
        let read = match src {
            TensorId::ONE => Term::spread(src, &self.shape),
            _ => Term::whole(src, &self.shape),
        };
        read.to(Access { offset: at as i64, strides }).weighed(Weight::Scalar(k))
    }

    /// All monomials of `count` digits from `first` on, of the `k` digits behind each element: at
    /// place S the product of the digits in S, for every S below 2^count.
    ///
    /// 2^count − 1 − count constraints, each the product of a monomial and a digit.
    pub(super) fn monomials(
        &mut self,
        digits: TensorId,
        k: usize,
        first: usize,
        count: usize,
    ) -> TensorId {
        let size = 1usize << count;
        let outer: Vec<i64> = row_major(&self.shape).iter().map(|s| s * size as i64).collect();
        let at = |shape: &[usize], offset: usize, own: &[i64]| -> (Vec<usize>, Access) {
            let strides = outer.iter().copied().chain(own.iter().copied()).collect();
            (shape.to_vec(), Access { offset: offset as i64, strides })
        };
        // 1 at place 0.
        let mut terms = vec![self.place(TensorId::ONE, size, 0, Int::one())];
        for j in 0..count {
            let half = 1usize << j;
            // The digit itself at place 2^j.
            let mut digit = self.spread(digits, k, &[], (first + j) as i64, &[]);
            (digit.free, digit.dst) = at(&self.shape, half, &[]);
            if half > 1 {
                let own = [half - 1];
                // The monomials so far without 1, as one reads them from the parts below.
                let a = self.parts(&terms[1..], size, half - 1);
                let b = self.spread(digits, k, &own, (first + j) as i64, &[0]);
                let side = |terms| Lin { terms, width: Width::I64 };
                // monomial_S · b_j = monomial_(S ∪ {j})
                let bit = Some((Int::from(0), Int::one()));
                let p = self.product(&own, side(a), side(vec![b]), bit);
                let mut rest = self.spread(p, half - 1, &own, 0, &[1]);
                (rest.free, rest.dst) = at(&self.full(&own), half + 1, &[1]);
                terms.push(digit);
                terms.push(rest);
            } else {
                terms.push(digit);
            }
        }
        let lin = Lin { terms, width: Width::I64 };
        self.derived(&[size], lin, Some((Int::from(0), Int::one())))
    }

    /// Terms written for rows of `from` places, moved to rows of `to` places that start one later.
    fn parts(&self, terms: &[Term], from: usize, to: usize) -> Vec<Term> {
        let rank = self.shape.len();
        let moved = terms.iter().map(|t| {
            let mut t = t.clone();
            t.dst.offset -= 1;
            for s in &mut t.dst.strides[..rank] {
                *s = *s / from as i64 * to as i64;
            }
            t
        });
        moved.collect()
    }
}
