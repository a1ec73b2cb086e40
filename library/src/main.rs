//! Writes the reference of the standard library: `cargo run -q -p zirc-library`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command says what it did")]

use std::path::Path;
use std::process::ExitCode;
use zirc_library::{Library, differences, on_a_large_stack, root, stale};

fn main() -> ExitCode {
    match on_a_large_stack(run) {
        Ok(changed) if changed.is_empty() => println!("everything is up to date"),
        Ok(changed) => changed.iter().for_each(|c| println!("{c}")),
        Err(problems) => {
            eprintln!("{}", problems.join("\n"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Writes what differs from what is there; says what.
fn run() -> Result<Vec<String>, Vec<String>> {
    let root = root();
    let files = Library::read(&root)?.files(&root)?;
    let fail = |path: &Path, e: std::io::Error| vec![format!("{}: {e}", path.display())];
    let mut said = vec![];
    for file in &files {
        let path = root.join(&file.path);
        if differences(&root, file).is_none() {
            continue;
        }
        let folder = path.parent().unwrap_or(&root);
        std::fs::create_dir_all(folder).map_err(|e| fail(folder, e))?;
        std::fs::write(&path, &file.text).map_err(|e| fail(&path, e))?;
        said.push(format!("wrote {}", file.path));
    }
    for path in stale(&root, &files) {
        std::fs::remove_file(root.join(&path)).map_err(|e| fail(Path::new(&path), e))?;
        said.push(format!("removed {path}"));
    }
    Ok(said)
}
