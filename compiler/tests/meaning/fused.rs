//! Calls that are fused or moved mean what they mean as written.

use super::judge::{accepted, constraints, refused};

#[test]
fn what_the_moved_form_refuses_is_computed_as_written() {
    accepted(
        "circuit c(private a: q3.4, private b: i11) -> public out: _ {
             max(tanh::<q0.7>(a), tanh::<q0.7>(b))
         }",
    );
}

#[test]
fn the_wanted_type_is_that_of_the_outer_call() {
    accepted("circuit c(private x: i8) -> public out: q3.4 { let y: q3.4 = clamp_to(relu(x)); y }");
    accepted("circuit c(private x: q7.4) -> public out: u4 { let y: u4 = clamp_to(relu(x)); y }");
    accepted(
        "circuit c(private x: q7.4) -> public out: i6 { let y: i6 = even_clamp_to(relu(x)); y }",
    );
    accepted(
        "circuit c(private x: q5.4[3]) -> public out: i4[3] { let y: i4[3] = clamp_to.(relu.(x)); y }",
    );
}

#[test]
fn generic_arguments_of_both_calls_keep_their_owner() {
    // relu's own type is wider than what it is called with.
    accepted("circuit c(private x: i12) -> public out: _ { relu::<i16>(clamp_to::<i8>(x)) }");
    accepted("circuit c(private x: i12) -> public out: _ { relu::<q7.4>(clamp_to::<i8>(x)) }");
    accepted(
        "circuit c(private x: i12) -> public out: _ { let y: i16 = clamp_to::<i8>(x); relu(y) }",
    );
    accepted("circuit c(private x: i12) -> public out: _ { clamp_to::<i6>(relu::<i16>(x)) }");
}

#[test]
fn the_type_of_the_result_is_the_one_as_written() {
    let width = "fn width<T: num>(x: T) -> _ { T::bits + 1000 * T::hi + 0 * x } ";
    for body in [
        "width(relu(clamp_to::<int<-100..=100>>(x)))",
        "width(relu(floor_to::<fix<-1000..=1000, 4>>(x)))",
        "width(round_to::<fix<-1000..=1000, 4>>(relu(x)))",
        "let y: i16 = relu(clamp_to::<i8>(x)); width(y)",
        "width(max(relu(x), relu(2 * x)))",
        "width(max(clamp_to::<i6>(x), clamp_to::<i6>(3 * x)))",
    ] {
        accepted(&format!("{width} circuit c(private x: i10) -> public out: _ {{ {body} }}"));
    }
}

#[test]
fn types_that_groups_of_channels_determine_stay_apart() {
    let text = |body: &str| {
        format!(
            "const W: i8[4, 2] = [[1, 1], [100, 100], [1, -1], [127, 127]];
             fn layer(x: u4[2, 8]) -> _ {{ for o, k {{ sum i {{ W[o, i] * x[i, k] }} }} }}
             circuit c(private x: u4[2, 8]) -> public b: _ {{ {body} }}"
        )
    };
    accepted(&text(
        "let y: i4[4, 8] = clamp_to.(layer(x)); let z: i6[4, 8] = clamp_to.(layer(x)); let m: i8[4, 8] = max.(y, z); m",
    ));
    accepted(&text("let y: q3.4[4, 8] = clamp_to.(relu.(layer(x))); y"));
    accepted(&text("relu.(clamp_to::<i6>.(layer(x)))"));
}

#[test]
fn calls_in_branches_and_loops() {
    accepted(
        "circuit c(private x: i8, private b: bit) -> public out: _ {
             if b { max(relu(x), relu(x + 3)) } else { clamp_to::<i5>(relu(x)) }
         }",
    );
    accepted(
        "circuit c(private x: i8[3]) -> public out: _ {
             sum i { if i == 1 { relu(clamp_to::<i5>(x[i])) } else { max(relu(x[i]), relu(-x[i])) } }
         }",
    );
    // The first activation is read elsewhere as well.
    accepted(
        "circuit c(private x: i8) -> public out: _ { let a = relu(x); clamp_to::<i5>(a) + a + max(a, relu(x - 9)) }",
    );
}

#[test]
fn an_error_is_said_once() {
    refused(
        "circuit c(private a: i16, private b: i16) -> public out: _ { max(tanh::<q0.7>(a), b) }",
        "E0206",
    );
    refused("circuit c(private x: i16) -> public y: _ { relu(round_to::<i4>(x)) }", "E0203");
}

#[test]
fn one_decomposition_is_still_enough() {
    let fused =
        constraints("circuit c(private x: i16) -> private y: _ { clamp_to::<q3.4>(relu(x / 16)) }");
    let alone =
        constraints("circuit c(private x: i16) -> private y: _ { clamp_to::<q3.4>(x / 16) }");
    assert!(fused <= alone + 2, "{fused} and {alone}");
}

/// A fused call may have a narrower interval, and what is added to it too: that types what follows,
/// wherever the program runs.
#[test]
fn what_follows_a_fused_call_has_one_type() {
    for body in [
        "let y = clamp_to::<i5>(relu(x)); bits::<7>(y + u)[0]",
        "bits::<8>(clamp_to::<i5>(relu(x)) + 2 * u + 1)[1]",
        "(clamp_to::<i5>(relu(x)) + u) as u7",
        "let y = relu(clamp_to::<i5>(x)); bits::<7>(y + u)[6]",
    ] {
        accepted(&format!(
            "fn f(u: u6, x: u10) -> _ {{ {body} }}
             circuit c(private u: u6, private x: u10) -> public out: _ {{ f(u, x) }}
             test t {{ let y = f(at::<u6>(9), at::<u10>(1000)); assert y == y; }}"
        ));
    }
}
