//! A table of measurements: what people read and what machines read of the same cells.

use super::clean;
use super::number::{bytes, grouped, millis};
use super::table::{Table, TableFormat, quoted};
use serde_json::{Map, Value};

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// There is none.
    None,
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// How many.
    Count(usize),
    /// A size.
    Bytes(u64),
    /// A time in milliseconds.
    Millis(f64),
    /// A part of a whole, 0 to 1.
    Share(f64),
    /// A number of four digits that matter.
    Real(f64),
    /// What a model of costs says, where nothing was measured.
    Predicted(Box<Cell>),
}

impl Cell {
    /// Words, or none.
    pub(crate) fn words(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::None, |t| Cell::Text(t.into()))
    }

    /// The same as a prediction.
    pub(crate) fn predicted(self, is: bool) -> Cell {
        if is && self != Cell::None { Cell::Predicted(Box::new(self)) } else { self }
    }

    /// For people.
    fn shown(&self) -> String {
        match self {
            Cell::None => "–".into(),
            Cell::Text(t) => clean(t),
            Cell::Flag(yes) => if *yes { "yes" } else { "no" }.into(),
            Cell::Count(n) => grouped(*n),
            Cell::Bytes(n) => bytes(*n),
            Cell::Millis(ms) => millis(*ms),
            Cell::Share(part) => format!("{:.2} %", 100.0 * part),
            Cell::Real(x) => significant(*x),
            Cell::Predicted(inner) => format!("≈ {}", inner.shown()),
        }
    }

    /// For machines.
    fn value(&self) -> Value {
        match self {
            Cell::None => Value::Null,
            Cell::Text(t) => t.clone().into(),
            Cell::Flag(yes) => (*yes).into(),
            Cell::Count(n) => (*n).into(),
            Cell::Bytes(n) => (*n).into(),
            Cell::Millis(x) | Cell::Share(x) | Cell::Real(x) => (*x).into(),
            Cell::Predicted(inner) => inner.value(),
        }
    }

    fn field(&self) -> String {
        match self {
            Cell::None => String::new(),
            Cell::Text(t) => quoted(t),
            Cell::Millis(x) | Cell::Share(x) => format!("{x:.6}"),
            Cell::Predicted(inner) => inner.field(),
            other => other.value().to_string(),
        }
    }
}

/// A number with four digits that matter.
pub(crate) fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let digits = 3 - libm::floor(libm::log10(x.abs())) as i32;
    match usize::try_from(digits) {
        Ok(d) if d <= 7 => format!("{x:.d$}"),
        Ok(_) => format!("{x:.3e}"),
        Err(_) => format!("{x:.0}"),
    }
}

/// Who reads a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Everybody.
    All,
    /// Machines, which get every column.
    Machine,
    /// Everybody, if its cells differ: what all rows have in common stands below the table.
    IfDifferent,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// For machines.
    pub(crate) key: String,
    /// For people.
    pub(crate) title: String,
    /// Whether its cells are words, flush left.
    pub(crate) words: bool,
    /// Who reads it.
    pub(crate) reader: Reader,
}

