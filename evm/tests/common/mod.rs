//! Contracts with proofs for them.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

pub mod room;
#[path = "../../../runtime/src/samples.rs"]
pub mod samples;

use rand::{SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::path::PathBuf;
use zirc_circuit::{Circuit, Int, Ints, Port, PortType, TensorId, Visibility, assign, scalar};
use zirc_compiler::{Loaded, Loader, Mode, Options, Project, Public};
use zirc_evm::{Answer, Chain, Compiled, compile};
use zirc_runtime::export::solidity::{Calldata, Source, calldata, contracts};
use zirc_runtime::input::{self, Format, RawTensor};
use zirc_runtime::{
    Opening, ProofFile, ProveOptions, ProvingKey, SetupOptions, VerifyingKey, commit_model, prove,
    setup, silent,
};

/// A circuit, its keys, and what was proved of it.
pub struct Case {
    pub circuit: Circuit,
    pub inputs: Vec<Vec<Int>>,
    pub key: ProvingKey,
    pub opening: Option<Opening>,
}

impl Case {
    pub fn new(circuit: Circuit, inputs: Vec<Vec<Int>>) -> Case {
        Case::seeded(circuit, inputs, 1)
    }

    pub fn of(sample: samples::Sample) -> Case {
        Case::new(sample.circuit, sample.inputs)
    }

    pub fn seeded(circuit: Circuit, inputs: Vec<Vec<Int>>, seed: u64) -> Case {
        let mut rng = StdRng::seed_from_u64(seed);
        let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        let opening = key.verifying_key().commitments().model.then(|| {
            let assignment = assign(&circuit, &inputs).unwrap();
            commit_model(&key, &circuit, &assignment, &mut rng, &mut silent).unwrap()
        });
        Case { circuit, inputs, key, opening }
    }

    pub fn vk(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    pub fn prove(&self, seed: u64) -> ProofFile {
        let mut rng = StdRng::seed_from_u64(seed);
        let assignment = assign(&self.circuit, &self.inputs).unwrap();
        let options = ProveOptions { check: true, opening: self.opening.as_ref() };
        let made = prove(&self.key, &self.circuit, &assignment, options, &mut rng, &mut silent);
        made.unwrap().to_file()
    }

    pub fn calldata(&self, seed: u64) -> Calldata {
        calldata(self.vk(), &self.prove(seed)).unwrap()
    }

    pub fn sources(&self) -> [Source; 4] {
        contracts(self.vk(), self.opening.as_ref().map(Opening::commitment)).unwrap()
    }

    pub fn compiled(&self) -> BTreeMap<String, Compiled> {
        compile_all(&self.sources(), &[])
    }

    /// The contract on a chain.
    pub fn deployed(&self) -> Deployed {
        let code = &self.compiled()["ZircVerifier"];
        let mut chain = Chain::default();
        let at = chain.deploy(&code.creation).unwrap();
        Deployed { chain, at, size: code.size }
    }
}

pub fn compile_all(sources: &[Source], more: &[(&str, &str)]) -> BTreeMap<String, Compiled> {
    let mut all: Vec<(&str, &str)> = sources.iter().map(|s| (s.name, s.text.as_str())).collect();
    all.extend(more);
    compile(&all).unwrap_or_else(|said| panic!("{said}"))
}

pub struct Deployed {
    pub chain: Chain,
    pub at: zirc_evm::Address,
    pub size: usize,
}

impl Deployed {
    pub fn verify(&mut self, call: &Calldata) -> Answer {
        self.chain.call(self.at, &call.call()).unwrap()
    }
}

/// A circuit of a program without files.
pub fn program(text: &str, name: &str, options: &Options) -> Circuit {
    let mut folder = Folder(PathBuf::new());
    let project = Project::load("model.zirc", text, &mut folder)
        .unwrap_or_else(|r| panic!("{:?}", r.diagnostics));
    project
        .compile_with(name, &mut folder, options)
        .unwrap_or_else(|r| panic!("{:?}", r.diagnostics))
        .circuit
}

/// Carried values of all kinds: bytes, others that do not fill theirs, and elements of the field.
pub fn mixed() -> Case {
    let text = "
circuit mixed(
    public a: u8[40], public b: int<-5..=700>[3], public f: field[2], private w: field,
) -> (public y: field, public z: _) {
    (f[0] * w + f[1], (sum j { a[j] }) * b[0] - b[1] * b[2])
}
";
    let options =
        Options { mode: Mode::Commit, public: Some(Public::Carried), ..Options::default() };
    let a = (0..40).map(|i| Int::from(i * 37 % 256)).collect();
    let b = [-5, 700, 9].map(Int::from).into();
    let f = vec![scalar::order() - 1, Int::from(12)];
    Case::new(program(text, "mixed", &options), vec![a, b, f, vec![Int::from(3)]])
}

/// The circuit of an example with its own input.
pub fn example(name: &str, mode: Mode) -> (Circuit, Vec<Vec<Int>>) {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples")).join(name);
    let mut folder = Folder(root);
    let text = folder.source("model.zirc").unwrap();
    let project = Project::load("model.zirc", &text, &mut folder)
        .unwrap_or_else(|r| panic!("{:?}", r.diagnostics));
    let options = Options { mode, ..Options::default() };
    let compiled = project.compile_with(name, &mut folder, &options);
    let circuit = compiled.unwrap_or_else(|r| panic!("{:?}", r.diagnostics)).circuit;
    let values = folder.values("input.json").unwrap();
    let inputs = input::bind(&circuit.signature, &values).unwrap();
    (circuit, inputs)
}

/// Files of one folder.
struct Folder(PathBuf);

impl Folder {
    fn values(&self, file: &str) -> Result<BTreeMap<String, RawTensor>, String> {
        let bytes = std::fs::read(self.0.join(file)).map_err(|e| e.to_string())?;
        let format = Format::from_name(file).ok_or("no format")?;
        input::read_values(&bytes, format).map_err(|e| e.to_string())
    }
}

impl Loader for Folder {
    fn source(&mut self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(self.0.join(path)).map_err(|e| e.to_string())
    }

    fn tensor(&mut self, file: &str, name: &str, ty: &PortType) -> Result<Loaded, String> {
        let raw = self.values(file)?.remove(name).ok_or("no such tensor")?;
        let port = Port {
            name: name.into(),
            shape: raw.shape.clone(),
            ty: ty.clone(),
            written: String::new(),
            visibility: Visibility::Private,
            tensor: TensorId::ONE,
            file: None,
        };
        let data = input::to_port(&raw, &port).map_err(|e| e.to_string())?;
        let small = data.iter().map(i64::try_from).collect::<Result<_, _>>();
        let data = small.map_or(Ints::Big(data), Ints::Small);
        Ok(Loaded { shape: raw.shape, data })
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("00".repeat(32))
    }
}
