//! The program of a model: its text, its weights, and what belongs to what.

use super::context::{Converter, Operand, Visibility, Weight, safetensors};
use super::convert::groups;
use super::fault::Fault;
use super::graph::{Graph, Input};
use super::model::Model;
use super::names::Names;
use super::room;
use super::tensor::Element;
use crate::quantize::{Choices, Fixed, Range, Settings};
use num_traits::One;
use std::collections::BTreeMap;
use std::fmt::Write;
use zirc_circuit::{Int, labels::Quoted};
use zirc_compiler::NoFiles;
use zirc_compiler::Ratio;
use zirc_compiler::World;
use zirc_compiler::session::{Session, type_text};

/// How a model becomes a program.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the circuit; the weights are in `NAME.safetensors`.
    pub name: String,
    /// Whether inputs are public.
    pub public_inputs: bool,
    /// Whether results are public.
    pub public_outputs: bool,
    /// Where the weights are.
    pub weights: Visibility,
    /// Give out every tensor of the graph, privately, to compare it with the float model's.
    pub probes: bool,
}

/// The circuit `model`: inputs private, results public, weights constant, no probes.
impl Default for Options {
    fn default() -> Options {
        Options {
            name: "model".into(),
            public_inputs: false,
            public_outputs: true,
            weights: Visibility::default(),
            probes: false,
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
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// An input or result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedPort {
    /// Its name in the graph.
    pub tensor: String,
    /// Its name in the program.
    pub port: String,
    /// Whether the graph has floating-point numbers there.
    pub float: bool,
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

/// Bits of a float input of which nothing is known, before the point.
const UNKNOWN_WHOLE: u32 = 3;
/// How far beyond what calibration saw of it an input of measurements may reach.
const BEYOND: f64 = 1.5;
/// What an input's type reaches at least where −∞ was seen, which becomes its least value: added to
/// scores that differ by less than 48, nothing is left of it after a softmax.
const BOTTOM: f64 = -64.0;

/// Writes a model as a program.
///
/// # Errors
/// What a node or tensor has that cannot be quantized or proved.
pub fn import(
    model: &Model,
    settings: &Settings,
    options: &Options,
) -> Result<Imported, Vec<Fault>> {
    room::within(model.budget, || {
        let exact = import_within(model, settings, options, false);
        exact.or_else(|faults| {
            // A number that fills the field cannot be rounded any more: round before it does.
            let wide = faults.iter().any(|f| f.code == Some("E0401"));
            let roomy = wide.then(|| import_within(model, settings, options, true).ok()).flatten();
            roomy.ok_or(faults)
        })
    })
}

fn import_within(
    model: &Model,
    settings: &Settings,
    options: &Options,
    roomy: bool,
) -> Result<Imported, Vec<Fault>> {
    let world = World::of_library(model.budget).map_err(|d| vec![Fault::new(d.title)])?;
    let mut none = NoFiles;
    let session = Session::new(&world, &mut none);
    let names = Names::new(&world);
    let between = groups(&model.graph, &model.samples);
    let mut c = Converter::new(
        &model.graph,
        &model.samples,
        settings,
        options.weights,
        session,
        names,
        between,
    );
    c.roomy = roomy;
    let mut parameters = vec![];
    let mut inputs = vec![];
    for i in &model.graph.inputs {
        let place = format!("input `{}`", super::graph::show(&i.name));
        let (name, ty) = input(&mut c, i).map_err(|f| vec![f.at(place)])?;
        let seen = if options.public_inputs { "public" } else { "private" };
        parameters.push(format!("{seen} {name}: {ty}"));
        let float = i.element.is_float();
        inputs.push(ImportedPort { tensor: i.name.clone(), port: name, float });
    }
    let mut faults = vec![];
    for n in &model.graph.nodes {
        if let Err(f) = c.convert(n) {
            faults.push(f);
            break;
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (mut outputs, mut results, mut values) = (vec![], vec![], vec![]);
    let mut taken = std::collections::BTreeSet::new();
    for (o, float) in model.graph.outputs.iter().zip(model.float_outputs()) {
        let place = format!("output `{}`", super::graph::show(o));
        let v = output(&mut c, o).map_err(|f| vec![f.at(place)])?;
        let base = Names::new(&world).fresh(o);
        let port = (0..).map(|k| if k == 0 { base.clone() } else { format!("{base}_{k}") });
        let port = port.into_iter().find(|p| taken.insert(p.clone())).unwrap_or_default();
        let seen = if options.public_outputs { "public" } else { "private" };
        results.push(format!("{seen} {port}: _"));
        values.push(v.text);
        outputs.push(ImportedPort { tensor: o.clone(), port, float });
    }
    let mut probes = vec![];
    if options.probes {
        for n in &model.graph.nodes {
            for t in n.outputs.iter().filter(|o| !model.graph.outputs.contains(o)) {
                let Some(v) = c.values.get(t) else { continue };
                let port = format!("probe{}", probes.len());
                results.push(format!("private {port}: _"));
                values.push(v.text.clone());
                probes.push(ImportedTensor { node: n.place(), tensor: t.clone(), port });
            }
        }
    }
    let weights = safetensors(&c.weights).map_err(|e| vec![Fault::new(e)])?;
    let file = weights_file(options);
    let labels = labels(&model.graph, &outputs);
    let source = text(model, options, &c, &parameters, &results, &values, &labels);
    let source = zirc_grammar::format(&source).map_err(|e| {
        let why = e.first().map_or(String::new(), |e| e.message.clone());
        vec![Fault::new(format!("the program cannot be parsed, which is a bug in zirc: {why}"))]
    })?;
    Ok(Imported {
        name: options.name.clone(),
        source,
        weights_file: (!c.weights.is_empty()).then_some(file),
        weights,
        inputs,
        outputs,
        probes,
        choices: c.chosen,
        warnings: c.warnings.into_iter().collect(),
    })
}

/// Declares an input: name and type.
fn input(c: &mut Converter<'_>, i: &Input) -> Result<(String, String), Fault> {
    let name = c.names.fresh(&i.name);
    let element = match i.element {
        e if e.is_float() => match super::ops::quantized::given(c.graph, &i.name) {
            Some(((lo, hi), step)) if !c.settings.choices.tensors.contains_key(&i.name) => {
                type_text(&Int::from(lo), &Int::from(hi), &step)
            }
            _ => float_input(c, i).to_string(),
        },
        Element::Bool => "bit".into(),
        e => {
            let (lo, hi) = e.limits().ok_or_else(|| Fault::new("holds no numbers"))?;
            type_text(&Int::from(lo), &Int::from(hi), &Ratio::one())
        }
    };
    let ty = super::context::tensor_type(&element, &i.shape);
    let declared = c.session.input(&name, &ty).and_then(|()| c.session.variable(&name));
    let known = declared.map_err(|r| Fault::new(r.message))?;
    let v = Operand::variable(name.clone(), i.name.clone(), i.element, known);
    c.values.insert(i.name.clone(), v);
    Ok((name, ty))
}

/// Room at the same step for what calibration did not see: an input that has to be as fine holds
/// measurements, of which the next one may be larger than all before.
fn roomy(seen: &Range, t: Fixed) -> Fixed {
    let (lo, hi) = (seen.lo.min(BEYOND * seen.lo), seen.hi.max(BEYOND * seen.hi));
    let wide = Fixed::holding(lo, hi, t.bits);
    let more = u32::try_from(t.frac - wide.frac).unwrap_or(0);
    Fixed { signed: wide.signed, bits: t.bits + more, frac: t.frac }
}

fn float_input(c: &mut Converter<'_>, i: &Input) -> Fixed {
    let bits = c.input_bits(&i.name);
    let seen = c.settings.ranges.as_ref().and_then(|r| r.tensors.get(&i.name));
    if !c.settings.choices.tensors.contains_key(&i.name)
        && let Some(t) = super::ops::classical::given(c.graph, &i.name, seen)
    {
        c.chosen.tensors.insert(i.name.clone(), t);
        return t;
    }
    let known = c.settings.choices.tensors.contains_key(&i.name)
        || c.settings.ranges.as_ref().is_some_and(|r| r.tensors.contains_key(&i.name));
    if known {
        let t = c.activation(&i.name, (0.0, 1.0), bits);
        let seen = c.settings.ranges.as_ref().and_then(|r| r.tensors.get(&i.name));
        let free = !c.settings.choices.tensors.contains_key(&i.name);
        let t = match seen.filter(|_| free) {
            Some(r) if r.bottomless => Fixed::holding(r.lo.min(BOTTOM), r.hi, bits),
            Some(r) if r.finer > 0 => roomy(r, t),
            _ => return t,
        };
        c.chosen.tensors.insert(i.name.clone(), t);
        return t;
    }
    let frac = bits.saturating_sub(UNKNOWN_WHOLE + 1);
    let t = Fixed { signed: true, bits, frac: frac as i32 };
    c.warnings.insert(format!(
        "nothing is known of input `{}`: its type is {t}; say which numbers come with --calibrate \
         or in a quantization file",
        super::graph::show(&i.name)
    ));
    c.chosen.tensors.insert(i.name.clone(), t);
    t
}

/// A result as an operand with a name.
fn output(c: &mut Converter<'_>, name: &str) -> Result<Operand, Fault> {
    if let Some(v) = c.values.get(name) {
        return Ok(v.clone());
    }
    let known = c.graph.initializers.get(name);
    if c.is_empty(name) || known.is_some_and(|t| t.len() == 0) {
        let mut fault = Fault::new(super::context::NO_ELEMENTS);
        fault.help = c.graph.empty_hint();
        return Err(fault);
    }
    match known {
        Some(t) if t.len() == 1 => {
            let v = c.constant_operand(name, t)?;
            let literal = if t.shape().is_empty() {
                v.text.clone()
            } else {
                super::context::each(t.shape(), |_| v.text.clone())
            };
            let v = c.local(name, &literal)?;
            Ok(v)
        }
        Some(t) => c.constant_operand(name, t),
        None => Err(Fault::new("no node gives it")),
    }
}

fn weights_file(options: &Options) -> String {
    format!("{}.safetensors", options.name)
}

/// What results stand for that were strings, as attributes of the circuit.
fn labels(g: &Graph, outputs: &[ImportedPort]) -> String {
    let mut out = String::new();
    for o in outputs {
        let Some(names) = g.texts.get(&o.tensor) else { continue };
        let _ = writeln!(out, "#[labels({}, {})]", o.port, Quoted(names));
    }
    out
}

fn text(
    model: &Model,
    options: &Options,
    c: &Converter<'_>,
    parameters: &[String],
    results: &[String],
    values: &[String],
    labels: &str,
) -> String {
    let (mut out, file) = (String::new(), weights_file(options));
    let opsets: BTreeMap<&str, i64> = model
        .graph
        .opsets
        .iter()
        .map(|(d, v)| (if d.is_empty() { "ai.onnx" } else { d }, *v))
        .collect();
    let opsets: Vec<String> =
        opsets.iter().map(|(d, v)| format!("{} {v}", super::graph::show(d))).collect();
    let _ = writeln!(out, "// Imported from an ONNX model: {}.", opsets.join(", "));
    if !model.graph.producer.is_empty() {
        let _ = writeln!(out, "// Produced by {}.", model.graph.producer);
    }
    out.push('\n');
    let mut all: Vec<String> = vec![];
    for (kind, fixed) in [("Weights", false), ("Tables", true)] {
        let fields: Vec<&Weight> = c.weights.iter().filter(|w| w.fixed == fixed).collect();
        if fields.is_empty() {
            continue;
        }
        let _ = writeln!(out, "struct {kind} {{");
        for Weight { name, shape, ty, .. } in fields {
            let _ = writeln!(out, "    {name}: {},", super::context::tensor_type(ty, shape));
        }
        let _ = writeln!(out, "}}\n");
        let seen = match options.weights {
            Visibility::Private if !fixed => "private",
            Visibility::Committed if !fixed => "committed",
            _ => "const",
        };
        let group = super::context::group(fixed);
        all.push(format!("{seen} {group}: {kind} = file(\"{file}\")"));
    }
    all.extend(parameters.iter().cloned());
    out.push_str(labels);
    let _ = writeln!(out, "circuit {}(", options.name);
    all.iter().for_each(|p| {
        let _ = writeln!(out, "    {p},");
    });
    let result = match results {
        [one] => one.clone(),
        all => format!("({})", all.join(", ")),
    };
    let _ = writeln!(out, ") -> {result} {{");
    for l in &c.lines {
        let _ = writeln!(out, "    {l}");
    }
    let _ = match values {
        [one] => writeln!(out, "    {one}\n}}"),
        all => writeln!(out, "    ({})\n}}", all.join(", ")),
    };
    out
}
