//! A challenge and its powers.

use super::emit::{self, one, read};
use crate::draft::{Constraint, Draft, Form};
use zirc_circuit::{Access, Category, Kind, Lin, Op, OriginId, TensorId, Width};

/// Powers of a challenge, from 1 on.
pub(super) struct Powers {
    pub(super) tensor: TensorId,
}

impl Powers {
    /// Draws a challenge and makes so many powers of it: ρ^(2^i + j) = ρ^(2^i)·ρ^j for 1 ≤ j ≤ 2^i.
    pub(super) fn draw(d: &mut Draft, len: usize, origin: OriginId) -> Powers {
        let rho = emit::variable(d, &[], Kind::Challenge, None, Op::Challenge, origin);
        let mut parts = vec![(TensorId::ONE, 1), (rho, 1)];
        let mut known = 2;
        while known < len {
            // From the first to the highest: `half` of them.
            let half = known - 1;
            let count = half.min(len - known);
            let low = Powers::listed(d, &parts, half + 1, origin);
            let own = [count];
            let mut each = read(low, &own, &[], &[1]);
            each.src_access.offset = 1;
            let mut highest = read(low, &own, &[], &[0]);
            highest.src_access.offset = half as i64;
            let (a, b) = (one(d, each), one(d, highest));
            let op = Op::Mul(a.clone(), b.clone());
            let next = emit::variable(d, &own, Kind::Response, None, op, origin);
            let c = one(d, read(next, &own, &[], &[1]));
            let (shape, form) = (own.to_vec(), Form::Product(a, b, c));
            let category = Category::Product;
            d.constraints.push(Constraint { shape, form, category, origin });
            parts.push((next, count));
            known += count;
        }
        Powers { tensor: Powers::listed(d, &parts, known, origin) }
    }

    /// Parts one behind the other.
    fn listed(
        d: &mut Draft,
        parts: &[(TensorId, usize)],
        len: usize,
        origin: OriginId,
    ) -> TensorId {
        let mut at = 0;
        let terms = parts.iter().map(|&(src, count)| {
            let dst = Access { offset: at, strides: vec![1] };
            at += count as i64;
            read(src, &[count], &[], &[1]).to(dst)
        });
        let lin = Lin { terms: terms.collect(), width: Width::Field };
        emit::derived(d, vec![len], lin, None, origin)
    }

    /// Over these indices, the power that strides and an offset say.
    pub(super) fn at(&self, free: &[usize], strides: &[i64], offset: i64) -> Lin {
        let mut term = read(self.tensor, free, &[], strides);
        term.src_access.offset = offset;
        Lin { terms: vec![term], width: Width::Field }
    }
}
