//! `zirc new`: a folder to begin with.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{io_words, write_bytes};
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is written, by name; `{name}` stands for the folder's.
const FILES: [(&str, &str); 4] = [
    ("model.zirc", include_str!("new/model.zirc")),
    ("input.json", include_str!("new/input.json")),
    ("README.md", include_str!("new/README.md")),
    (".gitignore", include_str!("new/gitignore")),
];
/// The longest name.
const LONGEST: usize = 100;

/// Make a folder with a program, its tests and an input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  zirc new first
  zirc test first")]
pub(crate) struct Args {
    /// The folder: new, or there and empty
    #[arg(value_name = "NAME")]
    folder: PathBuf,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let folder = &args.folder;
    let name = name(folder)?;
    make(folder)?;
    let mut text = String::new();
    for (file, content) in FILES {
        write_bytes(&folder.join(file), content.replace("{name}", name).as_bytes())?;
        text.push_str(&format!("wrote {}\n", folder.join(file).display()));
    }
    text.push_str(&format!("begin with: zirc test {}\n", folder.display()));
    let files: Vec<&str> = FILES.iter().map(|(file, _)| *file).collect();
    Ok(Answer::yes(text, json!({ "folder": folder.display().to_string(), "files": files })))
}

/// The name of the folder, which its README bears.
fn name(folder: &Path) -> Result<&str, Error> {
    let name = folder.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && name.len() <= LONGEST && name.chars().all(plain) {
        return Ok(name);
    }
    Err(Error::Usage {
        message: format!("{} ends in no name for a program", folder.display()),
        help: Some(
            "a name has letters, digits, `_` and `-`, and begins with a letter or `_`".into(),
        ),
    })
}

/// Makes the folder; one that is there has to be empty.
fn make(folder: &Path) -> Result<(), Error> {
    let words = |e: std::io::Error| Error::file(folder, io_words(e.kind(), &e.to_string()));
    match std::fs::create_dir(folder) {
        Ok(()) => return Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return Err(Error::file(folder, "the folder that it should be in is not there"));
        }
        Err(e) => return Err(words(e)),
    }
    match std::fs::read_dir(folder).map_err(words)?.next() {
        None => Ok(()),
        Some(_) => Err(Error::file(folder, "is there already and not empty")),
    }
}
