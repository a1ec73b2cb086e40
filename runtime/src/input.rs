//! Values from files: inputs for proofs and weights for the compiler.
//!
//! A file is read to [`RawTensor`]s, which say what the file says, and a tensor is then made to
//! fit a type. Two readings exist for a number, and the file's own type decides:
//!
//! | in the file | meaning |
//! |---|---|
//! | integer dtype in `.npy`, `.npz`, `.safetensors` | the raw integer, already quantized |
//! | float dtype | a real value |
//! | number or numeric text in `.json`, integer or not | a real value, read exactly |
//!
//! A real value v becomes the raw integer nearest to v / scale, ties to even. For a type whose
//! scale is 1 it must be an integer already. For an element of the field it must be an integer.

mod decimal;
mod error;
mod exact;
mod json;
mod npy;
mod npz;
mod port;
mod positional;
mod quantize;
mod safetensors;
mod tensor;

pub use decimal::parse_decimal;
pub use error::{InputError, InputErrorKind};
pub use port::{bind, bind_exact, by_name, to_port};
pub use positional::in_order;
pub use quantize::{quantize, quantize_saturating};
pub use tensor::{RawData, RawTensor};

use std::collections::BTreeMap;

/// Most bytes that tensors may take once a file is unpacked: 4 GiB.
pub const DEFAULT_LIMIT: u64 = 4 << 30;

/// Most bytes of a `.json` file: 64 MiB. An exact number takes about 50 times the memory of its
/// text at worst, and whatever is larger than this is better kept in a binary format.
pub const JSON_LIMIT: u64 = 64 << 20;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `{"name": nested lists of numbers, …}`; numbers are real values, also as text (`"0x1f"`). A list under
    /// `input_data` may have the inputs in order: see [`in_order`].
    Json,
    /// One NumPy array. It has no name in the file and is found under the empty name.
    Npy,
    /// NumPy arrays by name, stored or deflated.
    Npz,
    /// Tensors by name.
    Safetensors,
}

impl Format {
    /// The format that a file name's extension stands for.
    ///
    /// ```
    /// use zirc_runtime::input::Format;
    /// assert_eq!(Format::from_name("weights.safetensors"), Some(Format::Safetensors));
    /// assert_eq!(Format::from_name("weights.pt"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Format> {
        match name.rsplit_once('.')?.1 {
            "json" => Some(Format::Json),
            "npy" => Some(Format::Npy),
            "npz" => Some(Format::Npz),
            "safetensors" => Some(Format::Safetensors),
            _ => None,
        }
    }
}

/// Reads all tensors of a file, by name.
///
/// ```
/// use zirc_runtime::input::{Format, read_values};
/// let values = read_values(br#"{"x": [[1, 2.5], [3, "4e-1"]]}"#, Format::Json)?;
/// assert_eq!(values["x"].shape, [2, 2]);
/// # Ok::<(), zirc_runtime::input::InputError>(())
/// ```
///
/// # Errors
/// An [`InputError`] that names the tensor, where one is known: malformed or truncated data, a
/// dtype with no meaning here, a name given twice, a ragged list, or more than [`DEFAULT_LIMIT`]
/// bytes once unpacked. No input makes it panic.
pub fn read_values(
    bytes: &[u8],
    format: Format,
) -> Result<BTreeMap<String, RawTensor>, InputError> {
    read_values_within(bytes, format, DEFAULT_LIMIT)
}

/// [`read_values`] with a limit of one's own, in bytes.
///
/// # Errors
/// As [`read_values`].
pub fn read_values_within(
    bytes: &[u8],
    format: Format,
    limit: u64,
) -> Result<BTreeMap<String, RawTensor>, InputError> {
    within(bytes, limit)?;
    match format {
        Format::Json => read_json(bytes),
        Format::Npy => Ok(BTreeMap::from([(String::new(), npy::read(bytes)?)])),
        Format::Npz => npz::read(bytes, limit),
        Format::Safetensors => safetensors::read(bytes),
    }
}

/// The tensors of a `.json` file. A program that takes no other links no reader of other formats.
///
/// # Errors
/// As [`read_values`], and for more than [`JSON_LIMIT`] bytes.
pub fn read_json(bytes: &[u8]) -> Result<BTreeMap<String, RawTensor>, InputError> {
    within(bytes, JSON_LIMIT)?;
    json::read(bytes)
}

fn within(bytes: &[u8], limit: u64) -> Result<(), InputError> {
    match bytes.len() as u64 {
        got if got > limit => Err(InputErrorKind::TooLarge { limit, got }.into()),
        _ => Ok(()),
    }
}
