//! Packages of npm, of the versions in the lock file of a folder of tests.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Runs a script in a folder, with something to read; says whether it ended well, and what it printed.
pub(crate) fn node(folder: &Path, script: &Path, args: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new("node")
        .arg(script)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("node: {e}"));
    // What does not read its input may be gone before all of it is written.
    let _ = child.stdin.take().map(|mut i| i.write_all(input.as_bytes()));
    let out = child.wait_with_output().unwrap_or_else(|e| panic!("node: {e}"));
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// The folder that `npm ci` installs `tests/NAME` into, in the target directory; done once.
pub(crate) fn installed(name: &str) -> PathBuf {
    // One test at a time: the folder under way is this process's.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock();
    install(name).unwrap_or_else(|e| panic!("{e}"))
}

fn install(name: &str) -> Result<PathBuf, String> {
    let words = |e: std::io::Error| format!("npm, which installs tests/{name}: {e}");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let lock = std::fs::read(source.join("package-lock.json")).map_err(words)?;
    // In a target directory, whichever is used: tests lie in `deps/`.
    let binary = std::env::current_exe().map_err(words)?;
    let target = binary.ancestors().find(|p| p.ends_with("deps")).and_then(Path::parent);
    let name = format!("{name}-{}", &blake3::hash(&lock).to_hex()[..16]);
    let folder = target.unwrap_or(&std::env::temp_dir()).join(name);
    if folder.exists() {
        return Ok(folder);
    }
    // Whole or not at all, however many tests do it at once.
    let scratch = folder.with_extension(std::process::id().to_string());
    std::fs::create_dir_all(&scratch).map_err(words)?;
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(source.join(file), scratch.join(file)).map_err(words)?;
    }
    let status = Command::new("npm")
        .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&scratch)
        .status()
        .map_err(words)?;
    if !status.success() {
        return Err(format!("npm ci: {status}"));
    }
    if std::fs::rename(&scratch, &folder).is_err() {
        // Another was faster.
        std::fs::remove_dir_all(&scratch).map_err(words)?;
    }
    Ok(folder)
}
