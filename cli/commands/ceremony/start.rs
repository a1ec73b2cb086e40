//! `zirc ceremony start`: what the first phase gives a circuit, for others to contribute to.

use crate::answer::Answer;
use crate::args::{Force, Rng, Source};
use crate::commands::setup::phase1;
use crate::error::Error;
use crate::load::circuit::{Opened, open};
use crate::load::files::{default_name, must_be_writable};
use crate::show::forecast::announce;
use crate::show::number::bytes;
use crate::show::progress::Progress;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_runtime::files::write_atomically;
use zirc_runtime::snarkjs::FirstZKey;
use zirc_runtime::{Ceremony, FileError, SnarkjsError, Work, ZKey, phase1_log_rows};

/// Begin a ceremony for a circuit, by a first phase
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// The first phase, in snarkjs's form: powers of tau
    #[arg(long, value_name = "FILE")]
    ptau: PathBuf,
    /// Where to write [default: the circuit's name, .zkey in plain Groth16, .ceremony where there are
    /// commitments]; in plain Groth16 a name that ends in .ceremony asks for zirc's own form, which gives
    /// smaller keys and faster proofs, and to which snarkjs cannot contribute
    #[arg(short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

/// Carries it out.
pub(super) fn run(args: &Args) -> Result<Answer, Error> {
    let opened = open(&args.source)?;
    let (circuit, name) = (&opened.circuit, &opened.circuit.signature.name);
    let committed = super::has_commitments(circuit);
    let usual = if committed { "ceremony" } else { "zkey" };
    let out = args.out.clone().unwrap_or_else(|| default_name(name, usual));
    let ends = |with: &str| out.extension().is_some_and(|e| e == with);
    if committed && ends("zkey") {
        let message =
            "a .zkey has no place for the commitments of this circuit: name a .ceremony file";
        return Err(Error::usage(message));
    }
    must_be_writable(&out, &[&opened.path, &args.ptau])?;
    announce(circuit, &opened.path, Work::Setup, args.force.force)?;
    let begun = match committed || ends("ceremony") {
        true => own(&args.ptau, &opened, &out)?,
        false => zkey(&args.ptau, &opened, &out)?,
    };
    let text = format!(
        "circuit        {}\n\
         digest         {}\n\
         beginning      {}\n\
         written        {} ({})\n\n\
         nobody has contributed yet: zirc ceremony contribute {} -o NEXT --name NAME\n",
        crate::show::line(name),
        circuit.digest(),
        begun.digest,
        out.display(),
        bytes(begun.size),
        out.display(),
    );
    let json = json!({
        "circuit": name,
        "digest": circuit.digest().to_string(),
        "form": if begun.own { "ceremony" } else { "zkey" },
        "beginning": begun.digest,
        "file": { "file": out.display().to_string(), "bytes": begun.size },
    });
    Ok(Answer::yes(text, json))
}

/// What was written.
struct Begun {
    digest: String,
    size: u64,
    /// In zirc's own form.
    own: bool,
}

fn own(ptau: &Path, opened: &Opened, out: &Path) -> Result<Begun, Error> {
    let (circuit, mut rng) = (&opened.circuit, Rng::System);
    let log = phase1_log_rows(circuit, &mut rng).map_err(|e| Error::file(&opened.path, e))?;
    let phase1 = phase1(ptau, log, &mut rng)?;
    let progress = Progress::spinner("beginning the ceremony");
    let begun = Ceremony::start(circuit, &phase1, &mut rng, &mut |p| progress.phase(p));
    let (ceremony, _) = begun.map_err(|e| {
        super::of_beginning(&e, ptau, &opened.path).unwrap_or_else(|| Error::ceremony(ptau, &e))
    })?;
    ceremony.save(out).map_err(|e| Error::zirc_file(out, &e))?;
    let (digest, size) = (ceremony.transcript().to_string(), ceremony.file_size());
    Ok(Begun { digest, size, own: true })
}

fn zkey(ptau: &Path, opened: &Opened, out: &Path) -> Result<Begun, Error> {
    let (circuit, mut rng) = (&opened.circuit, Rng::System);
    let log = ZKey::log_rows(circuit).map_err(|e| Error::snarkjs(&opened.path, &e))?;
    let phase1 = phase1(ptau, log, &mut rng)?;
    let progress = Progress::spinner("beginning the ceremony");
    let begun = FirstZKey::new(circuit, &phase1, &mut rng, &mut |p| progress.phase(p));
    let (key, _) = begun.map_err(|e| Error::snarkjs(ptau, &e))?;
    let mut other = None;
    let written = write_atomically(out, |file| {
        key.write(circuit, file).map_err(|e| match e {
            SnarkjsError::File(e) => e,
            e => {
                other = Some(Error::snarkjs(out, &e));
                FileError::Invalid { what: "key" }
            }
        })
    });
    written.map_err(|e| other.unwrap_or_else(|| Error::zirc_file(out, &e)))?;
    let (digest, size) = (super::hex(&key.circuit_hash()), key.file_size());
    Ok(Begun { digest, size, own: false })
}
