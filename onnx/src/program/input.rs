//! The types of the circuit's inputs.

use crate::context::{Converter, Operand, tensor_type};
use crate::fault::Fault;
use crate::graph::{Input, show};
use crate::quantize::{Fixed, Range};
use crate::tensor::Element;
use num_traits::One;
use zirc_circuit::Int;
use zirc_compiler::Ratio;
use zirc_compiler::session::type_text;

/// Bits of a float input of which nothing is known, before the point.
const UNKNOWN_WHOLE: u32 = 3;
/// How far beyond what calibration saw of it an input of measurements may reach.
const BEYOND: f64 = 1.5;
/// What an input's type reaches at least where −∞ was seen, which becomes its least value: added to
/// scores that differ by less than 48, nothing is left of it after a softmax.
const BOTTOM: f64 = -64.0;

/// Declares an input: name and type.
pub(super) fn input(c: &mut Converter<'_>, i: &Input) -> Result<(String, String), Fault> {
    let name = c.names.fresh(&i.name);
    let element = match i.element {
        e if e.is_float() => match crate::ops::quantized::given(c.graph, &i.name) {
            Some(((lo, hi), step)) if !c.is_decided(&i.name) => {
                type_text(&Int::from(lo), &Int::from(hi), &step)
            }
            _ => float_input(c, i).to_string(),
        },
        Element::Bool => "bit".into(),
        e => {
            let (lo, hi) = e.limits().ok_or_else(|| Fault::new("holds no numbers"))?;
            type_text(&Int::from(lo), &Int::from(hi), &Ratio::one())
        }
    };
    let ty = tensor_type(&element, &i.shape);
    let declared = c.session.input(&name, &ty).and_then(|()| c.session.variable(&name));
    let known = declared.map_err(|r| Fault::new(r.message))?;
    let v = Operand::variable(name.clone(), i.name.clone(), i.element, known);
    c.values.insert(i.name.clone(), v);
    Ok((name, ty))
}

/// Room at the same step for what calibration did not see: an input that has to be as fine holds
/// measurements, of which the next one may be larger than all before.
fn roomy(seen: &Range, t: Fixed) -> Fixed {
    let (lo, hi) = (seen.lo.min(BEYOND * seen.lo), seen.hi.max(BEYOND * seen.hi));
    let wide = Fixed::holding(lo, hi, t.bits);
    let more = u32::try_from(t.frac - wide.frac).unwrap_or(0);
    Fixed { signed: wide.signed, bits: t.bits + more, frac: t.frac }
}

fn float_input(c: &mut Converter<'_>, i: &Input) -> Fixed {
    let bits = c.input_bits(&i.name);
    let seen = c.settings.ranges.as_ref().and_then(|r| r.tensors.get(&i.name));
    if c.is_decided(&i.name) {
        return c.activation(&i.name, (0.0, 1.0), bits);
    }
    if let Some((t, exact)) = crate::ops::classical::given(c, &i.name) {
        if !exact {
            c.warnings.insert(format!(
                "input `{}`: what its trees compare with is too far apart in size for one step of {} bits: numbers near the \
                 smallest thresholds may be taken for others",
                show(&i.name),
                t.bits
            ));
        }
        c.choose(&i.name, t);
        return t;
    }
    if let Some(r) = seen {
        let t = match r {
            r if r.bottomless => Fixed::holding(r.lo.min(BOTTOM), r.hi, bits),
            r if r.finer > 0 => roomy(r, c.calibrated(&i.name, (0.0, 1.0), bits)),
            _ => c.calibrated(&i.name, (0.0, 1.0), bits),
        };
        c.choose(&i.name, t);
        return t;
    }
    let frac = bits.saturating_sub(UNKNOWN_WHOLE + 1);
    let t = Fixed { signed: true, bits, frac: frac as i32 };
    c.warnings.insert(format!(
        "nothing is known of input `{}`: its type is {t}; say which numbers come with --calibrate \
         or in a quantization file",
        show(&i.name)
    ));
    c.choose(&i.name, t);
    t
}
