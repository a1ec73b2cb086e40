//! Nearly well-typed programs without end: `cargo run --release -p zirc-fuzz --example nearly -- --programs 20000`.

#[path = "../../compiler/tests/answers/mod.rs"]
mod answers;

use answers::{Reached, answer};
use clap::Parser;
use rand::SeedableRng;
use zirc_fuzz::{Random, nearly};

#[derive(Parser)]
struct Args {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many programs
    #[arg(long, default_value_t = u64::MAX)]
    programs: u64,
    /// Stop at so many findings
    #[arg(long, default_value_t = 20)]
    most: usize,
    /// Programs to change, in place of random ones
    files: Vec<std::path::PathBuf>,
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let texts = args.files.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let (mut found, mut asked, mut read, mut right) = (0, 0, 0, 0);
    for seed in (args.seed..).take(usize::try_from(args.programs).unwrap_or(usize::MAX)) {
        let mut rng = Random::seed_from_u64(seed);
        let text = match texts.as_slice() {
            [] => nearly::program(seed, &mut rng),
            all => nearly::changed(&all[seed as usize % all.len()], &mut rng),
        };
        let answer = answer(&text);
        asked += 1;
        read += u64::from(answer.reached >= Reached::Types);
        right += u64::from(answer.reached == Reached::Circuit);
        if let Some(f) = answer.fault {
            println!("seed {seed}: {f}\n{text}\n");
            found += 1;
        }
        if found == args.most {
            break;
        }
    }
    println!("{asked} programs, {read} read, {right} right: {found} findings");
    std::process::exit(i32::from(found > 0))
}
