//! What kind of index each dimension of a product is.

use crate::draft::{Constraint, Draft, Form};
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Category, Kind, Lin, OriginId, TensorId, Term, Weight};

/// A block of products p(e) = a(e)·b(e), and which dimensions of e are what.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// p.
    pub(super) product: TensorId,
    pub(super) a: Lin,
    pub(super) b: Lin,
    pub(super) dims: Vec<usize>,
    /// For each dimension.
    pub(super) roles: Vec<Role>,
    /// Whether a and b are those of the block exchanged.
    turned: bool,
    pub(super) category: Category,
    pub(super) origin: OriginId,
}

/// What an index does in y[z, m, n] = Σ_k a[z, m, k]·b[z, n, k].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Goes to a, b and y (z).
    Batch,
    /// Goes to a and y (m).
    Row,
    /// Goes to b and y (n).
    Column,
    /// Is summed over (k).
    Summed,
}

/// The place of a dimension of one of the roles.
pub(super) struct Axis {
    /// In the block.
    pub(super) dim: usize,
    pub(super) extent: usize,
}

impl Shape {
    /// Reads a constraint as products that are variables of their own, over indices of which `summed` are
    /// summed over.
    pub(super) fn of(d: &Draft, c: &Constraint, summed: &[bool]) -> Option<Shape> {
        let Form::Product(a, b, _) = &c.form else { return None };
        let product = product(d, c)?;
        if a.terms.iter().chain(&b.terms).any(|t| !in_order(t, &c.shape)) {
            return None;
        }
        let role = |k: usize| match (summed[k], goes_to(a, k), goes_to(b, k)) {
            _ if c.shape[k] == 1 => Role::Batch,
            (true, ..) => Role::Summed,
            (false, true, false) => Role::Row,
            (false, false, true) => Role::Column,
            (false, ..) => Role::Batch,
        };
        Some(Shape {
            product,
            a: a.clone(),
            b: b.clone(),
            dims: c.shape.clone(),
            roles: (0..c.shape.len()).map(role).collect(),
            turned: false,
            category: c.category,
            origin: c.origin,
        })
    }

    /// With a and b, rows and columns exchanged.
    pub(super) fn transposed(&self) -> Shape {
        let swap = |r: &Role| match r {
            Role::Row => Role::Column,
            Role::Column => Role::Row,
            other => *other,
        };
        let roles = self.roles.iter().map(swap).collect();
        let (a, b) = (self.b.clone(), self.a.clone());
        Shape { a, b, roles, turned: !self.turned, ..self.clone() }
    }

    /// What a and b are by now, after what they read may read sums of other products.
    pub(super) fn refresh(&mut self, d: &Draft) {
        let mut all = d.constraints.iter().filter(|c| product(d, c) == Some(self.product));
        if let Some(Form::Product(a, b, _)) = all.next().map(|c| &c.form) {
            let (a, b) = if self.turned { (b, a) } else { (a, b) };
            (self.a, self.b) = (a.clone(), b.clone());
        }
    }

    /// The dimensions of a role, in order.
    pub(super) fn axes(&self, role: Role) -> Vec<Axis> {
        let all = self.roles.iter().zip(&self.dims).enumerate();
        all.filter(|(_, (r, _))| **r == role)
            .map(|(dim, (_, &extent))| Axis { dim, extent })
            .collect()
    }

    /// How many indices a role has.
    pub(super) fn count(&self, role: Role) -> usize {
        self.axes(role).iter().map(|a| a.extent).product()
    }

    /// Numbers of z, m, n and k.
    pub(super) fn sizes(&self) -> [usize; 4] {
        [Role::Batch, Role::Row, Role::Column, Role::Summed].map(|r| self.count(r))
    }

    /// For each dimension of the block, its stride in a tensor with these roles one behind the other, each
    /// with its dimensions in order; 0 for other roles.
    pub(super) fn strides(&self, roles: &[Role]) -> Vec<i64> {
        let mut strides = vec![0; self.dims.len()];
        let mut step = 1;
        for role in roles.iter().rev() {
            for axis in self.axes(*role).iter().rev() {
                strides[axis.dim] = step;
                step *= axis.extent as i64;
            }
        }
        strides
    }
}

/// The products of a block, if they are nothing but variables.
pub(super) fn product(d: &Draft, c: &Constraint) -> Option<TensorId> {
    let Form::Product(a, b, out) = &c.form else { return None };
    let [t] = out.terms.as_slice() else { return None };
    let tensor = d.tensor(t.src);
    let own = !a.terms.iter().chain(&b.terms).any(|x| x.src == t.src);
    let all = tensor.kind == Kind::Witness && tensor.shape == c.shape && own;
    (all && *t == Term::whole(t.src, &c.shape)).then_some(t.src)
}

fn in_order(t: &Term, shape: &[usize]) -> bool {
    t.free == shape && t.dst == Access { offset: 0, strides: row_major(shape) }
}

/// Whether what a side reads changes along a dimension.
fn goes_to(side: &Lin, dim: usize) -> bool {
    side.terms.iter().any(|t| {
        let weight = match &t.weight {
            Weight::Scalar(_) => 0,
            Weight::Tensor { access, .. } => access.strides[dim],
        };
        t.src_access.strides[dim] != 0 || weight != 0
    })
}
