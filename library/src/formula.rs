//! Formulas for costs, such as `(m - 1) * (n + 2)`: text that people read and that is computed.
//!
//! They are expressions of the language in natural numbers, where `a / b` is rounded down, `a ** b` a power, and
//! `q(k)` the queries that show a number of k bits.

use zirc_grammar::ast::{BinaryOp, Expr, ExprKind, ItemKind};
use zirc_grammar::parse;

/// Most bits that one query shows, where 16,384 calls share the tables: a table of a bit more has as many rows as
/// there are calls, and costs each of them a constraint, as a second query does.
pub(crate) const QUERY_BITS: u64 = 13;

/// What a formula gives for values of its variables.
///
/// # Errors
/// What is no formula, or has no natural number as its value.
pub(crate) fn value(formula: &str, variables: &[(&str, u64)]) -> Result<u64, String> {
    let wrong = || format!("`{formula}` is no formula");
    let text = format!("fn f() {{ {formula} }}");
    let module = parse(&text, 0).map_err(|_| wrong())?;
    let tail = module.items.into_iter().find_map(|i| match i.kind {
        ItemKind::Fn(f) => f.body.tail,
        _ => None,
    });
    compute(&*tail.ok_or_else(wrong)?, variables).ok_or_else(|| {
        let given: Vec<String> = variables.iter().map(|(k, v)| format!("{k} = {v}")).collect();
        format!("`{formula}` has no value for {}", given.join(", "))
    })
}

fn compute(e: &Expr, variables: &[(&str, u64)]) -> Option<u64> {
    let name = |e: &Expr| match &e.kind {
        ExprKind::Path(p) => p.segments.first().map(|s| s.name.clone()),
        _ => None,
    };
    match &e.kind {
        ExprKind::Int(text) => text.parse().ok(),
        ExprKind::Paren(inner) => compute(inner, variables),
        ExprKind::Path(_) => {
            let name = name(e)?;
            variables.iter().find(|(k, _)| *k == name).map(|(_, v)| *v)
        }
        ExprKind::Call { callee, args, .. } => match (name(callee)?.as_str(), &args[..]) {
            ("q", [k]) => Some(compute(&k.value, variables)?.div_ceil(QUERY_BITS)),
            _ => None,
        },
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (compute(a, variables)?, compute(b, variables)?);
            match op {
                BinaryOp::Add => a.checked_add(b),
                BinaryOp::Sub => a.checked_sub(b),
                BinaryOp::Mul => a.checked_mul(b),
                BinaryOp::Div => a.checked_div(b),
                BinaryOp::Pow => a.checked_pow(u32::try_from(b).ok()?),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_computed() {
        let at = |f: &str| value(f, &[("n", 8), ("m", 10)]);
        assert_eq!(at("(m - 1) * (n + 2) + m / 4"), Ok(92));
        assert_eq!(at("2 * 2 ** (n / 2) - 3"), Ok(29));
        assert_eq!(
            (at("q(n)"), at("q(13)"), at("q(14)"), at("q(27)")),
            (Ok(1), Ok(1), Ok(2), Ok(3))
        );
        assert_eq!(at("0"), Ok(0));
        let none = |f: &str| format!("`{f}` has no value for n = 8, m = 10");
        for f in ["n - 9", "k + 1", "n / 0", "f(n)", "2 ** 64", "n < 3"] {
            assert_eq!(at(f), Err(none(f)));
        }
        assert_eq!(at("n +"), Err("`n +` is no formula".into()));
    }
}
