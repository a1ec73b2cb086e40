//! Constants as fields of the circuit's parameters.

use super::{Weight, group};
use crate::context::{Converter, Operand, Visibility, tensor_type};
use crate::fault::{Fault, Import, refuse};
use crate::quantize::fixed::power_of_two;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use zirc_compiler::Ratio;
use zirc_compiler::session::{Known, type_text};

impl Converter<'_> {
    /// Integers that are part of the program whatever the weights' visibility is: places, not
    /// parameters of the model.
    pub(crate) fn raw_constant(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
    ) -> Import<Operand> {
        self.raw(hint, shape, raw, scale, Visibility::Const)
    }

    /// A constant given by its integers.
    pub(crate) fn raw_weight(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
    ) -> Import<Operand> {
        self.raw(hint, shape, raw, scale, self.visibility)
    }

    fn raw(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
        seen: Visibility,
    ) -> Import<Operand> {
        let (Some(lo), Some(hi)) = (raw.iter().min(), raw.iter().max()) else {
            return refuse(format!("`{hint}` has no elements"));
        };
        if raw.iter().any(|v| v.to_i64().is_none()) {
            return refuse(format!("`{hint}` does not fit 64-bit integers once quantized"));
        }
        // Room for every value of the width, so that retrained weights keep the type.
        let all = whole(lo, hi);
        self.typed_weight(hint, shape, raw, scale, all, seen)
    }

    /// Places among `size` elements: their type says that they are in range.
    pub(crate) fn places(
        &mut self,
        hint: &str,
        shape: &[usize],
        list: &[usize],
        size: usize,
    ) -> Import<Operand> {
        let raw = list.iter().map(|v| BigInt::from(*v)).collect();
        let last = BigInt::from(size.saturating_sub(1));
        let all = (BigInt::zero(), last);
        self.typed_weight(hint, shape, raw, &power_of_two(0), all, Visibility::Const)
    }

    pub(in crate::context) fn typed_weight(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
        (low, high): (BigInt, BigInt),
        seen: Visibility,
    ) -> Import<Operand> {
        let (Some(lo), Some(hi)) = (raw.iter().min().cloned(), raw.iter().max().cloned()) else {
            return refuse(format!("`{hint}` has no elements"));
        };
        let ty = type_text(&low, &high, scale);
        // Beside private weights, what is no parameter of the model stays a constant.
        let fixed = self.visibility != Visibility::Const && seen == Visibility::Const;
        let same = |w: &&Weight| w.fixed == fixed && w.shape == shape && w.ty == ty && w.raw == raw;
        let known = Known { shape: shape.to_vec(), fix: Some((lo, hi, scale.clone())) };
        let known = match seen {
            Visibility::Const => known,
            Visibility::Private | Visibility::Committed => {
                Known { fix: Some((low, high, scale.clone())), ..known }
            }
        };
        let name = match self.weights.iter().find(same) {
            Some(w) => w.name.clone(),
            None => {
                let name = self.names.fresh_weight(hint);
                match seen {
                    Visibility::Const => {
                        let field = (group(fixed), name.as_str());
                        self.session.constant(field, shape, raw.clone(), scale);
                    }
                    Visibility::Private | Visibility::Committed => {
                        let declared =
                            self.session.field(group(fixed), &name, &tensor_type(&ty, shape));
                        declared.map_err(|r| Fault::new(format!("`{hint}`: {}", r.message)))?;
                    }
                }
                let (shape, rounded) = (shape.to_vec(), None);
                let w = Weight { name: name.clone(), shape, raw, ty, fixed, rounded };
                self.weights.push(w);
                name
            }
        };
        let text = format!("{}.{name}", group(fixed));
        let element = crate::tensor::Element::Float;
        Ok(Operand::variable(text, String::new(), element, known))
    }
}

/// The full range of the width that holds `lo..=hi`.
fn whole(lo: &BigInt, hi: &BigInt) -> (BigInt, BigInt) {
    let bits = zirc_compiler::type_bits(lo, hi).max(1);
    let one = BigInt::from(1);
    if lo.is_negative() {
        let half = &one << (bits - 1);
        (-half.clone(), half - 1)
    } else {
        (BigInt::zero(), (&one << bits) - 1)
    }
}
