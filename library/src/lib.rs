//! The reference of the standard library: a page in the guide for each module, and the table of what
//! its functions cost; and the page on the codes of diagnostics.
//!
//! Everything comes from where it is said already: names, signatures and documentation from the library's text,
//! costs and codes from the compiler. What instances costs are measured at is said in `stdlib/costs.zirc`.
//! `cargo run -q -p zirc-library` writes all files; a test compares them with what is committed.

mod codes;
mod costs;
mod differ;
mod formula;
mod instances;
mod items;
mod layers;
mod pages;
mod table;

pub use differ::{differences, stale};
pub use instances::{INSTANCES, Instances};
pub use items::public_items;

use std::path::{Path, PathBuf};
use zirc_pages::{Item, Row};

/// The command that writes all files.
pub const COMMAND: &str = "cargo run -q -p zirc-library";

/// A file of the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// From the root of the repository.
    pub path: String,
    /// What it should hold.
    pub text: String,
}

/// The library with its costs.
#[derive(Clone, Debug)]
pub struct Library {
    /// Public items, by modules in alphabetical order.
    pub items: Vec<Item>,
    /// Costs in the order of items, and for each in that of `stdlib/costs.zirc`.
    pub rows: Vec<Row>,
    /// Functions that have no cost, and why.
    pub without: Vec<(String, String)>,
}

impl Library {
    /// Reads the instances and measures each.
    ///
    /// # Errors
    /// Everything that is wrong, a line each: items without documentation, functions without an
    /// instance, instances that do not compile.
    pub fn read(root: &Path) -> Result<Library, Vec<String>> {
        let items = public_items();
        let path = root.join(INSTANCES);
        let text = std::fs::read_to_string(&path).map_err(|e| vec![format!("{INSTANCES}: {e}")])?;
        let instances = Instances::parse(&text)?;
        let mut problems = items::undocumented(&items);
        problems.extend(instances.problems(&items));
        if !problems.is_empty() {
            return Err(problems);
        }
        let rows = costs::measure(&text, &instances, &items)?;
        let without = instances.without.into_iter().map(|w| (w.item, w.reason)).collect();
        Ok(Library { items, rows, without })
    }

    /// All files as they should be.
    ///
    /// # Errors
    /// The guide's table of contents cannot be read, or a formula is not what a layer costs.
    pub fn files(&self, root: &Path) -> Result<Vec<File>, Vec<String>> {
        let mut files = vec![File { path: table::PATH.into(), text: table::csv(&self.rows) }];
        files.extend(pages::modules(self));
        files.push(pages::index(self));
        files.push(codes::page());
        files.push(layers::page()?);
        let summary = std::fs::read_to_string(root.join(pages::SUMMARY))
            .map_err(|e| vec![format!("{}: {e}", pages::SUMMARY)])?;
        files.push(File { path: pages::SUMMARY.into(), text: pages::summary(self, &summary)? });
        Ok(files)
    }
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs something with the room that the compiler needs for deep expressions.
pub fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(256 << 20);
        let started = builder.spawn_scoped(scope, work);
        match started.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(value)) => value,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(e) => panic!("no thread to work in: {e}"),
        }
    })
}
