//! Values for a circuit's inputs.

use super::files::{DATA_LIMIT, read_bytes};
use super::folder::{Folder, data_format};
use crate::error::Error;
use crate::show;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zirc_circuit::{Circuit, Int, Port, PortType};
use zirc_onnx::ImportedPort;
use zirc_onnx::quantize::FileDigest;
use zirc_runtime::input::{InputError, RawData, RawTensor, bind, by_name};
use zirc_runtime::input::{quantize_saturating, read_values};
use zirc_runtime::{hashed, receipt};

/// Tensors by name, from one file.
#[derive(Debug)]
pub(crate) struct Values {
    /// The file.
    pub(crate) path: PathBuf,
    /// Whether there is one; the usual file need not exist.
    found: bool,
    /// Its tensors.
    pub(crate) tensors: BTreeMap<String, RawTensor>,
    /// Inputs that a model has as floats: they are quantized as it says.
    floats: Vec<String>,
}

impl Values {
    /// Reads a file of tensors.
    pub(crate) fn read(path: &Path) -> Result<Values, Error> {
        Values::read_and(path, |_| ()).map(|(values, ())| values)
    }

    /// The same, and the file's digest.
    pub(crate) fn read_with_digest(path: &Path) -> Result<(Values, FileDigest), Error> {
        Values::read_and(path, FileDigest::of)
    }

    /// Reads a file of tensors, and takes something else from its bytes.
    fn read_and<T>(path: &Path, take: impl Fn(&[u8]) -> T) -> Result<(Values, T), Error> {
        let fail = |e: String| Error::file(path, e);
        let format = data_format(path).map_err(fail)?;
        let bytes = read_bytes(path, DATA_LIMIT).map_err(fail)?;
        let tensors = read_values(&bytes, format).map_err(|e| fail(e.to_string()))?;
        let values = Values { path: path.to_owned(), found: true, tensors, floats: vec![] };
        Ok((values, take(&bytes)))
    }

    /// Reads the file that is named, or the usual one if it exists.
    pub(crate) fn find(named: Option<&Path>, usual: Option<&Path>) -> Result<Values, Error> {
        match (named, usual) {
            (Some(path), _) => Values::read(path),
            (None, Some(path)) if path.exists() => Values::read(path),
            (None, usual) => {
                let path = usual.map(Path::to_owned).unwrap_or_default();
                Ok(Values { path, found: false, tensors: BTreeMap::new(), floats: vec![] })
            }
        }
    }

    /// Calls arrays that have the names of a model's program by those of the circuit's ports, which are the
    /// model's own.
    pub(crate) fn rename(&mut self, ports: &[ImportedPort]) {
        for p in ports.iter().filter(|p| p.variable != p.port) {
            if !self.tensors.contains_key(&p.port)
                && !ports.iter().any(|other| other.port == p.variable)
                && let Some(t) = self.tensors.remove(&p.variable)
            {
                self.tensors.insert(p.port.clone(), t);
            }
        }
        self.floats = ports.iter().filter(|p| p.float).map(|p| p.port.clone()).collect();
    }

    /// Quantizes an input of a model, cut to the ends of its type, and says so.
    fn saturate(&self, port: &Port, tensor: &mut RawTensor) -> Result<(), Error> {
        let PortType::Fix { lo, hi, numerator, denominator } = &port.ty else { return Ok(()) };
        let fail = |e: InputError| Error::Input {
            path: self.path.clone(),
            errors: vec![e.named(&port.name)],
        };
        let quantized = quantize_saturating(tensor, lo, hi, numerator, denominator);
        let (raw, cut) = quantized.map_err(fail)?;
        if cut > 0 {
            let (lo, hi) = (receipt::real(lo, &port.ty), receipt::real(hi, &port.ty));
            let of = raw.len();
            let name = show::line(&port.name);
            show::stderr(&format!(
                "note: input `{name}`: {cut} of {of} values beyond {lo} to {hi} are cut to it"
            ));
        }
        tensor.data = RawData::Big(raw);
        Ok(())
    }

    /// Gives an input its raw integers, whatever the file says of it.
    pub(crate) fn give(&mut self, name: &str, shape: &[usize], raw: Vec<Int>) {
        let tensor = RawTensor { shape: shape.to_vec(), data: RawData::Big(raw) };
        self.tensors.insert(name.to_owned(), tensor);
        self.floats.retain(|float| float != name);
    }

