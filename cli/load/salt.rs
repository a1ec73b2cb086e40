//! Salts of committed parameters: made once, kept beside the model.

use super::files::write_secret;
use super::folder::Folder;
use crate::error::Error;
use rand::RngCore;
use rand::rngs::OsRng;
use zirc_circuit::{Int, Port, PortType};

/// Makes the salt that an input is bound to, if there is none yet: 248 random bits. The commitment
/// stays the same for as long as the file does.
pub(crate) fn ensure(port: &Port, file: &str, folder: &mut Folder) -> Result<(), Error> {
    let salt = port.ty == PortType::Field
        && port.name.strip_suffix(".salt").is_some_and(|p| file == format!("{p}.salt.json"));
    let path = folder.root().join(file);
    if !salt || path.exists() {
        return Ok(());
    }
    let mut bytes = [0; 31];
    OsRng.fill_bytes(&mut bytes);
    let number = Int::from_bytes_le(num_bigint::Sign::Plus, &bytes);
    write_secret(&path, format!("{{ \"salt\": \"{number}\" }}\n").as_bytes())?;
    crate::show::stderr(&format!(
        "note: {} is new. Keep it secret and with the model: the commitment depends on it",
        path.display()
    ));
    Ok(())
}
