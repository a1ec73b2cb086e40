//! A program: a `.zirc` file, or the folder of one.

use super::budget;
use super::fidelity::Reference;
use super::files::{SOURCE_LIMIT, io_words, read_text};
use super::folder::Folder;
use super::onnx;
use crate::args;
use crate::args::Lowering;
use crate::args::onnx::{Import, Seen};
use crate::error::Error;
use crate::show::{self, diagnostic};
use serde_json::Value;
use std::path::{Path, PathBuf};
use zirc_circuit::Circuit;
use zirc_compiler::{Diagnostic, Options, Project};
use zirc_onnx::{Imported, ImportedPort};

/// A loaded program with the folder that its files are in.
#[derive(Debug)]
pub(crate) struct Program {
    /// The source file.
    pub(crate) path: PathBuf,
    /// Its folder.
    pub(crate) folder: Folder,
    /// What the compiler made of it.
    pub(crate) project: Project,
    /// How it is lowered.
    pub(crate) lowering: Lowering,
    /// Inputs of an ONNX model whose names had to change.
    pub(crate) renamed: Vec<ImportedPort>,
    /// Parts of inputs that no output may depend on, beside those that the program says.
    pub(crate) independent_of: Vec<String>,
    /// The ONNX model that it was made of, to be compared with once it is compiled.
    pub(crate) reference: Option<Reference>,
}

impl Program {
    /// Finds, reads and parses the program of a command line.
    pub(crate) fn named(args: &args::Program, seen: &Seen) -> Result<Program, Error> {
        Program::open_with(&args.program, args.lowering, &args.import, seen)
    }

    /// The same for a circuit that may be a program.
    pub(crate) fn source(args: &args::Source, seen: &Seen) -> Result<Program, Error> {
        Program::open_with(&args.path, args.lowering, &args.import, seen)
    }

    fn open_with(
        path: &Path,
        lowering: Lowering,
        import: &Import,
        seen: &Seen,
    ) -> Result<Program, Error> {
        let path = find(path)?;
        let seen = seen.with(import)?;
        if onnx::is_model(&path) {
            let opened = onnx::open(&path, import)?;
            let made = opened.import(&seen)?;
            let mut program = Program::imported(&path, made.clone())?;
            program.lowering = lowering;
            program.reference = Some(Reference::new(opened, made, seen, lowering, import.fidelity));
            return Ok(program);
        }
        let named = !seen.file && !import.results().is_empty();
        if seen.any() || import.quantizes() || named {
            let message = format!("{} is no .onnx model", path.display());
            let help = "what it quantizes and who sees what is written in the program itself";
            return Err(Error::Usage { message, help: Some(help.into()) });
        }
        let independent_of = import.independence.independent_of.clone();
        Ok(Program { lowering, independent_of, ..Program::open(&path)? })
    }

    /// The program that was made of a model, with the weights in memory; shows the importer's
    /// warnings.
    pub(crate) fn imported(path: &Path, made: Imported) -> Result<Program, Error> {
        made.warnings.iter().for_each(|w| show::warning(w));
        Program::imported_quietly(path, made)
    }

    /// The same without its warnings, which were shown before.
    pub(crate) fn imported_quietly(path: &Path, made: Imported) -> Result<Program, Error> {
        let mut folder = Folder::new(path.parent().unwrap_or(Path::new(".")));
        if let Some(file) = &made.weights_file {
            folder.provide(file, &made.weights).map_err(|e| Error::file(path, e))?;
        }
        let name = format!("{}.zirc", made.name);
        let mut project = Project::load(&name, &made.source, &mut folder)?;
        project.set_budget(budget::allowed());
        let path = path.to_owned();
        let lowering = Lowering::default();
        Ok(Program {
            path,
            folder,
            project,
            lowering,
            renamed: made.inputs,
            independent_of: vec![],
            reference: None,
        })
    }

