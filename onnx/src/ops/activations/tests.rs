//! Every function of one number on arguments of every step.

use super::OPERATIONS;
use crate::compare::Sample;
use crate::model::Array;
use crate::one_node;
use crate::quantize::{Fixed, Settings};

/// Steps from 2^−12 to 2^6, of arguments of 8 bits.
const FRACTIONS: std::ops::RangeInclusive<i32> = -6..=12;

fn sample(data: Vec<f64>, shape: &[usize]) -> Sample {
    Sample::from([("x".to_string(), Array { shape: shape.to_vec(), data })])
}

/// The program, and by how much its circuit is off for the largest number of the result: on all arguments in a
/// row, or each beside one in the middle.
fn off(op: &str, t: Fixed, x: Sample) -> Result<f64, String> {
    let sizes: Vec<i64> = x["x"].shape.iter().map(|n| *n as i64).collect();
    let model =
        one_node::versioned(op, 24, vec![], &[("x", &sizes)]).map_err(|f| format!("{f:?}"))?;
    let mut settings = Settings::default();
    settings.choices.tensors.insert("x".into(), t);
    let float = model.evaluate(&x).map_err(|f| f.to_string())?;
    let (_, here) = one_node::run(&model, &settings, &x)?;
    let float = &float["y"].data;
    let largest = float.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let error = float.iter().zip(&here.data).fold(0.0, |m: f64, (f, h)| m.max((f - h).abs()));
    Ok(if largest == 0.0 { error } else { error / largest })
}

/// A result of 8 bits is off by no more than a step at its ends, and half of one within: of its largest number at
/// most 1/64, and of what is 1 where that is larger than all the others together.
#[test]
fn arguments_of_every_step() {
    let mut failed = vec![];
    for frac in FRACTIONS {
        let t = Fixed { signed: true, bits: 8, frac };
        let step = libm::exp2(f64::from(-frac));
        let all: Vec<f64> = (-128..=127).map(|k| f64::from(k) * step).collect();
        for o in OPERATIONS.iter().filter(|o| o.function) {
            match off(o.name, t, sample(all.clone(), &[256])) {
                Ok(off) if off <= 1.0 / 64.0 => {}
                Ok(off) => failed.push(format!("{} at {t}: {off}", o.name)),
                Err(e) => failed.push(format!("{} at {t}: {e}", o.name)),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Constants of a HardSigmoid that go together with no step of its argument.
#[test]
fn constants_of_every_size() {
    let float = |name: &str, f: f32| crate::proto::AttributeProto {
        name: name.into(),
        kind: 1,
        f,
        ..Default::default()
    };
    for frac in FRACTIONS {
        let t = Fixed { signed: true, bits: 8, frac };
        for (alpha, beta) in [(0.3, 0.45), (1.0 / 6.0, 0.5), (-0.7, 0.2), (0.017, 0.9), (0.0, 0.4)]
        {
            let attributes = vec![float("alpha", alpha), float("beta", beta)];
            let model = one_node::model("HardSigmoid", attributes, &[("x", &[256])]).unwrap();
            let step = libm::exp2(f64::from(-frac));
            let x = sample((-128..=127).map(|k| f64::from(k) * step).collect(), &[256]);
            let mut settings = Settings::default();
            settings.choices.tensors.insert("x".into(), t);
            let (_, here) = one_node::run(&model, &settings, &x).unwrap();
            let float = &model.evaluate(&x).unwrap()["y"].data;
            for (f, h) in float.iter().zip(&here.data) {
                assert!((f - h).abs() <= 1.0 / 128.0, "{alpha} {beta} at {t}: {h}, not {f}");
            }
        }
    }
}
