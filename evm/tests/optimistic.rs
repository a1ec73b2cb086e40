//! Results that are posted with a bond: the honest win, the silent lose, and every wei is somewhere.

mod common;
#[path = "optimistic/model.rs"]
mod model;
#[path = "optimistic/room.rs"]
mod room;

use common::samples::{affine, carried, several_publics};
use common::{Case, example};
use room::{
    ANSWER_PERIOD, CHALLENGE_BOND, CHALLENGE_PERIOD, POST_BOND, Room, State, address, call,
};
use sha3::{Digest as _, Keccak256};
use zirc_circuit::Digest;
use zirc_compiler::Mode;
use zirc_evm::{Outcome, failure};
use zirc_runtime::export::solidity::CODE_LIMIT;
use zirc_runtime::optimistic::{Event, PostedResult, challenge, post, result_digest, settle};

/// The guide's page, with what was measured.
const PAGE: &str = include_str!("../../docs/src/optimistic.md");

#[test]
fn nobody_asks() {
    let mut room = Room::new(Case::of(several_publics()));
    let (poster, _) = (room.poster, room.challenger);
    let id = room.post_honest();
    assert_eq!(room.state(id), State::Posted);
    assert!(!room.is_accepted(id));
    // The last second for challenges.
    room.chain.now += CHALLENGE_PERIOD - 1;
    let deadline = room.chain.now + 1;
    assert_eq!(room.by(poster, &settle(id), 0), failure("TooEarly(uint256)", &[deadline]));
    room.chain.now += 1;
    assert_eq!(room.state(id), State::Accepted);
    assert!(room.is_accepted(id));
    let late = room.by(room.challenger, &room.challenge(id), CHALLENGE_BOND);
    assert_eq!(late, failure("TooLate(uint256)", &[deadline]));
    room.must(poster, &settle(id), 0);
    assert!(room.is_accepted(id));
    assert_eq!(room.owed(poster), POST_BOND);
    assert_eq!(room.by(poster, &settle(id), 0), failure("AlreadySettled(uint256)", &[id]));
    let before = room.chain.balance(poster);
    room.must(poster, &call("withdraw(address)", &[address(poster)]), 0);
    assert_eq!(room.chain.balance(poster), before + POST_BOND);
    let again = room.by(poster, &call("withdraw(address)", &[address(poster)]), 0);
    assert_eq!(again, failure("NothingOwed()", &[]));
}

#[test]
fn the_honest_win() {
    for case in [Case::of(several_publics()), Case::of(carried()), Case::of(affine(4))] {
        let mut room = Room::new(case);
        let (poster, challenger) = (room.poster, room.challenger);
        let id = room.post_honest();
        room.chain.now += CHALLENGE_PERIOD - 1;
        room.must(challenger, &room.challenge(id), CHALLENGE_BOND);
        assert_eq!(room.state(id), State::Challenged);
        let twice = room.by(challenger, &room.challenge(id), CHALLENGE_BOND);
        assert_eq!(twice, failure("NotOpen(uint256)", &[id]));
        // The last second for an answer, and anybody may bring it.
        room.chain.now += ANSWER_PERIOD - 1;
        let answer = room.sent.answer(id);
        room.must(challenger, &answer, 0);
        assert_eq!(room.state(id), State::Accepted);
        assert!(room.is_accepted(id));
        assert_eq!(room.owed(poster), POST_BOND + CHALLENGE_BOND);
        assert_eq!(room.owed(challenger), 0);
        assert_eq!(room.by(poster, &answer, 0), failure("AlreadySettled(uint256)", &[id]));
        room.chain.now += 10 * ANSWER_PERIOD;
        assert_eq!(room.by(challenger, &settle(id), 0), failure("AlreadySettled(uint256)", &[id]));
    }
}

