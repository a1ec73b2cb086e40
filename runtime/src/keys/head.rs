//! What a proving key says before its queries.

use super::commitment::Blinders;
use super::{ProvingKey, VerifyingKey};
use crate::domain::Domain;
use crate::files::FileError;
use crate::files::codec::Decoder;
use ark_bn254::G2Affine;
use std::io::Read;
use zirc_circuit::Digest;

/// All of a proving key but its queries, as it is read from a file.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub(super) verifying: VerifyingKey,
    pub(super) domain: Domain,
    pub(super) num_constraints: usize,
    pub(super) num_variables: usize,
    pub(super) model: Option<Blinders>,
    pub(super) blinders: Option<Blinders>,
}

/// The same, wherever it is kept.
#[derive(Clone, Copy)]
pub(crate) struct Head<'k> {
    pub(crate) verifying: &'k VerifyingKey,
    pub(crate) domain: &'k Domain,
    pub(crate) num_constraints: usize,
    pub(crate) num_variables: usize,
    /// Where the circuit has a model.
    pub(crate) model: Option<&'k Blinders>,
    /// Where the circuit has challenges.
    pub(crate) blinders: Option<&'k Blinders>,
    /// Where the key is the textbook's: the variables that have a row of their own behind the constraints, in
    /// the order of rows. Its C query has no part of the quotient in it.
    pub(crate) textbook: Option<&'k [usize]>,
}

impl Front {
    /// Reads it, and compares the numbers in it with each other.
    pub(super) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
        circuit: Digest,
    ) -> Result<Front, FileError> {
        let verifying = VerifyingKey::read_payload(source, circuit)?;
        let num_constraints = source.u64("number of constraints")?;
        let num_variables = source.u64("number of variables")?;
        let size = source.count(64, "quotient query")?;
        let public = (verifying.interface().num_instance() + verifying.num_challenges()) as u64;
        let rows = num_constraints.saturating_add(1 + public);
        let fits = |rows: u64| {
            let (what, got) = ("size of the domain", size as u64);
            if rows > got {
                return Err(FileError::Inconsistent { what, expected: rows, got });
            }
            Ok(())
        };
        fits(rows)?;
        if num_variables <= public || num_variables > u64::from(crate::setup::MAX_VARIABLES) {
            let (what, got) = ("number of variables", num_variables);
            return Err(FileError::Inconsistent { what, expected: public + 1, got });
        }
        let domain =
            Domain::of_size(size).ok_or(FileError::Invalid { what: "size of the domain" })?;
        let mut read = |own: Option<G2Affine>, what| match own {
            None => Ok(None),
            Some(own) => Blinders::read(source, num_variables, &verifying, (own, what)).map(Some),
        };
        let model = read(verifying.model().copied(), "delta of the model in G1")?;
        let own = verifying.commitment().map(|c| c.delta_g2);
        let blinders = read(own, "delta of the commitment in G1")?;
        let pinned = [&model, &blinders].into_iter().flatten().map(|b| b.pinned.len() as u64);
        fits(pinned.fold(rows, u64::saturating_add))?;
        let (num_constraints, num_variables) = (num_constraints as usize, num_variables as usize);
        Ok(Front { verifying, domain, num_constraints, num_variables, model, blinders })
    }

    pub(super) fn head(&self) -> Head<'_> {
        Head {
            verifying: &self.verifying,
            domain: &self.domain,
            num_constraints: self.num_constraints,
            num_variables: self.num_variables,
            model: self.model.as_ref(),
            blinders: self.blinders.as_ref(),
            textbook: None,
        }
    }
}

impl ProvingKey {
    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            verifying: &self.verifying,
            domain: &self.domain,
            num_constraints: self.num_constraints,
            num_variables: self.num_variables,
            model: self.model.as_ref().map(|c| &c.blinders),
            blinders: self.commitment.as_ref().map(|c| &c.blinders),
            textbook: None,
        }
    }
}
