//! `zirc ceremony verify`: everything that can be seen of a ceremony, and by whom.

use super::{Against, verified};
use crate::answer::Answer;
use crate::error::Error;
use crate::show::forecast::announce;
use zirc_runtime::Work;

/// Verify a ceremony against its circuit and its first phase: exit code 0 if everything is right
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the digest of the verifying key that the ceremony gives: by it you know whether a key, or the key in a
receipt, is of this ceremony.")]
pub(super) struct Args {
    #[command(flatten)]
    against: Against,
}

/// Carries it out.
pub(super) fn run(args: &Args) -> Result<Answer, Error> {
    let opened = args.against.open()?;
    announce(&opened.circuit, &opened.path, Work::Setup, args.against.force.force)?;
    let verified = verified(&args.against, &opened)?;
    Ok(Answer::yes(format!("verified\n\n{}", verified.words()), verified.json()))
}
