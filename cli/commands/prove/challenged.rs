//! `zirc prove --answer`: the proof of a result that was challenged.

use super::open_event;
use crate::error::Error;
use serde_json::{Value, json};
use std::path::Path;
use zirc_circuit::Fr;
use zirc_runtime::export::solidity::{Calldata, calldata};
use zirc_runtime::optimistic::{Event, result_digest};
use zirc_runtime::{ModelCommitment, ProofFile, VerifyingKey};

/// A challenge to the result that is about to be proved.
#[derive(Debug)]
pub(super) struct Challenged {
    id: u64,
    deadline: u64,
}

impl Challenged {
    /// Of the contract's event.
    ///
    /// # Errors
    /// That it asks for the proof of another result, before anything is proved.
    pub(super) fn read(
        log: &Path,
        key: &VerifyingKey,
        model: Option<ModelCommitment>,
        public: &[Fr],
    ) -> Result<Challenged, Error> {
        let Event::Challenged { id, digest, deadline } = open_event(log)? else {
            return Err(Error::file(log, "a posted result, where a challenge is expected"));
        };
        let got = result_digest(key, model, &key.interface().pack(public));
        if got != digest {
            let message = format!(
                "the proof of result {digest} is asked for, and this input under this key and model gives {got}"
            );
            return Err(Error::file(log, message));
        }
        let now = crate::show::now();
        if deadline <= now {
            let ago = now - deadline;
            crate::show::warning(&format!(
                "by this machine's clock the answer comes {ago} seconds too late"
            ));
        }
        Ok(Challenged { id, deadline })
    }

    /// What to send to the contract, for people and for machines.
    ///
    /// # Errors
    /// That the proof does not verify.
    pub(super) fn answered(
        &self,
        key: &VerifyingKey,
        proof: &ProofFile,
        path: &Path,
    ) -> Result<(String, Value), Error> {
        let sent = calldata(key, proof).map_err(|e| Error::verify(path, &e))?;
        let data = Calldata::text(&sent.answer(self.id));
        let Challenged { id, deadline } = self;
        let text = format!(
            "\nanswer to the challenge of result {id}, before {deadline} (seconds since 1970)\n  {data}\n"
        );
        Ok((text, json!({ "result_id": id, "deadline": deadline, "data": data })))
    }
}
