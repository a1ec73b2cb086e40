//! Measuring.

use crate::instances::{INSTANCES, Instances};
use zirc_compiler::{Diagnostic, NoFiles, Project, Rejected};
use zirc_pages::{Item, Kind, Row, line_of};

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
            match zirc_pages::measure(&project, item, &instance.measured, &mut NoFiles) {
                Ok(found) => rows.extend(found),
                Err(r) => {
                    let place = format!("{INSTANCES}:{}: ", instance.line);
                    let why = |d: String| {
                        let why = d.strip_prefix(&place).unwrap_or(&d);
                        format!("{place}`{}`: {why}", instance.measured.text)
                    };
                    problems.extend(say(&r).into_iter().map(why));
                }
            }
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
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
    use zirc_pages::{DEFAULT, Modes, items};

    const TABLES: &str = "\
        const T: u8[64] = for k < 64 { mod(k * k * 7 + k, 256) };\n\
        pub fn read(i: u6) -> u8 { T[i] }\n\
        test costs { cost(read); cost(relu::<i8>); }\n";

    fn rows(text: &str, name: &str) -> Vec<Row> {
        let instances = Instances::parse(text).unwrap();
        let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
        // Of what is measured only the name and kind count.
        let named = format!("fn {name}() {{}}");
        let item = items("m", &named, |_| true).remove(0);
        let instance = instances.costs.iter().find(|c| c.item == name).unwrap();
        zirc_pages::measure(&project, &item, &instance.measured, &mut NoFiles).unwrap()
    }

    #[test]
    fn lookups_have_a_row_for_each_strategy_that_differs() {
        let rows = rows(TABLES, "read");
        let of = |r: &Row| (r.modes.to_string(), r.strategy.clone(), r.cost.constraints);
        let costs: Vec<(String, String, usize)> = rows.iter().map(of).collect();
        let row = |mode: &str, strategy: &str, n| (mode.to_string(), strategy.to_string(), n);
        // All monomials of six digits, or those of two halves and their products; with a round β·y, and an
        // inverse.
        let expected = [
            row("groth16", DEFAULT, 6 + 4 + 4 + 7),
            row("groth16-commit", DEFAULT, 2),
            row("groth16", "monomials", 63),
        ];
        assert_eq!(costs, expected);
        // A constraint for each row, and the sum.
        assert_eq!(rows[1].cost.tables, 64 + 1);
    }

    #[test]
    fn what_reads_no_table_has_one_row_in_each_mode() {
        let rows = rows(TABLES, "relu");
        let [plain, round] = rows.as_slice() else { panic!("{rows:#?}") };
        assert_eq!((plain.strategy.as_str(), plain.instance.as_str()), (DEFAULT, "relu::<i8>"));
        let c = &plain.cost;
        assert_eq!((c.elements, c.constraints, c.tables, c.variables, c.hints), (1, 9, 0, 8, 8));
        // The sign, a piece of the 7 digits below it, and the product; the piece has an inverse, and one
        // of the three is what the sum of digits is solved for.
        let c = &round.cost;
        assert_eq!((c.elements, c.constraints, c.tables, c.variables, c.hints), (1, 3, 129, 3, 8));
    }

    #[test]
    fn what_costs_the_same_in_both_modes_is_said_once() {
        let rows = rows("test costs { cost(product_of::<4, i8>); }\n", "product_of");
        let [row] = rows.as_slice() else { panic!("{rows:#?}") };
        assert_eq!((row.modes, row.cost.constraints), (Modes::Both, 3));
    }
}
