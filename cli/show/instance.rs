//! Names of instances, as short as they can be read.

use num_bigint::BigInt;

/// From this many characters on a name is shortened.
const ENOUGH: usize = 32;

/// An instance's name, as `relu<q3.4> at model.zirc:12` is one. Of a long one, types without sizes, and intervals as the
/// bits that they have: what a call costs follows from those. What is still long loses its last arguments.
pub(crate) fn short(name: &str) -> String {
    let (function, place) = match name.split_once(" at ") {
        Some((f, p)) => (f, format!(" at {p}")),
        None => (name, String::new()),
    };
    let (Some((bare, arguments)), true) =
        (function.split_once('<'), function.chars().count() > ENOUGH)
    else {
        return name.to_owned();
    };
    let all = split(arguments.strip_suffix('>').unwrap_or(arguments));
    let sizes = all.iter().all(|a| is_size(a));
    let kept = all.iter().filter(|a| sizes || !is_size(a)).map(|a| bits(a).unwrap_or((*a).into()));
    let kept: Vec<String> = kept.collect();
    let with = |count: usize| {
        let more = (count < kept.len()).then(|| "…".to_owned());
        let list: Vec<String> = kept[..count].iter().cloned().chain(more).collect();
        format!("{bare}<{}>", list.join(", "))
    };
    let fits = |count: &usize| with(*count).chars().count() <= ENOUGH;
    let count = (0..=kept.len()).rev().find(fits).unwrap_or(0);
    format!("{}{place}", with(count))
}

/// Arguments that no brackets hold together.
fn split(arguments: &str) -> Vec<&str> {
    let (mut all, mut depth, mut from) = (vec![], 0usize, 0);
    for (k, c) in arguments.char_indices() {
        match c {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                all.push(arguments[from..k].trim());
                from = k + 1;
            }
            _ => {}
        }
    }
    all.push(arguments[from..].trim());
    all
}

fn is_size(argument: &str) -> bool {
    argument.parse::<BigInt>().is_ok()
}

/// `20 bits` of `int<-199259..=285818>`, or of the same with a step.
fn bits(argument: &str) -> Option<String> {
    let inside = argument.strip_prefix("int<").or(argument.strip_prefix("fix<"))?;
    let interval = inside.strip_suffix('>')?.split(',').next()?;
    let (lo, hi) = interval.split_once("..=")?;
    let (lo, hi): (BigInt, BigInt) = (lo.trim().parse().ok()?, hi.trim().parse().ok()?);
    Some(format!("{} bits", (hi - lo).bits()))
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn long_names_are_types() {
        for (name, said) in [
            ("relu<q3.4> at model.zirc:1", "relu<q3.4> at model.zirc:1"),
            (
                "max_pool2d<2, 2, 2, 2, 16, 28, 28, uq1.7> at m.zirc:2",
                "max_pool2d<uq1.7> at m.zirc:2",
            ),
            (
                "clamp_to<q3.4, fix<-33273..=32235, 1/16384>> at m:13",
                "clamp_to<q3.4, 16 bits> at m:13",
            ),
            ("f<fix<-33273..=32235, 1/16384000000>>", "f<16 bits>"),
            ("a_function_of_sizes<1234567890, 1234567890>", "a_function_of_sizes<…>"),
            ("a_function<uq1.7, uq1.7, uq1.7, uq1.7>", "a_function<uq1.7, uq1.7, …>"),
            (
                "a_function_whose_name_is_long_by_itself<u8>",
                "a_function_whose_name_is_long_by_itself<…>",
            ),
            ("broken<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "broken<…>"),
        ] {
            assert_eq!(short(name), said);
        }
    }
}
