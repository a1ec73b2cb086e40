//! The campaign without end: `cargo run --release -p zirc-fuzz --example campaign -- --programs 20000`.

#[path = "../../compiler/tests/subject/mod.rs"]
mod subject;

use clap::Parser;
use std::path::PathBuf;
use std::time::Instant;
use subject::Compiler;
use zirc_fuzz::{Campaign, Subject, hints};

#[derive(Parser)]
struct Args {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many programs
    #[arg(long, default_value_t = u64::MAX)]
    programs: u64,
    /// How many programs with hints, whose solutions are counted
    #[arg(long, default_value_t = 0)]
    hints: u64,
    /// Where failing programs are written
    #[arg(long, default_value = "findings")]
    out: PathBuf,
    /// Stop at so many findings
    #[arg(long, default_value_t = 20)]
    most: usize,
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let start = Instant::now();
    let campaign = Campaign { seed: args.seed, programs: args.programs, most: args.most };
    let mut written = 0;
    let tally = campaign.run(&Compiler, &mut |k, tally| {
        for f in &tally.findings[written..] {
            println!("seed {}: {}\n{}", f.seed, f.fault, f.program.text());
            let kept = std::fs::create_dir_all(&args.out).and_then(|()| {
                let text = format!("// seed {}: {}\n{}", f.seed, f.fault, f.program.text());
                std::fs::write(args.out.join(format!("{}.zirc", f.seed)), text)
            });
            if let Err(e) = kept {
                println!("not written: {e}");
            }
        }
        written = tally.findings.len();
        if k % 1000 == 0 {
            println!("{k} programs, {} findings, {:.0?}", written, start.elapsed());
        }
    });
    println!("accepted   {} ({:.0} %)", tally.accepted, 100.0 * tally.acceptance());
    println!("refused    {:?}", tally.refused);
    println!("features   {:?}", tally.features);
    println!("honest     {} inputs, {} assignments judged", tally.honest, tally.dishonest);
    let (counted, wrong) = count_hints(&args);
    println!("hints      {counted} programs counted, {wrong} wrong");
    println!("findings   {} in {:.1?}", tally.findings.len(), start.elapsed());
    if tally.findings.is_empty() && wrong == 0 { Ok(()) } else { std::process::exit(1) }
}

fn count_hints(args: &Args) -> (u64, u64) {
    let (mut counted, mut wrong, mut seed) = (0, 0, args.seed);
    while counted < args.hints {
        let (p, types) = hints::program(seed);
        seed += 1;
        let Ok(case) = Compiler.load(&p.text()) else { continue };
        match hints::solutions(&case, &p, &types) {
            Ok(Some(n)) if n <= 1 => counted += 1,
            Ok(None) => {}
            other => {
                wrong += 1;
                counted += 1;
                println!("hints, seed {}: {other:?}\n{}", seed - 1, p.text());
            }
        }
    }
    (counted, wrong)
}
