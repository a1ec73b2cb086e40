//! Hints that are not unique are refused, with a counterexample or with what is missing; the whole
//! standard library, and gadgets as users write them, are shown unique.
//!
//! Every file in `tests/audit/broken` and `tests/audit/sound` holds programs apart by lines
//! `//// name`.

use std::path::Path;
use zirc_compiler::{Budget, NoFiles, Project, Verdict};

fn cases(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audit").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "zirc"));
    files.sort();
    let mut all: Vec<(String, String)> = vec![];
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            match line.strip_prefix("//// ") {
                Some(name) => all.push((name.trim().into(), String::new())),
                None => {
                    if let Some((_, text)) = all.last_mut() {
                        text.push_str(line);
                        text.push('\n');
                    }
                }
            }
        }
    }
    all
}

/// The diagnostics of a check, as lines.
fn diagnostics(text: &str) -> Vec<String> {
    let out =
        Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles).map(|_| ()));
    let Err(r) = out else { return vec![] };
    let mut lines = vec![];
    for d in &r.diagnostics {
        lines.push(format!("{}: {}", d.code, d.title));
        for l in &d.labels {
            let file = &r.files[l.span.file as usize];
            let at = &file.text[l.span.start as usize..l.span.end as usize];
            let at = at.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(format!("    {}: `{at}` {}", file.name, l.text));
        }
        lines.extend(d.notes.iter().map(|n| format!("  = {n}")));
        lines.extend(d.help.iter().map(|n| format!("  = help: {n}")));
    }
    lines
}

#[test]
fn broken_gadgets_are_refused() {
    let all = cases("broken");
    assert!(all.len() >= 20, "{} programs", all.len());
    let mut out = String::new();
    let mut passed = vec![];
    for (name, text) in &all {
        let found = diagnostics(text);
        let codes = ["E0301", "E0302"];
        if !found.iter().any(|l| codes.iter().any(|c| l.starts_with(c))) {
            passed.push(format!("{name}: {found:?}"));
        }
        out.push_str(&format!("{name}\n{}\n\n", found.join("\n")));
    }
    assert!(passed.is_empty(), "accepted:\n{}", passed.join("\n"));
    insta::assert_snapshot!(out);
}

