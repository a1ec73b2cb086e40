//! Tensors of the model as ONNX means them: what a node is given and gives in the clear.

use super::fault::{Fault, Import, refuse};
use ndarray::{ArrayD, IxDyn};

/// Most elements of one tensor.
pub(crate) const MAX_ELEMENTS: usize = 1 << 28;

/// Element types that are read. Floats are computed in double precision whatever they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    Float16,
    BFloat16,
    Float,
    Double,
    Int2,
    Int4,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt2,
    UInt4,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Bool,
    Text,
}

impl Element {
    /// The type behind a number of `TensorProto.DataType`.
    pub(crate) fn from_code(code: i32) -> Import<Element> {
        Ok(match code {
            1 => Element::Float,
            2 => Element::UInt8,
            3 => Element::Int8,
            4 => Element::UInt16,
            5 => Element::Int16,
            6 => Element::Int32,
            7 => Element::Int64,
            8 => Element::Text,
            9 => Element::Bool,
            10 => Element::Float16,
            11 => Element::Double,
            12 => Element::UInt32,
            13 => Element::UInt64,
            16 => Element::BFloat16,
            0 => return refuse("has no element type"),
            14 | 15 => return refuse("complex numbers are not supported"),
            17..=20 | 24 => return refuse("8-bit floats are not supported"),
            21 => Element::UInt4,
            22 => Element::Int4,
            23 => return refuse("4-bit floats are not supported"),
            25 => Element::UInt2,
            26 => Element::Int2,
            n => return refuse(format!("there is no element type {n}")),
        })
    }

    /// As ONNX writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Element::Float16 => "float16",
            Element::BFloat16 => "bfloat16",
            Element::Float => "float",
            Element::Double => "double",
            Element::Int2 => "int2",
            Element::Int4 => "int4",
            Element::Int8 => "int8",
            Element::Int16 => "int16",
            Element::Int32 => "int32",
            Element::Int64 => "int64",
            Element::UInt2 => "uint2",
            Element::UInt4 => "uint4",
            Element::UInt8 => "uint8",
            Element::UInt16 => "uint16",
            Element::UInt32 => "uint32",
            Element::UInt64 => "uint64",
            Element::Bool => "bool",
            Element::Text => "string",
        }
    }

    /// Whether it is a floating-point type.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Element::Float16 | Element::BFloat16 | Element::Float | Element::Double)
    }

    /// Bits and sign of an integer type.
    pub(crate) fn integer(self) -> Option<(u32, bool)> {
        Some(match self {
            Element::Int2 => (2, true),
            Element::Int4 => (4, true),
            Element::Int8 => (8, true),
            Element::Int16 => (16, true),
            Element::Int32 => (32, true),
            Element::Int64 => (64, true),
            Element::UInt2 => (2, false),
            Element::UInt4 => (4, false),
            Element::UInt8 => (8, false),
            Element::UInt16 => (16, false),
            Element::UInt32 => (32, false),
            Element::UInt64 => (64, false),
            _ => return None,
        })
    }

    /// The integers it can hold.
    pub(crate) fn limits(self) -> Option<(i128, i128)> {
        let (bits, signed) = self.integer()?;
        let half = 1i128 << (bits - 1);
        Some(if signed { (-half, half - 1) } else { (0, 2 * half - 1) })
    }
}

/// The values of a tensor. Integers of every width are held in 64 bits; a `uint64` beyond them is
/// refused when it is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Float(ArrayD<f64>),
    Int(ArrayD<i64>),
    Bool(ArrayD<bool>),
    Text(ArrayD<String>),
}

/// A tensor with its element type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) element: Element,
    pub(crate) values: Values,
}

impl Tensor {
    /// A float tensor.
    pub(crate) fn float(element: Element, a: ArrayD<f64>) -> Tensor {
        Tensor { element, values: Values::Float(a) }
    }

    /// A tensor of integers of a type.
    pub(crate) fn int(element: Element, a: ArrayD<i64>) -> Tensor {
        Tensor { element, values: Values::Int(a) }
    }

    /// A tensor of truth values.
    pub(crate) fn bool(a: ArrayD<bool>) -> Tensor {
        Tensor { element: Element::Bool, values: Values::Bool(a) }
    }

    /// A list of `int64`.
    pub(crate) fn int64s(list: &[i64]) -> Tensor {
        Tensor::int(Element::Int64, ArrayD::from_shape_fn(IxDyn(&[list.len()]), |i| list[i[0]]))
    }

