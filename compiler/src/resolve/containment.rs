//! Types that contain themselves: no value of one could ever be written down.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use zirc_grammar::ast::{ItemKind, Span, Type, TypeKind};

/// Refuses structs and type aliases that lead back to themselves, whatever their generic arguments:
/// types know no condition that could end it.
pub(super) fn check(world: &World, errors: &mut Vec<Diagnostic>) {
    let mut known: Vec<Vec<State>> =
        world.modules.iter().map(|m| vec![State::New; m.ast.items.len()]).collect();
    for (m, module) in world.modules.iter().enumerate() {
        for k in 0..module.ast.items.len() {
            visit(world, (m, k), &mut known, errors);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Goes through all types that one contains, without recursion: programs may be long chains.
fn visit(world: &World, start: ItemId, known: &mut [Vec<State>], errors: &mut Vec<Diagnostic>) {
    if known[start.0][start.1] != State::New {
        return;
    }
    known[start.0][start.1] = State::Open;
    let mut path = vec![(start, contained(world, start))];
    while let Some((id, rest)) = path.last_mut() {
        let id = *id;
        let Some((next, span)) = rest.pop() else {
            known[id.0][id.1] = State::Done;
            path.pop();
            continue;
        };
        match known[next.0][next.1] {
            State::Done => {}
            State::New => {
                known[next.0][next.1] = State::Open;
                path.push((next, contained(world, next)));
            }
            State::Open => {
                let from = path.iter().position(|(i, _)| *i == next).unwrap_or(0);
                let mut names: Vec<&str> = path[from..].iter().map(|p| world.name(p.0)).collect();
                names.push(world.name(next));
                let title = format!("type `{}` contains itself", world.name(next));
                let d = Diagnostic::error("E0106", span, title).say(names.join(" → "));
                errors.push(d.help("a type has a size: it cannot hold a value of its own type"));
            }
        }
    }
}

/// The named types that stand in a struct or an alias, each with its place.
fn contained(world: &World, id: ItemId) -> Vec<(ItemId, Span)> {
    let mut open: Vec<&Type> = match &world.item(id).kind {
        ItemKind::Struct { fields, .. } => fields.iter().map(|(_, t)| t).collect(),
        ItemKind::TypeAlias { ty, .. } => vec![ty],
        _ => vec![],
    };
    let mut all = vec![];
    while let Some(t) = open.pop() {
        match &t.kind {
            TypeKind::Tuple(parts) => open.extend(parts),
            TypeKind::Tensor { elem, .. } => open.push(elem),
            TypeKind::Path(p) => {
                all.extend(world.lookup(id.0, &p.segments).map(|to| (to, t.span)));
            }
            _ => {}
        }
    }
    all
}
