// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by zirc {{zirc}} from a verifying key. It is the key: change nothing, write it again.
pragma solidity 0.8.30;

/// Another number of bytes of public inputs.
error InputLength(uint256 expected, uint256 got);
/// Another number of bytes of public outputs.
error OutputLength(uint256 expected, uint256 got);
/// Another number of bytes of proof.
error ProofLength(uint256 expected, uint256 got);
/// A value of the port with this index (the contract's head lists them) is outside of its type.
error ValueOutOfType(uint256 port);
/// A coordinate of the point at this byte of the proof is not below the field's order.
error CoordinateTooLarge(uint256 offset);
/// The point at this byte of the proof is the identity.
error IdentityPoint(uint256 offset);
/// The point at this byte of the proof is not on its curve.
error PointNotOnCurve(uint256 offset);
/// The proof is about another model than MODEL_COMMITMENT.
error OtherModel();
/// The gas does not suffice for the machine's own contracts for curves: nothing is said of the proof.
error TooLittleGas();
/// The machine's pairing check refused a point: B is not on its curve, or not in G2's subgroup.
error PairingRefused();
/// The pairing equation does not hold: no proof of these public values.
error InvalidProof();

/// @title Verifier of proofs for one zirc circuit under one verifying key
/// @notice Accepts exactly the proofs that `zirc verify` accepts under this key: that somebody knows
/// private values with which the circuit has these public inputs and outputs, each in its type.
/// @dev It does not say who knows them, when, or that they were not shown before: freshness and replay
/// are the caller's. Whoever knows the trapdoors of the key can prove anything: use one of a ceremony.
/// It keeps no state, and never returns `false`: whatever is not a proof is reverted with the reason.
///
//  circuit  {{name}}
//  digest   {{circuit}}
//  key      {{key}}
{{model_line}}//
//  Ports, in order. Values are packed: each is its distance from the least value of its type, in as
//  many bytes, big-endian, as the largest distance takes; port after port, row by row.
//
{{ports}}//
{{assumptions}}contract ZircVerifier {
    /// Digest of the circuit.
    bytes32 public constant CIRCUIT_DIGEST = 0x{{circuit}};
    /// Digest of the verifying key, which covers that of the circuit.
    bytes32 public constant KEY_DIGEST = 0x{{key}};
    /// The model that proofs must be about, as `zirc commit` prints it; 0 where the circuit hides none.
    bytes32 public constant MODEL_COMMITMENT = 0x{{model}};
    /// Bytes of all public inputs, packed.
    uint256 public constant INPUT_BYTES = {{input_bytes}};
    /// Bytes of all public outputs, packed.
    uint256 public constant OUTPUT_BYTES = {{output_bytes}};
    /// Bytes of a proof.
    uint256 public constant PROOF_BYTES = {{proof_bytes}};

    /// Order of the field that points have coordinates in.
    uint256 private constant P = 0x{{p}};
    /// Order of the field that circuits compute in.
    uint256 private constant R = 0x{{r}};

    /// @notice Returns if the proof proves these public values; reverts with the reason if not.
    /// @param inputs The public inputs, packed.
    /// @param outputs The public outputs, packed.
    /// @param proof A, B, C{{proof_points}}: coordinates of 32 bytes, x before y, of B the imaginary
    /// part before the real one.
    function verifyProof(bytes calldata inputs, bytes calldata outputs, bytes calldata proof)
        external
        view
    {
        _verify(inputs, outputs, proof);
    }

    /// @dev Returns if the proof proves these public values; reverts with the reason if not.
    function _verify(bytes calldata inputs, bytes calldata outputs, bytes calldata proof)
        internal
        view
    {
        if (inputs.length != INPUT_BYTES) revert InputLength(INPUT_BYTES, inputs.length);
        if (outputs.length != OUTPUT_BYTES) revert OutputLength(OUTPUT_BYTES, outputs.length);
        if (proof.length != PROOF_BYTES) revert ProofLength(PROOF_BYTES, proof.length);
        _checkPoints(proof);
        // {{memory}}
        uint256 m;
        assembly ("memory-safe") {
            m := mload(0x40)
            mstore(0x40, add(m, {{memory_bytes}}))
        }
{{calls}}        _addPoints(m);
        _checkPairing(proof, m);
    }

    /// Every point of the proof is on its curve and not the identity, its coordinates below P. That B
    /// is on its curve and in G2's subgroup the pairing check asks itself.
    function _checkPoints(bytes calldata proof) private pure {
        _checkG1(proof, 0);
        _checkG2(proof, 64);
        _checkG1(proof, 192);
{{check_points}}    }

    function _checkG1(bytes calldata proof, uint256 offset) private pure {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := calldataload(add(proof.offset, offset))
            y := calldataload(add(proof.offset, add(offset, 32)))
        }
        if (x >= P || y >= P) revert CoordinateTooLarge(offset);
        if (x == 0 && y == 0) revert IdentityPoint(offset);
        // y² = x³ + 3
        if (mulmod(y, y, P) != addmod(mulmod(mulmod(x, x, P), x, P), 3, P)) {
            revert PointNotOnCurve(offset);
        }
    }

    function _checkG2(bytes calldata proof, uint256 offset) private pure {
        uint256 x1;
        uint256 x0;
        uint256 y1;
        uint256 y0;
        assembly ("memory-safe") {
            let at := add(proof.offset, offset)
            x1 := calldataload(at)
            x0 := calldataload(add(at, 32))
            y1 := calldataload(add(at, 64))
            y0 := calldataload(add(at, 96))
        }
        if (x1 >= P || x0 >= P || y1 >= P || y0 >= P) revert CoordinateTooLarge(offset);
        if ((x1 | x0 | y1 | y0) == 0) revert IdentityPoint(offset);
    }
{{sections}}
    /// Σ at m + {{sum}}: the key's points for 1, each public value that is not carried{{also_instance}}.
    function _addPoints(uint256 m) private view {
        bool done = true;
        assembly ("memory-safe") {
            // Adds s·(x, y) to the point at `at`, which three words of scratch follow.
            function term(at, x, y, s) -> ok {
                let scratch := add(at, 64)
                mstore(scratch, x)
                mstore(add(scratch, 32), y)
                mstore(add(scratch, 64), s)
                let multiplied := staticcall(gas(), 7, scratch, 96, scratch, 64)
                ok := and(multiplied, eq(returndatasize(), 64))
                let added := staticcall(gas(), 6, at, 128, at, 64)
                ok := and(ok, and(added, eq(returndatasize(), 64)))
            }
            let at := add(m, {{sum}})
            mstore(at, {{one_x}})
            mstore(add(at, 32), {{one_y}})
{{terms}}        }
        // The points are the key's, so nothing else can fail.
        if (!done) revert TooLittleGas();
    }

    /// e(−A, B) · e(α, β) · e(Σ, γ) · e(C, δ){{equation}} = 1
    function _checkPairing(bytes calldata proof, uint256 m) private view {
        uint256 done;
        uint256 holds;
        uint256 enough;
        assembly ("memory-safe") {
            let at := add(m, {{pairs}})
            let points := proof.offset
            // −A: its y is not 0, as no point of the curve has that, and below P.
            mstore(at, calldataload(points))
            mstore(add(at, 32), sub(P, calldataload(add(points, 32))))
            calldatacopy(add(at, 64), add(points, 64), 128)
            // α and β
{{alpha_beta}}            // Σ and γ
            mstore(add(at, 384), mload(add(m, {{sum}})))
            mstore(add(at, 416), mload(add(m, {{sum_y}})))
{{gamma}}            // C and δ
            calldatacopy(add(at, 576), add(points, 192), 64)
{{delta}}{{more_pairs}}            // All memory is paid for. With less than the check costs (EIP-1108) and a caller keeps (EIP-150), it
            // would fail as with a point that it refuses.
            enough := gt(gas(), {{pairs_gas}})
            done := staticcall(gas(), 8, at, {{pairs_bytes}}, 0, 32)
            done := and(done, eq(returndatasize(), 32))
            holds := mload(0)
        }
        if (enough == 0) revert TooLittleGas();
        if (done != 1) revert PairingRefused();
        if (holds != 1) revert InvalidProof();
    }
}
