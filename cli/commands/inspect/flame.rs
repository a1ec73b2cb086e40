//! The tree of costs as a flame graph: a page of its own that can be zoomed and searched, and needs no network.

use super::calls::folded;
use crate::error::Error;
use crate::show::clean;
use crate::show::instance::short;
use inferno::flamegraph::color::{BasicPalette, Palette};
use inferno::flamegraph::{Direction, Options, from_lines};
use std::path::Path;
use zirc_circuit::report::Branch;

/// The picture, the circuit on top and what it is made of below, in its order. One hue of different brightness, which
/// people tell apart whatever colours they see; the same name has the same one.
pub(super) fn svg(root: &Branch, path: &Path) -> Result<Vec<u8>, Error> {
    let mut options = Options::default();
    options.colors = Palette::Basic(BasicPalette::Aqua);
    options.deterministic = true;
    options.direction = Direction::Inverted;
    options.flame_chart = true;
    options.title = format!("{}: where its constraints go", clean(&root.name));
    options.count_name = "constraints".into();
    options.name_type = "Layer or call:".into();
    let stacks = folded(root, short);
    let mut out = vec![];
    // The last line first is what a chart wants.
    from_lines(&mut options, stacks.lines().rev(), &mut out)
        .map_err(|e| Error::file(path, format!("there is nothing to draw: {e}")))?;
    Ok(out)
}
