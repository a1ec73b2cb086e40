//! Which attributes there are, and what each of them stands on: one table. What it says is read elsewhere; that it is
//! one, and stands where it says something, is seen here.
//!
//! An attribute that nobody knows is refused, as is one that stands where nobody reads it: whoever wrote
//! `#[independant_of(x)]` believes that something is claimed.

use super::World;
use super::commits::NAME as COMMITS;
use super::hashed::NAME as HASHED;
use super::total::NAME as TOTAL;
use crate::diagnostic::Diagnostic;
use crate::similar;
use Place::{Circuit, Function, Statement};
use zirc_grammar::ast::{self, Attribute, ItemKind};

const CODE: &str = "E0115";

/// What attributes stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Function,
    Circuit,
    Instance,
    Struct,
    Type,
    Constant,
    Test,
    Use,
    Statement,
}

impl Place {
    fn of(kind: &ItemKind) -> Option<Place> {
        Some(match kind {
            ItemKind::Fn(_) => Place::Function,
            ItemKind::Circuit(_) => Place::Circuit,
            ItemKind::CircuitAlias { .. } => Place::Instance,
            ItemKind::Struct { .. } => Place::Struct,
            ItemKind::TypeAlias { .. } => Place::Type,
            ItemKind::Const { .. } => Place::Constant,
            ItemKind::Test { .. } => Place::Test,
            ItemKind::Use { .. } => Place::Use,
            ItemKind::Error => return None,
        })
    }

    /// With its article.
    fn one(self) -> &'static str {
        match self {
            Place::Function => "a function",
            Place::Circuit => "a circuit",
            Place::Instance => "an instance of a circuit",
            Place::Struct => "a struct",
            Place::Type => "a type",
            Place::Constant => "a constant",
            Place::Test => "a test",
            Place::Use => "a `use`",
            Place::Statement => "a statement",
        }
    }

    fn several(self) -> &'static str {
        match self {
            Place::Function => "functions",
            Place::Circuit => "circuits",
            Place::Statement => "statements",
            // Nothing stands on these.
            other => other.one(),
        }
    }
}

/// An attribute.
struct Known {
    name: &'static str,
    /// The code of what is wrong with it.
    code: &'static str,
    on: &'static [Place],
    /// Whether the standard library alone may say it.
    std: bool,
    /// What it says of the thing that it stands on.
    says: &'static str,
    /// What to do about one that stands elsewhere.
    help: &'static str,
}

const TABLE: [Known; 14] = [
    Known {
        name: "assumes",
        code: "E0116",
        on: &[Circuit],
        std: false,
        says: "it says what the proofs of one do not cover",
        help: "put it on the circuit that it is about",
    },
    Known {
        name: "checks",
        code: "E0108",
        on: &[Function, Circuit],
        std: false,
        says: "it says how all range checks and lookups in one are enforced",
        help: "put it on the function around this, or make one",
    },
    Known {
        name: COMMITS,
        code: "E0107",
        on: &[Function],
        std: true,
        says: "it says what of a `committed` value one hashes",
        help: "put it on a function",
    },
    Known {
        name: "cost",
        code: "E0112",
        on: &[Function],
        std: false,
        says: "it says what a call costs",
        help: "`zirc inspect` shows what a circuit costs, `zirc diff --max-increase` holds it",
    },
    Known {
        name: "fuses",
        code: "E0107",
        on: &[Function],
        std: true,
        says: "it says that one computes what two others do",
        help: "put it on a function",
    },
    Known {
        name: HASHED,
        code: "E0114",
        on: &[Circuit],
        std: false,
        says: "it says which parameters a hash names in every mode",
        help: "put it on the circuit whose parameter it is about",
    },
    Known {
        name: "independent_of",
        code: "E0113",
        on: &[Circuit],
        std: false,
        says: "it claims that no output depends on an input",
        help: "put it on the circuit whose input it is about",
    },
    Known {
        name: "labels",
        code: "E0109",
        on: &[Circuit],
        std: false,
        says: "it says what the integers of an output stand for",
        help: "put it on the circuit whose output it is about",
    },
    Known {
        name: "layer",
        code: "E0111",
        on: &[Statement],
        std: false,
        says: "it says which layer of a model one belongs to",
        help: "put it on the statement that calls this",
    },
    Known {
        name: "monotone",
        code: "E0107",
        on: &[Function],
        std: true,
        says: "it says that larger arguments have no smaller results",
        help: "put it on a function",
    },
    Known {
        name: "named",
        code: "E0110",
        on: &[Circuit],
        std: false,
        says: "it says what an input or output is called outside of the program",
        help: "put it on the circuit whose input or output it is about",
    },
    Known {
        name: "nondet",
        code: "E0304",
        on: &[Function, Circuit, Statement],
        std: false,
        says: "it lets the hints that stand in one be anything",
        help: "put it on a `let … = hint …` statement, or on a function with one",
    },
    Known {
        name: "selects",
        code: "E0107",
        on: &[Function],
        std: true,
        says: "it says that a result is one of the arguments",
        help: "put it on a function",
    },
    Known {
        name: TOTAL,
        code: "E0121",
        on: &[Function],
        std: false,
        says: "it says that one accepts all arguments of its types",
        help: "put it on a function with hints or assertions",
    },
];

