//! Any bytes: an error or a key that is right, and no panic.

use super::*;
use crate::samples::dot;
use crate::snarkjs::{SnarkjsKey, read_proof, read_public};
use proptest::prelude::*;

const LOG: u32 = 2;

/// Whether what was read of a changed file is what the unchanged one says.
fn judge(sample: &Sample, key: &ZKey, bytes: Vec<u8>) -> bool {
    match ZKey::read(Cursor::new(bytes), &sample.circuit, &mut rng()) {
        Err(_) => true,
        // A name, or the tag before it, is bound by nothing; what the key says of its ceremony has it.
        Ok(read) => {
            let (read, key) = (read.verifying_key(), key.verifying_key());
            read.points() == key.points() && read.interface() == key.interface()
        }
    }
}

#[test]
fn truncated_files_are_refused() {
    let sample = dot(2);
    let (_, parts) = made(&sample);
    let bytes = file("zkey", &parts);
    for len in (0..bytes.len()).step_by(7) {
        let cut = Cursor::new(bytes[..len].to_vec());
        assert!(ZKey::read(cut.clone(), &sample.circuit, &mut rng()).is_err(), "{len}");
        assert!(SnarkjsKey::from_zkey(cut).is_err(), "{len}");
    }
    let bytes = file("ptau", &ptau(LOG, SECRETS, true));
    for len in (0..bytes.len()).step_by(7) {
        assert!(Ptau::new(Cursor::new(bytes[..len].to_vec())).is_err(), "{len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.min(64), ..ProptestConfig::default() })]

    #[test]
    fn changed_keys_are_refused_or_right(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let sample = dot(2);
        let (key, parts) = made(&sample);
        let mut bytes = file("zkey", &parts);
        let at = at.index(bytes.len());
        // Points of A, C and H that are another point of the curve by chance do not occur.
        bytes[at] = to;
        prop_assert!(judge(&sample, &key, bytes));
    }

    #[test]
    fn changed_first_phases_are_refused_or_unused(
        at in any::<prop::sample::Index>(), to in any::<u8>(), prepared in any::<bool>(),
    ) {
        let parts = ptau(LOG, SECRETS, prepared);
        let expected = read(&parts, LOG).unwrap();
        let mut bytes = file("ptau", &parts);
        let at = at.index(bytes.len());
        bytes[at] = to;
        let read = Ptau::new(Cursor::new(bytes)).and_then(|mut p| p.phase1(LOG, &mut rng()));
        if let Ok(read) = read {
            prop_assert_eq!(read.tau_g1, expected.tau_g1);
            prop_assert_eq!(read.doubled_g1, expected.doubled_g1);
            prop_assert_eq!(read.beta_tau_g1, expected.beta_tau_g1);
        }
    }

    #[test]
    fn changed_texts_are_refused_or_say_the_same(
        at in any::<prop::sample::Index>(), to in prop::sample::select(b"0123456789\"[]{},. e-".as_slice()),
    ) {
        let texts = super::json::texts(&dot(2));
        let changed = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = to;
            String::from_utf8(bytes).unwrap()
        };
        if let Ok(key) = SnarkjsKey::from_json(&changed(&texts.key)) {
            prop_assert_eq!(key, SnarkjsKey::from_json(&texts.key).unwrap());
        }
        if let Ok(proof) = read_proof(&changed(&texts.proof)) {
            prop_assert_eq!(proof, read_proof(&texts.proof).unwrap());
        }
        // Any number is a signal; what it is a signal of, the proof tells.
        let _ = read_public(&changed(&texts.public));
    }

    #[test]
    fn any_bytes_are_no_file(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let magic = |name: &[u8]| [name, &[1, 0, 0, 0, 9, 0, 0, 0], &bytes].concat();
        prop_assert!(Ptau::new(Cursor::new(magic(b"ptau"))).is_err());
        prop_assert!(SnarkjsKey::from_zkey(Cursor::new(magic(b"zkey"))).is_err());
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(SnarkjsKey::from_json(&text).is_err());
        prop_assert!(read_proof(&text).is_err());
        let _ = read_public(&text);
    }
}
