//! The rooms of the compiler need each other in one direction.
//!
//! A room is a file `src/X.rs` with its folder `src/X/`. What it needs is read off its paths: `crate::…`, `super::…`
//! that leads out of it, and names that the crate's root passes on. Tests inside of rooms may use all of them.

mod code;

use code::{declared, extended, names_at_the_root, passed_on, tokens, without_tests};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

/// Code by the path of its file, with `/` between folders.
type Sources = BTreeMap<String, String>;
/// For each room those that it needs, with the files in which it does.
type Rooms = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

const ROOT: &str = "lib.rs";

#[test]
fn rooms_need_each_other_in_one_direction() {
    let rooms = rooms(&compiler());
    assert!(rooms["project"].contains_key("elaborate"), "this test has read nothing");
    if let Some(circle) = shortest_circle(&rooms) {
        panic!("rooms need each other in a circle:\n{}", told(&rooms, &circle));
    }
}

/// Who calls a method names no room: where it stands in another one than its type, the need is not seen.
#[test]
fn methods_stand_in_the_rooms_of_their_types() {
    assert_eq!(misplaced(&compiler()), BTreeSet::new());
}

/// The compiler's own code.
fn compiler() -> Sources {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources::new();
    read(&folder, &folder, &mut sources);
    sources
}

/// All files of a folder that are code.
fn read(folder: &Path, root: &Path, sources: &mut Sources) {
    let entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    for path in entries {
        if path.is_dir() {
            read(&path, root, sources);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let parts = path.strip_prefix(root).unwrap().iter().map(|p| p.to_str().unwrap());
            let name = parts.collect::<Vec<_>>().join("/");
            sources.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The room that a file is part of.
fn room_of(file: &str) -> String {
    file.split('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

/// Files that give types of other rooms methods, with the types.
fn misplaced(sources: &Sources) -> BTreeSet<(String, String)> {
    let code: BTreeMap<&String, Vec<&str>> =
        sources.iter().map(|(file, text)| (file, tokens(text))).collect();
    let own: BTreeSet<(String, &str)> = code
        .iter()
        .flat_map(|(file, code)| declared(code).into_iter().map(|t| (room_of(file), t)))
        .collect();
    let all = code.iter().flat_map(|(file, code)| extended(code).into_iter().map(|t| (*file, t)));
    let misplaced = all.filter(|(file, t)| !own.contains(&(room_of(file), *t)));
    misplaced.map(|(file, t)| (file.clone(), t.to_owned())).collect()
}

/// What the rooms of these files need.
fn rooms(sources: &Sources) -> Rooms {
    let code: BTreeMap<&str, (Vec<&str>, Vec<&str>)> =
        sources.iter().map(|(file, text)| (file.as_str(), without_tests(&tokens(text)))).collect();
    let mut tests = BTreeSet::new();
    for (file, (_, modules)) in &code {
        let folder = if *file == ROOT { "" } else { file.trim_end_matches("rs") };
        tests.extend(modules.iter().map(|m| format!("{folder}{m}.").replace('.', "/")));
    }
    let is_test = |file: &str| {
        let module = file.trim_end_matches("rs").replace('.', "/");
        tests.iter().any(|t| module.starts_with(t.as_str()))
    };
    let all: BTreeSet<String> = code.keys().filter(|f| **f != ROOT).map(|f| room_of(f)).collect();
    let passed_on = code.get(ROOT).map(|(tokens, _)| passed_on(tokens)).unwrap_or_default();
    let mut rooms: Rooms = all.iter().map(|room| (room.clone(), BTreeMap::new())).collect();
    for (file, (tokens, _)) in code.iter().filter(|(f, _)| **f != ROOT && !is_test(f)) {
        let depth = file.split('/').count();
        for name in names_at_the_root(tokens, depth) {
            let room = if all.contains(name) { Some(&name) } else { passed_on.get(name) };
            let Some(room) = room.filter(|r| **r != room_of(file)) else { continue };
            let needs = rooms.entry(room_of(file)).or_default();
            needs.entry((*room).to_owned()).or_default().insert((*file).to_owned());
        }
    }
    rooms
}

/// The rooms of a shortest circle, in order.
fn shortest_circle(rooms: &Rooms) -> Option<Vec<String>> {
    rooms.keys().filter_map(|room| circle_through(rooms, room)).min_by_key(Vec::len)
}

/// The rooms of a shortest circle that begins with this one.
fn circle_through(rooms: &Rooms, start: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in rooms.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back(way.iter().chain([next]).cloned().collect());
            }
        }
    }
    None
}

/// A circle in words, a line for each of its rooms.
fn told(rooms: &Rooms, circle: &[String]) -> String {
    let next = circle.iter().cycle().skip(1);
    let line = |(room, next): (&String, &String)| {
        let files: Vec<&str> = rooms[room][next].iter().map(String::as_str).collect();
        format!("  `{room}` needs `{next}` in {}", files.join(", "))
    };
    circle.iter().zip(next).map(line).collect::<Vec<_>>().join("\n")
}

/// What is told of files, if they make a circle.
fn told_of(files: &[(&str, &str)]) -> Option<String> {
    let sources = files.iter().map(|(f, text)| ((*f).into(), (*text).into())).collect();
    let rooms = rooms(&sources);
    shortest_circle(&rooms).map(|circle| told(&rooms, &circle))
}

#[test]
fn every_way_to_name_a_room_is_read() {
    let circle = Some("  `a` needs `b` in a/part.rs\n  `b` needs `a` in b.rs".to_owned());
    for way in [
        "use crate::b::Thing;",
        "use crate::{\n    a::x, // the own one\n    b::{Thing, y},\n};",
        "fn f() -> crate::b::Thing { 'x'; crate::b::f(\"\\\"\", r#\"\"\"#, '\"', '\\'') }",
        "fn f<'b>(x: &'b str) { super::super::b::f(x) }",
        "use super::super::{b, a};",
        "use crate::Passed;",
        "#[cfg(test)]\nfn only(t: T) { if t {} }\nuse crate::b::Thing;",
    ] {
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::part::{Passed, More};"),
            ("a.rs", "mod part;"),
            ("a/part.rs", way),
            ("b.rs", "use super::a;"),
        ];
        assert_eq!(told_of(&files), circle, "{way}");
    }
}

#[test]
fn what_is_no_need_is_none() {
    for way in [
        "use crate::a::b;",
        "// crate::b\n/* crate::b */ const B: &str = \"crate::b\";",
        "use super::b::Own;",
        "pub(crate) fn b() {}",
        "#[cfg(test)]\nmod tests {\n    use crate::b::Thing;\n}",
    ] {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "mod part;"),
            ("a/part.rs", way),
            ("a/part/b.rs", ""),
            ("b.rs", "use crate::a;"),
        ];
        assert_eq!(told_of(&files), None, "{way}");
    }
}

