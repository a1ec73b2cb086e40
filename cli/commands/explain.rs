//! `zirc explain`: the constraints themselves, as equations.

use crate::answer::Answer;
use crate::args::Source;
use crate::args::onnx::Seen;
use crate::assertion::assign_honest;
use crate::error::Error;
use crate::load::circuit::{Opened, open_with};
use crate::load::inputs::Values;
use crate::load::salt::Salts;
use crate::show::number::{count, grouped};
use crate::show::{clean, table::Table};
use select::{Layer, layers};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use words::Words;
use zirc_circuit::equation::Names;
use zirc_circuit::report::Trace;
use zirc_circuit::{Assignment, Block, Circuit};

mod code;
mod matrices;
mod select;
mod words;

/// Constraints of one block and element that are written out before the rest is only counted.
const SHOWN: usize = 4;

/// Show the constraints themselves, as equations over named values
///
/// Of every layer, or of those that are asked for, the constraints of one element: which line of the source
/// asked for each, what it says, and what the sums in it stand for. With an input, also every value. Of the code
/// of a diagnostic, such as E0401: what it means and how to mend it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc explain examples/relu
  zirc explain examples/digits --layer relu --element 3
  zirc explain model.zirc --at model.zirc:12 --input x.json
  zirc explain model.zirc --unoptimized
  zirc explain E0401                   what a diagnostic's code means")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Only what this line asked for, directly or by what it calls
    #[arg(long, value_name = "FILE:LINE")]
    at: Option<String>,
    /// Only this layer: a function that is called on the way, or a node of an ONNX model
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// Which element of each layer, as 3 or 0,3 [default: the first]
    #[arg(long, value_name = "INDEX", value_delimiter = ',')]
    element: Option<Vec<usize>>,
    /// Values to show beside the equations: an input file
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// What the source says, before any constraint was found to follow from others; of a program only
    #[arg(long)]
    unoptimized: bool,
    /// The three matrices of a small circuit as well
    #[arg(long)]
    matrices: bool,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    if let Some(answer) = code::answer(args) {
        return answer;
    }
    let mut opened = open_with(&args.source, !args.unoptimized, &Seen::default())?;
    let assignment = values(args, &mut opened)?;
    let circuit = &opened.circuit;
    let names = Names::of(circuit);
    let mut out = format!(
        "{}: {} over {}\n",
        clean(&circuit.signature.name),
        count(circuit.num_constraints(), "constraint"),
        count(circuit.num_variables(), "variable"),
    );
    let mut list = vec![];
    for layer in layers(circuit, args.at.as_deref(), args.layer.as_deref())? {
        let element = layer.element(args.element.as_deref())?;
        let explained = Explained::of(circuit, &names, assignment.as_ref(), &layer, &element);
        out.push('\n');
        out.push_str(&explained.text);
        list.push(explained.json);
    }
    if args.matrices {
        out.push('\n');
        out.push_str(&matrices::text(circuit, &names)?);
    }
    Ok(Answer::yes(out, json!({ "circuit": circuit.signature.name, "layers": list })))
}

/// The first element of every layer, as JSON.
pub(crate) fn all(circuit: &Circuit) -> Vec<Value> {
    let names = Names::of(circuit);
    // There is nothing to explain without constraints.
    let layers = layers(circuit, None, None).unwrap_or_default();
    let explained = |l: &Layer| {
        let element = vec![0; l.shape.len()];
        Explained::of(circuit, &names, None, l, &element).json
    };
    layers.iter().map(explained).collect()
}

/// All values, if an input is given.
fn values(args: &Args, opened: &mut Opened) -> Result<Option<Assignment>, Error> {
    let Some(path) = &args.input else { return Ok(None) };
    let mut input = Values::find(Some(path), None)?;
    input.rename(&opened.renamed);
    opened.folder.salts = Salts::Passing;
    let inputs = input.bind(&opened.circuit, &mut opened.folder)?;
    assign_honest(&opened.circuit, &inputs).map(Some)
}

