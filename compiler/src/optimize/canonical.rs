//! One form for equal combinations, so that equal work is found.

use super::inline::inline;
use crate::lower::Draft;
use num_traits::{One, Zero};
use zirc_circuit::{Access, Kind, Lin, Term, Weight};

/// The combination with named sums read through.
pub(crate) fn inlined(d: &Draft, shape: &[usize], lin: &Lin) -> Lin {
    let mut lin = inline(d, shape, lin).unwrap_or_else(|| lin.clone());
    lin.terms.iter_mut().for_each(|t| unalias(d, t));
    lin
}

/// Reads a tensor that is another one under a second name as that one, in whatever order.
fn unalias(d: &Draft, t: &mut Term) {
    loop {
        let tensor = &d.tensors[t.src.0 as usize];
        let Kind::Linear(lin) = &tensor.kind else { return };
        let [one] = lin.terms.as_slice() else { return };
        let identity = Access::identity(&tensor.shape);
        let same = one.bound.is_empty()
            && one.free == tensor.shape
            && one.dst == identity
            && one.src_access == identity
            && d.tensors[one.src.0 as usize].shape == tensor.shape
            && matches!(&one.weight, Weight::Scalar(n) if n.is_one());
        if !same {
            return;
        }
        t.src = one.src;
    }
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
            (Some(Weight::Scalar(n)), Weight::Scalar(m)) => *n += m,
            _ => out.push(t),
        }
    }
    out.retain(|t| !matches!(&t.weight, Weight::Scalar(n) if n.is_zero()));
    // The text is a sorting key within this run only.
    out.sort_by_cached_key(|t| (t.src, format!("{t:?}")));
    out
}
