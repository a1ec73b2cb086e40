//! Elements that move along the axes of a tensor, each axis by itself: slices, padding, repetition,
//! nearest neighbours.
//!
//! A *line* says for each place of an axis which place it reads, or none: then it gets a fill value.
//! Along one axis it is written as pieces, one behind the other, in each of which the place is affine
//! in the index; as digits of the index if it is affine in them; or through a table of places. The
//! other axes are loops, so the text is as long as the line has pieces. None costs a constraint.

use super::moves::{affine, digits, positions, reshape, strides, sum};
use crate::context::{Converter, Operand, each, index_name};
use crate::fault::{Import, refuse};
use crate::tensor::{MAX_ELEMENTS, Tensor, elements};

/// What each place of an axis reads.
pub(crate) type Line = Vec<Option<usize>>;

/// Most pieces that are written out, and how long they are to be on average.
const MOST_PIECES: usize = 16;
const SHORT: usize = 4;

/// Every place reads itself.
pub(crate) fn identity(n: usize) -> Line {
    (0..n).map(Some).collect()
}

/// A line of `n` places, if that many can be.
pub(crate) fn line(n: i128, f: impl Fn(i128) -> Option<usize>) -> Import<Line> {
    if n < 0 || n > MAX_ELEMENTS as i128 {
        return refuse(format!("a dimension of {n} elements is too large"));
    }
    Ok((0..n).map(f).collect())
}

/// A tensor moved along its axes.
pub(crate) fn take(x: &Tensor, lines: &[Line], fill: Option<&Tensor>) -> Import<Tensor> {
    let shape: Vec<usize> = lines.iter().map(Vec::len).collect();
    elements(&shape)?;
    let own = strides(x.shape());
    let source = positions(&shape, |index| {
        let parts = index.iter().zip(lines).zip(&own);
        parts.map(|((i, l), s)| Some((*l.get(*i)?)? * s)).sum()
    });
    x.moved(&shape, &source, fill)
}

/// The lines of a map, if its axes move each by itself.
pub(super) fn separate(own: &[usize], shape: &[usize], source: &[usize]) -> Option<Vec<Line>> {
    if own.len() != shape.len() || source.is_empty() {
        return None;
    }
    let (from, to) = (strides(own), strides(shape));
    let coordinate = |v: usize, d: usize| v / from[d] % own[d];
    let lines: Option<Vec<Line>> = (0..own.len())
        .map(|d| {
            (0..shape[d]).map(|k| Some(Some(coordinate(*source.get(k * to[d])?, d)))).collect()
        })
        .collect();
    let lines = lines?;
    let wanted = |k: usize| -> Option<usize> {
        (0..own.len()).map(|d| Some(lines[d][k / to[d] % shape[d]]? * from[d])).sum()
    };
    (0..source.len()).all(|k| wanted(k) == Some(source[k])).then_some(lines)
}

/// Whether a line has more pieces than are written out.
pub(super) fn is_long(line: &[Option<usize>]) -> bool {
    let count = pieces(line).len();
    count > MOST_PIECES || (count > SHORT && count * SHORT > line.len())
}

/// Moves an operand along its axes; `fill` is the text of a number.
pub(crate) fn apply(
    c: &mut Converter<'_>,
    hint: &str,
    x: &Operand,
    lines: &[Line],
    fill: Option<&str>,
) -> Import<Operand> {
    let mut y = x.clone();
    if x.literal {
        y = reshape(c, &format!("{hint}_one"), x, &x.shape.clone())?;
    }
    for (axis, line) in lines.iter().enumerate() {
        if *line != identity(y.shape.get(axis).copied().unwrap_or(0)) {
            y = along(c, hint, &y, axis, line, fill)?;
        }
    }
    Ok(y)
}

