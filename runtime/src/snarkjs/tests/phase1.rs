//! First phases: those that are right, and those that are not.

use super::*;
use crate::files::{FileError, PointError};

const LOG: u32 = 3;

fn point(at: usize) -> std::ops::Range<usize> {
    64 * at..64 * (at + 1)
}

fn refused(change: impl FnOnce(&mut Parts)) -> SnarkjsError {
    let mut parts = ptau(4, SECRETS, true);
    assert!(read(&parts, LOG).is_ok());
    change(&mut parts);
    read(&parts, LOG).unwrap_err()
}

fn powers_of(what: &'static str) -> SnarkjsError {
    SnarkjsError::Powers { what }
}

#[test]
fn prepared_or_not_it_gives_the_same() {
    for (power, log) in [(LOG, LOG), (LOG + 1, LOG), (1, 1)] {
        let [one, other] =
            [true, false].map(|prepared| read(&ptau(power, SECRETS, prepared), log).unwrap());
        assert_eq!(one.rows(), 1 << log);
        assert_eq!(one.powers_g1, other.powers_g1);
        assert_eq!(one.tau_g1, other.tau_g1);
        assert_eq!(one.tau_g2, other.tau_g2);
        assert_eq!(one.alpha_tau_g1, other.alpha_tau_g1);
        assert_eq!(one.beta_tau_g1, other.beta_tau_g1);
        assert_eq!(one.doubled_g1, other.doubled_g1);
    }
}

/// A file that was cut to the circuit's size has one power more in its polynomials than in its powers.
#[test]
fn a_file_that_was_cut_has_the_last_power() {
    let larger = read(&ptau(LOG + 2, SECRETS, true), LOG).unwrap();
    let parts = cut(LOG, ptau(LOG + 2, SECRETS, true));
    let read_back = read(&parts, LOG).unwrap();
    assert_eq!(read_back.powers_g1, larger.powers_g1);
    assert_eq!(read_back.powers_g1.len(), 2 << LOG);
    assert_eq!(read_back.doubled_g1, larger.doubled_g1);
    // Without its polynomials it has what the powers give.
    let bare = cut(LOG, ptau(LOG + 2, SECRETS, false));
    let whole = read(&ptau(LOG, SECRETS, true), LOG).unwrap();
    assert_eq!(read(&bare, LOG).unwrap().doubled_g1, whole.doubled_g1);
    // Another power is none, and polynomials of others are none, in every one of their points.
    for at in 0..2usize << LOG {
        let mut changed = parts.clone();
        let place = point((2 << LOG) - 1 + at);
        changed.get_mut(&12).unwrap()[place].copy_from_slice(&g1(&[Fr::from(5)]));
        let refused = read(&changed, LOG).map(drop);
        assert_eq!(refused, Err(powers_of("Lagrange polynomials in G1")));
    }
    // Shares of the right power that are not the polynomials', which sum up to it.
    let mut changed = parts.clone();
    let (one, other) = ((2 << LOG) - 1, 2 << LOG);
    let content = changed.get_mut(&12).unwrap();
    let omega = Radix2EvaluationDomain::<Fr>::new(2 << LOG).unwrap().group_gen;
    let moved = |p: G1Affine, by: Fr| {
        let mut bytes = vec![];
        let point = (p + G1Projective::generator() * by).into_affine();
        write_points(&mut bytes, &[point]).unwrap();
        bytes
    };
    content[point(one)].copy_from_slice(&moved(larger.doubled_g1[0], Fr::ONE));
    content[point(other)].copy_from_slice(&moved(larger.doubled_g1[1], -omega));
    let refused = read(&changed, LOG).map(drop);
    assert_eq!(refused, Err(powers_of("Lagrange polynomials in G1")));
}

#[test]
fn what_is_too_small_is_refused() {
    let refused = |power, log| read(&ptau(power, SECRETS, false), log).unwrap_err();
    assert_eq!(refused(LOG, LOG + 1), SnarkjsError::TooSmall { needed: LOG + 1, got: LOG });
    assert_eq!(refused(LOG, 200), SnarkjsError::TooSmall { needed: 200, got: LOG });
    // Nor are there so many powers as a header says.
    let announced = |power: u32| {
        let mut parts = ptau(LOG, SECRETS, false);
        parts.get_mut(&1).unwrap()[36..40].copy_from_slice(&power.to_le_bytes());
        read(&parts, LOG - 1).unwrap_err()
    };
    for got in [29, 64, u32::MAX] {
        let (what, expected) = ("power", 28);
        assert_eq!(announced(got), SnarkjsError::Differs { what, expected, got: got.into() });
    }
    let (what, expected, got) = ("powers of tau in G2", 128 << 28, 128 << LOG);
    assert_eq!(announced(28), SnarkjsError::Differs { what, expected, got });
}

