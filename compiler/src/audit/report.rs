//! What the audit tells a person.

use super::engine::Engine;
use super::lemma::radix::{Gap, gap};
use super::system::{Kind, Role, System};
use super::{Audited, AuditedHint, Outcome, Pin, Shown, Stop, Verdict};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::elaborate::Elaborator;
use crate::instances::Instance;
use crate::program::{Hint, Program};
use std::collections::BTreeSet;
use zirc_circuit::{Category, Int, Op, OriginId, SourceSpan, Step, TensorId};
use zirc_grammar::ast::Span;

/// Values of hints shown in one counterexample.
const SHOWN: usize = 6;
/// Weights of more bits are powers that were reduced modulo the order.
const WRAPPED_BITS: u64 = 250;
/// Constraints that are labelled.
const LABELS: usize = 4;

fn span(s: SourceSpan) -> Span {
    Span { file: s.file, start: s.start, end: s.end }
}

/// The report on one hint.
pub(crate) fn hint(
    e: &Elaborator<'_>,
    p: &Program,
    h: &Hint,
    o: &Outcome,
    instance: Option<&Instance>,
) -> AuditedHint {
    let verdict = if let Some(reason) = &h.nondet {
        Verdict::Nondet(reason.clone())
    } else if o.open.contains(&h.tensor) {
        Verdict::Refused(Box::new(at_call(e, refusal(p, h, o), instance)))
    } else {
        let pins = o.pins.get(&h.tensor).into_iter().flatten();
        Verdict::Pinned(pins.map(|(lemma, at)| pin(p, lemma, at)).collect())
    };
    AuditedHint { name: h.name.clone(), span: h.span, verdict }
}

fn pin(p: &Program, lemma: &str, origins: &[OriginId]) -> Pin {
    let mut constraints: Vec<Span> = vec![];
    for o in origins {
        let s = span(p.origins[o.0 as usize].span);
        if !constraints.contains(&s) {
            constraints.push(s);
        }
    }
    Pin { lemma: lemma.into(), constraints }
}

/// A hint that the author lets be anything that its constraints allow.
pub(crate) fn nondet(h: &AuditedHint, reason: &str) -> Diagnostic {
    let title = format!("hint `{}` is not shown to take one value", h.name);
    let mut d = Diagnostic::error("E0305", h.span, title).say(reason);
    d.severity = Severity::Warning;
    d.note("`#[nondet]` lets it be anything that its constraints allow")
}

/// An instance that is refused when it is elaborated by itself.
pub(crate) fn not_elaborated(e: &mut Elaborator<'_>, i: &Instance, stop: Stop) -> Audited {
    let at = crate::resolve::item_name(e.world.item(i.id)).map(|n| n.span).unwrap_or_default();
    let title = format!("the hints of `{}` could not be shown to take one value", i.name);
    let mut d = Diagnostic::error("E0302", at, title);
    let why = match stop {
        Stop::Error(why) => Some(*why),
        _ => e.out.diagnostics.pop(),
    };
    if let Some(why) = why {
        d = d.note(format!("by itself it is refused: {} {}", why.code, why.title));
    }
    let d = at_call(e, d.help("its arguments have wider intervals by themselves"), Some(i));
    let hint =
        AuditedHint { name: i.name.clone(), span: at, verdict: Verdict::Refused(Box::new(d)) };
    Audited { function: i.name.clone(), hints: vec![hint] }
}

/// An error inside the standard library is shown at the user's call first.
fn at_call(e: &Elaborator<'_>, mut d: Diagnostic, i: Option<&Instance>) -> Diagnostic {
    let Some(i) = i else { return d };
    d.notes.push(format!("in `{}`", i.name));
    let user = i.calls.iter().rev().find(|c| !e.world.is_std(c.1.file));
    let inside = d.labels.first().is_some_and(|l| e.world.is_std(l.span.file));
    if let (true, Some((function, call))) = (inside, user) {
        let text = format!("in this call of `{function}`");
        d.labels.insert(0, Label { span: span(*call), text });
    }
    d
}

