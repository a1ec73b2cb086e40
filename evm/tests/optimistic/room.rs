//! A chain with an optimistic contract, somebody who posts, and somebody who challenges.

use crate::common::{Case, compile_all};
use sha3::{Digest as _, Keccak256};
use zirc_circuit::Digest;
use zirc_evm::{Address, Answer, Chain, Log, Outcome};
use zirc_runtime::export::solidity::Calldata;
use zirc_runtime::keys::Packed;
use zirc_runtime::optimistic::{challenge, post, result_digest};

pub(crate) const POST_BOND: u64 = 1001;
pub(crate) const CHALLENGE_BOND: u64 = 300;
pub(crate) const CHALLENGE_PERIOD: u64 = 100;
pub(crate) const ANSWER_PERIOD: u64 = 50;
/// What everybody has in the beginning.
pub(crate) const FUNDS: u64 = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Posted = 1,
    Challenged,
    Accepted,
    Rejected,
}

pub(crate) struct Room {
    pub(crate) chain: Chain,
    pub(crate) at: Address,
    pub(crate) size: usize,
    pub(crate) case: Case,
    /// The proof of what is true.
    pub(crate) sent: Calldata,
    pub(crate) poster: Address,
    pub(crate) challenger: Address,
}

/// A function's selector and words.
pub(crate) fn call(function: &str, words: &[[u8; 32]]) -> Vec<u8> {
    let mut bytes = Keccak256::digest(function)[..4].to_vec();
    words.iter().for_each(|w| bytes.extend(w));
    bytes
}

pub(crate) fn number(n: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&n.to_be_bytes());
    word
}

pub(crate) fn address(of: Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(of.as_slice());
    word
}

/// The call with which `Party` makes another.
pub(crate) fn through(to: Address, data: &[u8]) -> Vec<u8> {
    let mut bytes =
        call("act(address,bytes)", &[address(to), number(64), number(data.len() as u64)]);
    bytes.extend(data);
    bytes.resize(4 + (bytes.len() - 4).next_multiple_of(32), 0);
    bytes
}

