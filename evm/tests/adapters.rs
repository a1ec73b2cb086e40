//! The contracts of ERC-7992 and ERC-8274 over a verifier.

mod common;

use common::samples::{affine, carried};
use common::{Case, compile_all};
use sha3::{Digest, Keccak256};
use zirc_evm::{Address, Answer, Chain, Outcome, failure};
use zirc_runtime::export::solidity::{CODE_LIMIT, Calldata};

const REGISTRY: &str = include_str!("Registry.sol");

/// A function's selector and words.
fn call(function: &str, words: &[[u8; 32]]) -> Vec<u8> {
    let mut bytes = Keccak256::digest(function)[..4].to_vec();
    words.iter().for_each(|w| bytes.extend(w));
    bytes
}

fn number(n: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&n.to_be_bytes());
    word
}

/// Bytes at the front of a word.
fn front(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    word[..bytes.len()].copy_from_slice(bytes);
    word
}

fn truth(yes: bool) -> Outcome {
    Outcome::Returned(number(u64::from(yes)).to_vec())
}

/// What a registry is told of a model.
#[derive(Clone)]
struct Entry {
    model: [u8; 32],
    circuit: [u8; 32],
    key: [u8; 32],
    system: [u8; 4],
}

impl Entry {
    fn of(case: &Case) -> Entry {
        let vk = case.vk();
        let name = b"zirc-groth16-commit-bn254-v1";
        let id = Keccak256::digest(name);
        let circuit = vk.circuit().0;
        let model = case.opening.as_ref().map_or(circuit, |o| o.commitment().bytes());
        let system = [id[0], id[1], id[2], id[3]];
        Entry { model, circuit, key: vk.digest().0, system }
    }

    fn register(&self) -> Vec<u8> {
        let function = "registerModel((bytes32,bytes32,bytes32,bytes4,string))";
        let words = [
            number(32),
            self.model,
            self.circuit,
            self.key,
            front(&self.system),
            number(160),
            number(0),
        ];
        call(function, &words)
    }
}

/// A chain with a registry and both contracts.
struct Room {
    chain: Chain,
    registry: Address,
    erc7992: Address,
    erc8274: Address,
    identifier: Address,
}

impl Room {
    fn new(case: &Case) -> Room {
        let code = compile_all(&case.sources(), &[("Registry.sol", REGISTRY)]);
        let mut chain = Chain::default();
        let registry = chain.deploy(&code["Registry"].creation).unwrap();
        let mut creation = code["ZircERC7992"].creation.clone();
        creation.extend([0; 12]);
        creation.extend(registry.as_slice());
        let erc7992 = chain.deploy(&creation).unwrap();
        let erc8274 = chain.deploy(&code["ZircERC8274"].creation).unwrap();
        let identifier = chain.deploy(&code["Identifiers"].creation).unwrap();
        for name in ["ZircERC7992", "ZircERC8274"] {
            let size = code[name].size;
            println!("{name}: {size} bytes of code");
            assert!(size < CODE_LIMIT, "{name}: {size}");
        }
        Room { chain, registry, erc7992, erc8274, identifier }
    }

    fn register(&mut self, entry: &Entry) -> u64 {
        let answer = self.chain.call(self.registry, &entry.register()).unwrap();
        let Outcome::Returned(id) = answer.outcome else { panic!("{:?}", answer.outcome) };
        u64::from_be_bytes(id[24..].try_into().unwrap())
    }

    fn infer(&mut self, data: &[u8]) -> Answer {
        self.chain.call(self.erc7992, data).unwrap()
    }

    fn ask(&mut self, data: &[u8]) -> Outcome {
        self.chain.call(self.erc8274, data).unwrap().outcome
    }
}

