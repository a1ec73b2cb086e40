//! `--output`: of a model who sees results, and which they are; of other programs the file to write.

use super::onnx::{Import, Who, who};
use crate::error::Error;
use crate::load::program::find_model;
use std::path::{Path, PathBuf};

impl Import {
    /// Who sees the results, if it is said.
    pub(crate) fn who(&self) -> Result<Option<Who>, Error> {
        let mut all = self.outputs.iter().filter_map(|text| who(text).ok());
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(Error::usage("--output is given twice")),
            (one, None) => Ok(one),
        }
    }

    /// Names of results.
    pub(crate) fn results(&self) -> Vec<String> {
        self.outputs.iter().filter(|text| who(text).is_err()).cloned().collect()
    }

    /// The file to write: that of `-o`, or of `--output` where the source is no model.
    pub(crate) fn file(
        &self,
        short: Option<&Path>,
        source: &Path,
    ) -> Result<Option<PathBuf>, Error> {
        if find_model(source).is_some() {
            return Ok(short.map(Path::to_owned));
        }
        let mut all = short.map(Path::to_owned).into_iter();
        let mut all = all.by_ref().chain(self.results().into_iter().map(PathBuf::from));
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(Error::usage("--output is given twice")),
            (one, None) => Ok(one),
        }
    }
}
