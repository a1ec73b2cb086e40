//! `zirc setup --zkey` and `--from-zkey`: keys in snarkjs's form, and keys of others.

use crate::answer::Answer;
use crate::args::{Effort, Rng, Seed};
use crate::commands::ceremony::counted;
use crate::error::Error;
use crate::load::circuit::Opened;
use crate::load::files::{must_be_file, must_be_writable, same_file};
use crate::show::forecast::announce;
use crate::show::measure::phases;
use crate::show::number::{bytes, grouped, millis};
use crate::show::profile::profile;
use crate::show::progress::Progress;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::Circuit;
use zirc_runtime::ceremony::Name;
use zirc_runtime::files::{Readers, write_for};
use zirc_runtime::machine::peak_memory;
use zirc_runtime::{FileError, Phase1, Ptau, SnarkjsError, Timings, VerifyingKey, Work, ZKey};

/// What our contribution to the second phase is called.
const NAME: &str = "zirc";

/// What is about files of snarkjs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With snarkjs")]
pub(crate) struct Snarkjs {
    /// Take all secret numbers but the last from a first phase, in snarkjs's form: powers of tau
    #[arg(long, value_name = "FILE")]
    pub(super) ptau: Option<PathBuf>,
    /// Write the proving key as one of snarkjs, with a first contribution to the second phase
    #[arg(long, value_name = "FILE", requires = "ptau", conflicts_with = "pk")]
    zkey: Option<PathBuf>,
    /// Take the verifying key out of a .zkey that somebody else made of this circuit; with --ptau,
    /// verify that it was made of this circuit and this first phase
    #[arg(long, value_name = "FILE", conflicts_with_all = ["zkey", "pk", "seed"])]
    from_zkey: Option<PathBuf>,
}

/// Carries it out, if one of the two is asked for.
pub(super) fn run(
    args: &Snarkjs,
    opened: &Opened,
    vk: &Path,
    effort: Effort,
    seed: &Seed,
) -> Result<Option<Answer>, Error> {
    match (args.ptau.as_ref().zip(args.zkey.as_ref()), &args.from_zkey) {
        (Some(files), _) => made(files, opened, vk, effort, seed).map(Some),
        (_, Some(zkey)) => taken(zkey, args.ptau.as_deref(), opened, vk).map(Some),
        _ => Ok(None),
    }
}

/// Makes a key by a first phase.
fn made(
    (ptau, zkey): (&PathBuf, &PathBuf),
    opened: &Opened,
    vk: &Path,
    effort: Effort,
    seed: &Seed,
) -> Result<Answer, Error> {
    let (circuit, path) = (&opened.circuit, &opened.path);
    if same_file(zkey, vk) {
        return Err(Error::usage("the proving key and the verifying key need different files"));
    }
    for out in [zkey, vk] {
        must_be_writable(out, &[path, ptau])?;
    }
    let log = ZKey::log_rows(circuit).map_err(|e| Error::snarkjs(path, &e))?;
    let forecast = announce(circuit, path, Work::Setup, effort.force)?;
    let (key, timings) = key(circuit, path, ptau, log, seed)?;
    write(&key, circuit, zkey, vk, seed.is_given())?;
    let [contribution] = key.contributions() else {
        return Err(Error::file(zkey, "one contribution is made, and no other is there"));
    };
    let contribution = hexadecimal(&contribution.digest());
    let made = Made { circuit, key: &key, contribution, zkey, vk, timings: &timings };
    Ok(told(&made, effort.profile, &json!(forecast)))
}

/// Keys that were made and written.
struct Made<'a> {
    circuit: &'a Circuit,
    key: &'a ZKey,
    /// The digest of the one contribution.
    contribution: String,
    zkey: &'a Path,
    vk: &'a Path,
    timings: &'a Timings,
}

/// What is said of them.
fn told(made: &Made<'_>, with_profile: bool, forecast: &Value) -> Answer {
    let Made { circuit, key, contribution, zkey, vk, timings } = made;
    let name = &circuit.signature.name;
    let verifying = key.verifying_key();
    let (size, vk_bytes) = (key.file_size(), verifying.encode().len() as u64);
    let mut text = format!(
        "circuit        {}\n\
         digest         {}\n\
         key            {}\n\
         rows           {}, padded to {}\n\
         proving key    {} ({})\n\
         verifying key  {} ({})\n\
         contribution   {contribution}\n\
         time           {}\n",
        crate::show::line(name),
        verifying.circuit(),
        verifying.digest(),
        grouped(circuit.num_constraints()),
        grouped(key.domain_size()),
        zkey.display(),
        bytes(size),
        vk.display(),
        bytes(vk_bytes),
        millis(timings.total()),
    );
    if with_profile {
        text.push_str(&format!("\n{}", profile("profile", timings)));
    }
    let json = json!({
        "circuit": name,
        "digest": verifying.circuit().to_string(),
        "verifying_key_digest": verifying.digest().to_string(),
        "domain": key.domain_size(),
        "proving_key": { "file": zkey.display().to_string(), "bytes": size },
        "verifying_key": { "file": vk.display().to_string(), "bytes": vk_bytes },
        "contribution": contribution,
        "setup_ms": timings.total(),
        "phases": phases(timings),
        "peak_memory_bytes": peak_memory(),
        "forecast": forecast,
    });
    Answer::yes(text, json)
}

