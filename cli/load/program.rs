//! A program: a `.zirc` file, or the folder of one.

use super::files::{SOURCE_LIMIT, io_words, read_text};
use super::folder::Folder;
use crate::error::Error;
use crate::show::diagnostic;
use serde_json::Value;
use std::path::{Path, PathBuf};
use zirc_circuit::Circuit;
use zirc_compiler::{Diagnostic, Options, Project, Strategy};

/// A loaded program with the folder that its files are in.
#[derive(Debug)]
pub(crate) struct Program {
    /// The source file.
    pub(crate) path: PathBuf,
    /// Its folder.
    pub(crate) folder: Folder,
    /// What the compiler made of it.
    pub(crate) project: Project,
    /// The strategy of its lookups, if one is forced.
    pub(crate) lookup: Option<Strategy>,
}

impl Program {
    /// Finds, reads and parses a program.
    pub(crate) fn open(path: &Path) -> Result<Program, Error> {
        let path = find(path)?;
        let text = read_text(&path, SOURCE_LIMIT).map_err(|e| Error::file(&path, e))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let mut folder = Folder::new(path.parent().unwrap_or(Path::new(".")));
        let project = Project::load(&name.unwrap_or_default(), &text, &mut folder)?;
        Ok(Program { path, folder, project, lookup: None })
    }

    /// The circuit that is meant: the one that is named, or the only one.
    pub(crate) fn choose(&self, wanted: Option<&str>) -> Result<String, Error> {
        let all = self.project.circuits();
        match (wanted, all.as_slice()) {
            (Some(name), _) => Ok(name.to_owned()),
            (None, [one]) => Ok(one.clone()),
            (None, []) => Err(self.no_circuit()),
            (None, _) => Err(Error::Usage {
                message: format!("{} has several circuits", self.path.display()),
                help: Some(format!("say which one: --circuit {}", all.join(" or --circuit "))),
            }),
        }
    }

    /// The error of a program that has nothing to prove.
    pub(crate) fn no_circuit(&self) -> Error {
        Error::Usage {
            message: format!("{} has no circuit", self.path.display()),
            help: Some(
                "a circuit with parameters in <…> needs an instance: `circuit c3 = c::<3>;`".into(),
            ),
        }
    }

    /// Compiles a circuit and shows the compiler's warnings.
    pub(crate) fn compile(&mut self, name: &str) -> Result<Compiled, Error> {
        self.compile_with(name, true)
    }

    /// The same, optimized or not.
    pub(crate) fn compile_with(&mut self, name: &str, optimize: bool) -> Result<Compiled, Error> {
        let options = Options { optimize, lookup: self.lookup };
        let compiled = self.project.compile_with(name, &mut self.folder, &options)?;
        diagnostic::print_all(self.project.files(), &compiled.warnings);
        let warnings = self.list_to_json(&compiled.warnings);
        Ok(Compiled { circuit: compiled.circuit, warnings })
    }

    /// Diagnostics for machines.
    pub(crate) fn list_to_json(&self, list: &[Diagnostic]) -> Value {
        diagnostic::list_to_json(self.project.files(), list)
    }
}

/// A compiled circuit.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The circuit.
    pub(crate) circuit: Circuit,
    /// What the compiler remarked, for machines.
    pub(crate) warnings: Value,
}

/// The file of a program: in a folder `model.zirc`, or else its only `.zirc` file.
fn find(path: &Path) -> Result<PathBuf, Error> {
    let words = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => Error::file(path, "no such file or folder"),
        kind => Error::file(path, io_words(kind, &e.to_string())),
    };
    if !std::fs::metadata(path).map_err(words)?.is_dir() {
        return Ok(path.to_owned());
    }
    let usual = path.join("model.zirc");
    if usual.is_file() {
        return Ok(usual);
    }
    let mut found = vec![];
    for entry in std::fs::read_dir(path).map_err(words)? {
        let file = entry.map_err(words)?.path();
        if file.extension().is_some_and(|e| e == "zirc") && file.is_file() {
            found.push(file);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::file(path, "no .zirc file in this folder")),
        _ => Err(Error::file(path, "several .zirc files and none is model.zirc: name the file")),
    }
}

/// Whether a path is that of a program, and not of a compiled circuit.
pub(crate) fn is_program(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| e == "zirc")
}
