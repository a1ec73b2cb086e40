//! How many points the queries of a key will have, and for how wide values.

use crate::curve::msm;
use crate::files::points::Coordinate;
use crate::setup::alone::alone;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use zirc_circuit::{Circuit, Kind, Layout, Reach, Side, Tensor, reach};

/// Bits of the values that a sum takes together; what is wider fills the field.
const WIDTHS: [u32; 6] = [1, 8, 16, 32, 63, msm::FULL];

/// Values and rows up to which a forecast looks at which variables of a model are bound by themselves.
const LOOKED_AT: usize = 1 << 22;

/// Queries: of the model, of the commitment, A, B, C.
pub(crate) const QUERIES: usize = 5;

/// Points of a query by the width of their values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts([usize; WIDTHS.len()]);

/// Points of all queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Points {
    /// Of the model's commitment, and variables of the model with a row of their own.
    pub(crate) m: Counts,
    pub(crate) model_pinned: usize,
    /// Of the commitment, and committed variables with a row of their own.
    pub(crate) d: Counts,
    pub(crate) pinned: usize,
    pub(crate) a: Counts,
    pub(crate) b: Counts,
    pub(crate) c: Counts,
    /// Whether the numbers are exact and not upper bounds.
    pub(crate) complete: bool,
    /// Of each tensor, in the order of [`QUERIES`].
    pub(crate) tensors: Vec<[usize; QUERIES]>,
}

impl Counts {
    /// So many that fill the field.
    pub(crate) fn full(n: usize) -> Counts {
        let mut counts = Counts::default();
        counts.0[WIDTHS.len() - 1] = n;
        counts
    }

    pub(crate) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// Those whose values are kept as elements of the field.
    pub(crate) fn wide(&self) -> usize {
        self.0[WIDTHS.len() - 1]
    }

    /// Additions that their sum takes, where so many bytes of points are held at a time.
    pub(crate) fn additions<P: SWCurveConfig<BaseField: Coordinate>>(&self, slice: usize) -> f64 {
        self.by_width::<P>(slice).iter().sum()
    }

    /// The same for one point of each width, of which there are some.
    pub(crate) fn each<P: SWCurveConfig<BaseField: Coordinate>>(
        &self,
        slice: usize,
    ) -> [f64; WIDTHS.len()] {
        let mut each = self.by_width::<P>(slice);
        each.iter_mut().zip(self.0).for_each(|(sum, n)| *sum /= n.max(1) as f64);
        each
    }

    fn by_width<P: SWCurveConfig<BaseField: Coordinate>>(
        &self,
        slice: usize,
    ) -> [f64; WIDTHS.len()] {
        let slice = (slice / size_of::<Affine<P>>()).max(1);
        let slices = self.total().div_ceil(slice).max(1);
        std::array::from_fn(|k| {
            let (n, bits) = (self.0[k], WIDTHS[k]);
            // Of bits, half are zero.
            let n = if bits == 1 { n / 2 } else { n };
            slices as f64 * msm::additions(n / slices, bits)
        })
    }
}

/// Which of [`WIDTHS`] a tensor's values have.
pub(crate) fn width(tensor: &Tensor) -> usize {
    let bits = match &tensor.interval {
        Some((lo, hi)) => lo.bits().max(hi.bits()),
        None if tensor.kind == Kind::One => 1,
        None => u64::from(msm::FULL),
    };
    WIDTHS.iter().position(|&w| bits <= u64::from(w)).unwrap_or(WIDTHS.len() - 1)
}

impl Points {
    /// Of a circuit's key; weights are looked at in at most `limit` steps for each side.
    pub(crate) fn of(circuit: &Circuit, layout: &Layout, limit: u64) -> Points {
        let [mut a, b, c] = Side::ALL.map(|side| reach(circuit, side, limit));
        let complete = [&a, &b, &c].iter().all(|r: &&Reach| r.complete);
        let committed = if circuit.has_challenges() { layout.committed() } else { 0..0 };
        // Rows of their own, in A, as setup gives them.
        let [b, c] = [b.variables, c.variables];
        let bare = |j: &usize| !(a.variables[*j] || b[*j] || c[*j]);
        let pinned: Vec<usize> = committed.clone().filter(bare).collect();
        // To see which variables are bound takes memory for each value of every tensor, and for each row.
        // Without a look every one has a row of its own, which is more than there are.
        let sizes = circuit.tensors.iter().map(Tensor::len).chain([circuit.num_constraints()]);
        let looked_at = sizes.fold(0usize, usize::saturating_add) <= LOOKED_AT;
        let bound = match looked_at {
            true => alone(circuit, layout, &mut rand::thread_rng()),
            false => vec![false; layout.num_model],
        };
        let complete = complete && (looked_at || layout.num_model == 0);
        let model_pinned: Vec<usize> =
            layout.model().zip(bound).filter(|x| !x.1).map(|x| x.0).collect();
        (0..=layout.num_instance())
            .chain(model_pinned.iter().copied())
            .chain(pinned.iter().copied())
            .for_each(|j| a.variables[j] = true);
        let a = a.variables;
        let first_free = if committed.is_empty() { layout.model().end } else { committed.end };
        let mut points = Points {
            m: Counts::default(),
            model_pinned: model_pinned.len(),
            d: Counts::default(),
            pinned: pinned.len(),
            a: Counts::default(),
            b: Counts::default(),
            c: Counts::default(),
            complete,
            tensors: vec![[0; QUERIES]; circuit.tensors.len()],
        };
        for (i, (tensor, first)) in circuit.tensors.iter().zip(&layout.offset).enumerate() {
            let Some(first) = *first else { continue };
            let w = width(tensor);
            for j in first..first + tensor.len() {
                let under_delta = j >= first_free;
                let own = [
                    layout.model().contains(&j),
                    committed.contains(&j),
                    a[j],
                    b[j],
                    c[j] || (under_delta && (a[j] || b[j])),
                ]
                .map(usize::from);
                points.tensors[i].iter_mut().zip(own).for_each(|(sum, n)| *sum += n);
            }
            let Points { m, d, a, b, c, tensors, .. } = &mut points;
            for (query, n) in [m, d, a, b, c].into_iter().zip(tensors[i]) {
                query.0[w] += n;
            }
        }
        points
    }
}
