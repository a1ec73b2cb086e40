//! From the nodes of a file to trees whose children come behind their parents.
//!
//! Branches may share what is below them, as those of one category after the other do: such a graph
//! is read once, not once for each path.

use super::ensemble::{Place, Raw, Step, Test};
use crate::fault::{Import, refuse};
use std::collections::BTreeMap;

/// Walks a tree from its root; `seen` notes the nodes that were walked.
pub(super) fn walk(
    root: usize,
    nodes: &[Raw],
    leaves: &[(usize, f64)],
    seen: &mut [bool],
) -> Import<Vec<Step>> {
    let (order, shared) = order(root, nodes)?;
    for k in &order {
        if let Some(seen) = seen.get_mut(*k) {
            *seen = true;
        }
    }
    if shared { Ok(tidy(graph(&order, nodes, leaves)?)) } else { tree(root, nodes, leaves) }
}

/// The nodes below a root, each before those below it, and whether one can be reached in two ways.
fn order(root: usize, nodes: &[Raw]) -> Import<(Vec<usize>, bool)> {
    enum Visit {
        Into(usize),
        OutOf(usize),
    }
    let mut shared = false;
    let mut done: BTreeMap<usize, bool> = BTreeMap::new();
    let (mut open, mut order) = (vec![Visit::Into(root)], vec![]);
    while let Some(visit) = open.pop() {
        let k = match visit {
            Visit::OutOf(k) => {
                done.insert(k, true);
                order.push(k);
                continue;
            }
            Visit::Into(k) => k,
        };
        match done.get(&k) {
            Some(true) => shared = true,
            Some(false) => return refuse(format!("node {k} is below itself: it is no tree")),
            None => {
                let Some(node) = nodes.get(k) else {
                    return refuse(format!("there is no node {k}"));
                };
                done.insert(k, false);
                open.push(Visit::OutOf(k));
                let Raw::Branch { yes, no, .. } = node else { continue };
                for child in [no, yes] {
                    if let Place::Node(c) = child {
                        open.push(Visit::Into(*c));
                    }
                }
            }
        }
    }
    order.reverse();
    Ok((order, shared))
}

fn leaf(leaves: &[(usize, f64)], k: usize) -> Import<Step> {
    match leaves.get(k) {
        Some(l) => Ok(Step::Leaf(vec![*l])),
        None => refuse(format!("there is no leaf {k}")),
    }
}

/// A tree, in which every node has one parent.
fn tree(root: usize, nodes: &[Raw], leaves: &[(usize, f64)]) -> Import<Vec<Step>> {
    let mut steps: Vec<Option<Step>> = vec![None];
    let mut open = vec![(Place::Node(root), 0)];
    while let Some((place, at)) = open.pop() {
        let step = match place {
            Place::Leaf(k) => leaf(leaves, k)?,
            Place::Node(k) => match nodes.get(k) {
                None => return refuse(format!("there is no node {k}")),
                Some(Raw::Leaf(values)) => Step::Leaf(values.clone()),
                Some(Raw::Branch { feature, test, yes, no }) => {
                    let next = steps.len();
                    steps.extend([None, None]);
                    open.push((*no, next + 1));
                    open.push((*yes, next));
                    let (feature, test) = (*feature, test.clone());
                    Step::Branch { feature, test, yes: next, no: next + 1 }
                }
            },
        };
        steps[at] = Some(step);
    }
    Ok(steps.into_iter().flatten().collect())
}

/// Nodes in an order in which each comes before those below it, one step for each.
fn graph(order: &[usize], nodes: &[Raw], leaves: &[(usize, f64)]) -> Import<Vec<Step>> {
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(at, k)| (*k, at)).collect();
    let mut steps = vec![];
    let mut behind = vec![];
    let mut child = |p: &Place| match p {
        Place::Node(k) => Ok(place.get(k).copied().unwrap_or(0)),
        Place::Leaf(k) => {
            behind.push(leaf(leaves, *k)?);
            Ok(order.len() + behind.len() - 1)
        }
    };
    for k in order {
        steps.push(match nodes.get(*k) {
            Some(Raw::Branch { feature, test, yes, no }) => {
                let (yes, no) = (child(yes)?, child(no)?);
                Step::Branch { feature: *feature, test: test.clone(), yes, no }
            }
            Some(Raw::Leaf(values)) => Step::Leaf(values.clone()),
            None => return refuse(format!("there is no node {k}")),
        });
    }
    steps.extend(behind);
    Ok(steps)
}

/// The numbers of a test for one of several, and whether it asks for one of them or for none.
fn members(t: &Test) -> Option<(&[f64], bool)> {
    match t {
        Test::Equal(_) | Test::Member(_) => Some((t.values(), true)),
        Test::Unequal(_) => Some((t.values(), false)),
        _ => None,
    }
}

/// Most numbers that are moved to the sets of others.
const MOVED: usize = 1 << 20;