#[test]
fn a_point_that_is_no_power_of_tau_is_refused() {
    let g1_names = [
        (2, "powers of tau in G1"),
        (4, "powers of tau times alpha"),
        (5, "powers of tau times beta"),
    ];
    for (section, what) in g1_names {
        // The last that is used, and one in the middle; two swapped.
        for at in [2, 7] {
            let wrong = refused(|p| {
                p.get_mut(&section).unwrap()[point(at)].copy_from_slice(&g1(&[Fr::from(5)]))
            });
            assert_eq!(wrong, powers_of(what));
        }
        let swapped = refused(|p| {
            let content = p.get_mut(&section).unwrap();
            let third = content[point(3)].to_vec();
            content.copy_within(point(4), 3 * 64);
            content[point(4)].copy_from_slice(&third);
        });
        assert_eq!(swapped, powers_of(what));
    }
    let in_g2 =
        refused(|p| p.get_mut(&3).unwrap()[128 * 5..128 * 6].copy_from_slice(&g2(&[Fr::from(5)])));
    assert_eq!(in_g2, powers_of("powers of tau in G2"));
    // Powers of another number in the other group, which begin with 1 as well.
    let other = refused(|p| drop(p.insert(3, g2(&powers(Fr::from(3), 16)))));
    assert_eq!(other, SnarkjsError::Groups { what: "tau" });
    let twice = powers(SECRETS.tau, 31).iter().map(|x| x.double()).collect::<Vec<_>>();
    assert_eq!(refused(|p| drop(p.insert(2, g1(&twice)))), powers_of("powers of tau in G1"));
    assert_eq!(refused(|p| drop(p.insert(3, g2(&twice[..16])))), powers_of("powers of tau in G2"));
    let beta = refused(|p| drop(p.insert(6, g2(&[Fr::from(7)]))));
    assert_eq!(beta, SnarkjsError::Groups { what: "beta in G2" });
}

#[test]
fn lagrange_polynomials_of_other_powers_are_refused() {
    for (section, size, what) in [
        (12, 64, "Lagrange polynomials in G1"),
        (13, 128, "Lagrange polynomials in G2"),
        (14, 64, "Lagrange polynomials times alpha"),
        (15, 64, "Lagrange polynomials times beta"),
    ] {
        // Those of eight roots lie behind those of one, two and four.
        let first = 7 * size;
        let swapped = refused(|p| {
            let content = p.get_mut(&section).unwrap();
            let one = content[first..first + size].to_vec();
            content.copy_within(first + size..first + 2 * size, first);
            content[first + size..first + 2 * size].copy_from_slice(&one);
        });
        assert_eq!(swapped, powers_of(what));
    }
    // Those of the double domain.
    let doubled = refused(|p| {
        p.get_mut(&12).unwrap()[point(15 + 9)].copy_from_slice(&g1(&[Fr::from(5)]));
    });
    assert_eq!(doubled, powers_of("Lagrange polynomials in G1"));
}

#[test]
fn points_are_checked() {
    let at = |problem, what| SnarkjsError::File(FileError::Point { what, problem });
    let (tau, tau2) = ("powers of tau in G1", "powers of tau in G2");
    let identity = refused(|p| p.get_mut(&2).unwrap()[point(3)].fill(0));
    assert_eq!(identity, at(PointError::Identity, tau));
    let off = refused(|p| p.get_mut(&2).unwrap()[64 * 3] ^= 1);
    assert_eq!(off, at(PointError::NotOnCurve, tau));
    let large = refused(|p| p.get_mut(&2).unwrap()[64 * 3..][..32].fill(0xff));
    assert_eq!(large, at(PointError::NonCanonical, tau));
    let outside = refused(|p| {
        let mut bytes = Vec::new();
        write_points(&mut bytes, &[outside_of_the_group()]).unwrap();
        p.get_mut(&3).unwrap()[128 * 3..][..128].copy_from_slice(&bytes);
    });
    assert_eq!(outside, at(PointError::NotInSubgroup, tau2));
}

/// On the twist, and not in G2.
pub(super) fn outside_of_the_group() -> G2Affine {
    use ark_bn254::Fq2;
    let point = |k: u64| G2Affine::get_point_from_x_unchecked(Fq2::from(k), true);
    let mut all = (1..).filter_map(point);
    all.find(|p| !p.is_in_correct_subgroup_assuming_on_curve()).unwrap()
}

#[test]
fn the_frame_is_checked() {
    let parts = ptau(LOG, SECRETS, false);
    let open = |bytes: Vec<u8>| Ptau::new(Cursor::new(bytes)).map(drop);
    let good = file("ptau", &parts);
    assert_eq!(open(good.clone()), Ok(()));
    assert_eq!(open(file("zkey", &parts)), Err(SnarkjsError::Magic { expected: "ptau" }));
    assert_eq!(open(vec![]), Err(SnarkjsError::Magic { expected: "ptau" }));
    let changed = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] = to;
        open(bytes)
    };
    let differs = |what, expected, got| Err(SnarkjsError::Differs { what, expected, got });
    assert_eq!(changed(4, 2), differs("version", 1, 2));
    assert_eq!(changed(8, 65), differs("number of sections", 64, 65));
    assert_eq!(changed(11, 1), differs("number of sections", 64, (1 << 24) + 7));
    let len = good.len() as u64;
    assert_eq!(
        changed(23, 0xff),
        Err(SnarkjsError::Truncated { section: 1, expected: 24 + 44 + (0xff << 56), got: len })
    );
    // The second section's number.
    assert_eq!(changed(24 + 44, 1), Err(SnarkjsError::Twice { section: 1 }));
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(open(longer), differs("bytes of the file", len, len + 1));
    assert_eq!(
        changed(24 + 4, 0),
        Err(SnarkjsError::Curve { what: "modulus of the header" }),
        "another prime"
    );
    let missing = |section: u32| {
        let mut parts = parts.clone();
        parts.remove(&section);
        read(&parts, LOG).unwrap_err()
    };
    let what = "powers of tau in G2";
    assert_eq!(missing(3), SnarkjsError::Missing { section: 3, what });
    let mut short = parts.clone();
    short.get_mut(&3).unwrap().truncate(128 * 7);
    let expected = SnarkjsError::Differs { what, expected: 128 * 8, got: 128 * 7 };
    assert_eq!(read(&short, LOG).unwrap_err(), expected);
}
