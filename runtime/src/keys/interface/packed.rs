//! Public values as bytes, as contracts take them.

use super::{Interface, PublicPort, ValueError};
use ark_ff::{BigInteger, PrimeField};
use num_bigint::{BigInt, Sign};
use zirc_circuit::{Fr, Int};

/// Public values, packed: port after port, row by row, each as its distance from the least value of its type,
/// in as many bytes, big-endian, as the largest distance takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Those of the inputs.
    pub inputs: Vec<u8>,
    /// Those of the outputs.
    pub outputs: Vec<u8>,
}

impl Interface {
    /// Packs public field elements that are as many as the key has, each in its type
    /// ([`Interface::to_values`]).
    #[must_use]
    pub fn pack(&self, public: &[Fr]) -> Packed {
        let mut packed = Packed::default();
        for (port, values) in self.split(public) {
            let (least, width) = (port.least(), port.bytes());
            let distance = |x: &Fr| (*x - least).into_bigint().to_bytes_be();
            let out = if port.output { &mut packed.outputs } else { &mut packed.inputs };
            values.iter().for_each(|x| out.extend(&distance(x)[32 - width..]));
        }
        packed
    }

    /// The raw integers of the public inputs, or of the public outputs, for each port.
    ///
    /// # Errors
    /// [`ValueError::Packed`] for another number of bytes, and [`ValueError::OutOfRange`].
    pub fn unpack(&self, bytes: &[u8], outputs: bool) -> Result<Vec<Vec<Int>>, ValueError> {
        let ports = || self.public.iter().filter(|p| p.output == outputs);
        let expected = ports().map(|p| p.len() * p.bytes()).sum();
        if bytes.len() != expected {
            return Err(ValueError::Packed { outputs, expected, got: bytes.len() });
        }
        let mut rest = bytes;
        ports().map(|p| p.unpack(&mut rest)).collect()
    }
}

impl PublicPort {
    /// Takes its values from the front of bytes that suffice.
    fn unpack(&self, rest: &mut &[u8]) -> Result<Vec<Int>, ValueError> {
        let width = self.bytes();
        let (here, after) = rest.split_at(self.len() * width);
        *rest = after;
        let least = self.range().0;
        let value = |b: &[u8]| BigInt::from_bytes_be(Sign::Plus, b) + &least;
        let values: Vec<Int> = here.chunks(width).map(value).collect();
        self.check(&values)?;
        Ok(values)
    }
}
