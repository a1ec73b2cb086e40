//! `zirc compile`: a program's circuit as a file.

use crate::answer::Answer;
use crate::args;
use crate::args::onnx::{FileOrWho, Seen, Who, split, who_of_input};
use crate::error::Error;
use crate::load::files::{default_name, must_be_writable, write_bytes};
use crate::load::program::Program;
use crate::show::measure::timed;
use crate::show::number::{bytes, grouped, millis};
use serde_json::json;

/// Compile a program and write its circuit
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same source and the same data files give the same circuit, byte for byte, on every machine.
Compare digests to know what a verifying key stands for.

Examples:
  zirc compile examples/digits -o digits.circuit
  zirc compile examples/dot_product --circuit dot3
  zirc compile examples/onnx/mlp/mlp.onnx --activation-bits 6 --input public -o mlp.circuit")]
pub(crate) struct Args {
    #[command(flatten)]
    program: args::Program,
    /// The file to write [default: the circuit's name, .circuit]; of an .onnx model also who sees
    /// the results, public or private
    #[arg(short = 'o', value_name = "FILE|WHO")]
    output: Vec<FileOrWho>,
    /// Who sees the inputs of an .onnx model: public, private or committed
    #[arg(long, value_name = "WHO", value_parser = who_of_input)]
    input: Option<Who>,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let (file, outputs) = split("-o", &args.output)?;
    let seen = Seen { inputs: args.input, outputs, file: true, ..Seen::default() };
    let file = args.program.import.file(file.as_deref(), &args.program.program)?;
    let mut program = Program::named(&args.program, &seen)?;
    let name = program.choose(args.program.circuit.as_deref())?;
    let output = file.unwrap_or_else(|| default_name(&name, "circuit"));
    must_be_writable(&output, &[&program.path])?;
    let (compiled, ms) = timed(|| program.compile(&name));
    let compiled = compiled?;
    let circuit = compiled.circuit;
    let encoded = circuit.encode();
    write_bytes(&output, &encoded)?;
    let (digest, file) = (circuit.digest().to_string(), output.display().to_string());
    let (constraints, variables) = (circuit.num_constraints(), circuit.num_variables());
    let text = format!(
        "circuit      {name}\n\
         digest       {digest}\n\
         constraints  {}\n\
         variables    {}\n\
         written      {file} ({}, compiled in {})\n",
        grouped(constraints),
        grouped(variables),
        bytes(encoded.len() as u64),
        millis(ms),
    );
    Ok(Answer::yes(
        text,
        json!({
            "circuit": name,
            "digest": digest,
            "constraints": constraints,
            "variables": variables,
            "file": file,
            "bytes": encoded.len(),
            "compile_ms": ms,
            "warnings": compiled.warnings,
        }),
    ))
}
