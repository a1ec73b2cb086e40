//! Classical models, of the domain `ai.onnx.ml`: trees, linear models, support vectors.

mod binarizer;
mod columns;
mod ensemble;
mod features;
mod forest;
mod kernel;
mod label;
mod linear;
mod machine;
mod one_hot;
mod read;
mod scale;
mod scores;
mod svm;
mod trees;
mod votes;
mod walk;

pub(crate) use columns::{BODY, COLUMNS};
pub(crate) use forest::given;
pub(crate) use trees::Ballot;

use super::{Effect, Meaning, Operation, Role, Trees, composed, family, plain};
use crate::context::Args;
use crate::context::Converter;
use crate::fault::Import;
use crate::graph::ML;
use crate::graph::Node;
use crate::ops::quantized::OWN;
use crate::tensor::Tensor;

const fn classical(
    name: &'static str,
    evaluate: fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>,
    convert: fn(&Node, &mut Converter<'_>) -> Import<()>,
) -> Operation {
    plain(name, evaluate, convert).of(ML)
}

const fn forest(name: &'static str, own: &'static Trees) -> Operation {
    family(name, own).of(ML).role(Role::Trees(*own))
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    forest("TreeEnsembleRegressor", &Trees::Targets),
    forest("TreeEnsembleClassifier", &Trees::Classes).gives(&[Meaning::Classes]).ranks(),
    forest("TreeEnsemble", &Trees::Leaves),
    classical("LinearRegressor", linear::regress, linear::convert_regress),
    classical("LinearClassifier", linear::classify, linear::convert_classify)
        .gives(&[Meaning::Classes])
        .ranks()
        .role(Role::Classifier),
    classical("SVMRegressor", svm::regress, svm::convert_regress),
    classical("SVMClassifier", svm::classify, svm::convert_classify)
        .gives(&[Meaning::Classes])
        .role(Role::Classifier),
    classical("Scaler", scale::scaler, scale::convert_scaler).columnwise(),
    classical("Normalizer", scale::normalizer, scale::convert_normalizer),
    classical("Imputer", scale::imputer, scale::convert_imputer).columnwise().role(Role::Imputer),
    plain(COLUMNS, columns::evaluate, columns::convert).of(OWN).columnwise(),
    classical("ArrayFeatureExtractor", features::extract, features::convert)
        .moves()
        .effect(Effect::Same),
    classical("LabelEncoder", label::evaluate, label::convert)
        .gives(&[Meaning::Classes])
        .role(Role::LabelEncoder),
    composed("Binarizer", binarizer::compose).of(ML),
    classical("OneHotEncoder", one_hot::evaluate, one_hot::convert).role(Role::OneHotEncoder),
    classical("ZipMap", features::zip_map, features::convert_zip_map),
];