/// An entry of a log as nodes give it.
pub(crate) fn json(log: &Log) -> String {
    let topics: Vec<String> =
        log.topics.iter().map(|t| format!("\"{}\"", Calldata::text(t))).collect();
    format!(r#"[{{"topics": [{}], "data": "{}"}}]"#, topics.join(", "), Calldata::text(&log.data))
}

impl Room {
    pub(crate) fn new(case: Case) -> Room {
        let terms = [POST_BOND, CHALLENGE_BOND, CHALLENGE_PERIOD, ANSWER_PERIOD];
        let (chain, at, size) = Room::with_terms(&case, terms).unwrap();
        let sent = case.calldata(2);
        let [poster, challenger] = [0x11, 0x22].map(Address::repeat_byte);
        let mut room = Room { chain, at, size, case, sent, poster, challenger };
        room.chain.now = 1_700_000_000;
        room.chain.fund(poster, FUNDS);
        room.chain.fund(challenger, FUNDS);
        room
    }

    pub(crate) fn with_terms(
        case: &Case,
        terms: [u64; 4],
    ) -> Result<(Chain, Address, usize), String> {
        let code = &compile_all(&case.sources(), &[])["ZircOptimistic"];
        let mut creation = code.creation.clone();
        terms.iter().for_each(|t| creation.extend(number(*t)));
        let mut chain = Chain::default();
        let at = chain.deploy(&creation)?;
        Ok((chain, at, code.size))
    }

    /// A contract that acts as it is told.
    pub(crate) fn party(&mut self) -> Address {
        let source = ("Party.sol", include_str!("../Party.sol"));
        let code = zirc_evm::compile(&[source]).unwrap();
        self.chain.sender = Address::repeat_byte(0x33);
        self.chain.deploy(&code["Party"].creation).unwrap()
    }

    pub(crate) fn to(&mut self, to: Address, data: &[u8]) -> Answer {
        self.chain.sender = self.challenger;
        self.chain.call(to, data).unwrap()
    }

    pub(crate) fn sends(&mut self, who: Address, data: &[u8], wei: u64) -> Answer {
        self.chain.sender = who;
        self.chain.pay(self.at, data, wei).unwrap()
    }

    pub(crate) fn by(&mut self, who: Address, data: &[u8], wei: u64) -> Outcome {
        self.sends(who, data, wei).outcome
    }

    /// What must be done.
    pub(crate) fn must(&mut self, who: Address, data: &[u8], wei: u64) -> Answer {
        let answer = self.sends(who, data, wei);
        assert!(matches!(answer.outcome, Outcome::Returned(_)), "{:?}", answer.outcome);
        answer
    }

    pub(crate) fn packed(&self) -> Packed {
        packed(&self.sent)
    }

    /// Another result, with the proof of the true one.
    pub(crate) fn lie(&self) -> Calldata {
        let mut lie = self.sent.clone();
        let side = if lie.outputs.is_empty() { &mut lie.inputs } else { &mut lie.outputs };
        *side.last_mut().unwrap() ^= 1;
        lie
    }

    /// What names a result.
    pub(crate) fn name(&self, values: &Packed) -> Digest {
        let model = self.case.opening.as_ref().map(zirc_runtime::Opening::commitment);
        result_digest(self.case.vk(), model, values)
    }

    /// The call that posts one.
    pub(crate) fn post(&self, values: &Packed) -> Vec<u8> {
        post(values, self.name(values))
    }

    /// The call that asks for the proof of the true one.
    pub(crate) fn challenge(&self, id: u64) -> Vec<u8> {
        challenge(id, self.name(&self.packed()))
    }

    /// The call that asks for the proof of the false one.
    pub(crate) fn challenge_lie(&self, id: u64) -> Vec<u8> {
        challenge(id, self.name(&packed(&self.lie())))
    }

    fn posts(&mut self, values: &Packed) -> u64 {
        let told = self.must(self.poster, &self.post(values), POST_BOND).outcome;
        let Outcome::Returned(id) = told else { panic!("{told:?}") };
        u64::from_be_bytes(id[24..].try_into().unwrap())
    }

    pub(crate) fn post_honest(&mut self) -> u64 {
        self.posts(&self.packed())
    }

    pub(crate) fn post_false(&mut self) -> u64 {
        self.posts(&packed(&self.lie()))
    }

    /// A word of what a function gives.
    pub(crate) fn word(&mut self, data: &[u8], index: usize) -> [u8; 32] {
        let told = self.by(self.challenger, data, 0);
        let Outcome::Returned(words) = told else { panic!("{told:?}") };
        words[32 * index..32 * index + 32].try_into().unwrap()
    }

    fn told(&mut self, data: &[u8]) -> u64 {
        u64::from_be_bytes(self.word(data, 0)[24..].try_into().unwrap())
    }

    pub(crate) fn state(&mut self, id: u64) -> State {
        let states = [State::Posted, State::Challenged, State::Accepted, State::Rejected];
        let word = self.word(&call("resultOf(uint256)", &[number(id)]), 1);
        states[usize::from(word[31]) - 1]
    }

    pub(crate) fn owed(&mut self, of: Address) -> u64 {
        self.told(&call("owed(address)", &[address(of)]))
    }

    pub(crate) fn burnt(&mut self) -> u64 {
        self.told(&call("burnt()", &[]))
    }

    pub(crate) fn digest(&self, of: &Calldata) -> [u8; 32] {
        self.name(&packed(of)).0
    }

    pub(crate) fn is_accepted(&mut self, id: u64) -> bool {
        self.accepts(id, &self.sent.clone())
    }

    pub(crate) fn accepts(&mut self, id: u64, result: &Calldata) -> bool {
        // As an answer with an empty proof, without the part that is the proof.
        let pad = |bytes: &[u8]| {
            let mut out = number(bytes.len() as u64).to_vec();
            out.extend(bytes);
            out.resize(out.len().next_multiple_of(32), 0);
            out
        };
        let (inputs, outputs) = (pad(&result.inputs), pad(&result.outputs));
        let second = number(96 + inputs.len() as u64);
        let mut data = call("isAccepted(uint256,bytes,bytes)", &[number(id), number(96), second]);
        data.extend(inputs);
        data.extend(outputs);
        self.told(&data) == 1
    }
}

pub(crate) fn packed(of: &Calldata) -> Packed {
    Packed { inputs: of.inputs.clone(), outputs: of.outputs.clone() }
}
