//! Sources to code.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// A contract, compiled.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What a transaction sends to create it, before the arguments of its constructor.
    pub creation: Vec<u8>,
    /// Bytes of its code on the chain.
    pub size: usize,
}

/// Compiles sources, each with the name of its file, into contracts by name.
///
/// # Errors
/// What the compiler says; a warning is an error.
pub fn compile(sources: &[(&str, &str)]) -> Result<BTreeMap<String, Compiled>, String> {
    let files: serde_json::Map<String, Value> = sources
        .iter()
        .map(|(name, text)| ((*name).to_owned(), json!({ "content": text })))
        .collect();
    let input = json!({
        "language": "Solidity",
        "sources": files,
        "settings": {
            "optimizer": { "enabled": true, "runs": 200 },
            "evmVersion": "cancun",
            "outputSelection": { "*": { "*": [
                "evm.bytecode.object", "evm.deployedBytecode.object"
            ] } },
        },
    });
    let output = run_once(&input.to_string())?;
    let output: Value = serde_json::from_str(&output).map_err(|e| format!("{e}: {output}"))?;
    let said = output["errors"].as_array().map_or(&[][..], Vec::as_slice);
    if !said.is_empty() {
        let text = |e: &Value| e["formattedMessage"].as_str().unwrap_or_default().to_owned();
        return Err(said.iter().map(text).collect::<Vec<_>>().join("\n"));
    }
    let mut contracts = BTreeMap::new();
    let of_files = output["contracts"].as_object().into_iter().flatten();
    for (name, made) in of_files.flat_map(|(_, of_file)| of_file.as_object().into_iter().flatten())
    {
        let code = |kind: &str| unhex(made["evm"][kind]["object"].as_str().unwrap_or_default());
        let (creation, size) = (code("bytecode")?, code("deployedBytecode")?.len());
        contracts.insert(name.clone(), Compiled { creation, size });
    }
    Ok(contracts)
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let byte = |k: usize| u8::from_str_radix(text.get(k..k + 2).unwrap_or_default(), 16);
    (0..text.len()).step_by(2).map(byte).collect::<Result<_, _>>().map_err(|e| e.to_string())
}

/// The compiler's answer, asked for once by all tests of a program.
fn run_once(input: &str) -> Result<String, String> {
    static ANSWERS: Mutex<BTreeMap<[u8; 8], String>> = Mutex::new(BTreeMap::new());
    let key = digest(input.as_bytes());
    let known = |e| format!("answers of the compiler: {e}");
    if let Some(answer) = ANSWERS.lock().map_err(|e| known(e.to_string()))?.get(&key) {
        return Ok(answer.clone());
    }
    let answer = run(input)?;
    ANSWERS.lock().map_err(|e| known(e.to_string()))?.insert(key, answer.clone());
    Ok(answer)
}

fn run(input: &str) -> Result<String, String> {
    let mut node = Command::new("node")
        .arg(root().join("solc.js"))
        .current_dir(installed()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("node, which runs the Solidity compiler: {e}"))?;
    let mut stdin = node.stdin.take().ok_or("node has no input")?;
    stdin.write_all(input.as_bytes()).map_err(|e| e.to_string())?;
    drop(stdin);
    let output = node.wait_with_output().map_err(|e| e.to_string())?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|e| e.to_string())
    } else {
        Err(format!("node: {}", output.status))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder that `npm ci` has installed the compiler into, once for all tests.
fn installed() -> Result<&'static Path, String> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOLDER.get_or_init(install).as_deref().map_err(String::clone)
}

fn install() -> Result<PathBuf, String> {
    let words = |e: std::io::Error| format!("npm, which installs the Solidity compiler: {e}");
    let lock = std::fs::read(root().join("package-lock.json")).map_err(words)?;
    // A target directory, whichever is used: tests lie in `deps/` or in the folder above it.
    let binary = std::env::current_exe().map_err(words)?;
    let target = binary.ancestors().find(|p| p.ends_with("deps")).and_then(Path::parent);
    let name = format!("solc-{}", u64::from_le_bytes(digest(&lock)));
    let folder = target.unwrap_or(&std::env::temp_dir()).join(name);
    if folder.exists() {
        return Ok(folder);
    }
    // Whole or not at all, however many tests do it at once.
    let scratch = folder.with_extension(std::process::id().to_string());
    std::fs::create_dir_all(&scratch).map_err(words)?;
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(root().join(file), scratch.join(file)).map_err(words)?;
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

/// The first bytes of a hash.
fn digest(bytes: &[u8]) -> [u8; 8] {
    use sha3::Digest;
    let hash = sha3::Keccak256::digest(bytes);
    std::array::from_fn(|i| hash[i])
}
