//! Instances of functions and circuits, written below the program's text: mistakes in them are found and shown as any
//! other's.

use super::lines::{Line, Way};
use super::models::way;
use super::values::Across;
use crate::args::Source;
use crate::error::Error;
use crate::load::budget;
use crate::load::files::{SOURCE_LIMIT, read_text};
use crate::load::folder::Folder;
use std::fmt::Write;
use std::path::Path;
use zirc_compiler::{Mode, NoFiles, Options, Parametric, Project, similar};
use zirc_grammar::ast::{Expr, ExprKind, ItemKind};

/// The name of what varies if it is functions.
const FUNCTIONS: &str = "fn";
/// Names of what is written below the text.
const OWN: &str = "zirc_across";

/// A line for every instance.
pub(super) fn lines(
    path: Option<&Path>,
    source: &Source,
    across: &[Across],
) -> Result<Vec<Line>, Error> {
    let text = match path {
        Some(path) => read_text(path, SOURCE_LIMIT).map_err(|e| Error::file(path, e))?,
        None => String::new(),
    };
    let name = path.and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "std".into());
    let folder = path.and_then(Path::parent).unwrap_or(Path::new("."));
    let mut folder = Folder::new(folder);
    let project = Project::load(&name, &text, &mut folder)?;
    let instances = instances(&project.parametric(), source.circuit.as_deref(), across)?;
    let mut whole = text + "\n";
    for (k, i) in instances.iter().enumerate() {
        // Writing into a string does not fail.
        let _ = match i.is_circuit {
            true => writeln!(whole, "circuit {OWN}_{k} = {};", i.text),
            false => writeln!(whole, "test {OWN}_{k} {{ cost({}); }}", i.text),
        };
    }
    let mut project = Project::load(&name, &whole, &mut folder)?;
    project.set_budget(budget::allowed());
    let calls = calls(&whole);
    let mut out = vec![];
    for (k, i) in instances.iter().enumerate() {
        let own = format!("{OWN}_{k}");
        let ways = match calls.iter().find(|(test, _)| *test == own) {
            Some((_, call)) => of_call(&project, call)?,
            None => of_circuit(&project, &own, &mut folder)?,
        };
        out.push(Line { values: i.values.clone(), ways });
    }
    Ok(out)
}

fn of_call(project: &Project, call: &Expr) -> Result<Vec<Way>, Error> {
    let found = project.call_costs(call, &mut NoFiles)?;
    let one = |e: zirc_compiler::Enforced| Way {
        name: e.lookup.map_or(e.mode.name(), |s| s.name()),
        mode: e.mode,
        constraints: e.cost.constraints,
        tables: e.cost.tables,
        variables: e.cost.variables,
        elements: Some(e.cost.elements),
        prove_ms: None,
    };
    Ok(found.into_iter().map(one).collect())
}

fn of_circuit(project: &Project, name: &str, folder: &mut Folder) -> Result<Vec<Way>, Error> {
    let mut ways = vec![];
    for mode in [Mode::Groth16, Mode::Commit] {
        let options = Options { mode, ..Options::default() };
        ways.push(way(mode, &project.compile_with(name, folder, &options)?.circuit)?);
    }
    Ok(ways)
}

/// What is measured, by the names of the tests that hold it.
fn calls(text: &str) -> Vec<(String, Expr)> {
    let (module, _) = zirc_grammar::parse_tolerant(text, 0);
    let call = |kind: ItemKind| {
        let ItemKind::Test { name, body } = kind else { return None };
        let statement = body.statements.into_iter().next()?;
        let zirc_grammar::ast::StatementKind::Expr(e) = statement.kind else { return None };
        let ExprKind::Call { args, .. } = e.kind else { return None };
        Some((name.name, args.into_iter().next()?.value))
    };
    module.items.into_iter().filter_map(|i| call(i.kind)).collect()
}

/// One instance.
struct Instance {
    is_circuit: bool,
    /// As in a program: `f::<T: i8>`.
    text: String,
    values: Vec<(String, Option<String>)>,
}

/// Every combination of values, of every function that is meant.
fn instances(
    all: &[Parametric],
    circuit: Option<&str>,
    across: &[Across],
) -> Result<Vec<Instance>, Error> {
    let meant = meant(all, circuit, across)?;
    let varied = || across.iter().filter(|a| a.name != FUNCTIONS);
    for a in varied() {
        if !meant.iter().any(|f| f.parameters.iter().any(|p| p.name == a.name)) {
            return Err(no_parameter(&a.name, &meant));
        }
    }
    let mut out = vec![];
    for f in &meant {
        let missing =
            f.parameters.iter().find(|p| !p.has_default && !varied().any(|a| a.name == p.name));
        if let Some(p) = missing {
            let kind = if p.is_type { "a type" } else { "a size" };
            return Err(Error::Usage {
                message: format!("`{}` needs {kind} `{}`", f.name, p.name),
                help: Some(format!(
                    "say which: --across {}={}",
                    p.name,
                    if p.is_type { "i8" } else { "4" }
                )),
            });
        }
        combine(f, across, &mut out);
    }
    Ok(out)
}

