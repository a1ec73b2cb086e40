//! Comments behind lines: one space behind the line, or in one column where they were in one
//! column on lines one below the other.

use super::page::{WIDTH, width};

/// A comment behind a line of the page.
#[derive(Debug)]
pub(super) struct Remark<'s> {
    /// The line, from zero.
    pub(super) line: usize,
    /// Where it stood in the source.
    pub(super) column: usize,
    /// It and the comments below it that belong to it.
    pub(super) texts: Vec<&'s str>,
}

impl Remark<'_> {
    fn width(&self) -> usize {
        self.texts.iter().map(|text| width(text)).max().unwrap_or(0)
    }
}

/// Puts the lines of a page and the remarks behind them together.
pub(super) fn assemble(page: &str, remarks: &[Remark<'_>]) -> String {
    let lines: Vec<&str> = if page.is_empty() { Vec::new() } else { page.split('\n').collect() };
    let columns = columns(&lines, remarks);
    let mut out = String::with_capacity(page.len() + 64);
    let mut left = remarks.iter().zip(columns).peekable();
    for (number, line) in lines.iter().enumerate() {
        out.push_str(line);
        if let Some((remark, column)) = left.next_if(|(remark, _)| remark.line == number) {
            let mut at = width(line);
            for (i, text) in remark.texts.iter().enumerate() {
                if i > 0 {
                    out.push('\n');
                    at = 0;
                }
                out.extend(std::iter::repeat_n(' ', column.saturating_sub(at)));
                out.push_str(text);
            }
        }
        out.push('\n');
    }
    out
}

/// The column of each remark.
fn columns(lines: &[&str], remarks: &[Remark<'_>]) -> Vec<usize> {
    let line = |number: usize| lines.get(number).copied().unwrap_or("");
    let mut columns = Vec::with_capacity(remarks.len());
    let mut rest = remarks;
    while let Some(first) = rest.first() {
        let mut column = width(line(first.line)) + 1;
        let mut widest = first.width();
        let mut count = 1;
        while let Some(next) = rest.get(count) {
            let (wider, longer) =
                (column.max(width(line(next.line)) + 1), widest.max(next.width()));
            let together = next.column == first.column && next.line == first.line + count;
            if !together || wider + longer > WIDTH {
                break;
            }
            (column, widest, count) = (wider, longer, count + 1);
        }
        // A comment below in this column would be taken for more of the last one.
        let below = line(first.line + count);
        if below.trim_start().starts_with("//") && below.find("//") == Some(column) {
            column += 1;
        }
        columns.extend(std::iter::repeat_n(column, count));
        rest = rest.get(count..).unwrap_or(&[]);
    }
    columns
}
