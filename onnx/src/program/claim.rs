//! Claims about a model's inputs and results, as they are said on a command line: conditions of the language in
//! which tensors have their names of the graph and dimensions of one element may be left out.
//!
//! ```text
//! score in 0.8..1.0          argmax == 3            argmax(probabilities) == "benign"
//! label == "benign"          3 in top(2)            score[0] > score[1] + 0.5
//! ```
//!
//! `argmax` alone is that of the only result with several elements, and so is `top`. Of a result that is a class
//! already, as a classifier's label, `argmax` is the class. Names that are no identifiers stand between backticks.
//!
//! Results are rounded, and of elements that became equal the first would be the largest, whatever the model says: so
//! with each `argmax`, `argmin` and `top` it is claimed that no tie decides it.

use super::ImportedPort;
use crate::context::Meaning;
use crate::fault::Fault;
use std::cell::RefCell;
use std::collections::BTreeMap;
use zirc_grammar::{Piece, parse_expression, pieces};

/// Inputs and results with their shapes.
pub(super) struct Tensors<'p> {
    pub(super) inputs: &'p [ImportedPort],
    pub(super) outputs: &'p [ImportedPort],
    /// Sizes by names of the graph.
    pub(super) shapes: BTreeMap<&'p str, &'p [usize]>,
    /// What claims so far need besides: that no tie decides what is the largest.
    pub(super) untied: RefCell<Vec<String>>,
}

/// A piece of a claim: as the language has it, or a name between backticks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Piece(Piece<'t>),
    Quoted(&'t str),
}

impl<'p> Tensors<'p> {
    /// Claims as conditions of the program, and that no tie decides any of them.
    pub(super) fn conditions(&self, claims: &[String]) -> Result<Vec<String>, Fault> {
        let mut all =
            claims.iter().map(|c| self.condition(c)).collect::<Result<Vec<String>, Fault>>()?;
        all.append(&mut self.untied.borrow_mut());
        Ok(all)
    }

    /// That the `count` largest are clear.
    fn must_be_clear(&self, count: &str, scores: &str) {
        let condition = format!("untied::<{}>({})", count.trim(), scores.trim());
        // A brace would open the circuit's body.
        let braced = condition.contains('{');
        let condition = if braced { format!("({condition})") } else { condition };
        let mut all = self.untied.borrow_mut();
        if !all.contains(&condition) {
            all.push(condition);
        }
    }

    /// A claim as a condition of the program.
    fn condition(&self, claim: &str) -> Result<String, Fault> {
        let place = || format!("claim `{claim}`");
        let tokens = tokens(claim).map_err(|f| f.at(place()))?;
        let text = self.conjunction(&tokens).map_err(|f| f.at(place()))?;
        match parse_expression(&text, 0) {
            // A brace would open the circuit's body.
            Ok(_) if text.contains('{') => Ok(format!("({text})")),
            Ok(_) => Ok(text),
            Err(errors) => {
                let why = errors.first().map_or(String::new(), |e| e.message.clone());
                Err(Fault::new(format!("is no condition: {why}")).help(EXAMPLES).at(place()))
            }
        }
    }

    /// A part of an input, `X[3]`, as the program names it.
    pub(super) fn part(&self, text: &str) -> Result<String, Fault> {
        let place = || format!("input `{text}`");
        // `in.x[3]`: a name of the graph need not be an identifier.
        let quoted = match text.split_once('[') {
            Some((name, rest)) if self.inputs.iter().any(|p| p.tensor == name) => {
                format!("`{name}`[{rest}")
            }
            _ => text.to_owned(),
        };
        let tokens = tokens(&quoted).map_err(|f| f.at(place()))?;
        let (name, rest) = match tokens.split_first() {
            Some((Token::Piece(Piece::Name(name)) | Token::Quoted(name), rest)) => (*name, rest),
            _ => return Err(Fault::new("is no input of the model").at(place())),
        };
        // Names of the graph have dots and slashes; indices are behind the last bracket.
        let whole = self.inputs.iter().find(|p| [&p.tensor, &p.port].contains(&&text.to_owned()));
        let port = whole.or_else(|| first(self.inputs.iter(), name));
        let Some(port) = port else {
            let all: Vec<&str> = self.inputs.iter().map(|p| p.tensor.as_str()).collect();
            let f = Fault::new("is no input of the model");
            return Err(f.help(format!("there are {}", all.join(", "))).at(place()));
        };
        if whole.is_some() || rest.is_empty() {
            return Ok(port.variable.clone());
        }
        match (closing(rest, 0), rest.first()) {
            (Some(end), Some(Token::Piece(Piece::Other("[")))) if end + 1 == rest.len() => {
                self.element(port, &rest[1..end]).map_err(|f| f.at(place()))
            }
            _ => Err(Fault::new("is no part of an input").at(place())),
        }
    }

