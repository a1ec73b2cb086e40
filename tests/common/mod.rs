//! What several test files need: a loader for a folder, and circuits of example programs.

#![allow(dead_code, unreachable_pub, reason = "each test and benchmark uses a part")]

pub mod scale;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zirc_circuit::{Int, Ints, Port, PortType, TensorId, Visibility};
use zirc_compiler::{Compiled, Loaded, Loader, Project};
use zirc_runtime::input::{self, Format, RawTensor};

/// Files of one folder.
pub struct Folder {
    root: PathBuf,
    read: BTreeMap<String, BTreeMap<String, RawTensor>>,
}

/// The folder of an example.
pub fn example(name: &str) -> Folder {
    Folder {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name),
        read: BTreeMap::new(),
    }
}

impl Folder {
    pub fn values(&mut self, file: &str) -> &BTreeMap<String, RawTensor> {
        let root = &self.root;
        self.read.entry(file.into()).or_insert_with(|| {
            let bytes = std::fs::read(root.join(file)).unwrap();
            input::read_values(&bytes, Format::from_name(file).unwrap()).unwrap()
        })
    }

    pub fn project(&mut self) -> Project {
        let text = std::fs::read_to_string(self.root.join("model.zirc")).unwrap();
        Project::load("model.zirc", &text, self).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
    }

    pub fn compile(&mut self, circuit: &str) -> Compiled {
        let project = self.project();
        project.compile(circuit, self).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
    }
}

impl Loader for Folder {
    fn source(&mut self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(self.root.join(path)).map_err(|e| e.to_string())
    }

    fn tensor(&mut self, file: &str, name: &str, ty: &PortType) -> Result<Loaded, String> {
        let raw = self.values(file).get(name).cloned().ok_or("no such tensor")?;
        let port = Port {
            name: name.into(),
            shape: raw.shape.clone(),
            ty: ty.clone(),
            written: String::new(),
            visibility: Visibility::Private,
            tensor: TensorId::ONE,
            file: None,
        };
        let data = input::to_port(&raw, &port).map_err(|e| e.to_string())?;
        Ok(Loaded { shape: raw.shape, data: pack(data) })
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("00".repeat(32))
    }
}

fn pack(data: Vec<Int>) -> Ints {
    match data.iter().map(i64::try_from).collect::<Result<Vec<_>, _>>() {
        Ok(v) => Ints::Small(v),
        Err(_) => Ints::Big(data),
    }
}
