//! Contracts on a chain of their own.

use revm::context::TxEnv;
use revm::context_interface::result::{ExecutionResult, Output, ResultGas};
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::{Address, Bytes, TxKind};
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};
use sha3::{Digest, Keccak256};

/// Gas of a call, unless it is told otherwise.
const GAS: u64 = 10_000_000;

/// Contracts, and what they keep.
#[derive(Debug, Default)]
pub struct Chain {
    state: CacheDB<EmptyDB>,
    nonce: u64,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned this.
    Returned(Vec<u8>),
    /// It was reverted with this.
    Reverted(Vec<u8>),
    /// It took all its gas.
    Halted(String),
}

/// What a call did.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// What it took, without the 21,000 of a transaction and without its calldata.
    pub gas: u64,
    /// The first topics of its events.
    pub events: Vec<[u8; 32]>,
}

impl Answer {
    /// Whether it returned without a value.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Returned(vec![])
    }
}

impl Chain {
    /// Deploys a contract.
    ///
    /// # Errors
    /// Why it could not be.
    pub fn deploy(&mut self, creation: &[u8]) -> Result<Address, String> {
        let result = self.transact(TxKind::Create, creation, GAS)?;
        match result {
            ExecutionResult::Success { output: Output::Create(_, Some(address)), .. } => {
                Ok(address)
            }
            other => Err(format!("not deployed: {other:?}")),
        }
    }

    /// Calls a contract.
    ///
    /// # Errors
    /// What is wrong with the transaction itself.
    pub fn call(&mut self, to: Address, data: &[u8]) -> Result<Answer, String> {
        self.call_with(to, data, GAS)
    }

    /// Calls a contract with so much gas for the transaction.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn call_with(&mut self, to: Address, data: &[u8], gas: u64) -> Result<Answer, String> {
        let result = self.transact(TxKind::Call(to), data, gas)?;
        let took = |gas: ResultGas| gas.spent() - gas.intrinsic_gas();
        Ok(match result {
            ExecutionResult::Success { gas, output, logs, .. } => {
                let topic = |log: &revm::primitives::Log| log.topics().first().map(|t| t.0);
                let events = logs.iter().filter_map(topic).collect();
                let outcome = Outcome::Returned(output.into_data().to_vec());
                Answer { outcome, gas: took(gas), events }
            }
            ExecutionResult::Revert { gas, output, .. } => {
                let outcome = Outcome::Reverted(output.to_vec());
                Answer { outcome, gas: took(gas), events: vec![] }
            }
            ExecutionResult::Halt { gas, reason, .. } => {
                let outcome = Outcome::Halted(format!("{reason:?}"));
                Answer { outcome, gas: took(gas), events: vec![] }
            }
        })
    }

    fn transact(&mut self, kind: TxKind, data: &[u8], gas: u64) -> Result<ExecutionResult, String> {
        let tx = TxEnv::builder()
            .kind(kind)
            .data(Bytes::copy_from_slice(data))
            .gas_limit(gas)
            .nonce(self.nonce)
            .build()
            .map_err(|e| format!("{e:?}"))?;
        let mut machine = Context::mainnet().with_db(&mut self.state).build_mainnet();
        let done = machine.transact(tx).map_err(|e| format!("{e:?}"))?;
        machine.commit(done.state);
        self.nonce += 1;
        Ok(done.result)
    }
}

/// What a contract reverts with: an error by its signature, and its arguments.
#[must_use]
pub fn failure(signature: &str, arguments: &[u64]) -> Outcome {
    let mut bytes = Keccak256::digest(signature)[..4].to_vec();
    for n in arguments {
        bytes.extend([0; 24]);
        bytes.extend(n.to_be_bytes());
    }
    Outcome::Reverted(bytes)
}
