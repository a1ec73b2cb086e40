//! Small instances of generic functions: for functions that nothing calls, and for counterexamples
//! that a large instance hides.

use crate::elaborate::{Elaborator, Res, source_span};
use crate::instances::{Given, Instance, Unknown};
use crate::types::{GenericValue, ItemId, Scalar, Type};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Int;
use zirc_grammar::ast::{Function, GenericKind, ItemKind};

/// Combinations of generic arguments that are tried for one function.
const TRIED: usize = 256;

/// Instances of a function at small sizes and types, the smallest first; the `where` conditions are
/// judged when one is elaborated.
pub(crate) fn samples(e: &mut Elaborator<'_>, id: ItemId) -> Vec<Instance> {
    let world = e.world;
    let ItemKind::Fn(f) = &world.item(id).kind else { return vec![] };
    let mut combinations: Vec<Vec<GenericValue>> = vec![vec![]];
    for g in &f.generics {
        let values: Vec<GenericValue> = match g.kind {
            GenericKind::Nat => [2, 3, 1, 4, 8].map(|n| GenericValue::Nat(Int::from(n))).to_vec(),
            GenericKind::Num => [
                Scalar::fixed(true, 4, 0),
                Scalar::fixed(false, 4, 0),
                Scalar::int(-5, 9),
                Scalar::fixed(true, 8, 4),
                Scalar::Field,
            ]
            .map(GenericValue::Num)
            .to_vec(),
        };
        combinations = combinations
            .iter()
            .flat_map(|c| {
                values.iter().map(|v| c.iter().cloned().chain([v.clone()]).collect::<Vec<_>>())
            })
            .take(TRIED)
            .collect();
    }
    combinations.into_iter().filter_map(|g| instance(e, id, f, g)).collect()
}

/// One instance with every argument unknown; `None` if a type leaves something open.
fn instance(
    e: &mut Elaborator<'_>,
    id: ItemId,
    f: &Function,
    generics: Vec<GenericValue>,
) -> Option<Instance> {
    let names = f.generics.iter().map(|g| g.name.name.clone());
    let map: BTreeMap<String, GenericValue> = names.zip(generics.iter().cloned()).collect();
    let name = e.instance_name(f, &map);
    let types = e
        .in_module(id.0, map, |e| {
            f.params.iter().map(|p| e.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })
        .ok()?;
    let args = types.iter().map(|t| given(e, t)).collect::<Option<Vec<_>>>()?;
    let key = Instance::key_of(id, &generics, &args);
    let calls = vec![(name.clone(), source_span(f.name.span))];
    let generics = Rc::new(generics);
    Some(Instance { id, generics, args, loops: vec![], name, key, calls })
}

fn given(e: &mut Elaborator<'_>, t: &Type) -> Option<Given> {
    Some(match t {
        Type::Num { elem: Some(scalar), dims } => {
            let shape = dims.iter().copied().collect::<Option<Vec<_>>>()?;
            Given::Unknown(Unknown { scalar: scalar.clone(), shape, channels: None })
        }
        Type::Tuple(parts) => {
            Given::Tuple(parts.iter().map(|t| given(e, t)).collect::<Option<_>>()?)
        }
        Type::Struct(id, args) => {
            let fields = e.field_types(*id, args).ok()?;
            let parts = fields.iter().map(|(_, t)| given(e, t)).collect::<Option<_>>()?;
            Given::Struct(*id, args.clone(), parts)
        }
        _ => return None,
    })
}
