//! `zirc witness`: all values for an input, or the assertion that fails.

use crate::answer::Answer;
use crate::args::{Force, Source};
use crate::assertion::assign_honest;
use crate::error::Error;
use crate::load::circuit::open_to_write;
use crate::load::files::{must_be_writable, write_secret};
use crate::load::inputs::Values;
use crate::load::salt::NewSalt;
use crate::show::forecast::witness_room;
use crate::show::line;
use crate::show::measure::timed;
use crate::show::number::{grouped, millis};
use crate::show::values;
use serde_json::{Value, json};
use std::path::PathBuf;
use zirc_circuit::{Assignment, Circuit, Kind, Visibility};
use zirc_runtime::words::Named;

/// Compute all values for an input; say which assertion fails
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An input file holds a tensor for each input, by name: .json, .npz, .safetensors, or .npy.

Examples:
  zirc witness digits.circuit --input examples/digits/input.json
  zirc witness examples/relu --input x.json -o values.json")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The values of the inputs [default, for a program: input.json in its folder]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Write all values, private ones too, as JSON
    #[arg(short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    salt: NewSalt,
    #[command(flatten)]
    memory: Force,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let output = args.source.import.file(args.output.as_deref(), &args.source.path)?;
    let mut opened = open_to_write(&args.source)?;
    let mut input = Values::find(args.input.as_deref(), opened.usual_input.as_deref())?;
    input.rename(&opened.renamed);
    if let Some(output) = &output {
        must_be_writable(output, &[&opened.path, &input.path])?;
    }
    let shown = shown(&opened.circuit, output.is_some());
    witness_room(&opened.circuit, &opened.path, shown, args.memory.force)?;
    opened.folder.salts = args.salt.salts();
    let inputs = input.bind(&opened.circuit, &mut opened.folder)?;
    let (assignment, ms) = timed(|| assign_honest(&opened.circuit, &inputs));
    let assignment = assignment?;
    opened.compare(&input, &assignment)?;
    let circuit = &opened.circuit;
    if let Some(output) = &output {
        write_secret(output, format!("{:#}\n", all(circuit, &assignment)).as_bytes())?;
    }
    let public = values::public(circuit, &assignment);
    let (name, constraints) = (&circuit.signature.name, circuit.num_constraints());
    let mut text = format!(
        "{}: all {} constraints hold ({})\n\npublic values\n{}",
        line(name),
        grouped(constraints),
        millis(ms),
        Named::to_text(&public),
    );
    if let Some(output) = &output {
        text.push_str(&format!("\nwritten, with the private values: {}\n", output.display()));
    }
    Ok(Answer::yes(
        text,
        json!({
            "circuit": name,
            "digest": circuit.digest().to_string(),
            "constraints": constraints,
            "variables": circuit.num_variables(),
            "public": Named::to_json(&public),
            "witness_ms": ms,
            "file": output.as_ref().map(|o| o.display().to_string()),
        }),
    ))
}

/// How many values are shown, or with a file for all of them, written.
fn shown(circuit: &Circuit, written: bool) -> usize {
    let signature = &circuit.signature;
    let ports = signature.inputs.iter().chain(&signature.outputs);
    let public = ports.filter(|p| written || p.visibility == Visibility::Public);
    let shown = public.map(|p| p.shape.iter().product::<usize>()).sum();
    if written { circuit.num_variables().saturating_add(shown) } else { shown }
}

/// Inputs, outputs, and every tensor that has variables.
fn all(circuit: &Circuit, assignment: &Assignment) -> Value {
    let ids = 0..u32::try_from(circuit.tensors.len()).unwrap_or(u32::MAX);
    let tensor = |id: u32| {
        let t = circuit.tensors.get(id as usize)?;
        let kind = match t.kind {
            Kind::Public => "public",
            Kind::Witness => "witness",
            Kind::Model => "model",
            Kind::Carried => "carried",
            Kind::Challenge => "challenge",
            Kind::Evaluation => "evaluation",
            Kind::Response => "response",
            _ => return None,
        };
        let value = |i| assignment.get_int(circuit, zirc_circuit::TensorId(id), i).to_string();
        let raw: Vec<String> = (0..t.len()).map(value).collect();
        Some(json!({ "tensor": id, "name": t.name, "kind": kind, "shape": t.shape, "raw": raw }))
    };
    let ports = |output: bool| {
        let mut ports = values::all(circuit, assignment);
        ports.retain(|p| p.is_output() == output);
        Named::to_json(&ports)
    };
    json!({
        "circuit": circuit.signature.name,
        "digest": circuit.digest().to_string(),
        "inputs": ports(false),
        "outputs": ports(true),
        "tensors": ids.filter_map(tensor).collect::<Vec<_>>(),
    })
}