/// Refuses attributes that nobody knows, and those on what they say nothing of.
pub(super) fn check(world: &World, errors: &mut Vec<Diagnostic>) {
    for (m, module) in world.modules.iter().enumerate() {
        let std = world.is_std(m as u32);
        for item in &module.ast.items {
            let own = Place::of(&item.kind).into_iter();
            let own = own.flat_map(|place| item.attributes.iter().map(move |a| (a, place)));
            let inner = item.statements().into_iter().flat_map(|s: &ast::Statement| &s.attributes);
            let all = own.chain(inner.map(|a| (a, Statement)));
            errors.extend(all.filter_map(|(a, place)| refused(a, place, std)));
        }
    }
}

/// What is wrong with an attribute on such a thing.
fn refused(a: &Attribute, place: Place, std: bool) -> Option<Diagnostic> {
    let name = a.name.name.as_str();
    let Some(known) = TABLE.iter().find(|k| k.name == name) else {
        return Some(unknown(a, place, std));
    };
    if known.on.contains(&place) {
        return None;
    }
    let title = format!("`#[{name}]` is for {}", listed(known.on, Place::several));
    Some(Diagnostic::error(known.code, a.span, title).say(known.says).help(known.help))
}

/// Refuses an attribute that says something which nobody proves.
pub(super) fn for_library(a: &Attribute) -> Diagnostic {
    let title = format!("`#[{}]` is for the standard library", a.name.name);
    let d = Diagnostic::error("E0107", a.span, title);
    d.say("the compiler believes it without proof")
}

fn unknown(a: &Attribute, place: Place, std: bool) -> Diagnostic {
    let name = a.name.name.as_str();
    let may = |k: &&Known| std || !k.std;
    let d = Diagnostic::error(CODE, a.name.span, format!("there is no attribute `{name}`"));
    let here = TABLE.iter().filter(may).filter(|k| k.on.contains(&place));
    let here: Vec<String> = here.map(|k| format!("`{}`", k.name)).collect();
    let d = d.note(match here.is_empty() {
        true => format!("{} has no attributes", place.one()),
        false => format!("{} can have {}", place.one(), here.join(", ")),
    });
    match similar(name, TABLE.iter().filter(may).map(|k| k.name)) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d,
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(places: &[Place], word: impl Fn(Place) -> &'static str) -> String {
    match places {
        [first @ .., last] if !first.is_empty() => {
            let first: Vec<&str> = first.iter().map(|p| word(*p)).collect();
            format!("{} and {}", first.join(", "), word(*last))
        }
        all => all.iter().map(|p| word(*p)).collect(),
    }
}
