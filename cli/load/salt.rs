//! Salts of committed parameters: made once, kept beside the model.
//!
//! A commitment stays the same for as long as its salt does. So a salt that is not where it was kept is
//! an error where something is proved: a new one would name the same model by another commitment.

use super::files::write_secret;
use super::folder::{Folder, within};
use crate::error::Error;
use rand::rngs::OsRng;
use std::path::Path;
use zirc_circuit::Port;
use zirc_runtime::hashed;

/// What becomes of a salt that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Salts {
    /// It is missing.
    #[default]
    Kept,
    /// It is made, and kept where it will be looked for.
    Made,
    /// One is made for the values that are looked at, of which nothing is proved, and forgotten.
    Passing,
}

/// Whether a proof of such a circuit needs a new salt, made where the command line says so.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct NewSalt {
    /// Make a salt for each committed parameter that has none yet: a new commitment
    #[arg(long)]
    new_salt: bool,
}

impl NewSalt {
    /// What becomes of a missing salt.
    pub(crate) fn salts(self) -> Salts {
        if self.new_salt { Salts::Made } else { Salts::Kept }
    }
}

/// The salt that an input is bound to, where it is one and is not there: 248 random bits.
pub(crate) fn ensure(port: &Port, file: &str, folder: &mut Folder) -> Result<(), Error> {
    if hashed::salted(port).is_none() || !file.ends_with(FILE) {
        return Ok(());
    }
    // A circuit from elsewhere names the file.
    let path = within(folder.root(), file).map_err(|e| Error::file(Path::new(file), e))?;
    if path.exists() {
        return Ok(());
    }
    if folder.salts == Salts::Kept {
        let message = format!("{}: there is no such salt", path.display());
        return Err(Error::Usage { message, help: Some(HELP.into()) });
    }
    let text = format!("{{ \"salt\": \"{}\" }}\n", hashed::salt(&mut OsRng));
    if folder.salts == Salts::Passing {
        return folder.provide(file, text.as_bytes()).map_err(|e| Error::file(&path, e));
    }
    write_secret(&path, text.as_bytes())?;
    crate::show::stderr(&format!(
        "note: {} is new. Keep it secret and with the model: the commitment depends on it",
        path.display()
    ));
    Ok(())
}

/// What the name of a file of a salt ends in; it begins with the parameter's name in the program.
const FILE: &str = ".salt.json";

const HELP: &str = "the commitment depends on it: put it back where it was made, or make a new commitment with \
                    --new-salt";
