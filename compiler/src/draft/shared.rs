//! What several asked for, and who they are: so that a report charges all of them and not the first alone.

use super::Draft;
use std::collections::BTreeMap;
use zirc_circuit::{Category, Origin, OriginId, User};

/// Origins of what is shared; their ids come behind those of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    /// Number of the program's origins.
    first: usize,
    users: Vec<Vec<User>>,
}

impl Shared {
    /// Behind so many origins of a program.
    pub(super) fn behind(first: usize) -> Shared {
        Shared { first, users: vec![] }
    }

    fn of(&self, origin: OriginId) -> Option<&[User]> {
        let k = (origin.0 as usize).checked_sub(self.first)?;
        self.users.get(k).map(Vec::as_slice)
    }

    /// The program's origins and those of what is shared, which say where the first of its users asked.
    pub(crate) fn with(&self, origins: &[Origin]) -> Vec<Origin> {
        let shared = self.users.iter().filter_map(|users| {
            let first = origins.get(users.first()?.origin.0 as usize)?;
            Some(Origin { users: users.clone(), ..first.clone() })
        });
        origins.iter().cloned().chain(shared).collect()
    }
}

impl Draft {
    /// Those that asked for what comes from an origin: its users, or itself.
    pub(crate) fn users(&self, origin: OriginId, category: Category) -> Vec<User> {
        match self.shared.of(origin) {
            Some(users) => users.to_vec(),
            None => vec![User { origin, category, times: 1 }],
        }
    }

    /// The same for what was asked for `times` times in all.
    pub(crate) fn users_of_many(
        &self,
        origin: OriginId,
        category: Category,
        times: usize,
    ) -> Vec<User> {
        let mut users = self.users(origin, category);
        let all: u64 = users.iter().map(|u| u64::from(u.times)).sum();
        for u in &mut users {
            let own = times as u64 * u64::from(u.times) / all.max(1);
            u.times = u32::try_from(own).unwrap_or(u32::MAX).max(1);
        }
        users
    }

    /// The origin of what all of these asked for: a new one, unless all of them are the same.
    pub(crate) fn share(&mut self, users: Vec<User>) -> OriginId {
        let mut known: BTreeMap<(OriginId, Category), u32> = BTreeMap::new();
        let mut order: Vec<(OriginId, Category)> = vec![];
        for u in users {
            let times = known.entry((u.origin, u.category)).or_insert_with(|| {
                order.push((u.origin, u.category));
                0
            });
            *times = times.saturating_add(u.times);
        }
        let first = order.first().map_or(OriginId(0), |u| u.0);
        if order.iter().all(|u| u.0 == first) {
            return first;
        }
        let user = |&(origin, category): &(OriginId, Category)| User {
            origin,
            category,
            times: known[&(origin, category)],
        };
        self.shared.users.push(order.iter().map(user).collect());
        OriginId((self.shared.first + self.shared.users.len() - 1) as u32)
    }

    /// Says that a tensor comes from elsewhere than it was made.
    pub(crate) fn attribute(&mut self, tensor: zirc_circuit::TensorId, origin: OriginId) {
        self.tensors[tensor.0 as usize].origin = origin;
    }
}
