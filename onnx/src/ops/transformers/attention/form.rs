//! Sizes and options of an Attention node.

use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{Array4, ArrayD};

/// What does not depend on the values of the tensors.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) batch: usize,
    /// Heads of the queries.
    pub(super) heads: usize,
    /// Heads of keys and values; `heads` is a multiple of it.
    pub(super) groups: usize,
    pub(super) queries: usize,
    /// Keys of this call, without those of the past.
    pub(super) fresh: usize,
    /// Keys of the past.
    pub(super) past: usize,
    /// Elements of a query and of a key.
    pub(super) size: usize,
    /// Elements of a value.
    pub(super) width: usize,
    /// Q, K and V are [batch, length, heads·size].
    pub(super) flat: bool,
    pub(super) scale: f64,
    /// 0 for none.
    pub(super) softcap: f64,
    pub(super) causal: bool,
    /// Most keys on either side of a query's own place.
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
    /// What the fourth output is.
    pub(super) mode: i64,
}

/// A window's size; −1 stands for none.
fn window(n: &Node, name: &str) -> Import<Option<usize>> {
    match n.int_or(name, -1)? {
        -1 => Ok(None),
        k => match usize::try_from(k) {
            Ok(k) => Ok(Some(k)),
            Err(_) => refuse(format!("attribute `{name}` is {k}")),
        },
    }
}

/// [batch, heads, length, size] of an input; `heads` is that of the attribute.
fn split(shape: &[usize], heads: Option<i64>) -> Import<[usize; 4]> {
    let heads = heads.map(|h| usize::try_from(h).unwrap_or(0));
    match (shape, heads) {
        (&[b, h, t, d], None) => Ok([b, h, t, d]),
        (&[b, h, t, d], Some(given)) if h == given => Ok([b, h, t, d]),
        (&[b, t, m], Some(h)) if h > 0 && m % h == 0 => Ok([b, h, t, m / h]),
        _ => refuse(format!("{shape:?} cannot be split into heads")),
    }
}

impl Form {
    /// `shapes` are those of Q, K, V, and of the past keys and values.
    pub(super) fn new(
        n: &Node,
        shapes: [&[usize]; 3],
        past: [Option<&[usize]>; 2],
    ) -> Import<Form> {
        let (heads, groups) = (n.int("q_num_heads")?, n.int("kv_num_heads")?);
        let [batch, heads, queries, size] = split(shapes[0], heads)?;
        let [k_batch, k_heads, fresh, k_size] = split(shapes[1], groups)?;
        let [v_batch, v_heads, v_fresh, width] = split(shapes[2], groups)?;
        let fits = (k_batch, v_batch, k_size) == (batch, batch, size)
            && (v_heads, v_fresh) == (k_heads, fresh)
            && shapes.iter().all(|s| s.len() == shapes[0].len());
        if !fits {
            return refuse(format!("the shapes {shapes:?} do not go together"));
        }
        if k_heads == 0 || heads % k_heads != 0 {
            return refuse(format!("{heads} heads cannot share {k_heads} of keys and values"));
        }
        let past = match past {
            [None, None] => 0,
            [Some(&[b, h, p, d]), Some(&[c, g, q, w])]
                if [b, h, p, d, c, g, q, w]
                    == [batch, k_heads, p, size, batch, k_heads, p, width] =>
            {
                p
            }
            _ => return refuse(format!("past keys and values of shape {past:?} do not suit")),
        };
        if [batch, heads, queries, size, width].contains(&0) || fresh + past == 0 {
            return refuse("a tensor is empty");
        }
        let scale = match n.float("scale")? {
            Some(s) if s < 0.0 => return refuse(format!("attribute `scale` is {s}")),
            Some(s) => s,
            None => 1.0 / libm::sqrt(size as f64),
        };
        let softcap = n.float_or("softcap", 0.0)?;
        let mode = n.int_or("qk_matmul_output_mode", 0)?;
        if !(0..=3).contains(&mode) {
            return refuse(format!("attribute `qk_matmul_output_mode` is {mode}"));
        }
        Ok(Form {
            batch,
            heads,
            groups: k_heads,
            queries,
            fresh,
            past,
            size,
            width,
            flat: shapes[0].len() == 3,
            scale,
            softcap: softcap.max(0.0),
            causal: n.flag("is_causal", false)?,
            left: window(n, "left_window_size")?,
            right: window(n, "right_window_size")?,
            mode,
        })
    }

    /// All keys.
    pub(super) fn keys(&self) -> usize {
        self.past + self.fresh
    }

    /// Query heads that share a head of keys.
    pub(super) fn shared(&self) -> usize {
        self.heads / self.groups
    }

    /// A tensor as [batch, heads, length, size]; of one that is so already it is a copy.
    pub(super) fn heads_of(&self, t: &Tensor, heads: usize) -> Import<Array4<f64>> {
        let a: &ArrayD<f64> = t.floats()?;
        match *a.shape() {
            [b, h, l, d] => Ok(Array4::from_shape_fn((b, h, l, d), |(b, h, l, d)| a[[b, h, l, d]])),
            [b, l, m] if heads > 0 => {
                let d = m / heads;
                Ok(Array4::from_shape_fn((b, heads, l, d), |(b, h, l, k)| a[[b, l, h * d + k]]))
            }
            _ => refuse(format!("{:?} cannot be split into heads", a.shape())),
        }
    }
}
