//! Points for some of the variables.

use crate::curve::fixed::FixedBase;
use crate::curve::msm::{self, Values};
use crate::files::codec::{Decoder, Encode};
use crate::files::points::{Coordinate, point_size, read_points, write_points};
use crate::files::{FileError, Group};
use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::Zero;
use std::fmt;
use std::io::{self, Read, Write};

/// A point for each variable whose column is not zero; the others would be the identity and are
/// not stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Query<P: SWCurveConfig> {
    /// Variables, ascending.
    pub indices: Vec<u32>,
    /// One point for each of them.
    pub points: Vec<Affine<P>>,
}

impl<P: SWCurveConfig> fmt::Debug for Query<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {} points", self.points.len())
    }
}

impl<P: Group<BaseField: Coordinate>> Query<P> {
    /// Multiples of a base by the non-zero ones among the variables' scalars.
    pub(crate) fn new(base: &FixedBase<P>, scalars: &[Fr]) -> Self {
        let (indices, scalars): (Vec<u32>, Vec<Fr>) =
            (0..).zip(scalars).filter(|(_, s)| !s.is_zero()).unzip();
        let points = base.multiply(&scalars);
        Query { indices, points }
    }

    /// Σ_j z_j·points_j
    pub(crate) fn combine(&self, values: &Values) -> Projective<P> {
        msm::sparse(&self.points, &self.indices, values)
    }

    /// Bytes of [`Query::write`] for so many points.
    pub(crate) fn len_of(points: usize) -> u64 {
        8 + points as u64 * (4 + point_size::<P>())
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.put_u64(self.indices.len() as u64)?;
        for i in &self.indices {
            out.write_all(&i.to_le_bytes())?;
        }
        write_points(out, &self.points)
    }

    /// Reads a query over `variables` variables.
    pub(crate) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
        variables: u64,
        check: bool,
        what: &'static str,
    ) -> Result<Self, FileError> {
        let indices = Self::read_indices(source, variables, what)?;
        let points = read_points(source, indices.len(), check, what)?;
        Ok(Query { indices, points })
    }

    /// Reads what precedes the points of a query: the variables that have one.
    pub(crate) fn read_indices<R: Read + Send>(
        source: &mut Decoder<R>,
        variables: u64,
        what: &'static str,
    ) -> Result<Vec<u32>, FileError> {
        let count = source.count(4 + point_size::<P>(), what)?;
        read_ascending(source, count, variables, what)
    }
}

/// Numbers of variables, ascending, that are read together.
const CHUNK: usize = 1 << 14;

/// Reads `count` numbers of variables, ascending.
pub(super) fn read_ascending<R: Read + Send>(
    source: &mut Decoder<R>,
    count: usize,
    variables: u64,
    what: &'static str,
) -> Result<Vec<u32>, FileError> {
    let mut indices = Vec::with_capacity(count);
    let mut bytes = Vec::new();
    while indices.len() < count {
        bytes.resize(4 * CHUNK.min(count - indices.len()), 0);
        source.fill(&mut bytes, what)?;
        let numbers = bytes.chunks_exact(4);
        indices.extend(numbers.map(|b| b.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))));
    }
    let ascending = indices.windows(2).all(|w| w[0] < w[1]);
    if !ascending || indices.last().is_some_and(|&i| u64::from(i) >= variables) {
        return Err(FileError::Invalid { what });
    }
    Ok(indices)
}
