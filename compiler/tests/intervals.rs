//! The intervals of what the library computes are those that its meaning gives: the declared type of an output is as
//! narrow as it can be, and one value less is refused.

use zirc_compiler::{NoFiles, Project};

/// An expression of these inputs lies in exactly this interval.
fn exact(inputs: &str, value: &str, lo: i64, hi: i64) {
    let check = |lo: i64, hi: i64| {
        let text = format!("circuit c({inputs}) -> public y: int<{lo}..={hi}> {{ raw({value}) }}");
        let p = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
        p.check(&mut NoFiles)
            .map(|_| ())
            .map_err(|r| r.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>())
    };
    assert_eq!(check(lo, hi), Ok(()), "{value}");
    if lo < hi {
        assert_eq!(check(lo + 1, hi), Err(vec!["E0203"]), "{value} from {lo}");
        assert_eq!(check(lo, hi - 1), Err(vec!["E0203"]), "{value} to {hi}");
    }
}

#[test]
fn of_extrema() {
    exact("private x: u8", "min(x, 63)", 0, 63);
    exact("private x: i8", "min(x, 63)", -128, 63);
    exact("private x: i8", "max(x, -5)", -5, 127);
    let two = "private x: i8, private z: int<3..=200>";
    exact(two, "max(x, z)", 3, 200);
    exact(two, "min(x, z)", -128, 127);
    exact(two, "max(min(x, z), 0)", 0, 127);
    exact("private x: q2.2", "min(x, 1.25)", -16, 5);
}

#[test]
fn of_sign_and_size() {
    exact("private x: int<-100..=20>", "abs(x)", 0, 100);
    exact("private x: int<-20..=100>", "abs(x)", 0, 100);
    exact("private x: int<3..=100>", "abs(x)", 3, 100);
    exact("private x: int<-100..=20>", "relu(x)", 0, 20);
    exact("private x: i8", "sign(x)", -1, 1);
    exact("private x: u8", "sign(x)", 0, 1);
}

#[test]
fn of_clips() {
    exact("private x: i8", "clip(x, -3, 9)", -3, 9);
    exact("private x: i8", "clip(x, -2.5, 2.5)", -5, 5);
    exact("private x: i8, private a: int<-3..=3>, private b: int<4..=9>", "clip(x, a, b)", -3, 9);
}

#[test]
fn of_choices() {
    exact(
        "private c: bit, private x: int<3..=9>, private z: int<4..=12>",
        "select(c, x, z)",
        3,
        12,
    );
    exact("private i: int<0..=3>, private x: int<3..=9>[4]", "gather(x, i)", 3, 9);
    exact("private x: u4[5]", "argmax(x)", 0, 4);
}

#[test]
fn of_quotients() {
    exact("private x: int<3..=97>", "floor_div::<10>(x)", 0, 9);
    exact("private x: int<-97..=97>", "relu(floor_to::<i8>(x / 10))", 0, 9);
    exact("private x: int<3..=90>", "sqrt::<u8>(x)", 1, 9);
}

#[test]
fn of_activations_rounded_in_one_decomposition() {
    exact("private x: int<-97..=90>", "floor_or_zero::<4>(x)", 0, 22);
    exact("private x: int<-100..=97>", "floor_or_zero::<16>(x)", 0, 6);
    exact("private x: fix<-100..=100, 1/16>", "relu(round_to::<i8>(x))", 0, 6);
    exact("private x: fix<-100..=100, 1/16>", "relu(floor_to::<i8>(x))", 0, 6);
}

/// A hint that is 1 in one place.
const ONE_HOT: &str = "#[total] fn chosen(x: u2) -> _ {
         let h: bit[4] = hint one_hot::<4>(x);
         assert sum k { h[k] } == 1;
         assert sum k { k * h[k] } == x;
         sum k { [9, -5, 3, 7][k] * h[k] }
     }";

#[test]
fn of_sums_of_hints_by_their_equations() {
    let of = |lo: i64, hi: i64| {
        let text = format!(
            "{ONE_HOT} circuit c(private x: u2) -> public y: int<{lo}..={hi}> {{ chosen(x) }}"
        );
        let p = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
        p.check(&mut NoFiles).map(|_| ()).map_err(|r| r.diagnostics[0].code)
    };
    assert_eq!(of(-5, 9), Ok(()));
    assert_eq!(of(-4, 9), Err("E0203"));
    assert_eq!(of(-5, 8), Err("E0203"));
}
