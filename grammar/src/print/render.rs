//! From a layout to a text: which groups break.

use super::doc::Doc;
use super::page::{INDENT, Page, WIDTH, width};

/// What is still to be printed, and how.
#[derive(Clone, Copy)]
struct Task<'d, 's> {
    indent: usize,
    broken: bool,
    what: What<'d, 's>,
}

#[derive(Clone, Copy)]
enum What<'d, 's> {
    Doc(&'d Doc<'s>),
    /// What is left of a `Seq`.
    Seq(&'d [Doc<'s>]),
    /// The rest of a `Fill`.
    Fill(&'d [Doc<'s>]),
    /// The rest of a `Chain`.
    Chain(&'d [Doc<'s>]),
}

impl<'d, 's> Task<'d, 's> {
    fn doc(self, doc: &'d Doc<'s>) -> Task<'d, 's> {
        Task { what: What::Doc(doc), ..self }
    }
}

/// Prints a document.
pub(super) fn render(doc: &Doc<'_>) -> String {
    let mut page = Page::default();
    let mut tasks = vec![Task { indent: 0, broken: true, what: What::Doc(doc) }];
    while let Some(task) = tasks.pop() {
        match task.what {
            What::Doc(doc) => print(&mut page, &mut tasks, task, doc),
            What::Seq(docs) => tasks.extend(docs.iter().rev().map(|doc| task.doc(doc))),
            What::Fill(items) => fill(&mut page, &mut tasks, task, items),
            What::Chain(rest) => chain(&mut page, &mut tasks, task, rest),
        }
    }
    page.finish()
}

fn print<'d, 's>(
    page: &mut Page<'s>,
    tasks: &mut Vec<Task<'d, 's>>,
    task: Task<'d, 's>,
    doc: &'d Doc<'s>,
) {
    let Task { indent, broken, .. } = task;
    match doc {
        Doc::Text(text) => page.text(text),
        Doc::Space => page.space(),
        Doc::Pad(more) if broken => page.spaces(1 + more),
        Doc::Pad(_) => page.space(),
        Doc::Line if !broken => page.space(),
        Doc::Soft if !broken => {}
        Doc::Line | Doc::Soft | Doc::Hard => page.new_line(indent),
        Doc::Blank => page.blank(),
        Doc::Comment(comment) => page.comment(comment, indent),
        Doc::IfBroken(text) if broken => page.text(text),
        Doc::IfBroken(_) => {}
        Doc::Fill(items) => {
            tasks.push(Task { what: What::Fill(items.get(1..).unwrap_or(&[])), ..task });
            tasks.extend(items.first().map(|first| task.doc(first)));
        }
        Doc::Chain(first, rest) => {
            tasks.push(Task { what: What::Chain(rest), ..task });
            tasks.push(task.doc(first));
        }
        Doc::Whole(inner) => tasks.push(task.doc(inner)),
        Doc::Nest(inner) => tasks.push(Task { indent: indent + INDENT, ..task.doc(inner) }),
        Doc::Group(inner, forced) => {
            let flat = Task { broken: false, ..task.doc(inner) };
            let broken = *forced || !fits(flat, tasks, WIDTH.saturating_sub(page.column()));
            tasks.push(Task { broken, ..flat });
        }
        Doc::Seq(docs) => tasks.extend(docs.iter().rev().map(|doc| task.doc(doc))),
    }
}

/// Goes on with a `Fill` behind its first item.
fn fill<'d, 's>(
    page: &mut Page<'s>,
    tasks: &mut Vec<Task<'d, 's>>,
    task: Task<'d, 's>,
    items: &'d [Doc<'s>],
) {
    let Some((next, rest)) = items.split_first() else { return };
    // One column for the space before it.
    let room = WIDTH.saturating_sub(page.column() + 1);
    let flat = Task { broken: false, ..task.doc(next) };
    // A line may end behind each but the last.
    let following = if rest.is_empty() { tasks.as_slice() } else { &[] };
    // What takes several lines begins one.
    if !task.broken || (!next.breaks() && fits(flat, following, room)) {
        page.space();
    } else {
        page.new_line(task.indent);
    }
    tasks.push(Task { what: What::Fill(rest), ..task });
    tasks.push(task.doc(next));
}

/// Goes on with a `Chain` behind an operand.
fn chain<'d, 's>(
    page: &mut Page<'s>,
    tasks: &mut Vec<Task<'d, 's>>,
    task: Task<'d, 's>,
    rest: &'d [Doc<'s>],
) {
    let Some((next, rest)) = rest.split_first() else { return };
    let mut next = task.doc(next);
    if task.broken {
        let room = WIDTH.saturating_sub(page.column() + 1);
        if page.hangs() && fits(next, tasks, room) {
            page.space();
        } else {
            next.indent += INDENT;
            page.new_line(next.indent);
        }
    } else {
        page.space();
    }
    tasks.push(Task { what: What::Chain(rest), ..task });
    tasks.push(next);
}

/// Whether a task, and what follows it up to the next line break, fits in `room` columns.
fn fits<'d, 's>(first: Task<'d, 's>, rest: &[Task<'d, 's>], room: usize) -> bool {
    let mut room = room;
    let mut own = vec![first];
    let mut following = rest.iter().rev();
    loop {
        let Some(task) = own.pop().or_else(|| following.next().copied()) else { return true };
        let used = match task.what {
            What::Seq([first, rest @ ..]) => {
                own.extend([Task { what: What::Seq(rest), ..task }, task.doc(first)]);
                0
            }
            What::Seq([]) | What::Fill([]) | What::Chain([]) => 0,
            What::Fill(_) | What::Chain(_) if task.broken => return true,
            What::Fill(items) | What::Chain(items) => {
                own.extend(items.iter().rev().map(|item| task.doc(item)));
                items.len()
            }
            What::Doc(doc) => match measure(&mut own, task, doc) {
                Some(used) => used,
                None => return true,
            },
        };
        match room.checked_sub(used) {
            Some(left) => room = left,
            None => return false,
        }
    }
}

/// The columns of a document itself; its parts are put on the list. Nothing where a line ends.
fn measure<'d, 's>(
    own: &mut Vec<Task<'d, 's>>,
    task: Task<'d, 's>,
    doc: &'d Doc<'s>,
) -> Option<usize> {
    match doc {
        Doc::Text(text) => return Some(width(text)),
        Doc::Line if !task.broken => return Some(1),
        Doc::Pad(more) if task.broken => return Some(1 + more),
        Doc::Space | Doc::Pad(_) => return Some(1),
        Doc::Line | Doc::Soft if task.broken => return None,
        Doc::Hard | Doc::Blank | Doc::Comment(_) => return None,
        Doc::IfBroken(text) if task.broken => return Some(text.len()),
        Doc::Line | Doc::Soft | Doc::IfBroken(_) => {}
        Doc::Fill(items) => {
            own.push(Task { what: What::Fill(items.get(1..).unwrap_or(&[])), ..task });
            own.extend(items.first().map(|first| task.doc(first)));
        }
        Doc::Chain(first, rest) => {
            own.push(Task { what: What::Chain(rest), ..task });
            own.push(task.doc(first));
        }
        Doc::Whole(inner) => own.push(Task { broken: false, ..task.doc(inner) }),
        Doc::Nest(inner) => own.push(task.doc(inner)),
        // Groups that come later may break.
        Doc::Group(inner, forced) => {
            own.push(Task { broken: *forced || task.broken, ..task.doc(inner) });
        }
        Doc::Seq(docs) => own.push(Task { what: What::Seq(docs), ..task }),
    }
    Some(0)
}
