//! The attributes of support vector machines.

use super::kernel::{Kernel, sums};
use crate::context::result_name;
use crate::context::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;

/// Σ over vectors of coefficient·K + ρ.
struct Decision {
    coefficients: Vec<f64>,
    rho: f64,
}

/// Its kernel, support vectors and decisions.
pub(super) struct Machine {
    kernel: Kernel,
    vectors: Vec<Vec<f64>>,
    decisions: Vec<Decision>,
}

/// A list of finite floats.
pub(super) fn floats(n: &Node, name: &str) -> Import<Vec<f64>> {
    let l = n.floats(name)?.unwrap_or(&[]);
    match l.iter().find(|v| !v.is_finite()) {
        Some(v) => refuse(format!("`{name}` holds {v}")),
        None => Ok(l.iter().map(|v| f64::from(*v)).collect()),
    }
}

/// Support vectors of a number of features.
fn vectors(n: &Node, count: usize, features: usize) -> Import<Vec<Vec<f64>>> {
    let flat = floats(n, "support_vectors")?;
    if count.checked_mul(features) != Some(flat.len()) || features == 0 {
        return refuse(format!(
            "it has {} numbers for {count} support vectors of {features} features",
            flat.len()
        ));
    }
    Ok(flat.chunks(features).map(<[f64]>::to_vec).collect())
}

/// That of a SVMRegressor.
pub(super) fn regressor(n: &Node, features: usize) -> Import<Machine> {
    let (c, rho) = (floats(n, "coefficients")?, floats(n, "rho")?);
    let Some(rho) = rho.first().copied() else { return refuse("`rho` is missing") };
    let count = n.int_or("n_supports", 0)?;
    let kernel = Kernel::read(n)?;
    // Without support vectors, the coefficients are those of the features.
    let (kernel, vectors, coefficients) = match usize::try_from(count) {
        Ok(0) if c.len() == features => (Kernel::Linear, vec![c], vec![1.0]),
        Ok(count) if c.len() == count && count > 0 => (kernel, vectors(n, count, features)?, c),
        _ => return refuse(format!("it has {} coefficients for {count} vectors", c.len())),
    };
    Ok(Machine { kernel, vectors, decisions: vec![Decision { coefficients, rho }] })
}

/// That of a SVMClassifier: a decision for each pair of classes.
pub(super) fn classifier(n: &Node, classes: usize, features: usize) -> Import<Machine> {
    let per = n.ints("vectors_per_class")?.unwrap_or(&[]);
    if per.len() != classes || classes < 2 {
        return refuse(format!("it has vectors of {} classes and {classes} labels", per.len()));
    }
    let sizes = per.iter().map(|v| usize::try_from(*v).ok().filter(|v| *v < 1 << 24));
    let Some(sizes) = sizes.collect::<Option<Vec<_>>>() else {
        return refuse(format!("`vectors_per_class` is {per:?}"));
    };
    let count: usize = sizes.iter().sum();
    let (c, rho) = (floats(n, "coefficients")?, floats(n, "rho")?);
    let pairs = classes * (classes - 1) / 2;
    if c.len() != count * (classes - 1) || rho.len() != pairs {
        return refuse(format!(
            "it has {} coefficients and {} values of rho for {count} vectors and {classes} classes",
            c.len(),
            rho.len()
        ));
    }
    let starts: Vec<usize> =
        sizes.iter().scan(0, |at, s| Some(std::mem::replace(at, *at + s))).collect();
    let mut decisions = vec![];
    for i in 0..classes {
        for j in i + 1..classes {
            // Row j − 1 of the coefficients for vectors of class i, row i for those of class j.
            let mut own = vec![0.0; count];
            for (class, row) in [(i, j - 1), (j, i)] {
                let range = starts[class]..starts[class] + sizes[class];
                range.for_each(|k| own[k] = c[row * count + k]);
            }
            let rho = rho[decisions.len()];
            decisions.push(Decision { coefficients: own, rho });
        }
    }
    Ok(Machine { kernel: Kernel::read(n)?, vectors: vectors(n, count, features)?, decisions })
}

impl Machine {
    /// The decisions for a sample.
    pub(super) fn decide(&self, x: &[f64]) -> Vec<f64> {
        let k: Vec<f64> = self.vectors.iter().map(|s| self.kernel.at(s, x)).collect();
        let one =
            |d: &Decision| d.coefficients.iter().zip(&k).map(|(c, k)| c * k).sum::<f64>() + d.rho;
        self.decisions.iter().map(one).collect()
    }

    /// Number of decisions.
    pub(super) fn len(&self) -> usize {
        self.decisions.len()
    }

    /// Writes the decisions for every row of x; they are result `place` of the node's evaluation.
    pub(super) fn write(&self, n: &Node, c: &mut Converter<'_>, place: usize) -> Import<Operand> {
        let x = c.operand(0)?;
        let hint = n.outputs.iter().find(|o| !o.is_empty()).map_or("svm", String::as_str);
        let all: Vec<(&[f64], f64)> =
            self.decisions.iter().map(|d| (d.coefficients.as_slice(), d.rho)).collect();
        let inner = result_name(n, place);
        let out = sums(c, (hint, &inner), &self.kernel, &self.vectors, &all, &x)?;
        Ok(Operand { tensor: inner, ..out })
    }
}
