//! Classical models, of the domain `ai.onnx.ml`: trees, linear models, support vectors.

mod ensemble;
mod features;
mod forest;
mod kernel;
mod label;
mod linear;
mod machine;
mod read;
mod scale;
mod scores;
mod svm;
mod trees;
mod walk;

pub(crate) use forest::given;

use super::{Operation, plain};
use crate::context::Args;
use crate::context::Converter;
use crate::fault::Import;
use crate::graph::ML;
use crate::graph::Node;
use crate::tensor::Tensor;

const fn classical(
    name: &'static str,
    evaluate: fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>,
    convert: fn(&Node, &mut Converter<'_>) -> Import<()>,
) -> Operation {
    plain(name, evaluate, convert).of(ML)
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    classical("TreeEnsembleRegressor", trees::regress, trees::convert_regress),
    classical("TreeEnsembleClassifier", trees::classify, trees::convert_classify),
    classical("TreeEnsemble", trees::regress, trees::convert_regress),
    classical("LinearRegressor", linear::regress, linear::convert_regress),
    classical("LinearClassifier", linear::classify, linear::convert_classify),
    classical("SVMRegressor", svm::regress, svm::convert_regress),
    classical("SVMClassifier", svm::classify, svm::convert_classify),
    classical("Scaler", scale::scaler, scale::convert_scaler),
    classical("Normalizer", scale::normalizer, scale::convert_normalizer),
    classical("Imputer", scale::imputer, scale::convert_imputer),
    classical("ArrayFeatureExtractor", features::extract, features::convert),
    classical("LabelEncoder", label::evaluate, label::convert),
    classical("ZipMap", features::zip_map, features::convert_zip_map),
];
