//! What a circuit claims of values that nobody needs to see.

use std::fmt::{self, Display, Formatter};

/// Claims of a circuit, in its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Conditions on inputs and outputs that the constraints enforce, as the author wrote them.
    pub conditions: Vec<String>,
    /// Parts of inputs that no output depends on, as [`crate::independence()`] shows.
    pub independent_of: Vec<Part>,
}

/// A part of an input: a range of indices for each of its dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The input port's name.
    pub input: String,
    /// The first index and the number of indices, for each dimension.
    pub ranges: Vec<(usize, usize)>,
    /// The sizes of the port.
    pub shape: Vec<usize>,
}

impl Claims {
    /// Whether nothing is claimed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.independent_of.is_empty()
    }
}

impl Part {
    /// All of a port of this shape.
    #[must_use]
    pub fn whole(input: &str, shape: &[usize]) -> Part {
        let ranges = shape.iter().map(|n| (0, *n)).collect();
        Part { input: input.to_owned(), ranges, shape: shape.to_vec() }
    }

    /// Whether it is a part of a port of this shape that has an element.
    #[must_use]
    pub fn fits(&self, shape: &[usize]) -> bool {
        let inside = |((first, len), n): (&(usize, usize), &usize)| {
            *len > 0 && first.checked_add(*len).is_some_and(|end| end <= *n)
        };
        self.shape == shape
            && self.ranges.len() == shape.len()
            && self.ranges.iter().zip(shape).all(inside)
    }

    /// For each element of the port, in row-major order, whether it is of this part.
    #[must_use]
    pub fn elements(&self) -> Vec<bool> {
        let mut all = vec![true];
        for ((first, len), n) in self.ranges.iter().zip(&self.shape) {
            let within = |i: usize| i >= *first && i - first < *len;
            all = all.iter().flat_map(|up| (0..*n).map(move |i| *up && within(i))).collect();
        }
        all
    }
}

/// `x`, `x[3]`, `x[0, 2..5]`, `x[.., 3]`, as the language writes it.
impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // A name could look like an element of another input.
        let plain = |c: char| c.is_alphanumeric() || "_.".contains(c);
        if self.input.chars().all(plain) {
            f.write_str(&self.input)?;
        } else {
            write!(f, "`{}`", self.input.replace('`', "\\u{60}"))?;
        }
        let all = |((first, len), n): (&(usize, usize), &usize)| *first == 0 && len == n;
        let mut ranges: Vec<String> = vec![];
        for (range, n) in self.ranges.iter().zip(&self.shape) {
            ranges.push(match range {
                (0, len) if len == n && *n > 1 => "..".into(),
                (first, 1) => first.to_string(),
                (first, len) => format!("{first}..{}", first + len),
            });
        }
        if self.ranges.iter().zip(&self.shape).all(all) {
            return Ok(());
        }
        // What is left out at the end is taken whole.
        while ranges.last().is_some_and(|r| r == "..") {
            ranges.pop();
        }
        write!(f, "[{}]", ranges.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    fn part(ranges: &[(usize, usize)], shape: &[usize]) -> Part {
        Part { input: "x".into(), ranges: ranges.to_vec(), shape: shape.to_vec() }
    }

    #[test]
    fn parts_are_written_as_the_language_does() {
        assert_eq!(Part::whole("x", &[2, 3]).to_string(), "x");
        assert_eq!(Part::whole("x", &[]).to_string(), "x");
        assert_eq!(part(&[(3, 1)], &[4]).to_string(), "x[3]");
        assert_eq!(part(&[(0, 1), (2, 3)], &[1, 8]).to_string(), "x[0, 2..5]");
        assert_eq!(part(&[(0, 2), (3, 1)], &[2, 8]).to_string(), "x[.., 3]");
        assert_eq!(part(&[(1, 1), (0, 8)], &[2, 8]).to_string(), "x[1]");
        assert_eq!(Part::whole("x[3]", &[2]).to_string(), "`x[3]`");
        assert_eq!(Part::whole("p.age", &[2]).to_string(), "p.age");
    }

    #[test]
    fn elements_of_a_part() {
        let of = |ranges: &[(usize, usize)], shape: &[usize]| {
            let all = part(ranges, shape).elements();
            all.iter().enumerate().filter(|(_, on)| **on).map(|(k, _)| k).collect::<Vec<_>>()
        };
        assert_eq!(of(&[(0, 2), (1, 1)], &[2, 3]), [1, 4]);
        assert_eq!(of(&[(1, 1), (1, 2)], &[2, 3]), [4, 5]);
        assert_eq!(of(&[], &[]), [0]);
    }

    #[test]
    fn a_part_is_inside_and_not_empty() {
        assert!(part(&[(0, 2), (1, 1)], &[2, 3]).fits(&[2, 3]));
        for (ranges, shape) in [
            (&[(0, 2)][..], &[2, 3][..]),
            (&[(0, 3), (1, 1)], &[2, 3]),
            (&[(0, 2), (1, 0)], &[2, 3]),
            (&[(0, 2), (usize::MAX, 1)], &[2, 3]),
        ] {
            assert!(!part(ranges, shape).fits(&[2, 3]), "{ranges:?}");
        }
        assert!(!part(&[(0, 2), (1, 1)], &[2, 4]).fits(&[2, 3]));
    }
}
