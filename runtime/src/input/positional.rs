//! Inputs in order instead of by name: `{"input_data": [[…], […]]}`, the form that EZKL reads.
//!
//! The list has an item for each input, in the circuit's order, whose numbers are row-major; how they are nested
//! does not matter. Whatever else such a file has is for others.

use super::{InputError, InputErrorKind, RawData, RawTensor};
use std::collections::BTreeMap;

/// The key that makes it this form.
pub(super) const KEY: &str = "input_data";

/// What an item is called whose sizes are not those of the others.
pub(super) fn item(k: usize) -> String {
    format!("{KEY}[{k}]")
}

/// The place that such a name means.
fn place(name: &str) -> Option<usize> {
    name.strip_prefix(KEY)?.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Values by the names of inputs, if a file has them in order; `inputs` has names and sizes. `None` if it has
/// names for them, as where an input is itself called `input_data`.
///
/// ```
/// use zirc_runtime::input::{Format, in_order, read_values};
/// let file = br#"{"input_data": [[1, 2, 3, 4], [0.5]], "output_data": null}"#;
/// let values = read_values(file, Format::Json)?;
/// let values = in_order(&values, &[("x", &[2, 2]), ("y", &[1])])?;
/// assert_eq!(values.unwrap()["x"].shape, [2, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`InputErrorKind::Positions`] if there is not one item for each input, [`InputErrorKind::Count`] if an item
/// has not as many numbers as its input, and [`InputErrorKind::Duplicate`] of an input that has a name in the
/// file as well.
pub fn in_order(
    values: &BTreeMap<String, RawTensor>,
    inputs: &[(&str, &[usize])],
) -> Result<Option<BTreeMap<String, RawTensor>>, InputError> {
    let Some(items) = items(values, inputs) else { return Ok(None) };
    if items.len() != inputs.len() {
        let one = |(name, shape): &(&str, &[usize])| format!("{name} {shape:?}");
        let expected = inputs.iter().map(one).collect();
        return Err(InputErrorKind::Positions { expected, got: items.len() }.into());
    }
    if let Some((name, _)) = inputs.iter().find(|(name, _)| values.contains_key(*name)) {
        return Err(InputErrorKind::Duplicate.of(name));
    }
    let mut out = BTreeMap::new();
    for (data, (name, shape)) in items.into_iter().zip(inputs) {
        let (count, got) = (shape.iter().product::<usize>(), data.len());
        if count != got {
            let expected = shape.to_vec();
            return Err(InputErrorKind::Count { expected, got }.of(name));
        }
        out.insert((*name).to_owned(), RawTensor { shape: shape.to_vec(), data });
    }
    Ok(Some(out))
}

/// The numbers of each item, if the file is in order.
fn items(
    values: &BTreeMap<String, RawTensor>,
    inputs: &[(&str, &[usize])],
) -> Option<Vec<RawData>> {
    if inputs.iter().any(|(name, _)| *name == KEY) {
        return None;
    }
    if let Some(all) = values.get(KEY) {
        // A list of numbers is one item.
        let count = match all.shape.as_slice() {
            [0] => 0,
            [] | [_] => 1,
            [count, ..] => *count,
        };
        return Some(split(&all.data, count));
    }
    let mut found: Vec<(usize, &RawTensor)> =
        values.iter().filter_map(|(name, t)| Some((place(name)?, t))).collect();
    found.sort_by_key(|(k, _)| *k);
    (!found.is_empty()).then(|| found.into_iter().map(|(_, t)| t.data.clone()).collect())
}

/// As many equal parts; of nothing, empty ones.
fn split(data: &RawData, count: usize) -> Vec<RawData> {
    let size = data.len() / count.max(1);
    fn parts<T: Clone>(
        v: &[T],
        size: usize,
        count: usize,
        of: fn(Vec<T>) -> RawData,
    ) -> Vec<RawData> {
        (0..count).map(|k| of(v[k * size..(k + 1) * size].to_vec())).collect()
    }
    match data {
        RawData::Ints(v) => parts(v, size, count, RawData::Ints),
        RawData::Big(v) => parts(v, size, count, RawData::Big),
        RawData::Floats(v) => parts(v, size, count, RawData::Floats),
        RawData::Decimals(v) => parts(v, size, count, RawData::Decimals),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, read_values};
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<BTreeMap<String, RawTensor>, InputError> {
        let values = read_values(text.as_bytes(), Format::Json)?;
        in_order(&values, &[("input.1", &[1, 2, 2]), ("mask", &[3])]).map(Option::unwrap)
    }

    fn flat(t: &RawTensor) -> Vec<String> {
        let RawData::Decimals(v) = &t.data else { panic!("{t:?}") };
        v.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn items_are_inputs_however_they_are_nested() {
        for text in [
            r#"{"input_data": [[1, 2.5, 3, 4], [true, false, 1]]}"#,
            r#"{"input_data": [[[[1, 2.5], [3, 4]]], [1, 0, 1]]}"#,
            r#"{"output_data": [[0.5]], "input_shapes": [[4], [3, 1]], "processed": {"a": [null, "x"]},
                "input_data": [[1, "2.5", 3, 4], [[1], [0], [1]]]}"#,
        ] {
            let all = read(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(all.len(), 2);
            assert_eq!(all["input.1"].shape, [1, 2, 2]);
            assert_eq!(flat(&all["input.1"]), ["1", "5/2", "3", "4"], "{text}");
            assert_eq!(flat(&all["mask"]), ["1", "0", "1"], "{text}");
        }
        let one = read_values(br#"{"input_data": [1, 2, 3]}"#, Format::Json).unwrap();
        assert_eq!(flat(&in_order(&one, &[("x", &[3])]).unwrap().unwrap()["x"]), ["1", "2", "3"]);
        let same = read_values(br#"{"input_data": [[1, 2], [3, 4]]}"#, Format::Json).unwrap();
        let two = in_order(&same, &[("x", &[2]), ("y", &[2, 1])]).unwrap().unwrap();
        assert_eq!(flat(&two["x"]), ["1", "2"]);
        assert_eq!(flat(&two["y"]), ["3", "4"]);
    }

    #[test]
    fn an_input_of_that_name_is_an_input_like_others() {
        let values = read_values(br#"{"input_data": [[1, 2]]}"#, Format::Json).unwrap();
        assert_eq!(in_order(&values, &[("input_data", &[1, 2])]), Ok(None));
        let named = read_values(br#"{"x": [1], "y": 2}"#, Format::Json).unwrap();
        assert_eq!(in_order(&named, &[("x", &[1]), ("y", &[])]), Ok(None));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            said(r#"{"input_data": [[1, 2, 3, 4]]}"#),
            "input file: `input_data` has 1 list, expected one for each input: input.1 [1, 2, 2], mask [3]"
        );
        assert_eq!(
            said(r#"{"input_data": [[1, 2, 3], [1, 0, 1]]}"#),
            "input `input.1`: expected 4 numbers for the shape [1, 2, 2], got 3"
        );
        assert_eq!(
            said(r#"{"input_data": [[1, 2, 3, 4], [1, 0, 1]], "mask": [1, 1, 1]}"#),
            "input `mask`: given twice in the file"
        );
        assert_eq!(
            said(r#"{"input_data": [[1, 2, 3, 4], [null]]}"#),
            "input `input_data`: `null` is not a number"
        );
        assert!(said(r#"{"input_data": {"rpc": "http"}}"#).starts_with("input `input_data`: "));
        assert!(said(r#"{"input_data": []}"#).contains("has 0 lists"));
        let deep = format!(r#"{{"input_data": [[1], {}"#, "[".repeat(100_000));
        assert!(said(&deep).contains("nested too deeply"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"0-9. n-]{0,40}") {
            let _ = read(&format!("{{\"input_data\": {text}}}"));
            let _ = read(&format!("{{\"input_data\": [{text}], \"more\": {text}}}"));
        }
    }
}
