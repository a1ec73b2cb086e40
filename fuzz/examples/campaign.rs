//! The campaign without end: `cargo run --release -p zirc-fuzz --example campaign -- --programs 20000`.

#[path = "../../compiler/tests/subject/mod.rs"]
mod subject;

use clap::Parser;
use std::path::PathBuf;
use std::time::Instant;
use subject::Compiler;
use zirc_fuzz::{Campaign, Subject, Tally, hints};

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
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let (mut tally, mut counted, mut wrong) = (Tally::default(), 0, 0);
    std::thread::scope(|s| {
        let args = &args;
        let all: Vec<_> =
            (0..threads).map(|t| s.spawn(move || part(args, t, threads, start))).collect();
        for thread in all {
            let Ok((found, hints)) = thread.join() else {
                wrong += 1;
                continue;
            };
            tally.add(found);
            counted += hints.0;
            wrong += hints.1;
        }
    });
    println!("accepted   {} ({:.0} %)", tally.accepted, 100.0 * tally.acceptance());
    println!("refused    {:?}", tally.refused);
    println!("features   {:?}", tally.features);
    println!("honest     {} inputs, {} assignments judged", tally.honest, tally.dishonest);
    println!("hints      {counted} programs counted, {wrong} wrong");
    println!("findings   {} in {:.1?}", tally.findings.len(), start.elapsed());
    if tally.findings.is_empty() && wrong == 0 { Ok(()) } else { std::process::exit(1) }
}

/// One thread's part of a number.
fn share(all: u64, thread: u64, threads: u64) -> u64 {
    all / threads + u64::from(thread < all % threads)
}

/// One thread's part of the campaign, and how many programs with hints it counted, how many wrong.
fn part(args: &Args, thread: u64, threads: u64, start: Instant) -> (Tally, (u64, u64)) {
    let before = |all| (0..thread).map(|k| share(all, k, threads)).fold(0, u64::wrapping_add);
    let seed = args.seed.wrapping_add(before(args.programs));
    let programs = share(args.programs, thread, threads);
    let campaign = Campaign { seed, programs, most: args.most };
    let tally = campaign.run(&Compiler, &mut shown(args, thread, start));
    // A share of the seeds, with room for what the audit refuses.
    let seed = args.seed.wrapping_add(before(args.hints).wrapping_mul(100));
    (tally, count_hints(seed, share(args.hints, thread, threads)))
}

/// Writes findings as they come, and says how far a thread is.
fn shown(args: &Args, thread: u64, start: Instant) -> impl FnMut(u64, &Tally) {
    let mut written = 0;
    move |k, tally| {
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
            let time = start.elapsed();
            println!("thread {thread}: {k} programs, {written} findings, {time:.0?}");
        }
    }
}

fn count_hints(mut seed: u64, hints: u64) -> (u64, u64) {
    let (mut counted, mut wrong) = (0, 0);
    while counted < hints {
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
