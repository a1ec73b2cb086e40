//! Cast and CastLike: the same numbers in another type.
//! <https://onnx.ai/onnx/operators/onnx__Cast.html>, opset 6 and later.
//!
//! - To floats: in the circuit nothing happens, as a type of its own says how a tensor is rounded there. In the
//!   clear, which is what the circuit is compared with, numbers are rounded to `float16` and `bfloat16`; the
//!   rounding to `float` is ignored, as that of everything else that is computed in it.
//! - To `bool`: x ≠ 0.
//! - From floats to integers: toward zero. ONNX leaves open what becomes of a number beyond the
//!   type; here it becomes the nearest end of it, and in types of 2 and 4 bits it wraps as integers
//!   do, as ONNX's own evaluation has it. A float that was quantized may have come to lie on the
//!   other side of an integer.
//! - Between integers: modulo 2 to the number of bits, in two's complement.
//!
//! Functions: `is_zero`, `trunc_to`, `clip`, `floor_div`. Strings are refused.

use crate::context::Args;
use crate::context::{Converter, Expr, Operand, each, whole_type};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor, Values};
use half::{bf16, f16};
use num_bigint::BigInt;
use num_traits::One;

/// A tensor in another element type.
pub(crate) fn to(x: &Tensor, element: Element) -> Import<Tensor> {
    let values = match (&x.values, element) {
        (Values::Text(_), _) | (_, Element::Text) => return refuse("strings are not supported"),
        (Values::Float(a), Element::Bool) => Values::Bool(a.mapv(|v| v != 0.0)),
        (Values::Int(a), Element::Bool) => Values::Bool(a.mapv(|v| v != 0)),
        (Values::Bool(a), Element::Bool) => Values::Bool(a.clone()),
        (_, e) if e.is_float() => Values::Float(x.to_floats()?.mapv(|v| nearest(v, e))),
        (Values::Float(a), e) => {
            let (lo, hi) = e.limits().unwrap_or((0, 0));
            let wrap = wraps(e);
            // Conversion to an integer truncates and saturates.
            Values::Int(a.mapv(|v| match v as i128 {
                v if wrap => wrapped(v, lo, hi) as i64,
                v => v.clamp(lo, hi.min(i128::from(i64::MAX))) as i64,
            }))
        }
        (Values::Bool(a), _) => Values::Int(a.mapv(i64::from)),
        (Values::Int(a), e) => {
            let (lo, hi) = e.limits().unwrap_or((0, 0));
            let wrapped = a.mapv(|v| wrapped(i128::from(v), lo, hi));
            if wrapped.iter().any(|v| i64::try_from(*v).is_err()) {
                return refuse("it holds integers of more than 63 bits");
            }
            Values::Int(wrapped.mapv(|v| v as i64))
        }
    };
    Ok(Tensor { element, values })
}

/// The number of 16 bits that a runtime makes of one of 32; one beyond the type becomes infinite.
fn nearest(v: f64, e: Element) -> f64 {
    match e {
        Element::Float16 => f16::from_f32(v as f32).to_f64(),
        Element::BFloat16 => bf16::from_f32(v as f32).to_f64(),
        _ => v,
    }
}

/// Whether a float beyond an integer type wraps to fit it.
fn wraps(e: Element) -> bool {
    e.integer().is_some_and(|(bits, _)| bits < 8)
}

/// The number from `lo` to `hi` that is `v` modulo how many there are; |v| and both below 2^126.
fn wrapped(v: i128, lo: i128, hi: i128) -> i128 {
    let size = hi - lo + 1;
    (v.rem_euclid(size) - lo.rem_euclid(size)).rem_euclid(size) + lo
}

fn target(n: &Node) -> Import<Element> {
    match n.int("to")? {
        Some(code) => Element::from_code(i32::try_from(code).unwrap_or(-1)),
        None => Err(Fault::new("`to` is missing")),
    }
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![to(a.get(0)?, target(n)?)?])
}

pub(super) fn evaluate_like(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![to(a.get(0)?, a.get(1)?.element)?])
}

pub(super) fn convert(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let y = c.result(0)?;
    let (element, shape) = (y.element, y.shape());
    if element.is_float() || x.element == element || x.element == Element::Bool {
        return c.alias(0, &x);
    }
    if element == Element::Bool {
        let text = each(shape, |at| Expr::call("is_zero", [&x.at(at)]).not());
        return c.bind(0, &text);
    }
    let (lo, hi) = element.limits().ok_or_else(|| Fault::new("is no type of numbers"))?;
    let (lo, hi) = (BigInt::from(lo), BigInt::from(hi));
    let x = if x.element.is_float() { whole(c, &x)? } else { x };
    if x.lo >= lo && x.hi <= hi {
        return c.alias(0, &x);
    }
    if x.element.is_float() && !wraps(element) {
        say_beyond(c, element);
        let text = each(shape, |at| format!("clip({}, {lo}, {hi})", x.at(at)));
        return c.bind(0, &text);
    }
    let size: BigInt = &hi - &lo + 1;
    let text = each(shape, |at| {
        let v = x.at(at);
        let times = Expr::call(
            &format!("floor_div::<{size}>"),
            [&(&v - &Expr::number(&lo.clone().into()))],
        );
        let rest = &v - &(&Expr::number(&size.clone().into()) * &times);
        Expr::call(&format!("narrow::<int<{lo}..={hi}>>"), [&rest])
    });
    c.bind(0, &text)
}

