//! What the comparison with other provers needs of arkworks: ark-groth16 on the constraints of a circuit
//! file, and powers of tau for snarkjs. It prints what it measured as JSON; `benches/peers/run.sh` calls it.
//!
//! ```text
//! peers setup CIRCUIT KEY             a key by ark-groth16's own setup
//! peers prove CIRCUIT KEY INPUT N     N proofs with it; matrices are built before
//! peers held CIRCUIT INPUT N          N proofs by zirc, its key in memory as arkworks' is
//! peers ptau POWER FILE               powers of tau in snarkjs's format
//! ```

mod ptau;

use ark_bn254::{Bn254, Fr};
use ark_ff::UniformRand;
use ark_groth16::{Groth16, ProvingKey, prepare_verifying_key, r1cs_to_qap::LibsnarkReduction};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisMode,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand::rngs::OsRng;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::time::Instant;
use zirc_circuit::{Circuit, Int, assign};
use zirc_runtime::ark::Synthesizer;
use zirc_runtime::input::{self, Format};
use zirc_runtime::{ProveOptions, SetupOptions, silent, verify};

/// Groth16 with arkworks' usual reduction.
type Snark = Groth16<Bn254, LibsnarkReduction>;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = match args[..] {
        ["setup", circuit, key] => setup(Path::new(circuit), Path::new(key))?,
        ["prove", circuit, key, input, count] => {
            prove(Path::new(circuit), Path::new(key), Path::new(input), count.parse()?)?
        }
        ["held", circuit, input, count] => {
            held(Path::new(circuit), Path::new(input), count.parse()?)?
        }
        ["ptau", power, file] => ptau::write(power.parse()?, Path::new(file))?,
        _ => return Err("usage: peers setup|prove|ptau …, see the head of the source".into()),
    };
    println!("{said}");
    Ok(())
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn circuit(path: &Path) -> Result<Circuit, Box<dyn Error>> {
    Ok(Circuit::decode(&std::fs::read(path)?)?)
}

/// The inputs' values: of a JSON file, and private weights from the file beside the circuit.
fn values(circuit: &Circuit, path: &Path, input: &Path) -> Result<Vec<Vec<Int>>, Box<dyn Error>> {
    let mut values = input::read_values(&std::fs::read(input)?, Format::Json)?;
    let mut files = BTreeMap::new();
    for port in &circuit.signature.inputs {
        let Some(file) = port.file.as_ref().filter(|_| !values.contains_key(&port.name)) else {
            continue;
        };
        if !files.contains_key(file) {
            let format = Format::from_name(file).ok_or("a file of an unknown format")?;
            let bytes = std::fs::read(path.with_file_name(file))?;
            files.insert(file.clone(), input::read_values(&bytes, format)?);
        }
        let field = port.name.split_once('.').map_or(port.name.as_str(), |(_, field)| field);
        let tensor = files.get(file).and_then(|f| f.get(field)).ok_or("a weight is missing")?;
        values.insert(port.name.clone(), tensor.clone());
    }
    Ok(input::bind(&circuit.signature, &values).map_err(|e| format!("{e:?}"))?)
}

/// The most memory that this process has held, in bytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

fn setup(path: &Path, key: &Path) -> Result<Value, Box<dyn Error>> {
    let circuit = circuit(path)?;
    let start = Instant::now();
    let synthesizer = Synthesizer::new(&circuit);
    let made = Snark::generate_random_parameters_with_reduction(synthesizer, &mut OsRng)?;
    let setup_ms = millis(start);
    made.serialize_uncompressed(BufWriter::new(File::create(key)?))?;
    let key_bytes = std::fs::metadata(key)?.len();
    Ok(json!({ "setup_ms": setup_ms, "key_bytes": key_bytes, "peak_bytes": peak() }))
}

fn prove(path: &Path, key: &Path, input: &Path, count: usize) -> Result<Value, Box<dyn Error>> {
    let circuit = circuit(path)?;
    let assignment = assign(&circuit, &values(&circuit, path, input)?)?;
    // The points were made by this program: checking each would take longer than a proof.
    let key =
        ProvingKey::<Bn254>::deserialize_uncompressed_unchecked(BufReader::new(File::open(key)?))?;

    let start = Instant::now();
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Prove { construct_matrices: true, generate_lc_assignments: false });
    Synthesizer::with_assignment(&circuit, &assignment).generate_constraints(cs.clone())?;
    cs.finalize();
    let matrices = cs.to_matrices()?.remove(R1CS_PREDICATE_LABEL).ok_or("no R1CS matrices")?;
    let full: Vec<Fr> = [cs.instance_assignment()?, cs.witness_assignment()?].concat();
    let (public, constraints) = (cs.num_instance_variables(), cs.num_constraints());
    drop(cs);
    let matrices_ms = millis(start);

    let verifying = prepare_verifying_key(&key.vk);
    let (mut prove_ms, mut verify_ms) = (vec![], vec![]);
    for _ in 0..count {
        let start = Instant::now();
        let (r, s) = (Fr::rand(&mut OsRng), Fr::rand(&mut OsRng));
        let proof = Snark::create_proof_with_reduction_and_matrices(
            &key,
            r,
            s,
            &matrices,
            public,
            constraints,
            &full,
        )?;
        prove_ms.push(millis(start));
        let start = Instant::now();
        if !Snark::verify_proof(&verifying, &proof, &full[1..public])? {
            return Err("a proof of ark-groth16 does not verify".into());
        }
        verify_ms.push(millis(start));
    }
    Ok(json!({
        "constraints": constraints,
        "matrices_ms": matrices_ms,
        "prove_ms": prove_ms,
        "verify_ms": verify_ms,
        "peak_bytes": peak(),
    }))
}

/// What a proof takes without the key's file, the circuit's and the witness, none of which [`prove`] counts.
fn held(path: &Path, input: &Path, count: usize) -> Result<Value, Box<dyn Error>> {
    let circuit = circuit(path)?;
    let assignment = assign(&circuit, &values(&circuit, path, input)?)?;
    let (key, _) = zirc_runtime::setup(&circuit, SetupOptions::default(), &mut OsRng, &mut silent)?;
    let (mut prove_ms, mut verify_ms) = (vec![], vec![]);
    for _ in 0..count {
        let start = Instant::now();
        let options = ProveOptions::default();
        let made =
            zirc_runtime::prove(&key, &circuit, &assignment, options, &mut OsRng, &mut silent)?;
        prove_ms.push(millis(start));
        let start = Instant::now();
        verify(key.verifying_key(), &made.public, &made.proof)?;
        verify_ms.push(millis(start));
    }
    let constraints = circuit.num_constraints();
    Ok(json!({ "constraints": constraints, "prove_ms": prove_ms, "verify_ms": verify_ms }))
}
