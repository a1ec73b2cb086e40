//! The committed reference is that of the library as it is.

use zirc_library::{
    COMMAND, INSTANCES, Instances, Library, differences, on_a_large_stack, public_items, root,
    stale,
};

#[test]
fn pages_and_costs_are_up_to_date() {
    let root = root();
    let found = on_a_large_stack(|| Library::read(&root).and_then(|l| l.files(&root)));
    let files = found.unwrap_or_else(|problems| panic!("\n{}", problems.join("\n")));
    let mut faults: Vec<String> = files.iter().filter_map(|f| differences(&root, f)).collect();
    let old = stale(&root, &files);
    faults.extend(old.iter().map(|p| format!("{p} is of no module; `{COMMAND}` removes it\n")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_file_of_the_library_is_a_module() {
    fn visit(folder: &std::path::Path, name: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                visit(&entry.path(), &name, found);
            } else if name.ends_with(".zirc") {
                found.push(name);
            }
        }
    }
    let mut found = vec![];
    visit(&root().join("stdlib"), "std", &mut found);
    found.retain(|f| !INSTANCES.ends_with(f.trim_start_matches("std/")));
    let listed = |f: &&String| !zirc_stdlib::MODULES.iter().any(|(path, _)| path == f);
    let missing: Vec<&String> = found.iter().filter(listed).collect();
    assert!(missing.is_empty(), "add to MODULES in stdlib/src/lib.rs: {missing:?}");
}

/// What is wrong with a file of instances.
fn problems(text: &str) -> Vec<String> {
    match Instances::parse(text) {
        Ok(_) => vec![],
        Err(problems) => problems,
    }
}

#[test]
fn lines_that_say_nothing_are_refused() {
    assert_eq!(
        problems("test costs {\n    cost(relu::<i8>);\n    cost(max(1 as i8, 2));\n}\n"),
        [""; 0]
    );
    let expected = "expected `cost(f::<…>);`, `cost(f(…));` or `without_cost(f, \"reason\");`";
    for (line, bad) in [
        (2, "test costs {\n    relu::<i8>;\n}\n"),
        (3, "test costs {\n    cost(relu::<i8>);\n    let x = 3;\n}\n"),
        (2, "test costs {\n    without_cost(relu);\n}\n"),
        (2, "test costs {\n    cost(1 + 2);\n}\n"),
        (2, "test costs {\n    cost(relu::<i8>, relu::<u8>);\n}\n"),
    ] {
        assert_eq!(problems(bad), [format!("{INSTANCES}:{line}: {expected}")], "{bad}");
    }
    assert!(problems("test costs { cost( }\n")[0].starts_with(&format!("{INSTANCES}:1: ")));
}

#[test]
fn the_library_has_items_of_all_kinds() {
    let items = public_items();
    let find = |name: &str| items.iter().find(|i| i.name == name).unwrap();
    assert_eq!(find("relu").module, "nn::relu");
    assert!(find("is_zero").signature == "fn is_zero<T: num>(d: T) -> bit");
    assert!(find("Linear").signature.starts_with("struct Linear<M: nat"));
    assert!(find("floor_div").signature.ends_with("where X::scale == 1, D >= 1"));
}

#[test]
fn what_is_missing_is_said_with_the_line_to_add() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| {
        std::fs::create_dir_all(folder.path().join("stdlib")).unwrap();
        std::fs::write(folder.path().join(INSTANCES), text).unwrap();
        Library::read(folder.path()).unwrap_err()
    };
    let whole = std::fs::read_to_string(root().join(INSTANCES)).unwrap();
    let without: String =
        whole.lines().filter(|l| !l.contains("cost(relu::<")).map(|l| format!("{l}\n")).collect();
    let missing = write(&without);
    assert_eq!(missing.len(), 1, "{missing:#?}");
    let words = "std::nn::relu::relu has no cost instance: add a line to stdlib/costs.zirc, \
                 `cost(relu::<…>);`";
    assert!(missing.iter().any(|m| m.starts_with(words)), "{missing:#?}");
    let last = whole.lines().count() + 1;
    assert_eq!(
        write(&format!(
            "{whole}test more {{ cost(nothing::<i8>); without_cost(relu, \"why\"); }}\n"
        )),
        [
            format!("{INSTANCES}:{last}: there is no public function `nothing` in the library"),
            format!("{INSTANCES}:{last}: `relu` has a cost as well"),
        ]
    );
    let broken = write(&whole.replace("cost(abs::<i8>)", "cost(abs::<i8, i8>)"));
    let line = 1 + whole.lines().position(|l| l.contains("cost(abs::<i8>)")).unwrap();
    let start = format!("{INSTANCES}:{line}: `abs::<i8, i8>`: E");
    assert!(broken.len() == 1 && broken[0].starts_with(&start), "{broken:#?}");
}

#[test]
fn differences_are_shown_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| zirc_library::File { path: "a.csv".into(), text: text.into() };
    std::fs::write(folder.path().join("a.csv"), "x,1\ny,2\n").unwrap();
    assert_eq!(differences(folder.path(), &file("x,1\ny,2\n")), None);
    let said = differences(folder.path(), &file("x,1\ny,3\n")).unwrap();
    assert_eq!(said, format!("a.csv is not up to date; `{COMMAND}` writes it\n  - y,2\n  + y,3\n"));
    let said = differences(folder.path(), &file("y,2\nx,1\n")).unwrap();
    assert!(said.contains("in another order"), "{said}");
}
