//! Data that a model keeps in another file, which must be in the model's own folder.

use super::External;
use crate::fault::{Fault, Import, refuse};
use crate::graph::show;
use crate::proto::TensorProto;

/// The bytes of a tensor in another file. That the file is inside of the folder is for `outside`
/// to check, which opens it.
pub(super) fn read(t: &TensorProto, outside: &mut External<'_>) -> Import<Vec<u8>> {
    let value = |key: &str| t.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
    let Some(file) = value("location") else {
        return refuse("is kept in another file that is not named");
    };
    let number = |key: &str| match value(key) {
        None => Ok(None),
        Some(v) => match v.parse::<u64>().ok().and_then(|n| usize::try_from(n).ok()) {
            Some(n) => Ok(Some(n)),
            None => refuse(format!("`{key}` of its external data is `{}`", show(v))),
        },
    };
    let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
    let place = show(file);
    let bytes = outside(file)
        .map_err(|why| Fault::new(format!("external data `{place}` cannot be read: {why}")))?;
    let end = match length {
        None => Some(bytes.len()),
        Some(n) => offset.checked_add(n),
    };
    match end.and_then(|end| bytes.get(offset..end)) {
        Some(part) => Ok(part.to_vec()),
        None => refuse(format!(
            "external data `{place}` has {} bytes, not those from {offset} on that it should",
            bytes.len()
        )),
    }
}
