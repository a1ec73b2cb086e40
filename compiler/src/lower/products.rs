//! Sums of products of two unknowns, proved as sums.
//!
//! y[m, n] = Σ_k a[m, k]·b[n, k] with a and b unknown is a constraint for each product as it is written.
//! Where nothing reads a product but sums, the sums can be proved without it:
//!
//! - [`packed`]: several sums in one number, a product for each number; in both modes;
//! - [`random`]: all columns of y at once, at a random point; with a commitment round.
//!
//! Whatever wrote the products, a fully connected layer, a convolution, the scores of attention or a
//! loop of a program, is found by its index maps alone ([`shape`]): some indices go to a only, some to b
//! only, some to both, and some of all are summed over. [`plan`] takes what is predicted to be cheapest.
//! First every reader reads sums ([`sums`]), which changes nothing and is compared as a pass is; then the
//! products go, and the sums are variables that the constraints of a strategy pin. [`check`] reads those
//! again to see that they do.

mod bounds;
mod check;
mod column;
mod emit;
mod packed;
mod plan;
mod powers;
mod random;
mod shape;
mod sums;

use super::{How, Stage};
use crate::draft::Draft;
use crate::options::{Products, Round};
use check::Claim;
#[cfg(test)]
pub(crate) use check::trials;
use plan::Plan;
use powers::Powers;
use shape::Shape;
use zirc_circuit::TensorId;

/// Most bits that a packed number may take: it stays below the field's order, 2^253.5.
pub(crate) const ROOM: usize = 252;

/// A draft whose products are about to be replaced.
struct Stages {
    /// Readers of products read sums of them; nothing else has changed.
    summed: Draft,
    /// Sums are variables that hold without their products.
    proved: Draft,
}

/// A sum that is to be proved, and how.
struct Sum {
    shape: Shape,
    /// Products.
    product: TensorId,
    /// Sums: [z, m, n].
    tensor: TensorId,
    plan: Plan,
}

/// What replaces products, with what is claimed of it.
struct Replaced {
    stages: Stages,
    products: Vec<TensorId>,
    claims: Vec<Claim>,
}

/// Proves sums of products without the products where that is cheaper, or as it is wanted.
pub(crate) fn apply(d: &Draft, how: &How) -> Result<Vec<Stage>, String> {
    let Some(Replaced { stages, products, claims }) = replace(d, how.round, how.products)? else {
        return Ok(vec![]);
    };
    let Stages { summed, proved } = &stages;
    check::accounts_for(summed, proved, &products, &claims)?;
    claims.iter().try_for_each(|c| check::shows(summed, proved, c))?;
    Ok(vec![Stage::Reworded(stages.summed), Stage::Proved(stages.proved)])
}

/// For each block of products the interval that constraints hold its sums to, if they do, whatever the sums
/// are.
fn held(d: &Draft, found: &[sums::Found]) -> Vec<Option<bounds::Interval>> {
    let mut summed = d.clone();
    let add = |(shape, readers): &sums::Found| {
        let tensor = sums::add(&mut summed, shape);
        sums::read(&mut summed, shape, readers, tensor);
        summed.free(tensor);
        tensor
    };
    let tensors: Vec<TensorId> = found.iter().map(add).collect();
    let mut all = bounds::held(&summed, &tensors.iter().copied().collect());
    tensors.iter().map(|t| all.remove(t)).collect()
}

fn replace(d: &Draft, round: Round, wanted: Option<Products>) -> Result<Option<Replaced>, String> {
    let found = sums::candidates(d);
    let held = held(d, &found);
    let planned = found.into_iter().zip(held).filter_map(|((shape, readers), held)| {
        let (shape, plan) = plan::choose(d, &shape, held, round, wanted)?;
        Some((shape, readers, plan))
    });
    let planned: Vec<_> = planned.collect();
    if planned.is_empty() {
        return Ok(None);
    }
    let mut summed = d.clone();
    let mut all = vec![];
    for (shape, readers, plan) in planned {
        let tensor = sums::add(&mut summed, &shape);
        sums::read(&mut summed, &shape, &readers, tensor);
        all.push(Sum { product: shape.product, shape, tensor, plan });
    }
    all.iter_mut().for_each(|s: &mut Sum| s.shape.refresh(&summed));
    let mut proved = summed.clone();
    sums::release(&mut proved, &all);
    let length = all.iter().filter_map(|s| s.plan.powers()).max();
    let powers = length.map(|n| {
        let own = |s: &Sum| {
            let (origin, category) = (s.shape.origin, s.shape.category);
            s.plan.powers().map(|n| proved.users_of_many(origin, category, n))
        };
        let users = all.iter().filter_map(own).flatten().collect();
        let origin = proved.share(users);
        Powers::draw(&mut proved, n, origin)
    });
    let mut claims = vec![];
    for s in &all {
        claims.push(match (&s.plan, &powers) {
            (Plan::Packed(p), _) => packed::emit(&mut proved, s, p),
            (Plan::Random(r, p), Some(powers)) => {
                random::emit(&mut proved, s, r, p.as_ref(), powers)
            }
            (Plan::Random(..), None) => return Err("a random check without a challenge".into()),
        });
    }
    let products = all.iter().map(|s| s.product).collect();
    Ok(Some(Replaced { stages: Stages { summed, proved }, products, claims }))
}
