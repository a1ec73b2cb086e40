//! The standard library's own tests: values, cost and forgery.

use zirc_compiler::{NoFiles, Outcome, Project, Trying};

#[test]
fn every_module_parses_without_a_fault() {
    for (path, text) in zirc_stdlib::MODULES {
        let (_, faults) = zirc_grammar::parse_tolerant(text, 0);
        assert!(faults.is_empty(), "{path}: {faults:?}");
    }
}

#[test]
fn every_module_passes_its_tests() {
    let project = match Project::load("empty.zirc", "", &mut NoFiles) {
        Ok(p) => p,
        Err(r) => panic!("{:#?}", r.diagnostics),
    };
    let mut failed = vec![];
    let mut count = 0;
    for module in project.std_modules() {
        let (tests, promises) = project.test_std(&module, "", &mut NoFiles, &mut Trying::default());
        count += tests.len();
        for t in tests {
            if let Outcome::Failed(why) = t.outcome {
                for d in why {
                    let l = &d.labels[0];
                    let file = &project.files()[l.span.file as usize];
                    let text = &file.text[l.span.start as usize..l.span.end as usize];
                    failed.push(format!(
                        "{module} {}: {} {} ({}) {:?} `{text}`",
                        t.name, d.code, d.title, l.text, d.notes
                    ));
                }
            }
        }
        for p in promises {
            if let Some(d) = p.failure {
                failed.push(format!("{module} {}: {} {:?}", p.function, d.title, d.notes));
            }
        }
    }
    assert!(count > 20, "{count} tests ran");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