#[test]
fn the_silent_lose() {
    let mut room = Room::new(Case::of(several_publics()));
    let (poster, challenger) = (room.poster, room.challenger);
    // Also an honest one.
    let id = room.post_honest();
    room.must(challenger, &room.challenge(id), CHALLENGE_BOND);
    let deadline = room.chain.now + ANSWER_PERIOD;
    room.chain.now = deadline - 1;
    assert_eq!(room.by(challenger, &settle(id), 0), failure("TooEarly(uint256)", &[deadline]));
    room.chain.now = deadline;
    assert_eq!(room.state(id), State::Rejected);
    // Nobody has settled it yet, and it is too late all the same.
    let answer = room.sent.answer(id);
    assert_eq!(room.by(poster, &answer, 0), failure("TooLate(uint256)", &[deadline]));
    room.must(poster, &settle(id), 0);
    assert_eq!(room.state(id), State::Rejected);
    assert!(!room.is_accepted(id));
    assert_eq!(room.owed(poster), 0);
    assert_eq!(room.owed(challenger), CHALLENGE_BOND + POST_BOND / 2);
    assert_eq!(room.burnt(), POST_BOND - POST_BOND / 2);
    assert_eq!(room.by(poster, &answer, 0), failure("AlreadySettled(uint256)", &[id]));
}

/// Whoever challenges their own lie from another address has lost half of a bond.
#[test]
fn a_liar_cannot_save_the_bond() {
    let mut room = Room::new(Case::of(several_publics()));
    let id = room.post_false();
    room.must(room.challenger, &room.challenge_lie(id), CHALLENGE_BOND);
    room.chain.now += ANSWER_PERIOD;
    room.must(room.poster, &settle(id), 0);
    let back = room.owed(room.poster) + room.owed(room.challenger);
    assert_eq!(back + POST_BOND - POST_BOND / 2, POST_BOND + CHALLENGE_BOND);
}

#[test]
fn false_results_have_no_answer() {
    for case in [Case::of(carried()), Case::of(affine(4))] {
        let mut room = Room::new(case);
        let id = room.post_false();
        room.must(room.challenger, &room.challenge_lie(id), CHALLENGE_BOND);
        // The proof of what is true is about another result.
        let honest = room.sent.clone();
        let refused = room.by(room.poster, &honest.answer(id), 0);
        let digests = [room.digest(&room.lie()), room.digest(&honest)];
        let Outcome::Reverted(mut expected) = failure("OtherResult(bytes32,bytes32)", &[]) else {
            unreachable!()
        };
        digests.iter().for_each(|d| expected.extend(d));
        assert_eq!(refused, Outcome::Reverted(expected));
        let lie = room.lie();
        let refused = room.by(room.poster, &lie.answer(id), 0);
        assert_eq!(refused, failure("InvalidProof()", &[]));
        assert_eq!(room.state(id), State::Challenged);
        room.chain.now += ANSWER_PERIOD;
        assert_eq!(room.state(id), State::Rejected);
        assert!(!room.is_accepted(id));
    }
}

/// A proof settles what nobody challenged, too, and is of no other result.
#[test]
fn a_proof_settles_at_any_time() {
    let mut room = Room::new(Case::of(carried()));
    let (one, two) = (room.post_honest(), room.post_false());
    let answer = room.sent.answer(one);
    room.must(room.challenger, &answer, 0);
    assert!(room.is_accepted(one));
    assert_eq!(room.owed(room.poster), POST_BOND);
    assert_eq!(room.state(two), State::Posted);
    let closed = room.by(room.challenger, &room.challenge(one), CHALLENGE_BOND);
    assert_eq!(closed, failure("NotOpen(uint256)", &[one]));
    // What is accepted is this result and no other.
    let lie = room.lie();
    assert!(!room.accepts(one, &lie));
    assert!(!room.accepts(two, &lie));
}

