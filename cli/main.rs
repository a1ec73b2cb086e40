//! The command line of zirc.
fn main() {}
