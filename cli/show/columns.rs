//! The numbers of a cost as columns of a table: those that say something about a circuit.

use super::number::grouped;
use zirc_circuit::report::Cost;

/// One column.
#[derive(Clone, Copy)]
struct Column {
    name: &'static str,
    number: fn(&Cost) -> u64,
    /// How many of what is counted are one of what is shown.
    unit: u64,
    /// Whether it counts variables, or has a part of theirs.
    of_variables: bool,
    /// Whether it belongs into an overview.
    brief: bool,
}

/// All of them, in order. A circuit's constraints and variables are always news, others where they are not 0.
const COLUMNS: [Column; 13] = [
    Column { brief: true, ..Column::of("constraints", |c| c.constraints as u64) },
    Column { brief: true, ..Column::of("before", |c| c.before as u64) },
    Column { brief: true, ..Column::of("shared", |c| c.shared as u64) },
    Column::of("lookups", |c| c.lookups as u64),
    Column::of("tables", |c| c.tables as u64),
    Column { brief: true, of_variables: true, ..Column::of(VARIABLES, |c| c.variables as u64) },
    Column { of_variables: true, ..Column::of("public", |c| c.public as u64) },
    Column { of_variables: true, ..Column::of("full", |c| c.full as u64) },
    Column::of("in A", |c| c.nonzeros.map_or(0, |n| n.a as u64)),
    Column::of("in B", |c| c.nonzeros.map_or(0, |n| n.b as u64)),
    Column::of("in C", |c| c.nonzeros.map_or(0, |n| n.c as u64)),
    Column { brief: true, ..Column::in_parts("prove [ms]", |c| c.nanoseconds, 1_000_000) },
    Column::in_parts("memory [kB]", |c| c.bytes, 1_000),
];

const VARIABLES: &str = "variables";

/// Those that are shown of a circuit.
pub(crate) struct Columns(Vec<Column>);

impl Columns {
    /// For a circuit that costs so much in all.
    pub(crate) fn of(total: &Cost) -> Columns {
        let news =
            |c: &&Column| ["constraints", VARIABLES].contains(&c.name) || (c.number)(total) > 0;
        Columns(COLUMNS.iter().filter(news).copied().collect())
    }

    /// Without those of variables, and what these have a part in.
    pub(crate) fn of_constraints(mut self) -> Columns {
        self.0.retain(|c| !c.of_variables);
        self
    }

    /// Whether a cost has anything in them.
    pub(crate) fn show(&self, cost: &Cost) -> bool {
        self.0.iter().any(|c| (c.number)(cost) > 0)
    }

    /// Those for an overview.
    pub(crate) fn brief(mut self) -> Columns {
        self.0.retain(|c| c.brief);
        self
    }

    /// Behind the first, constraints, another one.
    pub(crate) fn names(&self, second: Option<&str>) -> Vec<String> {
        let mut names: Vec<String> = self.0.iter().map(|c| c.name.to_owned()).collect();
        names.splice(1..1, second.map(str::to_owned));
        names
    }

    /// The numbers of one row.
    pub(crate) fn cells(&self, cost: &Cost, second: Option<String>) -> Vec<String> {
        let mut cells: Vec<String> = self.0.iter().map(|c| c.cell(cost)).collect();
        cells.splice(1..1, second);
        cells
    }
}

impl Column {
    const fn of(name: &'static str, number: fn(&Cost) -> u64) -> Column {
        Column { name, number, unit: 1, of_variables: false, brief: false }
    }

    /// Of time and memory, in which variables have a part.
    const fn in_parts(name: &'static str, number: fn(&Cost) -> u64, unit: u64) -> Column {
        Column { unit, of_variables: true, ..Column::of(name, number) }
    }

    fn cell(&self, cost: &Cost) -> String {
        let n = (self.number)(cost);
        match self.unit {
            1 => grouped(usize::try_from(n).unwrap_or(usize::MAX)),
            unit => format!("{:.1$}", n as f64 / unit as f64, if unit > 1_000 { 3 } else { 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_without_news_are_left_out() {
        let cost =
            Cost { constraints: 1_200, nanoseconds: 1_234_567, bytes: 1_250, ..Cost::default() };
        let columns = Columns::of(&cost);
        assert_eq!(columns.names(None), ["constraints", "variables", "prove [ms]", "memory [kB]"]);
        assert_eq!(columns.cells(&cost, None), ["1,200", "0", "1.235", "1.2"]);
        let columns = columns.of_constraints();
        assert_eq!(columns.names(Some("itself")), ["constraints", "itself"]);
        assert_eq!(columns.cells(&cost, Some("·".into())), ["1,200", "·"]);
        // What holds memory and nothing else is shown beside memory alone, so that rows add up.
        let derived = Cost { bytes: 8, ..Cost::default() };
        assert!(Columns::of(&cost).show(&derived) && !columns.show(&derived));
        assert_eq!(Columns::of(&cost).brief().names(None).last().unwrap(), "prove [ms]");
    }
}