    /// Its sizes.
    pub(crate) fn shape(&self) -> &[usize] {
        match &self.values {
            Values::Float(a) => a.shape(),
            Values::Int(a) => a.shape(),
            Values::Bool(a) => a.shape(),
            Values::Text(a) => a.shape(),
        }
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Its floats.
    pub(crate) fn floats(&self) -> Import<&ArrayD<f64>> {
        match &self.values {
            Values::Float(a) => Ok(a),
            _ => refuse(format!("a float tensor is expected, this one is {}", self.element.name())),
        }
    }

    /// Its integers.
    pub(crate) fn ints(&self) -> Import<&ArrayD<i64>> {
        match &self.values {
            Values::Int(a) => Ok(a),
            _ => refuse(format!(
                "an integer tensor is expected, this one is {}",
                self.element.name()
            )),
        }
    }

    /// Its truth values.
    pub(crate) fn bools(&self) -> Import<&ArrayD<bool>> {
        match &self.values {
            Values::Bool(a) => Ok(a),
            _ => refuse(format!("a bool tensor is expected, this one is {}", self.element.name())),
        }
    }

    /// Its elements as doubles, whatever number they are.
    pub(crate) fn to_floats(&self) -> Import<ArrayD<f64>> {
        match &self.values {
            Values::Float(a) => Ok(a.clone()),
            Values::Int(a) => Ok(a.mapv(|v| v as f64)),
            Values::Bool(a) => Ok(a.mapv(|v| f64::from(u8::from(v)))),
            Values::Text(_) => refuse("strings are not numbers"),
        }
    }

    /// Its elements as a flat list of integers, as shapes and axes are given.
    pub(crate) fn int_list(&self) -> Import<Vec<i64>> {
        Ok(self.ints()?.iter().copied().collect())
    }

    /// The same elements in another shape.
    pub(crate) fn reshaped(&self, shape: &[usize]) -> Import<Tensor> {
        fn to<T: Clone>(a: &ArrayD<T>, shape: &[usize]) -> Import<ArrayD<T>> {
            let flat: Vec<T> = a.iter().cloned().collect();
            ArrayD::from_shape_vec(IxDyn(shape), flat).map_err(|_| {
                Fault::new(format!("{:?} has not as many elements as {shape:?}", a.shape()))
            })
        }
        let values = match &self.values {
            Values::Float(a) => Values::Float(to(a, shape)?),
            Values::Int(a) => Values::Int(to(a, shape)?),
            Values::Bool(a) => Values::Bool(to(a, shape)?),
            Values::Text(a) => Values::Text(to(a, shape)?),
        };
        Ok(Tensor { element: self.element, values })
    }

    /// Elements taken from places of this tensor, `None` standing for `fill`: what every operation
    /// that only moves elements does. `source` gives row-major positions of the result.
    pub(crate) fn moved(
        &self,
        shape: &[usize],
        source: &[Option<usize>],
        fill: Option<&Tensor>,
    ) -> Import<Tensor> {
        fn take<T: Clone + Default>(
            a: &ArrayD<T>,
            shape: &[usize],
            source: &[Option<usize>],
            fill: T,
        ) -> Import<ArrayD<T>> {
            let flat: Vec<&T> = a.iter().collect();
            let list = source.iter().map(|s| match s {
                None => Ok(fill.clone()),
                Some(k) => flat.get(*k).map(|v| (*v).clone()).ok_or(()),
            });
            let list = list.collect::<Result<Vec<T>, ()>>();
            let list = list.map_err(|()| Fault::new("an index is out of range"))?;
            ArrayD::from_shape_vec(IxDyn(shape), list)
                .map_err(|_| Fault::new(format!("the result is no tensor of shape {shape:?}")))
        }
        let values = match &self.values {
            Values::Float(a) => {
                let f = fill.map(Tensor::to_floats).transpose()?;
                let f = f.and_then(|f| f.first().copied()).unwrap_or(0.0);
                Values::Float(take(a, shape, source, f)?)
            }
            Values::Int(a) => {
                let f = fill.map(Tensor::int_list).transpose()?;
                let f = f.and_then(|f| f.first().copied()).unwrap_or(0);
                Values::Int(take(a, shape, source, f)?)
            }
            Values::Bool(a) => {
                let f = fill.map(Tensor::bools).transpose()?;
                let f = f.and_then(|f| f.first().copied()).unwrap_or(false);
                Values::Bool(take(a, shape, source, f)?)
            }
            Values::Text(a) => Values::Text(take(a, shape, source, String::new())?),
        };
        Ok(Tensor { element: self.element, values })
    }
}

/// The number of elements of a tensor that a node gives, if it may be computed, and if it could without its sizes of 0:
/// what is reduced or padded along one of these has elements.
pub(crate) fn elements(shape: &[usize]) -> Import<usize> {
    counted(shape, super::room::of_one())
}

/// The number of elements of a tensor that a file holds, as large as its bytes.
pub(crate) fn held(shape: &[usize]) -> Import<usize> {
    counted(shape, MAX_ELEMENTS)
}

fn counted(shape: &[usize], most: usize) -> Import<usize> {
    let n = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d.max(&1)));
    match n.filter(|n| *n <= most) {
        Some(_) => Ok(shape.iter().product()),
        None => refuse(format!(
            "a tensor of shape {shape:?} is too large: the limit is {most} elements (`--budget` \
             raises that of computed ones)"
        )),
    }
}
