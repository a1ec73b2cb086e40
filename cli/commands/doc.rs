//! `zirc doc`: pages about the functions and circuits of a folder's programs.

mod page;

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{io_words, must_be_folder, read_text, write_bytes};
use crate::load::program::Program;
use crate::load::search::{Wanted, files};
use crate::show::number::count;
use page::{MARK, Page, index};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The page that lists the others.
const INDEX: &str = "index.md";
/// The longest page that is looked at to see whose it is.
const LONGEST: u64 = 64 << 20;

/// Write pages about the functions and circuits of a folder, with their costs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
There is a page in Markdown for each .zirc file, and one that lists them. A page has what is `pub`, the
circuits, and what has a doc comment (`///`): signatures, comments, and what calls and circuits cost. A
function without generics is measured as it is, others at the instances that their `#[cost(…)]` name.

Examples:
  zirc doc .
  zirc doc model --out pages")]
pub(crate) struct Args {
    /// A folder with .zirc files in and below it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where to write the pages [default: zirc-out/doc in the folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let root = &args.folder;
    if root.is_file() {
        return Err(Error::file(root, "is a file; name the folder that it is in"));
    }
    let out = args.out.clone().unwrap_or_else(|| root.join("zirc-out").join("doc"));
    must_be_folder(&out)?;
    let mut pages = vec![];
    for path in files(std::slice::from_ref(root), Wanted::Programs)? {
        let mut program = Program::module(home(root, &path), &path)?;
        pages.extend(Page::of(&module(root, &path), &mut program)?);
    }
    if pages.is_empty() {
        return Err(Error::file(root, "no .zirc file with anything to write about"));
    }
    let mut texts: Vec<(String, String)> =
        pages.iter().map(|p| (p.file(), p.text.clone())).collect();
    texts.push((INDEX.into(), index(&pages)));
    distinct(&texts)?;
    let (wrote, removed) = write(&out, &texts)?;
    let mut text = format!("{}: {}", out.display(), count(texts.len(), "page"));
    text.push_str(&match (wrote, removed) {
        (0, 0) => ", as they were\n".to_owned(),
        (wrote, 0) => format!(", {wrote} written\n"),
        (wrote, removed) => format!(", {wrote} written, {removed} removed\n"),
    });
    let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
    let folder = out.display().to_string();
    let json = json!({ "out": folder, "pages": names, "written": wrote, "removed": removed });
    Ok(Answer::yes(text, json))
}

/// The folder from which a file names others: the nearest that has a `model.zirc`, or else the one that is asked for.
fn home<'p>(root: &'p Path, path: &'p Path) -> &'p Path {
    let inside = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    inside.into_iter().find(|folder| folder.join("model.zirc").is_file()).unwrap_or(root)
}

/// What a file is called on its page, such as `layers::norm`.
fn module(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("::")
}

/// Refuses files whose pages would have one name, be it only where a folder does not tell capitals apart.
fn distinct(texts: &[(String, String)]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match texts.iter().find(|(name, _)| !seen.insert(name.to_lowercase())) {
        None => Ok(()),
        Some((name, _)) => Err(Error::usage(format!("two files would have the page {name}"))),
    }
}

/// Writes what differs from what is there, each page whole or not at all, and removes pages of files that are no
/// more; says how many of both.
fn write(out: &Path, texts: &[(String, String)]) -> Result<(usize, usize), Error> {
    let words = |e: std::io::Error| Error::file(out, io_words(e.kind(), &e.to_string()));
    std::fs::create_dir_all(out).map_err(words)?;
    let there = |path: &Path| read_text(path, LONGEST).unwrap_or_default();
    let (mut wrote, mut removed) = (0, 0);
    for (name, text) in texts {
        let path = out.join(name);
        if there(&path) != *text {
            write_bytes(&path, text.as_bytes())?;
            wrote += 1;
        }
    }
    for entry in std::fs::read_dir(out).map_err(words)? {
        let path = entry.map_err(words)?.path();
        let own = |(name, _): &(String, String)| path.file_name().is_some_and(|n| n == &**name);
        let page = path.extension().is_some_and(|e| e == "md") && there(&path).starts_with(MARK);
        if page && !texts.iter().any(own) {
            std::fs::remove_file(&path).map_err(words)?;
            removed += 1;
        }
    }
    Ok((wrote, removed))
}
