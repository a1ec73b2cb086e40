//! Whether numbers of a file are those that raw integers stand for, and not only near them.

use super::{InputError, InputErrorKind, RawData, RawTensor};
use crate::receipt::real;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use zirc_circuit::{Int, Port, PortType};

/// Refuses the first number that another one of the type was taken for.
pub(super) fn exact(tensor: &RawTensor, port: &Port, raw: &[Int]) -> Result<(), InputError> {
    let PortType::Fix { numerator, denominator, .. } = &port.ty else { return Ok(()) };
    let worth = |raw: &Int| BigRational::new(raw * numerator, denominator.clone());
    let inexact = |k: usize, value: String| {
        let (index, nearest) = (tensor.index(k), real(&raw[k], &port.ty));
        Err(InputErrorKind::Inexact { index, value, nearest }.into())
    };
    match &tensor.data {
        // Raw already.
        RawData::Ints(_) | RawData::Big(_) => Ok(()),
        RawData::Decimals(all) => match all.iter().zip(raw).position(|(v, r)| *v != worth(r)) {
            Some(k) => inexact(k, shown(&all[k])),
            None => Ok(()),
        },
        RawData::Floats(all) => {
            let same = |v: f64, raw: &Int| {
                let worth = worth(raw);
                let single = worth.to_f32().map(f64::from);
                worth.to_f64() == Some(v) || single == Some(v)
            };
            match all.iter().zip(raw).position(|(v, r)| !same(*v, r)) {
                Some(k) => inexact(k, all[k].to_string()),
                None => Ok(()),
            }
        }
    }
}

/// A rational as a decimal where that ends.
fn shown(value: &BigRational) -> String {
    let (lo, hi) = (Int::from(0), Int::from(0));
    let ty = PortType::Fix { lo, hi, numerator: Int::from(1), denominator: value.denom().clone() };
    real(value.numer(), &ty)
}

#[cfg(test)]
mod tests {
    use crate::input::{Format, bind, bind_exact, read_values};
    use zirc_circuit::{Int, Port, PortType, Signature, TensorId, Visibility};

    fn signature(numerator: i64, denominator: i64) -> Signature {
        let ty = PortType::Fix {
            lo: (-1000).into(),
            hi: 1000.into(),
            numerator: numerator.into(),
            denominator: denominator.into(),
        };
        let port = Port {
            name: "a".into(),
            shape: vec![2],
            ty,
            written: String::new(),
            visibility: Visibility::Public,
            tensor: TensorId::ONE,
            file: None,
        };
        Signature::new("c", vec![port], vec![])
    }

    #[test]
    fn what_is_asked_for_is_not_rounded() {
        let of = |text: &str, scale: (i64, i64)| {
            let values = read_values(text.as_bytes(), Format::Json).unwrap();
            let signature = signature(scale.0, scale.1);
            let rounded = bind(&signature, &values).unwrap();
            let exact = bind_exact(&signature, &values);
            exact.map(|all| assert_eq!(all, rounded)).map_err(|e| e[0].to_string())
        };
        assert_eq!(of(r#"{"a": [0.5, -0.75]}"#, (1, 4)), Ok(()));
        assert_eq!(of(r#"{"a": ["0.2", 3]}"#, (1, 5)), Ok(()));
        let why = "input `a`: value 0.53 at [1] is no value of the type: the nearest is 0.5";
        assert_eq!(of(r#"{"a": [0.5, 0.53]}"#, (1, 4)), Err(why.into()));
        let raw = read_values(br#"{"a": [1, 2]}"#, Format::Json).unwrap();
        assert_eq!(bind_exact(&signature(1, 1), &raw), Ok(vec![vec![Int::from(1), 2.into()]]));
    }
}