    /// Conditions between `&&` and `||`, each by itself.
    fn conjunction(&self, tokens: &[Token<'_>]) -> Result<String, Fault> {
        let mut out = String::new();
        let mut rest = tokens;
        while let Some(at) = outside(rest, |t| matches!(t, Token::Piece(Piece::Other("&&" | "||"))))
        {
            out.push_str(&self.comparison(&rest[..at])?);
            out.push_str(&format!(" {} ", rest[at].text()));
            rest = &rest[at + 1..];
        }
        out.push_str(&self.comparison(rest)?);
        Ok(out)
    }

    /// One condition: `k in top(2)`, one in parentheses, or whatever the language has.
    fn comparison(&self, tokens: &[Token<'_>]) -> Result<String, Fault> {
        let tokens = trimmed(tokens);
        match tokens {
            [Token::Piece(Piece::Other("!")), rest @ ..] => {
                return Ok(format!("!{}", self.comparison(rest)?));
            }
            [Token::Piece(Piece::Other("(")), inner @ .., Token::Piece(Piece::Other(")"))]
                if closing(tokens, 0) == Some(tokens.len() - 1) =>
            {
                return Ok(format!("({})", self.conjunction(inner)?));
            }
            _ => {}
        }
        let is_in = |t: &Token<'_>| *t == Token::Piece(Piece::Other("in"));
        if let Some(at) = outside(tokens, is_in)
            && let [Token::Piece(Piece::Name("top")), rest @ ..] = trimmed(&tokens[at + 1..])
            && let [Token::Piece(Piece::Other("(")), args @ .., Token::Piece(Piece::Other(")"))] =
                trimmed(rest)
        {
            return self.in_top(&tokens[..at], args);
        }
        self.rewritten(tokens)
    }

    /// `k in top(2)`, `k in top(scores, 2)`.
    fn in_top(&self, index: &[Token<'_>], args: &[Token<'_>]) -> Result<String, Fault> {
        let (scores, count) = match &split(args)[..] {
            [count] => (self.whole(self.scores()?), *count),
            [scores, count] => (self.rewritten(scores)?, *count),
            _ => return Err(Fault::new("`top` takes a number, or a result and a number")),
        };
        let compares = |t: &Token<'_>| {
            let signs = ["==", "!=", "<", "<=", ">", ">="];
            matches!(t, Token::Piece(Piece::Other(s)) if signs.contains(s))
        };
        if outside(index, compares).is_some() {
            let fault = Fault::new("a comparison is no place of an element");
            return Err(fault.help("say the two conditions one by one, with `&&`"));
        }
        let (index, count) = (self.rewritten(index)?, self.rewritten(count)?);
        self.must_be_clear(&count, &scores);
        Ok(format!("in_top::<{}>({scores}, {})", count.trim(), index.trim()))
    }

    /// The same with names of the program for those of the graph.
    fn rewritten(&self, tokens: &[Token<'_>]) -> Result<String, Fault> {
        let mut out = String::new();
        let mut k = 0;
        while k < tokens.len() {
            let before = k.checked_sub(1).map(|k| tokens[k]);
            let member = matches!(before, Some(Token::Piece(Piece::Other("." | "::"))));
            let (text, next) = match tokens[k] {
                Token::Quoted(name) => match self.find(name) {
                    Some(port) => self.reference(port, tokens, k)?,
                    None => return Err(self.unknown(name)),
                },
                Token::Piece(Piece::Name("argmax")) if !member => self.argmax(tokens, k)?,
                Token::Piece(Piece::Name("argmin")) if !member => self.argmin(tokens, k)?,
                Token::Piece(Piece::Name(name)) if !member => match self.find(name) {
                    Some(port) => self.reference(port, tokens, k)?,
                    None => (name.to_owned(), k + 1),
                },
                Token::Piece(piece) => (piece.text().to_owned(), k + 1),
            };
            out.push_str(&text);
            k = next;
        }
        Ok(out)
    }

    /// `argmax` of what it is called with, or of the only result with several elements.
    fn argmax(&self, tokens: &[Token<'_>], at: usize) -> Result<(String, usize), Fault> {
        if tokens.get(at + 1) != Some(&Token::Piece(Piece::Other("("))) {
            let scores = self.whole(self.scores()?);
            self.must_be_clear("1", &scores);
            return Ok((format!("argmax({scores})"), at + 1));
        }
        let Some(end) = closing(tokens, at + 1) else { return Ok(("argmax".into(), at + 1)) };
        if let [Token::Piece(Piece::Name(name)) | Token::Quoted(name)] =
            trimmed(&tokens[at + 2..end])
            && let Some(port) = self.find(name)
            && port.meaning == Meaning::Classes
            && self.shape(port).iter().all(|n| *n == 1)
        {
            return Ok((self.whole(port), end + 1));
        }
        let scores = self.rewritten(&tokens[at + 2..end])?;
        self.must_be_clear("1", &scores);
        Ok((format!("argmax({scores})"), end + 1))
    }

    /// `argmin` of what it is called with.
    fn argmin(&self, tokens: &[Token<'_>], at: usize) -> Result<(String, usize), Fault> {
        let called = tokens.get(at + 1) == Some(&Token::Piece(Piece::Other("(")));
        let Some(end) = closing(tokens, at + 1).filter(|_| called) else {
            return Ok(("argmin".into(), at + 1));
        };
        let scores = self.rewritten(&tokens[at + 2..end])?;
        self.must_be_clear("1", &format!("for i {{ -{}[i] }}", scores.trim()));
        Ok((format!("argmin({scores})"), end + 1))
    }

    /// A tensor, with its indices if it has some.
    fn reference(
        &self,
        port: &ImportedPort,
        tokens: &[Token<'_>],
        at: usize,
    ) -> Result<(String, usize), Fault> {
        if tokens.get(at + 1) == Some(&Token::Piece(Piece::Other("[")))
            && let Some(end) = closing(tokens, at + 1)
        {
            return Ok((self.element(port, &tokens[at + 2..end])?, end + 1));
        }
        Ok((self.whole(port), at + 1))
    }

    /// A tensor without its dimensions of one element.
    fn whole(&self, port: &ImportedPort) -> String {
        let shape = self.shape(port);
        let mut indices: Vec<&str> =
            shape.iter().map(|n| if *n == 1 { "0" } else { ".." }).collect();
        while indices.last() == Some(&"..") {
            indices.pop();
        }
        match indices.is_empty() {
            true => port.variable.clone(),
            false => format!("{}[{}]", port.variable, indices.join(", ")),
        }
    }

    /// Elements of a tensor: dimensions of one element may be left out.
    fn element(&self, port: &ImportedPort, inside: &[Token<'_>]) -> Result<String, Fault> {
        let shape = self.shape(port);
        let given = split(inside).into_iter().map(|i| self.rewritten(i));
        let given = given.collect::<Result<Vec<String>, Fault>>()?;
        let several = shape.iter().filter(|n| **n != 1).count();
        if given.len() > shape.len() {
            let text = format!("`{}` has the shape {shape:?}", port.tensor);
            return Err(Fault::new(text).help("an index for each dimension, or fewer"));
        }
        let mut rest = given.iter().map(|i| i.trim());
        let indices: Vec<&str> = if given.len() < shape.len() && given.len() == several {
            let one = |n: &usize| if *n == 1 { "0" } else { rest.next().unwrap_or("..") };
            shape.iter().map(one).collect()
        } else {
            rest.collect()
        };
        Ok(format!("{}[{}]", port.variable, indices.join(", ")))
    }

    fn shape(&self, port: &ImportedPort) -> &'p [usize] {
        self.shapes.get(port.tensor.as_str()).copied().unwrap_or(&[])
    }

    /// A result, or else an input, of this name: of the graph, or else of the program.
    fn find(&self, name: &str) -> Option<&'p ImportedPort> {
        first(self.outputs.iter().chain(self.inputs), name)
    }

    /// The only result with several elements.
    fn scores(&self) -> Result<&'p ImportedPort, Fault> {
        let several = |p: &&ImportedPort| self.shape(p).iter().filter(|n| **n != 1).count() == 1;
        let mut all = self.outputs.iter().filter(several);
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one),
            _ => {
                let names: Vec<&str> = self.outputs.iter().map(|p| p.tensor.as_str()).collect();
                let help = format!("name one: `argmax(NAME)`; there are {}", names.join(", "));
                Err(Fault::new("it is not said of which result").help(help))
            }
        }
    }

    fn unknown(&self, name: &str) -> Fault {
        let all = self.outputs.iter().chain(self.inputs).map(|p| p.tensor.as_str());
        let all: Vec<&str> = all.collect();
        let f = Fault::new(format!("no result and no input is called `{name}`"));
        f.help(format!("there are {}", all.join(", ")))
    }
}

const EXAMPLES: &str =
    "as in 'score in 0.8..1.0', 'argmax == 3', '3 in top(2)', 'score[0] > score[1] + 0.5'";

impl<'t> Token<'t> {
    fn text(&self) -> &'t str {
        match self {
            Token::Piece(piece) => piece.text(),
            Token::Quoted(name) => name,
        }
    }
}

