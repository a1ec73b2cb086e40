//! What a verifier knows about a circuit: its public values and where its constants came from.

use crate::files::FileError;
use crate::files::codec::{Decoder, Encode};
use num_traits::Signed;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use thiserror::Error;
use zirc_circuit::{Circuit, Fr, Int, Kind, ModelPart, PortType, Visibility, is_scale, scalar};

/// A public input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPort {
    /// Name.
    pub name: String,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type. The verifier checks that every value lies in it; the circuit does not.
    pub ty: PortType,
    /// The type as the author wrote it.
    pub written: String,
    /// Whether it is an output.
    pub output: bool,
    /// Whether it is committed to, and bound by one evaluation of all such values.
    pub carried: bool,
}

/// A hint that need not be unique, by the author's leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NondetUse {
    /// The function that it stands in, or the circuit.
    pub function: String,
    /// Its name.
    pub hint: String,
    /// Why any value that the constraints allow will do, in the author's words.
    pub reason: String,
}

/// The part of a circuit's signature that the verifying key carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The circuit's name.
    pub name: String,
    /// Public inputs, then public outputs: the order of the public variables.
    pub public: Vec<PublicPort>,
    /// Files that constants were read from.
    pub model: Vec<ModelPart>,
    /// What the proof does not cover.
    pub assumptions: Vec<String>,
    /// Hints that are not shown unique.
    pub nondet: Vec<NondetUse>,
}

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

/// The integer that a field element stands for in a type.
pub(crate) fn raw(value: &Fr, ty: &PortType) -> Int {
    match ty {
        PortType::Fix { lo, .. } if lo.is_negative() => scalar::signed(value),
        _ => scalar::canonical(value),
    }
}

impl NondetUse {
    fn of(n: &zirc_circuit::Nondet) -> NondetUse {
        let (function, hint) = (n.function.clone(), n.hint.clone());
        NondetUse { function, hint, reason: n.reason.clone() }
    }
}

impl PublicPort {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the distance of a value from the least one of its type takes.
    pub(crate) fn bytes(&self) -> usize {
        let (lo, hi) = self.range();
        usize::try_from((hi - lo).bits().div_ceil(8)).unwrap_or(32).clamp(1, 32)
    }

    /// Distance of the largest value of its type from the least.
    pub(crate) fn span(&self) -> Int {
        let (lo, hi) = self.range();
        hi - lo
    }

    /// The least value of its type.
    pub(crate) fn least(&self) -> Fr {
        scalar::to_fr(&self.range().0)
    }

    /// Lowest and highest raw value.
    fn range(&self) -> (Int, Int) {
        match &self.ty {
            PortType::Fix { lo, hi, .. } => (lo.clone(), hi.clone()),
            PortType::Field => (0.into(), scalar::order() - 1),
        }
    }

    fn check(&self, values: &[Int]) -> Result<(), ValueError> {
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
    /// The interface of a circuit.
    #[must_use]
    pub fn of(circuit: &Circuit) -> Interface {
        let signature = &circuit.signature;
        let ports = |ports: &[zirc_circuit::Port], output| {
            let public = ports.iter().filter(|p| p.visibility == Visibility::Public);
            let port = |p: &zirc_circuit::Port| PublicPort {
                name: p.name.clone(),
                shape: p.shape.clone(),
                ty: p.ty.clone(),
                written: p.written.clone(),
                output,
                carried: circuit
                    .tensors
                    .get(p.tensor.0 as usize)
                    .is_some_and(|t| t.kind == Kind::Carried),
            };
            public.map(port).collect::<Vec<_>>()
        };
        let mut public = ports(&signature.inputs, false);
        public.extend(ports(&signature.outputs, true));
        Interface {
            name: signature.name.clone(),
            public,
            model: signature.model.clone(),
            assumptions: signature.assumptions.clone(),
            nondet: signature.nondet.iter().map(NondetUse::of).collect(),
        }
    }

    /// Number of public values, over all ports.
    #[must_use]
    pub fn num_values(&self) -> usize {
        self.public.iter().map(PublicPort::len).sum()
    }

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

    /// Each port with its values, of as many as there are in all.
    pub(crate) fn split<'v>(
        &self,
        field: &'v [Fr],
    ) -> impl Iterator<Item = (&PublicPort, &'v [Fr])> {
        let mut rest = field;
        self.public.iter().map(move |port| {
            let (here, after) = rest.split_at(port.len().min(rest.len()));
            rest = after;
            (port, here)
        })
    }

