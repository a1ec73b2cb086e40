//! What is known when the model is imported: Constant, ConstantOfShape, Range, EyeLike, Shape, Size.
//! <https://onnx.ai/onnx/operators/onnx__Constant.html> and so on; every opset.
//!
//! None of them is ever converted: their results become constants of the graph. The inputs of
//! ConstantOfShape and Range must be known; Shape, Size and EyeLike read only the shape of theirs.

use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Attribute, Node};
use crate::tensor::{Element, MAX_ELEMENTS, Tensor, Values, elements};
use ndarray::{ArrayD, IxDyn};

pub(super) fn never(_: &Node, _: &mut Converter<'_>) -> Import<()> {
    refuse("its value is not known at import")
}

pub(super) fn constant(n: &Node, _: &Args<'_>) -> Import<Vec<Tensor>> {
    let float = |list: &[f32], shape: &[usize]| {
        let list = list.iter().map(|v| f64::from(*v)).collect();
        let a = ArrayD::from_shape_vec(IxDyn(shape), list);
        a.map(|a| Tensor::float(Element::Float, a)).map_err(|e| Fault::new(e.to_string()))
    };
    let mut given = n.attributes.iter().filter(|(name, _)| name.starts_with("value"));
    let (Some((name, value)), None) = (given.next(), given.next()) else {
        return refuse("one attribute is expected: its value");
    };
    Ok(vec![match value {
        Attribute::Tensor(t) => t.clone(),
        Attribute::Float(v) => float(&[*v], &[])?,
        Attribute::Floats(v) => float(v, &[v.len()])?,
        Attribute::Int(v) => Tensor::int64s(&[*v]).reshaped(&[])?,
        Attribute::Ints(v) => Tensor::int64s(v),
        _ => {
            return refuse(format!("`{}` is no tensor of numbers", crate::graph::show(name)));
        }
    }])
}

pub(super) fn of_shape(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let list = a.get(0)?.int_list()?;
    let shape: Option<Vec<usize>> = list.iter().map(|v| usize::try_from(*v).ok()).collect();
    let Some(shape) = shape else { return refuse(format!("{list:?} is no shape")) };
    let count = elements(&shape)?;
    let zero = Tensor::float(Element::Float, ArrayD::zeros(IxDyn(&[1])));
    let value = n.tensor("value")?.unwrap_or(&zero);
    if value.len() != 1 {
        return refuse(format!("`value` has {} elements", value.len()));
    }
    Ok(vec![value.moved(&shape, &vec![Some(0); count], None)?])
}

/// The number of steps of a range, if it is one.
fn steps(count: f64) -> Import<usize> {
    if count.is_nan() || count > MAX_ELEMENTS as f64 {
        return refuse("a range without an end, or with too many elements");
    }
    Ok(count.max(0.0) as usize)
}

pub(super) fn range(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let all = [a.get(0)?, a.get(1)?, a.get(2)?];
    if all.iter().any(|t| t.len() != 1 || t.element != all[0].element) {
        return refuse("three numbers of one type are expected");
    }
    if let Values::Int(_) = all[0].values {
        let list: Vec<i128> =
            all.iter().map(|t| Ok(i128::from(t.int_list()?[0]))).collect::<Import<_>>()?;
        let (start, limit, delta) = (list[0], list[1], list[2]);
        if delta == 0 {
            return refuse("its step is 0");
        }
        let (span, step) = ((limit - start) * delta.signum(), delta.abs());
        let count = steps(if span > 0 { ((span + step - 1) / step) as f64 } else { 0.0 })?;
        let value = |k: usize| i64::try_from(start + k as i128 * delta).unwrap_or(i64::MAX);
        let a = ArrayD::from_shape_fn(IxDyn(&[count]), |k| value(k[0]));
        return Ok(vec![Tensor::int(all[0].element, a)]);
    }
    let list: Vec<f64> = all
        .iter()
        .map(|t| Ok(t.floats()?.first().copied().unwrap_or(0.0)))
        .collect::<Import<_>>()?;
    let (start, limit, delta) = (list[0], list[1], list[2]);
    if delta == 0.0 {
        return refuse("its step is 0");
    }
    let count = steps(((limit - start) / delta).ceil())?;
    let a = ArrayD::from_shape_fn(IxDyn(&[count]), |k| start + k[0] as f64 * delta);
    Ok(vec![Tensor::float(all[0].element, a)])
}

pub(super) fn eye(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let [rows, columns] = *x.shape() else {
        return refuse(format!("a matrix is expected, its shape is {:?}", x.shape()));
    };
    let element = match n.int("dtype")? {
        Some(code) => Element::from_code(i32::try_from(code).unwrap_or(-1))?,
        None => x.element,
    };
    let k = i128::from(n.int_or("k", 0)?);
    let one = |i: usize, j: usize| j as i128 == i as i128 + k;
    let a = ArrayD::from_shape_fn(IxDyn(&[rows, columns]), |at| one(at[0], at[1]));
    super::cast::to(&Tensor::bool(a), element).map(|t| vec![t])
}

pub(super) fn shape(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let shape = a.get(0)?.shape();
    let rank = shape.len() as i64;
    let cut = |v: i64| (if v < 0 { v.saturating_add(rank) } else { v }).clamp(0, rank) as usize;
    let (start, end) = (cut(n.int_or("start", 0)?), cut(n.int_or("end", rank)?));
    let list: Vec<i64> = shape.iter().map(|d| *d as i64).collect();
    Ok(vec![Tensor::int64s(list.get(start..end).unwrap_or(&[]))])
}

pub(super) fn size(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![Tensor::int64s(&[a.get(0)?.len() as i64]).reshaped(&[])?])
}
