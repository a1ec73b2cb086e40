//! What tests of contracts need: the real Solidity compiler, and a real Ethereum virtual machine.
//!
//! `solc` is the npm package of that name, in the version that `evm/package.json` has, run by node; `revm`
//! is the machine. Nothing of this is a part of what zirc is built of.

mod machine;
mod solc;

pub use machine::{Answer, Chain, Log, Outcome, failure};
pub use revm::primitives::Address;
pub use solc::{Compiled, compile};
