//! Windows that slide over spatial dimensions: strides, dilations and the modes of padding that
//! convolutions and poolings share.

use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::shape::moves::strides;
use crate::tensor::elements;

/// A window, dimension by dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Sizes that it slides over.
    pub(crate) input: Vec<usize>,
    /// Its own sizes.
    pub(crate) kernel: Vec<usize>,
    pub(crate) strides: Vec<usize>,
    pub(crate) dilations: Vec<usize>,
    /// Elements added before the first and behind the last.
    pub(crate) before: Vec<usize>,
    pub(crate) behind: Vec<usize>,
    /// How many of those behind only `ceil_mode` asks for.
    pub(crate) extra: Vec<usize>,
    /// Sizes of the result.
    pub(crate) out: Vec<usize>,
}

/// Most places of a kernel times places of the result.
pub(crate) const MAX_TAPS: usize = 1 << 30;

/// How a node asks for padding.
enum Padding {
    /// As many elements before each dimension and then behind each; a last window that is only partly over
    /// them counts as well, or not.
    Given(Vec<i64>, bool),
    /// So many that every stride has a window; the odd one is before the others, or behind them.
    Same { odd_before: bool },
}

/// Elements around a dimension, how many of them only `ceil_mode` asks for, and windows.
struct Along {
    before: usize,
    behind: usize,
    extra: usize,
    out: usize,
}

impl Padding {
    fn read(n: &Node, rank: usize) -> Import<Padding> {
        let pads = match n.ints("pads")? {
            Some(p) if p.len() == 2 * rank => p.to_vec(),
            Some(p) => return refuse(format!("{} numbers in `pads`, not {}", p.len(), 2 * rank)),
            None => vec![0; 2 * rank],
        };
        let ceil = n.flag("ceil_mode", false)?;
        match n.text("auto_pad")?.unwrap_or("NOTSET") {
            "NOTSET" => Ok(Padding::Given(pads, ceil)),
            "VALID" => Ok(Padding::Given(vec![0; 2 * rank], ceil)),
            "SAME_UPPER" => Ok(Padding::Same { odd_before: false }),
            "SAME_LOWER" => Ok(Padding::Same { odd_before: true }),
            other => refuse(format!(
                "`auto_pad` is `{}`: it is one of NOTSET, VALID, SAME_UPPER, SAME_LOWER",
                crate::graph::show(other)
            )),
        }
    }

    /// The padding of dimension `d` of this size, for a kernel that reaches so far.
    fn along(&self, d: usize, size: usize, reach: usize, stride: usize) -> Import<Along> {
        let (pads, ceil) = match self {
            Padding::Given(pads, ceil) => (pads, *ceil),
            Padding::Same { odd_before } => {
                let out = size.div_ceil(stride);
                let all = ((out - 1) * stride + reach).saturating_sub(size);
                let (small, large) = (all / 2, all - all / 2);
                let (before, behind) = if *odd_before { (large, small) } else { (small, large) };
                return Ok(Along { before, behind, extra: 0, out });
            }
        };
        let pad = |k: usize| usize::try_from(pads[k]);
        let (Ok(before), Ok(behind)) = (pad(d), pad(pads.len() / 2 + d)) else {
            return refuse(format!("`pads` is {pads:?}, which is negative"));
        };
        if before >= 1 << 30 || behind >= 1 << 30 {
            return refuse(format!("`pads` is {pads:?}, which is too large"));
        }
        let all = size + before + behind;
        let Some(room) = all.checked_sub(reach) else {
            return refuse(format!("a window of {reach} does not fit {all} elements"));
        };
        let mut out = room / stride + 1;
        // A further window must begin inside of the input or its left padding.
        if ceil && room % stride != 0 && out * stride < size + before {
            out += 1;
        }
        let extra = ((out - 1) * stride + reach).saturating_sub(all);
        Ok(Along { before, behind: behind + extra, extra, out })
    }
}