#[test]
fn amounts_lengths_and_numbers() {
    let mut room = Room::new(Case::of(several_publics()));
    let (poster, challenger) = (room.poster, room.challenger);
    let packed = room.packed();
    for wei in [0, POST_BOND - 1, POST_BOND + 1] {
        let refused = room.by(poster, &room.post(&packed), wei);
        assert_eq!(refused, failure("WrongBond(uint256,uint256)", &[POST_BOND, wei]));
    }
    let mut longer = packed.clone();
    longer.inputs.push(0);
    let sizes = [packed.inputs.len() as u64, longer.inputs.len() as u64];
    let refused = room.by(poster, &room.post(&longer), POST_BOND);
    assert_eq!(refused, failure("InputLength(uint256,uint256)", &sizes));
    let mut longer = packed.clone();
    longer.outputs.push(0);
    let sizes = [packed.outputs.len() as u64, longer.outputs.len() as u64];
    let refused = room.by(poster, &room.post(&longer), POST_BOND);
    assert_eq!(refused, failure("OutputLength(uint256,uint256)", &sizes));
    for unknown in [0, 1, u64::MAX] {
        let refused = failure("UnknownResult(uint256)", &[unknown]);
        assert_eq!(
            room.by(challenger, &challenge(unknown, room.name(&packed)), CHALLENGE_BOND),
            refused
        );
        assert_eq!(room.by(poster, &settle(unknown), 0), refused);
        let answer = room.sent.answer(unknown);
        assert_eq!(room.by(poster, &answer, 0), refused);
    }
    // What is said to be another result, as one of another key would be, and a challenge of another.
    let (own, other) = (room.name(&packed), Digest([7; 32]));
    let differs = |expected: Digest, got: Digest| {
        let Outcome::Reverted(mut bytes) = failure("OtherResult(bytes32,bytes32)", &[]) else {
            unreachable!()
        };
        bytes.extend(expected.0);
        bytes.extend(got.0);
        Outcome::Reverted(bytes)
    };
    assert_eq!(room.by(poster, &post(&packed, other), POST_BOND), differs(other, own));
    let id = room.post_honest();
    assert_eq!(room.by(challenger, &challenge(id, other), CHALLENGE_BOND), differs(own, other));
    for wei in [0, CHALLENGE_BOND - 1, CHALLENGE_BOND + 1] {
        let refused = room.by(challenger, &room.challenge(id), wei);
        assert_eq!(refused, failure("WrongBond(uint256,uint256)", &[CHALLENGE_BOND, wei]));
    }
    // Nothing is paid for what costs nothing, and nobody is told to send Ether alone.
    for data in [settle(id), room.sent.answer(id), vec![]] {
        assert_eq!(room.by(poster, &data, 1), Outcome::Reverted(vec![]));
    }
}

#[test]
fn terms_that_do_nothing_are_refused() {
    let case = Case::of(several_publics());
    let year = 365 * 24 * 3600;
    let good = [2, 2, 1, 1];
    assert!(Room::with_terms(&case, good).is_ok());
    assert!(Room::with_terms(&case, [u64::MAX, u64::MAX, year, year]).is_ok());
    for (which, wrong) in [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (2, 0),
        (2, year + 1),
        (3, 0),
        (3, year + 1),
        (3, u64::MAX),
    ] {
        let mut terms = good;
        terms[which] = wrong;
        let said = Room::with_terms(&case, terms).map(drop).unwrap_err();
        let Outcome::Reverted(selector) = failure("UselessTerms()", &[]) else { unreachable!() };
        let hex: String = selector.iter().map(|b| format!("{b:02x}")).collect();
        assert!(said.contains(&hex), "{said}");
    }
}

/// A contract that takes no Ether stops nothing, and one that asks again while it is paid has it once.
#[test]
fn parties_that_are_contracts() {
    let mut room = Room::new(Case::of(several_publics()));
    let party = room.party();
    let packed = room.packed();
    let at = room.at;
    let through = |data: &[u8]| room::through(at, data);
    let post = room.post(&packed);
    let mut ids = vec![];
    for _ in 0..2 {
        let act = through(&post);
        room.chain.sender = room.poster;
        let answer = room.chain.pay(party, &act, POST_BOND).unwrap();
        assert!(answer.is_accepted(), "{:?}", answer.outcome);
        ids.push(ids.len() as u64 + 1);
    }
    room.chain.now += CHALLENGE_PERIOD;
    for id in ids {
        room.must(room.challenger, &settle(id), 0);
    }
    assert_eq!(room.owed(party), 2 * POST_BOND);
    let act = through(&call("withdraw(address)", &[address(party)]));
    let refused = room.to(party, &act).outcome;
    assert_eq!(refused, failure("NotTaken()", &[]));
    assert_eq!(room.owed(party), 2 * POST_BOND);
    let ask = call("ask(address)", &[address(room.at)]);
    assert!(room.to(party, &ask).is_accepted());
    assert!(room.to(party, &act).is_accepted());
    assert_eq!(room.chain.balance(party), 2 * POST_BOND);
    assert_eq!(room.to(party, &call("again()", &[])).outcome, Outcome::Returned(vec![0; 32]));
    assert_eq!(room.chain.balance(room.at), 0);
}

