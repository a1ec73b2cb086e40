//! A tensor with its padding around it.

use super::window::Window;
use crate::context::{Converter, Operand, each};
use crate::fault::Import;

/// x with `value` around it: as much before each spatial dimension as the window says, and `behind`.
pub(super) fn framed(
    c: &mut Converter<'_>,
    w: &Window,
    x: &Operand,
    behind: &[usize],
    value: &str,
) -> Import<Operand> {
    let order = match (w.before.as_slice(), behind) {
        ([a, b], [c, d]) => vec![*a, *c, *b, *d],
        (a, b) => [a, b].concat(),
    };
    let order: Vec<String> = order.iter().map(usize::to_string).collect();
    let order = order.join(", ");
    let text = match w.rank() {
        1 => each(&x.shape[..2], |at| {
            format!("pad_constant::<{order}>({}[{}], {value})", x.text, at.join(", "))
        }),
        d => each(&x.shape[..1], |at| {
            format!("pad_constant_{d}d::<{order}>({}[{}], {value})", x.text, at[0])
        }),
    };
    c.local(&format!("{}_padded", x.text), &text)
}
