//! Layout: what is to be printed, with the places where lines may break.
//!
//! A group is printed on one line if it fits, else all its own breaks become new lines (Wadler,
//! "A prettier printer").

/// The longest line, in characters, comments aside.
const WIDTH: usize = 100;

/// One level of indentation.
const INDENT: usize = 4;

/// Text with places to break.
#[derive(Debug)]
pub(super) enum Doc {
    Text(String),
    /// A space, or a new line in a broken group.
    Line,
    /// Nothing, or a new line in a broken group.
    Soft,
    /// A new line; every group around it is broken.
    Hard,
    /// An empty line between two new lines.
    Blank,
    /// A comment at the end of this line. A `Hard` must follow before any text.
    Suffix(String),
    /// Text only in a broken group.
    IfBroken(&'static str),
    /// Short texts separated by commas, as many on a line as fit.
    Fill(Vec<String>),
    Nest(Box<Doc>),
    Group(Box<Doc>, bool),
    Seq(Vec<Doc>),
}

pub(super) fn text(text: impl Into<String>) -> Doc {
    Doc::Text(text.into())
}

pub(super) fn nest(doc: Doc) -> Doc {
    Doc::Nest(Box::new(doc))
}

pub(super) fn group(doc: Doc) -> Doc {
    let broken = breaks(&doc);
    Doc::Group(Box::new(doc), broken)
}

pub(super) fn seq(docs: impl IntoIterator<Item = Doc>) -> Doc {
    Doc::Seq(docs.into_iter().collect())
}

/// Documents with a separator between them.
pub(super) fn join(docs: Vec<Doc>, separator: impl Fn() -> Doc) -> Doc {
    let mut out = Vec::with_capacity(docs.len() * 2);
    for (i, doc) in docs.into_iter().enumerate() {
        if i > 0 {
            out.push(separator());
        }
        out.push(doc);
    }
    Doc::Seq(out)
}

/// Whether a document holds a new line that breaks the groups around it.
fn breaks(doc: &Doc) -> bool {
    match doc {
        Doc::Hard | Doc::Blank | Doc::Suffix(_) => true,
        Doc::Group(_, broken) => *broken,
        Doc::Nest(inner) => breaks(inner),
        Doc::Seq(docs) => docs.iter().any(breaks),
        Doc::Text(_) | Doc::Line | Doc::Soft | Doc::IfBroken(_) | Doc::Fill(_) => false,
    }
}

/// A document that is still to be printed, and how.
#[derive(Clone, Copy)]
struct Task<'d> {
    indent: usize,
    broken: bool,
    doc: &'d Doc,
}

/// Prints a document.
pub(super) fn render(doc: &Doc) -> String {
    let mut page = Page { out: String::new(), column: 0, suffix: None };
    let mut tasks = vec![Task { indent: 0, broken: true, doc }];
    while let Some(task) = tasks.pop() {
        let Task { indent, broken, doc } = task;
        match doc {
            Doc::Text(text) => page.write(text),
            Doc::Line if !broken => page.write(" "),
            Doc::Soft if !broken => {}
            Doc::Line | Doc::Soft | Doc::Hard => page.new_line(indent),
            Doc::Blank => page.new_line(0),
            Doc::Suffix(comment) => page.suffix = Some(comment.clone()),
            Doc::IfBroken(text) if broken => page.write(text),
            Doc::IfBroken(_) => {}
            Doc::Fill(items) => page.fill(items, indent, broken),
            Doc::Nest(inner) => {
                tasks.push(Task { indent: indent + INDENT, broken, doc: inner });
            }
            Doc::Group(inner, forced) => {
                let flat = Task { indent, broken: false, doc: inner };
                let broken = *forced || !fits(flat, &tasks, WIDTH.saturating_sub(page.column));
                tasks.push(Task { indent, broken, doc: inner });
            }
            Doc::Seq(docs) => {
                tasks.extend(docs.iter().rev().map(|doc| Task { indent, broken, doc }));
            }
        }
    }
    page.new_line(0);
    page.out
}

/// Whether a task, and what follows it up to the next line break, fits in `room` columns.
fn fits(first: Task<'_>, rest: &[Task<'_>], room: usize) -> bool {
    let mut room = room;
    let mut own = vec![first];
    let mut following = rest.iter().rev();
    loop {
        let Some(task) = own.pop().or_else(|| following.next().copied()) else { return true };
        let used = match task.doc {
            Doc::Text(text) => width(text),
            Doc::Line if !task.broken => 1,
            Doc::Line | Doc::Soft if task.broken => return true,
            Doc::Hard | Doc::Blank | Doc::Suffix(_) => return true,
            Doc::IfBroken(text) if task.broken => text.len(),
            Doc::Line | Doc::Soft | Doc::IfBroken(_) => 0,
            Doc::Fill(_) if task.broken => return true,
            Doc::Fill(items) => items.iter().map(|item| item.len() + 2).sum(),
            Doc::Nest(inner) => {
                own.push(Task { doc: inner, ..task });
                0
            }
            // Groups that come later may break.
            Doc::Group(inner, forced) => {
                own.push(Task { broken: *forced || task.broken, doc: inner, ..task });
                0
            }
            Doc::Seq(docs) => {
                own.extend(docs.iter().rev().map(|doc| Task { doc, ..task }));
                0
            }
        };
        match room.checked_sub(used) {
            Some(left) => room = left,
            None => return false,
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// What has been printed.
struct Page {
    out: String,
    column: usize,
    suffix: Option<String>,
}

impl Page {
    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    fn new_line(&mut self, indent: usize) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if let Some(comment) = self.suffix.take() {
            self.out.push(' ');
            self.out.push_str(&comment);
        }
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    fn fill(&mut self, items: &[String], indent: usize, broken: bool) {
        for (i, item) in items.iter().enumerate() {
            let last = i + 1 == items.len();
            if i > 0 && broken && self.column + item.len() + 2 > WIDTH {
                self.new_line(indent);
            } else if i > 0 {
                self.write(" ");
            }
            self.write(item);
            if !last {
                self.write(",");
            }
        }
    }
}
