//! Input files against a circuit's signature.

#[path = "../src/samples.rs"]
mod samples;

use samples::{dot, field};
use zirc_circuit::{Int, Signature};
use zirc_runtime::input::{
    Format, InputError, InputErrorKind, bind, quantize, read_values, read_values_within,
};

fn read(signature: &Signature, json: &str) -> Result<Vec<Vec<Int>>, Vec<InputError>> {
    let values = read_values(json.as_bytes(), Format::Json).map_err(|e| vec![e])?;
    bind(signature, &values)
}

fn ints(v: &[i64]) -> Vec<Int> {
    v.iter().map(|&x| x.into()).collect()
}

#[test]
fn real_values_become_raw_ones() {
    // Types are -128..=127 with scale 1/16.
    let signature = dot(3).circuit.signature;
    let inputs = read(&signature, r#"{"w": [1, -8, 0.03125], "x": [0.09375, "1e0", 7.9375]}"#);
    assert_eq!(inputs, Ok(vec![ints(&[2, 16, 127]), ints(&[16, -128, 0])]));
}

#[test]
fn all_that_is_wrong_is_reported_by_name() {
    let signature = dot(3).circuit.signature;
    let errors = read(&signature, r#"{"x": [1, 2], "y": 1}"#).unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "input `y`: the circuit has no such input (its inputs are x, w)",
            "input `x`: expected shape [3], got [2]",
            "input `w`: missing from the file (which has x, y)",
        ]
    );
    let errors = read(&signature, r#"{"x": [1, 8.1, 0], "w": [0, 0, -8.04]}"#).unwrap_err();
    assert_eq!(errors[0].to_string(), "input `x`: value 8.1 at [1] is outside -8 to 7.9375");
    assert_eq!(errors[1].name, "w");
    let errors = read(&signature, r#"{"x": [1, 2, 3], "x": 1, "w": [1, 2, 3]}"#).unwrap_err();
    assert_eq!(errors[0].to_string(), "input `x`: given twice in the file");
    let errors = read(&signature, r#"{"x": [1, "two", 3], "w": [1, 2, 3]}"#).unwrap_err();
    assert_eq!(errors[0].to_string(), "input `x`: `two` is not a number");
}

#[test]
fn field_elements_are_read_exactly() {
    let signature = field().circuit.signature;
    let order = zirc_circuit::scalar::order();
    let one = |text: &str| read(&signature, &format!("{{\"x\": {text}}}"));
    let last: Int = &order - 1;
    assert_eq!(one(&last.to_string()), Ok(vec![vec![last.clone()]]));
    assert_eq!(one("-1"), Ok(vec![vec![last]]));
    assert_eq!(one("\"0xff\""), Ok(vec![ints(&[255])]));
    for text in [order.to_string(), format!("-{order}")] {
        assert!(matches!(one(&text).unwrap_err()[0].kind, InputErrorKind::OutOfRange { .. }));
    }
    let error = &one("0.5").unwrap_err()[0];
    assert!(matches!(error.kind, InputErrorKind::NotAnInteger { .. }));
}

#[test]
fn a_nameless_array_is_the_only_input() {
    let signature = field().circuit.signature;
    let header = "{'descr': '<u8', 'fortran_order': False, 'shape': (), }\n";
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.as_bytes());
    npy.extend(u64::MAX.to_le_bytes());
    let values = read_values(&npy, Format::Npy).unwrap();
    assert_eq!(bind(&signature, &values), Ok(vec![vec![u64::MAX.into()]]));
    // With two inputs it is nobody's.
    let errors = bind(&dot(3).circuit.signature, &values).unwrap_err();
    assert!(matches!(errors[0].kind, InputErrorKind::Unknown { .. }));
    // Floats are no elements of the field.
    let at = npy.windows(3).position(|w| w == b"<u8").unwrap();
    npy[at + 1] = b'f';
    npy.splice(npy.len() - 8.., 1.0f64.to_le_bytes());
    let values = read_values(&npy, Format::Npy).unwrap();
    let errors = bind(&signature, &values).unwrap_err();
    assert!(matches!(errors[0].kind, InputErrorKind::Dtype { .. }));
}

#[test]
fn limits_and_scales() {
    let error = read_values_within(b"{\"x\": 1}", Format::Json, 4).unwrap_err();
    assert_eq!(error.kind, InputErrorKind::TooLarge { limit: 4, got: 8 });
    let values = read_values(b"{\"x\": 1}", Format::Json).unwrap();
    let int = |v: i64| Int::from(v);
    let error = quantize(&values["x"], &int(0), &int(1), &int(0), &int(1)).unwrap_err();
    assert!(matches!(error.kind, InputErrorKind::Scale { .. }));
    for format in [Format::Json, Format::Npy, Format::Npz, Format::Safetensors] {
        assert!(read_values(b"", format).is_err());
        assert!(read_values(&[0; 100], format).is_err());
    }
}
