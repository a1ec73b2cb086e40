//! Strategies that are broken in every way that comes to mind: each is refused.

use super::lowered;
use crate::draft::Draft;
use crate::lower::products::trials;

const PROGRAMS: [&str; 4] = [
    "circuit c(private w: i4[5, 3], private x: u3[3, 2]) -> public y: _ { w @ x }",
    "circuit c(private k: i3[2, 1, 2, 2], private x: u3[1, 4, 4]) -> public y: _ {
        for o < 2, r < 3, c < 3 { sum ch, i < 2, j < 2 { k[o, ch, i, j] * x[ch, r + i, c + j] } }
    }",
    "circuit c(private q: i4[3, 4], private k: i4[3, 4]) -> public y: _ {
        for h < 2, i < 3, j < 3 { sum d < 2 { q[i, 2 * h + d] * k[j, 2 * h + d] } }
    }",
    ROUNDED,
];

/// Sums that are taken apart behind their products.
const ROUNDED: &str =
    "circuit c(private w: i4[5, 3], private x: u3[3, 2], private b: i5[5]) -> public y: _ {
    let s = w @ x;
    for i, j { relu(clamp_to::<i4>(3 * x[0, 0] - s[i, j] + b[i])) }
}";

fn draft(text: &str) -> Draft {
    lowered(text).0.draft
}

#[test]
fn every_constraint_is_needed_as_it_is() {
    PROGRAMS.iter().for_each(|text| trials::every_constraint_is_needed_as_it_is(&draft(text)));
}

#[test]
fn tensors_are_what_they_were() {
    PROGRAMS.iter().for_each(|text| trials::tensors_are_what_they_were(&draft(text)));
}

#[test]
fn claims_that_go_too_far() {
    PROGRAMS.iter().for_each(|text| trials::claims_that_go_too_far(&draft(text)));
}

/// Past the field's order packed sums have more than one reading.
#[test]
fn no_number_takes_more_than_there_is_room_for() {
    let text = |bits| {
        format!(
            "circuit c(private w: i{bits}[9, 2], private x: u60[2]) -> public y: _ {{
                for i {{ sum j {{ w[i, j] * x[j] }} }}
            }}"
        )
    };
    let (bits, rows, _) = trials::packed(&draft(&text(60))).unwrap();
    assert_eq!((bits, rows), (121, 2));
    assert_eq!(trials::packed(&draft(&text(70))), None);
}

#[test]
fn sums_are_held_by_what_takes_them_apart() {
    trials::sums_are_held_by_what_takes_them_apart(&draft(ROUNDED));
}

/// Shapes on the way from the sums to what takes them apart do not matter.
#[test]
fn sums_are_held_through_other_shapes() {
    let text =
        "circuit c(private w: i4[3, 5], private x: u3[1, 3], private b: i5[5]) -> public y: _ {
        let s = (x @ w)[0] + b;
        let t = for r < 1, j { s[j] };
        for r, j { relu(clamp_to::<i4>(t[r, j])) }
    }";
    let held = |text: &str| trials::packed(&draft(text)).map(|(_, _, held)| held);
    assert_eq!(held(text), Some(true));
    // Not where only a part of the sums is taken apart.
    assert_eq!(held(&text.replace("j { s[j] }", "j < 4 { s[j] }")), Some(false));
}