fn combine(f: &Parametric, across: &[Across], out: &mut Vec<Instance>) {
    let mut all: Vec<Vec<Option<String>>> = vec![vec![]];
    for a in across {
        let values: Vec<Option<String>> = match &a.name {
            name if name == FUNCTIONS => vec![Some(f.name.clone())],
            name if f.parameters.iter().any(|p| p.name == *name) => {
                a.values.iter().cloned().map(Some).collect()
            }
            _ => vec![None],
        };
        let with = |before: &Vec<Option<String>>| {
            let before = before.clone();
            values
                .iter()
                .map(move |v| [&before[..], std::slice::from_ref(v)].concat())
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    for values in all {
        let named = across.iter().zip(&values).filter(|(a, _)| a.name != FUNCTIONS);
        let given: Vec<String> =
            named.filter_map(|(a, v)| Some(format!("{}: {}", a.name, v.as_ref()?))).collect();
        let text = match given.is_empty() {
            true => f.name.clone(),
            false => format!("{}::<{}>", f.name, given.join(", ")),
        };
        let values = across.iter().map(|a| a.name.clone()).zip(values).collect();
        out.push(Instance { is_circuit: f.is_circuit, text, values });
    }
}

/// The functions that are named, the circuit that is, or the only one of the program that has all parameters.
fn meant<'a>(
    all: &'a [Parametric],
    circuit: Option<&str>,
    across: &[Across],
) -> Result<Vec<&'a Parametric>, Error> {
    if let Some(list) = across.iter().find(|a| a.name == FUNCTIONS) {
        let find = |name: &String| {
            let found = all.iter().find(|f| f.name == *name && !f.is_circuit);
            found.ok_or_else(|| no_function(name, all))
        };
        return list.values.iter().map(find).collect();
    }
    if let Some(name) = circuit {
        let own = |f: &&Parametric| f.own && f.is_circuit;
        let found = all.iter().filter(own).find(|f| f.name == name);
        return found.map(|f| vec![f]).ok_or_else(|| {
            let names: Vec<&str> = all.iter().filter(own).map(|f| f.name.as_str()).collect();
            let message = format!("the program has no circuit `{name}` with parameters");
            Error::Usage { message, help: Some(format!("there are: {}", names.join(", "))) }
        });
    }
    let own: Vec<&Parametric> = all.iter().filter(|f| f.own && !f.parameters.is_empty()).collect();
    let has =
        |f: &&&Parametric| across.iter().all(|a| f.parameters.iter().any(|p| p.name == a.name));
    let fit: Vec<&Parametric> = own.iter().filter(has).copied().collect();
    match &fit[..] {
        [one] => Ok(vec![one]),
        [] => Err(nothing(across, &own)),
        several => {
            let names: Vec<String> = several.iter().map(|f| format!("`{}`", f.name)).collect();
            let first = if several[0].is_circuit { "--circuit " } else { "--across fn=" };
            Err(Error::Usage {
                message: format!("several have these parameters: {}", names.join(", ")),
                help: Some(format!("say which: {first}{}", several[0].name)),
            })
        }
    }
}

/// A function and its parameters, for people.
fn described(f: &Parametric) -> String {
    let one = |p: &zirc_compiler::Parameter| {
        format!("{} ({})", p.name, if p.is_type { "a type" } else { "a size" })
    };
    let list: Vec<String> = f.parameters.iter().map(one).collect();
    match list.is_empty() {
        true => format!("`{}` has no parameters", f.name),
        false => format!("`{}` has {}", f.name, list.join(", ")),
    }
}

fn no_parameter(name: &str, meant: &[&Parametric]) -> Error {
    let who: Vec<String> = meant.iter().map(|f| format!("`{}`", f.name)).collect();
    let message = match &who[..] {
        [one] => format!("{one} has no parameter `{name}`"),
        all => format!("none of {} has a parameter `{name}`", all.join(", ")),
    };
    let has: Vec<String> = meant.iter().map(|f| described(f)).collect();
    Error::Usage { message, help: Some(has.join("; ")) }
}

fn nothing(across: &[Across], own: &[&Parametric]) -> Error {
    let names: Vec<String> = across.iter().map(|a| format!("`{}`", a.name)).collect();
    let has: Vec<String> = own.iter().map(|f| described(f)).collect();
    let help = match has.is_empty() {
        true => "nothing in the program has parameters; --across fn=relu,… names functions of the library".into(),
        false => has.join("; "),
    };
    let message = format!("no function and no circuit of the program has {}", names.join(" and "));
    Error::Usage { message, help: Some(help) }
}

fn no_function(name: &str, all: &[Parametric]) -> Error {
    let functions = || all.iter().filter(|f| !f.is_circuit);
    let help =
        similar(name, functions().map(|f| f.name.as_str())).map(|n| format!("did you mean `{n}`?"));
    let own: Vec<&str> = functions().filter(|f| f.own).map(|f| f.name.as_str()).collect();
    let list = || (!own.is_empty()).then(|| format!("the program has: {}", own.join(", ")));
    Error::Usage { message: format!("there is no function `{name}`"), help: help.or_else(list) }
}
