//! What a verifier knows about a circuit: its public values and where its constants came from.

mod codec;
mod packed;
mod values;

use num_traits::Signed;
pub use packed::Packed;
use serde::{Deserialize, Serialize};
pub use values::ValueError;
use zirc_circuit::{Circuit, Fr, Int, Kind, ModelPart, PortType, Visibility, scalar};

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

/// An input or output that stays with the prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenPort {
    /// Name.
    pub name: String,
    /// What becomes of it.
    pub role: Role,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type, as the author wrote it. The circuit proves that values lie in it.
    #[serde(rename = "type")]
    pub written: String,
}

/// What becomes of a value that stays with the prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Given to the circuit; another proof may have another.
    Input,
    /// Given to the circuit; the commitment beside the proof names it.
    Model,
    /// Computed by the circuit.
    Output,
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
    /// Private inputs, then private outputs.
    pub hidden: Vec<HiddenPort>,
    /// Files that constants were read from.
    pub model: Vec<ModelPart>,
    /// What the proof does not cover.
    pub assumptions: Vec<String>,
    /// Hints that are not shown unique.
    pub nondet: Vec<NondetUse>,
    /// Conditions on inputs and outputs that the circuit enforces, in the author's words.
    pub claims: Vec<String>,
    /// Parts of inputs that no output depends on, as setup has seen on the circuit.
    pub independent_of: Vec<String>,
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

impl HiddenPort {
    fn of(circuit: &Circuit, port: &zirc_circuit::Port, output: bool) -> HiddenPort {
        let tensor = circuit.tensors.get(port.tensor.0 as usize);
        let role = match tensor {
            _ if output => Role::Output,
            Some(t) if t.kind == Kind::Model => Role::Model,
            _ => Role::Input,
        };
        let (name, shape, written) = (port.name.clone(), port.shape.clone(), port.written.clone());
        HiddenPort { name, role, shape, written }
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
        let hidden = |ports: &[zirc_circuit::Port], output| {
            let private = ports.iter().filter(|p| p.visibility == Visibility::Private);
            private.map(|p| HiddenPort::of(circuit, p, output)).collect::<Vec<_>>()
        };
        let mut private = hidden(&signature.inputs, false);
        private.extend(hidden(&signature.outputs, true));
        Interface {
            name: signature.name.clone(),
            public,
            hidden: private,
            model: signature.model.clone(),
            assumptions: signature.assumptions.clone(),
            nondet: signature.nondet.iter().map(NondetUse::of).collect(),
            claims: signature.claims.conditions.clone(),
            independent_of: signature
                .claims
                .independent_of
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }

    /// Number of public values, over all ports.
    #[must_use]
    pub fn num_values(&self) -> usize {
        self.public.iter().map(PublicPort::len).sum()
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
}