fn refusal(p: &Program, h: &Hint, o: &Outcome) -> Diagnostic {
    let example = o.counterexample.as_ref().and_then(|c| example(p, h, c));
    let name = &h.name;
    let mut d = match &example {
        Some(_) => {
            let title = format!("hint `{name}` may take more than one value");
            Diagnostic::error("E0301", h.span, title)
        }
        None => {
            let title = format!("hint `{name}` could not be shown to take one value");
            Diagnostic::error("E0302", h.span, title)
        }
    };
    let at = constraints_on(p, h);
    if h.field {
        d = d.say(format!("type `field` puts no bound on {name}"));
    } else if at.is_empty() {
        d = d.say("only its type bounds it");
    }
    for s in at.iter().take(LABELS) {
        let text = match at.len() {
            1 => format!("the only constraint on {name}"),
            _ => format!("a constraint on {name}"),
        };
        d = d.label(*s, text);
    }
    if at.is_empty() {
        d = d.note(format!("no constraint mentions `{name}`"));
    }
    match example {
        Some(text) => d = d.note(text),
        None if o.exhausted => {
            d = d.note(
                "the work allowed for audits is used up; `--budget 4` allows four times as much",
            );
        }
        None if o.too_large => d = d.note("there are too many scalar constraints to look at"),
        None => {
            for m in &o.missing {
                d = d.note(m.clone());
            }
        }
    }
    d.help(mending(p, h, at.is_empty()))
}

/// What would leave a hint one value.
fn mending(p: &Program, h: &Hint, unmentioned: bool) -> String {
    let x = &h.name;
    if unmentioned {
        format!("assert what `{x}` must satisfy, or remove it")
    } else if h.field && is_inverse(p, h.tensor) {
        // As `is_zero` of the library.
        format!(
            "for an a that may be 0 let a bit say whether it is, `let z: bit = hint a == 0;`, \
             `assert a * {x} == (1 - z) as field;`, `assert (z as field) * (a + {x}) == 0;`; \
             `a == 0` as a value is this test"
        )
    } else if h.field {
        format!("an integer type bounds it, such as `let {x}: u8 = hint …`")
    } else {
        "add the constraints that leave one value, or say why any will do: `#[nondet(\"…\")]`"
            .into()
    }
}

