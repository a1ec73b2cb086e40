// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by zirc {{zirc}} from a verifying key. It is the key: change nothing, write it again.
pragma solidity 0.8.30;

import {InputLength, OutputLength, ZircVerifier} from "./ZircVerifier.sol";

/// A bond or a period that could not do its work: bonds are at least 2, periods a second to a year.
error UselessTerms();
/// Another amount was sent than the bond.
error WrongBond(uint256 expected, uint256 got);
/// No result has this number.
error UnknownResult(uint256 id);
/// The result was challenged before, or is settled.
error NotOpen(uint256 id);
/// The result is settled.
error AlreadySettled(uint256 id);
/// The time for this ended at `deadline`.
error TooLate(uint256 deadline);
/// The time for something else ends at `deadline`, and this comes after it.
error TooEarly(uint256 deadline);
/// These are not the inputs and outputs of the result.
error OtherResult(bytes32 expected, bytes32 got);
/// Nothing is kept for the caller.
error NothingOwed();
/// The receiver did not take what was sent.
error NotTaken();

/// @title Results that are believed until somebody asks for the proof
/// @notice A result is posted with a bond. Until its deadline anybody may challenge it, with a bond of
/// theirs. Whoever is challenged settles it by a proof in time and has both bonds, or is silent and
/// loses: the challenger has their bond back and half of the other, and the other half is burnt.
/// @dev Half is burnt because a liar who sees a challenge coming could challenge first, from another
/// address, be silent, and have lost nothing.
///
/// An accepted result was proved, or nobody challenged it: read `isAccepted` as no more than that. That
/// its values lie in their types is seen by the proof, too. A period for challenges has to suffice for
/// running the circuit and for a transaction that others want to keep out; one for answers for making a
/// proof, besides. What is kept private cannot be run by others: who challenges asks for a proof then.
///
/// A deadline is the first second at which it is too late. Ether is kept for its owners until they
/// withdraw it, so that nobody can refuse a payment and stop what it belongs to.
contract ZircOptimistic is ZircVerifier {
    enum State { None, Posted, Challenged, Accepted, Rejected }

    struct Result {
        bytes32 digest;
        address poster;
        /// The deadline of what may happen next: of challenges, or of the answer.
        uint64 deadline;
        State state;
        address challenger;
    }

    /// What is in a digest before all else.
    bytes32 private constant TAG = "zirc result v1";
    uint256 private constant LONGEST_PERIOD = 365 days;

    /// Wei that come with a result.
    uint256 public immutable POST_BOND;
    /// Wei that come with a challenge: what making a proof costs the one who is challenged, at least.
    uint256 public immutable CHALLENGE_BOND;
    /// Seconds in which a result may be challenged.
    uint256 public immutable CHALLENGE_PERIOD;
    /// Seconds in which a challenge may be answered.
    uint256 public immutable ANSWER_PERIOD;

    /// Number of results; the first has number 1.
    uint256 public count;
    /// Wei that nobody can withdraw any more.
    uint256 public burnt;
    /// Wei that are kept for somebody.
    mapping(address => uint256) public owed;
    mapping(uint256 => Result) private results;

    event Posted(
        uint256 indexed id,
        bytes32 indexed digest,
        address indexed poster,
        uint256 deadline,
        bytes inputs,
        bytes outputs
    );
    event Challenged(
        uint256 indexed id, bytes32 indexed digest, address indexed challenger, uint256 deadline
    );
    event Settled(uint256 indexed id, bytes32 indexed digest, bool accepted, bool proved);

    constructor(
        uint256 postBond,
        uint256 challengeBond,
        uint256 challengePeriod,
        uint256 answerPeriod
    ) {
        if (postBond < 2 || challengeBond < 2) revert UselessTerms();
        if (challengePeriod == 0 || challengePeriod > LONGEST_PERIOD) revert UselessTerms();
        if (answerPeriod == 0 || answerPeriod > LONGEST_PERIOD) revert UselessTerms();
        POST_BOND = postBond;
        CHALLENGE_BOND = challengeBond;
        CHALLENGE_PERIOD = challengePeriod;
        ANSWER_PERIOD = answerPeriod;
    }

    /// @notice Posts a result, with POST_BOND.
    /// @param inputs The public inputs, packed.
    /// @param outputs The public outputs, packed.
    /// @param digest What names the result, as `zirc run --no-proof` says: a result of another circuit, key or
    /// model, which nobody could prove here, is refused.
    function post(bytes calldata inputs, bytes calldata outputs, bytes32 digest)
        external
        payable
        returns (uint256 id)
    {
        if (msg.value != POST_BOND) revert WrongBond(POST_BOND, msg.value);
        if (inputs.length != INPUT_BYTES) revert InputLength(INPUT_BYTES, inputs.length);
        if (outputs.length != OUTPUT_BYTES) revert OutputLength(OUTPUT_BYTES, outputs.length);
        bytes32 got = resultDigest(inputs, outputs);
        if (got != digest) revert OtherResult(digest, got);
        id = ++count;
        Result storage r = results[id];
        r.digest = digest;
        r.poster = msg.sender;
        r.deadline = uint64(block.timestamp + CHALLENGE_PERIOD);
        r.state = State.Posted;
        emit Posted(id, digest, msg.sender, r.deadline, inputs, outputs);
    }

    /// @notice Asks for the proof of a result, with CHALLENGE_BOND.
    /// @param digest What the result with this number is: where a chain has gone another way since, it may be
    /// another.
    function challenge(uint256 id, bytes32 digest) external payable {
        Result storage r = _result(id);
        if (r.digest != digest) revert OtherResult(r.digest, digest);
        if (r.state != State.Posted) revert NotOpen(id);
        if (block.timestamp >= r.deadline) revert TooLate(r.deadline);
        if (msg.value != CHALLENGE_BOND) revert WrongBond(CHALLENGE_BOND, msg.value);
        r.state = State.Challenged;
        r.challenger = msg.sender;
        r.deadline = uint64(block.timestamp + ANSWER_PERIOD);
        emit Challenged(id, digest, msg.sender, r.deadline);
    }

    /// @notice Settles a result by its proof, whether it was challenged or not. Anybody may bring it; the
    /// bonds are the poster's.
    function answer(
        uint256 id,
        bytes calldata inputs,
        bytes calldata outputs,
        bytes calldata proof
    ) external {
        Result storage r = _result(id);
        State state = r.state;
        if (state != State.Posted && state != State.Challenged) revert AlreadySettled(id);
        if (block.timestamp >= r.deadline) revert TooLate(r.deadline);
        bytes32 got = resultDigest(inputs, outputs);
        if (got != r.digest) revert OtherResult(r.digest, got);
        _verify(inputs, outputs, proof);
        r.state = State.Accepted;
        owed[r.poster] += state == State.Challenged ? POST_BOND + CHALLENGE_BOND : POST_BOND;
        emit Settled(id, got, true, true);
    }

    /// @notice Settles a result whose deadline is over: accepted if nobody challenged it, and rejected if
    /// nobody answered.
    function settle(uint256 id) external {
        Result storage r = _result(id);
        State state = r.state;
        if (state != State.Posted && state != State.Challenged) revert AlreadySettled(id);
        if (block.timestamp < r.deadline) revert TooEarly(r.deadline);
        bool accepted = state == State.Posted;
        if (accepted) {
            r.state = State.Accepted;
            owed[r.poster] += POST_BOND;
        } else {
            r.state = State.Rejected;
            uint256 half = POST_BOND / 2;
            owed[r.challenger] += CHALLENGE_BOND + half;
            burnt += POST_BOND - half;
        }
        emit Settled(id, r.digest, accepted, false);
    }

    /// @notice Sends what is kept for the caller.
    function withdraw(address payable to) external {
        uint256 amount = owed[msg.sender];
        if (amount == 0) revert NothingOwed();
        owed[msg.sender] = 0;
        (bool done,) = to.call{value: amount}("");
        if (!done) revert NotTaken();
    }

    /// @notice Whether the result with this number is accepted, and is this one.
    function isAccepted(uint256 id, bytes calldata inputs, bytes calldata outputs)
        external
        view
        returns (bool)
    {
        (bytes32 digest, State state,,,) = resultOf(id);
        return state == State.Accepted && digest == resultDigest(inputs, outputs);
    }

    /// @notice What is known of a result: its state is that of now, also where nobody has settled it yet.
    function resultOf(uint256 id)
        public
        view
        returns (
            bytes32 digest,
            State state,
            address poster,
            address challenger,
            uint256 deadline
        )
    {
        Result storage r = _result(id);
        state = r.state;
        if (block.timestamp >= r.deadline) {
            if (state == State.Posted) state = State.Accepted;
            if (state == State.Challenged) state = State.Rejected;
        }
        return (r.digest, state, r.poster, r.challenger, r.deadline);
    }

    /// @notice What names a result: the key, the model, and the public values.
    function resultDigest(bytes calldata inputs, bytes calldata outputs)
        public
        pure
        returns (bytes32)
    {
        bytes32 model = MODEL_COMMITMENT;
        return keccak256(
            abi.encodePacked(TAG, KEY_DIGEST, model, keccak256(inputs), keccak256(outputs))
        );
    }

    function _result(uint256 id) private view returns (Result storage r) {
        r = results[id];
        if (r.state == State.None) revert UnknownResult(id);
    }
}
