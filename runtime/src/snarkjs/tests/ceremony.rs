//! Ceremonies of `.zkey` files: what snarkjs says of ours is asked in `tests/ceremony.rs` of the root package.

use super::super::contribution::Contribution;
use super::*;
use crate::MadeIn;
use crate::ceremony::{Beacon, CeremonyError, Contributor, Source};
use crate::files::{FileError, PointError};
use crate::samples::{all, dot};
use crate::snarkjs::{FirstZKey, OpenZKey, SnarkjsKey};
use crate::verify::VerifyError;

fn beacon() -> Beacon {
    Beacon::new(&[1, 2, 3, 4], 10).unwrap()
}

fn phase1(sample: &Sample) -> Phase1 {
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    read(&ptau(log, SECRETS, true), log).unwrap()
}

fn first(sample: &Sample) -> Vec<u8> {
    let (key, _) =
        FirstZKey::new(&sample.circuit, &phase1(sample), &mut rng(), &mut silent).unwrap();
    let mut bytes = vec![];
    key.write(&sample.circuit, &mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, key.file_size());
    bytes
}

fn contributed(bytes: &[u8], text: &str, source: Source<'_>) -> (Vec<u8>, Contributor) {
    let mut out = vec![];
    let open = OpenZKey::new(Cursor::new(bytes)).unwrap();
    let contributor = open.contribute(&name(text), source, &mut rng(), &mut out).unwrap();
    (out, contributor)
}

/// By one, two, and a beacon.
fn ended(sample: &Sample) -> Vec<u8> {
    let (bytes, _) = contributed(&first(sample), "one", Source::Secret);
    let (bytes, _) = contributed(&bytes, "two", Source::Secret);
    contributed(&bytes, "end", Source::Beacon(&beacon())).0
}

fn key(sample: &Sample, bytes: &[u8]) -> Result<ZKey, SnarkjsError> {
    ZKey::read(Cursor::new(bytes), &sample.circuit, &mut rng())
}

fn verified(sample: &Sample, bytes: &[u8]) -> Result<ZKey, SnarkjsError> {
    let key = key(sample, bytes)?;
    key.verify_with(&sample.circuit, &phase1(sample), &mut rng())?;
    Ok(key)
}

#[test]
fn keys_verify_after_each_contribution() {
    for sample in all() {
        let (one, made) = contributed(&first(&sample), "one", Source::Secret);
        let early = verified(&sample, &one).unwrap();
        assert_eq!(early.contributors(), [made], "{}", sample.name);
        let late = verified(&sample, &ended(&sample)).unwrap();
        let names: Vec<String> = late.contributors().into_iter().map(|c| c.name).collect();
        assert_eq!(names, ["one", "two", "end"]);
        assert_eq!(late.contributors()[2].beacon, Some(beacon()));
        for key in [&early, &late] {
            assert_eq!(super::keys::proved(&sample, key), Ok(()), "{}", sample.name);
        }
        let proof = super::keys::proof(&sample, &early);
        let other = crate::verify(late.verifying_key(), &proof.public, &proof.proof);
        assert_eq!(other, Err(VerifyError::Equation));
    }
}

#[test]
fn the_verifying_key_says_how_many_contributed() {
    let sample = dot(3);
    let bytes = ended(&sample);
    let made = |contributions, beacon, section: &[u8]| MadeIn {
        contributions,
        beacon,
        transcript: zirc_circuit::Digest(*blake3::hash(section).as_bytes()),
    };
    let late = key(&sample, &bytes).unwrap();
    assert_eq!(late.verifying_key().ceremony(), Some(&made(2, true, &parts(&bytes)[&10])));
    // The same as setup makes one by itself.
    let (alone, sections) = super::made(&sample);
    assert_eq!(alone.verifying_key().ceremony(), Some(&made(1, false, &sections[&10])));
}

#[test]
fn all_but_what_is_under_delta_is_copied() {
    let sample = dot(3);
    let one = first(&sample);
    let (two, _) = contributed(&one, "one", Source::Secret);
    let (one, two) = (parts(&one), parts(&two));
    for section in 1..=10 {
        let same = one[&section] == two[&section];
        assert_eq!(same, ![2, 8, 9, 10].contains(&section), "section {section}");
    }
}

#[test]
fn nothing_is_proved_before_somebody_contributed() {
    let sample = dot(3);
    let forgeable = FileError::Forgeable { one: "delta", other: "the generator" };
    let refused = key(&sample, &first(&sample)).map(drop);
    assert_eq!(refused, Err(SnarkjsError::File(forgeable)));
    // Nor by what everybody can compute.
    let (public, _) = contributed(&first(&sample), "end", Source::Beacon(&beacon()));
    let what = "everybody can compute its number, and there is no other";
    let refused = key(&sample, &public).map(drop);
    assert_eq!(refused, Err(SnarkjsError::Contribution { number: 1, what }));
    // Also where no circuit is given.
    let foreign = SnarkjsKey::from_zkey(Cursor::new(&public)).map(drop);
    assert_eq!(foreign, Err(SnarkjsError::Contribution { number: 1, what }));
}

