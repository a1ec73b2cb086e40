//! One form for equal combinations, so that equal work is found.

use super::inline::inline;
use crate::draft::Draft;
use crate::term::{alias_of, coefficient};
use num_traits::Zero;
use zirc_circuit::{Lin, TensorId, Term, Weight};

/// The combination with named sums read through.
pub(super) fn inlined(d: &Draft, shape: &[usize], lin: &Lin) -> Lin {
    let mut lin = inline(d, shape, lin).unwrap_or_else(|| lin.clone());
    lin.terms.iter_mut().for_each(|t| t.src = original(d, t.src));
    lin
}

/// The tensor that this one is another name for, in whatever order they came.
pub(crate) fn original(d: &Draft, mut id: TensorId) -> TensorId {
    while let Some(of) = alias_of(d.tensor(id))
        && d.tensor(of).shape == d.tensor(id).shape
    {
        id = of;
    }
    id
}

/// The terms with named sums read through, like terms added and zeros dropped, in a fixed order.
/// Equal results mean equal combinations; the converse need not hold.
pub(crate) fn canonical(d: &Draft, shape: &[usize], lin: &Lin) -> Vec<Term> {
    let mut out: Vec<Term> = vec![];
    for t in inlined(d, shape, lin).terms {
        let like = out.iter_mut().find(|o| {
            let scalars = matches!((&o.weight, &t.weight), (Weight::Scalar(_), Weight::Scalar(_)));
            scalars
                && (o.src, &o.src_access, &o.dst, &o.free, &o.bound)
                    == (t.src, &t.src_access, &t.dst, &t.free, &t.bound)
        });
        match (like.map(|o| &mut o.weight), &t.weight) {
            (Some(Weight::Scalar(n)), Weight::Scalar(m)) => *n = coefficient(&*n + m),
            _ => out.push(t),
        }
    }
    out.retain(|t| !matches!(&t.weight, Weight::Scalar(n) if n.is_zero()));
    // The text is a sorting key within this run only.
    out.sort_by_cached_key(|t| (t.src, format!("{t:?}")));
    out
}
