//! Kernels of support vector machines.

use crate::context::{Converter, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::quantize::Fixed;
use ndarray::{ArrayD, IxDyn};

/// K(s, x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kernel {
    Linear,
    /// e^(−γ·|s − x|²)
    Rbf {
        gamma: f64,
    },
    /// (γ·s·x + r)^d
    Poly {
        gamma: f64,
        add: f64,
        degree: u32,
    },
}

/// Bits of coefficients and support vectors.
const BITS: u32 = 18;

impl Kernel {
    pub(super) fn read(n: &Node) -> Import<Kernel> {
        let p: Vec<f64> =
            n.floats("kernel_params")?.unwrap_or(&[]).iter().map(|v| f64::from(*v)).collect();
        let [gamma, add, degree] = match p.as_slice() {
            [] => [0.0; 3],
            [a, b, c] if p.iter().all(|v| v.is_finite()) => [*a, *b, *c],
            _ => return refuse(format!("`kernel_params` is {p:?}")),
        };
        match n.text("kernel_type")?.unwrap_or("LINEAR") {
            "LINEAR" => Ok(Kernel::Linear),
            "RBF" if gamma >= 0.0 => Ok(Kernel::Rbf { gamma }),
            "RBF" => refuse(format!("γ is {gamma}")),
            "POLY" if degree.fract() == 0.0 && (1.0..=8.0).contains(&degree) => {
                Ok(Kernel::Poly { gamma, add, degree: degree as u32 })
            }
            "POLY" => refuse(format!("its degree is {degree}: whole ones up to 8 are supported")),
            other => Err(Fault::new(format!("kernel `{}` is not supported", show(other)))
                .help("LINEAR, RBF and POLY are")),
        }
    }

    pub(super) fn at(self, s: &[f64], x: &[f64]) -> f64 {
        let dot = || s.iter().zip(x).map(|(s, x)| s * x).sum::<f64>();
        match self {
            Kernel::Linear => dot(),
            Kernel::Rbf { gamma } => {
                let d: f64 = s.iter().zip(x).map(|(s, x)| (s - x) * (s - x)).sum();
                libm::exp(-gamma * d)
            }
            Kernel::Poly { gamma, add, degree } => {
                let base = gamma * dot() + add;
                (0..degree).fold(1.0, |p, _| p * base)
            }
        }
    }
}

fn matrix(rows: &[Vec<f64>], columns: usize) -> Import<ArrayD<f64>> {
    // Transposed, as the right factor of a product.
    let get = |i: usize, j: usize| rows.get(j).and_then(|r| r.get(i)).copied().unwrap_or(0.0);
    Ok(ArrayD::from_shape_fn(IxDyn(&[columns, rows.len()]), |i| get(i[0], i[1])))
}

/// Writes Σ c·K + ρ for each row of x and each list of coefficients, with a hint for names and the name that
/// the sums have as a tensor.
pub(super) fn sums(
    c: &mut Converter<'_>,
    (hint, inner): (&str, &str),
    kernel: &Kernel,
    vectors: &[Vec<f64>],
    decisions: &[(&[f64], f64)],
    x: &Operand,
) -> Import<Operand> {
    let [rows, features] = x.shape[..] else {
        return refuse(format!("x has the shape {:?}, it must be a matrix", x.shape));
    };
    let count = vectors.len();
    let mut coefficients: Vec<Vec<f64>> = decisions.iter().map(|d| d.0.to_vec()).collect();
    let k = if *kernel == Kernel::Linear {
        // The sum of the vectors is one vector.
        coefficients = decisions
            .iter()
            .map(|(own, _)| {
                let sum = |f: usize| own.iter().zip(vectors).map(|(c, s)| c * s[f]).sum();
                (0..features).map(sum).collect()
            })
            .collect();
        x.clone()
    } else {
        let (name, vectors) = (format!("{hint}_vectors"), matrix(vectors, features)?);
        let mut s = c.weight_of(&name, &vectors, None, BITS)?;
        if x.scale < s.scale {
            // As fine as what they are compared with.
            s = c.weight_at(&name, &vectors, &x.scale)?;
        }
        let dot = c.local(&format!("{hint}_dot"), &format!("matmul({}, {})", x.text, s.text))?;
        match *kernel {
            Kernel::Rbf { gamma } => rbf(c, hint, gamma, x, &s, &dot)?,
            Kernel::Poly { gamma, add, degree } => {
                let (gamma, add) = (c.number(gamma)?, c.number(add)?);
                let text = each(&dot.shape, |i| {
                    (&(&dot.at(i) * &gamma.expr()) + &add.expr()).power(degree)
                });
                c.local(&format!("{hint}_kernel"), &text)?
            }
            Kernel::Linear => dot,
        }
    };
    let summands = if *kernel == Kernel::Linear { features } else { count };
    let w = matrix(&coefficients, summands)?;
    let finer = match kernel {
        Kernel::Linear => c.finer_weights((&x.tensor, inner), &w, None),
        _ => 0,
    };
    let w = c.weight_of(&format!("{hint}_coefficients"), &w, Some(1), BITS + finer)?;
    let sum = c.local(&format!("{hint}_sums"), &format!("matmul({}, {})", k.text, w.text))?;
    let rho = ArrayD::from_shape_fn(IxDyn(&[decisions.len()]), |i| decisions[i[0]].1);
    let rho = c.weight_at(&format!("{hint}_rho"), &rho, &sum.scale)?;
    let text = each(&[rows, decisions.len()], |i| format!("{} + {}", sum.at(i), rho.at(i)));
    c.local(&format!("{hint}_decisions"), &text)
}

/// e^(−γ·|s − x|²) from |x|² − 2·s·x + |s|², so that the squares of x are taken once.
fn rbf(
    c: &mut Converter<'_>,
    hint: &str,
    gamma: f64,
    x: &Operand,
    s: &Operand,
    dot: &Operand,
) -> Import<Operand> {
    let (rows, features) = (x.shape[0], x.shape[1]);
    let text = each(&[rows], |i| {
        format!("sum k < {features} {{ {0}[{1}, k] * {0}[{1}, k] }}", x.text, i[0])
    });
    let squares = c.local(&format!("{hint}_squares"), &text)?;
    let text = each(&s.shape[1..], |i| {
        format!("sum k < {features} {{ {0}[k, {1}] * {0}[k, {1}] }}", s.text, i[0])
    });
    let own = c.local(&format!("{hint}_own_squares"), &text)?;
    let gamma = c.number(gamma)?;
    let text = each(&dot.shape, |i| {
        format!(
            "{} * ({}[{}] + {}[{}] - 2 * {})",
            gamma.text,
            squares.text,
            i[0],
            own.text,
            i[1],
            dot.at(i)
        )
    });
    let distance = c.local(&format!("{hint}_distance"), &text)?;
    // Beyond 16 the kernel is below 2^−23.
    let t = Fixed { signed: false, bits: 12, frac: 8 };
    let near = c.clamp(&distance, t)?;
    let y = Fixed { signed: false, bits: 17, frac: 16 };
    let text = each(&near.shape, |i| format!("exp::<{y}>(-{})", near.at(i)));
    c.local(&format!("{hint}_kernel"), &text)
}
