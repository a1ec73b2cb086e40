//! Errors of sums, y − Σ a·b, and the combinations of them that lemmas speak of.

use ark_ff::{AdditiveGroup, Field};
use zirc_circuit::Fr;

/// Values of factors and sums, from which errors y − Σ a·b follow.
pub(super) struct Errors {
    /// Of z, m, n and k.
    pub(super) sizes: [usize; 4],
    /// [z, m, k]
    pub(super) a: Vec<Fr>,
    /// [z, n, k]
    pub(super) b: Vec<Fr>,
    /// [z, m, n]
    pub(super) y: Vec<Fr>,
}

impl Errors {
    /// The same of several rows in a number: Σ_i 2^(bits·i) of each.
    pub(super) fn packed(&self, bits: usize, rows: usize) -> Errors {
        let [z, m, n, k] = self.sizes;
        let numbers = m.div_ceil(rows);
        let step = Fr::from(2u64).pow([bits as u64]);
        let pack = |of: &[Fr], inner: usize| {
            let mut out = vec![Fr::ZERO; z * numbers * inner];
            for (at, row) in of.chunks(inner.max(1)).enumerate() {
                let (x, i) = (at / m, at % m);
                let weight = step.pow([(i % rows) as u64]);
                let number = (x * numbers + i / rows) * inner;
                out[number..number + inner].iter_mut().zip(row).for_each(|(p, a)| *p += weight * a);
            }
            out
        };
        let sizes = [z, numbers, n, k];
        Errors { sizes, a: pack(&self.a, k), b: self.b.clone(), y: pack(&self.y, n) }
    }

    /// Σ_k a·b − y over [z, m, n].
    pub(super) fn each(&self) -> (Vec<Fr>, Vec<usize>) {
        let [z, m, n, k] = self.sizes;
        let places = (0..z).flat_map(|x| (0..m).flat_map(move |i| (0..n).map(move |c| (x, i, c))));
        let error = |(x, i, c)| {
            let row = x * m + i;
            dot(&self.a[row * k..(row + 1) * k], &self.b[(x * n + c) * k..]) - self.y[row * n + c]
        };
        (places.map(error).collect(), vec![z, m, n])
    }

    /// Σ_n weight[z, n]·(Σ_k a·b − y) over [z, m].
    pub(super) fn weighed(&self, weights: &[Fr]) -> (Vec<Fr>, Vec<usize>) {
        let [z, m, n, k] = self.sizes;
        let mut out = vec![];
        for x in 0..z {
            let own = &weights[x * n..(x + 1) * n];
            let mut column = vec![Fr::ZERO; k];
            for (c, w) in own.iter().enumerate() {
                let at = (x * n + c) * k;
                column.iter_mut().zip(&self.b[at..at + k]).for_each(|(q, b)| *q += *w * b);
            }
            for i in 0..m {
                let at = x * m + i;
                out.push(dot(&column, &self.a[at * k..]) - dot(own, &self.y[at * n..]));
            }
        }
        (out, vec![z, m])
    }
}

fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    a.iter().zip(b).map(|(a, b)| *a * b).sum()
}