#[test]
fn nothing_comes_behind_a_beacon() {
    let sample = dot(3);
    let bytes = ended(&sample);
    for source in [Source::Secret, Source::Beacon(&beacon())] {
        let open = OpenZKey::new(Cursor::new(&bytes)).unwrap();
        let over = open.contribute(&name("late"), source, &mut rng(), &mut vec![]);
        assert_eq!(over, Err(CeremonyError::Ended));
    }
}

/// The section of contributions with another kind, hashes or value of the last.
fn changed(bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut sections = parts(bytes);
    change(sections.get_mut(&10).unwrap());
    file("zkey", &sections)
}

#[test]
fn beacons_that_are_none_are_refused() {
    let sample = dot(3);
    let bytes = ended(&sample);
    // With no first phase at hand: what the key says of a beacon stands on this.
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        key(&sample, &changed(&bytes, change)).map(drop).unwrap_err()
    };
    let wrong = |number, what| SnarkjsError::Contribution { number, what };
    // Name, hashes and value are the last bytes: 1 3 "end" 2 10 3 4 1 2 3 4.
    let end = |s: &Vec<u8>, from_end: usize| s.len() - from_end;
    let number = "its number is not that of its beacon";
    let value = refused(&|s| *s.last_mut().unwrap() = 5);
    assert_eq!(value, wrong(3, number));
    assert_eq!(
        refused(&|s| {
            let at = end(s, 7);
            s[at] = 11;
        }),
        wrong(3, number)
    );
    let hashes = "its beacon is not a value that is hashed 2^10 to 2^30 times";
    for log in [0, 9, 31, 63] {
        assert_eq!(
            refused(&|s| {
                let at = end(s, 7);
                s[at] = log;
            }),
            wrong(3, hashes)
        );
    }
    let notes = SnarkjsError::File(FileError::Invalid { what: "notes of a contribution" });
    assert_eq!(
        refused(&|s| {
            let at = end(s, 8);
            s[at] = 1;
        }),
        notes
    );
    // One that calls itself a beacon without being one, and one in the middle.
    let middle = refused(&|s| {
        let second = 68 + 392 + 5;
        assert_eq!(s[second + 384..second + 388], [0; 4]);
        s[second + 384] = 1;
    });
    let last = "a beacon is the last contribution, and this one is not";
    assert_eq!(middle, wrong(2, last));
    let (one, _) = contributed(&first(&sample), "one", Source::Secret);
    let (two, _) = contributed(&one, "two", Source::Secret);
    let posed = changed(&two, |s| {
        let at = s.len() - 5 - 8;
        s[at] = 1;
    });
    assert_eq!(key(&sample, &posed).map(drop).unwrap_err(), wrong(2, hashes));
}

/// The kind is bound by nothing; what a beacon notes of itself is told from a secret number all the same.
#[test]
fn a_beacon_that_calls_itself_secret_is_refused() {
    let sample = dot(3);
    let (public, _) = contributed(&first(&sample), "end", Source::Beacon(&beacon()));
    let what = "it has the value of a beacon and calls itself secret";
    let notes = [1, 3, b'e', b'n', b'd', 2, 10, 3, 4, 1, 2, 3, 4];
    // All of the notes, those without the hashes, without the value, and with none of it.
    for (bytes, number) in [(public, 1), (ended(&sample), 3)] {
        for (noted, refused) in [
            (&notes[..], true),
            (&notes[5..], true),
            (&notes[..7], true),
            (&[1, 3, b'e', b'n', b'd', 3, 0], true),
            (&notes[..5], false),
            (&[], false),
        ] {
            let bytes = changed(&bytes, |s| {
                let kind = s.len() - notes.len() - 8;
                s.truncate(kind);
                s.extend([0; 4]);
                s.extend((noted.len() as u32).to_le_bytes());
                s.extend(noted);
            });
            let expected = match refused {
                true => Err(SnarkjsError::Contribution { number, what }),
                // Nobody can see it.
                false => Ok(()),
            };
            assert_eq!(key(&sample, &bytes).map(drop), expected, "{noted:?}");
            let foreign = SnarkjsKey::from_zkey(Cursor::new(&bytes)).map(drop);
            assert_eq!(foreign, expected);
            assert_eq!(OpenZKey::new(Cursor::new(&bytes)).map(drop), expected);
        }
    }
}

