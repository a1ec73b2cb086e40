//! One file for each command.

pub(crate) mod audit;
pub(crate) mod break_receipt;
pub(crate) mod calibrate_cost;
pub(crate) mod ceremony;
pub(crate) mod check;
pub(crate) mod commit;
pub(crate) mod compare;
pub(crate) mod compile;
pub(crate) mod diff;
pub(crate) mod doc;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod prove;
pub(crate) mod run;
pub(crate) mod setup;
pub(crate) mod test;
pub(crate) mod verify;
pub(crate) mod witness;

use crate::answer::Answer;
use crate::args::Command;
use crate::error::Error;

/// Carries out a command.
pub(crate) fn run(command: &Command) -> Result<Answer, Error> {
    match command {
        Command::New(args) => new::run(args),
        Command::Run(args) => run::run(args),
        Command::Import(args) => import::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Audit(args) => audit::run(args),
        Command::CalibrateCost(args) => calibrate_cost::run(args),
        Command::Ceremony(args) => ceremony::run(args),
        Command::Check(args) => check::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Doc(args) => doc::run(args),
        Command::Compile(args) => compile::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Setup(args) => setup::run(args),
        Command::Commit(args) => commit::run(args),
        Command::Witness(args) => witness::run(args),
        Command::Prove(args) => prove::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Break(args) => break_receipt::run(args),
        Command::Test(args) => test::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Export(args) => export::run(args),
    }
}
