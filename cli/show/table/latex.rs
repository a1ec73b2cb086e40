//! Tables for papers, with the rules of the package booktabs.

use super::Table;

impl Table {
    /// A `tabular` with a head.
    pub(super) fn latex(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let kinds: String = (0..columns).map(|k| if k < self.words { 'l' } else { 'r' }).collect();
        let mut out = format!("\\begin{{tabular}}{{{kinds}}}\n\\toprule\n");
        for (k, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|c| cell(c)).collect();
            out += &format!("{} \\\\\n", cells.join(" & "));
            if k == 0 {
                out += "\\midrule\n";
            }
        }
        out + "\\bottomrule\n\\end{tabular}\n"
    }
}

/// A cell in which nothing is a command; depth shows as space.
fn cell(text: &str) -> String {
    let inner = text.trim_start();
    let depth = text.len() - inner.len();
    let mut out =
        if depth > 0 { format!("\\hspace{{{}em}}", depth.div_ceil(2)) } else { String::new() };
    for c in inner.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out += "\\textbackslash{}",
            '~' => out += "\\textasciitilde{}",
            '^' => out += "\\textasciicircum{}",
            '<' => out += "\\textless{}",
            '>' => out += "\\textgreater{}",
            '|' => out += "\\textbar{}",
            '≈' => out += "$\\approx$",
            '≤' => out += "$\\le$",
            '·' => out += "$\\cdot$",
            '×' => out += "$\\times$",
            '–' => out += "--",
            '…' => out += "\\dots{}",
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::table::TableFormat;

    #[test]
    fn nothing_in_a_cell_is_a_command() {
        let mut table = Table::new(1, ["layer", "time"]);
        table.row(["  a_b<q3.4> & 50 %", "≈ 1.5 ms"]);
        let text = table.write(TableFormat::Latex, 0);
        let expected = "\\begin{tabular}{lr}\n\\toprule\nlayer & time \\\\\n\\midrule\n\
                        \\hspace{1em}a\\_b\\textless{}q3.4\\textgreater{} \\& 50 \\% & $\\approx$ 1.5 ms \\\\\n\
                        \\bottomrule\n\\end{tabular}\n";
        assert_eq!(text, expected);
        assert_eq!(
            cell("\\input{x}^~#$|"),
            "\\textbackslash{}input\\{x\\}\\textasciicircum{}\\textasciitilde{}\\#\\$\\textbar{}"
        );
    }
}
