//! snarkjs as npm installs it, of the versions in the lock file beside this.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Runs it in a folder; says whether it ended well, and what it printed. Arguments are separated by
/// spaces.
pub(crate) fn snarkjs(folder: &Path, line: &str) -> (bool, String) {
    let installed = installed().unwrap_or_else(|e| panic!("{e}"));
    let out = Command::new("node")
        .arg(installed.join("node_modules/snarkjs/build/cli.cjs"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap_or_else(|e| panic!("node, which runs snarkjs: {e}"));
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// The folder that `npm ci` has installed it into, once for all tests.
fn installed() -> Result<&'static Path, String> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOLDER.get_or_init(install).as_deref().map_err(String::clone)
}

fn install() -> Result<PathBuf, String> {
    let words = |e: std::io::Error| format!("npm, which installs snarkjs: {e}");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snarkjs");
    let lock = std::fs::read(source.join("package-lock.json")).map_err(words)?;
    // In a target directory, whichever is used: tests lie in `deps/`.
    let binary = std::env::current_exe().map_err(words)?;
    let target = binary.ancestors().find(|p| p.ends_with("deps")).and_then(Path::parent);
    let name = format!("snarkjs-{}", &blake3::hash(&lock).to_hex()[..16]);
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