    /// The tensors by the names of a circuit's inputs.
    pub(crate) fn named(&self, circuit: &Circuit) -> Result<BTreeMap<String, RawTensor>, Error> {
        let ordered = by_name(&circuit.signature, &self.tensors);
        let fail = |e| Error::Input { path: self.path.clone(), errors: vec![e] };
        Ok(ordered.map_err(fail)?.unwrap_or_else(|| self.tensors.clone()))
    }

    /// Whether the file, or one that the program binds them to, has values for any of these ports.
    pub(crate) fn has_any<'p>(
        &self,
        circuit: &Circuit,
        mut ports: impl Iterator<Item = &'p Port>,
    ) -> Result<bool, Error> {
        let given = self.named(circuit)?;
        Ok(ports.any(|p| p.file.is_some() || given.contains_key(&p.name)))
    }

    /// The raw integers of the ports of a circuit's model, in order; others may be missing.
    pub(crate) fn bind_model(
        &self,
        circuit: &Circuit,
        folder: &mut Folder,
    ) -> Result<Vec<Vec<Int>>, Error> {
        self.bind_only(circuit, circuit.model_ports().cloned().collect(), folder)
    }

    /// The raw integers of some of a circuit's input ports, in order; others may be missing.
    pub(crate) fn bind_only(
        &self,
        circuit: &Circuit,
        ports: Vec<Port>,
        folder: &mut Folder,
    ) -> Result<Vec<Vec<Int>>, Error> {
        let mut only = circuit.clone();
        only.signature.inputs = ports;
        let kept = |name: &String| !circuit.signature.inputs.iter().any(|p| p.name == *name);
        let own = |name: &String| only.signature.inputs.iter().any(|p| p.name == *name);
        let tensors = self.named(circuit)?;
        let tensors = tensors.iter().filter(|(name, _)| kept(name) || own(name));
        let values = Values {
            path: self.path.clone(),
            found: self.found,
            tensors: tensors.map(|(name, t)| (name.clone(), t.clone())).collect(),
            floats: self.floats.clone(),
        };
        values.bind(&only, folder)
    }

    /// The raw integers of each input of a circuit, in order. Inputs that the file does not give
    /// and that the program binds to a file are read from there.
    pub(crate) fn bind(
        &self,
        circuit: &Circuit,
        folder: &mut Folder,
    ) -> Result<Vec<Vec<Int>>, Error> {
        let inputs = &circuit.signature.inputs;
        let mut all = self.named(circuit)?;
        let unknown: Vec<&Port> = inputs.iter().filter(|p| !all.contains_key(&p.name)).collect();
        for port in unknown {
            if let Some(file) = &port.file {
                super::salt::ensure(port, file, folder)?;
                all.insert(port.name.clone(), bound(port, file, folder)?);
            }
        }
        let given = |p: &Port| all.contains_key(&p.name);
        if !self.found && !inputs.iter().all(given) {
            let missing = inputs.iter().filter(|p| !given(p)).map(|p| p.name.as_str());
            let message = format!("no values for {}", missing.collect::<Vec<_>>().join(", "));
            let help = if self.path.as_os_str().is_empty() {
                "name a file with --input".into()
            } else {
                format!("name a file with --input; there is no {}", self.path.display())
            };
            return Err(Error::Usage { message, help: Some(help) });
        }
        for port in inputs.iter().filter(|p| self.floats.contains(&p.name)) {
            let only = all.len() == 1 && inputs.len() == 1;
            let name = if only && all.contains_key("") { "" } else { port.name.as_str() };
            if let Some(t) = all.get_mut(name).filter(|t| t.shape == port.shape) {
                self.saturate(port, t)?;
            }
        }
        bind(&circuit.signature, &all)
            .map_err(|errors| Error::Input { path: self.path.clone(), errors })
    }
}

/// The tensor of an input that the program binds to a file: the parameter's own name is not part
/// of the names in the file, unless it is all there is.
pub(crate) fn bound(port: &Port, file: &str, folder: &mut Folder) -> Result<RawTensor, Error> {
    let name = port.name.split_once('.').map_or(port.name.as_str(), |(_, field)| field);
    // What a port is called outside of the program may have dots of its own.
    let name = if hashed::salted(port).is_some() { "salt" } else { name };
    let path = folder.root().join(file);
    let tensor = folder.raw(file, name);
    tensor.cloned().map_err(|e| Error::file(&path, format!("for input `{}`: {e}", port.name)))
}
