//! Linear combinations as their definition says, one index and one big integer at a time.

use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Fr, Int, Kind, Lin, Side, Term, Weight};

/// Every index of a space, row-major.
pub fn indices(extents: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for &n in extents {
        all = all
            .into_iter()
            .flat_map(|head: Vec<usize>| (0..n).map(move |i| [head.as_slice(), &[i]].concat()))
            .collect();
    }
    all
}

fn weight(circuit: &Circuit, term: &Term, at: &[usize]) -> Int {
    match &term.weight {
        Weight::Scalar(w) => w.clone(),
        Weight::Tensor { factor, constant, access } => {
            factor * circuit.constants[constant.0 as usize].data.get(access.at(at) as usize)
        }
    }
}

/// What each term adds: destination, source element, weight.
pub fn triples(circuit: &Circuit, lin: &Lin) -> Vec<(usize, usize, usize, Int)> {
    let mut out = vec![];
    for term in &lin.terms {
        for free in indices(&term.free) {
            for bound in indices(&term.bound) {
                let at = [free.as_slice(), &bound].concat();
                out.push((
                    term.dst.at(&free) as usize,
                    term.src.0 as usize,
                    term.src_access.at(&at) as usize,
                    weight(circuit, term, &at),
                ));
            }
        }
    }
    out
}

/// The value of a combination.
pub fn eval(circuit: &Circuit, lin: &Lin, len: usize, values: &[Vec<Int>]) -> Vec<Int> {
    let mut out = vec![Int::default(); len];
    for (dst, tensor, src, w) in triples(circuit, lin) {
        out[dst] += w * &values[tensor][src];
    }
    out
}

/// The matrix of a side, dense over the variables.
pub fn matrix(circuit: &Circuit, side: Side) -> Vec<BTreeMap<usize, Int>> {
    let layout = circuit.layout();
    let order = zirc_circuit::scalar::order();
    let mut expanded: Vec<Vec<BTreeMap<usize, Int>>> = vec![];
    let expand = |lin: &Lin, len: usize, expanded: &[Vec<BTreeMap<usize, Int>>]| {
        let mut rows = vec![BTreeMap::<usize, Int>::new(); len];
        for (dst, tensor, src, w) in triples(circuit, lin) {
            for (variable, coefficient) in &expanded[tensor][src] {
                *rows[dst].entry(*variable).or_default() += &w * coefficient;
            }
        }
        for row in &mut rows {
            row.retain(|_, x| (&*x % &order) != Int::default());
        }
        rows
    };
    for (i, tensor) in circuit.tensors.iter().enumerate() {
        let rows = match (&tensor.kind, layout.offset[i]) {
            (Kind::Linear(lin), _) => expand(lin, tensor.len(), &expanded),
            (_, Some(first)) => {
                (first..first + tensor.len()).map(|v| BTreeMap::from([(v, 1.into())])).collect()
            }
            _ => vec![],
        };
        expanded.push(rows);
    }
    circuit.blocks.iter().flat_map(|b| expand(side.of(b), b.len(), &expanded)).collect()
}

/// A sparse row times a vector.
pub fn dot(row: &[(usize, Fr)], z: &[Fr]) -> Fr {
    row.iter().map(|(i, x)| z[*i] * x).sum()
}
