//! The command line of zirc: arguments, files, printing. Everything else is in the libraries.

mod answer;
mod args;
mod assertion;
mod commands;
mod error;
mod load;
mod show;

use clap::Parser;
use std::process::ExitCode;

/// The compiler descends into expressions by recursion: deep ones need room.
const STACK: usize = 256 << 20;
/// What a panic exits with, so that no script takes a bug for an answer.
const BUG: u8 = 101;

fn main() -> ExitCode {
    let work = std::thread::Builder::new().name("zirc".into()).stack_size(STACK).spawn(work);
    ExitCode::from(match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => {
            show::stderr("this is a bug in zirc: please report the message above");
            BUG
        }
        Err(e) => {
            show::stderr(&format!("error: no thread to work in: {e}"));
            error::BAD_INPUT
        }
    })
}

fn work() -> u8 {
    let cli = args::Cli::parse();
    load::budget::allow(cli.budget);
    let result = commands::run(&cli.command);
    answer::give(cli.command.name(), result, cli.json)
}
