//! `zirc new`: what it writes works as it is.

use crate::room::{Room, zirc_in};

/// The lines of a page's blocks of commands.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|b| b.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|l| l.split(" #").next().unwrap().trim());
    lines.map(|l| l.strip_prefix("zirc ").unwrap().to_owned()).collect()
}

#[test]
fn a_new_folder_passes_everything_that_its_readme_names() {
    let room = Room::new();
    let out = room.accept("new first");
    assert!(out.ends_with("begin with: zirc test first\n"), "{out}");
    let folder = room.path("first");
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "README.md", "input.json", "model.zirc"]);
    let readme = String::from_utf8(room.read("first/README.md")).unwrap();
    assert!(readme.starts_with("# first\n"), "{readme}");
    let before = room.read("first/model.zirc");
    let mut lines = commands(&readme);
    assert!(lines.len() >= 10, "{lines:?}");
    lines.insert(0, "fmt --check .".into());
    for line in lines {
        let ended = zirc_in(&folder, &line);
        assert_eq!(ended.code, 0, "{line}: {ended:#?}");
        assert!(!ended.err.contains("warning"), "{line}: {}", ended.err);
    }
    assert_eq!(room.read("first/model.zirc"), before);
    // Nothing is left that the folder's .gitignore does not name.
    let mut left: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [".gitignore", "README.md", "input.json", "model.zirc", "zirc-out"]);
}

#[test]
fn what_is_there_is_left_alone() {
    let room = Room::new();
    room.write("full/notes.txt", "mine");
    room.fail(2, "new full", &["full: is there already and not empty"]);
    room.write("file", "mine");
    room.fail(2, "new file", &["is there already and is no folder"]);
    room.fail(2, "new no/such/folder", &["the folder that it should be in is not there"]);
    std::fs::create_dir(room.path("empty")).unwrap();
    let json = room.json("new empty");
    assert_eq!(json["files"].as_array().unwrap().len(), 4);
    room.fail(2, "new empty", &["is there already and not empty"]);
    room.accept("new empty/inner_1");
}

#[test]
fn names_that_are_none() {
    let room = Room::new();
    let long = "n".repeat(101);
    for name in [".", "..", "a␣b", "1st", ".hidden", "a{name}", "ü", "a/..", &long] {
        room.fail(2, &format!("new {name}"), &["ends in no name for a program"]);
    }
}
