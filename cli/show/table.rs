//! Columns of text.

mod latex;

use serde_json::{Map, Value};

/// A table: some columns of words on the left, numbers on the right.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    words: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose first `words` columns are flush left and all others flush right.
    pub(crate) fn new<S: Into<String>>(words: usize, header: impl IntoIterator<Item = S>) -> Table {
        let mut table = Table { words, rows: vec![] };
        table.row(header);
        table
    }

    /// One more row.
    pub(crate) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// As text; `indent` spaces before each line.
    pub(crate) fn render(&self, indent: usize) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |k: usize| self.rows.iter().filter_map(|r| r.get(k)).map(|c| len(c)).max();
        let widths: Vec<usize> = (0..columns).map(|k| width(k).unwrap_or(0)).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(indent);
            for (k, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width.saturating_sub(len(cell)));
                let between = if k == 0 { "" } else { "  " };
                line.push_str(between);
                if k < self.words {
                    line.push_str(cell);
                    line.push_str(&gap);
                } else {
                    line.push_str(&gap);
                    line.push_str(cell);
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// A field of a CSV file, in quotes if it must be.
pub(crate) fn quoted(text: &str) -> String {
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TableFormat {
    /// Columns for people
    #[default]
    #[value(name = "table", alias = "text")]
    Text,
    /// An array with an object for each row
    Json,
    /// Comma-separated values, with numbers as they are
    Csv,
    /// For issues and web pages
    Markdown,
    /// For papers, with the package booktabs
    Latex,
}

impl Table {
    /// As text in a format; `indent` is for columns.
    pub(crate) fn write(&self, format: TableFormat, indent: usize) -> String {
        match format {
            TableFormat::Text => self.render(indent),
            TableFormat::Json => self.json(),
            TableFormat::Csv => self.csv(),
            TableFormat::Markdown => self.markdown(),
            TableFormat::Latex => self.latex(),
        }
    }

    /// The text of a cell for machines: numbers without marks between thousands, and 0 where a dot stands for nothing.
    fn plain(&self, column: usize, cell: &str) -> String {
        match (column < self.words, cell) {
            (false, "·") => "0".into(),
            (false, number) => number.replace(',', ""),
            (true, words) => words.trim().to_owned(),
        }
    }

    /// Rows by the names of their columns.
    fn json(&self) -> String {
        let (head, rows) = self.rows.split_first().map_or((&[][..], &[][..]), |(h, r)| (&h[..], r));
        let value = |column: usize, cell: &String| {
            let text = self.plain(column, cell);
            let number = text.parse::<u64>().ok().filter(|_| column >= self.words);
            number.map_or_else(|| Value::from(text), Value::from)
        };
        let row = |r: &Vec<String>| {
            let cells = head.iter().zip(r.iter().enumerate());
            cells.map(|(name, (k, cell))| (name.clone(), value(k, cell))).collect()
        };
        let all: Vec<Map<String, Value>> = rows.iter().map(row).collect();
        format!("{:#}\n", Value::from(all))
    }

    /// Rows of a CSV file (RFC 4180).
    fn csv(&self) -> String {
        let cell = |(k, cell): (usize, &String)| quoted(&self.plain(k, cell));
        let row = |r: &Vec<String>| r.iter().enumerate().map(cell).collect::<Vec<_>>().join(",");
        self.rows.iter().map(|r| row(r) + "\n").collect()
    }

    /// A table of GitHub's Markdown; depth shows as spaces that stay.
    fn markdown(&self) -> String {
        let cell = |text: &String| {
            let depth = text.len() - text.trim_start().len();
            "\u{a0}".repeat(depth) + &text.trim_start().replace('|', "\\|").replace('<', "&lt;")
        };
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut out = String::new();
        for (k, row) in self.rows.iter().enumerate() {
            out += &line(row.iter().map(cell).collect());
            if k == 0 {
                let mark = |k: usize| if k < self.words { "---" } else { "---:" };
                out += &line((0..row.len()).map(|k| mark(k).into()).collect());
            }
        }
        out
    }
}

fn len(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_left_and_numbers_right() {
        let mut table = Table::new(1, ["line", "constraints"]);
        table.row(["model.zirc:1", "5"]);
        assert_eq!(table.render(2), "  line          constraints\n  model.zirc:1            5\n");
    }

    #[test]
    fn for_machines_and_papers() {
        let mut table = Table::new(1, ["layer", "constraints", "range"]);
        table.row(["  relu<q3.4, \"x\">", "1,418", "·"]);
        let csv = table.write(TableFormat::Csv, 0);
        assert_eq!(csv, "layer,constraints,range\n\"relu<q3.4, \"\"x\"\">\",1418,0\n");
        let markdown = table.write(TableFormat::Markdown, 0);
        let row = "| \u{a0}\u{a0}relu&lt;q3.4, \"x\"> | 1,418 | · |\n";
        assert_eq!(
            markdown,
            format!("| layer | constraints | range |\n| --- | ---: | ---: |\n{row}")
        );
        let json: Value = serde_json::from_str(&table.write(TableFormat::Json, 0)).unwrap();
        let row =
            serde_json::json!({ "layer": "relu<q3.4, \"x\">", "constraints": 1418, "range": 0 });
        assert_eq!(json, Value::from(vec![row]));
    }
}
