//! What is said where a test with `rejects` fails.

use zirc_compiler::{Diagnostic, NoFiles, Outcome, Project};

/// What a program's only test says.
fn said(text: &str) -> Vec<Diagnostic> {
    let project = Project::load("t.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    match project.test("", &mut NoFiles).0.remove(0).outcome {
        Outcome::Passed => vec![],
        Outcome::Failed(why) => why,
    }
}

const ROOT: &str = "
fn root(y: field) -> field {
    #[nondet(\"either root will do\")]
    let r: field = hint 3 * inverse(y) * y;
    assert r * r == y;
    r
}
";

fn of_root(assertion: &str) -> Vec<(&'static str, Vec<String>)> {
    let all = said(&format!("{ROOT} test t {{ {assertion} }}"));
    all.into_iter().map(|d| (d.code, d.notes)).collect()
}

#[test]
fn an_accepted_forgery_is_told() {
    let note = |text: &str| vec![("E0501", vec![text.to_owned()])];
    let call = "rejects(root(9 as field), set: \"r\", to: -3)";
    assert_eq!(of_root(&format!("assert {call};")), note("the forged `r` = -3 was accepted"));
    // That it is accepted may be what the test says.
    assert_eq!(of_root(&format!("assert !{call};")), []);
    let same = "assert rejects(root(9 as field), set: \"r\", to: 3);";
    let told = "the forged `r` = 3 was accepted: without the forgery it is 3, too";
    assert_eq!(of_root(same), note(told));
    // Another assertion's forgery is not this one's.
    let two = format!("assert !{call}; assert 1 == 2;");
    assert_eq!(of_root(&two), [("E0501", vec![])]);
}

/// Whatever the message lists can be written.
#[test]
fn listed_paths_are_paths() {
    let calls = [
        (
            "fn f(x: u8, y: u8) -> _ { bits::<8>(x)[0] + bits::<8>(y)[1] + is_zero(x) }",
            "f(5 as u8, 3 as u8)",
        ),
        ("fn f(x: u4[2]) -> _ { for i { relu(x[i] - 3) } }", "f([5, 2] as u4)"),
        (
            "fn g(x: u8) -> _ { is_zero(x) } fn f(x: u8) -> _ { g(x) + is_zero(x - 1) }",
            "f(0 as u8)",
        ),
        (
            "fn f(x: u8) -> u7 { let q: u7 = hint div(x, 2); let r: bit = hint mod(x, 2); assert x == 2 * q + r; q }",
            "f(7 as u8)",
        ),
    ];
    for (f, call) in calls {
        let with = |path: &str| {
            said(&format!("{f} test t {{ assert rejects({call}, set: \"{path}\", to: 77); }}"))
        };
        let listed = with("nowhere");
        assert_eq!(listed[0].code, "E0503", "{f}");
        let note = &listed[0].notes[0];
        let paths: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
        assert!(!paths.is_empty(), "{note}");
        for path in paths {
            let said = with(path);
            assert!(said.iter().all(|d| d.code != "E0503"), "{path}: {said:#?}");
        }
    }
}