/// A proof that 1 is known is easy to make, and so is one of what others multiplied by, for them.
#[test]
fn contributions_that_change_nothing_are_refused() {
    let sample = dot(3);
    let (one, _) = contributed(&first(&sample), "one", Source::Secret);
    let early = key(&sample, &one).unwrap();
    for s in [Fr::ONE, -Fr::ONE] {
        let more = Contribution::known(&early.circuit_hash(), early.contributions(), s);
        let bytes = changed(&one, |section| {
            section[64] = 2;
            more.write(section).unwrap();
        });
        let mut sections = parts(&bytes);
        if s != Fr::ONE {
            // δ in both groups; what is under it need not follow, as the contribution is looked at first.
            let mut delta = vec![];
            write_points(&mut delta, &[-early.contributions()[0].delta_after()]).unwrap();
            write_points(&mut delta, &[-early.verifying_key().points().delta_g2]).unwrap();
            let at = 72 + 12 + 3 * 64 + 2 * 128 - 64;
            sections.get_mut(&2).unwrap()[at..at + 192].copy_from_slice(&delta);
        }
        let bytes = file("zkey", &sections);
        let what = "it leaves delta as it was, or 1";
        let expected = SnarkjsError::Contribution { number: 2, what };
        // With no first phase at hand, with no circuit, and by whoever would contribute.
        assert_eq!(key(&sample, &bytes).map(drop), Err(expected.clone()));
        let foreign = SnarkjsKey::from_zkey(Cursor::new(&bytes)).map(drop);
        assert_eq!(foreign, Err(expected.clone()));
        assert_eq!(OpenZKey::new(Cursor::new(&bytes)).map(drop), Err(expected));
    }
}

#[test]
fn contributions_in_another_order_are_refused() {
    let sample = dot(3);
    let (one, _) = contributed(&first(&sample), "one", Source::Secret);
    let (two, _) = contributed(&one, "two", Source::Secret);
    const SIZE: usize = 392 + 5;
    let refused =
        |change: &dyn Fn(&mut Vec<u8>)| key(&sample, &changed(&two, change)).map(drop).unwrap_err();
    let what = "its transcript is not of what came before";
    let swapped = refused(&|s| {
        let (head, all) = s.split_at(68);
        *s = [head, &all[SIZE..], &all[..SIZE]].concat();
    });
    assert_eq!(swapped, SnarkjsError::Contribution { number: 1, what });
    let replayed = refused(&|s| {
        let last = s[68 + SIZE..].to_vec();
        s.extend(last);
        s[64] = 3;
    });
    assert_eq!(replayed, SnarkjsError::Contribution { number: 3, what });
    let left_out = refused(&|s| {
        s.drain(68..68 + SIZE);
        s[64] = 1;
    });
    assert_eq!(left_out, SnarkjsError::Contribution { number: 1, what });
}

#[test]
fn damaged_files_take_no_contribution() {
    let sample = dot(3);
    let sections = parts(&first(&sample));
    let refused = |change: &dyn Fn(&mut Parts)| {
        let mut sections = sections.clone();
        change(&mut sections);
        let open = OpenZKey::new(Cursor::new(file("zkey", &sections)));
        let open = open.map_err(CeremonyError::from);
        open.and_then(|o| o.contribute(&name("x"), Source::Secret, &mut rng(), &mut vec![]))
            .unwrap_err()
    };
    let of = |e: SnarkjsError| CeremonyError::Snarkjs(e);
    // Of every section a byte more or a point less than its numbers say, and numbers that nothing fits.
    let differs = |what, expected, got| of(SnarkjsError::Differs { what, expected, got });
    for (section, size, what) in [
        (3, 64, "IC"),
        (4, 44, "coefficients"),
        (5, 64, "A points"),
        (6, 64, "B1 points"),
        (7, 128, "B2 points"),
        (8, 64, "C points"),
        (9, 64, "H points"),
    ] {
        let len = sections[&section].len();
        let more = refused(&|p| p.get_mut(&section).unwrap().push(0));
        assert_eq!(more, differs(what, len as u64, len as u64 + 1));
        let less = refused(&|p| p.get_mut(&section).unwrap().truncate(len - size));
        assert_eq!(less, differs(what, len as u64, (len - size) as u64));
    }
    let number = |at: usize, to: u32| {
        refused(&|p| p.get_mut(&2).unwrap()[at..at + 4].copy_from_slice(&to.to_le_bytes()))
    };
    let wires = sample.circuit.num_variables() as u32;
    assert_eq!(number(76, wires), differs("number of wires", u64::from(wires) + 1, wires.into()));
    assert_eq!(number(80, 7), differs("size of the domain", 8, 7));
    let off = refused(&|p| p.get_mut(&9).unwrap()[40..48].copy_from_slice(&[7; 8]));
    let problem = PointError::NotOnCurve;
    assert_eq!(off, of(SnarkjsError::File(FileError::Point { what: "H points", problem })));
    let missing = refused(&|p| drop(p.remove(&8)));
    assert_eq!(missing, of(SnarkjsError::Missing { section: 8, what: "C points" }));
    // δ that no contribution leads to.
    let at = 72 + 12 + 3 * 64 + 2 * 128 - 64;
    let delta = refused(&|p| {
        let five = Fr::from(5);
        p.get_mut(&2).unwrap()[at..at + 64].copy_from_slice(&g1(&[five]));
        p.get_mut(&2).unwrap()[at + 64..at + 192].copy_from_slice(&g2(&[five]));
    });
    let what = "the last one does not lead to the delta of the key";
    assert_eq!(delta, of(SnarkjsError::Contribution { number: 0, what }));
}