    /// Number of instance variables that its values take: one for each that is not carried, and one for
    /// the evaluation of all that are.
    pub(crate) fn num_instance(&self) -> usize {
        let plain = self.public.iter().filter(|p| !p.carried).map(PublicPort::len).sum::<usize>();
        plain + usize::from(self.has_evaluation())
    }

    /// Whether an evaluation binds some of them.
    pub(crate) fn has_evaluation(&self) -> bool {
        self.public.iter().any(|p| p.carried)
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.put_text(&self.name)?;
        out.put_u64(self.public.len() as u64)?;
        for port in &self.public {
            out.put_text(&port.name)?;
            out.put_u64(port.shape.len() as u64)?;
            for &d in &port.shape {
                out.put_u64(d as u64)?;
            }
            match &port.ty {
                PortType::Field => out.write_all(&[0])?,
                PortType::Fix { lo, hi, numerator, denominator } => {
                    out.write_all(&[1])?;
                    for int in [lo, hi, numerator, denominator] {
                        out.put_int(int)?;
                    }
                }
            }
            out.put_text(&port.written)?;
            out.write_all(&[u8::from(port.output) | u8::from(port.carried) << 1])?;
        }
        out.put_u64(self.model.len() as u64)?;
        for part in &self.model {
            out.put_text(&part.name)?;
            out.put_text(&part.file)?;
            out.put_text(&part.digest)?;
        }
        out.put_u64(self.assumptions.len() as u64)?;
        self.assumptions.iter().try_for_each(|a| out.put_text(a))?;
        out.put_u64(self.nondet.len() as u64)?;
        for n in &self.nondet {
            [&n.function, &n.hint, &n.reason].into_iter().try_for_each(|t| out.put_text(t))?;
        }
        Ok(())
    }

    pub(crate) fn read<R: Read + Send>(source: &mut Decoder<R>) -> Result<Interface, FileError> {
        let name = source.text("name of the circuit")?;
        let mut public = Vec::new();
        let mut total = 0usize;
        for _ in 0..source.count(18, "public ports")? {
            let port = read_port(source)?;
            // Every later product and sum of sizes is as small as this one.
            let len = port.shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
            total = len
                .and_then(|n| total.checked_add(n))
                .filter(|&n| n < 1 << 32)
                .ok_or(FileError::Invalid { what: "shape of a public port" })?;
            public.push(port);
        }
        let mut model = Vec::new();
        for _ in 0..source.count(12, "model parts")? {
            model.push(ModelPart {
                name: source.text("name of a model part")?,
                file: source.text("file of a model part")?,
                digest: source.text("digest of a model part")?,
            });
        }
        let mut assumptions = Vec::new();
        for _ in 0..source.count(4, "assumptions")? {
            assumptions.push(source.text("assumption")?);
        }
        let mut nondet = Vec::new();
        for _ in 0..source.count(12, "hints that need not be unique")? {
            nondet.push(NondetUse {
                function: source.text("function of a hint")?,
                hint: source.text("name of a hint")?,
                reason: source.text("reason of a hint")?,
            });
        }
        Ok(Interface { name, public, model, assumptions, nondet })
    }
}

fn read_port<R: Read + Send>(source: &mut Decoder<R>) -> Result<PublicPort, FileError> {
    let name = source.text("name of a public port")?;
    let mut shape = Vec::new();
    for _ in 0..source.count(8, "shape of a public port")? {
        let what = "shape of a public port";
        let d = usize::try_from(source.u64(what)?).map_err(|_| FileError::Invalid { what })?;
        shape.push(d);
    }
    let ty = if source.flag("type of a public port")? {
        let mut int = || source.int("range of a public port");
        PortType::Fix { lo: int()?, hi: int()?, numerator: int()?, denominator: int()? }
    } else {
        PortType::Field
    };
    let written = source.text("type of a public port")?;
    let what = "direction of a public port";
    let (output, carried) = match source.array(what)? {
        [n @ 0..4] => (n & 1 == 1, n & 2 == 2),
        _ => return Err(FileError::Invalid { what }),
    };
    match &ty {
        PortType::Fix { lo, hi, numerator, denominator }
            if lo > hi || !ty.is_unique() || !is_scale(numerator, denominator) =>
        {
            Err(FileError::Invalid { what: "range of a public port" })
        }
        _ => Ok(PublicPort { name, shape, ty, written, output, carried }),
    }
}
