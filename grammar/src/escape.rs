//! Escapes in strings.

/// Resolves the escapes of a string's inside; on failure, where the unknown escape is and how
/// many bytes it has.
pub(crate) fn resolve(text: &str) -> Result<String, (usize, usize)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (value, length) = one(escape).map_err(|length| (text.len() - escape.len(), length))?;
        out.push(value);
        rest = escape.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    Ok(out)
}

/// The character that an escape stands for and the escape's length.
fn one(escape: &str) -> Result<(char, usize), usize> {
    let mut chars = escape.chars();
    chars.next();
    let letter = chars.next().ok_or(1_usize)?;
    let value = match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '\\' | '"' => letter,
        'u' => return unicode(escape),
        _ => return Err(1 + letter.len_utf8()),
    };
    Ok((value, 2))
}

/// `\u{…}` with one to six hexadecimal digits.
fn unicode(escape: &str) -> Result<(char, usize), usize> {
    let digits =
        escape.strip_prefix("\\u{").and_then(|rest| rest.split('}').next()).ok_or(2_usize)?;
    let length = 4 + digits.len();
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !plain || digits.is_empty() || digits.len() > 6 || escape.len() < length {
        return Err(2);
    }
    let value = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    value.map(|value| (value, length)).ok_or(2)
}
