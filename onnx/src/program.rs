//! The program of a model: its text, its weights, and what belongs to what.

mod assumed;
mod claim;
mod ignored;
mod input;
mod meaning;
mod ports;
mod text;

use super::context::{Converter, Meaning, Obeyed, Visibility, safetensors};
use super::convert::groups;
use super::fault::Fault;
use super::graph::show;
use super::model::Model;
use super::names::Names;
use super::obey;
use super::room;
use crate::quantize::{Choices, Settings};
pub(crate) use meaning::meaning;
use ports::Ports;
use std::cell::RefCell;
use std::collections::BTreeSet;
use zirc_compiler::NoFiles;
use zirc_compiler::World;
use zirc_compiler::session::Session;

/// Who sees an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputVisibility {
    /// Everybody.
    Public,
    /// The prover.
    #[default]
    Private,
    /// The prover, and everybody sees a commitment to it.
    Committed,
}

impl InputVisibility {
    /// As the language writes it.
    fn word(self) -> &'static str {
        match self {
            InputVisibility::Public => "public",
            InputVisibility::Private => "private",
            InputVisibility::Committed => "committed",
        }
    }
}

/// How a model becomes a program.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the circuit; the weights are in `NAME.safetensors`.
    pub name: String,
    /// Who sees the inputs.
    pub inputs: InputVisibility,
    /// Whether results are public.
    pub public_outputs: bool,
    /// Where the weights are.
    pub weights: Visibility,
    /// Give out every tensor of the graph, privately, to compare it with the float model's.
    pub probes: bool,
    /// Conditions on inputs and results that the circuit ensures, in the graph's names: `argmax == 3`,
    /// `score in 0.8..1.0`.
    pub claims: Vec<String>,
    /// Parts of inputs that no result may depend on, in the graph's names: `X[3]`.
    pub independent_of: Vec<String>,
}

/// The circuit `model`: inputs private, results public, weights constant, no probes.
impl Default for Options {
    fn default() -> Options {
        Options {
            name: "model".into(),
            inputs: InputVisibility::default(),
            public_outputs: true,
            weights: Visibility::default(),
            probes: false,
            claims: vec![],
            independent_of: vec![],
        }
    }
}

/// A program made of a model.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The circuit's name.
    pub name: String,
    /// The program.
    pub source: String,
    /// Name of the weights' file that the program reads; none if it has no weights.
    pub weights_file: Option<String>,
    /// The weights, as a `.safetensors` file.
    pub weights: Vec<u8>,
    /// Inputs of the circuit, in the order of the graph.
    pub inputs: Vec<ImportedPort>,
    /// Results, in the order of the graph.
    pub outputs: Vec<ImportedPort>,
    /// With `probes`, further results: tensors of the graph in order.
    pub probes: Vec<ImportedTensor>,
    /// The types that were chosen.
    pub choices: Choices,
    /// What the program says of how the model was quantized, and from which files: its assumptions.
    pub assumptions: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// An input or result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedPort {
    /// Its name in the graph.
    pub tensor: String,
    /// Its name among the circuit's inputs or outputs, and so in files: the same, if any text can be that.
    pub port: String,
    /// Its name in the program.
    pub variable: String,
    /// Whether the graph has floating-point numbers there.
    pub float: bool,
    /// What they are for, of a result.
    pub meaning: Meaning,
}

/// A tensor that a probe gives out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTensor {
    /// The node that gives it, as errors call it.
    pub node: String,
    /// Its name in the graph.
    pub tensor: String,
    /// Its name in the program.
    pub port: String,
}

/// Writes a model as a program.
///
/// # Errors
/// What a node or tensor has that cannot be quantized or proved, and choices of the settings that name nothing
/// or cannot be obeyed.
pub fn import(
    model: &Model,
    settings: &Settings,
    options: &Options,
) -> Result<Imported, Vec<Fault>> {
    room::within(model.budget, || obey::import(model, settings, options))
}

/// Writes the program, with the tensors of `forced` rounded to the types that are chosen for them.
pub(crate) fn write(
    model: &Model,
    settings: &Settings,
    options: &Options,
    forced: &BTreeSet<String>,
) -> Result<(Imported, Obeyed), Vec<Fault>> {
    write_and(model, settings, options, forced, |_, _, _| ())
        .map(|(made, obeyed, ())| (made, obeyed))
}

