//! The rows of a `.zirc` program.

use super::cost::{Cost, How};
use super::model::Raw;
use super::row::{Quality, Row};
use crate::args::Lowering;
use crate::commands::eval::programs::{Tallied, evaluate};
use crate::commands::eval::samples::Samples;
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::program::Program;
use crate::load::salt::Salts;
use crate::show::forecast::witness_room;
use std::path::Path;
use zirc_circuit::Circuit;
use zirc_compiler::Mode;

/// What a program is compared with, and how.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    /// Which circuits; all if none is named.
    pub(super) circuits: &'a [String],
    pub(super) data: Option<&'a Values>,
    pub(super) limit: usize,
    pub(super) how: &'a How<'a>,
}

/// A row for each circuit and mode.
pub(super) fn rows(
    path: &Path,
    name: &str,
    modes: &[Mode],
    with: &Compared<'_>,
) -> Result<Vec<Row>, Error> {
    let mut program = Program::open(path)?;
    let all = program.project.circuits();
    let wanted: Vec<String> = match with.circuits {
        [] => all.clone(),
        some => all.iter().filter(|c| some.contains(c)).cloned().collect(),
    };
    match (all.is_empty(), wanted.is_empty()) {
        (true, _) => return Err(program.no_circuit()),
        (_, true) => {
            let message =
                format!("{} has no circuit `{}`", path.display(), with.circuits.join("`, `"));
            let help = Some(format!("there are: {}", all.join(", ")));
            return Err(Error::Usage { message, help });
        }
        _ => {}
    }
    let mut rows = vec![];
    for circuit in &wanted {
        for mode in modes {
            program.lowering = Lowering { mode: Some(*mode), ..Lowering::default() };
            rows.push(row(&mut program, name, circuit, *mode, with)?);
        }
    }
    Ok(rows)
}

fn row(
    program: &mut Program,
    name: &str,
    chosen: &str,
    mode: Mode,
    with: &Compared<'_>,
) -> Result<Row, Error> {
    let circuit = program.compile(chosen)?.circuit;
    let (quality, first) = match with.data {
        Some(data) => judged(program, &circuit, data, with)?,
        None => (None, None),
    };
    let input = match first {
        None if with.how.measure => Some(usual(program, &circuit)?),
        first => first,
    };
    let cost = Cost::of(&circuit, &program.path, input.as_deref(), with.how)?;
    Ok(Row {
        model: name.to_owned(),
        circuit: Some(chosen.to_owned()),
        mode: (mode, circuit.has_challenges()),
        import: None,
        quality,
        cost,
    })
}

/// On a data set; and the inputs of a sample that can be proved.
fn judged(
    program: &mut Program,
    circuit: &Circuit,
    data: &Values,
    with: &Compared<'_>,
) -> Result<(Option<Quality>, Option<Raw>), Error> {
    witness_room(circuit, &program.path, 0, with.how.memory.force)?;
    let samples = Samples::new(circuit, data, &mut program.folder)?;
    let number = samples.count.min(with.limit);
    let Tallied { tally, first, .. } = evaluate(program, circuit, &samples, number)?;
    let part = |n: usize| n as f64 / number.max(1) as f64;
    let float = samples.has_float();
    let quality = Quality {
        samples: number,
        accuracy: (float.then(|| part(tally.float)), Some(part(tally.circuit))),
        same: float.then_some(tally.same),
        agree: tally.agree == number,
        data: data.path.display().to_string(),
        ..Quality::default()
    };
    Ok((Some(quality), first))
}

/// `input.json` in the program's folder.
fn usual(program: &mut Program, circuit: &Circuit) -> Result<Raw, Error> {
    let path = program.folder.root().join("input.json");
    program.folder.salts = Salts::Passing;
    Values::find(None, Some(&path))?.bind(circuit, &mut program.folder)
}