/// Warns of floats of the calibration data that are beyond the type that they become.
fn say_beyond(c: &mut Converter<'_>, element: Element) {
    let (lo, hi) = element.limits().unwrap_or((0, 0));
    let ends = (lo as f64 - 1.0, hi as f64 + 1.0);
    let seen = c.node.inputs.first().and_then(|x| c.seen(x));
    if let Some(seen) = seen.filter(|s| s.lo <= ends.0 || s.hi >= ends.1) {
        let (from, to, ty) = (seen.lo, seen.hi, element.name());
        c.warnings.insert(format!(
            "{}: it makes {ty} of numbers from {from:.4} to {to:.4}: ONNX leaves open what becomes of those that do \
             not fit, here the nearest end",
            c.node.place()
        ));
    }
}

/// A float without what is behind the point, on steps of 1.
pub(crate) fn whole(c: &mut Converter<'_>, x: &Operand) -> Import<Operand> {
    if x.scale.is_one() {
        return Ok(x.clone());
    }
    if x.scale.is_integer() {
        return c
            .local(&format!("{}_whole", x.text), &each(&x.shape, |i| &x.at(i) + &Expr::int(0)));
    }
    let ty = whole_type(&x.lo, &x.hi, &x.scale);
    c.local(&format!("{}_whole", x.text), &x.map(&format!("trunc_to::<{ty}>")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ArrayD, IxDyn};

    fn ints(t: &Tensor) -> Vec<i64> {
        t.int_list().unwrap()
    }

    #[test]
    fn in_the_clear() {
        let list = vec![-1.9, 0.5, 300.0, f64::NAN, f64::INFINITY, -0.0];
        let x = ArrayD::from_shape_vec(IxDyn(&[6]), list).unwrap();
        let x = Tensor::float(Element::Float, x);
        assert_eq!(ints(&to(&x, Element::Int8).unwrap()), [-1, 0, 127, 0, 127, 0]);
        let b = to(&x, Element::Bool).unwrap();
        assert_eq!(ints(&to(&b, Element::Int64).unwrap()), [1, 1, 1, 1, 1, 0]);
        let wide = Tensor::int64s(&[128, -129, 256, i64::MIN]);
        assert_eq!(ints(&to(&wide, Element::Int8).unwrap()), [-128, 127, 0, 0]);
        assert!(to(&Tensor::int64s(&[-1]), Element::UInt64).is_err());
        assert_eq!(ints(&to(&x, Element::Int4).unwrap()), [-1, 0, -4, 0, -1, 0]);
        assert_eq!(ints(&to(&wide, Element::UInt2).unwrap()), [0, 3, 0, 0]);
        assert_eq!(
            ints(&to(&Tensor::int64s(&[7, 8, -8, -9]), Element::Int4).unwrap()),
            [7, -8, -8, 7]
        );
    }

    /// Steps of 2 begin at 2,048, and of bfloat16 at 256; halves go to even.
    #[test]
    fn floats_of_sixteen_bits() {
        let x = ArrayD::from_shape_vec(IxDyn(&[5]), vec![2049.0, 2051.0, 257.0, 65519.0, 65520.0]);
        let x = Tensor::float(Element::Float, x.unwrap());
        let list =
            |e| -> Vec<f64> { to(&x, e).unwrap().floats().unwrap().iter().copied().collect() };
        assert_eq!(list(Element::Float16), [2048.0, 2052.0, 257.0, 65504.0, f64::INFINITY]);
        assert_eq!(list(Element::BFloat16), [2048.0, 2048.0, 256.0, 65536.0, 65536.0]);
        assert_eq!(list(Element::Double), [2049.0, 2051.0, 257.0, 65519.0, 65520.0]);
        let n = Tensor::int64s(&[2049]);
        assert_eq!(to(&n, Element::Float16).unwrap().floats().unwrap()[[0]], 2048.0);
    }

    /// A cast to `to` of a float between ±1000, whose 8-bit type has steps of 8: the program. `code` is that of the type.
    fn program(code: i64) -> String {
        use crate::quantize::{Fixed, Method, Settings};
        use crate::{Array, Options, import, one_node};
        let model =
            one_node::model("Cast", vec![one_node::int("to", code)], &[("x", &[3])]).unwrap();
        let sample = [("x".to_string(), Array { shape: vec![3], data: vec![-1000.0, 0.0, 900.0] })];
        let ranges = model.calibrate(&[sample.into()], Method::MinMax, 8).unwrap().ranges;
        let mut settings = Settings { ranges: Some(ranges), ..Settings::default() };
        let coarse = Fixed { signed: true, bits: 8, frac: -3 };
        settings.choices.tensors.insert("x".into(), coarse);
        let options = Options { name: "case".into(), ..Options::default() };
        let made = import(&model, &settings, &options).unwrap();
        let beyond =
            made.warnings.iter().any(|w| w.contains("numbers from -1000.0000 to 900.0000"));
        assert_eq!(beyond, code == 3, "{:?}", made.warnings);
        made.source
    }

    #[test]
    fn coarse_floats() {
        let (int8, int64, int4) = (3, 7, 22);
        // Steps of 8 become steps of 1 before anything looks at the integers.
        let text = program(int64);
        assert!(text.contains("x: fix<-128..=127, 8>[3]"), "{text}");
        assert!(text.contains("let x_whole = for i < 3 { x[i] + 0 };\n    x_whole\n"), "{text}");
        assert!(program(int8).contains("clip(x_whole[i], -128, 127)"));
        assert!(program(int4).contains("x_whole[i] - 16 * floor_div::<16>(x_whole[i] - (-8))"));
    }
}
