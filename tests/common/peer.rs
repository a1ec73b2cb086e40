//! snarkjs, in a folder of a test.

use crate::npm;
use crate::room::Room;
use serde_json::Value;

impl Room {
    /// Runs snarkjs here.
    pub(crate) fn snarkjs(&self, line: &str) -> (bool, String) {
        let script = npm::installed("snarkjs").join("node_modules/snarkjs/build/cli.cjs");
        npm::node(&self.path(""), &script, &line.split_whitespace().collect::<Vec<_>>(), "")
    }

    /// Runs it, and expects these words.
    #[track_caller]
    pub(crate) fn accepted(&self, line: &str, words: &str) {
        let (ok, said) = self.snarkjs(line);
        assert!(ok && said.contains(words), "snarkjs {line}: {said}");
    }

    /// Runs it, and expects words of what is wrong.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, words: &str) {
        let (_, said) = self.snarkjs(line);
        assert!(said.contains(words), "snarkjs {line}: {said}");
    }

    /// A file of JSON.
    pub(crate) fn value(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }
}
