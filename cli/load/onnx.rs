//! An ONNX model, imported on the spot.

use super::files::{DATA_LIMIT, read_bytes};
use super::inputs::Values;
use crate::args::onnx::{Import, Seen};
use crate::error::Error;
use crate::load::quantization;
use crate::show;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use zirc_onnx::quantize::{Choices, FileDigest, Ranges, Settings};
use zirc_onnx::{
    Array, Imported, Model, Options, Reading, WeightVisibility, circuit_name, import, rounded,
};
use zirc_runtime::input::{RawData, RawTensor, in_order};

/// Largest model file; protobuf itself ends at 2 GiB.
const MODEL_LIMIT: u64 = 2 << 30;

/// A model with the settings it is quantized by.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is in it.
    pub(crate) model: Model,
    /// How to quantize it.
    pub(crate) settings: Settings,
    /// The calibration data.
    pub(crate) samples: Vec<BTreeMap<String, Array>>,
    /// What is claimed of inputs and results.
    pub(crate) claims: Claims,
}

/// What a command line claims of a model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    pub(crate) conditions: Vec<String>,
    pub(crate) independent_of: Vec<String>,
}

/// Whether a path is that of an ONNX model.
pub(crate) fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx"))
}

/// Reads a model and everything that decides its quantization.
pub(crate) fn open(path: &Path, args: &Import) -> Result<Opened, Error> {
    let bytes = read_bytes(path, MODEL_LIMIT).map_err(|e| Error::file(path, e))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dims: BTreeMap<String, usize> = args.dims.iter().cloned().collect();
    let budget = super::budget::allowed();
    let (choices, choices_file) = match &args.quantization {
        Some(file) => quantization::read(file).map(|(read, digest)| (read, Some(digest)))?,
        None => (Choices::default(), None),
    };
    let as_written = args.as_written || choices.as_written;
    let mut reading = Reading { dims, outputs: args.results(), budget, as_written };
    let external = &mut |name: &str| external(folder, name);
    let refused = |faults| Error::Model { path: path.to_owned(), faults };
    let mut model = Model::decode_with(&bytes, &reading, external).map_err(refused)?;
    for said in model.warnings() {
        show::warning(said);
    }
    let mut settings = Settings { choices, choices_file, ..Settings::default() };
    if let Some(bits) = args.activation_bits {
        settings.activation_bits = bits;
        settings.choices.activation_bits = None;
    }
    if let Some(bits) = args.weight_bits {
        settings.weight_bits = bits;
        settings.choices.weight_bits = None;
    }
    let usual = folder.join("calibrate.npz");
    let data = calibration_data(args, &usual)?;
    let mut known = vec![];
    if let Some((data, digest)) = data {
        let samples = samples(&model, &data)?;
        let fault = |f| refused(vec![f]);
        if let Some(found) = model.misread(&samples).map_err(fault)? {
            show::warning(&format!("{found}: {AS_WRITTEN}"));
            reading.as_written = true;
            model = Model::decode_with(&bytes, &reading, external).map_err(refused)?;
        }
        let bits = settings.choices.activation_bits.unwrap_or(settings.activation_bits);
        let seen = model.calibrate(&samples, args.calibration.method(), bits).map_err(fault)?;
        seen.warnings.iter().for_each(|w| show::warning(w));
        if let Some(little) = seen.little {
            args.fidelity.warn(little, MORE_SAMPLES)?;
        }
        settings.ranges = Some(Ranges { file: Some(digest), ..seen.ranges });
        if args.quantization.is_none() && !args.no_rounding_search {
            settings = rounded(&model, &settings, &samples);
        }
        known = samples;
    }
    let claims = Claims {
        conditions: args.claims.clone(),
        independent_of: args.independence.independent_of.clone(),
    };
    Ok(Opened { path: path.to_owned(), model, settings, samples: known, claims })
}

/// Samples of what a model sees, with the digest of their file: those that are named, or the usual ones.
fn calibration_data(args: &Import, usual: &Path) -> Result<Option<(Values, FileDigest)>, Error> {
    match &args.calibrate {
        Some(file) => Values::read_with_digest(file).map(Some),
        None if usual.is_file() && args.quantization.is_none() => {
            show::stderr(&format!("note: calibrated on {}", usual.display()));
            Values::read_with_digest(usual).map(Some)
        }
        None => Ok(None),
    }
}

const MORE_SAMPLES: &str = "calibrate with what will come, a hundred samples or so";
const AS_WRITTEN: &str = "what is written out stays so; this is a bug in zirc, please report it";

impl Opened {
    /// The name that the model's file gives a circuit.
    pub(crate) fn name(&self) -> String {
        let stem = self.path.file_stem().map(|s| s.to_string_lossy().into_owned());
        circuit_name(&stem.unwrap_or_default())
    }

