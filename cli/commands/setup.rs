//! `zirc setup`: the keys of a circuit.

mod snarkjs;

pub(crate) use snarkjs::{load as load_zkey, phase1, write as write_zkey};

use crate::answer::Answer;
use crate::args::{Effort, Rng, Seed, Source};
use crate::error::Error;
use crate::load::circuit::open;
use crate::load::files::{default_name, must_be_writable, same_file};
use crate::show::forecast::announce;
use crate::show::measure::phases;
use crate::show::number::{bytes, grouped, millis};
use crate::show::profile::profile;
use crate::show::progress::Progress;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::Circuit;
use zirc_runtime::files::{Readers, write_for};
use zirc_runtime::machine::peak_memory;
use zirc_runtime::{
    ProvingKey, SetupError, SetupOptions, Timings, Work, phase1_log_rows, setup, setup_by_phase1,
};

/// Make the proving key and the verifying key of a circuit
#[derive(Debug, clap::Args)]
#[command(after_help = "\
This is a setup by a single party: whoever runs it could keep the secret numbers it draws, and
forge proofs. Trust the keys as far as you trust that party; `zirc ceremony` makes keys by several.

With --ptau, the secret numbers that are the same for all circuits are those of a first phase that many took
part in. With --zkey as well the key is one of snarkjs, which takes contributions of others to the second phase,
and for `zirc prove` as for `snarkjs groth16 prove`.

Examples:
  zirc setup digits.circuit --pk digits.pk --vk digits.vk
  zirc setup examples/digits
  zirc setup digits.circuit --ptau pot.ptau --pk digits.pk --vk digits.vk
  zirc setup digits.circuit --ptau pot.ptau --zkey digits.zkey --vk digits.vk
  zirc setup digits.circuit --from-zkey final.zkey --ptau pot.ptau --vk digits.vk")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Where to write the proving key [default: the circuit's name, .pk]
    #[arg(long, value_name = "FILE")]
    pk: Option<PathBuf>,
    /// Where to write the verifying key [default: the circuit's name, .vk]
    #[arg(long, value_name = "FILE")]
    vk: Option<PathBuf>,
    #[command(flatten)]
    snarkjs: snarkjs::Snarkjs,
    #[command(flatten)]
    effort: Effort,
    #[command(flatten)]
    seed: Seed,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let opened = open(&args.source)?;
    let circuit = &opened.circuit;
    let name = &circuit.signature.name;
    let vk = args.vk.clone().unwrap_or_else(|| default_name(name, "vk"));
    if let Some(answer) = snarkjs::run(&args.snarkjs, &opened, &vk, args.effort, &args.seed)? {
        return Ok(answer);
    }
    let pk = args.pk.clone().unwrap_or_else(|| default_name(name, "pk"));
    if same_file(&pk, &vk) {
        return Err(Error::usage("the proving key and the verifying key need different files"));
    }
    let mut read: Vec<&Path> = vec![&opened.path];
    read.extend(args.snarkjs.ptau.as_deref());
    must_be_writable(&pk, &read)?;
    must_be_writable(&vk, &read)?;
    let forecast = announce(circuit, &opened.path, Work::Setup, args.effort.force)?;
    let (key, timings) = match &args.snarkjs.ptau {
        None => keys(circuit, &opened.path, &mut args.seed.rng())?,
        Some(ptau) => keys_by(ptau, circuit, &opened.path, &mut args.seed.rng())?,
    };
    write_keys(&key, &pk, &vk, args.seed.is_given())?;
    let made = Made { circuit, key: &key, pk: &pk, vk: &vk, timings: &timings };
    Ok(told(&made, args.effort.profile, &json!(forecast)))
}

/// Keys that were made and written.
struct Made<'a> {
    circuit: &'a Circuit,
    key: &'a ProvingKey,
    pk: &'a Path,
    vk: &'a Path,
    timings: &'a Timings,
}

/// What is said of them.
fn told(made: &Made<'_>, with_profile: bool, forecast: &Value) -> Answer {
    let Made { circuit, key, pk, vk, timings } = made;
    let name = &circuit.signature.name;
    let ms = timings.total();
    let digest = key.circuit().to_string();
    let verifying_key = key.verifying_key().digest().to_string();
    let vk_bytes = key.verifying_key().encode().len();
    let mut text = format!(
        "circuit        {}\n\
         digest         {digest}\n\
         key            {verifying_key}\n\
         rows           {}, padded to {}\n\
         proving key    {} ({})\n\
         verifying key  {} ({})\n\
         time           {}\n",
        crate::show::line(name),
        grouped(circuit.num_constraints()),
        grouped(key.domain_size()),
        pk.display(),
        bytes(key.file_size()),
        vk.display(),
        bytes(vk_bytes as u64),
        millis(ms),
    );
    if with_profile {
        text.push_str(&format!("\n{}", profile("profile", timings)));
    }
    let json = json!({
            "circuit": name,
            "digest": digest,
            "verifying_key_digest": verifying_key,
            "domain": key.domain_size(),
            "proving_key": { "file": pk.display().to_string(), "bytes": key.file_size() },
            "verifying_key": { "file": vk.display().to_string(), "bytes": vk_bytes },
            "setup_ms": ms,
            "phases": phases(timings),
            "peak_memory_bytes": peak_memory(),
            "forecast": forecast,
    });
    Answer::yes(text, json)
}

/// Makes the keys, with signs of life.
pub(crate) fn keys(
    circuit: &Circuit,
    path: &Path,
    rng: &mut Rng,
) -> Result<(ProvingKey, Timings), Error> {
    let progress = Progress::spinner("setup");
    let made = setup(circuit, SetupOptions::default(), rng, &mut |p| progress.phase(p));
    made.map_err(|e| Error::file(path, e))
}

/// The same by a first phase.
fn keys_by(
    ptau: &Path,
    circuit: &Circuit,
    path: &Path,
    rng: &mut Rng,
) -> Result<(ProvingKey, Timings), Error> {
    let log = phase1_log_rows(circuit, rng).map_err(|e| Error::file(path, e))?;
    let phase1 = snarkjs::phase1(ptau, log, rng)?;
    let progress = Progress::spinner("setup");
    let made = setup_by_phase1(circuit, &phase1, rng, &mut |p| progress.phase(p));
    made.map_err(|e| match e {
        e @ SetupError::KnownSecrets => Error::file(ptau, e),
        e => Error::file(path, e),
    })
}

/// Writes both keys or, as long as it is in our hands, none; a proving key whose random numbers can be
/// guessed for its owner only.
pub(crate) fn write_keys(
    key: &ProvingKey,
    pk: &Path,
    vk: &Path,
    secret: bool,
) -> Result<(), Error> {
    let mut other = None;
    let readers = if secret { Readers::Owner } else { Readers::All };
    let written = write_for(pk, readers, |out| {
        key.write(&mut *out)?;
        // The proving key is in place only once the verifying key is.
        key.verifying_key().save(vk).inspect_err(|e| other = Some(Error::zirc_file(vk, e)))
    });
    written.map_err(|e| other.unwrap_or_else(|| Error::zirc_file(pk, &e)))
}