/// The port of a name: a name of the graph goes before one that the program made of another.
fn first<'p>(
    ports: impl Iterator<Item = &'p ImportedPort> + Clone,
    name: &str,
) -> Option<&'p ImportedPort> {
    let mut kinds: [fn(&ImportedPort) -> &String; 3] =
        [|p| &p.tensor, |p| &p.port, |p| &p.variable];
    kinds.iter_mut().find_map(|own| ports.clone().find(|p| own(p) == name))
}

/// The tokens of a claim, without white space beside brackets.
fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut all = vec![];
    for (k, part) in text.split('`').enumerate() {
        match k % 2 {
            0 => all.extend(pieces(part).into_iter().map(Token::Piece)),
            _ => all.push(Token::Quoted(part)),
        }
    }
    if text.matches('`').count() % 2 == 1 {
        return Err(Fault::new("a name that begins with a backtick ends with one"));
    }
    // `score [0]` is `score[0]`.
    let space = |t: &Token<'_>| *t == Token::Piece(Piece::Space);
    let opens = |t: Option<&Token<'_>>| matches!(t, Some(Token::Piece(Piece::Other("[" | "("))));
    let operand = |t: &Token<'_>| matches!(t, Token::Quoted(_) | Token::Piece(Piece::Name(_)));
    let keep = |k: usize| {
        let glued = k > 0 && operand(&all[k - 1]) && opens(all.get(k + 1));
        !(space(&all[k]) && glued)
    };
    Ok((0..all.len()).filter(|k| keep(*k)).map(|k| all[k]).collect())
}

