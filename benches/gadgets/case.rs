//! A gadget in one mode: its circuit, inputs for it, and on demand keys and a proof.

use crate::programs::{GADGETS, Gadget};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::cell::OnceCell;
use zirc_circuit::{Assignment, Circuit, Fr, Int, PortType, assign};
use zirc_compiler::{Mode, NoFiles, Options, Project};
use zirc_runtime::{
    Opening, ProveOptions, Proven, ProvingKey, SetupOptions, commit_model, prove, setup, silent,
};

/// The name of the circuit in every program.
const CIRCUIT: &str = "gadget";

/// What is measured.
pub(crate) struct Case {
    pub(crate) gadget: &'static Gadget,
    pub(crate) mode: Mode,
    pub(crate) circuit: Circuit,
    pub(crate) inputs: Vec<Vec<Int>>,
    made: OnceCell<Made>,
}

/// What proving and verifying start from.
pub(crate) struct Made {
    pub(crate) key: ProvingKey,
    pub(crate) assignment: Assignment,
    pub(crate) proven: Proven,
    opening: Option<Opening>,
}

impl Gadget {
    /// From its text to a circuit, the library's text included.
    pub(crate) fn compile(&self, mode: Mode) -> Circuit {
        let project = Project::load("gadget.zirc", self.text, &mut NoFiles);
        let project = project.unwrap_or_else(|r| panic!("{}: {:#?}", self.name, r.diagnostics));
        let options = Options { mode, ..Options::default() };
        let made = project.compile_with(CIRCUIT, &mut NoFiles, &options);
        made.unwrap_or_else(|r| panic!("{}: {:#?}", self.name, r.diagnostics)).circuit
    }
}

impl Case {
    /// Every gadget in both modes, but for those whose circuit is the same in both: they are named on
    /// standard error, and measured once, as plain.
    pub(crate) fn all() -> Vec<Case> {
        let mut cases = Vec::new();
        for gadget in GADGETS {
            let plain = Case::new(gadget, Mode::Groth16);
            let commit = Case::new(gadget, Mode::Commit);
            if plain.circuit.digest() == commit.circuit.digest() {
                eprintln!("{}: the same circuit in both modes", gadget.name);
                cases.push(plain);
            } else {
                cases.extend([plain, commit]);
            }
        }
        cases
    }

    fn new(gadget: &'static Gadget, mode: Mode) -> Case {
        let circuit = gadget.compile(mode);
        let mut rng = StdRng::seed_from_u64(1);
        let ports = &circuit.signature.inputs;
        let inputs = ports.iter().map(|port| {
            let count = port.shape.iter().product::<usize>();
            (0..count).map(|_| draw(&port.ty, &mut rng)).collect()
        });
        let inputs = inputs.collect();
        Case { gadget, mode, circuit, inputs, made: OnceCell::new() }
    }

    /// Keys, an assignment and a proof, made when they are first asked for.
    pub(crate) fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let (circuit, mut rng) = (&self.circuit, StdRng::seed_from_u64(2));
            let assignment = assign(circuit, &self.inputs).expect("the inputs are accepted");
            let (key, _) = setup(circuit, SetupOptions::default(), &mut rng, &mut silent)
                .expect("setup works");
            let opening = circuit.has_model().then(|| {
                commit_model(&key, circuit, &assignment, &mut rng, &mut silent)
                    .expect("the model can be committed to")
            });
            let options = ProveOptions { check: true, opening: opening.as_ref() };
            let proven = prove(&key, circuit, &assignment, options, &mut rng, &mut silent)
                .expect("the assignment satisfies the circuit");
            Made { key, assignment, proven, opening }
        })
    }
}

impl Made {
    /// Choices for a proof: the model's opening, where there is a model.
    pub(crate) fn options(&self) -> ProveOptions<'_> {
        ProveOptions { opening: self.opening.as_ref(), ..ProveOptions::default() }
    }
}

/// A value of a type, uniform but for a bias that no measurement sees.
fn draw(ty: &PortType, rng: &mut StdRng) -> Int {
    let mut bytes = [0; 40];
    rng.fill_bytes(&mut bytes);
    let any = Int::from_bytes_le(num_bigint::Sign::Plus, &bytes);
    match ty {
        PortType::Fix { lo, hi, .. } => any % (hi - lo + 1) + lo,
        PortType::Field => any % Int::from(<Fr as ark_ff::PrimeField>::MODULUS),
    }
}
