//! `zirc ceremony contribute`: numbers of one's own, drawn, multiplied and forgotten; or those of a beacon.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::must_be_writable;
use crate::show::line;
use crate::show::progress::Progress;
use rand::rngs::OsRng;
use rand::{CryptoRng, RngCore};
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_runtime::ceremony::{Beacon, Contributor, Name, Source};
use zirc_runtime::files::write_atomically;
use zirc_runtime::snarkjs::OpenZKey;
use zirc_runtime::{Ceremony, CeremonyError, FileError};

/// Contribute to a ceremony: multiply its trapdoors by secret numbers, or end it by a beacon
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The numbers are drawn from the operating system, are never written anywhere, and are gone when the command ends.
Publish the digest that is printed: by it everybody can see that your contribution is in the final keys. Run
`zirc ceremony verify` on the file that you were given if you want to know what you contribute to.")]
pub(super) struct Args {
    /// The ceremony's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to write the next one
    #[arg(short, value_name = "NEXT")]
    out: PathBuf,
    /// What the contribution is called, in at most 64 bytes
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Text that is mixed into the random numbers, which are the operating system's all the same
    #[arg(long, value_name = "TEXT", conflicts_with = "beacon")]
    entropy: Option<String>,
    /// Numbers that everybody can compute from this value, in hexadecimal, which nobody could know or choose before
    /// the last contribution was made; nothing comes behind them
    #[arg(long, value_name = "HEX", requires = "iterations", value_parser = hexadecimal)]
    beacon: Option<Bytes>,
    /// Hash the beacon's value 2^N times, 10 to 30
    #[arg(long, value_name = "N", requires = "beacon")]
    iterations: Option<u8>,
}

/// Bytes of an argument.
#[derive(Clone, Debug)]
struct Bytes(Vec<u8>);

fn hexadecimal(text: &str) -> Result<Bytes, String> {
    let wrong = || String::from("expected an even number of hexadecimal digits");
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let byte = |k: usize| u8::from_str_radix(&text[2 * k..2 * k + 2], 16).map_err(|_| wrong());
    Ok(Bytes((0..text.len() / 2).map(byte).collect::<Result<_, _>>()?))
}

/// Carries it out.
pub(super) fn run(args: &Args) -> Result<Answer, Error> {
    let name = Name::new(&args.name).map_err(Error::usage_of)?;
    let beacon = args.beacon.as_ref().zip(args.iterations);
    let beacon = beacon.map(|(value, log)| Beacon::new(&value.0, log));
    let beacon = beacon.transpose().map_err(Error::usage_of)?;
    let source = beacon.as_ref().map_or(Source::Secret, Source::Beacon);
    let is_zkey = super::is_zkey(&args.file)?;
    must_be_writable(&args.out, &[&args.file])?;
    let mut rng = Mixed::new(args.entropy.as_deref());
    let made = match is_zkey {
        true => to_zkey(&args.file, &args.out, &name, source, &mut rng)?,
        false => to_own(&args.file, &args.out, &name, source, &mut rng)?,
    };
    let Made { number, contributor, circuit } = made;
    let about = circuit.map(|name| format!("circuit        {}, as the file says\n", line(&name)));
    let text = format!(
        "{}contribution   {number}, {}\n\
         {}\
         digest         {}\n\
         written        {}\n\n\
         publish the digest, and hand the file on\n",
        about.unwrap_or_default(),
        super::named(&contributor),
        super::beacon(&contributor)
            .map(|words| format!("numbers        {words}\n"))
            .unwrap_or_default(),
        contributor.digest,
        args.out.display(),
    );
    let json = json!({
        "number": number,
        "name": contributor.name,
        "contribution": contributor.digest,
        "file": args.out.display().to_string(),
    });
    Ok(Answer::yes(text, json))
}

/// The contribution that was made.
struct Made {
    number: usize,
    contributor: Contributor,
    /// Name of the circuit, where the file has one.
    circuit: Option<String>,
}

fn to_zkey(
    file: &Path,
    out: &Path,
    name: &Name,
    source: Source<'_>,
    rng: &mut Mixed,
) -> Result<Made, Error> {
    let open = OpenZKey::open(file).map_err(|e| Error::ceremony(file, &e.into()))?;
    let number = open.contributors().len() + 1;
    let _progress = Progress::spinner("contributing");
    let mut other = None;
    let written = write_atomically(out, |to| {
        open.contribute(name, source, rng, to).map_err(|e| match e {
            CeremonyError::File(e @ FileError::Io { .. }) => e,
            e => {
                other = Some(Error::ceremony(file, &e));
                FileError::Invalid { what: "key" }
            }
        })
    });
    let contributor = written.map_err(|e| other.unwrap_or_else(|| Error::zirc_file(out, &e)))?;
    Ok(Made { number, contributor, circuit: None })
}

fn to_own(
    file: &Path,
    out: &Path,
    name: &Name,
    source: Source<'_>,
    rng: &mut Mixed,
) -> Result<Made, Error> {
    let _progress = Progress::spinner("contributing");
    let refused = |e: CeremonyError| Error::ceremony(file, &e);
    let mut ceremony = Ceremony::load(file).map_err(refused)?;
    ceremony.contribute(name, source, rng).map_err(refused)?;
    let contributors = ceremony.contributors();
    let number = contributors.len();
    let Some(contributor) = contributors.into_iter().next_back() else {
        return Err(Error::file(file, "no contribution was made"));
    };
    ceremony.save(out).map_err(|e| Error::zirc_file(out, &e))?;
    Ok(Made { number, contributor, circuit: Some(ceremony.circuit_name().to_owned()) })
}

/// The operating system's random numbers, and a stream that follows from a text added to them: whoever knows
/// the text knows no more than without it, and whoever knows the system's numbers needs the text.
struct Mixed(blake3::OutputReader);

impl Mixed {
    fn new(text: Option<&str>) -> Mixed {
        let mut hasher =
            blake3::Hasher::new_derive_key("zirc ceremony v1 entropy of a contributor");
        hasher.update(text.unwrap_or_default().as_bytes());
        Mixed(hasher.finalize_xof())
    }

    fn add(&mut self, out: &mut [u8]) {
        let mut more = [0; 64];
        for chunk in out.chunks_mut(64) {
            self.0.fill(&mut more[..chunk.len()]);
            chunk.iter_mut().zip(more).for_each(|(x, y)| *x ^= y);
        }
    }
}

impl RngCore for Mixed {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        OsRng.fill_bytes(out);
        self.add(out);
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand::Error> {
        OsRng.try_fill_bytes(out)?;
        self.add(out);
        Ok(())
    }
}

impl CryptoRng for Mixed {}
