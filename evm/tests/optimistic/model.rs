//! Random histories: the contract does what a model of it in a few lines does, and every wei is somewhere.

use crate::common::Case;
use crate::common::samples::several_publics;
use crate::room::{
    ANSWER_PERIOD, CHALLENGE_BOND, CHALLENGE_PERIOD, FUNDS, POST_BOND, Room, State, address, call,
    packed,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use zirc_evm::{Address, Outcome, failure};
use zirc_runtime::optimistic::settle;

#[derive(Clone)]
struct Result {
    honest: bool,
    state: State,
    deadline: u64,
    poster: usize,
    challenger: usize,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Post(bool),
    Challenge(u64),
    Answer(u64, bool),
    Settle(u64),
    Withdraw,
}

#[derive(Default)]
struct Model {
    now: u64,
    results: Vec<Result>,
    owed: [u64; 3],
    paid: [u64; 3],
    burnt: u64,
}

impl Model {
    /// What must become of an act; `None` where it succeeds.
    fn does(&mut self, who: usize, act: Act) -> Option<Outcome> {
        let now = self.now;
        match act {
            Act::Post(honest) => {
                let deadline = now + CHALLENGE_PERIOD;
                let state = State::Posted;
                self.results.push(Result { honest, state, deadline, poster: who, challenger: who });
                self.paid[who] += POST_BOND;
            }
            Act::Challenge(id) => {
                let Some(r) = self.results.get_mut(id as usize - 1) else { return unknown(id) };
                if r.state != State::Posted {
                    return Some(failure("NotOpen(uint256)", &[id]));
                }
                if now >= r.deadline {
                    return Some(failure("TooLate(uint256)", &[r.deadline]));
                }
                (r.state, r.challenger, r.deadline) = (State::Challenged, who, now + ANSWER_PERIOD);
                self.paid[who] += CHALLENGE_BOND;
            }
            Act::Answer(id, _) | Act::Settle(id) => return self.ends(id, act),
            Act::Withdraw => {
                if self.owed[who] == 0 {
                    return Some(failure("NothingOwed()", &[]));
                }
                self.owed[who] = 0;
            }
        }
        None
    }

    fn ends(&mut self, id: u64, act: Act) -> Option<Outcome> {
        let Some(r) = self.results.get_mut(id as usize - 1) else { return unknown(id) };
        let was = r.state;
        if !matches!(was, State::Posted | State::Challenged) {
            return Some(failure("AlreadySettled(uint256)", &[id]));
        }
        let over = self.now >= r.deadline;
        let proved = match act {
            Act::Answer(..) if over => return Some(failure("TooLate(uint256)", &[r.deadline])),
            // What is posted is answered by its own values: a lie by a proof of something else.
            Act::Answer(_, true) if r.honest => true,
            Act::Answer(..) => return Some(failure("", &[])),
            _ if over => false,
            _ => return Some(failure("TooEarly(uint256)", &[r.deadline])),
        };
        if was == State::Posted || proved {
            r.state = State::Accepted;
            let won = if was == State::Challenged { CHALLENGE_BOND } else { 0 };
            self.owed[r.poster] += POST_BOND + won;
        } else {
            r.state = State::Rejected;
            self.owed[r.challenger] += CHALLENGE_BOND + POST_BOND / 2;
            self.burnt += POST_BOND - POST_BOND / 2;
        }
        None
    }

    fn state(&self, k: usize) -> State {
        let r = &self.results[k];
        match r.state {
            State::Posted if self.now >= r.deadline => State::Accepted,
            State::Challenged if self.now >= r.deadline => State::Rejected,
            other => other,
        }
    }

    /// Bonds of what is not settled.
    fn at_stake(&self) -> u64 {
        let of = |r: &Result| match r.state {
            State::Posted => POST_BOND,
            State::Challenged => POST_BOND + CHALLENGE_BOND,
            _ => 0,
        };
        self.results.iter().map(of).sum()
    }
}

fn unknown(id: u64) -> Option<Outcome> {
    Some(failure("UnknownResult(uint256)", &[id]))
}

#[test]
fn random_histories() {
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut room = Room::new(Case::of(several_publics()));
        let parties = [room.poster, room.challenger, Address::repeat_byte(0x44)];
        room.chain.fund(parties[2], FUNDS);
        let mut model = Model { now: room.chain.now, ..Model::default() };
        for step in 0..120 {
            let who = rng.gen_range(0..3);
            let id = rng.gen_range(1..=model.results.len() as u64 + 1);
            let act = match rng.gen_range(0..10) {
                0 | 1 => Act::Post(rng.r#gen()),
                2..=4 => Act::Challenge(id),
                5 | 6 => Act::Answer(id, rng.r#gen()),
                7 | 8 => Act::Settle(id),
                _ => Act::Withdraw,
            };
            let got = acts(&mut room, &model, parties[who], act);
            match model.does(who, act) {
                None => {
                    assert!(matches!(got, Outcome::Returned(_)), "{seed} {step} {act:?} {got:?}")
                }
                // Why a proof is none is tested elsewhere.
                Some(any) if any == failure("", &[]) => {
                    assert!(matches!(got, Outcome::Reverted(_)), "{seed} {step} {act:?}");
                }
                Some(expected) => assert_eq!(got, expected, "{seed} {step} {act:?}"),
            }
            agrees(&mut room, &model, parties);
            // Often to the very second of a deadline.
            model.now = match model.results.iter().map(|r| r.deadline).find(|d| *d > model.now) {
                Some(next) if rng.gen_ratio(1, 8) => next - u64::from(rng.gen_ratio(1, 2)),
                _ => model.now + rng.gen_range(0..20),
            };
            room.chain.now = model.now;
        }
        assert!(model.results.iter().any(|r| r.state == State::Rejected), "{seed}");
        assert!(model.results.iter().any(|r| r.state == State::Accepted), "{seed}");
    }
}

/// Carries it out; an honest answer is with the values that were posted.
fn acts(room: &mut Room, model: &Model, who: Address, act: Act) -> Outcome {
    let (honest, lie) = (room.sent.clone(), room.lie());
    let (data, wei) = match act {
        Act::Post(true) => (room.post(&packed(&honest)), POST_BOND),
        Act::Post(false) => (room.post(&packed(&lie)), POST_BOND),
        Act::Challenge(id) => {
            let posted = model.results.get(id as usize - 1).is_none_or(|r| r.honest);
            (if posted { room.challenge(id) } else { room.challenge_lie(id) }, CHALLENGE_BOND)
        }
        Act::Answer(id, own) => {
            let posted = model.results.get(id as usize - 1).is_none_or(|r| r.honest);
            let sent = if posted == own { honest } else { lie };
            (sent.answer(id), 0)
        }
        Act::Settle(id) => (settle(id), 0),
        Act::Withdraw => (call("withdraw(address)", &[address(who)]), 0),
    };
    room.by(who, &data, wei)
}

fn agrees(room: &mut Room, model: &Model, parties: [Address; 3]) {
    for (k, party) in parties.into_iter().enumerate() {
        assert_eq!(room.owed(party), model.owed[k]);
    }
    assert_eq!(room.burnt(), model.burnt);
    let kept = model.owed.iter().sum::<u64>() + model.burnt + model.at_stake();
    assert_eq!(room.chain.balance(room.at), kept);
    let all: u64 = parties.iter().map(|p| room.chain.balance(*p)).sum::<u64>() + kept;
    assert_eq!(all, 3 * FUNDS);
    for k in 0..model.results.len() {
        assert_eq!(room.state(k as u64 + 1), model.state(k));
    }
}
