//! Public inputs and outputs with their values.

use super::ReceiptError;
use crate::keys::{Interface, PublicPort};
use num_integer::Integer;
use num_traits::{One, Pow, Signed};
use serde::{Deserialize, Serialize};
use zirc_circuit::{Int, Labels, PortType};

/// Digits of the longest raw value: no element of the field has more.
const LONGEST: usize = 80;

/// A public input or output with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPort {
    /// Name.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type, as the author wrote it.
    #[serde(rename = "type")]
    pub ty: String,
    /// Raw integers in row-major order, in decimal.
    pub raw: Vec<String>,
    /// What they are worth, raw · scale: exact decimals, or fractions where there is none.
    pub values: Vec<String>,
    /// What they stand for, where the circuit names the integers of an output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Given to the circuit.
    Input,
    /// Computed by it.
    Output,
}

impl ReceiptPort {
    /// The raw integers.
    ///
    /// # Errors
    /// [`ReceiptError::NotAnInteger`] for anything but the usual way to write one.
    pub fn parse(&self) -> Result<Vec<Int>, ReceiptError> {
        let parse = |(index, text): (usize, &String)| {
            let value = (text.len() <= LONGEST).then(|| text.parse::<Int>().ok()).flatten();
            value
                .filter(|v| v.to_string() == *text)
                .ok_or_else(|| ReceiptError::NotAnInteger { name: self.name.clone(), index })
        };
        self.raw.iter().enumerate().map(parse).collect()
    }
}

/// A port of an interface with its values.
pub(super) fn describe(interface: &Interface) -> impl Fn((&PublicPort, &Vec<Int>)) -> ReceiptPort {
    move |(port, values)| ReceiptPort {
        names: names(&interface.assumptions, port.output, &port.name, &port.ty, values),
        name: port.name.clone(),
        direction: if port.output { Direction::Output } else { Direction::Input },
        shape: port.shape.clone(),
        ty: port.written.clone(),
        raw: values.iter().map(Int::to_string).collect(),
        values: values.iter().map(|v| real(v, &port.ty)).collect(),
    }
}

/// What the integers of a port stand for, if the assumptions of its circuit name them: those that have no
/// name are themselves.
#[must_use]
pub fn names(
    assumptions: &[String],
    output: bool,
    port: &str,
    ty: &PortType,
    values: &[Int],
) -> Vec<String> {
    let labels = if output { Labels::of(assumptions, port) } else { None };
    let Some(labels) = labels else { return vec![] };
    let one = |raw: &Int| {
        let value = real(raw, ty);
        let name = value.parse::<usize>().ok().and_then(|k| labels.get(k));
        name.cloned().unwrap_or(value)
    };
    values.iter().map(one).collect()
}

/// Most decimal places of a value.
const PLACES: u32 = 40;

/// raw · numerator / denominator, exactly: as a decimal if it has one of at most 40 places.
#[must_use]
pub fn real(raw: &Int, ty: &PortType) -> String {
    let PortType::Fix { numerator, denominator, .. } = ty else { return raw.to_string() };
    let top = raw * numerator;
    let divisor = top.gcd(denominator);
    let (top, bottom) = (top / &divisor, denominator / &divisor);
    let twos = bottom.trailing_zeros().unwrap_or(0);
    let (mut rest, mut fives) = (&bottom >> twos, 0);
    while fives <= PLACES && rest.is_multiple_of(&5.into()) {
        rest /= 5;
        fives += 1;
    }
    let places = u32::try_from(twos).unwrap_or(u32::MAX).max(fives);
    if !rest.is_one() || places > PLACES {
        return format!("{top}/{bottom}");
    }
    if places == 0 {
        return top.to_string();
    }
    let ten = Int::from(10).pow(places);
    let (whole, fraction) = (top.abs() * &ten / bottom).div_rem(&ten);
    let sign = if top.is_negative() { "-" } else { "" };
    format!(
        "{sign}{whole}.{fraction:0>width$}",
        fraction = fraction.to_string(),
        width = places as usize
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_values_are_exact() {
        let text = |raw: i64, num: i64, den: i64| {
            let (lo, hi) = (Int::from(-1000), Int::from(1000));
            let (numerator, denominator) = (num.into(), den.into());
            real(&raw.into(), &PortType::Fix { lo, hi, numerator, denominator })
        };
        assert_eq!(text(-24, 1, 16), "-1.5");
        assert_eq!(text(1, 1, 16), "0.0625");
        assert_eq!(text(-1, 1, 40), "-0.025");
        assert_eq!(text(32, 1, 16), "2");
        assert_eq!(text(2, 1, 3), "2/3");
        assert_eq!(text(6, 5, 3), "10");
    }
}