/// Too little gas settles nothing.
#[test]
fn an_answer_without_gas_changes_nothing() {
    let mut room = Room::new(Case::of(several_publics()));
    let id = room.post_honest();
    room.must(room.challenger, &room.challenge(id), CHALLENGE_BOND);
    let answer = room.sent.answer(id);
    for gas in (50_000..450_000).step_by(20_000) {
        room.chain.sender = room.challenger;
        let got = room.chain.call_with(room.at, &answer, gas).unwrap();
        if got.is_accepted() {
            return assert_eq!(room.state(id), State::Accepted);
        }
        assert_eq!(room.state(id), State::Challenged, "{gas}");
    }
    panic!("the answer is never accepted");
}

/// What the contract says on the chain is what is read of it, and the digest is the same everywhere.
#[test]
fn events_and_digests_are_those_of_the_runtime() {
    for case in [Case::of(several_publics()), Case::of(carried()), Case::of(affine(4))] {
        let mut room = Room::new(case);
        let packed = room.packed();
        let model = room.case.opening.as_ref().map(|o| o.commitment());
        let digest = result_digest(room.case.vk(), model, &packed);
        let values = room.case.vk().interface().to_values(&room.case.prove(3).public).unwrap();
        let made = PostedResult::new(room.case.vk(), &values, model).unwrap();
        assert_eq!(made.digest(), Some(digest));
        assert_eq!(made.check(room.case.vk()).unwrap(), packed);
        let [posted] = &room.must(room.poster, &room.post(&packed), POST_BOND).logs[..] else {
            panic!()
        };
        let deadline = room.chain.now + CHALLENGE_PERIOD;
        let expected = Event::Posted { id: 1, digest, deadline, values: packed };
        assert_eq!(Event::from_json(&room::json(posted)), Ok(expected));
        let told = room.must(room.challenger, &room.challenge(1), CHALLENGE_BOND);
        let [challenged] = &told.logs[..] else { panic!() };
        let deadline = room.chain.now + ANSWER_PERIOD;
        let expected = Event::Challenged { id: 1, digest, deadline };
        assert_eq!(Event::from_json(&room::json(challenged)), Ok(expected));
        let answer = room.sent.answer(1);
        let settled = room.must(room.poster, &answer, 0);
        let event = "Settled(uint256,bytes32,bool,bool)";
        assert_eq!(settled.events(), [<[u8; 32]>::from(Keccak256::digest(event))]);
    }
}

/// What the guide says that it takes.
#[test]
fn gas_and_code() {
    let (circuit, inputs) = example("digits", Mode::Groth16);
    let mut room = Room::new(Case::new(circuit, inputs));
    println!("ZircOptimistic: {} bytes of code", room.size);
    assert!(room.size < CODE_LIMIT);
    let packed = room.packed();
    let posted = room.must(room.poster, &room.post(&packed), POST_BOND).gas;
    let challenged = room.must(room.challenger, &room.challenge(1), CHALLENGE_BOND).gas;
    let answer = room.sent.answer(1);
    let answered = room.must(room.poster, &answer, 0).gas;
    room.must(room.poster, &room.post(&packed), POST_BOND);
    room.chain.now += CHALLENGE_PERIOD;
    let settled = room.must(room.poster, &settle(2), 0).gas;
    let number = |n: u64| format!("{},{:03}", n / 1000, n % 1000);
    let size = number(room.size as u64);
    let [post, challenge, answer, settle] = [posted, challenged, answered, settled].map(number);
    let row =
        format!("| `examples/digits` | {post} | {challenge} | {answer} | {settle} | {size} |\n");
    assert!(PAGE.contains(&row), "docs/src/optimistic.md should say:\n{row}");
}