    /// The program of the model, with what is claimed.
    pub(crate) fn import(&self, seen: &Seen) -> Result<Imported, Error> {
        self.import_with(seen, false, self.claims.clone())
    }

    /// The program of the model for any inputs, of which claims need not hold.
    pub(crate) fn unclaimed(&self, seen: &Seen, probes: bool) -> Result<Imported, Error> {
        self.import_with(seen, probes, Claims::default())
    }

    fn import_with(&self, seen: &Seen, probes: bool, claims: Claims) -> Result<Imported, Error> {
        let Claims { conditions, independent_of } = claims;
        let options = Options {
            name: self.name(),
            inputs: seen.inputs(),
            public_outputs: seen.public_outputs(),
            weights: seen.weights(),
            probes,
            claims: conditions,
            independent_of,
        };
        if options.weights == WeightVisibility::Private {
            show::warning(PRIVATE);
        }
        let made = import(&self.model, &self.settings, &options);
        made.map_err(|faults| Error::Model { path: self.path.clone(), faults })
    }
}

const PRIVATE: &str = "with --weights private nothing ties the weights of one proof to those of the \
                       next: --weights committed names the model by a commitment";

/// The data of another file of the model: inside of its folder, symbolic links followed.
fn external(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let parts: Vec<Component<'_>> = Path::new(name).components().collect();
    let outside = |c: &Component<'_>| !matches!(c, Component::Normal(_) | Component::CurDir);
    let refused = "it is not inside of the model's folder";
    if parts.is_empty() || parts.iter().any(outside) || name.contains(['\0', '\\']) {
        return Err(refused.into());
    }
    let path = folder.join(name);
    let real = path.canonicalize().map_err(|_| "no such file".to_string())?;
    let root = folder.canonicalize().map_err(|_| "no such folder".to_string())?;
    if !real.starts_with(&root) {
        return Err(refused.into());
    }
    read_bytes(&real, DATA_LIMIT)
}

/// The samples of a data file, by the names of the graph: along a further first dimension, or along
/// the model's own first one, in batches of its size.
pub(crate) fn samples(model: &Model, data: &Values) -> Result<Vec<BTreeMap<String, Array>>, Error> {
    let fail = |message: String| Error::file(&data.path, message);
    let inputs = model.inputs();
    let sizes: Vec<(&str, &[usize])> =
        inputs.iter().map(|i| (i.name.as_str(), &i.shape[..])).collect();
    let ordered = in_order(&data.tensors, &sizes).map_err(|e| fail(e.to_string()))?;
    let tensors = ordered.as_ref().unwrap_or(&data.tensors);
    let mut all: Vec<BTreeMap<String, Array>> = vec![];
    for (k, i) in inputs.iter().enumerate() {
        let nameless = tensors.get("").filter(|_| tensors.len() == 1);
        let Some(t) = tensors.get(&i.name).or(nameless) else {
            let names: Vec<&str> = tensors.keys().map(String::as_str).collect();
            return Err(fail(format!(
                "no array `{}`; the file has {}",
                show::line(&i.name),
                names.join(", ")
            )));
        };
        let size: usize = i.shape.iter().product();
        let count = match (t.shape.split_first(), i.shape.split_first()) {
            (Some((n, rest)), _) if rest == i.shape => *n,
            // Batches of the model's own size, one after the other.
            (Some((n, rest)), Some((batch, own))) if rest == own && n.is_multiple_of(*batch) => {
                n / batch
            }
            (None, None) => 1,
            _ => {
                return Err(fail(format!(
                    "array `{}` has the shape {:?}, samples of the model have {:?}",
                    show::line(&i.name),
                    t.shape,
                    i.shape
                )));
            }
        };
        if count == 0 {
            return Err(fail(format!("array `{}` holds no sample", show::line(&i.name))));
        }
        if k == 0 {
            all = vec![BTreeMap::new(); count];
        } else if all.len() != count {
            return Err(fail(format!("inputs have {} and {count} samples", all.len())));
        }
        let numbers = floats(t);
        for (sample, values) in all.iter_mut().zip(numbers.chunks(size)) {
            let a = Array { shape: i.shape.clone(), data: values.to_vec() };
            sample.insert(i.name.clone(), a);
        }
    }
    Ok(all)
}

/// The numbers of a tensor as doubles.
pub(crate) fn floats(t: &RawTensor) -> Vec<f64> {
    use num_traits::ToPrimitive;
    match &t.data {
        RawData::Ints(v) => v.iter().map(|x| *x as f64).collect(),
        RawData::Big(v) => v.iter().map(|x| x.to_f64().unwrap_or(f64::NAN)).collect(),
        RawData::Floats(v) => v.clone(),
        RawData::Decimals(v) => v.iter().map(|x| x.to_f64().unwrap_or(f64::NAN)).collect(),
    }
}
