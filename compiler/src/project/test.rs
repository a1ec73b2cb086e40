//! Tests of a project, and what its functions promise.

use super::{Project, Rejected};
use crate::elaborate::Elaborator;
use crate::elaborate::item::Supply;
use crate::loader::Loader;
use crate::promise::{Promise, Trying, promise};
use crate::run::{self, TestReport};

impl Project {
    /// Runs the tests of the program whose name contains `filter`, and checks what the functions that they call
    /// promise.
    pub fn test(&self, filter: &str, loader: &mut dyn Loader) -> (Vec<TestReport>, Vec<Promise>) {
        self.test_trying(filter, loader, &mut Trying::default())
    }

    /// The same, with promises tried so hard.
    pub fn test_trying(
        &self,
        filter: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> (Vec<TestReport>, Vec<Promise>) {
        run::tests(&self.world, 0, filter, loader, trying)
    }

    /// The names of the standard library's modules, for running their tests.
    #[must_use]
    pub fn std_modules(&self) -> Vec<String> {
        let std = self.world.modules.iter().filter(|m| m.path.starts_with("std::"));
        std.map(|m| m.path.clone()).collect()
    }

    /// Runs the tests of a module of the standard library whose name contains `filter`.
    pub fn test_std(
        &self,
        path: &str,
        filter: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> (Vec<TestReport>, Vec<Promise>) {
        match self.module(path) {
            Some(m) => run::tests(&self.world, m, filter, loader, trying),
            None => (vec![], vec![]),
        }
    }

    /// Checks the `ensures` of every instance that a circuit uses.
    ///
    /// # Errors
    /// Everything that is wrong with the circuit.
    pub fn promises(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> Result<Vec<Promise>, Rejected> {
        let id = self.find(circuit)?;
        let mut e = Elaborator::new(&self.world, loader);
        self.accepted(&mut e, |e| e.named_circuit(id, Supply::Inputs))?;
        let promised = e.out.promised;
        let all = promised.iter().map(|(id, g)| promise(&self.world, *id, g, loader, trying));
        Ok(all.collect())
    }
}
