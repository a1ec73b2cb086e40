//! What somebody meant by a name that is not there: what other languages and libraries call by it, or else a name that
//! is spelled alike and could stand in its place.

#[cfg(test)]
mod tests;
mod words;

use crate::builtins::Builtin;
use crate::diagnostic::Diagnostic;
use crate::resolve::World;
use words::{MEMBERS, Row, TYPES, VALUES, WIDTHS};
use zirc_grammar::ast::ItemKind;

/// What stands where the name does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A number, tensor or function.
    Value,
    /// A type.
    Type,
    /// A circuit, of which this is an instance.
    Circuit,
}

impl Place {
    /// In messages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Place::Value => "value",
            Place::Type => "type",
            Place::Circuit => "circuit",
        }
    }
}

/// The error for a name that means nothing in a module; `locals` are the names around it that are no items.
pub(crate) fn unknown(
    world: &World,
    module: usize,
    (place, name): (Place, &str),
    locals: &[String],
    span: zirc_grammar::ast::Span,
) -> Diagnostic {
    let d = Diagnostic::error("E0101", span, format!("there is no {} `{name}` here", place.word()));
    match help(world, module, (place, name), locals) {
        Some(help) => d.help(help),
        None => d,
    }
}

fn help(
    world: &World,
    module: usize,
    (place, name): (Place, &str),
    locals: &[String],
) -> Option<String> {
    let rows = match place {
        Place::Value => VALUES,
        Place::Type => TYPES,
        Place::Circuit => &[],
    };
    let items = world.names(module).filter(|(_, id)| fits(place, &world.item(*id).kind));
    let builtins = crate::builtins().map(|b| -> &str { b }).filter(|_| place == Place::Value);
    let known =
        items.map(|(name, _)| name).chain(builtins).chain(locals.iter().map(String::as_str));
    let near = || crate::similar(name, known).map(|near| format!("did you mean `{near}`?"));
    // Several segments name an item of a module.
    let width = || (place == Place::Type).then(|| width(name)).flatten();
    width().or_else(|| row(rows, name)).or_else(near)
}

/// What to write for a part or method that there is not: `x.shape`, `x.len()`.
pub(crate) fn member(world: &World, module: usize, name: &str) -> Option<String> {
    row(MEMBERS, name).or_else(|| {
        let mut items = world.names(module);
        let function =
            items.any(|(n, id)| n == name && matches!(world.item(id).kind, ItemKind::Fn(_)));
        let known = function || Builtin::named(name).is_some();
        known.then(|| format!("functions take their argument in parentheses: `{name}(x)`"))
    })
}

/// How a function of numbers is called on tensors.
pub(crate) fn elementwise(function: &str, args: &str) -> String {
    format!("`{function}.({args})` calls it on every element")
}

fn fits(place: Place, kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Struct { .. } => place != Place::Circuit,
        ItemKind::TypeAlias { .. } => place == Place::Type,
        ItemKind::Fn(_) | ItemKind::Const { .. } => place == Place::Value,
        ItemKind::Circuit(_) | ItemKind::CircuitAlias { .. } => place == Place::Circuit,
        ItemKind::Test { .. } | ItemKind::Use { .. } | ItemKind::Error => false,
    }
}

fn row(rows: &[Row], name: &str) -> Option<String> {
    rows.iter().find(|r| r.words.contains(&name)).map(|r| r.help.to_owned())
}

/// The type of as many bits, of `int8`, `uint16`, `qint8` and the like.
fn width(name: &str) -> Option<String> {
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (word, bits) = (name.strip_suffix(digits)?, digits.parse::<u32>().ok()?);
    let (_, letter) = WIDTHS.iter().find(|(words, _)| words.contains(&word))?;
    (1..=253).contains(&bits).then(|| format!("write `{letter}{bits}`"))
}
