//! Constraints as equations, for people.

use num_traits::{One, Signed, Zero};
use zirc_circuit::Int;
use zirc_circuit::equation::{Element, Equation, Sum};

/// Terms of a sum that are written out before the rest is only counted.
const SHOWN: usize = 12;

/// `a·b = c`, by what elements are called. What is linear is written as an equation of two sums.
pub(crate) fn equation(e: &Equation, name: &dyn Fn(Element) -> String) -> String {
    let right = sum(&e.c, name);
    match (e.a.constant(), e.b.constant()) {
        (Some(k), _) if k.is_one() => format!("{} = {right}", sum(&e.b, name)),
        (_, Some(k)) if k.is_one() => format!("{} = {right}", sum(&e.a, name)),
        _ if e.a == e.b => format!("{}² = {right}", factor(&e.a, name)),
        _ => format!("{}·{} = {right}", factor(&e.a, name), factor(&e.b, name)),
    }
}

/// A sum as a factor: in parentheses unless it is one positive term.
fn factor(s: &Sum, name: &dyn Fn(Element) -> String) -> String {
    match s.terms.as_slice() {
        [] => "0".into(),
        [(w, _)] if w.is_positive() => sum(s, name),
        _ => format!("({})", sum(s, name)),
    }
}

/// `3·x[0] − 2^10·y + 5`: the constant last.
pub(crate) fn sum(s: &Sum, name: &dyn Fn(Element) -> String) -> String {
    let (constant, terms): (Vec<_>, Vec<_>) = s.terms.iter().partition(|(_, e)| *e == Element::ONE);
    let mut out = String::new();
    let mut add = |negative: bool, text: &str| {
        let sign = match (out.is_empty(), negative) {
            (true, true) => "−",
            (true, false) => "",
            (false, true) => " − ",
            (false, false) => " + ",
        };
        out.push_str(sign);
        out.push_str(text);
    };
    let left_out = if terms.len() > SHOWN { terms.len() - SHOWN } else { 0 };
    for (k, (w, e)) in terms.iter().enumerate() {
        if left_out > 0 && (SHOWN - 1..terms.len() - 1).contains(&k) {
            if k == SHOWN - 1 {
                add(false, &format!("… ({} more) …", left_out));
            }
            continue;
        }
        let size = w.abs();
        let weight = if size.is_one() { String::new() } else { format!("{}·", number(&size)) };
        add(w.is_negative(), &format!("{weight}{}", name(*e)));
    }
    for (w, _) in &constant {
        add(w.is_negative(), &number(&w.abs()));
    }
    if out.is_empty() { "0".into() } else { out }
}

/// Numbers as they are read best: powers of two above 1,000 as such, and what is next to one.
pub(crate) fn number(n: &Int) -> String {
    let power = |n: &Int| n.bits() > 10 && n.is_positive() && (n & (n - 1u32)).is_zero();
    let exponent = |n: &Int| n.bits() - 1;
    if power(n) {
        format!("2^{}", exponent(n))
    } else if power(&(n + 1u32)) && n.bits() > 16 {
        format!("(2^{} − 1)", exponent(&(n + 1u32)))
    } else {
        n.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_circuit::TensorId;

    fn of(terms: &[(i64, u32)]) -> Sum {
        let element = |t: u32| Element { tensor: TensorId(t), index: 0 };
        Sum { terms: terms.iter().map(|(w, t)| (Int::from(*w), element(*t))).collect() }
    }

    fn name(e: Element) -> String {
        ["1", "x", "y", "z"].get(e.tensor.0 as usize).map_or("v", |n| n).into()
    }

    #[test]
    fn equations_read_as_in_a_book() {
        let show = |a: &[(i64, u32)], b: &[(i64, u32)], c: &[(i64, u32)]| {
            equation(&Equation { a: of(a), b: of(b), c: of(c) }, &name)
        };
        assert_eq!(show(&[(1, 1)], &[(-1, 0), (1, 1)], &[]), "x·(x − 1) = 0");
        assert_eq!(show(&[(1, 0)], &[(2, 1), (-1, 2)], &[(3, 0)]), "2·x − y = 3");
        assert_eq!(show(&[(1, 1)], &[(1, 0)], &[(-4096, 0), (1, 3)]), "x = z − 2^12");
        assert_eq!(show(&[(-1, 1)], &[(-1, 1)], &[(1, 2)]), "(−x)² = y");
        assert_eq!(show(&[(2, 1)], &[(-1, 2)], &[(65_535, 3)]), "2·x·(−y) = 65535·z");
        assert_eq!(show(&[(1, 1)], &[(1, 2)], &[(131_071, 3)]), "x·y = (2^17 − 1)·z");
    }

    #[test]
    fn long_sums_are_cut() {
        let terms: Vec<(i64, u32)> = (1..=20).map(|k| (1, k)).collect();
        let text = sum(&of(&terms), &|e| format!("v{}", e.tensor.0));
        assert!(
            text.starts_with("v1 + v2 + ") && text.ends_with(" + … (8 more) … + v20"),
            "{text}"
        );
        assert_eq!(text.matches('v').count(), 12);
    }
}