impl Window {
    /// Reads the attributes of a node. With `ceil_mode`, a last window that is only partly over the
    /// padded input counts as well, and `behind` grows by what it needs.
    pub(crate) fn read(n: &Node, input: &[usize], kernel: &[usize]) -> Import<Window> {
        let rank = input.len();
        if kernel.len() != rank || n.ints("kernel_shape")?.is_some_and(|k| !same(k, kernel)) {
            return refuse(format!("the kernel does not fit {rank} spatial dimensions"));
        }
        if input.contains(&0) {
            return refuse(format!("there is nothing in the shape {input:?}"));
        }
        let strides = sizes(n, "strides", rank)?;
        let dilations = sizes(n, "dilations", rank)?;
        let padding = Padding::read(n, rank)?;
        let (mut before, mut behind, mut extra, mut out) = (vec![], vec![], vec![], vec![]);
        for d in 0..rank {
            let Some(reach) = (kernel[d].max(1) - 1)
                .checked_mul(dilations[d])
                .and_then(|r| r.checked_add(1))
                .filter(|r| *r < 1 << 30 && kernel[d] > 0)
            else {
                return refuse(format!("the kernel {kernel:?} is empty or too large"));
            };
            let own = padding.along(d, input[d], reach, strides[d])?;
            before.push(own.before);
            behind.push(own.behind);
            extra.push(own.extra);
            out.push(own.out);
        }
        elements(&out)?;
        let all = kernel.iter().chain(&out).try_fold(1usize, |n, d| n.checked_mul(*d));
        if all.is_none_or(|n| n > MAX_TAPS) {
            return refuse(format!("a kernel {kernel:?} at {out:?} places is too large"));
        }
        let (input, kernel) = (input.to_vec(), kernel.to_vec());
        Ok(Window { input, kernel, strides, dilations, before, behind, extra, out })
    }

    /// Number of spatial dimensions.
    pub(crate) fn rank(&self) -> usize {
        self.input.len()
    }

    /// Refuses windows that lie over padding alone: they have no largest element and no mean.
    pub(crate) fn check_filled(&self) -> Import<()> {
        for d in 0..self.rank() {
            let inside = |p: usize| p >= self.before[d] && p < self.before[d] + self.input[d];
            let filled = |o: usize| {
                (0..self.kernel[d]).any(|k| inside(o * self.strides[d] + k * self.dilations[d]))
            };
            if !(0..self.out[d]).all(filled) {
                return refuse("a window lies over padding alone");
            }
        }
        Ok(())
    }

    /// Whether there is neither padding nor dilation.
    pub(crate) fn is_bare(&self) -> bool {
        let zero = |list: &[usize]| list.iter().all(|v| *v == 0);
        zero(&self.before) && zero(&self.behind) && self.dilations.iter().all(|d| *d == 1)
    }

    /// For each place in the window, in row-major order: which element of the result reads which
    /// element of the input there, as row-major places. Padding is left out.
    pub(crate) fn taps(&self) -> Vec<Vec<(usize, usize)>> {
        let count: usize = self.kernel.iter().product();
        let (own, outs) = (strides(&self.input), strides(&self.out));
        let all: usize = self.out.iter().product();
        let mut taps = vec![];
        for k in 0..count {
            let tap = unravel(k, &self.kernel);
            let mut pairs = vec![];
            'places: for o in 0..all {
                let mut from = 0;
                for d in 0..self.rank() {
                    let at =
                        o / outs[d] % self.out[d] * self.strides[d] + tap[d] * self.dilations[d];
                    match at.checked_sub(self.before[d]) {
                        Some(p) if p < self.input[d] => from += p * own[d],
                        _ => continue 'places,
                    }
                }
                pairs.push((o, from));
            }
            taps.push(pairs);
        }
        taps
    }
}

/// The indices of a row-major place.
fn unravel(k: usize, shape: &[usize]) -> Vec<usize> {
    strides(shape).iter().zip(shape).map(|(s, d)| k / s % d).collect()
}

/// A list of positive numbers, 1 by default.
pub(crate) fn sizes(n: &Node, name: &str, rank: usize) -> Import<Vec<usize>> {
    let Some(list) = n.ints(name)? else { return Ok(vec![1; rank]) };
    let all: Option<Vec<usize>> =
        list.iter().map(|v| usize::try_from(*v).ok().filter(|v| *v > 0 && *v < 1 << 30)).collect();
    match all {
        Some(all) if all.len() == rank => Ok(all),
        _ => refuse(format!("`{name}` is {list:?}: {rank} positive numbers are expected")),
    }
}

/// Whether two lists are the same.
pub(crate) fn same(a: &[i64], b: &[usize]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| usize::try_from(*a) == Ok(*b))
}

/// The window of a pooling of a tensor of this shape.
pub(crate) fn pooling(n: &Node, x: &[usize]) -> Import<Window> {
    if x.len() < 3 {
        return refuse(format!("x has the shape {x:?}, without spatial dimensions"));
    }
    let w = Window::read(n, &x[2..], &kernel(n)?)?;
    if x.contains(&0) {
        return refuse(format!("x has the shape {x:?}, which is empty"));
    }
    Ok(w)
}

/// The attribute `kernel_shape`, which poolings must have.
pub(crate) fn kernel(n: &Node) -> Import<Vec<usize>> {
    let Some(list) = n.ints("kernel_shape")? else { return refuse("`kernel_shape` is missing") };
    let all: Option<Vec<usize>> =
        list.iter().map(|v| usize::try_from(*v).ok().filter(|v| *v > 0 && *v < 1 << 30)).collect();
    match all {
        Some(k) => Ok(k),
        None => refuse(format!("`kernel_shape` is {list:?}")),
    }
}
