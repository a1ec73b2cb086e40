//! What is varied: a name and its values, `T=i8,q3.4..q3.8`.

/// The most values of one name.
const MOST: usize = 1000;
/// What no value of a parameter has in it: it would be read as something else.
const FOREIGN: [char; 6] = [';', '{', '}', '"', '\n', '\\'];

/// A name and its values, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Across {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// As the command line has it.
pub(crate) fn across(text: &str) -> Result<Across, String> {
    let Some((name, list)) = text.split_once('=') else {
        return Err("expected NAME=VALUES, such as bits=4..16 or T=i8,i16".into());
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(letter) {
        return Err(format!("expected a name before `=`, got `{name}`"));
    }
    if list.trim().is_empty() {
        return Err(format!("the list of values of `{name}` is empty"));
    }
    if let Some(c) = list.chars().find(|c| FOREIGN.contains(c)) {
        return Err(format!("`{}` is in no value", c.escape_default()));
    }
    let mut values: Vec<String> = vec![];
    for part in parts(list) {
        if part.is_empty() {
            return Err(format!("a value of `{name}` is empty"));
        }
        let new = match range(part) {
            Some((from, to)) => between(from, to)?,
            None => vec![part.to_owned()],
        };
        values.extend(new);
        if values.len() > MOST {
            return Err(format!("`{name}` has more than {MOST} values"));
        }
    }
    let mut kept: Vec<String> = vec![];
    values.into_iter().for_each(|v| {
        if !kept.contains(&v) {
            kept.push(v)
        }
    });
    Ok(Across { name: name.into(), values: kept })
}

/// Parts between commas that no brackets hold.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    let split = move |c: char| {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    list.split(split).map(str::trim)
}

/// The two ends of a range; the one in `fix<-8..=7, 0.5>` is part of a type.
fn range(part: &str) -> Option<(&str, &str)> {
    let (from, to) = part.split_once("..").filter(|(from, _)| !from.contains('<'))?;
    Some((from.trim(), to.strip_prefix('=').unwrap_or(to).trim()))
}

/// From `q3.4` to `q3.8`: texts that differ in one number.
fn between(from: &str, to: &str) -> Result<Vec<String>, String> {
    let wrong = || {
        format!(
            "`{from}..{to}` is no range: the ends differ in one number, such as 4..16, i4..i16 or q3.4..q3.8"
        )
    };
    let (a, b) = (numbers(from), numbers(to));
    let differ = |k: &usize| a[*k] != b[*k];
    let mut places = (0..a.len().min(b.len())).filter(differ);
    let (Some(k), None, true) = (places.next(), places.next(), a.len() == b.len()) else {
        return if from == to && !from.is_empty() { Ok(vec![from.into()]) } else { Err(wrong()) };
    };
    let (Ok(lo), Ok(hi)) = (a[k].parse::<usize>(), b[k].parse::<usize>()) else {
        return Err(wrong());
    };
    if lo > hi {
        return Err(format!("`{from}..{to}` is empty: it goes upwards"));
    }
    if hi - lo >= MOST {
        return Err(format!("`{from}..{to}` has more than {MOST} values"));
    }
    let value = |n: usize| {
        [&a[..k].concat(), &n.to_string(), &a[k + 1..].concat()].map(String::as_str).concat()
    };
    Ok((lo..=hi).map(value).collect())
}

/// A text cut before and behind each number.
fn numbers(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for c in text.chars() {
        let joins =
            |last: &&mut String| last.ends_with(|l: char| l.is_ascii_digit()) == c.is_ascii_digit();
        match out.last_mut().filter(joins) {
            Some(last) => last.push(c),
            None => out.push(c.into()),
        }
    }
    out
}

/// The numbers that values are where they differ in one number only: 8, 16 of `i8`, `i16`.
pub(super) fn widths(values: &[String]) -> Option<Vec<f64>> {
    let cut: Vec<Vec<String>> = values.iter().map(|v| numbers(v)).collect();
    let (first, len) = (cut.first()?, cut.first()?.len());
    if cut.iter().any(|c| c.len() != len) {
        return None;
    }
    let differ = |k: &usize| cut.iter().any(|c| c[*k] != first[*k]);
    let mut places = (0..len).filter(differ);
    let (Some(k), None) = (places.next(), places.next()) else { return None };
    cut.iter().map(|c| c[k].parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        across(text).unwrap().values
    }

    #[test]
    fn lists_and_ranges() {
        assert_eq!(values("bits=4..7"), ["4", "5", "6", "7"]);
        assert_eq!(values("bits=4..=6,4,9"), ["4", "5", "6", "9"]);
        assert_eq!(values("T=i8, i15..i17"), ["i8", "i15", "i16", "i17"]);
        assert_eq!(values("T=q3.4..q3.6"), ["q3.4", "q3.5", "q3.6"]);
        assert_eq!(values("T=q1.4..q3.4"), ["q1.4", "q2.4", "q3.4"]);
        assert_eq!(values("T=fix<-8..=7, 0.5>,i8"), ["fix<-8..=7, 0.5>", "i8"]);
        assert_eq!(values("T=i8..i8"), ["i8"]);
        assert_eq!(values("fn=relu,clip"), ["relu", "clip"]);
    }

    #[test]
    fn mistakes() {
        let wrong = |text: &str| across(text).unwrap_err();
        for (text, said) in [
            ("bits", "expected NAME=VALUES, such as bits=4..16 or T=i8,i16"),
            ("=4", "expected a name before `=`, got ``"),
            ("a b=4", "expected a name before `=`, got `a b`"),
            ("bits=", "the list of values of `bits` is empty"),
            ("bits=4,,8", "a value of `bits` is empty"),
            ("bits=16..4", "`16..4` is empty: it goes upwards"),
            ("bits=1..100000", "`1..100000` has more than 1000 values"),
            ("bits=1..1000,2000..2999", "`bits` has more than 1000 values"),
            ("T=i8; }", "`;` is in no value"),
        ] {
            assert_eq!(wrong(text), said);
        }
        for text in
            ["T=i4..u8", "T=q3.4..q4.8", "T=..", "T=i4..", "N=a..b", "N=4..99999999999999999999999"]
        {
            assert!(wrong(text).contains("is no range: the ends differ in one number"), "{text}");
        }
    }

    #[test]
    fn widths_of_types() {
        let of = |all: &[&str]| widths(&all.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["i8", "i16"]), Some(vec![8.0, 16.0]));
        assert_eq!(of(&["q3.4", "q3.8"]), Some(vec![4.0, 8.0]));
        assert_eq!(of(&["4", "5"]), Some(vec![4.0, 5.0]));
        for none in [&["i8", "u16"][..], &["relu", "clip"], &["i8"], &[]] {
            assert_eq!(of(none), None);
        }
    }
}
