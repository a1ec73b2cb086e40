//! Public values as integers of their types and as elements of the field.

use super::{Interface, PublicPort, raw};
use thiserror::Error;
use zirc_circuit::{Fr, Int, scalar};

/// Public values that do not fit the interface.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Another number of public tensors.
    #[error("public inputs and outputs: expected {expected}, got {got}")]
    PortCount {
        /// As the key says.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// Another number of values for one of them.
    #[error("values of `{name}`: expected {expected}, got {got}")]
    ValueCount {
        /// The port.
        name: String,
        /// As the key says.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// Another number of public field elements, over all ports.
    #[error("public values: expected {expected}, got {got}")]
    Count {
        /// As the key says.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// Another number of bytes of packed values.
    #[error("packed {}: expected {expected} bytes, got {got}", if *outputs { "outputs" } else { "inputs" })]
    Packed {
        /// Whether of outputs.
        outputs: bool,
        /// As the key says.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// A value that does not lie in the declared type.
    #[error("value {index} of `{name}`: {value} is outside {lo} to {hi}")]
    OutOfRange {
        /// The port.
        name: String,
        /// Row-major index.
        index: usize,
        /// The raw value, in decimal.
        value: String,
        /// Lowest raw value.
        lo: String,
        /// Highest raw value.
        hi: String,
    },
}

impl PublicPort {
    pub(super) fn check(&self, values: &[Int]) -> Result<(), ValueError> {
        let (expected, got, name) = (self.len(), values.len(), self.name.clone());
        if expected != got {
            return Err(ValueError::ValueCount { name, expected, got });
        }
        let (lo, hi) = self.range();
        match values.iter().position(|v| *v < lo || *v > hi) {
            None => Ok(()),
            Some(index) => {
                let [value, lo, hi] = [&values[index], &lo, &hi].map(Int::to_string);
                Err(ValueError::OutOfRange { name, index, value, lo, hi })
            }
        }
    }
}

impl Interface {
    /// The public field elements, from raw integers for each port in order.
    ///
    /// # Errors
    /// A [`ValueError`] if a number of values is wrong or a value does not lie in its type. No
    /// value is ever reduced: an element of the field must be in `0..r`.
    pub fn to_field(&self, values: &[Vec<Int>]) -> Result<Vec<Fr>, ValueError> {
        let (expected, got) = (self.public.len(), values.len());
        if expected != got {
            return Err(ValueError::PortCount { expected, got });
        }
        for (port, values) in self.public.iter().zip(values) {
            port.check(values)?;
        }
        Ok(values.iter().flatten().map(scalar::to_fr).collect())
    }

    /// The raw integers of each port, from public field elements.
    ///
    /// # Errors
    /// As [`Interface::to_field`].
    pub fn to_values(&self, field: &[Fr]) -> Result<Vec<Vec<Int>>, ValueError> {
        let (expected, got) = (self.num_values(), field.len());
        if expected != got {
            return Err(ValueError::Count { expected, got });
        }
        let mut rest = field;
        let mut out = Vec::with_capacity(self.public.len());
        for port in &self.public {
            let (here, after) = rest.split_at(port.len());
            let values: Vec<Int> = here.iter().map(|v| raw(v, &port.ty)).collect();
            port.check(&values)?;
            out.push(values);
            rest = after;
        }
        Ok(out)
    }
}
