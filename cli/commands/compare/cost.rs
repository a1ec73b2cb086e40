//! What a circuit costs: predicted, or measured by a proof made here.

use crate::args::{Force, Seed};
use crate::assertion::assign_honest;
use crate::commands::{prove, setup};
use crate::error::Error;
use crate::load::costs::costs;
use crate::show::clean;
use crate::show::forecast::announce;
use crate::show::measure::timed;
use std::path::Path;
use zirc_circuit::report::By;
use zirc_circuit::{Circuit, Int, Report};
use zirc_runtime::proof::compress;
use zirc_runtime::{Forecast, Work, commit_model, silent, verify_file};

/// Times and sizes. What no domain is large enough for has none.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    pub(super) constraints: usize,
    pub(super) variables: usize,
    /// Predicted milliseconds of a proof: what the picture is about, measured or not.
    pub(super) predicted_ms: Option<f64>,
    /// Milliseconds of setup, proof and verification.
    pub(super) times: Option<[f64; 3]>,
    /// Whether the times were measured.
    pub(super) measured: bool,
    pub(super) proving_key: Option<u64>,
    pub(super) verifying_key: Option<u64>,
    pub(super) proof_size: Option<usize>,
    /// Most bytes of memory of a proof, as predicted.
    pub(super) memory: Option<u64>,
    /// Constraints by layer, if asked for.
    pub(super) layers: Vec<(String, usize)>,
}

/// How costs are found out.
#[derive(Debug)]
pub(super) struct How<'a> {
    pub(super) measure: bool,
    pub(super) layers: bool,
    pub(super) seed: &'a Seed,
    pub(super) memory: Force,
}

impl Cost {
    /// Predicts, or measures with an input.
    pub(super) fn of(
        circuit: &Circuit,
        path: &Path,
        input: Option<&[Vec<Int>]>,
        how: &How<'_>,
    ) -> Result<Cost, Error> {
        let forecast = Forecast::with(circuit, &costs()?.costs);
        let mut cost = Cost {
            constraints: circuit.num_constraints(),
            variables: circuit.num_variables(),
            predicted_ms: forecast.map(|f| f.proof.ms),
            times: forecast.map(|f| [f.setup.ms, f.proof.ms, f.verify_ms]),
            proving_key: forecast.map(|f| f.proving_key),
            verifying_key: forecast.map(|f| f.verifying_key),
            proof_size: forecast.map(|f| f.proof_size),
            memory: forecast.map(|f| f.proof.memory),
            ..Cost::default()
        };
        if how.layers {
            let groups = Report::new(circuit).groups(By::Layer).into_iter();
            let some = groups.filter(|g| !g.cost.is_nothing());
            cost.layers = some.map(|g| (clean(&g.key), g.cost.constraints)).collect();
        }
        if let (true, Some(input)) = (how.measure, input) {
            cost.measure(circuit, path, input, how)?;
        }
        Ok(cost)
    }

    /// One setup, proof and verification.
    fn measure(
        &mut self,
        circuit: &Circuit,
        path: &Path,
        input: &[Vec<Int>],
        how: &How<'_>,
    ) -> Result<(), Error> {
        announce(circuit, path, Work::Both, how.memory.force)?;
        let assignment = assign_honest(circuit, input)?;
        let rng = &mut how.seed.rng();
        let (key, setup) = setup::keys(circuit, path, rng)?;
        let opening = circuit.has_model().then(|| {
            let made = commit_model(&key, circuit, &assignment, rng, &mut silent);
            made.map_err(|e| Error::prove(path, &e))
        });
        let opening = opening.transpose()?;
        let proven = prove::proof(&key, path, circuit, &assignment, opening.as_ref(), rng)?;
        let file = proven.to_file();
        let (verified, verify_ms) = timed(|| verify_file(key.verifying_key(), &file));
        verified.map_err(|e| Error::verify(path, &e))?;
        self.times = Some([setup.total(), proven.timings.total(), verify_ms]);
        self.measured = true;
        self.proving_key = Some(key.file_size());
        self.verifying_key = Some(key.verifying_key().encode().len() as u64);
        self.proof_size = Some(compress(&file.proof).len());
        Ok(())
    }
}
