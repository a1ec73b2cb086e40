//! An ONNX model on a data set: read, compiled, and handed to the library.

use crate::args::Lowering;
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::integers::model_circuit;
use crate::load::onnx::{Opened, floats, samples};
use crate::load::program::{Compiled, Program};
use crate::show::forecast::witness_room;
use crate::show::progress::Progress;
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int};
use zirc_onnx::Imported;
use zirc_onnx::compare::{Evaluation, Evaluator, Judge, Score};
use zirc_runtime::hashed::commitments;

/// A circuit, and what its evaluation found.
#[derive(Debug)]
pub(crate) struct Evaluated {
    /// The circuit.
    pub(crate) circuit: Circuit,
    /// Its warnings, for machines.
    pub(crate) warnings: serde_json::Value,
    /// Samples.
    pub(crate) number: usize,
    /// What was found.
    pub(crate) found: Evaluation,
}

/// What is to be evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Who sees what.
    pub(crate) seen: Seen,
    /// How the circuit is lowered.
    pub(crate) lowering: Lowering,
    /// Most samples.
    pub(crate) limit: usize,
    /// Most samples that are interpreted as well.
    pub(crate) interpreted: usize,
    /// Whether layers are compared.
    pub(crate) layers: bool,
    /// Whether to begin even if memory is predicted not to suffice.
    pub(crate) force: bool,
}

/// Evaluates a model.
pub(crate) fn evaluate(
    opened: &Opened,
    data: &Values,
    wanted: &Wanted,
) -> Result<Evaluated, Error> {
    let all = samples(&opened.model, data)?;
    let number = all.len().min(wanted.limit);
    let list = |name: &str| data.tensors.get(name).map(floats);
    let judge = Judge::new(&opened.model, &list, all.len());
    let judge = judge.map_err(|f| Error::file(&data.path, f.message))?;
    let made = opened.unclaimed(&wanted.seen, false)?;
    let (mut program, compiled) = compile(opened, made.clone(), wanted.lowering)?;
    let circuit = compiled.circuit;
    witness_room(&circuit, &opened.path, 0, wanted.force)?;
    let probe = wanted.layers.then(|| probed(opened, wanted)).transpose()?;
    let here = model_circuit(&opened.path, &circuit, &made, &mut program.folder)?;
    let probed = match &probe {
        Some((made, c)) => Some(model_circuit(&opened.path, c, made, &mut program.folder)?),
        None => None,
    };
    let evaluator = Evaluator {
        model: &opened.model,
        circuit: &here,
        probed: probed.as_ref(),
        judge: &judge,
        interpreted: wanted.interpreted,
    };
    let mut interpreter = None;
    let mut interpret = |raw: &[Vec<Int>]| {
        let names = circuit.signature.inputs.iter().map(|p| p.name.clone());
        let mut named: BTreeMap<String, Vec<Int>> = names.zip(raw.iter().cloned()).collect();
        // What a proof commits to by itself, the program hashes, with a salt and to a result that the circuit lacks.
        let groups = circuit.model_ports().filter_map(|p| p.name.split('.').next());
        named.extend(groups.map(|g| (format!("{g}.salt"), vec![Int::from(0)])));
        let title = |r: zirc_compiler::Rejected| {
            r.diagnostics.first().map_or(String::new(), |d| d.title.clone())
        };
        let ready = match interpreter.take() {
            Some(ready) => ready,
            None => program.project.interpreter(&made.name, &mut program.folder).map_err(title)?,
        };
        let plain = interpreter.insert(ready).run(&named, &mut program.folder);
        let plain = plain.map_err(title)?;
        match plain.refusals.first() {
            None => Ok(outputs_of(&circuit, plain.outputs)),
            Some(r) => Err(format!("an assertion does not hold: {} beside {}", r.left, r.right)),
        }
    };
    let progress = Progress::steps("eval", number);
    let found = evaluator.run(&all[..number], &mut interpret, &mut || progress.step());
    let fault = |f| Error::Model { path: opened.path.clone(), faults: vec![f] };
    let found = found.map_err(fault)?;
    drop(progress);
    Ok(Evaluated { warnings: compiled.warnings, number, found, circuit })
}

/// Of what the program computes, the outputs of its circuit: results, and hashes of inputs. Weights, whose hash the
/// circuit may lack, are the first parameter.
fn outputs_of(circuit: &Circuit, mut all: Vec<Vec<Int>>) -> Vec<Vec<Int>> {
    let hashes = commitments(circuit).count();
    let results = circuit.signature.outputs.len() - hashes;
    let first = all.len().saturating_sub(hashes).max(results);
    all.drain(results.min(all.len())..first.min(all.len()));
    all
}

/// The same model with every tensor given out.
fn probed(opened: &Opened, wanted: &Wanted) -> Result<(Imported, Circuit), Error> {
    let made = opened.unclaimed(&wanted.seen, true)?;
    let mut program = Program::imported_quietly(&opened.path, made.clone())?;
    let circuit = program.compile_quietly(&made.name)?.circuit;
    witness_room(&circuit, &opened.path, 0, wanted.force)?;
    Ok((made, circuit))
}

/// A score for people.
pub(crate) fn score_text(score: &Option<Score>) -> String {
    match score {
        Some(Score::Accuracy(right, all)) => crate::show::number::percent(*right, *all),
        Some(error) => format!("RMSE {:.5}", error.value()),
        None => "–".into(),
    }
}

/// The circuit of an imported model.
pub(crate) fn compile(
    opened: &Opened,
    made: Imported,
    lowering: Lowering,
) -> Result<(Program, Compiled), Error> {
    let name = made.name.clone();
    let mut program = Program { lowering, ..Program::imported(&opened.path, made)? };
    let compiled = program.compile(&name)?;
    Ok((program, compiled))
}
