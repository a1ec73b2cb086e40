//! Measuring.

use crate::instances::{INSTANCES, Instance, Instances, line_of};
use crate::items::{Item, Kind};
use zirc_compiler::{CallCost, Diagnostic, NoFiles, Project, Rejected, Strategy};

/// The strategies that lookups can be told to take, and their names in the table.
const STRATEGIES: [(&str, Strategy); 3] = [
    ("interpolation", Strategy::Interpolation),
    ("monomials", Strategy::Monomials),
    ("two-level", Strategy::TwoLevel),
];
/// What the compiler chooses.
pub(crate) const DEFAULT: &str = "default";

/// The cost of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The function's module, `nn::relu`.
    pub module: String,
    /// Its name.
    pub item: String,
    /// How lookups are lowered: `default` is what the compiler chooses, others are there where they
    /// cost something else.
    pub strategy: String,
    /// The instance as written.
    pub instance: String,
    /// What it costs.
    pub cost: CallCost,
}

/// Measures every instance, in the order of items.
pub(crate) fn measure(
    text: &str,
    instances: &Instances,
    items: &[Item],
) -> Result<Vec<Row>, Vec<String>> {
    let project = Project::load(INSTANCES, text, &mut NoFiles).map_err(|r| say(&r))?;
    let (mut rows, mut problems) = (vec![], vec![]);
    for item in items.iter().filter(|i| i.kind == Kind::Function) {
        for instance in instances.costs.iter().filter(|c| c.item == item.name) {
            match of_instance(&project, item, instance) {
                Ok(found) => rows.extend(found),
                Err(r) => {
                    let place = format!("{INSTANCES}:{}: ", instance.line);
                    let why = |d: String| {
                        let why = d.strip_prefix(&place).unwrap_or(&d);
                        format!("{place}`{}`: {why}", instance.text)
                    };
                    problems.extend(say(&r).into_iter().map(why));
                }
            }
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// As the compiler chooses, and with lookups by every strategy that makes a difference: one that
/// does not apply gives way to the choice.
fn of_instance(project: &Project, item: &Item, instance: &Instance) -> Result<Vec<Row>, Rejected> {
    let row = |strategy: &str, cost| Row {
        module: item.module.clone(),
        item: item.name.clone(),
        strategy: strategy.into(),
        instance: instance.text.clone(),
        cost,
    };
    let chosen = project.call_cost(&instance.call, None, &mut NoFiles)?;
    let mut rows = vec![row(DEFAULT, chosen.clone())];
    for (name, strategy) in STRATEGIES.into_iter().filter(|_| chosen.looks_up) {
        let cost = project.call_cost(&instance.call, Some(strategy), &mut NoFiles)?;
        if cost != chosen {
            rows.push(row(name, cost));
        }
    }
    Ok(rows)
}

/// Diagnostics, a line each.
fn say(rejected: &Rejected) -> Vec<String> {
    let line = |d: &Diagnostic| {
        let place = d.labels.first().and_then(|l| {
            let file = rejected.files.get(l.span.file as usize)?;
            Some(format!("{}:{}: ", file.name, line_of(&file.text, l.span)))
        });
        let label = d.labels.first().map(|l| l.text.as_str()).filter(|t| !t.is_empty());
        let help = d.help.as_ref().map(|h| format!("; {h}")).unwrap_or_default();
        let label = label.map(|l| format!(" ({l})")).unwrap_or_default();
        format!("{}{} {}{label}{help}", place.unwrap_or_default(), d.code, d.title)
    };
    rejected.diagnostics.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = "\
        const T: u8[16] = for k < 16 { mod(k * k * 7 + k, 256) };\n\
        pub fn read(i: u4) -> u8 { T[i] }\n\
        test costs { cost(read); cost(relu::<i8>); }\n";

    fn rows(text: &str, name: &str) -> Vec<Row> {
        let instances = Instances::parse(text).unwrap();
        let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
        let item = Item {
            module: "m".into(),
            name: name.into(),
            kind: Kind::Function,
            signature: String::new(),
            doc: vec![],
        };
        let instance = instances.costs.iter().find(|c| c.item == name).unwrap();
        of_instance(&project, &item, instance).unwrap()
    }

    #[test]
    fn lookups_have_a_row_for_each_strategy_that_differs() {
        let rows = rows(TABLES, "read");
        let of = |r: &Row| (r.strategy.clone(), r.cost.constraints);
        let costs: Vec<(String, usize)> = rows.iter().map(of).collect();
        // A quadratic, but for the wrap: all 15 monomials of four digits, or those of two halves.
        assert_eq!(costs, [(DEFAULT.into(), 9), ("monomials".into(), 15)]);
    }

    #[test]
    fn what_reads_no_table_has_one_row() {
        let rows = rows(TABLES, "relu");
        let [row] = rows.as_slice() else { panic!("{rows:#?}") };
        assert_eq!((row.strategy.as_str(), row.instance.as_str()), (DEFAULT, "relu::<i8>"));
        let c = &row.cost;
        assert_eq!((c.elements, c.constraints, c.variables, c.hints), (1, 9, 8, 8));
    }
}
