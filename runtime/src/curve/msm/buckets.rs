//! The points of one window, sorted by bucket and summed.

use crate::curve::arithmetic::Arithmetic;
use crate::curve::batch::Batch;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use rayon::prelude::*;
use std::hint::black_box;
use std::ops::Range;

/// Bytes of the points gathered for one batch of additions: with the sums and products that belong
/// to them they stay in the second-level cache, and they are enough to make an inversion cheap.
const GROUP_BYTES: usize = 1 << 19;

/// Points that are asked for before the first of them is used.
const AHEAD: usize = 64;

/// Points of one batch.
pub(super) fn group_size<P: SWCurveConfig<BaseField: Arithmetic>>() -> usize {
    GROUP_BYTES / size_of::<Affine<P>>()
}

/// A base and whether it is subtracted.
#[derive(Clone, Copy)]
pub(super) struct Pick(u32);

impl Pick {
    #[inline(always)]
    pub(super) fn new(index: u32, negative: bool) -> Pick {
        Pick(index << 1 | negative as u32)
    }

    #[inline(always)]
    fn point<P: SWCurveConfig<BaseField: Arithmetic>>(self, bases: &[Affine<P>]) -> Affine<P> {
        let p = &bases[(self.0 >> 1) as usize];
        Affine::new_unchecked(p.x, p.y.negated_if(self.0 & 1 == 1))
    }
}

/// Has all of these bases fetched into cache. The picks are all over memory; one after the other each
/// would be waited for, but nothing waits for what is read here.
#[inline(always)]
fn touch<P: SWCurveConfig<BaseField: Arithmetic>>(bases: &[Affine<P>], picks: &[Pick]) {
    let word = picks.iter().fold(0, |word, pick| {
        let p = &bases[(pick.0 >> 1) as usize];
        // Points are not aligned to cache lines: the last word may be in a line of its own.
        word ^ p.x.word() ^ p.y.word() ^ p.y.last_word()
    });
    black_box(word);
}

/// Picks of one window in the order of their buckets.
pub(super) struct BucketSums {
    order: Vec<Pick>,
    /// Bucket b is `order[ends[b - 1]..ends[b]]`; bucket 0 is not summed.
    ends: Vec<u32>,
}

/// Consecutive buckets that are summed together, and which part of the order is theirs. A long
/// bucket is in several groups.
struct Group {
    buckets: Range<usize>,
    items: Range<u32>,
}

impl BucketSums {
    /// Counting sort of n picks by bucket; `digit` says bucket and pick.
    pub(super) fn new(
        n: usize,
        buckets: usize,
        digit: impl Fn(usize) -> (usize, Pick),
    ) -> BucketSums {
        // ends[b] is first where bucket b starts, then where it ends.
        let mut ends = vec![0u32; buckets + 2];
        let mut picks = Vec::with_capacity(n);
        for i in 0..n {
            let (b, pick) = digit(i);
            ends[b + 1] += 1;
            picks.push((b as u32, pick));
        }
        for b in 0..=buckets {
            ends[b + 1] += ends[b];
        }
        let mut order = vec![Pick(0); n];
        for (b, pick) in picks {
            let end = &mut ends[b as usize];
            order[*end as usize] = pick;
            *end += 1;
        }
        ends.truncate(buckets + 1);
        BucketSums { order, ends }
    }

    /// The sum of each bucket from 1 on, by so many tasks.
    pub(super) fn sums<P: SWCurveConfig<BaseField: Arithmetic>>(
        &self,
        bases: &[Affine<P>],
        parts: usize,
    ) -> Vec<Affine<P>> {
        let groups = self.groups(group_size::<P>() as u32);
        let size = groups.len().div_ceil(parts).max(1);
        let parts: Vec<Sums<P>> =
            groups.par_chunks(size).map(|groups| self.group_sums(bases, groups)).collect();
        let mut all = Sums { first: 1, points: Vec::new() };
        for part in parts {
            all.append(part.first, &part.points);
        }
        all.points.resize(self.ends.len() - 1, Affine::identity());
        all.points
    }

    fn groups(&self, size: u32) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut open = Group { buckets: 1..1, items: self.ends[0]..self.ends[0] };
        for (b, &end) in self.ends.iter().enumerate().skip(1) {
            while end - open.items.start > size {
                // Buckets are not cut unless one fills a group alone.
                if open.items.is_empty() {
                    open = Group {
                        buckets: b..b + 1,
                        items: open.items.start..open.items.start + size,
                    };
                }
                let start = open.items.end;
                groups.push(std::mem::replace(
                    &mut open,
                    Group { buckets: b..b, items: start..start },
                ));
            }
            (open.buckets.end, open.items.end) = (b + 1, end);
        }
        groups.push(open);
        groups
    }

    fn group_sums<P: SWCurveConfig<BaseField: Arithmetic>>(
        &self,
        bases: &[Affine<P>],
        groups: &[Group],
    ) -> Sums<P> {
        let first = groups.first().map_or(1, |g| g.buckets.start);
        let mut all = Sums { first, points: Vec::new() };
        let (mut batch, mut points, mut lens) = (Batch::new(), Vec::new(), Vec::new());
        for g in groups {
            let Range { start, end } = g.items;
            points.clear();
            for picks in self.order[start as usize..end as usize].chunks(AHEAD) {
                touch(bases, picks);
                points.extend(picks.iter().map(|pick| pick.point(bases)));
            }
            lens.clear();
            lens.extend(
                g.buckets
                    .clone()
                    .map(|b| self.ends[b].clamp(start, end) - self.ends[b - 1].clamp(start, end)),
            );
            batch.sum_segments(&mut points, &mut lens);
            all.append(g.buckets.start, &points);
        }
        all
    }
}

/// Sums of the buckets from `first` on.
struct Sums<P: SWCurveConfig<BaseField: Arithmetic>> {
    first: usize,
    points: Vec<Affine<P>>,
}

impl<P: SWCurveConfig<BaseField: Arithmetic>> Sums<P> {
    /// Appends the sums of the buckets from `first` on, of which the first may be the rest of the
    /// last one here. Buckets between were empty and belong to no group.
    fn append(&mut self, first: usize, points: &[Affine<P>]) {
        let mut points = points;
        if first >= self.first + self.points.len() {
            self.points.resize(first - self.first, Affine::identity());
        } else if let (Some(last), Some((rest, others))) =
            (self.points.last_mut(), points.split_first())
        {
            *last = (Projective::from(*last) + rest).into();
            points = others;
        }
        self.points.extend_from_slice(points);
    }
}