    /// Finds, reads and parses a program.
    pub(crate) fn open(path: &Path) -> Result<Program, Error> {
        let path = find(path)?;
        if onnx::is_model(&path) {
            let made = onnx::open(&path, &Import::default())?.import(&Seen::default())?;
            return Program::imported(&path, made);
        }
        let text = read_text(&path, SOURCE_LIMIT).map_err(|e| Error::file(&path, e))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let folder = Folder::new(path.parent().unwrap_or(Path::new(".")));
        Program::of_text(path, &name.unwrap_or_default(), &text, folder)
    }

    /// One file of a folder, which is called as it is from there: what it uses is looked for where the folder's
    /// programs find it.
    pub(crate) fn module(root: &Path, path: &Path) -> Result<Program, Error> {
        let text = read_text(path, SOURCE_LIMIT).map_err(|e| Error::file(path, e))?;
        let parts = path.strip_prefix(root).unwrap_or(path).components();
        let parts = parts.map(|c| c.as_os_str().to_string_lossy().into_owned());
        let name = parts.collect::<Vec<_>>().join("/");
        Program::of_text(path.to_owned(), &name, &text, Folder::new(root))
    }

    /// One that has nothing but the standard library.
    pub(crate) fn empty() -> Result<Program, Error> {
        Program::of_text(PathBuf::from("."), "program", "", Folder::new(Path::new(".")))
    }

    fn of_text(
        path: PathBuf,
        name: &str,
        text: &str,
        mut folder: Folder,
    ) -> Result<Program, Error> {
        let mut project = Project::load(name, text, &mut folder)?;
        project.set_budget(budget::allowed());
        let lowering = Lowering::default();
        Ok(Program {
            path,
            folder,
            project,
            lowering,
            renamed: vec![],
            independent_of: vec![],
            reference: None,
        })
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

    /// The same without its warnings.
    pub(crate) fn compile_quietly(&mut self, name: &str) -> Result<Compiled, Error> {
        let options = self.options(true);
        let compiled = self.project.compile_with(name, &mut self.folder, &options)?;
        Ok(Compiled { circuit: compiled.circuit, warnings: Value::Array(vec![]) })
    }

    /// The same, optimized or not.
    pub(crate) fn compile_with(&mut self, name: &str, optimize: bool) -> Result<Compiled, Error> {
        let options = self.options(optimize);
        let compiled = self.project.compile_with(name, &mut self.folder, &options)?;
        if let Some(choice) = &compiled.choice {
            show::stderr(&format!("note: {choice}"));
        }
        diagnostic::print_all(self.project.files(), &compiled.warnings);
        let warnings = self.list_to_json(&compiled.warnings);
        if let Some(reference) = &mut self.reference {
            reference.check(&compiled.circuit, &mut self.folder)?;
        }
        Ok(Compiled { circuit: compiled.circuit, warnings })
    }

    fn options(&self, optimize: bool) -> Options {
        let Lowering { mode, lookup, products, public } = self.lowering;
        Options {
            optimize,
            lookup,
            products,
            public,
            mode: mode.unwrap_or_default(),
            independent_of: self.independent_of.clone(),
            ..Options::default()
        }
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
    let (mut found, mut models) = (vec![], vec![]);
    for entry in std::fs::read_dir(path).map_err(words)? {
        let file = entry.map_err(words)?.path();
        if file.extension().is_some_and(|e| e == "zirc") && file.is_file() {
            found.push(file);
        } else if onnx::is_model(&file) && file.is_file() {
            models.push(file);
        }
    }
    match (found.as_slice(), models.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.clone()),
        ([], []) => Err(Error::file(path, "no .zirc file and no .onnx model in this folder")),
        ([], _) => Err(Error::file(path, "several .onnx models in this folder: name one")),
        _ => Err(Error::file(path, "several .zirc files and none is model.zirc: name the file")),
    }
}

/// The file of the program that a path means: itself, or the one in its folder.
pub(crate) fn find_program(path: &Path) -> Result<PathBuf, Error> {
    find(path)
}

/// The .onnx model that a path means, if it means one.
pub(crate) fn find_model(path: &Path) -> Option<PathBuf> {
    find(path).ok().filter(|p| onnx::is_model(p))
}

/// Whether a path is that of a program, and not of a compiled circuit.
pub(crate) fn is_program(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| e == "zirc") || onnx::is_model(path)
}
