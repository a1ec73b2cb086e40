//! What the steps of setup and proof take on this machine, as `zirc calibrate-cost` measured it; else as built in.

use super::files::read_bytes;
use crate::error::Error;
use std::env::var_os;
use std::path::PathBuf;
use std::sync::OnceLock;
use zirc_runtime::Costs;

/// Bytes that the file may have.
const LIMIT: u64 = 1 << 16;

/// Those that predictions are made with.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The numbers.
    pub(crate) costs: Costs,
    /// The file that they are from, if they are measured here.
    pub(crate) from: Option<PathBuf>,
}

/// Where they are kept: what `ZIRC_COSTS` names, or `zirc/costs.toml` where the user's settings are.
pub(crate) fn path() -> Option<PathBuf> {
    let named = |name: &str| var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let settings = named("XDG_CONFIG_HOME").or_else(|| Some(named("HOME")?.join(".config")));
    named("ZIRC_COSTS").or_else(|| Some(settings?.join("zirc").join("costs.toml")))
}

/// Reads them, once.
///
/// # Errors
/// A file that is there and says no times.
pub(crate) fn costs() -> Result<&'static Known, Error> {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(known);
    }
    let read = read()?;
    Ok(KNOWN.get_or_init(|| read))
}

fn read() -> Result<Known, Error> {
    let Some(path) = path().filter(|p| p.exists()) else {
        return Ok(Known { costs: Costs::BUILT_IN, from: None });
    };
    let again = "`zirc calibrate-cost` writes it again";
    let bytes = read_bytes(&path, LIMIT).map_err(|e| Error::file(&path, e))?;
    let text = String::from_utf8(bytes).map_err(|_| Error::file(&path, "not UTF-8"))?;
    let costs: Costs = toml::from_str(&text)
        .map_err(|e| Error::file(&path, format!("{}: {again}", e.message())))?;
    if let Some((name, n)) = costs.implausible() {
        return Err(Error::file(&path, format!("{name}: no step takes {n} ns: {again}")));
    }
    Ok(Known { costs, from: Some(path) })
}