/// Whether a hint is an inverse, which of 0 may be anything that its constraints allow.
fn is_inverse(p: &Program, hint: TensorId) -> bool {
    let op = |t: TensorId| {
        p.steps.iter().find_map(|s| match s {
            Step::Assign { tensor, op } if *tensor == t => Some(op),
            _ => None,
        })
    };
    match op(hint) {
        Some(Op::Linear(lin)) => match lin.terms.as_slice() {
            [one] => matches!(op(one.src), Some(Op::Inverse(_))),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a tensor holds public outputs.
fn is_output(p: &Program, t: TensorId) -> bool {
    let input = |s: &Step| matches!(s, Step::Assign { tensor, op: Op::Input(_) } if *tensor == t);
    matches!(p.tensor(t).kind, zirc_circuit::Kind::Public) && !p.steps.iter().any(input)
}

/// The places of constraints that mention a hint, other than its type.
fn constraints_on(p: &Program, h: &Hint) -> Vec<Span> {
    let mut reach: BTreeSet<TensorId> = BTreeSet::from([h.tensor]);
    for (k, t) in p.tensors.iter().enumerate() {
        if let zirc_circuit::Kind::Linear(lin) = &t.kind
            && lin.terms.iter().any(|t| reach.contains(&t.src))
        {
            reach.insert(TensorId(k as u32));
        }
    }
    let mut all: Vec<Span> = vec![];
    for e in &p.enforce {
        let lins = e.rule.lins();
        // That an output is equal to a value says nothing of the value.
        if lins.iter().any(|l| l.terms.iter().any(|t| is_output(p, t.src))) {
            continue;
        }
        let mentions = lins.iter().any(|l| l.terms.iter().any(|t| reach.contains(&t.src)));
        let at = span(p.origins[e.origin.0 as usize].span);
        if mentions && at != h.span && e.category != Category::InputRange && !all.contains(&at) {
            all.push(at);
        }
    }
    // What lies within another place adds nothing for a reader.
    let inner = |s: &Span| {
        all.iter().any(|o| o != s && o.file == s.file && o.start <= s.start && s.end <= o.end)
    };
    all.iter().filter(|s| !inner(s)).copied().collect()
}

/// The counterexample in words; `None` if it leaves this hint alone.
fn example(p: &Program, h: &Hint, c: &Shown) -> Option<String> {
    let s = &c.system;
    let differs = |k: usize| c.example.first[k] != c.example.second[k];
    let own = (0..s.variables.len()).filter(|k| s.variables[*k].tensor == h.tensor);
    if !own.clone().any(differs) {
        return None;
    }
    let mut shown: Vec<usize> = vec![];
    for (k, v) in s.variables.iter().enumerate() {
        if v.role == Role::Target && differs(k) && p.tensor(v.tensor).name.is_some() {
            shown.push(k);
        }
    }
    // This hint's own elements first, then the others that differ.
    shown.sort_by_key(|k| s.variables[*k].tensor != h.tensor);
    let more = shown.len() > SHOWN;
    shown.truncate(SHOWN);
    shown.sort_unstable();
    let inputs: Vec<usize> = (0..s.variables.len())
        .filter(|k| s.variables[*k].role == Role::Given && !s.mentions[*k].is_empty())
        .collect();
    let given: Vec<String> = inputs
        .iter()
        .take(SHOWN)
        .map(|k| format!("{} = {}", variable(p, s, *k), value(s, *k, &c.example.first, c)))
        .collect();
    let names: Vec<String> = shown.iter().map(|k| variable(p, s, *k)).collect();
    let tuple = |values: &[Int]| {
        let list: Vec<String> = shown.iter().map(|k| value(s, *k, values, c)).collect();
        if list.len() == 1 { list[0].clone() } else { format!("({})", list.join(", ")) }
    };
    let names = if names.len() == 1 {
        names[0].clone()
    } else if more {
        format!("({}, …)", names.join(", "))
    } else {
        format!("({})", names.join(", "))
    };
    let over = match c.example.prime {
        Some(q) => format!("counterexample over F_{q}"),
        None => "counterexample".to_string(),
    };
    let given = match (given.is_empty(), inputs.len() > SHOWN) {
        (true, _) => "allows".to_string(),
        (false, true) => format!("{}, … allows", given.join(", ")),
        (false, false) => format!("{} allows", given.join(", ")),
    };
    let (a, b) = (tuple(&c.example.first), tuple(&c.example.second));
    Some(format!("{over}: {given} {names} = {a}, {b}"))
}

/// A value, negative where the variable's interval is.
fn value(s: &System, k: usize, values: &[Int], c: &Shown) -> String {
    let v = &values[k];
    if let (Some(q), Some((lo, hi))) = (c.example.prime, &s.variables[k].bounds) {
        let down = v - Int::from(q);
        if v > hi && down >= *lo {
            return down.to_string();
        }
    }
    v.to_string()
}

/// A variable as people write it.
fn variable(p: &Program, s: &System, k: usize) -> String {
    let v = &s.variables[k];
    let t = p.tensor(v.tensor);
    let name = t.name.clone().unwrap_or_else(|| "a value".into());
    if t.shape.is_empty() {
        return name;
    }
    let index = crate::elaborate::unravel(v.index, &t.shape);
    let index: Vec<String> = index.iter().map(usize::to_string).collect();
    format!("{name}[{}]", index.join(", "))
}

/// What the lemmas lacked, in words.
pub(crate) fn missing(p: &Program, e: &Engine<'_>) -> Vec<String> {
    let s = e.system;
    let mut all: BTreeSet<String> = BTreeSet::new();
    let open = e.open_targets();
    for &v in &open {
        for &k in &s.mentions[v as usize] {
            let variables = s.constraints[k].variables.iter();
            if variables.clone().any(|w| is_output(p, s.variables[*w as usize].tensor)) {
                continue;
            }
            let f = match &s.constraints[k].kind {
                Kind::Zero(f) => f,
                Kind::Product(a, b, c) if e.known(a) && e.known(b) => c,
                _ => continue,
            };
            let terms = e.open(f);
            // A weight of about the order is a wrapped one, whatever else it overlaps with.
            let huge = |v: u32| f.coefficient(v).bits() > WRAPPED_BITS;
            match gap(e, &terms) {
                Some(Gap::Overlap(v)) if !huge(v) => {
                    let name = variable(p, s, v as usize);
                    all.insert(format!("what stands beside `{name}` reaches its weight"));
                }
                Some(Gap::Wraps | Gap::Overlap(_)) => {
                    let what = if terms.iter().all(|t| s.is_bit(t.0)) { "digits" } else { "parts" };
                    let n = terms.len();
                    all.insert(format!("{n} {what} reach beyond the order of the field"));
                }
                Some(Gap::Unranged(v)) => {
                    let name = variable(p, s, v as usize);
                    all.insert(format!("no constraint bounds `{name}`"));
                }
                None => {}
            }
        }
    }
    let mut out: Vec<String> = all.into_iter().take(3).collect();
    let names: Vec<String> = open.iter().take(SHOWN).map(|v| variable(p, s, *v as usize)).collect();
    let more = if open.len() > SHOWN { ", …" } else { "" };
    out.push(format!("no lemma determines {}{more}", names.join(", ")));
    out
}
