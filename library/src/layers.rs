//! "What does each layer cost?": a page with formulas, each of which is held against what the compiler measures.

mod list;

use crate::formula::value;
use crate::{COMMAND, File};
use list::{LAYERS, Layer};
use std::fmt::Write;
use zirc_compiler::{CallCost, Mode, NoFiles, Project, Rejected};
use zirc_grammar::ast::{Expr, ExprKind, ItemKind, StatementKind};
use zirc_grammar::parse;

/// Where the page is, from the root of the repository.
const PATH: &str = "docs/src/layers.md";
/// The widths that the page shows numbers at.
const SHOWN: [u64; 2] = [8, 16];

/// Values of a layer's variables, and what it costs in both modes.
struct Measured {
    variables: Vec<(&'static str, u64)>,
    costs: [CallCost; 2],
}

/// The page.
///
/// # Errors
/// Calls that do not compile, and formulas that are not what they cost.
pub(crate) fn page() -> Result<File, Vec<String>> {
    let mut rows = vec![];
    let mut problems = vec![];
    for layer in LAYERS {
        match measured(layer).and_then(|found| checked(layer, &found).map(|()| found)) {
            Ok(found) => rows.push((layer, found)),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() {
        Ok(File { path: PATH.into(), text: text(&rows) })
    } else {
        Err(problems)
    }
}

/// Measures a layer for every combination of values.
fn measured(layer: &Layer) -> Result<Vec<Measured>, Vec<String>> {
    let mut all: Vec<Vec<(&'static str, u64)>> = vec![vec![]];
    for (name, values) in layer.variables {
        let with = |before: &Vec<(&'static str, u64)>| {
            let before = before.clone();
            values.iter().map(move |v| [&before[..], &[(*name, *v)]].concat())
        };
        all = all.iter().flat_map(with).collect();
    }
    let calls: Vec<String> = all.iter().map(|v| filled(layer.call, v)).collect();
    let tests = calls.iter().map(|c| format!("test t {{ cost({c}); }}\n"));
    let of = |(variables, (text, call)): (Vec<(&'static str, u64)>, (String, String))| {
        let say = |r: Rejected| {
            let why = r.diagnostics.first().map_or("refused", |d| d.title.as_str()).to_owned();
            vec![format!("{}: `{call}`: {why}", layer.name)]
        };
        let project = Project::load("layers", &text, &mut NoFiles).map_err(say)?;
        let expr = argument(&text).ok_or_else(|| vec![format!("`{call}` is no call")])?;
        let cost = |mode| project.call_cost(&expr, mode, None, &mut NoFiles).map_err(say);
        Ok(Measured { variables, costs: [cost(Mode::Groth16)?, cost(Mode::Commit)?] })
    };
    let texts: Vec<(String, String)> = tests.zip(calls.iter().cloned()).collect();
    all.into_iter().zip(texts).map(of).collect()
}

/// A text with the values of variables in braces.
fn filled(text: &str, variables: &[(&str, u64)]) -> String {
    let mut out = text.to_owned();
    for (name, v) in variables {
        out = out.replace(&format!("{{{name}}}"), &v.to_string());
    }
    out
}

/// What is measured in a text of one test.
fn argument(text: &str) -> Option<Expr> {
    let module = parse(text, 0).ok()?;
    let ItemKind::Test { body, .. } = module.items.into_iter().next()?.kind else { return None };
    let StatementKind::Expr(e) = body.statements.into_iter().next()?.kind else { return None };
    let ExprKind::Call { args, .. } = e.kind else { return None };
    Some(args.into_iter().next()?.value)
}

/// Holds both formulas against what was measured.
fn checked(layer: &Layer, found: &[Measured]) -> Result<(), Vec<String>> {
    let mut problems = vec![];
    let modes = [("groth16", layer.plain), ("groth16-commit", layer.round)];
    for m in found {
        for ((mode, formula), cost) in modes.iter().zip(&m.costs) {
            let Some(formula) = formula else { continue };
            let call = filled(layer.call, &m.variables);
            match value(formula, &m.variables) {
                Ok(n) if n == cost.constraints as u64 => {}
                Ok(n) => problems.push(format!(
                    "{}: `{call}` costs {} in mode {mode}, and `{formula}` is {n}",
                    layer.name, cost.constraints
                )),
                Err(why) => problems.push(format!("{}: {why}", layer.name)),
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

const HEAD: &str = "\
# What does each layer cost?

Constraints of one call, without those that hold a private input to its type. Formulas are not only written: the test of
this page measures each call at all the widths named below it, in both modes, and compares.

*n* are the bits of an element, *m* and others sizes. A step without a round (`groth16`) pays for bits; with a
[commitment round](rounds.md) (`groth16-commit`) it asks *q(k)* queries to show a number of k bits, ⌈k/13⌉ where
16,384 calls share the tables. Their rows are paid once in a circuit, and not counted here. `a / b` is rounded down,
`a ** b` is a power, and a dash says that no formula is short enough to be of use: there, ask

```sh
zirc inspect std --across fn=softmax --across N=2..16 --svg softmax.svg
```

which draws the cost of any function over any of its sizes and types, by mode and by strategy of lookups.

";

const TAIL: &str = "
## Where the formulas end

They are of widths that are known beforehand. In a network widths follow from the weights: a sum's interval is as wide as
its row of weights makes it, and each output channel has its own. Digits are shared, and an activation and a
requantization become [one decomposition](cost.md#how-to-make-it-cheaper). So the table is good for choosing; `zirc
inspect MODEL` says what a network costs, layer by layer, and `zirc inspect MODEL --across bits=4..16` what it would at other widths.
";

fn text(rows: &[(&Layer, Vec<Measured>)]) -> String {
    let mut out = format!("<!-- Written by `{COMMAND}`. -->\n\n{HEAD}");
    out += "| layer | `groth16` | `groth16-commit` | 8 bits | 16 bits |\n|---|---|---|--:|--:|\n";
    for (layer, found) in rows {
        let code = |f: Option<&str>| f.map_or("–".to_owned(), |f| format!("`{f}`"));
        let at = SHOWN.map(|n| shown(found, n));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            layer.name,
            code(layer.plain),
            code(layer.round),
            at[0],
            at[1]
        );
    }
    out += "\nThe last two columns are measured: without and with a round, at the smallest of the other sizes below.\n\n";
    out += "## What is measured\n\n| layer | call | at |\n|---|---|---|\n";
    for (layer, _) in rows {
        let sizes: Vec<String> =
            layer.variables.iter().map(|(name, v)| format!("{name} = {}", all(v))).collect();
        let sizes = if sizes.is_empty() { "–".into() } else { sizes.join("; ") };
        let _ =
            writeln!(out, "| {} | `{}` | {sizes} |", layer.name, layer.call.replace('|', "\\|"));
    }
    out + TAIL
}

fn all(values: &[u64]) -> String {
    values.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// Both costs at a width; of a layer without widths, whose numbers have 8 bits, at the first one.
fn shown(found: &[Measured], n: u64) -> String {
    let width = |m: &Measured| m.variables.iter().find(|(name, _)| *name == "n").map(|(_, v)| *v);
    let one = found.iter().find(|m| width(m).unwrap_or(SHOWN[0]) == n);
    one.map_or("–".into(), |m| format!("{} / {}", m.costs[0].constraints, m.costs[1].constraints))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELU: Layer = Layer {
        name: "ReLU",
        call: "relu::<i{n}>",
        variables: &[("n", &[4, 8])],
        plain: Some("n + 2"),
        round: Some("2 + q(n - 1)"),
    };

    #[test]
    fn a_formula_that_is_wrong_is_said_to_be() {
        let problems = crate::on_a_large_stack(|| {
            let found = measured(&RELU).unwrap();
            checked(&RELU, &found).unwrap_err()
        });
        assert_eq!(
            problems,
            [
                "ReLU: `relu::<i4>` costs 5 in mode groth16, and `n + 2` is 6",
                "ReLU: `relu::<i8>` costs 9 in mode groth16, and `n + 2` is 10",
            ]
        );
        let none = Layer { call: "rely::<i{n}>", ..RELU };
        let problems = crate::on_a_large_stack(|| measured(&none).err().unwrap());
        assert!(problems[0].starts_with("ReLU: `rely::<i4>`: "), "{problems:?}");
    }

    #[test]
    fn every_formula_is_checked_at_several_widths() {
        for l in LAYERS.iter().filter(|l| l.plain.is_some_and(|f| f.contains('n'))) {
            let (_, widths) = l.variables.iter().find(|(name, _)| *name == "n").unwrap();
            assert!(widths.len() >= 3, "{}", l.name);
            assert!(widths.contains(&8), "{}: the page shows 8 bits", l.name);
        }
    }
}
