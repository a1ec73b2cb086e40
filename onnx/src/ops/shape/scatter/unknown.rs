//! Scattering to places that are not known: every element that an update might reach chooses.

use super::{Reduction, check_elements, check_nd, finish};
use crate::context::{Converter, Expr, Operand, each, index_name};
use crate::fault::Import;
use crate::ops::shape::gather::{indices, joined};
use crate::ops::shape::moves::{flatten, positions, reshape, strides};

/// ScatterElements along axis `k`: x, places and updates.
pub(super) fn elements(
    c: &mut Converter<'_>,
    k: usize,
    [x, i, u]: [&Operand; 3],
    r: Reduction,
) -> Import<()> {
    let hint = c.output_name(0).to_string();
    check_elements(&x.shape, &i.shape, k)?;
    let size = x.shape[k];
    let ids = indices(c, i, size)?;
    let text = each(&i.shape, |at| format!("one_hot::<{size}>({})", ids.at(at)));
    let hot = c.local(&format!("{}_hot", i.text), &text)?;
    // The lines along the axis, which then comes last.
    let mut others = i.shape.clone();
    others.remove(k);
    let line = c.names.fresh("line");
    let (step, along) = (index_name(others.len()), index_name(others.len() + 1));
    let text = each(&others, |at| {
        let with = |v: &str| {
            let mut all = at.to_vec();
            all.insert(k, v.into());
            all.join(", ")
        };
        let first = format!("for {along} < {size} {{ {}[{}] }}", x.text, with(&along));
        let old = Expr::atom(&*line).at(&[&along]);
        let new = r.of(&old, &u.expr().at(&[with(&step)]));
        format!(
            "fold {line} = {first}, {step} < {} {{ for {along} < {size} {{ \
             if {}[{}, {along}] {{ {new} }} else {{ {old} }} }} }}",
            i.shape[k],
            hot.text,
            with(&step)
        )
    });
    let lines = c.local(&format!("{}_lines", hint), &text)?;
    // Back to their places, among those that no update can reach.
    let all = flatten(c, x)?;
    let new = flatten(c, &lines)?;
    let inner = strides(&lines.shape);
    let outside: usize = x.shape.iter().product();
    let own = strides(&x.shape);
    let source = positions(&x.shape, |at| {
        let mut rest = at.to_vec();
        rest.remove(k);
        let reached = rest.iter().zip(&others).all(|(v, d)| v < d);
        rest.push(at[k]);
        let sum = |at: &[usize], steps: &[usize]| at.iter().zip(steps).map(|(v, s)| v * s).sum();
        let from: usize = sum(&rest, &inner);
        Some(if reached { outside + from } else { sum(at, &own) })
    });
    let source: Vec<usize> = source.into_iter().flatten().collect();
    finish(c, &all, &new, &source)
}

/// ScatterND at places that are not known.
pub(super) fn tuples(
    c: &mut Converter<'_>,
    x: &Operand,
    i: &Operand,
    u: &Operand,
    r: Reduction,
) -> Import<()> {
    let hint = c.output_name(0).to_string();
    let depth = check_nd(&x.shape, &i.shape)?;
    let ids = joined(c, i, &x.shape[..depth])?;
    let ids = flatten(c, &ids)?;
    let (size, width): (usize, usize) =
        (x.shape[..depth].iter().product(), x.shape[depth..].iter().product());
    let count = ids.shape[0];
    let hot = c.local(
        &format!("{}_hot", i.text),
        &each(&[count], |t| format!("one_hot::<{size}>({})", ids.at(t))),
    )?;
    let first = reshape(c, &format!("{}_rows", x.text), x, &[size, width])?;
    let rows = c.names.fresh("rows");
    let updates = reshape(c, &format!("{}_rows", u.text), u, &[count, width])?;
    let old = Expr::atom(&*rows).at(&["j", "k"]);
    let new = r.of(&old, &updates.expr().at(&["i", "k"]));
    let text = format!(
        "fold {rows} = {}, i < {count} {{ for j < {size}, k < {width} {{ \
         if {}[i, j] {{ {new} }} else {{ {old} }} }} }}",
        first.text, hot.text
    );
    let y = c.local(&hint, &text)?;
    let y = reshape(c, &hint, &y, &x.shape)?;
    c.alias(0, &y)
}
