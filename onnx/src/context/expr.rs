//! Expressions of the program that are put together: parentheses stand where binding asks for them, and
//! nowhere else is it thought of.

use super::number_text;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};
use zirc_compiler::Ratio;

/// How tightly the outermost operator of an expression binds, loosest first: the order of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    /// Names, numbers, calls, elements, and what is in brackets.
    Atom,
}

/// An expression as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expr {
    text: String,
    binding: Binding,
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Expr {
    /// What no operator takes apart: a name, a number without a sign, a call, something in brackets.
    pub(crate) fn atom(text: impl Into<String>) -> Expr {
        Expr { text: text.into(), binding: Binding::Atom }
    }

    /// A whole number.
    pub(crate) fn int(v: impl Into<i128>) -> Expr {
        let v = v.into();
        let binding = if v < 0 { Binding::Sign } else { Binding::Atom };
        Expr { text: v.to_string(), binding }
    }

    /// A number: one that is not whole is a quotient in parentheses.
    pub(crate) fn number(v: &Ratio) -> Expr {
        Expr::atom(number_text(v))
    }

    /// `f(a, b)`, where f may have generic arguments.
    pub(crate) fn call<'e>(f: &str, arguments: impl IntoIterator<Item = &'e Expr>) -> Expr {
        Expr::atom(format!("{f}({})", listed(arguments)))
    }

    /// `[a, b]`.
    pub(crate) fn list<'e>(elements: impl IntoIterator<Item = &'e Expr>) -> Expr {
        Expr::atom(format!("[{}]", listed(elements)))
    }

    /// `self[i, j]`.
    pub(crate) fn at<I: fmt::Display>(&self, index: &[I]) -> Expr {
        let index: Vec<String> = index.iter().map(I::to_string).collect();
        Expr::atom(format!("{}[{}]", self.within(Binding::Atom), index.join(", ")))
    }

    /// `self ** exponent`.
    pub(crate) fn power(&self, exponent: impl fmt::Display) -> Expr {
        let text = format!("{} ** {exponent}", self.within(Binding::Atom));
        Expr { text, binding: Binding::Power }
    }

    /// `self < other`, or another comparison: a truth value.
    pub(crate) fn compare(&self, operator: &str, other: &Expr) -> Expr {
        self.infix(operator, other, Binding::Comparison, Binding::Sum, Binding::Sum)
    }

    /// `1 - self`: of a truth value the opposite.
    pub(crate) fn not(&self) -> Expr {
        &Expr::int(1) - self
    }

    /// The sum of all, which are not none.
    pub(crate) fn sum<'e>(all: impl IntoIterator<Item = &'e Expr>) -> Expr {
        let mut all = all.into_iter();
        let first = all.next().cloned().unwrap_or_else(|| Expr::int(0));
        all.fold(first, |sum, e| &sum + e)
    }

    /// The text as an operand of what binds at least so.
    fn within(&self, binding: Binding) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text.clone() }
    }

    fn infix(
        &self,
        operator: &str,
        other: &Expr,
        binding: Binding,
        left: Binding,
        right: Binding,
    ) -> Expr {
        // A sign behind an operator could be read, but not well.
        let right = if other.binding == Binding::Sign { Binding::Power } else { right };
        let text = format!("{} {operator} {}", self.within(left), other.within(right));
        Expr { text, binding }
    }
}

fn listed<'e>(all: impl IntoIterator<Item = &'e Expr>) -> String {
    all.into_iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
}

impl Add for &Expr {
    type Output = Expr;

    fn add(self, other: &Expr) -> Expr {
        self.infix("+", other, Binding::Sum, Binding::Sum, Binding::Product)
    }
}

impl Sub for &Expr {
    type Output = Expr;

    fn sub(self, other: &Expr) -> Expr {
        self.infix("-", other, Binding::Sum, Binding::Sum, Binding::Product)
    }
}

impl Mul for &Expr {
    type Output = Expr;

    fn mul(self, other: &Expr) -> Expr {
        self.infix("*", other, Binding::Product, Binding::Product, Binding::Sign)
    }
}

impl Div for &Expr {
    type Output = Expr;

    fn div(self, other: &Expr) -> Expr {
        self.infix("/", other, Binding::Product, Binding::Product, Binding::Sign)
    }
}

impl Neg for &Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        Expr { text: format!("-{}", self.within(Binding::Power)), binding: Binding::Sign }
    }
}

#[cfg(test)]
mod tests {
    use super::Expr;
    use zirc_grammar::ast::{self, ExprKind};

    /// What the grammar reads, with all its parentheses.
    fn tree(text: &str) -> String {
        fn all(e: &ast::Expr, text: &str) -> String {
            match &e.kind {
                ExprKind::Binary(op, a, b) => format!("({} {op:?} {})", all(a, text), all(b, text)),
                ExprKind::Unary(op, a) => format!("({op:?} {})", all(a, text)),
                ExprKind::Paren(a) => all(a, text),
                _ => text[e.span.start as usize..e.span.end as usize].into(),
            }
        }
        all(&zirc_grammar::parse_expression(text, 0).unwrap(), text)
    }

    #[test]
    fn parentheses_where_binding_asks_for_them() {
        let [a, b, c] = ["a", "b", "c"].map(Expr::atom);
        let minus = Expr::int(-3);
        for (e, text) in [
            (&(&a + &b) * &c, "(a + b) * c"),
            (&a + &(&b * &c), "a + b * c"),
            (&a - &(&b - &c), "a - (b - c)"),
            (&(&a - &b) - &c, "a - b - c"),
            (&a / &(&b / &c), "a / (b / c)"),
            (&(&a * &b) / &c, "a * b / c"),
            (-&(&a + &b), "-(a + b)"),
            (-&a.power(2), "-a ** 2"),
            ((-&a).power(2), "(-a) ** 2"),
            (minus.power(2), "(-3) ** 2"),
            (&a * &minus, "a * (-3)"),
            (&a - &minus, "a - (-3)"),
            (-&minus, "-(-3)"),
            (&a.compare(">", &b) * &c, "(a > b) * c"),
            (a.compare(">", &(&b + &c)).not(), "1 - (a > b + c)"),
            (a.compare("<", &b).compare("==", &c), "(a < b) == c"),
            ((&a + &b).at(&["i"]), "(a + b)[i]"),
            (Expr::call("f", [&(&a + &b), &c]), "f(a + b, c)"),
            (Expr::sum([&a, &Expr::list([&b, &c])]), "a + [b, c]"),
        ] {
            assert_eq!(e.to_string(), text);
            tree(text);
        }
    }

    /// Every pair of operators, on either side: the text is read as the operation that was meant.
    #[test]
    fn the_grammar_reads_what_was_meant() {
        type Op = fn(&Expr, &Expr) -> Expr;
        let all: [(&str, Op); 5] = [
            ("+", |a, b| a + b),
            ("-", |a, b| a - b),
            ("*", |a, b| a * b),
            ("/", |a, b| a / b),
            ("<", |a, b| a.compare("<", b)),
        ];
        let [a, b, c] = ["a", "b", "c"].map(Expr::atom);
        for (outer, f) in all {
            for (inner, g) in all {
                let left = f(&g(&a, &b), &c).to_string();
                assert_eq!(tree(&left), tree(&format!("(a {inner} b) {outer} c")), "{left}");
                let right = f(&a, &g(&b, &c)).to_string();
                assert_eq!(tree(&right), tree(&format!("a {outer} (b {inner} c)")), "{right}");
            }
        }
    }
}