/// The table. Columns of words come first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// One more column, filled by a function of the rows' numbers.
    pub(crate) fn column(
        &mut self,
        (key, title): (&str, &str),
        words: bool,
        reader: Reader,
        cells: impl Iterator<Item = Cell>,
    ) {
        let column = Column { key: key.into(), title: title.into(), words, reader };
        self.columns.push(column);
        for (k, cell) in cells.enumerate() {
            match self.rows.get_mut(k) {
                Some(row) => row.push(cell),
                None => self.rows.push(vec![cell]),
            }
        }
    }

    /// In a format: people see no column without a measurement.
    pub(crate) fn write(&self, format: TableFormat, indent: usize) -> String {
        match format {
            TableFormat::Json => format!("{:#}\n", self.json()),
            TableFormat::Csv => self.csv(),
            _ => self.table().write(format, indent),
        }
    }

    /// What the rows have in common, where nothing differs: name and value.
    pub(crate) fn common(&self) -> Vec<(String, String)> {
        let same = |k: &usize| {
            self.columns[*k].reader == Reader::IfDifferent && !self.differs(*k) && self.measured(*k)
        };
        let shown =
            |k: usize| self.rows.iter().filter_map(|r| r.get(k)).find(|c| **c != Cell::None);
        let word =
            |k: usize| (self.columns[k].title.clone(), shown(k).map_or(String::new(), Cell::shown));
        (0..self.columns.len()).filter(same).map(word).collect()
    }

    fn measured(&self, k: usize) -> bool {
        self.rows.iter().any(|r| r.get(k).is_some_and(|c| *c != Cell::None))
    }

    /// Whether rows that have a cell at all have different ones.
    fn differs(&self, k: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|r| r.get(k)).filter(|c| **c != Cell::None);
        cells.next().is_some_and(|first| cells.any(|c| c != first))
    }

    fn table(&self) -> Table {
        let shown = |k: &usize| match self.columns[*k].reader {
            Reader::All => self.measured(*k),
            Reader::Machine => false,
            Reader::IfDifferent => self.measured(*k) && self.differs(*k),
        };
        let kept: Vec<usize> = (0..self.columns.len()).filter(shown).collect();
        let words = kept.iter().filter(|k| self.columns[**k].words).count();
        let mut table = Table::new(words, kept.iter().map(|k| self.columns[*k].title.clone()));
        for row in &self.rows {
            table.row(kept.iter().map(|k| row.get(*k).unwrap_or(&Cell::None).shown()));
        }
        table
    }

    fn csv(&self) -> String {
        let keys: Vec<String> = self.columns.iter().map(|c| quoted(&c.key)).collect();
        let mut out = keys.join(",") + "\n";
        for row in &self.rows {
            let fields: Vec<String> = row.iter().map(Cell::field).collect();
            out += &(fields.join(",") + "\n");
        }
        out
    }

    /// An object for each row.
    pub(crate) fn json(&self) -> Value {
        let row = |r: &Vec<Cell>| {
            let all = self.columns.iter().zip(r).map(|(c, cell)| (c.key.clone(), cell.value()));
            Value::Object(all.collect::<Map<String, Value>>())
        };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut s = Sheet::default();
        let text = |t: &[&str]| t.iter().map(|t| Cell::Text((*t).into())).collect::<Vec<_>>();
        s.column(("model", "model"), true, Reader::All, text(&["a,b", "c"]).into_iter());
        let modes = text(&["groth16", "groth16"]);
        s.column(("mode", "mode"), true, Reader::IfDifferent, modes.into_iter());
        let counts = [1418, 9].map(Cell::Count).into_iter();
        s.column(("constraints", "constraints"), false, Reader::All, counts);
        let times = [1.5, 2000.0].map(|ms| Cell::Millis(ms).predicted(ms < 2.0)).into_iter();
        s.column(("prove_ms", "proof"), false, Reader::All, times);
        let none = [Cell::None, Cell::None].into_iter();
        s.column(("rmse", "RMSE"), false, Reader::All, none);
        s
    }

    #[test]
    fn people_see_what_differs_and_what_was_measured() {
        let s = sheet();
        let expected = "model  constraints     proof\na,b          1,418  ≈ 1.5 ms\nc                9    2.00 s\n";
        assert_eq!(s.write(TableFormat::Text, 0), expected);
        assert_eq!(s.common(), [("mode".to_owned(), "groth16".to_owned())]);
    }

    #[test]
    fn machines_get_every_column() {
        let s = sheet();
        let expected = "model,mode,constraints,prove_ms,rmse\n\"a,b\",groth16,1418,1.500000,\n\
                        c,groth16,9,2000.000000,\n";
        assert_eq!(s.write(TableFormat::Csv, 0), expected);
        let row = &s.json()[0];
        assert_eq!((&row["prove_ms"], &row["rmse"]), (&1.5.into(), &Value::Null));
    }

    #[test]
    fn four_digits_that_matter() {
        for (x, said) in [
            (0.0, "0"),
            (0.6123456, "0.6123"),
            (0.05, "0.05000"),
            (12.3456, "12.35"),
            (123456.7, "123457"),
            (0.00001234567, "1.235e-5"),
            (-2.5, "-2.500"),
        ] {
            assert_eq!(significant(x), said);
        }
    }
}
