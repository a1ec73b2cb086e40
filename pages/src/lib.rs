//! Pages about the functions of `.zirc` files, in Markdown: the standard library's in the guide, and those that
//! `zirc doc` writes of a program.
//!
//! Everything on them is said elsewhere: names, signatures and documentation in the text, costs by the compiler.
//!
//! ```
//! use zirc_compiler::{NoFiles, Project};
//! use zirc_pages::{costs, instances, items, section};
//!
//! let text = "/// The product of both.\npub fn times(x: i8, y: i8) -> _ { x * y }\n";
//! let project = Project::load("model.zirc", text, &mut NoFiles).unwrap();
//! let item = &items("model", text, |item| item.public)[0];
//! let rows: Vec<_> = instances(item, text)
//!     .iter()
//!     .flat_map(|i| zirc_pages::measure(&project, item, i, &mut NoFiles).unwrap())
//!     .collect();
//! let page = section(item) + &costs(&rows);
//! assert!(page.starts_with("\n## times\n\n```text\nfn times(x: i8, y: i8) -> _\n```\n\nThe product of both.\n"));
//! assert!(page.ends_with("| `times` | 1 | 1 | 0 | 1 | 1 | 1 | 0 | 1 product |\n"), "{page}");
//! ```

mod cost;
mod item;
mod page;
mod table;

pub use cost::{DEFAULT, Instance, Modes, Row, instances, measure};
pub use item::{Item, Kind, items, line_of, on_one_line};
pub use page::{plain, section};
pub use table::{CATEGORIES, costs, per_element};
