//! `zirc import`: an ONNX model as a program.

use crate::answer::Answer;
use crate::args::Lowering;
use crate::args::onnx::{FileOrWho, Import, Seen, Who, split, who_of_input};
use crate::error::Error;
use crate::load::fidelity::Reference;
use crate::load::files::{
    DATA_LIMIT, SOURCE_LIMIT, must_be_writable, read_bytes, read_text, write_bytes,
};
use crate::load::program::Program;
use crate::load::{onnx, quantization};
use crate::show;
use crate::show::measure::timed;
use crate::show::number::{bytes, grouped, millis};
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_onnx::Imported;

/// Write an ONNX model as a program that can be read, changed and proved
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Says what the circuit costs, which `--mode` and what stands beside it choose as for `zirc compile`; the program
that is written is the same whichever is taken.

Writes the program, its weights (.safetensors) and the types that were chosen (.quantization.toml),
which can be edited and given again with --quantization. Compiling the program gives the circuit that
compiling the model gives.

Operations that are not supported are all reported at once, before anything else is done.

Examples:
  zirc import model.onnx --calibrate samples.npz -o model.zirc
  zirc import model.onnx --quantization model.quantization.toml --activation-bits 6
  zirc import model.onnx --weights committed --mode groth16-commit
  zirc import model.onnx --dim batch=1 --input public --output private --weights private")]
pub(crate) struct Args {
    /// The model
    #[arg(value_name = "MODEL.onnx")]
    model: PathBuf,
    /// The program to write [default: the model's name, .zirc, in the current folder]; also who sees
    /// the results: public or private
    #[arg(short = 'o', value_name = "FILE|WHO")]
    output: Vec<FileOrWho>,
    /// Who sees the inputs: public, private or committed
    #[arg(long, value_name = "WHO", value_parser = who_of_input)]
    input: Option<Who>,
    #[command(flatten)]
    lowering: Lowering,
    #[command(flatten)]
    import: Import,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let (file, outputs) = split("-o", &args.output)?;
    let seen = Seen { inputs: args.input, outputs, ..Seen::default() }.with(&args.import)?;
    let stem = args.model.file_stem().map(PathBuf::from).unwrap_or_else(|| "model".into());
    let output = file.unwrap_or_else(|| stem.with_extension("zirc"));
    let (done, ms) = timed(|| {
        let opened = onnx::open(&args.model, &args.import)?;
        opened.import(&seen).map(|made| (opened, made))
    });
    let (opened, made) = done?;
    let (weights, types) = write(args, &output, &made)?;
    // A program that would not compile is better known now.
    let name = made.name.clone();
    let size = made.weights.len();
    let (lowering, limits) = (args.lowering, args.import.fidelity);
    let imported = Program::imported(&args.model, made.clone())?;
    let reference = Some(Reference::new(opened, made, seen, lowering, limits));
    let mut program = Program { lowering, reference, ..imported };
    let (compiled, compile_ms) = timed(|| program.compile(&name));
    let compiled = compiled?;
    let circuit = compiled.circuit;
    let mut text = format!(
        "circuit      {name}\n\
         digest       {}\n\
         constraints  {}\n\
         program      {} (imported in {}, compiled in {})\n",
        circuit.digest(),
        grouped(circuit.num_constraints()),
        output.display(),
        millis(ms),
        millis(compile_ms),
    );
    if let Some(path) = &weights {
        text.push_str(&format!("weights      {} ({})\n", path.display(), bytes(size as u64)));
    }
    text.push_str(&format!("types        {}\n", types.display()));
    Ok(Answer::yes(
        show::clean(&text),
        json!({
            "circuit": name,
            "digest": circuit.digest().to_string(),
            "constraints": circuit.num_constraints(),
            "program": output.display().to_string(),
            "weights": weights.map(|w| w.display().to_string()),
            "quantization": types.display().to_string(),
            "import_ms": ms,
            "compile_ms": compile_ms,
            "warnings": compiled.warnings,
        }),
    ))
}

/// Refuses to give another program other weights: they are named after the model, and several programs of one may stand
/// in a folder.
fn must_be_free(weights: &Path, output: &Path, bytes: &[u8]) -> Result<(), Error> {
    if !weights.exists() || read_bytes(weights, DATA_LIMIT).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let (Some(folder), Some(name)) = (weights.parent(), weights.file_name()) else { return Ok(()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let reads = format!("file(\"{}\")", name.to_string_lossy());
    let programs = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let other = programs
        .filter(|p| {
            p.extension().is_some_and(|e| e == "zirc") && p.file_name() != output.file_name()
        })
        .find(|p| read_text(p, SOURCE_LIMIT).is_ok_and(|text| text.contains(&reads)));
    let Some(other) = other else { return Ok(()) };
    let message =
        format!("{} holds other weights, which {} reads", weights.display(), other.display());
    let help = "write to another folder, or remove that program".to_string();
    Err(Error::Usage { message, help: Some(help) })
}

/// Writes the program, its weights and its types, once all of them can be: where the last two are.
fn write(args: &Args, output: &Path, made: &Imported) -> Result<(Option<PathBuf>, PathBuf), Error> {
    let folder = output.parent().unwrap_or(Path::new("."));
    let weights = made.weights_file.as_ref().map(|f| folder.join(f));
    let types = output.with_extension("quantization.toml");
    let mut read: Vec<&Path> = vec![&args.model];
    read.extend(args.import.calibrate.as_deref());
    for path in [Some(output), weights.as_deref(), Some(&types)].into_iter().flatten() {
        must_be_writable(path, &read)?;
    }
    if let Some(path) = &weights {
        must_be_free(path, output, &made.weights)?;
        write_bytes(path, &made.weights)?;
    }
    write_bytes(&types, quantization::text(&made.choices)?.as_bytes())?;
    write_bytes(output, made.source.as_bytes())?;
    Ok((weights, types))
}