/// Branches that ask one feature for one number after the other and then go to the same place are one
/// that asks for any of them.
fn tidy(mut steps: Vec<Step>) -> Vec<Step> {
    let mut parents = vec![0usize; steps.len()];
    for s in &steps {
        if let Step::Branch { yes, no, .. } = s {
            parents[*yes] += 1;
            parents[*no] += 1;
        }
    }
    let mut left = MOVED;
    for k in 0..steps.len() {
        let alone = k > 0 && parents[k] == 0;
        let Some((feature, set, found, mut other)) = asks(&steps[k]).filter(|_| !alone) else {
            continue;
        };
        let mut all = set.to_vec();
        while let Some((same, more, also, next)) = asks(&steps[other])
            && same == feature
            && found == also
            && more.len() <= left
        {
            left -= more.len();
            all.extend(more);
            // Its place among the parents of what follows is this one's, if nothing else leads to it.
            parents[other] -= 1;
            if parents[other] > 0 {
                parents[next] += 1;
            } else {
                parents[found] -= 1;
            }
            other = next;
        }
        if all.len() > set.len() {
            all.sort_by(f64::total_cmp);
            all.dedup();
            steps[k] = Step::Branch { feature, test: Test::Member(all), yes: found, no: other };
        }
    }
    needed(steps)
}

/// The feature and the numbers of a branch that asks for one of several, and where it goes if it finds
/// one and if not.
fn asks(s: &Step) -> Option<(usize, &[f64], usize, usize)> {
    let Step::Branch { feature, test, yes, no } = s else { return None };
    let (set, holds) = members(test)?;
    let (found, other) = if holds { (*yes, *no) } else { (*no, *yes) };
    Some((*feature, set, found, other))
}

/// The steps that the first one leads to.
fn needed(steps: Vec<Step>) -> Vec<Step> {
    let mut reached = vec![false; steps.len()];
    reached.iter_mut().take(1).for_each(|r| *r = true);
    for (k, s) in steps.iter().enumerate() {
        if let (true, Step::Branch { yes, no, .. }) = (reached[k], s) {
            (reached[*yes], reached[*no]) = (true, true);
        }
    }
    let place: Vec<usize> = reached
        .iter()
        .scan(0, |n, r| {
            let at = *n;
            *n += usize::from(*r);
            Some(at)
        })
        .collect();
    let kept = steps.into_iter().zip(&reached).filter(|(_, r)| **r).map(|(s, _)| match s {
        Step::Branch { feature, test, yes, no } => {
            Step::Branch { feature, test, yes: place[yes], no: place[no] }
        }
        leaf => leaf,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(feature: usize, test: Test, yes: usize, no: usize) -> Raw {
        Raw::Branch { feature, test, yes: Place::Node(yes), no: Place::Node(no) }
    }

    #[test]
    fn a_chain_of_categories_is_one_branch() {
        let nodes: Vec<Raw> = (0..40)
            .map(|k| branch(0, Test::Equal(k as f64), 40, k + 1 + usize::from(k == 39)))
            .chain([Raw::Leaf(vec![(0, 1.0)]), Raw::Leaf(vec![])])
            .collect();
        let mut seen = vec![false; nodes.len()];
        let steps = walk(0, &nodes, &[], &mut seen).unwrap();
        let set = (0..40).map(|k| k as f64).collect();
        assert_eq!(steps.len(), 3);
        let Step::Branch { test, yes, no, .. } = &steps[0] else { panic!("{steps:?}") };
        assert_eq!(*test, Test::Member(set));
        assert_eq!((&steps[*yes], &steps[*no]), (&Step::Leaf(vec![(0, 1.0)]), &Step::Leaf(vec![])));
        assert!(seen.iter().all(|s| *s));
    }

    #[test]
    fn what_is_shared_is_read_once() {
        // Each level's branches share both of their children: 2^60 paths.
        let nodes: Vec<Raw> = (0..60)
            .flat_map(|l| {
                let next = 2 * l + 2;
                [0, 1].map(|f| branch(f, Test::AtMost(l as f64), next, next + 1))
            })
            .chain([Raw::Leaf(vec![(0, 1.0)]), Raw::Leaf(vec![])])
            .collect();
        let steps = walk(0, &nodes, &[], &mut vec![false; nodes.len()]).unwrap();
        assert_eq!(steps.len(), nodes.len() - 1);
        let below = |k: usize, s: &Step| match s {
            Step::Branch { yes, no, .. } => *yes > k && *no > k,
            Step::Leaf(_) => true,
        };
        assert!(steps.iter().enumerate().all(|(k, s)| below(k, s)));
    }

    #[test]
    fn a_cycle_is_refused() {
        let nodes = [
            branch(0, Test::AtMost(0.0), 1, 2),
            branch(0, Test::AtMost(1.0), 2, 0),
            Raw::Leaf(vec![]),
        ];
        let e = walk(0, &nodes, &[], &mut [false; 3]).unwrap_err();
        assert_eq!(e.message, "node 0 is below itself: it is no tree");
    }
}