/// One element of a layer in words.
struct Explained {
    text: String,
    json: Value,
}

impl Explained {
    fn of(
        circuit: &Circuit,
        names: &Names,
        values: Option<&Assignment>,
        layer: &Layer,
        element: &[usize],
    ) -> Explained {
        let mut words = Words::new(circuit, names);
        let mut text = head(circuit, layer, element);
        let (mut equations, mut line) = (vec![], String::new());
        for asked in &layer.blocks {
            let block = &circuit.blocks[asked.block];
            let trace = Trace::of(circuit, asked.origin);
            let (place, source) = (trace.place.line.clone(), trace.line.text(circuit));
            if place != line {
                let _ = writeln!(text, "\n  {}  {}", clean(&place), clean(source));
                line = place;
            }
            for shown in shown(layer.places(&block.shape, element)) {
                let Shown::One(at) = shown else {
                    let Shown::More(n) = shown else { continue };
                    let _ = writeln!(text, "      … {} more like these", grouped(n));
                    continue;
                };
                let Some(e) = circuit.equation(asked.block, at) else { continue };
                let equation = words.equation(&e);
                let category = asked.category.name();
                let shared = if asked.shared { ", shared" } else { "" };
                let _ = writeln!(text, "      {equation}    ({category}{shared})");
                equations.push(json!({
                    "block": asked.block, "index": select::index(&block.shape, at),
                    "equation": equation, "category": category, "shared": asked.shared,
                    "line": line, "source": source, "lines": trace.lines(), "path": trace.path(),
                }));
            }
        }
        let sums = words.definitions();
        if !sums.is_empty() {
            text.push_str("\n  where\n");
            sums.iter().for_each(|(name, sum)| {
                let _ = writeln!(text, "      {name} = {sum}");
            });
        }
        text.push_str(&legend(&words, values));
        let sums = sums.iter().map(|(n, s)| json!({ "name": n, "sum": s }));
        let json = json!({
            "layer": layer.name, "element": element, "shape": layer.shape,
            "equations": equations, "where": sums.collect::<Vec<_>>(),
            "variables": words.legend(values).iter().map(words::Entry::json).collect::<Vec<_>>(),
        });
        Explained { text, json }
    }
}

fn head(circuit: &Circuit, layer: &Layer, element: &[usize]) -> String {
    let blocks = || layer.blocks.iter().map(|a| &circuit.blocks[a.block]);
    let all: usize = blocks().map(Block::len).sum();
    let of = |b: &Block| layer.places(&b.shape, element).len();
    let own: usize = blocks().map(of).sum();
    let name = clean(&layer.name);
    if layer.shape.is_empty() {
        return format!("{name}: {}\n", count(all, "constraint"));
    }
    let (element, shape) = (format!("{element:?}"), format!("{:?}", layer.shape));
    format!(
        "{name}, element {element} of {shape}: {} of its {}\n",
        count(own, "constraint"),
        grouped(all)
    )
}

/// A constraint that is written out, or how many are not.
enum Shown {
    One(usize),
    More(usize),
}

/// All of a few; else the first two, how many more there are, and the last.
fn shown(places: std::ops::Range<usize>) -> Vec<Shown> {
    let n = places.len();
    if n <= SHOWN {
        return places.map(Shown::One).collect();
    }
    let first = places.start;
    vec![Shown::One(first), Shown::One(first + 1), Shown::More(n - 3), Shown::One(places.end - 1)]
}

/// What the variables are, and their values.
fn legend(words: &Words<'_>, values: Option<&Assignment>) -> String {
    let entries = words.legend(values);
    if entries.is_empty() {
        return String::new();
    }
    let mut table = Table::new(4, ["value", "lies in", "is", "asked for by"]);
    for e in &entries {
        let name = match &e.value {
            Some(v) => format!("{} = {v}", e.name),
            None => e.name.clone(),
        };
        table.row([name, e.interval.clone(), e.what.clone(), clean(&e.place)]);
    }
    format!("\n{}", table.render(4))
}