#[test]
fn interfaces_say_what_they_are() {
    let mut room = Room::new(&Case::of(carried()));
    let published = [0x5d, 0xf6, 0x54, 0x72];
    let told = room.chain.call(room.identifier, &call("verifier()", &[])).unwrap();
    assert_eq!(told.outcome, Outcome::Returned(front(&published).to_vec()));
    let selectors =
        ["verifyInference(uint256,bytes32,bytes,bytes)", "proofSystemOf(uint256)", "registry()"];
    let combined = selectors.iter().fold([0; 4], |id: [u8; 4], function| {
        let selector = Keccak256::digest(function);
        std::array::from_fn(|i| id[i] ^ selector[i])
    });
    assert_eq!(combined, published);
    let proof_verifier = ["verify(bytes32,bytes32,bytes,bytes)", "proofSystem()", "proofProfile()"];
    let other = proof_verifier.iter().fold([0; 4], |id: [u8; 4], function| {
        let selector = Keccak256::digest(function);
        std::array::from_fn(|i| id[i] ^ selector[i])
    });
    let erc165 = [0x01, 0xff, 0xc9, 0xa7];
    for (at, own, others) in [(room.erc7992, published, other), (room.erc8274, other, published)] {
        for (id, expected) in [(own, true), (erc165, true), (others, false), ([0xff; 4], false)] {
            let asked = call("supportsInterface(bytes4)", &[front(&id)]);
            let answer = room.chain.call(at, &asked).unwrap();
            assert_eq!(answer.outcome, truth(expected), "{id:?}");
        }
    }
}

#[test]
fn inferences_of_registered_models() {
    for case in [carried(), affine(4)].map(Case::of) {
        let mut room = Room::new(&case);
        let entry = Entry::of(&case);
        room.register(&Entry { key: [1; 32], ..entry.clone() });
        let id = room.register(&entry);
        let sent = case.calldata(2);
        let answer = room.infer(&sent.erc7992(id));
        assert!(answer.is_accepted(), "{:?}", answer.outcome);
        println!("verifyInference: {} gas", answer.gas);
        let event = "InferenceVerified(uint256,bytes32,bytes,address)";
        assert_eq!(answer.events(), [<[u8; 32]>::from(Keccak256::digest(event))]);
        let told = room.infer(&call("proofSystemOf(uint256)", &[number(id)])).outcome;
        assert_eq!(told, Outcome::Returned(front(&entry.system).to_vec()));
    }
}

#[test]
fn inferences_of_others_are_refused() {
    let case = Case::of(carried());
    let mut room = Room::new(&case);
    let entry = Entry::of(&case);
    let sent = case.calldata(2);
    let infer = |room: &mut Room, entry: &Entry| {
        let id = room.register(entry);
        room.infer(&sent.erc7992(id)).outcome
    };
    for wrong in [
        Entry { model: [1; 32], ..entry.clone() },
        Entry { circuit: [1; 32], ..entry.clone() },
        Entry { key: [1; 32], ..entry.clone() },
    ] {
        assert_eq!(infer(&mut room, &wrong), failure("ModelMismatch()", &[]));
    }
    let system = Entry { system: [1, 2, 3, 4], ..entry.clone() };
    let Outcome::Reverted(mut expected) = failure("UnsupportedProofSystem(bytes4)", &[]) else {
        unreachable!()
    };
    expected.extend(front(&[1, 2, 3, 4]));
    assert_eq!(infer(&mut room, &system), Outcome::Reverted(expected));

    let id = room.register(&entry);
    assert!(room.infer(&sent.erc7992(id)).is_accepted());
    let unknown = room.infer(&sent.erc7992(id + 1)).outcome;
    assert_eq!(unknown, failure("ModelNotFound(uint256)", &[id + 1]));
    room.chain.call(room.registry, &call("deprecateModel(uint256)", &[number(id)])).unwrap();
    let refused = failure("VerificationRefused_ModelDeprecated(uint256)", &[id]);
    assert_eq!(room.infer(&sent.erc7992(id)).outcome, refused);
}

