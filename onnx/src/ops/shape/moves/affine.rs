//! Maps of places that are affine in indices, as a whole, for each dimension of what is read, or in
//! digits of the indices.

use super::strides;
use crate::context::{Expr, Operand, each};

/// `offset + Σ step·index`.
pub(crate) struct Affine {
    offset: i64,
    steps: Vec<i64>,
}

/// The map as an affine function of the indices of a shape, if it is one.
pub(crate) fn affine(shape: &[usize], source: &[usize]) -> Option<Affine> {
    let own = strides(shape);
    let at = |k: usize| source.get(k).map(|v| *v as i64);
    let offset = at(0)?;
    let steps =
        shape.iter().zip(&own).map(|(d, s)| if *d > 1 { Some(at(*s)? - offset) } else { Some(0) });
    let steps: Vec<i64> = steps.collect::<Option<_>>()?;
    let mut index = vec![0usize; shape.len()];
    for v in source {
        let want: i64 = index.iter().zip(&steps).map(|(i, s)| *i as i64 * s).sum();
        if *v as i64 != offset + want {
            return None;
        }
        for d in (0..shape.len()).rev() {
            index[d] += 1;
            if index[d] < shape[d] {
                break;
            }
            index[d] = 0;
        }
    }
    Some(Affine { offset, steps })
}

/// `x[…]` with an affine expression for each of its own dimensions.
pub(super) fn by_dimensions(x: &Operand, shape: &[usize], source: &[usize]) -> Option<String> {
    if x.shape.is_empty() || source.is_empty() {
        return None;
    }
    let own = strides(&x.shape);
    let maps = own.iter().zip(&x.shape).map(|(s, d)| {
        let part: Vec<usize> = source.iter().map(|v| v / s % d).collect();
        affine(shape, &part)
    });
    let maps: Vec<Affine> = maps.collect::<Option<_>>()?;
    Some(each(shape, |index| {
        let parts: Vec<String> = maps.iter().map(|m| sum(m, index).to_string()).collect();
        format!("{}[{}]", x.text, parts.join(", "))
    }))
}

/// An affine expression of indices.
pub(crate) fn sum(map: &Affine, index: &[String]) -> Expr {
    let steps: Vec<_> = map.steps.iter().zip(index).filter(|(s, _)| **s != 0).collect();
    let from_0 = steps.first().is_none_or(|(s, _)| **s < 0);
    let mut out = (map.offset != 0 || from_0).then(|| Expr::int(map.offset));
    for (s, i) in steps {
        let i = Expr::atom(i.as_str());
        let times = match s.unsigned_abs() {
            1 => i,
            k => &Expr::int(k) * &i,
        };
        out = Some(match out {
            None => times,
            Some(e) if *s < 0 => &e - &times,
            Some(e) => &e + &times,
        });
    }
    out.unwrap_or_else(|| Expr::int(0))
}

/// The shape with dimensions split so that the map becomes affine, if that can be: repetitions and
/// blocks. Each dimension is looked at with the others at their first element.
pub(super) fn refine(shape: &[usize], source: &[usize]) -> Option<Vec<usize>> {
    let own = strides(shape);
    let mut fine = vec![];
    for (d, s) in shape.iter().zip(&own) {
        let line: Option<Vec<i64>> =
            (0..*d).map(|k| source.get(k * s).map(|v| *v as i64)).collect();
        fine.extend(digits(&line?)?);
    }
    Some(fine)
}

/// Sizes of mixed-radix digits, coarsest first, in which a sequence is affine.
pub(crate) fn digits(line: &[i64]) -> Option<Vec<usize>> {
    let n = line.len();
    if n < 2 {
        return Some(vec![n]);
    }
    let step = line[1] - line[0];
    let run = (1..n).find(|k| line[*k] != line[0] + step * *k as i64).unwrap_or(n);
    if run == n {
        return Some(vec![n]);
    }
    if !n.is_multiple_of(run) {
        return None;
    }
    let heads: Vec<i64> = line.iter().copied().step_by(run).collect();
    let regular = (0..n).all(|k| line[k] == heads[k / run] + step * (k % run) as i64);
    let mut out = if regular { digits(&heads)? } else { return None };
    out.push(run);
    Some(out)
}