/// Moves an operand along one axis.
fn along(
    c: &mut Converter<'_>,
    hint: &str,
    x: &Operand,
    axis: usize,
    line: &[Option<usize>],
    fill: Option<&str>,
) -> Import<Operand> {
    let (before, behind) = (&x.shape[..axis], &x.shape[axis + 1..]);
    let mut list = pieces(line);
    let known: Option<Vec<usize>> = line.iter().copied().collect();
    if is_long(line)
        && let Some(known) = known
    {
        let places: Vec<i64> = known.iter().map(|v| *v as i64).collect();
        let at = |index: &[String], place: &str| {
            let mut all = index[..axis].to_vec();
            all.push(place.into());
            format!("{}[{}]", x.text, all.join(", "))
        };
        if let Some(fine) = digits(&places)
            && let Some(map) = affine(&fine, &known)
        {
            let shape = [before, &fine].concat();
            let text = each(&shape, |index| at(index, &sum(&map, &index[axis..]).to_string()));
            let parts = c.local(&format!("{hint}_parts"), &text)?;
            let shape = [before, &[line.len()], behind].concat();
            return reshape(c, hint, &parts, &shape);
        }
        let count = x.shape[axis];
        let table = c.places(&format!("{hint}_places"), &[known.len()], &known, count)?;
        let shape = [before, &[known.len()]].concat();
        let text = each(&shape, |index| at(index, &format!("{}[{}]", table.text, index[axis])));
        return c.local(hint, &text);
    }
    let only = list.len() == 1;
    let text = each(before, |index| {
        let texts: Vec<String> = list.drain(..).map(|p| p.text(x, index, behind, fill)).collect();
        if only { texts.concat() } else { format!("concat({})", texts.join(", ")) }
    });
    c.local(hint, &text)
}

/// A run of places: from `first` by `step`, or of fill values.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    first: Option<i64>,
    step: i64,
    count: usize,
}

impl Piece {
    fn text(&self, x: &Operand, index: &[String], behind: &[usize], fill: Option<&str>) -> String {
        let Some(first) = self.first else {
            let shape = [&[self.count], behind].concat();
            let names = (0..shape.len()).map(|k| index_name(index.len() + k));
            let binders: Vec<String> =
                names.zip(&shape).map(|(n, d)| format!("{n} < {d}")).collect();
            return format!("for {} {{ {} }}", binders.join(", "), fill.unwrap_or("0"));
        };
        let at = |place: String| {
            let all = [index, &[place]].concat();
            format!("{}[{}]", x.text, all.join(", "))
        };
        if self.step == 1 || self.count == 1 {
            return at(format!("{first}..{}", first + self.count as i64));
        }
        let i = index_name(index.len());
        let place = match (first, self.step) {
            (f, 0) => f.to_string(),
            (f, -1) => format!("{f} - {i}"),
            (f, s) if s < 0 => format!("{f} - {} * {i}", -s),
            (0, s) => format!("{s} * {i}"),
            (f, s) => format!("{f} + {s} * {i}"),
        };
        format!("for {i} < {} {{ {} }}", self.count, at(place))
    }
}

/// A line cut into runs.
fn pieces(line: &[Option<usize>]) -> Vec<Piece> {
    let at = |k: usize| line.get(k).copied().flatten().map(|v| v as i64);
    let mut out = vec![];
    let mut k = 0;
    while k < line.len() {
        let first = at(k);
        let mut count = 1;
        let mut step = 0;
        if let (Some(a), Some(b)) = (first, at(k + 1)) {
            step = b - a;
        }
        while k + count < line.len() {
            let next = at(k + count);
            if next != first.map(|f| f + step * count as i64) {
                break;
            }
            count += 1;
        }
        k += count;
        out.push(Piece { first, step, count });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs() {
        let line = [None, None, Some(2), Some(1), Some(0), Some(1), Some(2), Some(2)];
        let piece = |first, step, count| Piece { first, step, count };
        let want = [piece(None, 0, 2), piece(Some(2), -1, 3), piece(Some(1), 1, 2)];
        assert_eq!(pieces(&line)[..3], want);
        assert_eq!(pieces(&line)[3..], [piece(Some(2), 0, 1)]);
    }

    #[test]
    fn axes_by_themselves() {
        // A transpose is none; a mirrored and repeated matrix is.
        assert_eq!(separate(&[2, 2], &[2, 2], &[0, 2, 1, 3]), None);
        let lines = separate(&[2, 3], &[2, 4], &[5, 4, 3, 3, 2, 1, 0, 0]);
        let want = vec![vec![Some(1), Some(0)], vec![Some(2), Some(1), Some(0), Some(0)]];
        assert_eq!(lines, Some(want));
    }
}
