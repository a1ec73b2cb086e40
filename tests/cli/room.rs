//! A temporary folder to work in.

use serde_json::Value;
use std::path::{Path, PathBuf};

/// "I know a number whose square is this."
pub(crate) const ROOT: &str = r#"circuit root(private x: i16, public square: u32) {
    assert x * x == square, "x is not a root";
}
"#;
/// Weighted sum with a public output, reals, and a tensor.
pub(crate) const SCORE: &str = r#"circuit score(private x: q3.4[3], public bias: i8) -> public y: _ {
    x[0] - 2 * x[1] + 3 * x[2] + bias
}
"#;

/// A folder that is gone after the test.
pub(crate) struct Room(tempfile::TempDir);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Room {
    /// Empty.
    pub(crate) fn new() -> Room {
        Room(tempfile::tempdir().unwrap())
    }

    /// With a program and its input.
    pub(crate) fn with(program: &str, input: &str) -> Room {
        let room = Room::new();
        room.write("model.zirc", program);
        room.write("input.json", input);
        room
    }

    /// With the square root, compiled and set up.
    pub(crate) fn prepared() -> Room {
        let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522756}"#);
        room.accept("compile . -o c");
        room.accept("setup c --pk pk --vk vk");
        room
    }

    /// The same, with a proof.
    pub(crate) fn proved() -> Room {
        let room = Room::prepared();
        room.accept("prove c --pk pk --input input.json -o proof --receipt receipt.json");
        room
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Names of everything in the folder.
    pub(crate) fn list(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs zirc here; arguments are separated by spaces.
    pub(crate) fn zirc(&self, line: &str) -> Ended {
        zirc_in(self.0.path(), line)
    }

    /// Runs it with a variable of the environment.
    pub(crate) fn zirc_with(&self, line: &str, name: &str, value: &str) -> Ended {
        ended_in(self.0.path(), line, Some((name, value)))
    }

    /// The same with `--json`, and expects 0; gives the object.
    #[track_caller]
    pub(crate) fn json_with(&self, line: &str, name: &str, value: &str) -> Value {
        let ended = self.zirc_with(&format!("{line} --json"), name, value);
        assert_eq!(ended.code, 0, "{line}: {ended:#?}");
        serde_json::from_str(&ended.out).unwrap()
    }

    /// Runs it and expects 0; gives standard output.
    #[track_caller]
    pub(crate) fn accept(&self, line: &str) -> String {
        let ended = self.zirc(line);
        assert_eq!(ended.code, 0, "{line}: {ended:#?}");
        ended.out
    }

    /// Runs it with `--json` and expects 0; gives the object.
    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> Value {
        let value: Value = serde_json::from_str(&self.accept(&format!("{line} --json"))).unwrap();
        assert_eq!(value["ok"], true);
        assert_eq!(value["code"], 0);
        value
    }

    /// Runs it and expects an exit code and words on standard error; nothing may be left behind.
    #[track_caller]
    pub(crate) fn fail(&self, code: i32, line: &str, words: &[&str]) {
        let before = self.list();
        let ended = self.zirc(line);
        assert_eq!(ended.code, code, "{line}: {ended:#?}");
        assert!(ended.out.is_empty(), "{line}: {ended:#?}");
        for w in words {
            assert!(ended.err.contains(w), "{line}: `{w}` is not in\n{}", ended.err);
        }
        assert_eq!(self.list(), before, "{line} left something behind");
        let machine = self.zirc(&format!("{line} --json"));
        assert_eq!(machine.code, code, "{line} --json");
        let value: Value = serde_json::from_str(&machine.out).unwrap();
        assert_eq!(value["ok"], false);
        assert_eq!(value["code"], code);
        assert!(value["error"]["message"].is_string());
        assert_eq!(self.list(), before, "{line} --json left something behind");
    }
}

/// The first block of a page of the guide with this language.
pub(crate) fn block<'p>(page: &'p str, language: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// Runs zirc in a folder.
pub(crate) fn zirc_in(folder: &Path, line: &str) -> Ended {
    ended_in(folder, line, None)
}

fn ended_in(folder: &Path, line: &str, variable: Option<(&str, &str)>) -> Ended {
    let mut command = assert_cmd::Command::cargo_bin("zirc").unwrap();
    command
        .current_dir(folder)
        .args(line.split_whitespace().map(|arg| arg.replace('␣', " ")))
        .envs(variable);
    let out = command.output().unwrap();
    Ended {
        code: out.status.code().unwrap(),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    }
}

/// A folder of the repository.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}