/// The same, and what is read off the body once it is written: variables by the tensors that they hold, and the
/// texts of the results.
pub(crate) fn write_and<T>(
    model: &Model,
    settings: &Settings,
    options: &Options,
    forced: &BTreeSet<String>,
    read: impl Fn(&mut Converter<'_>, &[String], &Imported) -> T,
) -> Result<(Imported, Obeyed, T), Vec<Fault>> {
    let exact = write_within(model, settings, options, forced, false, &read);
    exact.or_else(|faults| {
        // A number that fills the field cannot be rounded any more: round before it does.
        let wide = faults.iter().any(|f| f.code == Some("E0401"));
        let again = || write_within(model, settings, options, forced, true, &read).ok();
        wide.then(again).flatten().ok_or(faults)
    })
}

/// What the program ensures, and the parts of inputs that it is independent of, in its own names.
struct Claims {
    conditions: Vec<String>,
    independent_of: Vec<String>,
}

fn claims(model: &Model, options: &Options, ports: &Ports) -> Result<Claims, Fault> {
    let known = model.samples.iter().map(|(name, t)| (name.as_str(), t.shape()));
    let constants = model.graph.initializers.iter().map(|(name, t)| (name.as_str(), t.shape()));
    let inputs = model.graph.inputs.iter().map(|i| (i.name.as_str(), i.shape.as_slice()));
    let shapes = constants.chain(known).chain(inputs).collect();
    let (inputs, outputs) = (&ports.inputs, &ports.outputs);
    let all = claim::Tensors { inputs, outputs, shapes, untied: RefCell::default() };
    let conditions = all.conditions(&options.claims)?;
    let independent_of = options.independent_of.iter().map(|p| all.part(p));
    Ok(Claims { conditions, independent_of: independent_of.collect::<Result<_, _>>()? })
}

/// The program's inputs.
fn inputs(model: &Model, c: &mut Converter<'_>) -> Result<Ports, Vec<Fault>> {
    let mut ports = Ports::default();
    for i in &model.graph.inputs {
        let place = format!("input `{}`", show(&i.name));
        let own = ports.input(c, i);
        own.map_err(|f| vec![f.at(place)])?;
    }
    Ok(ports)
}

fn write_within<T>(
    model: &Model,
    settings: &Settings,
    options: &Options,
    forced: &BTreeSet<String>,
    roomy: bool,
    read: &impl Fn(&mut Converter<'_>, &[String], &Imported) -> T,
) -> Result<(Imported, Obeyed, T), Vec<Fault>> {
    let world = World::of_library(model.budget).map_err(|d| vec![Fault::new(d.title)])?;
    let mut none = NoFiles;
    let mut c = Converter::new(
        &model.graph,
        &model.samples,
        settings,
        options.weights,
        Session::new(&world, &mut none),
        Names::new(&world),
        groups(&model.graph, &model.samples),
    );
    c.roomy = roomy;
    c.forced = forced.clone();
    let mut ports = inputs(model, &mut c)?;
    for n in &model.graph.nodes {
        c.convert(n).map_err(|f| vec![f])?;
    }
    for (o, float) in model.graph.outputs.iter().zip(model.float_outputs()) {
        let place = format!("output `{}`", show(o));
        let name = Names::new(&world).fresh(o);
        let own = ports.output(&mut c, (o, name), float, options.public_outputs);
        own.map_err(|f| vec![f.at(place)])?;
    }
    if options.probes {
        ports.probe(model, &c);
    }
    let weights = safetensors(&c.weights).map_err(|e| vec![Fault::new(e)])?;
    let claims = claims(model, options, &ports).map_err(|f| vec![f])?;
    let (assumptions, from) = assumed::assumed(model, &c);
    let text = |ports: &Ports| text::text(model, options, &c, ports, &claims, &assumptions);
    let source = ignored::marked(&mut ports, text).map_err(|f| vec![f])?;
    let imported = Imported {
        name: options.name.clone(),
        source,
        weights_file: (!c.weights.is_empty()).then(|| text::weights_file(options)),
        weights,
        inputs: ports.inputs,
        outputs: ports.outputs,
        probes: ports.probes,
        choices: Choices { as_written: model.as_written, ..c.chosen.clone() }.said(from),
        assumptions,
        warnings: c.warnings.iter().cloned().collect(),
    };
    let found = read(&mut c, &ports.values, &imported);
    Ok((imported, c.obeyed, found))
}