#[test]
fn sound_gadgets_pass() {
    let all = cases("sound");
    let bad: Vec<String> = all
        .iter()
        .map(|(name, text)| (name, diagnostics(text)))
        .filter(|(_, found)| !found.is_empty())
        .map(|(name, found)| format!("{name}\n{}", found.join("\n")))
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// Every hint of the library, at every instance that its tests use.
#[test]
fn the_standard_library_has_no_open_hint() {
    let project = Project::load("empty.zirc", "", &mut NoFiles).unwrap();
    let mut hints = 0;
    let mut bad = vec![];
    for module in project.std_modules() {
        for f in project.audit_tests(&module, &mut NoFiles) {
            for h in f.hints {
                hints += 1;
                match h.verdict {
                    Verdict::Pinned(_) => {}
                    Verdict::Nondet(why) => bad.push(format!("{} {}: {why}", f.function, h.name)),
                    Verdict::Refused(d) => bad.push(format!(
                        "{module} {} {}: {} {} {:?}",
                        f.function, h.name, d.code, d.title, d.notes
                    )),
                }
            }
        }
    }
    assert!(hints > 40, "{hints} hints");
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

fn load(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

const ROOT: &str = "fn root(y: field) -> field {
    #[nondet(\"either root will do\")]
    let r: field = hint 3 * inverse(y) * y;
    assert r * r == y;
    let s: field = hint r + 1;
    assert s == r + 1;
    s
}
circuit c(public y: field) -> _ { root(y) + root(y + 1) }";

#[test]
fn an_escape_is_listed_everywhere() {
    let p = load(ROOT);
    let warnings = p.check(&mut NoFiles).unwrap();
    let words: Vec<_> = warnings.iter().map(|d| (d.code, d.labels[0].text.as_str())).collect();
    assert_eq!(words, [("E0305", "either root will do")]);
    let c = p.compile("c", &mut NoFiles).unwrap();
    assert_eq!(c.warnings.len(), 1);
    let uses = &c.circuit.signature.nondet;
    assert_eq!(uses.len(), 1, "one for the function, however often it is called");
    assert_eq!((uses[0].function.as_str(), uses[0].hint.as_str()), ("root", "r"));
    assert_eq!(uses[0].reason, "either root will do");
    let at = c.circuit.origins[uses[0].origin.0 as usize].span;
    assert_eq!(&ROOT[at.start as usize..at.end as usize], "r");
    let audited = p.audit("c", &mut NoFiles).unwrap();
    let verdicts: Vec<_> = audited.iter().flat_map(|a| &a.hints).map(|h| &h.verdict).collect();
    assert_eq!(*verdicts[0], Verdict::Nondet("either root will do".into()));
    assert!(matches!(verdicts[1], Verdict::Pinned(pins) if pins[0].lemma == "a linear equation"));
}

#[test]
fn an_escape_needs_a_hint_and_a_reason() {
    for text in [
        "fn f(x: u8) -> u8 { #[nondet] let y: u8 = hint x; y }",
        "fn f(x: u8) -> u8 { #[nondet(\"\")] let y: u8 = hint x; y }",
        "fn f(x: u8) -> u8 { #[nondet(3)] let y: u8 = hint x; y }",
        "fn f(x: u8) -> u8 { #[nondet(\"why\")] let y: u8 = x; y }",
        "#[nondet(\"why\")] fn f(x: u8) -> u8 { x }",
        "#[nondet(\" \")] fn f<T: num>(x: T) -> T { let y: T = hint x; y }",
    ] {
        let found = diagnostics(text);
        assert!(found.first().is_some_and(|d| d.starts_with("E0304")), "{text}: {found:?}");
    }
    // A function's escape covers its own hints and not those of others.
    let text = "fn g(x: u8) -> u8 { let y: u8 = hint x; y }
        #[nondet(\"any\")] fn f(x: u8) -> u8 { let z: u8 = hint x; z + 0 * g(x) }";
    let found = diagnostics(text);
    assert!(found.iter().any(|d| d == "E0301: hint `y` may take more than one value"), "{found:?}");
    assert!(!found.iter().any(|d| d.contains("hint `z` may")), "{found:?}");
}

#[test]
fn the_instance_is_named() {
    let found = diagnostics(
        "fn inner(x: u8) -> u8 { let y: u8 = hint x; y }
         circuit c(public x: u8) -> _ { inner(x) }",
    );
    assert_eq!(found[1].trim(), "t.zirc: `y` only its type bounds it");
    assert!(found.iter().any(|l| l == "  = in `inner`"), "{found:?}");
}

/// What the budget keeps from being looked at is refused; more is looked at on request.
#[test]
fn an_audit_that_is_cut_short_says_so() {
    let refusals = |text: &str, work: u64| -> Vec<(&'static str, String)> {
        let mut p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
        p.set_budget(Budget { work, ..Budget::default() });
        let all = p.audit_tests("", &mut NoFiles).into_iter().flat_map(|a| a.hints);
        let refused = all.filter_map(|h| match h.verdict {
            Verdict::Refused(d) => Some((d.code, d.notes.join("\n"))),
            _ => None,
        });
        refused.collect()
    };
    let text = "fn f(x: i8[12]) -> _ { sort(x)[0] }
        circuit c(private x: i8[12]) -> public y: _ { f(x) }";
    let elaborated = refusals(text, 1000);
    assert!(elaborated.iter().any(|(code, _)| *code == "E0701"), "{elaborated:?}");
    let audited = refusals(text, 1 << 17);
    let used_up = |(code, notes): &(&str, String)| *code == "E0302" && notes.contains("--budget");
    assert!(!audited.is_empty() && audited.iter().all(used_up), "{audited:?}");
    assert_eq!(refusals(text, Budget::default().work), []);
}

/// The largest few of some hundred elements, as of the neighbours that a classifier knows.
#[test]
fn a_choice_among_hundreds_is_shown_unique() {
    let text = "circuit c(private x: i8[300]) -> public y: _ { let (v, p) = top_k::<3>(x); v }";
    assert_eq!(diagnostics(text), [""; 0]);
}

/// Known bits times unknown ones are bits, however many there are.
#[test]
fn products_of_many_bits_are_bits() {
    let text = "
        fn before<N: nat, T: num, I: num>(x: T[N], at: I) -> _ {
            sum j < N { x[j] > x[at] || (x[j] == x[at] && j < at) }
        }
        circuit c(private x: i8[600]) -> public y: _ {
            let p: int<0..=600>[600] = hint for j < 600 { before(x, j) };
            for j < 600 { 0 * p[j] }
        }";
    let found = diagnostics(text);
    assert!(!found.iter().any(|l| l.contains("E0202")), "{found:?}");
}