#[test]
fn inferences_of_other_inputs_outputs_and_proofs_are_refused() {
    let case = Case::of(carried());
    let mut room = Room::new(&case);
    let id = room.register(&Entry::of(&case));
    let sent = case.calldata(2);
    let mut infer = |call: &[u8]| room.infer(call).outcome;
    let honest = sent.erc7992(id);
    let mut other = honest.clone();
    other[4 + 32] ^= 1;
    assert_eq!(infer(&other), failure("InputCommitmentMismatch()", &[]));
    // Other inputs with a commitment of theirs.
    let mut call = sent.clone();
    call.inputs[0] ^= 1;
    assert_eq!(infer(&call.erc7992(id)), failure("InvalidProof()", &[]));
    let mut call = sent.clone();
    call.outputs[2] ^= 1;
    assert_eq!(infer(&call.erc7992(id)), failure("InvalidProof()", &[]));
    for len in [0, sent.outputs.len() - 1, sent.outputs.len() + 1] {
        let mut call = sent.clone();
        call.outputs.resize(len, 0);
        assert_eq!(infer(&call.erc7992(id)), failure("OutputMismatch()", &[]), "{len}");
    }
    for len in [0, sent.proof.len() - 1, sent.proof.len() + 1] {
        let mut call = sent.clone();
        call.proof.resize(len, 0);
        let expected = [sent.proof.len() as u64, len as u64];
        let refused = failure("ProofLength(uint256,uint256)", &expected);
        assert_eq!(infer(&call.erc7992(id)), refused, "{len}");
    }
    let mut call = sent.clone();
    (call.inputs, call.proof) = (vec![], vec![0; sent.inputs.len() - 1]);
    assert_eq!(infer(&call.erc7992(id)), failure("InputCommitmentMismatch()", &[]));
}

#[test]
fn answers_of_yes_and_no() {
    for case in [carried(), affine(4)].map(Case::of) {
        let mut room = Room::new(&case);
        let sent = case.calldata(2);
        let honest = sent.erc8274();
        assert_eq!(room.ask(&honest), truth(true));
        // Both hashes, the metadata, and all that follows but for the padding of the last part.
        let unread = [4 + 64, 4 + 96].map(|at| at..at + 32);
        let padding = honest.len() - padding_of(&sent)..honest.len();
        for k in (4..honest.len()).step_by(3) {
            if unread.iter().any(|r| r.contains(&k)) || padding.contains(&k) {
                continue;
            }
            let mut call = honest.clone();
            call[k] ^= 4;
            let got = room.ask(&call);
            let not_abi = got == Outcome::Reverted(vec![]);
            assert!(got == truth(false) || not_abi, "{k}: {got:?}");
        }
        for part in 0..3 {
            let mut call = sent.clone();
            [&mut call.inputs, &mut call.outputs, &mut call.proof][part].push(0);
            assert_eq!(room.ask(&call.erc8274()), truth(false));
        }
    }
}

fn padding_of(sent: &Calldata) -> usize {
    let len = sent.inputs.len() + sent.outputs.len() + sent.proof.len();
    len.next_multiple_of(32) - len
}

/// Too little gas is neither yes nor no.
#[test]
fn no_answer_without_gas() {
    let case = Case::of(carried());
    let mut room = Room::new(&case);
    let call = case.calldata(2).erc8274();
    let needed = room.chain.call(room.erc8274, &call).unwrap().gas;
    // What the transaction itself asks for (EIP-7623), up to what the answer takes.
    let least = 21_000 + 40 * call.len() as u64;
    for part in 0..100 {
        let gas = least + (21_000 + needed - least) * part / 100;
        let answer = room.chain.call_with(room.erc8274, &call, gas).unwrap();
        assert_ne!(answer.outcome, truth(true), "{part}");
        // A precompiled contract that ran out of gas is seen as one that refused, and what is left then is
        // a 64th: `false` would be said of a valid proof.
        assert_ne!(answer.outcome, truth(false), "{part}");
    }
}

#[test]
fn profiles_tell_keys_apart() {
    let [one, two] = [1, 2].map(|seed| Case::seeded(carried().circuit, carried().inputs, seed));
    let profile = |case: &Case| {
        let mut room = Room::new(case);
        room.ask(&call("proofProfile()", &[]))
    };
    let mut bytes = b"zk/zirc-groth16-commit".to_vec();
    bytes.extend(one.vk().digest().0);
    bytes.extend([0; 32]);
    assert_eq!(profile(&one), Outcome::Returned(Keccak256::digest(bytes).to_vec()));
    assert_ne!(profile(&one), profile(&two));
}