/// Without white space at either end.
fn trimmed<'s, 't>(mut tokens: &'s [Token<'t>]) -> &'s [Token<'t>] {
    while let [Token::Piece(Piece::Space), rest @ ..] = tokens {
        tokens = rest;
    }
    while let [rest @ .., Token::Piece(Piece::Space)] = tokens {
        tokens = rest;
    }
    tokens
}

fn depth(t: &Token<'_>) -> i32 {
    match t {
        Token::Piece(Piece::Other("(" | "[" | "{")) => 1,
        Token::Piece(Piece::Other(")" | "]" | "}")) => -1,
        _ => 0,
    }
}

/// The first token of a kind that is in no bracket.
fn outside(tokens: &[Token<'_>], wanted: impl Fn(&Token<'_>) -> bool) -> Option<usize> {
    let mut open = 0;
    tokens.iter().position(|t| {
        open += depth(t);
        open == 0 && wanted(t)
    })
}

/// The bracket that closes the one at `at`.
fn closing(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let mut open = 0;
    let end = tokens.get(at..)?.iter().position(|t| {
        open += depth(t);
        open == 0
    })?;
    Some(at + end)
}

/// What stands between commas that are in no bracket.
fn split<'s, 't>(tokens: &'s [Token<'t>]) -> Vec<&'s [Token<'t>]> {
    let mut all = vec![];
    let mut rest = tokens;
    while let Some(at) = outside(rest, |t| *t == Token::Piece(Piece::Other(","))) {
        all.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    all.push(rest);
    all
}

#[cfg(test)]
mod tests;