fn key(
    circuit: &Circuit,
    path: &Path,
    ptau: &Path,
    log: u32,
    seed: &Seed,
) -> Result<(ZKey, Timings), Error> {
    let mut rng = seed.rng();
    let phase1 = phase1(ptau, log, &mut rng)?;
    let progress = Progress::spinner("setup");
    let name = Name::new(NAME).map_err(Error::usage_of)?;
    ZKey::new(circuit, &phase1, &name, &mut rng, &mut |p| progress.phase(p)).map_err(|e| match e {
        e @ SnarkjsError::TooSmall { .. } => Error::snarkjs(ptau, &e),
        e => Error::snarkjs(path, &e),
    })
}

/// Reads what 2^`log` rows need of a first phase, and checks it.
pub(crate) fn phase1(path: &Path, log: u32, rng: &mut Rng) -> Result<Phase1, Error> {
    must_be_file(path)?;
    let _progress = Progress::spinner("reading the first phase");
    let of_file = |e: SnarkjsError| Error::snarkjs(path, &e);
    let mut file = Ptau::open(path).map_err(of_file)?;
    if !file.is_prepared() {
        crate::show::stderr(
            "note: the first phase is not prepared, which takes long for large circuits: \
             `snarkjs powersoftau prepare phase2` does it once for all",
        );
    }
    file.phase1(log, rng).map_err(of_file)
}

/// Writes both keys or, as long as it is in our hands, none; for their owner only where the random
/// numbers can be guessed.
pub(crate) fn write(
    key: &ZKey,
    circuit: &Circuit,
    zkey: &Path,
    vk: &Path,
    secret: bool,
) -> Result<(), Error> {
    let mut other = None;
    let readers = if secret { Readers::Owner } else { Readers::All };
    let written = write_for(zkey, readers, |out| {
        if let Err(e) = key.write(circuit, out) {
            let stop = FileError::Invalid { what: "key" };
            other = Some(Error::snarkjs(zkey, &e));
            return Err(stop);
        }
        key.verifying_key().save(vk).inspect_err(|e| other = Some(Error::zirc_file(vk, e)))
    });
    written.map_err(|e| other.unwrap_or_else(|| Error::zirc_file(zkey, &e)))
}

/// Writes the verifying key of somebody else's key.
fn taken(zkey: &Path, ptau: Option<&Path>, opened: &Opened, vk: &Path) -> Result<Answer, Error> {
    must_be_file(zkey)?;
    let mut read: Vec<&Path> = vec![&opened.path, zkey];
    read.extend(ptau);
    must_be_writable(vk, &read)?;
    let key = load(zkey, &opened.circuit)?;
    if let Some(ptau) = ptau {
        compare(&key, &opened.circuit, zkey, ptau)?;
    }
    let verifying: &VerifyingKey = key.verifying_key();
    verifying.save(vk).map_err(|e| Error::zirc_file(vk, &e))?;
    let name = &verifying.interface().name;
    let contributions: Vec<String> =
        key.contributions().iter().map(|c| hexadecimal(&c.digest())).collect();
    let mut text = format!(
        "circuit        {}\n\
         digest         {}\n\
         key            {}\n\
         verifying key  {}\n\
         contributions  {}\n",
        crate::show::line(name),
        verifying.circuit(),
        verifying.digest(),
        vk.display(),
        counted(&key.contributors()),
    );
    contributions.iter().for_each(|digest| text.push_str(&format!("  {digest}\n")));
    text.push_str(match ptau {
        Some(_) => "\nverified: the key is of this circuit and this first phase, and of these contributions\n",
        None => {
            "\nnot checked: that the key is of this circuit in all of its constraints, and of a first phase that\n\
             others took part in, and whose secrets do not follow from each other; --ptau FILE does\n"
        }
    });
    let json = json!({
        "circuit": name,
        "digest": verifying.circuit().to_string(),
        "verifying_key_digest": verifying.digest().to_string(),
        "verifying_key": { "file": vk.display().to_string() },
        "contributions": contributions,
        "verified_with_phase_1": ptau.is_some(),
    });
    Ok(Answer::yes(text, json))
}

/// Refuses a key that is not what a first phase gives the circuit.
fn compare(key: &ZKey, circuit: &Circuit, zkey: &Path, ptau: &Path) -> Result<(), Error> {
    let (log, mut rng) = (key.domain_size().ilog2(), Rng::System);
    let phase1 = phase1(ptau, log, &mut rng)?;
    let _progress = Progress::spinner("verifying the key");
    key.verify_with(circuit, &phase1, &mut rng).map_err(|e| match e {
        e @ SnarkjsError::TooSmall { .. } => Error::snarkjs(ptau, &e),
        e => Error::Rejected(format!("{}: {e}", zkey.display())),
    })
}

/// Reads somebody's key for a circuit.
pub(crate) fn load(path: &Path, circuit: &Circuit) -> Result<ZKey, Error> {
    let _progress = Progress::spinner("reading the proving key");
    let key = ZKey::load(path, circuit, &mut rand::rngs::OsRng);
    key.map_err(|e| Error::snarkjs(path, &e))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
