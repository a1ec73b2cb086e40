//! Contracts on a chain of their own.

use revm::context::TxEnv;
use revm::context_interface::result::{ExecutionResult, Output, ResultGas};
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::{Context, Database, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};
use sha3::{Digest, Keccak256};
use std::collections::BTreeMap;

/// Gas of a call, unless it is told otherwise.
const GAS: u64 = 10_000_000;

/// Contracts, and what they keep.
#[derive(Debug, Default)]
pub struct Chain {
    state: CacheDB<EmptyDB>,
    nonces: BTreeMap<Address, u64>,
    /// Seconds since 1970 of the block that the next transaction is in.
    pub now: u64,
    /// Who sends the next transaction.
    pub sender: Address,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its topics, the event first.
    pub topics: Vec<[u8; 32]>,
    /// What is not a topic.
    pub data: Vec<u8>,
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
    /// Its events.
    pub logs: Vec<Log>,
}

impl Answer {
    /// Whether it returned without a value.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Returned(vec![])
    }

    /// The first topics of its events.
    #[must_use]
    pub fn events(&self) -> Vec<[u8; 32]> {
        self.logs.iter().filter_map(|log| log.topics.first().copied()).collect()
    }
}

impl Chain {
    /// Deploys a contract.
    ///
    /// # Errors
    /// Why it could not be.
    pub fn deploy(&mut self, creation: &[u8]) -> Result<Address, String> {
        let result = self.transact(TxKind::Create, creation, GAS, 0)?;
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
        self.answer(to, data, gas, 0)
    }

    /// Calls a contract and sends it so many wei.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn pay(&mut self, to: Address, data: &[u8], wei: u64) -> Result<Answer, String> {
        self.answer(to, data, GAS, wei)
    }

    /// Wei of an account.
    #[must_use]
    pub fn balance(&mut self, of: Address) -> u64 {
        // A database in memory has an answer.
        let account = self.state.basic(of).ok().flatten().unwrap_or_default();
        account.balance.saturating_to()
    }

    /// Gives an account so many wei.
    pub fn fund(&mut self, account: Address, wei: u64) {
        let mut info = self.state.basic(account).ok().flatten().unwrap_or_default();
        info.balance += U256::from(wei);
        self.state.insert_account_info(account, info);
    }

    fn answer(&mut self, to: Address, data: &[u8], gas: u64, wei: u64) -> Result<Answer, String> {
        let result = self.transact(TxKind::Call(to), data, gas, wei)?;
        let took = |gas: ResultGas| gas.spent() - gas.intrinsic_gas();
        Ok(match result {
            ExecutionResult::Success { gas, output, logs, .. } => {
                let entry = |log: &revm::primitives::Log| Log {
                    topics: log.topics().iter().map(|t| t.0).collect(),
                    data: log.data.data.to_vec(),
                };
                let logs = logs.iter().map(entry).collect();
                let outcome = Outcome::Returned(output.into_data().to_vec());
                Answer { outcome, gas: took(gas), logs }
            }
            ExecutionResult::Revert { gas, output, .. } => {
                let outcome = Outcome::Reverted(output.to_vec());
                Answer { outcome, gas: took(gas), logs: vec![] }
            }
            ExecutionResult::Halt { gas, reason, .. } => {
                let outcome = Outcome::Halted(format!("{reason:?}"));
                Answer { outcome, gas: took(gas), logs: vec![] }
            }
        })
    }

    fn transact(
        &mut self,
        kind: TxKind,
        data: &[u8],
        gas: u64,
        wei: u64,
    ) -> Result<ExecutionResult, String> {
        let nonce = self.nonces.entry(self.sender).or_default();
        let tx = TxEnv::builder()
            .caller(self.sender)
            .kind(kind)
            .data(Bytes::copy_from_slice(data))
            .gas_limit(gas)
            .value(U256::from(wei))
            .nonce(*nonce)
            .build()
            .map_err(|e| format!("{e:?}"))?;
        let now = U256::from(self.now);
        let context = Context::mainnet().with_db(&mut self.state);
        let mut machine = context.modify_block_chained(|b| b.timestamp = now).build_mainnet();
        let done = machine.transact(tx).map_err(|e| format!("{e:?}"))?;
        machine.commit(done.state);
        *nonce += 1;
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