#[test]
fn files_of_tests_need_what_they_like() {
    let files = |a| {
        let part = ("a/tests/part.rs", "use crate::b;");
        [("a.rs", a), ("a/tests.rs", "mod part;"), part, ("b.rs", "use crate::a;")]
    };
    assert_eq!(told_of(&files("#[cfg(test)]\nmod tests;")), None);
    let circle = "  `a` needs `b` in a/tests/part.rs\n  `b` needs `a` in b.rs";
    assert_eq!(told_of(&files("mod tests;")), Some(circle.into()));
}

#[test]
fn methods_of_other_rooms_types_are_named() {
    let b = "pub struct Thing<T>(T); impl<T: Fn() -> u8> Thing<T> where T: Copy { fn f() {} }";
    let a =
        "enum Own { A } impl Own {} impl Clone for Thing<u8> {} fn f(x: impl Fn()) -> impl Fn() {}";
    let of =
        |a: &str| misplaced(&[("a.rs", a), ("b.rs", b)].map(|(f, t)| (f.into(), t.into())).into());
    assert_eq!(of(a), BTreeSet::new());
    for way in ["impl Thing<u8> {}", "#[rustfmt::skip]\nimpl<'a, T> crate::b::Thing<&'a T> {}"] {
        let found = BTreeSet::from([("a.rs".to_owned(), "Thing".to_owned())]);
        assert_eq!(of(&format!("{a} {way}")), found, "{way}");
    }
}
